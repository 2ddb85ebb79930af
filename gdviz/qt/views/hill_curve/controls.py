"""What can be chosen of a hill of one variable, in one column."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.views.hill_curve.model import ALL, FIXED, PROPORTIONAL
from gdviz.qt.views.hill_curve.rate_slider import RateSlider
from gdviz.qt.widgets.formula_field import FormulaField
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.segmented import Segmented
from gdviz.qt.widgets.ticks import multiples_of

OWN = "own"
WIDTH = 224


class CurveControls(QWidget):
    """The fields; the view connects them.

    Parameters
    ----------
    titles : sequence of (key, title)
        Of the known hills.
    problem_of : callable
        Says what is wrong with a formula; see `FormulaField`.
    rate : float
    """

    def __init__(
        self,
        titles: Sequence[tuple[str, str]],
        problem_of: Callable[[str], str],
        rate: float,
    ) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.hill = QComboBox()
        self.hill.setAccessibleName("Hill of one variable")
        self.hill.setFont(font(12))
        for key, title in titles:
            self.hill.addItem(title, key)
        self.hill.addItem("Your own formula", OWN)
        self.formula = FormulaField("Formula of C(w)", problem_of, "C(w), as 0.5(w - 3)^2 + 2")
        self.low, self.high = self._end("w from"), self._end("w to")
        self.way = Segmented(
            (("descent", "Descent"), ("flow", "Flow"), ("mass", "Mass"), (ALL, "All")),
            "What a dropped ball does",
            equal=True,
        )
        self.rule = Segmented(
            ((PROPORTIONAL, "Proportional"), (FIXED, "Fixed")), "Length of a step", equal=True
        )
        self.rate = RateSlider(rate)
        self.random, self.clear = self._button("Random start"), self._button("One ball")
        self.clear.setToolTip("Put away all balls but the last; Delete")
        self._lay_out()

    def show_reach(self, low: float, high: float) -> None:
        """Show the ends of the axis."""
        self.low.set_value(low)
        self.high.set_value(high)

    def choose_hill(self, key: str) -> None:
        """Show which hill it is, without telling."""
        blocked = self.hill.blockSignals(True)
        self.hill.setCurrentIndex(max(self.hill.findData(key), 0))
        self.hill.blockSignals(blocked)

    def _end(self, name: str) -> NumberField:
        prefix = name.removeprefix("w ") + "  "
        return NumberField(name, 0.0, -math.inf, step=multiples_of(0.5), prefix=prefix)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12, 500))
        button.setFixedHeight(28)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.hill)
        column.addWidget(self.formula)
        for pair in ((self.low, self.high), (self.random, self.clear)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for widget in pair:
                row.addWidget(widget, 1)
            column.addLayout(row)
        column.addWidget(self.way)
        column.addWidget(self.rule)
        column.addWidget(self.rate)
        column.addStretch(1)
