"""How high the balls came to rest, in each number of dimensions, and how the share falls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.hill.tally import Tally
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, letters
from gdviz.qt.theme import Theme
from gdviz.qt.views.tally import words
from gdviz.qt.widgets.field_plot import FieldPlot
from gdviz.qt.widgets.ticks import linear_ticks

N_BINS = 36
_SHOWN = 99.5
"""Per cent of the finite costs that the axis holds; what is higher counts in the last bar."""


class CostsPlot(FieldPlot):
    """A histogram of the costs at the ends; the lowest valley's bar has a colour of its own."""

    def __init__(self, n_dimensions: int) -> None:
        super().__init__(f"Costs at the ends in {words.dimensions(n_dimensions)}")
        self.name = words.dimensions(n_dimensions)
        self.found: Tally | None = None
        self.counts: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self.edges: npt.NDArray[np.float64] = np.empty(0)
        self.empty_text = ""

    def show_tally(self, found: Tally | None, empty: str) -> None:
        """Show another tally; without one `empty` is said."""
        if found is self.found and empty == self.empty_text:
            return
        self.found, self.empty_text = found, empty
        self.setAccessibleDescription(empty)
        if found is not None:
            self.counts, self.edges = binned(found)
            self.low, self.high = (0.0, 0.0), (float(self.edges[-1]), self.counts.max() * 1.08)
            said = f"{words.lowest(found)} in the lowest of {words.valleys(found)}"
            self.setAccessibleDescription(said)
        self.update()

    def has_content(self) -> bool:
        """Whether there is a ball with a finite cost."""
        return self.found is not None and bool(self.counts.sum())

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint the bars; the part of the first that is the lowest valley's stands out."""
        assert self.found is not None
        x = linear_ticks(0.0, self.high[0], 5)
        self.paint_axes(painter, theme, x, linear_ticks(0.0, self.high[1], 4))
        self.paint_caption(
            painter, theme, f"{self.name}, {words.valleys(self.found)}: balls over C"
        )
        painter.setPen(Qt.PenStyle.NoPen)
        for k, count in enumerate(self.counts.tolist()):
            self._paint_bar(painter, theme.curve_1, k, 0, count)
        # All of the lowest valley are in the first bar: their costs are below ½.
        self._paint_bar(painter, theme.curve_3, 0, 0, self.found.n_deepest)

    def _paint_bar(self, painter: QPainter, color: str, k: int, low: float, high: float) -> None:
        if high <= low:
            return
        foot = self.point(float(self.edges[k]), low)
        top = self.point(float(self.edges[k + 1]), high)
        # A ball of a thousand is still to be seen.
        tall = max(foot.y() - top.y(), 1.5)
        bar = QRectF(foot.x() + 0.5, foot.y() - tall, max(top.x() - foot.x() - 1, 1), tall)
        painter.fillRect(bar, QColor(color))


def binned(found: Tally) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Give counts and edges of the bars; the last holds what is higher, infinite costs nowhere."""
    costs = found.costs[np.isfinite(found.costs)]
    high = float(np.percentile(costs, _SHOWN)) if costs.size else 1.0
    # The first bar holds the lowest valley, whose costs are below ½, and no other.
    n_bins = max(1, min(N_BINS, int(high / 0.75)))
    edges = np.linspace(0.0, max(high, 1.0), n_bins + 1)
    counts, _ = np.histogram(np.minimum(costs, edges[-1]), edges)
    return counts, edges


class SharePlot(FieldPlot):
    """The share that found the lowest valley, with its 95 % interval, for each dimension."""

    def __init__(self) -> None:
        super().__init__("Share that found the lowest valley")
        self.tallies: tuple[Tally, ...] = ()
        self.setMinimumSize(160, 90)

    def show_tallies(self, tallies: Sequence[Tally]) -> None:
        """Show other tallies."""
        if tuple(tallies) == self.tallies:
            return
        self.tallies = tuple(tallies)
        highest = max((found.high for found in tallies), default=1.0)
        self.low, self.high = (-0.5, 0.0), (len(tallies) - 0.5, max(highest * 1.25, 0.01))
        said = (f"{words.dimensions(t.n_dimensions)} {words.lowest(t)}" for t in tallies)
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def has_content(self) -> bool:
        """Whether there is a tally."""
        return bool(self.tallies)

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint a bar, its interval and its number for each."""
        high = self.high[1]
        y = [(value, number_text.percent(value, 0)) for value, _ in linear_ticks(0, high, 4)]
        x = [(float(k), str(found.n_dimensions)) for k, found in enumerate(self.tallies)]
        self.paint_axes(painter, theme, x, y)
        self.paint_caption(painter, theme, "share in the lowest valley over dimensions, with 95 %")
        for k, found in enumerate(self.tallies):
            if found.n_deepest:
                foot, top = self.point(k - 0.22, 0.0), self.point(k + 0.22, found.share)
                bar = QRectF(foot.x(), top.y(), top.x() - foot.x(), max(foot.y() - top.y(), 1.5))
                painter.fillRect(bar, QColor(theme.curve_3))
            self._paint_interval(painter, theme, k, found)

    def _paint_interval(self, painter: QPainter, theme: Theme, k: int, found: Tally) -> None:
        low, high = self.point(k, found.low), self.point(k, found.high)
        painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawLine(low, high)
        for end in (low, high):
            painter.drawLine(end - QPointF(4, 0), end + QPointF(4, 0))
        place = QRectF(high.x() - 50, high.y() - 18, 100, 14)
        text = number_text.percent(found.share)
        letters(painter, place, text, font(11, 600), theme.text, CENTER)
