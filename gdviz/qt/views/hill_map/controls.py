"""What can be chosen of a hill of two variables, in one column."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Layout
from gdviz.qt.fonts import font
from gdviz.qt.views.hill_map.model import MOST_MOMENTUM, MOST_STEPS, USUAL_MOMENTUM
from gdviz.qt.views.hill_map.network_hill import NetworkFields
from gdviz.qt.widgets.formula_field import FormulaField
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.ticks import multiples_of

OWN, NETWORK = "own", "network"
_OTHERS = ((OWN, "Your own formula"), (NETWORK, "Two weights of the network"))
WIDTH = 224
NOTE = (
    "Both axes have one scale, so the arrow of −∇C stands perpendicular on the contours. Dots: "
    "the next step of the chosen optimizer."
)


class MapControls(QWidget):
    """The fields; the view connects them.

    Parameters
    ----------
    titles : sequence of (key, title)
        Of the known hills.
    problem_of : callable
        Says what is wrong with a formula; see `FormulaField`.
    layout_of : callable
        Gives the layout of the network in training; see `NetworkFields`.
    """

    def __init__(
        self,
        titles: Sequence[tuple[str, str]],
        problem_of: Callable[[str], str],
        layout_of: Callable[[], Layout | None],
    ) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.hill = self._choice("Hill of two variables", [*titles, *_OTHERS])
        self.formula = FormulaField("Formula of C(x, y)", problem_of, "C(x, y), as x^2 + 3y^2")
        anywhere = multiples_of(0.1)
        self.network = NetworkFields(layout_of)
        self.start_x = NumberField("Start x", 0.0, -math.inf, step=anywhere, prefix="x  ")
        self.start_y = NumberField("Start y", 0.0, -math.inf, step=anywhere, prefix="y  ")
        self.random = QPushButton("Random start")
        self.random.setFont(font(12, 500))
        self.random.setFixedHeight(28)
        self.steps = NumberField("Steps", 120, 1, MOST_STEPS, whole=True)
        self.momentum = NumberField(
            "Momentum: share of the velocity that is kept", USUAL_MOMENTUM, 0.0, MOST_MOMENTUM
        )
        titles_of = [(key, optimizer.title) for key, optimizer in OPTIMIZERS.items()]
        self.chosen = self._choice("Optimizer whose numbers are shown", titles_of)
        self._lay_out()

    def show_kind(self, *, is_network: bool) -> None:
        """Show the fields of a formula, or those of two weights."""
        self.formula.setVisible(not is_network)
        self.network.setVisible(is_network)

    def show_start(self, x: float, y: float) -> None:
        """Show where the start is."""
        self.start_x.set_value(x)
        self.start_y.set_value(y)

    def choose(self, field: QComboBox, key: str) -> None:
        """Show a choice without telling."""
        blocked = field.blockSignals(True)
        field.setCurrentIndex(max(field.findData(key), 0))
        field.blockSignals(blocked)

    def _choice(self, name: str, entries: Sequence[tuple[str, str]]) -> QComboBox:
        field = QComboBox()
        field.setAccessibleName(name)
        field.setFont(font(12))
        for key, title in entries:
            field.addItem(title, key)
        return field

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.addWidget(Label("Start", 12, 600), 0, 0, 1, 2)
        grid.addWidget(self.start_x, 1, 0)
        grid.addWidget(self.start_y, 1, 1)
        grid.addWidget(self.random, 2, 0, 1, 2)
        for row, (name, field) in enumerate(
            (("Steps", self.steps), ("Momentum μ", self.momentum), ("Numbers of", self.chosen)), 3
        ):
            grid.addWidget(Label(name, 12, 400, "muted"), row, 0)
            grid.addWidget(field, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.hill)
        column.addWidget(self.formula)
        column.addWidget(self.network)
        column.addLayout(grid)
        column.addWidget(HintLabel(NOTE))
        column.addStretch(1)
