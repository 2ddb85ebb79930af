"""What stands over the lines of the cost: ball, steps, limits, words and the read-out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import text_width
from gdviz.qt.surfaces.ball_paint import BALL_RADIUS, paint_ball
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_surface.line_figures import ball_cost, cost_at, goes_too_far, reading_rows
from gdviz.qt.views.cost_surface.line_legend import STYLES
from gdviz.qt.widgets.plot import Plot
from gdviz.qt.widgets.themed import paint_text

WORD_HEIGHT = 16.0
HEAD = 6.0
"""Length of an arrow's head."""
LEAST_FOR_WORDS = 80.0
"""Height of a plot in which words have room beside the curves."""
LIMIT_WORDS = "stable up to here"
TOO_FAR_WORDS = "too far"


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a distance and a cost stand on the plot.

    Parameters
    ----------
    area : QRectF
        The plot, without its axes.
    low_t, high_t : float
        Distances at its left and right edge.
    low, high : float
        Lower and upper edge, in what is drawn.
    logarithmic : bool
    """

    area: QRectF
    low_t: float
    high_t: float
    low: float
    high: float
    logarithmic: bool

    def x(self, t: float) -> float:
        """Give the place of a distance."""
        share = (t - self.low_t) / (self.high_t - self.low_t)
        return self.area.left() + share * self.area.width()

    def y(self, cost: float) -> float:
        """Give the height of a cost; NaN where it has none."""
        if self.logarithmic:
            cost = math.log10(cost) if cost > 0 else math.nan
        share = (cost - self.low) / (self.high - self.low)
        return self.area.bottom() - share * self.area.height()

    def holds(self, t: float) -> bool:
        """Whether a distance is in sight; NaN is not."""
        return self.low_t <= t <= self.high_t


def word_place(at: QPointF, width: float, area: QRectF, gap: float = 6.0) -> QRectF:
    """Give where words of a width stand beside a point: at its right, or left if it has to be."""
    left = at.x() + gap
    if left + width > area.right():
        left = at.x() - gap - width
    left = min(max(left, area.left()), max(area.right() - width, area.left()))
    top = min(max(at.y() - WORD_HEIGHT / 2, area.top()), area.bottom() - WORD_HEIGHT)
    return QRectF(left, top, width, WORD_HEIGHT)


class LineMarks(pg.GraphicsObject):
    """Paints in pixels over the curves; the mouse does not see it.

    Parameters
    ----------
    plot : Plot
    """

    def __init__(self, plot: Plot) -> None:
        super().__init__()
        self._plot = plot
        self._lines: Sequence[LineSlice] = ()
        self._chosen = 0
        self._logarithmic = False
        self._reading = math.nan
        self.setZValue(20)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        plot.scene().addItem(self)
        plot.view_box.sigRangeChanged.connect(self._moved)
        plot.view_box.sigResized.connect(self._moved)

    def show_lines(self, lines: Sequence[LineSlice], chosen: int, logarithmic: bool) -> None:
        """Show the marks of other slices; the chosen one's have words."""
        self._lines, self._chosen, self._logarithmic = lines, chosen, logarithmic
        self._moved()

    def show_reading(self, t: float) -> None:
        """Show what the slices cost at a distance; NaN: nothing."""
        self._reading = t
        self.update()

    def scale(self) -> Scale:
        """Give the plot's scale now."""
        (low_t, high_t), (low, high) = self._plot.view_box.viewRange()
        return Scale(self.boundingRect(), low_t, high_t, low, high, self._logarithmic)

    def _moved(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        """Qt override: the plot without its axes."""
        view_box = self._plot.view_box
        return QRectF(self._plot.getPlotItem().mapRectToScene(view_box.geometry()))

    def shape(self) -> QPainterPath:
        """Qt override: nothing that the mouse could meet."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override."""
        del option, widget
        if not self._lines:
            return
        theme, scale = current_theme(), self.scale()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(scale.area)
        order = [k for k in range(len(self._lines)) if k != self._chosen]
        for index in (*order, self._chosen):
            self._paint_limit(painter, theme, scale, index)
        for index in (*order, self._chosen):
            self._paint_landing(painter, theme, scale, index)
        self._paint_arrow(painter, theme, scale)
        y = scale.y(ball_cost(self._lines[0]))
        if math.isfinite(y):
            paint_ball(painter, QPointF(scale.x(0.0), y), scale.area)
        self._paint_reading_line(painter, theme, scale)
        self._paint_words(painter, theme, scale)
        self._paint_reading(painter, theme, scale)

    def _paint_limit(self, painter: QPainter, theme: Theme, scale: Scale, index: int) -> None:
        line, color = self._lines[index], getattr(theme, STYLES[index][0])
        if not scale.holds(line.limit):
            return
        is_chosen = index == self._chosen
        pen = QPen(QColor(color if is_chosen else mix(theme.panel, color, 0.5)), 1)
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        x = scale.x(line.limit)
        # Those without words stay at the foot: six whole ones would be a fence.
        top = scale.area.top() if is_chosen else scale.area.bottom() - 28
        painter.drawLine(QPointF(x, top), QPointF(x, scale.area.bottom()))

    def _paint_landing(self, painter: QPainter, theme: Theme, scale: Scale, index: int) -> None:
        line = self._lines[index]
        y = scale.y(cost_at(line, line.step))
        if not (scale.holds(line.step) and math.isfinite(y)):
            return
        painter.setPen(QPen(QColor(getattr(theme, STYLES[index][0])), 2))
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(QPointF(scale.x(line.step), y), 4.0, 4.0)

    def _paint_arrow(self, painter: QPainter, theme: Theme, scale: Scale) -> None:
        """Paint the chosen slice's step: along the ball's height, then down or up to the curve."""
        line = self._lines[self._chosen]
        y = scale.y(ball_cost(line))
        if not (math.isfinite(line.step) and math.isfinite(y)):
            return
        start, end = scale.x(0.0), scale.x(min(max(line.step, scale.low_t), scale.high_t))
        forward = math.copysign(1.0, end - start)
        color = QColor(theme.text)
        landing = scale.y(cost_at(line, line.step))
        if math.isfinite(landing):
            pen = QPen(color, 1)
            pen.setDashPattern([1.0, 2.0])
            painter.setPen(pen)
            side = math.copysign(4.0, landing - y)
            painter.drawLine(QPointF(end, y), QPointF(end, landing - side))
        if abs(end - start) <= BALL_RADIUS + HEAD:
            return
        painter.setPen(QPen(color, 1.5))
        painter.drawLine(QPointF(start, y), QPointF(end - forward * HEAD / 2, y))
        tip = [QPointF(end, y)]
        tip += [QPointF(end - forward * HEAD, y + side) for side in (-3.5, 3.5)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF(tip))

    def _paint_words(self, painter: QPainter, theme: Theme, scale: Scale) -> None:
        if scale.area.height() < LEAST_FOR_WORDS:
            return
        line = self._lines[self._chosen]
        ball = scale.y(ball_cost(line))
        if scale.holds(line.limit):
            # At the end of the line that is farther from the ball and its arrow.
            is_low = math.isfinite(ball) and ball < scale.area.top() + 40
            y = scale.area.bottom() - 12 if is_low else scale.area.top() + 12
            self._paint_word(painter, theme, scale, QPointF(scale.x(line.limit), y), LIMIT_WORDS)
        if not (math.isfinite(line.step) and math.isfinite(ball)):
            return
        words = f"next step, {TOO_FAR_WORDS}" if goes_too_far(line) else "next step"
        end = min(max(line.step, scale.low_t), scale.high_t)
        if end != line.step:
            words += f", to {number_text.cost(line.step)}"
        landing = scale.y(cost_at(line, line.step))
        above = math.isfinite(landing) and landing > ball
        at = QPointF(scale.x(end), ball + (-14 if above else 14))
        self._paint_word(painter, theme, scale, at, words)

    @staticmethod
    def _paint_word(painter: QPainter, theme: Theme, scale: Scale, at: QPointF, text: str) -> None:
        """Paint words on a ground, so that they can be read over curves."""
        where = word_place(at, text_width(text, 11), scale.area.adjusted(4, 0, -4, 0))
        ground = QColor(theme.panel)
        ground.setAlpha(215)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(where.adjusted(-3, 0, 3, 0), 3, 3)
        paint_text(painter, where, text, theme.text, 11)

    def _paint_reading_line(self, painter: QPainter, theme: Theme, scale: Scale) -> None:
        if not scale.holds(self._reading):
            return
        x = scale.x(self._reading)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QPointF(x, scale.area.top()), QPointF(x, scale.area.bottom()))
        for k, line in enumerate(self._lines):
            y = scale.y(cost_at(line, self._reading))
            if math.isfinite(y):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(getattr(theme, STYLES[k][0])))
                painter.drawEllipse(QPointF(x, y), 3.0, 3.0)

    def _paint_reading(self, painter: QPainter, theme: Theme, scale: Scale) -> None:
        if not scale.holds(self._reading):
            return
        x, rows = scale.x(self._reading), reading_rows(self._lines, self._reading)
        names = max(text_width(name, 11) for name, _ in rows)
        values = max(text_width(value, 11, 600) for _, value in rows)
        width, height = names + values + 32, 17 * len(rows) + 10
        left = x + 12 if x + 12 + width < scale.area.right() else x - 12 - width
        left = max(min(left, scale.area.right() - width), scale.area.left())
        box = QRectF(left, scale.area.center().y() - height / 2, width, height)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box, 4, 4)
        for k, (name, value) in enumerate(rows):
            row = QRectF(box.left() + 8, box.top() + 5 + 17 * k, width - 16, 17)
            paint_text(painter, row, name, theme.muted, 11)
            right = Qt.AlignmentFlag.AlignRight
            paint_text(painter, row, value, theme.text, 11, 600, right)
