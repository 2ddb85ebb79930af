"""The histogram of the costs of all examples, whose bins open their images.

::

    images per bin    ■ all ■ wrong
    1,000 ▂▅█▇▅▃▂      │ mean 0.067
       10 ▃▄▅▅▄▃▂▁▁▁▁▁▁│▂▂▂▁
          10⁻⁶    10⁻³     1
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from gdviz.analysis.inspection.mistakes import CostHistogram
from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.painting import letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.widgets.field_plot import FieldPlot, Ticks
from gdviz.qt.widgets.ticks import linear_ticks, log_ticks

Range = tuple[float, float]

LEAST_BAR = 2.0
"""One image among thousands is still seen."""
LOWEST_COUNT = 0.7
"""Where a logarithmic axis of counts begins: one image has some height."""
EMPTY = "How much each image costs appears here."


class CostHistogramPlot(FieldPlot):
    """Bars for all images and, in front of them, for the wrong ones; the mean as a plumb line.

    Attributes
    ----------
    bin_chosen : Signal(object)
        From which cost to which, or None: Escape, or the same bin again.
    """

    bin_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("Costs of all images: how many cost how much")
        self.empty_text = EMPTY
        self.histogram: CostHistogram | None = None
        self.counts_logarithmic = True
        self.chosen: Range | None = None
        self.current = 0
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- what is shown --------------------------------------------------------------------

    def show_histogram(self, histogram: CostHistogram | None) -> None:
        """Show other counts; None says what will appear."""
        self.histogram = histogram
        if histogram is not None:
            self.current = min(self.current, len(histogram.counts) - 1)
            if self._hovered is not None and self._hovered >= len(histogram.counts):
                self._hovered = None
        self._tell_current()
        self._scale()
        self.update()

    def show_counts(self, *, logarithmic: bool) -> None:
        """Show counts on a logarithmic or a linear axis."""
        self.counts_logarithmic = logarithmic
        self._scale()
        self.update()

    def choose(self, costs: Range | None) -> None:
        """Show which costs are chosen, without emitting `bin_chosen`."""
        if costs != self.chosen:
            self.chosen = costs
            self.update()

    # --- where ----------------------------------------------------------------------------

    def has_content(self) -> bool:
        """Whether costs were counted."""
        return self.histogram is not None

    def _scale(self) -> None:
        """Lay the field over the bins; on a logarithmic axis it counts powers of ten."""
        if self.histogram is None:
            return
        edges = self.histogram.edges
        self.low = self._across(float(edges[0])), self._up(0.0)
        highest = max(float(self.histogram.counts.max()), 2.0)
        self.high = self._across(float(edges[-1])), self._up(highest)

    def _across(self, cost: float) -> float:
        assert self.histogram is not None
        least = float(self.histogram.edges[0])
        return math.log10(max(cost, least)) if self.histogram.is_logarithmic else cost

    def _up(self, count: float) -> float:
        return math.log10(max(count, LOWEST_COUNT)) if self.counts_logarithmic else count

    def place_of(self, cost: float) -> float:
        """Give where a cost stands, in pixels from the left."""
        return self.point(self._across(cost), self.low[1]).x()

    def height_of(self, count: float) -> float:
        """Give how high a bar is, in pixels; at least two where there is an image."""
        if count <= 0:
            return 0.0
        return max(self.room().bottom() - self.point(0, self._up(count)).y(), LEAST_BAR)

    def bin_at(self, position: QPointF) -> int | None:
        """Give the bin under a point: from the top to the axis, however low its bar is."""
        room = self.room()
        if self.histogram is None or not room.left() <= position.x() < room.right():
            return None
        if not room.top() <= position.y() <= self.height():
            return None
        places = self._edge_places()
        return min(int(np.searchsorted(places[1:], position.x(), side="right")), len(places) - 2)

    def _edge_places(self) -> list[float]:
        assert self.histogram is not None
        edges = self.histogram.edges
        across = np.log10(edges) if self.histogram.is_logarithmic else edges
        return self.places(across, np.full(len(edges), self.low[1]))[0]

    def words_of(self, k: int) -> str:
        """Give a bin in words."""
        assert self.histogram is not None
        histogram = self.histogram
        n, wrong = int(histogram.counts[k]), int(histogram.n_wrong[k])
        costs = costs_text((float(histogram.edges[k]), float(histogram.edges[k + 1])))
        return f"{costs}: {number_text.whole(n)} images, {number_text.whole(wrong)} of them wrong"

    # --- painting -------------------------------------------------------------------------

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint bars, mean and axes."""
        assert self.histogram is not None
        self.paint_axes(painter, theme, self._cost_ticks(), self._count_ticks())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bars(painter, theme)
        self._paint_mean(painter, theme)
        words, below = "images by cost", self.histogram.n_below
        if below:
            words += f", {number_text.whole(below)} further left"
        entries = [("all", self._calm(theme)), ("wrong", theme.curve_2)]
        self.paint_caption(painter, theme, words, entries)

    def _count_ticks(self) -> Ticks:
        assert self.histogram is not None
        most = max(int(self.room().height() / 26), 2)
        highest = max(float(self.histogram.counts.max()), 2.0)
        if self.counts_logarithmic:
            return [(math.log10(count), text) for count, text in log_ticks(1, highest, most)]
        return linear_ticks(0, highest, most)

    def _cost_ticks(self) -> Ticks:
        assert self.histogram is not None
        most = max(int(self.room().width() / 44), 2)
        low, high = float(self.histogram.edges[0]), float(self.histogram.edges[-1])
        if not self.histogram.is_logarithmic:
            return linear_ticks(low, high, most)
        ticks = log_ticks(low, high, most)
        return [(math.log10(cost), number_text.tick(cost)) for cost, _ in ticks]

    @staticmethod
    def _calm(theme: Theme) -> str:
        """Give the colour of all images: the wrong ones stand in front of them."""
        return mix(theme.panel, theme.curve_1, 0.55)

    def _paint_bars(self, painter: QPainter, theme: Theme) -> None:
        assert self.histogram is not None
        histogram, room, places = self.histogram, self.room(), self._edge_places()
        heights = [
            [self.height_of(count) for count in counts.tolist()]
            for counts in (histogram.counts, histogram.n_wrong)
        ]
        calm, lit, wrong = (QColor(c) for c in (self._calm(theme), theme.curve_1, theme.curve_2))
        for k, (high, wrong_high) in enumerate(zip(*heights, strict=True)):
            wide = max(places[k + 1] - places[k] - 1, 1.0)
            color = lit if k == self._hovered or self._is_chosen(k) else calm
            for height, paint in ((high, color), (wrong_high, wrong)):
                painter.fillRect(QRectF(places[k], room.bottom() - height, wide, height), paint)
            if self.hasFocus() and k == self.current:
                painter.setPen(QPen(QColor(theme.accent), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                ring = QRectF(places[k] - 1.5, room.top(), wide + 3, room.height() + 1.5)
                painter.drawRoundedRect(ring, 2, 2)

    def _is_chosen(self, k: int) -> bool:
        assert self.histogram is not None
        if self.chosen is None:
            return False
        low, high = self.chosen
        return bool(low <= self.histogram.edges[k] < high)

    def _paint_mean(self, painter: QPainter, theme: Theme) -> None:
        assert self.histogram is not None
        mean, room = self.histogram.mean, self.room()
        if not math.isfinite(mean) or mean < self.histogram.edges[0]:
            return
        x = self.place_of(mean)
        line = QRectF(round(x) - 1, room.top(), 2, room.height())
        painter.fillRect(line, QColor(theme.ball))
        text, letter_font = f"mean {number_text.cost(mean)}", font(11, 600)
        wide = text_width(text, letter_font) + 2
        left = x + 5 if x + 5 + wide < self.width() else x - 5 - wide
        place = QRectF(left, room.top(), wide, 14)
        painter.fillRect(place, QColor(theme.panel))
        letters(painter, place, text, letter_font, theme.ball_text)

    # --- the keyboard and the pointer -----------------------------------------------------

    def _tell_current(self) -> None:
        text = EMPTY if self.histogram is None else self.words_of(self.current)
        self.setAccessibleDescription(text)

    def _press(self, k: int) -> None:
        assert self.histogram is not None
        self.current = k
        self._tell_current()
        edges = self.histogram.edges
        costs = (float(edges[k]), float(edges[k + 1]))
        self.bin_chosen.emit(None if costs == self.chosen else costs)

    # Qt's own names

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(280, 140)

    def event(self, event: QEvent) -> bool:
        """Qt override: tool tips of bins."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            k = self.bin_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if k is None else self.words_of(k), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._hovered = self.bin_at(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        k = self.bin_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and k is not None:
            self._press(k)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -9999}
        steps[Qt.Key.Key_End] = 9999
        if self.histogram is not None and key in steps:
            last = len(self.histogram.counts) - 1
            self.current = min(max(self.current + steps[key], 0), last)
            self._tell_current()
            self.update()
        elif self.histogram is not None and key in ENTER:
            self._press(self.current)
        elif key == Qt.Key.Key_Escape and self.chosen is not None:
            self.bin_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusInEvent(event)
        self.update()


def costs_text(costs: Range) -> str:
    """Give a range of costs in words."""
    low, high = (number_text.cost(cost) for cost in costs)
    return f"cost {low} to {high}"
