"""Backpropagation race: the gradient by 26,004 costs against one pass forward and one back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.gradient_check import CHANGED, WAYS, WHOLE
from gdviz.data.dataset import Dataset
from gdviz.qt.fonts import font
from gdviz.qt.views.race_of_gradients import error_plot, words
from gdviz.qt.views.race_of_gradients.asking import ERRORS, RACE, Asking
from gdviz.qt.views.race_of_gradients.error_plot import ErrorPlot
from gdviz.qt.views.race_of_gradients.lanes import Lanes
from gdviz.qt.views.race_of_gradients.racing import EPSILON, Question
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.scrolled import scrolled
from gdviz.qt.widgets.segmented import Segmented
from gdviz.qt.widgets.ticks import next_on_ladder
from gdviz.runtime.snapshot import Snapshot

MOST_EXAMPLES, USUAL_EXAMPLES = 1000, 100
N_CURVES = 4
TITLES = {WHOLE: "Whole passes", CHANGED: "Changed layers"}
RACE_TIP = (
    "Compute every component by central differences, on a copy of the network as it is now, "
    "and compare it with backpropagation"
)
ERRORS_TIP = (
    "Measure the error of forward and central differences for ε from 1 to 10⁻¹², in float64 "
    "and float32, on a few components drawn at random"
)
WAY_TIP = (
    "Whole passes: every cost is a forward pass through all layers. Changed layers: what the "
    "moved weight does not reach is kept from one forward pass"
)


class RaceOfGradientsView(QObject):
    """Races the two ways on the network in training; nothing runs unless it is asked for."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._dataset = context.dock, context.dataset
        self._snapshot: Snapshot | None = None
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self.examples = NumberField(
            "Examples", USUAL_EXAMPLES, 1, MOST_EXAMPLES, whole=True, step=next_on_ladder,
            suffix="  images",
        )  # fmt: skip
        self.examples.set_explanation(
            "So many of the first training images; the cost is their mean"
        )
        self.way = Segmented(tuple(TITLES.items()), "How a cost is evaluated", equal=True)
        self.way.setToolTip(WAY_TIP)
        self.way.setAccessibleDescription(WAY_TIP)
        self.lanes, self.figures, self.verdict = Lanes(), FigureRows(5), HintLabel()
        self.plot = ErrorPlot()
        self.notes = tuple(RunningLine(11) for _ in range(N_CURVES))
        self.measure = self._button("Error over ε", ERRORS_TIP)
        self.start = self._button("Race", RACE_TIP)
        self.board = self._laid_out()
        self.asking = Asking(context.inspect, self._refresh, self.board)
        self.start.clicked.connect(self._race_or_cancel)
        self.measure.clicked.connect(self._measure_or_cancel)
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    def show_frame(self, frame: Frame) -> None:
        """Note where the network stands; what is known of an earlier step stays."""
        self._snapshot = frame.snapshot
        self._show_subtitle()

    def reset(self, dataset: Dataset) -> None:
        """Another run begins."""
        self._dataset, self._snapshot = dataset, None
        self.asking.forget()
        self._refresh()

    def state(self) -> dict[str, Any]:
        """What the user chose."""
        return {"examples": round(self.examples.value()), "way": self.way.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        count = state.get("examples")
        if isinstance(count, int) and 1 <= count <= MOST_EXAMPLES:
            self.examples.set_value(count)
        if state.get("way") in WAYS:
            self.way.set_current(state["way"])

    def describe(self) -> Description:
        """Tell race and curves."""
        return words.described(self.asking.race, self.asking.errors, self._step())

    # --- what the user does ---------------------------------------------------------------

    def _race_or_cancel(self) -> None:
        question = self._question()
        if self.asking.is_racing:
            self.asking.cancel(RACE)
        elif question is not None:
            self.asking.start_race(question, self._dataset.train)

    def _measure_or_cancel(self) -> None:
        question = self._question()
        if self.asking.errors_progress is not None:
            self.asking.cancel(ERRORS)
        elif question is not None:
            self.asking.start_errors(question, self._dataset.train)

    def _question(self) -> Question | None:
        snapshot = self._snapshot
        if snapshot is None:
            return None
        n_examples = min(round(self.examples.value()), len(self._dataset.train))
        return Question(
            snapshot.config, snapshot.parameters, snapshot.step, n_examples, self.way.current()
        )

    # --- what is shown --------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show how race and measurement stand."""
        asking = self.asking
        race, is_racing = asking.race, asking.is_racing
        self.lanes.show_race(race)
        self.figures.show_rows(*(words.race_rows(race, is_racing=is_racing) if race else ()))
        text = asking.problem or (words.verdict(race) if race else "")
        if text != self.verdict.text():
            self.verdict.setText(text)
        self._name(self.start, "Cancel" if is_racing else "Race")
        progress = asking.errors_progress
        self._name(self.measure, "Cancel ε" if progress is not None else "Error over ε")
        self._show_errors(progress)
        self._show_subtitle()

    def _show_errors(self, progress: float | None) -> None:
        errors = self.asking.errors
        curves = errors.curves if errors is not None else ()
        empty = error_plot.EMPTY
        if progress is not None:
            empty = f"Measuring the error over ε: {100 * progress:.0f} %"
        elif errors is not None and not curves:
            empty = "No component has a gradient here: there is no error to be measured."
        self.plot.show_curves(curves, empty)
        lines = [words.curve_line(curve) for curve in curves]
        for note, line in zip(self.notes, lines or [""] * N_CURVES, strict=True):
            note.set_text(line)

    def _step(self) -> int | None:
        return self._snapshot.step if self._snapshot is not None else None

    def _show_subtitle(self) -> None:
        race, errors = self.asking.race, self.asking.errors
        known = race or errors
        text = words.about(known.question, self._step()) if known is not None else ""
        self.subtitle.set_text(text)
        self._dock.set_subtitle(text)

    # --- how it is made -------------------------------------------------------------------

    def _name(self, button: QPushButton, text: str) -> None:
        if button.text() != text:
            button.setText(text)

    def _button(self, text: str, explanation: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12, 500))
        button.setFixedHeight(24)
        button.setProperty("role", "ghost")
        button.setToolTip(explanation)
        button.setAccessibleDescription(explanation)
        self._dock.add_tool(button)
        return button

    def _laid_out(self) -> QWidget:
        choices = QHBoxLayout()
        choices.setSpacing(8)
        self.examples.setFixedWidth(112)
        choices.addWidget(self.examples)
        choices.addWidget(self.way, 1)
        note = HintLabel(
            "Finite differences here are central, (C(θ + εe) − C(θ − εe)) / 2ε, in float64 with "
            f"ε = ∛eps = {words.exponent(EPSILON)}."
        )
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(choices)
        for widget in (self.lanes, self.figures, self.verdict, note):
            column.addWidget(widget)
        column.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.plot, 1)
        right.addSpacing(4)
        for line in self.notes:
            right.addWidget(line)
        board = QWidget()
        row = QHBoxLayout(board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(scrolled(left), 6)
        row.addLayout(right, 7)
        return board
