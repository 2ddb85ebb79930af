"""All weights: every component of −∇C as a number, and what one of them does to the cost."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.gradient_ranking import KEYS, Thresholds, concentration, rank_of, thresholds
from gdviz.analysis.lines import extreme_weights
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.views.all_components import words
from gdviz.qt.views.all_components.asking import Asking, question_of
from gdviz.qt.views.all_components.plots import ConcentrationPlot
from gdviz.qt.views.all_components.rows_page import RowsPage
from gdviz.qt.views.all_components.table import TITLES
from gdviz.qt.views.all_components.weight_page import Facts, WeightPage
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.snapshot import RunState, Snapshot

PAGES = {"rows": "Rows", "weight": "One weight", "curve": "How few"}
REST = 3
"""Of the frames that this view is given while training runs it shows every third: at most 4 times
a second, as quick as a row can be read."""
ASKED = 4
"""Of those, every fourth asks for new slices, if the former question is answered."""


class AllComponentsView(QObject):
    """Shows `Snapshot.gradient` beside `Snapshot.parameters`, all of it."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._picker = context.dock, context.picker
        self._dataset = context.dataset
        self._snapshot: Snapshot | None = None
        self._shown: Snapshot | None = None
        self._limits: Thresholds | None = None
        self._n_frames = self._n_shown = 0
        self.is_unfinished = False
        """Whether the rows are not all painted yet."""
        self.asking = Asking(context.inspect, self._show_found)
        self.rows, self.weight_page = RowsPage(), WeightPage()
        self.plot, self.curve_note = ConcentrationPlot(), RunningLine(12)
        curve_page = QWidget()
        column = QVBoxLayout(curve_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot, 1)
        column.addWidget(self.curve_note)
        self.pages = QStackedWidget()
        for page in (self.rows, self.weight_page, curve_page):
            self.pages.addWidget(page)
        self.switch = Segmented(list(PAGES.items()), "All weights as")
        context.dock.add_tool(self.switch)
        context.dock.set_body_margins(16, 0, 16, 6)
        self._sorting = self._sort_menu()
        self._connect()

    def _connect(self) -> None:
        table = self.rows.table
        self._picker.watch(table.viewport(), table.component_at)
        self._picker.selection_changed.connect(self._selection_changed)
        self.switch.changed.connect(self._page_chosen)
        self.rows.chosen.connect(self._picker.select)
        self.rows.sorted_by.connect(lambda key: self._sorting[key].setChecked(True))
        self.weight_page.nudged.connect(self._ask)
        self.weight_page.wanted.connect(self._choose_extreme)

    def _sort_menu(self) -> dict[str, QAction]:
        """Sort by keyboard too: the heads of the columns are for the pointer."""
        menu, group = QMenu("Sort by", self._dock.menu), QActionGroup(self)
        actions = {}
        for key in KEYS:
            action = menu.addAction(TITLES[key], partial(self.rows.sort_by, key))
            action.setCheckable(True)
            group.addAction(action)
            actions[key] = action
        actions["size"].setChecked(True)
        self._dock.add_menu(menu)
        return actions

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.pages

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        if self.is_unfinished:
            self.is_unfinished = not self.rows.table.paint_part()
            return
        snapshot, shown = frame.snapshot, self._shown
        self._snapshot = snapshot
        if snapshot.gradient is None:
            return
        if snapshot.state is RunState.RUNNING:
            self._n_frames += 1
            is_due = self._n_frames % REST == 1
        else:
            now = snapshot.gradient, snapshot.parameters
            is_due = shown is None or (shown.gradient, shown.parameters) != now
        if is_due or shown is None:
            self._refresh(in_parts=frame.is_repeated)

    @property
    def is_held(self) -> bool:
        """Whether rows stand still although training runs: one is about to be clicked."""
        snapshot = self._snapshot
        is_running = snapshot is not None and snapshot.state is RunState.RUNNING
        return is_running and self.rows.is_pointed_at

    def _refresh(self, *, in_parts: bool = False) -> None:
        """Show the newest gradient on the page in sight."""
        snapshot, page = self._snapshot, self.switch.current()
        if snapshot is None or snapshot.gradient is None:
            return
        if page == "rows" and self.is_held and self.rows.table.listing is not None:
            self.rows.show_notes(is_held=True)
            return
        gradient = snapshot.gradient
        self._shown, self._limits = snapshot, thresholds(gradient)
        self._n_shown += 1
        if page == "rows":
            self.is_unfinished = self.rows.show_gradient(
                snapshot, gradient, self._limits, in_parts=in_parts
            )
        elif page == "weight":
            self._show_weight()
        else:
            self._show_curve(gradient, self._limits)

    # --- one weight -----------------------------------------------------------------------

    def chosen(self) -> int | None:
        """Give the weight that is selected in the window, else the one that matters most."""
        selected, shown = self._picker.selected, self._shown
        # One that was selected in a larger network is none of this one.
        if selected is not None and shown and selected < shown.parameters.layout.size:
            return selected
        extremes = self._extremes()
        return extremes[0] if extremes else None

    def _extremes(self) -> tuple[int, ...]:
        """Give the weights that matter most and least now; none if the gradient is zero."""
        if self._shown is None or self._shown.gradient is None:
            return ()
        try:
            return extreme_weights(self._shown.gradient)
        except ValueError:
            return ()

    def _show_weight(self) -> None:
        snapshot, index = self._shown, self.chosen()
        if snapshot is None or snapshot.gradient is None or self._limits is None:
            return
        if index is None:
            self.weight_page.show_facts(None)
            self.weight_page.show_found(None, "No weight has a slope here: none matters.")
            return
        gradient, layout = snapshot.gradient, snapshot.parameters.layout
        self.weight_page.show_facts(
            Facts(
                words.name_of(layout, index),
                float(snapshot.parameters.vector[index]),
                -float(gradient.vector[index]),
                rank_of(gradient, index),
                layout.size,
                int(self._limits.words_of(gradient.vector)[index]),
            )
        )
        is_running = snapshot.state is RunState.RUNNING
        is_due = self._n_shown % ASKED == 1 or self.asking.found is None
        if not is_running or (is_due and not self.asking.is_waiting):
            self._ask()

    def _ask(self, _change: float | None = None) -> None:
        """Have the slices of the chosen weight and of the extremes computed."""
        snapshot, index = self._shown, self.chosen()
        if snapshot is not None and index is not None:
            change = self.weight_page.nudge.value()
            question = question_of(snapshot, index, self._extremes(), change)
            self.asking.ask(question, self._dataset.train)

    def _show_found(self) -> None:
        self.weight_page.show_found(self.asking.found, self.asking.error)

    def _show_curve(self, gradient: Parameters, limits: Thresholds) -> None:
        if limits.n_half == 0:
            self.plot.show_curve(np.empty(0), None, "The gradient is zero: nothing carries it.")
            self.curve_note.set_text("")
            return
        shares = concentration(gradient)
        self.plot.show_curve(shares, limits)
        half, most = number_text.whole(limits.n_half), number_text.whole(limits.n_most)
        text = f"{half} weights carry half of |∇C|², {most} carry 90 %"
        self.curve_note.set_text(f"{text}, of {number_text.whole(shares.size)}")
        self.plot.setAccessibleDescription(self.curve_note.text())

    # --- what the user does ---------------------------------------------------------------

    def _choose_extreme(self, role: int) -> None:
        extremes = self._extremes()
        if extremes:
            self._picker.select(extremes[role - 1])

    def _selection_changed(self) -> None:
        table = self.rows.table
        table.select(self._picker.selected)
        if not table.viewport().underMouse():
            table.reveal(self._picker.selected)
        if self.switch.current() == "weight":
            self._show_weight()
            self._ask()

    def _page_chosen(self, key: str) -> None:
        self.pages.setCurrentIndex(list(PAGES).index(key))
        self._refresh()
        if key == "rows":
            self.rows.table.reveal(self._picker.selected)

    # --- what is remembered ---------------------------------------------------------------

    def describe(self) -> Description:
        """Give the listed components as a table."""
        snapshot, limits = self._shown, self._limits
        if snapshot is not None and snapshot.gradient is not None and limits is not None:
            self.rows.show_gradient(snapshot, snapshot.gradient, limits, in_parts=False)
        return self.rows.describe()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        self._dataset = dataset
        self._snapshot, self._shown, self._limits = None, None, None
        self.is_unfinished = False
        self.asking.forget()
        self.rows.forget()
        self.curve_note.set_text("")
        self.plot.show_curve(np.empty(0), None)
        self.weight_page.show_facts(None)
        self.weight_page.show_found(None, "")

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"page": self.switch.current(), **self.rows.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        self.rows.restore(state)
        if state.get("page") in PAGES:
            self.switch.set_current(state["page"])
            self._page_chosen(state["page"])
