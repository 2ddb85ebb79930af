"""A computed point of a slice that is looked at: its cost, and where the ball may be put."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.cost_surface import CostSurface
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import text_width
from gdviz.qt.surfaces.words_paint import paint_beside
from gdviz.qt.theme import Theme

HINTS = (
    "double-click or Enter puts the ball here, Ctrl+Z takes it back",
    "double-click puts the ball here",
)
ARM = 7.0

ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
}
"""Rows and columns that a key moves on."""


class Crosshair:
    """Stands on a point of the grid, where the cost was computed and not interpolated.

    Attributes
    ----------
    surface : CostSurface or None
        The slice in sight. Another one may have another plane: the cross-hair goes.
    """

    def __init__(self) -> None:
        self.surface: CostSurface | None = None
        self._at: tuple[int, int] | None = None

    @property
    def is_set(self) -> bool:
        """Whether a point is looked at."""
        return self._at is not None and self.surface is not None

    @property
    def coordinates(self) -> tuple[float, float]:
        """Coordinates u and v of the point.

        Raises
        ------
        ValueError
            If no point is looked at.
        """
        if self._at is None or self.surface is None:
            raise ValueError("no point is looked at")
        row, column = self._at
        return float(self.surface.u[column]), float(self.surface.v[row])

    def show(self, surface: CostSurface | None) -> None:
        """Go over to another slice; on the same plane and grid the point stays."""
        before, self.surface = self.surface, surface
        same = (
            surface is not None
            and before is not None
            and surface.plane is before.plane
            and surface.cost.shape == before.cost.shape
        )
        if not same:
            self._at = None

    def put(self, u: float, v: float) -> None:
        """Look at the computed point nearest to a place of the plane."""
        if self.surface is not None:
            row = int(np.argmin(np.abs(self.surface.v - v)))
            self._at = row, int(np.argmin(np.abs(self.surface.u - u)))

    def move(self, rows: int, columns: int, start: tuple[float, float]) -> None:
        """Go on by some points, from a place of the plane if none is looked at yet."""
        if self.surface is None:
            return
        if self._at is None:
            self.put(*start)
            return
        row, column = self._at
        n_rows, n_columns = self.surface.cost.shape
        self._at = min(max(row + rows, 0), n_rows - 1), min(max(column + columns, 0), n_columns - 1)

    def clear(self) -> None:
        """Look at no point."""
        self._at = None

    def text(self, *, is_short: bool = False) -> str:
        """Say what the cost is there and on how many images; empty if no point is looked at.

        The short form leaves out where the point is, which is seen.
        """
        if self._at is None or self.surface is None:
            return ""
        cost = float(self.surface.cost[self._at])
        error = float(self.surface.standard_error[self._at])
        u, v = (number_text.signed(value, 1) for value in self.coordinates)
        scatter = f" ± {number_text.cost(error)}" if math.isfinite(error) else ""
        images = number_text.whole(self.surface.n_examples)
        if is_short:
            return f"cost {number_text.cost(cost)}{scatter}, {images} images"
        return f"cost {number_text.cost(cost)}{scatter} on {images} images at ({u}, {v})"

    def paint(self, painter: QPainter, at: QPointF, where: QRectF, theme: Theme) -> None:
        """Paint the cross and what is to be said of it.

        Parameters
        ----------
        painter : QPainter
        at : QPointF
            The point on the widget.
        where : QRectF
            The map, in which the words stay.
        theme : Theme
        """
        for color, width in ((QColor(16, 20, 24, 170), 4.0), (QColor("#ffffff"), 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawLine(at - QPointF(ARM, 0), at + QPointF(ARM, 0))
            painter.drawLine(at - QPointF(0, ARM), at + QPointF(0, ARM))
        small, room = font(11), where.width() - 20

        def fitting(choices: tuple[str, ...]) -> str:
            return next((c for c in choices if text_width(c, small) <= room), choices[-1])

        said = fitting((self.text(), self.text(is_short=True)))
        lines = [(said, theme.text), (fitting(HINTS), theme.muted)]
        paint_beside(painter, at, lines, where, theme)
