"""The histogram of the costs of all examples, whose bins open their images.

::

    images per bin    ■ all ■ wrong
    1,000 ▂▅█▇▅▃▂      │ mean 0.067
       10 ▃▄▅▅▄▃▂▁▁▁▁▁▁│▂▂▂▁
          10⁻⁶    10⁻³     1
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gdviz.analysis.inspection.mistakes import CostHistogram
from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, RIGHT, empty_state, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget
from gdviz.qt.widgets.ticks import linear_ticks, log_ticks

Range = tuple[float, float]

LEFT, TOP, BOTTOM, RIGHT_ROOM = 38.0, 22.0, 18.0, 8.0
LEAST_BAR = 2.0
"""One image among thousands is still seen."""
LOWEST_COUNT = 0.7
"""Where a logarithmic axis of counts begins: one image has some height."""
EMPTY = "How much each image costs appears here."
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class CostHistogramPlot(ThemedWidget):
    """Bars for all images and, in front of them, for the wrong ones; the mean as a plumb line.

    Attributes
    ----------
    bin_chosen : Signal(object)
        From which cost to which, or None: Escape, or the same bin again.
    """

    bin_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.histogram: CostHistogram | None = None
        self.counts_logarithmic = True
        self.chosen: Range | None = None
        self.current = 0
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Costs of all images: how many cost how much")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 100)

    # --- what is shown --------------------------------------------------------------------

    def show_histogram(self, histogram: CostHistogram | None) -> None:
        """Show other counts; None says what will appear."""
        self.histogram = histogram
        if histogram is not None:
            self.current = min(self.current, len(histogram.counts) - 1)
            if self._hovered is not None and self._hovered >= len(histogram.counts):
                self._hovered = None
        self._tell_current()
        self.update()

    def show_counts(self, *, logarithmic: bool) -> None:
        """Show counts on a logarithmic or a linear axis."""
        self.counts_logarithmic = logarithmic
        self.update()

    def choose(self, costs: Range | None) -> None:
        """Show which costs are chosen, without emitting `bin_chosen`."""
        if costs != self.chosen:
            self.chosen = costs
            self.update()

    # --- where ----------------------------------------------------------------------------

    def _room(self) -> QRectF:
        wide, high = self.width() - LEFT - RIGHT_ROOM, self.height() - TOP - BOTTOM
        return QRectF(LEFT, TOP, max(wide, 10.0), max(high, 10.0))

    def place_of(self, cost: float) -> float:
        """Give where a cost stands, in pixels from the left."""
        assert self.histogram is not None
        edges, room = self.histogram.edges, self._room()
        low, high = float(edges[0]), float(edges[-1])
        if self.histogram.is_logarithmic:
            low, high, cost = math.log(low), math.log(high), math.log(max(cost, low * 1e-6))
        return room.left() + (cost - low) / (high - low) * room.width()

    def height_of(self, count: float) -> float:
        """Give how high a bar is, in pixels; at least two where there is an image."""
        room = self._room().height()
        if count <= 0:
            return 0.0
        highest = self._highest()
        share = count / highest
        if self.counts_logarithmic:
            share = math.log(count / LOWEST_COUNT) / math.log(highest / LOWEST_COUNT)
        return max(share * room, LEAST_BAR)

    def _highest(self) -> float:
        assert self.histogram is not None
        return max(float(self.histogram.counts.max()), 2.0)

    def bin_at(self, position: QPointF) -> int | None:
        """Give the bin under a point: from the top to the axis, however low its bar is."""
        room = self._room()
        if self.histogram is None or not room.left() <= position.x() < room.right():
            return None
        if not room.top() <= position.y() <= self.height():
            return None
        edges = self.histogram.edges.tolist()
        for k in range(len(edges) - 1):
            if position.x() < self.place_of(edges[k + 1]):
                return k
        return len(edges) - 2

    def words_of(self, k: int) -> str:
        """Give a bin in words."""
        assert self.histogram is not None
        histogram = self.histogram
        n, wrong = int(histogram.counts[k]), int(histogram.n_wrong[k])
        costs = costs_text((float(histogram.edges[k]), float(histogram.edges[k + 1])))
        return f"{costs}: {number_text.whole(n)} images, {number_text.whole(wrong)} of them wrong"

    # --- painting -------------------------------------------------------------------------

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, theme)
        self._paint_bars(painter, theme)
        self._paint_mean(painter, theme)
        self._paint_caption(painter, theme)

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        assert self.histogram is not None
        room, small, highest = self._room(), font(11), self._highest()
        most = max(int(room.height() / 26), 2)
        ticks = (
            log_ticks(1, highest, most)
            if self.counts_logarithmic
            else linear_ticks(0, highest, most)
        )
        for value, text in ticks:
            y = room.bottom() - (self.height_of(value) if value else 0)
            painter.fillRect(QRectF(room.left(), y, room.width(), 1), QColor(theme.hairline))
            place = QRectF(0, y - 8, LEFT - 6, 16)
            letters(painter, place, text, small, theme.muted, RIGHT)
        base = QRectF(room.left(), room.bottom(), room.width(), 1)
        painter.fillRect(base, QColor(theme.base_line))
        edges = self.histogram.edges
        low, high = float(edges[0]), float(edges[-1])
        most = max(int(room.width() / 44), 2)
        if self.histogram.is_logarithmic:
            places = [(x, number_text.tick(x)) for x, _ in log_ticks(low, high, most)]
        else:
            places = linear_ticks(low, high, most)
        for value, text in places:
            half = text_width(text, small) / 2
            x = min(self.place_of(value), self.width() - half)
            place = QRectF(x - 30, room.bottom() + 3, 60, 14)
            letters(painter, place, text, small, theme.muted, CENTER)

    def _paint_bars(self, painter: QPainter, theme: Theme) -> None:
        assert self.histogram is not None
        histogram, room = self.histogram, self._room()
        edges = [self.place_of(edge) for edge in histogram.edges.tolist()]
        calm = mix(theme.panel, theme.curve_1, 0.55)
        for k, (n, wrong) in enumerate(
            zip(histogram.counts.tolist(), histogram.n_wrong.tolist(), strict=True)
        ):
            wide = max(edges[k + 1] - edges[k] - 1, 1.0)
            is_lit = k == self._hovered or self._is_chosen(k)
            color = theme.curve_1 if is_lit else calm
            for count, paint in ((n, color), (wrong, theme.curve_2)):
                high = self.height_of(count)
                bar = QRectF(edges[k], room.bottom() - high, wide, high)
                painter.fillRect(bar, QColor(paint))
            if self.hasFocus() and k == self.current:
                painter.setPen(QPen(QColor(theme.accent), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                ring = QRectF(edges[k] - 1.5, room.top(), wide + 3, room.height() + 1.5)
                painter.drawRoundedRect(ring, 2, 2)

    def _is_chosen(self, k: int) -> bool:
        assert self.histogram is not None
        if self.chosen is None:
            return False
        low, high = self.chosen
        return bool(low <= self.histogram.edges[k] < high)

    def _paint_mean(self, painter: QPainter, theme: Theme) -> None:
        assert self.histogram is not None
        mean, room = self.histogram.mean, self._room()
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

    def _paint_caption(self, painter: QPainter, theme: Theme) -> None:
        assert self.histogram is not None
        small, x = font(11), 0.0
        below = self.histogram.n_below
        words = "images by cost"
        if below:
            words += f", {number_text.whole(below)} further left"
        letters(painter, QRectF(x, 0, self.width(), 16), words, small, theme.muted)
        entries = (("wrong", theme.curve_2), ("all", mix(theme.panel, theme.curve_1, 0.55)))
        x = self.width() - RIGHT_ROOM
        for text, color in entries:
            x -= text_width(text, small)
            letters(painter, QRectF(x, 0, 60, 16), text, small, theme.muted)
            painter.fillRect(QRectF(x - 13, 4, 8, 8), QColor(color))
            x -= 23

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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self.histogram is None:
                empty_state(painter, QRectF(self.rect()), EMPTY, theme)
            else:
                self._paint(painter, theme)

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
        elif self.histogram is not None and key in _ENTER:
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
