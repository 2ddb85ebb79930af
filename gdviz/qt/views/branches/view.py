"""The branches of a run: their tree, what is done with them, and how two of them differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from gdviz.analysis.branch_comparison import Comparison, compare_branches
from gdviz.data.dataset import Dataset
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.branches.buttons import action_button
from gdviz.qt.views.branches.deletion import BranchDeletion
from gdviz.qt.views.branches.rows import branch_rows
from gdviz.qt.views.branches.table import DifferenceTable
from gdviz.qt.views.branches.tree import BranchTree
from gdviz.qt.views.branches.words import HOW_SURE, cost_sentence, table_rows, verdict
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.scrolled import scrolled
from gdviz.qt.widgets.themed import ThemedWidget
from gdviz.runtime.commands import Fork, SwitchBranch
from gdviz.runtime.snapshot import RunState, Snapshot

EMPTY = (
    "One branch so far. Scrub back and press Run, or change a setting there, to fork: "
    "what was is kept, and the two are compared here."
)
COMPARED_FRAMES = 5
"""While training runs, the comparison is made anew in every so many frames of this view."""


class BranchesView(QObject):
    """Shows `Snapshot.branches`."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._context, self._book = context, context.book
        self._frame: Frame | None = None
        self._compared: tuple[object, ...] = ()
        self._n_frames = 0
        self.comparison: Comparison | None = None
        self.tree = BranchTree(context.book)
        self._build_actions()
        self._build_body()
        self.tree.chosen.connect(self.switch_to)
        self.tree.picked.connect(lambda _branch: self._show_current())
        self.tree.renamed.connect(self._book.rename)
        self._book.changed.connect(self._book_changed)
        self._show_state()

    def _build_actions(self) -> None:
        self.fork_action = self._action("Fork here", self._fork, None)
        self.switch_action = self._action("Switch to it", self._switch, None)
        self.rename_action = self._action("Rename…", self.tree.edit_name, "F2")
        self.hide_action = self._action("Hide", self._toggle_hidden, "H")
        self.delete_action = self._action("Delete", self._delete, "Del")
        self.fork_action.setToolTip("Begin another branch where the network stands now")
        self.switch_action.setToolTip("Go on with this branch at its newest step (Enter)")
        self.hide_action.setToolTip("Leave it out of the curves and the surface (H)")
        self.delete_action.setToolTip("Put it away; undo brings it back (Delete)")
        self.rename_action.setToolTip("Give it another name (F2)")

    def _action(self, text: str, work: Callable[[], object], key: str | None) -> QAction:
        """Make an entry of the panel's menu and of the tree's own."""
        action = self._context.dock.add_action(text, work)
        if key is not None:
            action.setShortcut(QKeySequence(key))
            # Keys mean something else where the tree does not have the keyboard.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.tree.addAction(action)
        return action

    def _build_body(self) -> None:
        fork = action_button(self.fork_action)
        fork.setAccessibleName("Fork here")
        self._context.dock.add_tool(fork)
        self.buttons = [
            action_button(action)
            for action in (
                self.switch_action,
                self.rename_action,
                self.hide_action,
                self.delete_action,
            )
        ]
        self._button_row = QWidget()
        row = QHBoxLayout(self._button_row)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        for button in self.buttons:
            row.addWidget(button)
        row.addStretch(1)
        self.verdict = Label("", 12, 600)
        self.verdict.setWordWrap(True)
        self.verdict.setToolTip(HOW_SURE)
        self.costs = HintLabel()
        self.costs.setToolTip(HOW_SURE)
        self.table = DifferenceTable()
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.verdict, self.costs, self.table):
            column.addWidget(widget)
        self._below = scrolled(below)
        self.empty = HintLabel(EMPTY)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._widget = _Body(self._restyle)
        self._stack = QStackedLayout(self._widget)
        self._full = QWidget()
        body = QVBoxLayout(self._full)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        body.addWidget(self.tree, 2)
        body.addWidget(self._button_row)
        body.addWidget(self._below, 3)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._full)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        before = self._snapshot
        self._frame = frame
        self._n_frames += 1
        snapshot = frame.snapshot
        self.tree.show_rows(branch_rows(snapshot, frame.histories))
        is_other_branch = before is None or before.branch != snapshot.branch
        if is_other_branch or self.tree.current() is None:
            self._choose_current(snapshot)
        self._show_state()
        still = snapshot.state is not RunState.RUNNING
        if still or is_other_branch or self._n_frames % COMPARED_FRAMES == 1:
            self._compare()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._frame, self._compared, self.comparison = None, (), None
        self.tree.show_rows([])
        self._show_state()

    def state(self) -> dict[str, Any]:
        """Nothing: names and colours are the book's."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing is remembered."""

    def switch_to(self, branch: int) -> None:
        """Go on with a branch, at its newest step."""
        snapshot = self._snapshot
        if snapshot is not None and (branch != snapshot.branch or snapshot.is_past):
            self._context.send(SwitchBranch(branch))

    def delete(self, branch: int) -> None:
        """Put a branch away; undo brings it back."""
        snapshot = self._snapshot
        if snapshot is None or branch == snapshot.branch:
            return
        self._context.undo_stack.push(
            BranchDeletion(branch, self._book.name(branch), snapshot.origin, self._context.send)
        )

    # What is shown

    @property
    def _snapshot(self) -> Snapshot | None:
        return None if self._frame is None else self._frame.snapshot

    def _choose_current(self, snapshot: Snapshot) -> None:
        """Move to the branch that the live one is compared with: the one that it left."""
        others = [row.info for row in self.tree.rows if not row.is_live]
        live = self.tree.row(snapshot.branch)
        current = self.tree.current()
        if live is None or any(info.id == current for info in others):
            return
        parent = next((info for info in others if info.id == live.info.parent), None)
        chosen = parent or (others[0] if others else live.info)
        self.tree.make_current(chosen.id)

    def _show_current(self) -> None:
        self._show_state()
        self._compare()

    def _book_changed(self) -> None:
        if self._frame is not None:
            self._compared = ()
            self.tree.show_rows(self.tree.rows)
            self._show_current()

    def _restyle(self, theme: Theme) -> None:
        del theme
        self._compared = ()
        self._compare()

    def _show_state(self) -> None:
        """Say what can be done now."""
        snapshot, current = self._snapshot, self.tree.current()
        count = len(self.tree.rows)
        self._stack.setCurrentWidget(self._full if count > 1 else self.empty)
        is_other = snapshot is not None and current is not None and current != snapshot.branch
        self.fork_action.setEnabled(snapshot is not None)
        self.switch_action.setEnabled(is_other or (snapshot is not None and snapshot.is_past))
        self.rename_action.setEnabled(current is not None)
        self.hide_action.setEnabled(is_other)
        self.delete_action.setEnabled(is_other)
        is_hidden = current is not None and self._book.is_hidden(current)
        self.hide_action.setText("Show" if is_hidden else "Hide")
        live = "" if snapshot is None or count < 2 else self._book.name(snapshot.branch)
        self._context.dock.set_subtitle(f"{count}, live: {live}" if live else "")

    def _compare(self) -> None:
        """Compare the current branch with the live one, if anything has changed."""
        frame, current = self._frame, self.tree.current()
        if frame is None or len(self.tree.rows) < 2:
            return
        snapshot = frame.snapshot
        if current is None or current == snapshot.branch:
            self._show_comparison(None, "Select another branch to compare it with the live one.")
            return
        row, live = self.tree.row(current), self.tree.row(snapshot.branch)
        history, live_history = (frame.histories.get(b) for b in (current, snapshot.branch))
        if row is None or live is None or history is None or live_history is None:
            self._show_comparison(None, "The curves of this branch are not known.")
            return
        histories = history, live_history
        newest = tuple((h.revision, len(h.evaluations)) for h in histories)
        marks = row.info.marks, live.info.marks
        state = (row.info.id, live.info.id, min(row.info.step, live.info.step), newest, marks)
        if state == self._compared:
            return
        self._compared = state
        self._show_comparison(
            compare_branches(row.info, live.info, histories, snapshot.branches), ""
        )

    def _show_comparison(self, found: Comparison | None, otherwise: str) -> None:
        snapshot, current = self._snapshot, self.tree.current()
        self.comparison = found
        if found is None or snapshot is None or current is None:
            self._compared = ()
            self.verdict.setText(otherwise)
            self.costs.setText("")
            self.table.hide()
            return
        book, theme = self._book, current_theme()
        pair = current, snapshot.branch
        heads = book.name(pair[0]), book.name(pair[1])
        self.verdict.setText(verdict(found, *heads))
        self.costs.setText(cost_sentence(found))
        self.costs.setVisible(bool(self.costs.text()))
        looks = (
            (book.color(pair[0], theme), book.dash(pair[0])),
            (book.color(pair[1], theme), ()),
        )
        self.table.show_rows(table_rows(found), heads, looks)
        self.table.show()

    # What the user does

    def _fork(self) -> None:
        self._context.send(Fork())

    def _switch(self) -> None:
        current = self.tree.current()
        if current is not None:
            self.switch_to(current)

    def _toggle_hidden(self) -> None:
        current = self.tree.current()
        if current is not None:
            self._book.set_hidden(current, not self._book.is_hidden(current))

    def _delete(self) -> None:
        current = self.tree.current()
        if current is not None:
            self.delete(current)


class _Body(ThemedWidget):
    """The ground of the view; it tells of another theme."""

    def __init__(self, restyled: Callable[[Theme], None]) -> None:
        super().__init__()
        self._restyled = restyled

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme."""
        self._restyled(theme)
        super().theme_changed(theme)
