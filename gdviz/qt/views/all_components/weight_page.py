"""One weight: its numbers, its exact slice beside two others, and moving it by hand."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.gradient_ranking import WORDS
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.views.all_components import words
from gdviz.qt.views.all_components.asking import Found
from gdviz.qt.views.all_components.plots import ROLES, RoleSlice, SlicePlot
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.running_line import RunningLine

FURTHEST = 1000.0
STEP = 0.1
EMPTY = "The exact slices of the cost appear here in a moment."


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of the chosen component: name, numbers, rank and word (an index of `WORDS`)."""

    name: str
    value: float
    downhill: float
    rank: int
    count: int
    word: int

    @property
    def numbers(self) -> str:
        """Give name, weight and slope in a line."""
        slope = words.number(self.downhill)
        return f"{self.name}:  W {words.number(self.value)},  −∂C/∂w {slope}"

    @property
    def importance(self) -> str:
        """Say in a line how much it matters."""
        rank = f"{number_text.whole(self.rank)} of {number_text.whole(self.count)}"
        return f"matters {WORDS[self.word]}: rank {rank} by |∂C/∂w|"


def _next_tenth(value: float, steps: int) -> float:
    return round(value / STEP + steps) * STEP


class WeightPage(QWidget):
    """The chosen weight.

    Attributes
    ----------
    nudged : Signal(float)
        Δ, by which it is to be moved on a copy; 0 moves nothing.
    wanted : Signal(int)
        1: the weight that matters most is to be chosen, 2: the least.
    """

    nudged = Signal(float)
    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.facts, self.importance = RunningLine(12), RunningLine(11)
        self.plot = SlicePlot()
        self.nudge = NumberField(
            "Nudge Δ", 0.0, -FURTHEST, FURTHEST, prefix="Δ  ", step=_next_tenth
        )
        self.nudge.set_explanation(
            "Move the chosen weight by Δ on a copy of the network: the true change of C stands "
            "beside what the gradient foretold, ∂C/∂w·Δ"
        )
        self.nudge.value_changed.connect(self.nudged)
        self.result, self.details = RunningLine(12), RunningLine(11)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.nudge.setFixedWidth(110)
        row.addWidget(self.nudge)
        row.addWidget(self._button("The most", 1, "Choose the weight that matters most now"))
        least = "Choose the weight that matters least now, of those that matter at all"
        row.addWidget(self._button("The least", 2, least))
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.facts)
        column.addWidget(self.importance)
        column.addWidget(self.plot, 1)
        column.addLayout(row)
        column.addWidget(self.result)
        column.addWidget(self.details)

    def _button(self, text: str, role: int, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12))
        button.setProperty("role", "ghost")
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self.wanted.emit(role))
        return button

    def show_facts(self, facts: Facts | None) -> None:
        """Say what is known of the chosen weight."""
        self.facts.set_text("" if facts is None else facts.numbers)
        self.importance.set_text("" if facts is None else facts.importance)

    def show_found(self, found: Found | None, error: str) -> None:
        """Show the slices and the nudge, or why there are none."""
        if found is None:
            self.plot.show_slices((), None, error or EMPTY)
            self.result.set_text("")
            self.details.set_text("")
            return
        question = found.question
        slices = [
            RoleSlice(role, line) for role, line in zip(question.roles, found.lines, strict=True)
        ]
        self.plot.show_slices(slices, found.nudge, error)
        told = [words.slice_words(ROLES[entry.role][0], entry.line) for entry in slices]
        self.plot.setAccessibleDescription("; ".join(told))
        n_examples = number_text.whole(found.lines[0].n_examples) if found.lines else "0"
        step = number_text.whole(question.step)
        self.result.set_text(
            words.nudge_text(found.nudge)
            or "Type a Δ: how does C change, and what did the gradient say?"
        )
        self.details.set_text(
            words.nudge_details(found.nudge)
            or f"exact, over {n_examples} training images, at step {step}; others held"
        )
