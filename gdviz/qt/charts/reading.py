"""A chart in words and numbers: the point that is pointed at, and all of it as a table; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdviz.analysis.description import Cell, Description
from gdviz.experiments.result import Numbers
from gdviz.qt.charts.axes import Axes
from gdviz.qt.charts.plotted import Picture, Plotted
from gdviz.qt.number_text import NOT_KNOWN
from gdviz.qt.widgets.ticks import format_figure


@dataclass(frozen=True, slots=True)
class Spot:
    """One value: which series, and which of its values."""

    series: int
    index: int


def nearest(
    picture: Picture, axes: Axes, across: float, up: float, width: float, height: float
) -> Spot | None:
    """Give the value whose place is nearest to a point of the field.

    Parameters
    ----------
    picture : Picture
    axes : Axes
    across, up : float
        The point, each 0 to 1 of the field.
    width, height : float
        Of the field in pixels: nearest to the eye.
    """
    best, spot = np.inf, None
    for k, line in enumerate(picture.lines):
        x = axes.x.places(picture.middles(k)) - across
        y = axes.y.places(np.asarray(line.series.y, np.float64)) - up
        distances = np.hypot(x * width, y * height)
        if line.series.kind == "bars":
            # Of a bar the whole height counts: the pointer is over it or beside it.
            distances = np.where(np.isfinite(distances), np.abs(x) * width, np.nan)
        if not np.isfinite(distances).any():
            continue
        at = int(np.nanargmin(distances))
        if distances[at] < best:
            best, spot = float(distances[at]), Spot(k, at)
    return spot


def neighbour(picture: Picture, spot: Spot | None, across: int, down: int) -> Spot | None:
    """Give the value that an arrow key leads to: along the series, or to another series."""
    shown = [k for k, line in enumerate(picture.lines) if np.isfinite(line.series.y).any()]
    if not shown:
        return None
    if spot is None or spot.series not in shown:
        return Spot(shown[0], int(np.flatnonzero(np.isfinite(picture.lines[shown[0]].series.y))[0]))
    here = picture.middles(spot.series)[spot.index]
    k = shown[min(max(shown.index(spot.series) + down, 0), len(shown) - 1)]
    known = np.flatnonzero(np.isfinite(picture.lines[k].series.y))
    order = known[np.argsort(picture.middles(k)[known], kind="stable")]
    if k == spot.series:
        at = int(np.flatnonzero(order == spot.index)[0]) if spot.index in order else 0
        return Spot(k, int(order[min(max(at + across, 0), len(order) - 1)]))
    return Spot(k, int(order[np.argmin(np.abs(picture.middles(k)[order] - here))]))


def words_of(picture: Picture, spot: Spot) -> tuple[str, str]:
    """Give what stands in a read-out: the series, and its value with its interval."""
    line = picture.lines[spot.series]
    value = format_figure(float(line.series.y[spot.index]))
    return line.label, f"{_where(picture, line, spot.index)}: {value}{_interval(line, spot.index)}"


def described(picture: Picture) -> Description:
    """Tell a chart in words, with a row for each value."""
    chart = picture.chart
    axes = f"{chart.y_label} against {chart.x_label}" if chart.x_label else chart.y_label
    sentence = f"{chart.title}: {axes}. " + " ".join(_series_words(line) for line in picture.lines)
    for reference in chart.references:
        sentence += f" {reference.label} at {format_figure(reference.value)}."
    if chart.note:
        sentence += f" {chart.note}"
    columns = ("series", chart.x_label or "x", chart.y_label, "95 % from", "95 % to")
    rows = tuple(
        _row(picture, line, index) for line in picture.lines for index in range(len(line.series.y))
    )
    return Description(sentence, columns, rows)


def _series_words(line: Plotted) -> str:
    y = np.asarray(line.series.y, np.float64)
    finite = y[np.isfinite(y)]
    if not len(finite):
        return f"{line.label}: nothing yet."
    low, high = format_figure(float(finite.min())), format_figure(float(finite.max()))
    last = format_figure(float(finite[-1]))
    count = f"{len(finite)} values" if len(finite) != 1 else "one value"
    return f"{line.label}: {count} from {low} to {high}, the last {last}."


def _where(picture: Picture, line: Plotted, index: int) -> str:
    categories = picture.chart.categories
    if line.is_histogram:
        low, high = (format_figure(float(line.series.x[index + k])) for k in (0, 1))
        return f"{low} to {high}"
    x = float(line.series.x[index])
    if categories and x == int(x) and 0 <= int(x) < len(categories):
        return categories[int(x)]
    return format_figure(x)


def _interval(line: Plotted, index: int) -> str:
    low, high = line.series.low, line.series.high
    if low is None or high is None:
        return ""
    return f" [{format_figure(float(low[index]))}, {format_figure(float(high[index]))}]"


def _row(picture: Picture, line: Plotted, index: int) -> tuple[Cell, ...]:
    series = line.series
    is_number = not (line.is_histogram or picture.chart.categories)
    x: Cell = float(series.x[index]) if is_number else _where(picture, line, index)
    return (
        line.label,
        x,
        _cell(series.y, index),
        _cell(series.low, index),
        _cell(series.high, index),
    )


def _cell(values: Numbers | None, index: int) -> Cell:
    if values is None:
        return ""
    value = float(values[index])
    return value if np.isfinite(value) else NOT_KNOWN
