"""Smoothness: why activations are continuous, on the network in training now."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.smoothness import HARD
from gdviz.data.dataset import Dataset
from gdviz.qt.views.smoothness import words
from gdviz.qt.views.smoothness.asking import STEEPEST, Asking, Question
from gdviz.qt.views.smoothness.plots import OverPlot, SlicePlot
from gdviz.qt.views.smoothness.steepness_slider import SteepnessSlider
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.scrolled import scrolled
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.snapshot import RunState, Snapshot

MOST_EXAMPLES, USUAL_EXAMPLES = 1000, 100
CONTROLS = 236
ASKED = 5
"""Of the frames that this view is given while training runs, every fifth asks: twice a second."""
DESCENT, WEIGHT = "descent", "weight"
NOTE = (
    "k multiplies z in every sigmoid, on a copy. With hard steps the cost is constant between "
    "jumps: |∇C| = 0, nothing says where downhill is. “Right” is the largest weighted input."
)


class SmoothnessView(QObject):
    """Measures the network at the slider's k whenever it, or the network, is another one."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._picker = context.dock, context.picker
        self._dataset = context.dataset
        self._snapshot: Snapshot | None = None
        self._n_frames = 0
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self.slider = SteepnessSlider()
        self.line = Segmented(((DESCENT, "Along −∇C"), (WEIGHT, "One weight")), "Slice", equal=True)
        self.line.setToolTip("One weight: the one that is selected in the window, else number 0")
        self.examples = NumberField(
            "Examples", USUAL_EXAMPLES, 1, MOST_EXAMPLES, whole=True, suffix="  images"
        )
        self.examples.set_explanation("Over so many of the first training images C is the mean")
        self.examples.setFixedWidth(112)
        self.figures = FigureRows(8)
        self.slopes = OverPlot("|∇C| over k", "|∇C| over k", ("mean", "median"), is_log=True)
        self.flat = OverPlot(
            "Share of saturated neurons over k", "saturated activations over k", (), is_log=False
        )
        self.slice = SlicePlot()
        context.dock.add_tool(self.line)
        context.dock.add_tool(self.examples)
        self.board = self._laid_out()
        self.asking = Asking(context.inspect, self._refresh)
        self.slider.changed.connect(self._chosen)
        self.line.changed.connect(self._chosen)
        self.examples.value_changed.connect(self._chosen)
        self._picker.selection_changed.connect(self._chosen)
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    def show_frame(self, frame: Frame) -> None:
        """Note where the network stands, and ask now and then."""
        before, self._snapshot = self._snapshot, frame.snapshot
        self._n_frames += 1
        if before is None or words.refusal(before.config) != self._refusal():
            self._refresh()
        if frame.snapshot.state is not RunState.RUNNING or self._n_frames % ASKED == 1:
            self._ask()

    def reset(self, dataset: Dataset) -> None:
        """Another run begins."""
        self._dataset, self._snapshot = dataset, None
        self.asking.forget()
        self._refresh()

    def state(self) -> dict[str, Any]:
        """What the user chose; hard steps are ``step``."""
        k = self.slider.value()
        return {
            "k": "step" if k == HARD else k,
            "line": self.line.current(),
            "examples": round(self.examples.value()),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        k, count = state.get("k"), state.get("examples")
        if k == "step":
            self.slider.set_value(HARD)
        elif isinstance(k, int | float) and 1 <= k <= STEEPEST:
            self.slider.set_value(float(k))
        if state.get("line") in {DESCENT, WEIGHT}:
            self.line.set_current(state["line"])
        if isinstance(count, int) and 1 <= count <= MOST_EXAMPLES:
            self.examples.set_value(count)

    def describe(self) -> Description:
        """Tell the numbers, with a row for each k."""
        config = self._snapshot.config if self._snapshot is not None else None
        return words.described(config, self.asking.found, self.asking.over)

    # --- asking ---------------------------------------------------------------------------

    def weight(self) -> int | None:
        """Give the weight of the slice; None for −∇C."""
        if self.line.current() == DESCENT or self._snapshot is None:
            return None
        selected = self._picker.selected
        # One that was selected in a larger network is none of this one.
        size = self._snapshot.parameters.layout.size
        return selected if selected is not None and selected < size else 0

    def _refusal(self) -> str:
        return words.refusal(self._snapshot.config if self._snapshot is not None else None)

    def _chosen(self, _value: object = None) -> None:
        for plot in (self.slopes, self.flat):
            plot.set_steepness(self.slider.value())
        if self.board.isVisible():
            self._ask()

    def _ask(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or self._refusal():
            return
        count = min(round(self.examples.value()), len(self._dataset.train))
        self.asking.ask(
            Question(
                snapshot.config,
                snapshot.parameters,
                snapshot.step,
                count,
                self.slider.value(),
                self.weight(),
            ),
            self._dataset,
        )

    # --- what is shown --------------------------------------------------------------------

    def _refresh(self) -> None:
        refusal = self._refusal()
        found = None if refusal else self.asking.found
        over = None if refusal else self.asking.over
        for widget in (self.slider, self.line, self.examples):
            widget.setEnabled(not refusal)
        self.figures.show_rows(*words.rows(found, over))
        self._show_over()
        self._show_slice()
        text = self.asking.problem or (words.about(found.question) if found is not None else "")
        self.subtitle.set_text(text)
        self._dock.set_subtitle(text)

    def _show_over(self) -> None:
        over, refusal = self.asking.over, self._refusal()
        waits = "The curves over k appear here in a moment."
        if over is None or refusal:
            self.slopes.show_curves(np.empty(0), (), "" if refusal else waits)
            self.flat.show_curves(np.empty(0), (), "")
            return
        steepnesses = np.array([entry.steepness for entry in over.curve])
        means = np.array([entry.gradient_norm for entry in over.curve])
        medians = np.array([entry.typical_gradient_norm for entry in over.curve])
        flat = np.array([words.saturated(entry) for entry in over.curve])
        self.slopes.show_curves(steepnesses, (means, medians), "")
        self.flat.show_curves(steepnesses, (flat,), "")
        for plot in (self.slopes, self.flat):
            plot.set_steepness(self.slider.value())

    def _show_slice(self) -> None:
        found, refusal = self.asking.found, self._refusal()
        nothing = np.empty(0)
        if found is None or refusal:
            self.slice.show_slice((nothing,) * 3, "", ("", ""), refusal or words.EMPTY)
            return
        question = found.question
        layout = question.parameters.layout
        title = "−∇C" if question.weight is None else layout.component_title(question.weight)
        own = question.config.architecture.steepness
        self.slice.show_slice(
            (found.t, found.cost, found.own_cost),
            f"C along {title}",
            (words.steepness(question.steepness), f"as it is, k {own:g}"),
            "The cost is not finite here, or the gradient is zero: there is no slice.",
        )

    def _laid_out(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.slider, self.figures, HintLabel(NOTE)):
            column.addWidget(widget)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.slopes, 1)
        middle.addWidget(self.flat, 1)
        board = QWidget()
        row = QHBoxLayout(board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        area = scrolled(left)
        area.setFixedWidth(CONTROLS + 10)
        row.addWidget(area)
        row.addLayout(middle, 5)
        row.addWidget(self.slice, 6)
        return board
