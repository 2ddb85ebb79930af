"""The curves over time and the histogram of angles, painted directly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.noise_look import NoiseLook, NoisePoint, angle_histogram
from gdviz.qt.theme import Theme
from gdviz.qt.views.gradient_noise import words
from gdviz.qt.widgets.field_plot import FieldPlot
from gdviz.qt.widgets.ticks import linear_ticks, log_ticks

Floats = npt.NDArray[np.float64]


class TimePlot(FieldPlot):
    """A quantity over the steps: the median with its tenths as a band, and the run's own.

    Parameters
    ----------
    name : str
        What is shown upwards.
    is_logarithmic : bool
    has_steps : bool
        Whether the numbers of the steps stand below.
    """

    def __init__(self, name: str, *, is_logarithmic: bool, has_steps: bool) -> None:
        super().__init__(name)
        self.name, self._is_logarithmic, self._has_steps = name, is_logarithmic, has_steps
        self.steps: Floats = np.empty(0)
        self.middle: Floats = np.empty(0)
        self.band: tuple[Floats, Floats] | None = None
        self.own: Floats | None = None
        self.caption = ""
        self.shown_step: int | None = None
        self.setMinimumSize(200, 56)
        self.bottom = 18.0 if has_steps else 6.0

    def show_curve(
        self,
        steps: Floats,
        middle: Floats,
        caption: str,
        band: tuple[Floats, Floats] | None = None,
        own: Floats | None = None,
    ) -> None:
        """Show other numbers; on a logarithmic axis those above 0."""
        self.steps, self.middle, self.caption = steps, self._up(middle), caption
        self.band = None if band is None else (self._up(band[0]), self._up(band[1]))
        self.own = None if own is None else self._up(own)
        shown = [self.middle, *(self.band or ()), *(() if self.own is None else (self.own,))]
        known = np.concatenate(shown) if steps.size else np.empty(0)
        known = known[np.isfinite(known)]
        if known.size:
            low, high = float(known.min()), float(known.max())
            room = max(0.1 * (high - low), 0.02 * abs(high), 0.05)
            low = low - room if self._is_logarithmic else max(low - room, 0.0)
            # Steps are whole: a short axis would have fractions on it.
            end = max(float(steps[-1]), float(steps[0]) + 10)
            self.low, self.high = (float(steps[0]), low), (end, high + room)
        self.update()

    def _up(self, values: Floats) -> Floats:
        if not self._is_logarithmic:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)

    def has_content(self) -> bool:
        """Whether there is a number."""
        return bool(np.isfinite(self.middle).any())

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint band, line and dots."""
        x = linear_ticks(self.low[0], self.high[0], 5) if self._has_steps else []
        self.paint_axes(painter, theme, x, self._ticks())
        self.paint_caption(painter, theme, self.caption)
        known = np.isfinite(self.middle)
        steps = self.steps[known]
        if self.band is not None:
            low, high = (edge[known] for edge in self.band)
            color = QColor(theme.curve_1)
            color.setAlphaF(0.22)
            # There along the upper edge, and back along the lower one.
            there_and_back = np.concatenate([steps, steps[::-1]])
            outline = self.line(there_and_back, np.concatenate([high, low[::-1]]))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPolygon(outline)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.curve_1), 2))
        painter.drawPolyline(self.line(steps, self.middle[known]))
        painter.setPen(Qt.PenStyle.NoPen)
        if len(steps) == 1:
            painter.setBrush(QColor(theme.curve_1))
            painter.drawEllipse(self.point(float(steps[0]), float(self.middle[known][0])), 3, 3)
        if self.own is not None:
            painter.setBrush(QColor(theme.ball))
            across, down = self.places(steps, self.own[known])
            for place in zip(across, down, strict=True):
                painter.drawEllipse(QPointF(*place), 1.8, 1.8)
        if self.shown_step is not None and self.low[0] <= self.shown_step <= self.high[0]:
            self.paint_upright(painter, theme, float(self.shown_step))

    def _ticks(self) -> Sequence[tuple[float, str]]:
        if not self._is_logarithmic:
            return linear_ticks(self.low[1], self.high[1], 3)
        ticks = log_ticks(10.0 ** self.low[1], 10.0 ** self.high[1], 3)
        return [(float(np.log10(value)), text) for value, text in ticks]


class AnglePlot(FieldPlot):
    """How far the gradients of many mini-batches are off, as a histogram."""

    def __init__(self) -> None:
        super().__init__("Angles of mini-batches to the full gradient")
        self.look: NoiseLook | None = None
        self.edges: Floats = np.empty(0)
        self.counts: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self.empty_text = words.EMPTY
        self.setMinimumSize(200, 90)

    def show_look(self, look: NoiseLook | None, empty: str = "") -> None:
        """Show another look; `empty` stands where there is no distribution."""
        self.look, self.empty_text = look, empty
        if look is not None:
            self.edges, self.counts = angle_histogram(look.angles)
            if self.counts.size:
                low = min(float(self.edges[0]), look.point.angle)
                high = max(float(self.edges[-1]), look.point.angle)
                self.low = (max(low - 3, 0.0), 0.0)
                self.high = (min(high + 3, 180.0), 1.1 * float(self.counts.max()))
        self.update()

    def has_content(self) -> bool:
        """Whether there are mini-batches that are not all examples."""
        return self.look is not None and self.look.scale is not None and bool(self.counts.size)

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint the bars, the next mini-batch and the angle to be expected."""
        assert self.look is not None
        point, scale = self.look.point, self.look.scale
        x = [(v, f"{text}°") for v, text in linear_ticks(self.low[0], self.high[0], 6)]
        self.paint_axes(painter, theme, x, linear_ticks(0.0, self.high[1], 4))
        entries = [("next mini-batch", theme.ball)]
        self.paint_caption(painter, theme, f"of {words.tried(point)}, how many", entries)
        room = self.room()
        for left, right, count in zip(self.edges, self.edges[1:], self.counts, strict=False):
            start, end = self.point(float(left), 0), self.point(float(right), float(count))
            bar = QRectF(start.x() + 0.5, end.y(), end.x() - start.x() - 1, start.y() - end.y())
            painter.fillRect(bar, QColor(theme.curve_1))
        if scale is not None:
            expected = scale.angle(point.mini_batch, point.n_examples)
            if self.low[0] <= expected <= self.high[0]:
                self.paint_upright(painter, theme, expected)
        if np.isfinite(point.angle):
            at = self.point(point.angle, 0).x()
            painter.setPen(QPen(QColor(theme.ball), 2))
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))


def columns_of(points: Sequence[NoisePoint]) -> dict[str, Floats]:
    """Give the curves as arrays: steps, angles and ratios with their tenths, noise scales."""
    return {
        "steps": np.array([p.step for p in points], float),
        "angle": np.array([p.angle for p in points], float),
        "angles": np.array([p.angles for p in points], float).reshape(-1, 3),
        "ratio": np.array([p.norm_ratio for p in points], float),
        "ratios": np.array([p.norm_ratios for p in points], float).reshape(-1, 3),
        "scale": np.array([p.noise_scale for p in points], float),
    }
