"""The error of finite differences over ε, both axes logarithmic."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gdviz.analysis.difference_errors import ErrorCurve
from gdviz.qt import number_text
from gdviz.qt.theme import Theme
from gdviz.qt.views.race_of_gradients import words
from gdviz.qt.widgets.field_plot import FieldPlot

EMPTY = "How wrong finite differences are for each ε appears here. Press Error over ε."
_DASHES: dict[str, list[float]] = {"float64": [], "float32": [2.5, 2]}
_ROUND = Qt.PenCapStyle.FlatCap


class ErrorPlot(FieldPlot):
    """A curve for each kind and precision; a dot at its lowest place, a wedge where theory says."""

    def __init__(self) -> None:
        super().__init__("Error of finite differences over ε")
        self.curves: tuple[ErrorCurve, ...] = ()
        self.empty_text = EMPTY

    def show_curves(self, curves: tuple[ErrorCurve, ...], empty: str = EMPTY) -> None:
        """Show other curves; `empty` stands where there are none."""
        if curves == self.curves and empty == self.empty_text:
            return
        self.curves, self.empty_text = curves, empty
        self.setAccessibleDescription("; ".join(map(words.curve_line, curves)) or empty)
        errors = np.concatenate([curve.error for curve in curves]) if curves else np.empty(0)
        errors = errors[np.isfinite(errors) & (errors > 0)]
        if errors.size:
            low, high = math.floor(np.log10(errors.min())), math.ceil(np.log10(errors.max()))
            steps = np.log10(curves[0].epsilon)
            self.low, self.high = (
                (float(steps.min()), low),
                (float(steps.max()), max(high, low + 1)),
            )
        self.update()

    def has_content(self) -> bool:
        """Whether there is a curve with a finite error."""
        return any(math.isfinite(curve.best) for curve in self.curves)

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint the curves and their marks."""
        x = [(float(p), number_text.power_of_ten(p)) for p in range(-12, 1, 2)]
        low, high = int(self.low[1]), int(self.high[1])
        stride = max(1, math.ceil((high - low) / 6))
        y = [(float(p), number_text.power_of_ten(p)) for p in range(low, high + 1, stride)]
        self.paint_axes(painter, theme, x, y)
        entries = [("forward", theme.curve_1), ("central", theme.curve_2)]
        self.paint_caption(painter, theme, "error over ε; dashed float32, ▾ theory", entries)
        for curve in self.curves:
            self._paint_curve(painter, theme, curve)
        for curve in self.curves:
            self._paint_marks(painter, theme, curve)

    def _color(self, theme: Theme, curve: ErrorCurve) -> str:
        return theme.curve_2 if curve.is_central else theme.curve_1

    def _paint_curve(self, painter: QPainter, theme: Theme, curve: ErrorCurve) -> None:
        pen = QPen(QColor(self._color(theme, curve)), 2)
        if _DASHES[curve.dtype]:
            pen.setDashPattern(_DASHES[curve.dtype])
            pen.setCapStyle(_ROUND)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        is_known = np.isfinite(curve.error) & (curve.error > 0)
        steps, errors = curve.epsilon[is_known], curve.error[is_known]
        painter.drawPolyline(self.line(np.log10(steps), np.log10(errors)))

    def _paint_marks(self, painter: QPainter, theme: Theme, curve: ErrorCurve) -> None:
        if not (math.isfinite(curve.best) and curve.least_error > 0):
            return
        color = QColor(self._color(theme, curve))
        at = self.point(math.log10(curve.best), math.log10(curve.least_error))
        painter.setPen(QPen(QColor(theme.panel), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(at, 4.5, 4.5)
        # On the lower edge, from below: where theory says that it is lowest.
        foot = self.point(math.log10(curve.recommended), self.low[1])
        wedge = QPolygonF([foot, foot + QPointF(-4.5, -8), foot + QPointF(4.5, -8)])
        is_single = curve.dtype == "float64"
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if is_single else QColor(theme.panel))
        painter.drawPolygon(wedge)
