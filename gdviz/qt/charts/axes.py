"""Which part of the numbers a chart's axes show, and where a number stands; no Qt."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gdviz.qt.charts.plotted import Floats, Picture
from gdviz.qt.number_text import tick
from gdviz.qt.widgets.ticks import linear_ticks, log_ticks

MOST_X, MOST_Y = 6, 5
TINY = 1e-290
MARGIN = 0.05
"""Left free at the ends of an axis, as a share of it."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Parameters
    ----------
    low, high : float
        Its ends; of a logarithmic one greater than 0.
    is_log : bool
    ticks : tuple of (float, str)
    """

    low: float
    high: float
    is_log: bool
    ticks: tuple[tuple[float, str], ...]

    def places(self, values: Floats) -> Floats:
        """Give where numbers stand, 0 at the low end to 1; NaN for what the axis has not."""
        low, high = self.low, self.high
        if self.is_log:
            values = np.where(values >= sys.float_info.min, values, np.nan)
            values, low, high = np.log10(values), math.log10(low), math.log10(high)
        result: Floats = (values - low) / (high - low)
        return result

    def place(self, value: float) -> float:
        """Give where one number stands; see `places`."""
        return float(self.places(np.array([value]))[0])


@dataclass(frozen=True, slots=True)
class Axes:
    """Both axes of a chart."""

    x: Axis
    y: Axis


def axes_of(pictures: Sequence[Picture]) -> Axes:
    """Give axes on which everything in some pictures of one kind is in sight.

    Pictures that stand beside each other share them, so that they can be compared.
    """
    chart = pictures[0].chart
    if chart.categories:
        n_categories = max(len(picture.chart.categories) for picture in pictures)
        names = tuple((float(k), name) for k, name in enumerate(chart.categories))
        x = Axis(-0.5, n_categories - 0.5, is_log=False, ticks=names)
    else:
        x = _x_axis(pictures, is_log=chart.is_x_log)
    return Axes(x, _y_axis(pictures, is_log=chart.is_y_log))


def _x_axis(pictures: Sequence[Picture], *, is_log: bool) -> Axis:
    values: list[Floats] = []
    needs_margin = False
    for picture in pictures:
        for index, line in enumerate(picture.lines):
            if line.series.kind == "bars":
                values += picture.bars(index)
            else:
                values.append(np.asarray(line.series.x, np.float64))
                needs_margin |= line.series.kind == "points" or len(line.series.x) == 1
        values += [np.array([r.value]) for r in picture.chart.references if r.axis == "x"]
    low, high = _extent(values, is_log=is_log)
    if needs_margin:
        low, high = _widened(low, high, is_log=is_log)
    return Axis(low, high, is_log, _ticks(low, high, MOST_X, is_log=is_log))


def _y_axis(pictures: Sequence[Picture], *, is_log: bool) -> Axis:
    values: list[Floats] = []
    has_bars = False
    for picture in pictures:
        for line in picture.lines:
            series = line.series
            parts = (series.y, series.low, series.high)
            values += [np.asarray(part, np.float64) for part in parts if part is not None]
            has_bars |= series.kind == "bars"
        values += [np.array([r.value]) for r in picture.chart.references if r.axis == "y"]
    # The length of a bar is read from 0.
    if has_bars and not is_log:
        values.append(np.zeros(1))
    low, high = _extent(values, is_log=is_log)
    stands_on_0 = has_bars and not is_log and low == 0
    wide_low, high = _widened(low, high, is_log=is_log)
    low = 0.0 if stands_on_0 or (low >= 0 > wide_low and not is_log) else wide_low
    return Axis(low, high, is_log, _ticks(low, high, MOST_Y, is_log=is_log))


def _extent(values: Iterable[Floats], *, is_log: bool) -> tuple[float, float]:
    """Give the ends of finite numbers; of a logarithmic axis those above 0."""
    least = sys.float_info.min if is_log else -np.inf
    found = [part[np.isfinite(part) & (part >= least)] for part in values]
    found = [part for part in found if part.size]
    if not found:
        return (1.0, 10.0) if is_log else (0.0, 1.0)
    low = min(float(part.min()) for part in found)
    high = max(float(part.max()) for part in found)
    if low == high and is_log:
        return low / 2, high * 2
    # Of what is next to nothing no round parts can be told.
    if high - low < TINY:
        half = abs(low) / 2 or 0.5
        return low - half, high + half
    return low, high


def _widened(low: float, high: float, *, is_log: bool) -> tuple[float, float]:
    if is_log:
        free = MARGIN * (math.log10(high) - math.log10(low))
        least, most = sys.float_info.min, sys.float_info.max
        return max(low * 10**-free, least), min(high * 10**free, most)
    free = MARGIN * (high - low)
    return low - free, high + free


def _ticks(low: float, high: float, most: int, *, is_log: bool) -> tuple[tuple[float, str], ...]:
    found = log_ticks(low, high, most) if is_log else linear_ticks(low, high, most)
    # 1×10⁻⁷ rather than seven decimals.
    is_long = any(len(text) > 7 for _, text in found)
    return tuple((value, tick(value) if is_long else text) for value, text in found)
