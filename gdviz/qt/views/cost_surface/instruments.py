"""The honest instruments beside the map: what the picture alone would hide."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gdviz.qt import number_text
from gdviz.qt.widgets.labels import HintLabel, Label, Role
from gdviz.qt.widgets.meter_bar import MeterBar

WIDTH = 132


@dataclass(frozen=True, slots=True)
class Readings:
    """What the instruments show.

    Parameters
    ----------
    step : int
        Of the parameters to which the two costs belong.
    true_cost, plane_cost, standard_error : float
        On the same examples; NaN where not known.
    off_plane : float
        |θ − plane| / |θ|.
    explained, random_walk : float or None
        Shares of the path's variance on the plane, and what a random walk would have.
    n_examples : int
    plane : str
        ``plane follows`` or ``plane fixed at step 4,398``.
    """

    step: int
    true_cost: float
    plane_cost: float
    standard_error: float
    off_plane: float
    explained: float | None
    random_walk: float | None
    n_examples: int
    plane: str


class Instruments(QWidget):
    """A column of numbers and meters."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Instruments of the cost surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._head(column, "Ball")
        self.ball_step = self._last_value
        self.ball_step.setFont(Label("", 11).font())
        self.ball_step.set_role("muted")
        grid = QGridLayout()
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setVerticalSpacing(3)
        self.true_cost = _row(grid, 0, "true cost", "ball")
        self.plane_cost = _row(grid, 1, "on the plane")
        self.standard_error = _row(grid, 2, "standard error")
        column.addLayout(grid)
        column.addSpacing(20)
        self._head(column, "Off-plane")
        self.off_plane = self._last_value
        self.off_plane_bar = MeterBar("Distance from the plane", "ball")
        column.addWidget(self.off_plane_bar)
        column.addWidget(HintLabel("|θ − plane| / |θ|, live"))
        column.addSpacing(20)
        self._explained = QWidget()
        inner = QVBoxLayout(self._explained)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        self._head(inner, "Explained")
        self.explained = self._last_value
        self.explained_bar = MeterBar("Share of the path's variance on the plane")
        inner.addWidget(self.explained_bar)
        self.random_walk = HintLabel()
        inner.addWidget(self.random_walk)
        column.addWidget(self._explained)
        column.addSpacing(20)
        column.addStretch(1)
        self.examples = HintLabel()
        self.plane = HintLabel()
        column.addWidget(self.examples)
        column.addWidget(self.plane)
        self.readings: Readings | None = None

    def _head(self, column: QVBoxLayout, title: str) -> None:
        row = QHBoxLayout()
        row.addWidget(Label(title, 12, 600))
        row.addStretch(1)
        self._last_value = Label("", 12, 600)
        self._last_value.setAlignment(_right())
        row.addWidget(self._last_value)
        column.addLayout(row)

    def show_readings(self, readings: Readings) -> None:
        """Show other numbers; no layout is made anew for them."""
        self.readings = readings
        error = readings.standard_error
        texts = [
            (self.ball_step, f"step {number_text.whole(readings.step)}"),
            (self.true_cost, number_text.cost(readings.true_cost)),
            (self.plane_cost, number_text.cost(readings.plane_cost)),
            (
                self.standard_error,
                f"± {_error_text(error)}",
            ),
            (self.off_plane, number_text.percent(readings.off_plane)),
            (self.examples, f"on {number_text.whole(readings.n_examples)} training images"),
            (self.plane, readings.plane),
        ]
        self.off_plane_bar.set_share(readings.off_plane)
        self._explained.setVisible(readings.explained is not None)
        if readings.explained is not None:
            texts.append((self.explained, number_text.percent(readings.explained)))
            self.explained_bar.set_share(readings.explained, readings.random_walk)
            if readings.random_walk is not None:
                walk = number_text.percent(readings.random_walk, 0)
                texts.append((self.random_walk, f"a random walk: {walk}"))
        for label, text in texts:
            label.set_running_text(text)


def _row(grid: QGridLayout, row: int, caption: str, role: Role = "text") -> Label:
    value = Label("", 12, 600, role)
    grid.addWidget(Label(caption, 11, 400, "muted"), row, 0)
    grid.addWidget(value, row, 1)
    grid.setAlignment(value, _right())
    # It keeps the width of its longest text: a shorter one stands at the right of it, away from
    # its caption.
    value.setAlignment(_right())
    value.setAccessibleName(caption)
    return value


def _error_text(error: float) -> str:
    """Give a standard error with as many decimals as the costs above it, or one more.

    An untrained network costs much the same on every image: a power of ten would not fit.
    """
    if 0.001 <= error < 1:
        return f"{error:.3f}"
    return f"{error:.4f}" if 0.00005 <= error < 0.001 else number_text.cost(error)


def _right() -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
