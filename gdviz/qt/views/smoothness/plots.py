"""Curves over k with the slider's place on them, and the slice of the cost."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.smoothness import HARD
from gdviz.qt import number_text
from gdviz.qt.theme import Theme
from gdviz.qt.widgets.field_plot import FieldPlot
from gdviz.qt.widgets.ticks import format_number, linear_ticks

Values = npt.NDArray[np.float64]
_LEAST = 1e-8
"""Smaller slopes stand on the lower edge of a logarithmic axis."""
_AT_STEP = 3.45
"""Where the hard step stands on the axis of log10 k."""
_DASHES: tuple[list[float], ...] = ([], [4, 2.5])


def place_of(steepness: float) -> float:
    """Give where k stands on its axis."""
    return _AT_STEP if steepness == HARD else math.log10(max(steepness, 1.0))


class OverPlot(FieldPlot):
    """Curves over k; a dashed line at the present k.

    Parameters
    ----------
    name, caption : str
        For a screen reader, and above the field.
    is_log : bool
        Values on a logarithmic axis, those below 10⁻⁸ on its lower edge; else shares, 0 to 1.
    words : tuple of str
        What each curve is.
    """

    def __init__(self, name: str, caption: str, words: tuple[str, ...], *, is_log: bool) -> None:
        super().__init__(name)
        self._caption, self._words, self._is_log = caption, words, is_log
        self.steepnesses: Values = np.empty(0)
        self.curves: tuple[Values, ...] = ()
        self.steepness = 1.0
        self.setMinimumSize(130, 80)

    def show_curves(self, steepnesses: Values, curves: Sequence[Values], empty: str) -> None:
        """Show other curves; `empty` is said where there are none."""
        self.steepnesses, self.curves, self.empty_text = steepnesses, tuple(curves), empty
        self.low, self.high = (0.0, 0.0), (_AT_STEP + 0.1, 1.0)
        if self._is_log:
            known = np.concatenate([*self.curves, np.empty(0)])
            high = float(known[np.isfinite(known)].max(initial=1.0))
            top = max(math.ceil(math.log10(max(high, 1.0))), 0)
            self.low, self.high = (0.0, math.log10(_LEAST)), (_AT_STEP + 0.1, float(top))
        self.update()

    def set_steepness(self, steepness: float) -> None:
        """Show where the slider is."""
        if steepness != self.steepness:
            self.steepness = steepness
            self.update()

    def has_content(self) -> bool:
        """Whether there is a curve."""
        return bool(self.curves) and self.steepnesses.size > 0

    def _heights(self, values: Values) -> Values:
        if not self._is_log:
            return values
        return np.asarray(np.log10(np.maximum(values, _LEAST)))

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint curves, axes and the place of the slider."""
        x = [(math.log10(k), format_number(k)) for k in (1.0, 10.0, 100.0)]
        x.append((_AT_STEP, "step"))
        if self._is_log:
            low, high = round(self.low[1]), round(self.high[1])
            y = [(float(p), number_text.power_of_ten(p)) for p in range(low + 4, high + 1, 4)]
            y.append((self.low[1], "≤" + number_text.power_of_ten(low)))
        else:
            y = [(share, number_text.percent(share, 0)) for share in (0.0, 0.5, 1.0)]
        self.paint_axes(painter, theme, x, y)
        colors = (theme.curve_1, theme.curve_2)
        entries = list(zip(self._words, colors, strict=False)) if len(self.curves) > 1 else []
        self.paint_caption(painter, theme, self._caption, entries)
        places = np.array([place_of(k) for k in self.steepnesses])
        for values, color, dash in zip(self.curves, colors, _DASHES, strict=False):
            is_known = np.isfinite(values)
            pen = QPen(QColor(color), 2)
            if dash:
                pen.setDashPattern(dash)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawPolyline(self.line(places[is_known], self._heights(values[is_known])))
        self.paint_upright(painter, theme, place_of(self.steepness))


class SlicePlot(FieldPlot):
    """The cost along a line: as the network is, and at the slider's k."""

    def __init__(self) -> None:
        super().__init__("The cost along a line at this steepness")
        self.t: Values = np.empty(0)
        self.cost: Values = np.empty(0)
        self.own: Values = np.empty(0)
        self._words, self._caption = ("", ""), ""
        self.setMinimumSize(150, 100)

    def show_slice(
        self, line: tuple[Values, Values, Values], caption: str, words: tuple[str, str], empty: str
    ) -> None:
        """Show t, the cost at k and as it is; `empty` is said where there is none."""
        (self.t, self.cost, self.own), self.empty_text = line, empty
        self._caption, self._words = caption, words
        costs = np.concatenate([self.cost, self.own])
        known = costs[np.isfinite(costs)]
        if known.size:
            low, high = float(known.min()), float(known.max())
            room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
            self.low = float(self.t[0]), low - room
            self.high = float(self.t[-1]), high + room
        self.update()

    def has_content(self) -> bool:
        """Whether a cost is finite."""
        return bool(np.isfinite(self.cost).any() or np.isfinite(self.own).any())

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint both curves, and the ball on that of the slider."""
        x = linear_ticks(self.low[0], self.high[0], 5)
        self.paint_axes(painter, theme, x, linear_ticks(self.low[1], self.high[1], 5))
        colors = (theme.curve_2, theme.curve_1)
        self.paint_caption(
            painter, theme, self._caption, list(zip(self._words, colors, strict=True))
        )
        for values, color in reversed(list(zip((self.cost, self.own), colors, strict=True))):
            is_known = np.isfinite(values)
            painter.setPen(QPen(QColor(color), 2))
            painter.drawPolyline(self.line(self.t[is_known], values[is_known]))
        here = float(self.cost[self.t.size // 2])
        if math.isfinite(here):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ball))
            painter.drawEllipse(self.point(0.0, here), 4, 4)
