"""What is painted of one chart, or of two over each other; values only, no Qt.

Colour is never alone: each series also has its own dash and its own mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gdviz.experiments.result import Chart, Series

N_COLORS = 3
"""Line colours of a theme."""
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (4.0, 2.5),
    (1.0, 2.0),
    (8.0, 2.5),
    (7.0, 2.0, 1.5, 2.0),
)
"""Patterns in widths of the pen; with three colours fifteen series differ."""
MARKS = ("disc", "square", "diamond", "triangle", "cross")
GROUP = 0.8
"""Of the room of a category, what its bars take together."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Plotted:
    """A series with how it is drawn.

    Parameters
    ----------
    series : Series
    label : str
    color, dash : int
        Places among the theme's line colours and `DASHES`.
    """

    series: Series
    label: str
    color: int
    dash: int

    @property
    def mark(self) -> str:
        """The shape of its points."""
        return MARKS[self.dash % len(MARKS)]

    @property
    def is_histogram(self) -> bool:
        """Whether x holds the edges of bars."""
        return self.series.kind == "bars" and len(self.series.x) == len(self.series.y) + 1


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A chart as it is painted.

    Parameters
    ----------
    chart : Chart
        Titles, axes, references and note.
    lines : tuple of Plotted
    """

    chart: Chart
    lines: tuple[Plotted, ...]

    def bars(self, index: int) -> tuple[Floats, Floats]:
        """Give left and right ends of the bars of a series."""
        series = self.lines[index].series
        x = np.asarray(series.x, np.float64)
        if self.lines[index].is_histogram:
            return x[:-1], x[1:]
        among = [k for k, line in enumerate(self.lines) if _stands_beside(line)]
        place, count = among.index(index), len(among)
        each = GROUP * self._category_width() / max(count, 1)
        left = x + each * (place - count / 2)
        return left, left + each

    def middles(self, index: int) -> Floats:
        """Give where the values of a series stand on the lower axis."""
        line = self.lines[index]
        if line.series.kind != "bars":
            return np.asarray(line.series.x, np.float64)
        left, right = self.bars(index)
        return (left + right) / 2

    def _category_width(self) -> float:
        """Give the room of a bar that stands at a number: the least distance between two."""
        if self.chart.categories:
            return 1.0
        places = [np.asarray(line.series.x) for line in self.lines if _stands_beside(line)]
        steps = np.diff(np.unique(np.concatenate(places)))
        return float(steps.min()) if len(steps) else 1.0


def _stands_beside(line: Plotted) -> bool:
    return line.series.kind == "bars" and not line.is_histogram


def picture_of(chart: Chart) -> Picture:
    """Give a chart with a colour and a dash for each series."""
    lines = tuple(
        Plotted(series, series.label, _color(series, k), k % len(DASHES))
        for k, series in enumerate(chart.series)
    )
    return Picture(chart, lines)


def overlaid(charts: Sequence[Chart], names: Sequence[str]) -> Picture:
    """Give several results' charts of one kind over each other.

    Parameters
    ----------
    charts : sequence of Chart
        Of one key.
    names : sequence of str
        Of the results; they stand in the legend.

    Notes
    -----
    Of a few series the colour says which one it is and the dash which result; of many, both say
    which result.
    """
    few = all(len(chart.series) <= N_COLORS for chart in charts)
    lines = tuple(
        Plotted(
            series,
            f"{name} {series.label}",
            _color(series, k) if few else place % N_COLORS,
            place % len(DASHES),
        )
        for place, (chart, name) in enumerate(zip(charts, names, strict=True))
        for k, series in enumerate(chart.series)
    )
    note = "; ".join(f"{n}: {c.note}" for n, c in zip(names, charts, strict=True) if c.note)
    return Picture(replace(charts[0], note=note), lines)


def _color(series: Series, place: int) -> int:
    return (place if series.color is None else series.color) % N_COLORS
