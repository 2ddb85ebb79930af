"""The timeline in its dock: what frames and the control of time say, on the strip."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gdviz.data.dataset import Dataset
from gdviz.qt.playback import speed_of
from gdviz.qt.theme import current_theme
from gdviz.qt.views.timeline.axis import axis_end, epoch_ends, page_of
from gdviz.qt.views.timeline.branch_names import BranchNames
from gdviz.qt.views.timeline.controls import TimelineControls
from gdviz.qt.views.timeline.marks import Fork, TimelineMark, forks_of, marks_of
from gdviz.qt.views.timeline.read_out import StepReadOut
from gdviz.qt.views.timeline.scrubber import Scrubber
from gdviz.qt.views.timeline.strip_state import StripState
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.runtime.snapshot import RunState, Snapshot


class TimelineView(QObject):
    """Shows every step of a run; what is asked for goes through the `TimeControl`."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dataset = context.dataset
        self.control = context.time_control
        self._book: BranchNames | None = getattr(context, "book", None)
        self._snapshot: Snapshot | None = None
        self._happened_for: tuple[object, ...] = ()
        self._found: tuple[tuple[Fork, ...], tuple[TimelineMark, ...]] = ((), ())
        self.strip = Scrubber(self._color_of)
        self.controls = TimelineControls(self.control)
        self.read_out = StepReadOut()
        context.dock.add_tool(self.controls)
        context.dock.replace_subtitle(self.read_out)
        context.dock.set_body_margins(8, 0, 8, 0)
        for text, triggered in (
            ("Loop from here", self.control.loop_from_here),
            ("Loop to here", self.control.loop_to_here),
        ):
            context.dock.add_action(text, triggered)
        self.strip.asked.connect(self.control.seek)
        self.strip.loop_asked.connect(self.control.set_loop)
        self.control.changed.connect(self._refresh)
        changed = getattr(self._book, "changed", None)
        if changed is not None:
            changed.connect(self._book_changed)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.strip

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        self._snapshot = frame.snapshot
        self._refresh()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        self._dataset = dataset
        self._snapshot = None
        self._refresh()

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"speed": self.control.speed.key}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        key = state.get("speed")
        if not isinstance(key, str):
            return
        try:
            speed_of(key)
        except KeyError:
            return
        self.control.set_speed(key)

    @Slot()
    def _refresh(self) -> None:
        snapshot = self._snapshot
        self.controls.show_control()
        if snapshot is None:
            self.strip.show_state(StripState())
            self.read_out.show_step(0, 0)
            return
        self.strip.show_state(self._strip_state(snapshot))
        self.read_out.show_step(self.strip.shown.shown, self.strip.shown.newest)

    @Slot()
    def _book_changed(self) -> None:
        self._refresh()
        # A colour is no part of the state.
        self.strip.update()

    def _strip_state(self, snapshot: Snapshot) -> StripState:
        control = self.control
        start, newest = snapshot.start_step, max(snapshot.head_step, snapshot.step)
        per_epoch = self._steps_per_epoch(snapshot)
        hidden = frozenset(b.id for b in snapshot.branches if self._is_hidden(b.id))
        farthest = max([newest, *(b.step for b in snapshot.branches if b.id not in hidden)])
        end = axis_end(start, farthest, snapshot.config.epochs * per_epoch)
        # A way along which the mini-batch was changed has epochs of several lengths.
        is_even = all(mark.setting != "mini_batch" for mark in snapshot.marks)
        forks, marks = self._happened(snapshot, hidden)
        return StripState(
            start=start,
            newest=newest,
            shown=min(max(control.shown_step, start), newest),
            end=end,
            epoch_ends=tuple(
                epoch_ends(snapshot.step, snapshot.epoch, per_epoch, start, end) if is_even else ()
            ),
            page=page_of(newest - start, per_epoch),
            marks=marks,
            forks=forks,
            names=tuple((fork.branch, self._name_of(fork.branch)) for fork in forks),
            loop=control.ends if control.is_looping else None,
            is_live=snapshot.state is RunState.RUNNING,
        )

    def _happened(
        self, snapshot: Snapshot, hidden: frozenset[int]
    ) -> tuple[tuple[Fork, ...], tuple[TimelineMark, ...]]:
        """Give forks and marks; looked for again only when something has happened."""
        saves, divergences = self.control.saves, self.control.divergences
        branches = snapshot.branches
        key = (branches, snapshot.branch, hidden, snapshot.marks, saves, divergences)
        if key != self._happened_for:
            self._happened_for = key
            self._found = (
                tuple(forks_of(branches, snapshot.branch, hidden)),
                tuple(marks_of(snapshot, saves, divergences)),
            )
        return self._found

    def _steps_per_epoch(self, snapshot: Snapshot) -> int:
        config = snapshot.config
        n_examples = config.n_examples or len(self._dataset.train)
        size = n_examples if config.mini_batch == "all" else config.mini_batch
        return max(math.ceil(n_examples / size), 1)

    # Branches, with and without a book of them

    def _name_of(self, branch: int) -> str:
        return f"branch {branch}" if self._book is None else self._book.name(branch)

    def _color_of(self, branch: int) -> str:
        theme = current_theme()
        return theme.curve_2 if self._book is None else self._book.color(branch, theme)

    def _is_hidden(self, branch: int) -> bool:
        return self._book is not None and self._book.is_hidden(branch)
