"""The scale of a picture's colours, with the ball's mark."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter
from gdviz.qt.widgets.ticks import format_number, linear_ticks, log_ticks

Table = NDArray[np.uint8] | Callable[[Theme], NDArray[np.uint8]]
Scale = Literal["linear", "log", "symmetric"]

BAR_WIDTH = 12
MARGIN = 7
# A label of the scale closer than this to the mark's number is left out.
CLEARANCE = 11.0


class ColorBar(ThemedWidget):
    """A vertical bar, 12 wide, lowest value at the bottom, with tick labels on its right.

    Parameters
    ----------
    name : str
        What the colours mean, for a screen reader.
    table : NDArray[np.uint8], shape (n, 4), or callable
        Colours from the lowest to the highest value, as in `gdviz.qt.color_maps`; or what gives
        them for a theme, as `diverging_table`: it is asked again when the theme changes.
    parent : QWidget, optional
    """

    def __init__(self, name: str, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._low, self._high = 0.0, 1.0
        self._scale: Scale = "linear"
        self._ticks: list[tuple[float, str]] = []
        self._mark: tuple[float, str] | None = None
        self.set_table(table)
        self.set_limits(0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_table(self, table: Table) -> None:
        """Show another table, lowest value first (it is copied), or what gives one."""
        self._table = table
        rows = table(current_theme()) if callable(table) else table
        column = np.ascontiguousarray(rows[::-1, np.newaxis, :])
        image = QImage(column.data, 1, len(column), 4, QImage.Format.Format_RGBA8888)
        # The array dies with this call: keep a copy of the pixels.
        self._image = image.copy()
        self.update()

    def theme_changed(self, theme: Theme) -> None:
        """Ask for the theme's table."""
        if callable(self._table):
            self.set_table(self._table)
        super().theme_changed(theme)

    def set_limits(
        self,
        low: float,
        high: float,
        scale: Scale = "linear",
        ticks: Sequence[tuple[float, str]] | None = None,
    ) -> None:
        """Set the values at both ends and, optionally, which numbers are written.

        Parameters
        ----------
        low, high : float
            ``low`` less than ``high``; positive if ``scale`` is "log"; opposite if "symmetric".
        scale : {"linear", "log", "symmetric"}, default "linear"
        ticks : sequence of (value, label), optional
            Without it, round values are chosen.

        Raises
        ------
        ValueError
            If the limits do not fit the scale.
        """
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"limits {low} to {high} of a colour bar must be finite and rise")
        if scale == "log" and low <= 0:
            raise ValueError(f"lowest value {low} of a logarithmic bar must be positive")
        if scale == "symmetric" and low != -high:
            raise ValueError(f"limits {low} and {high} of a symmetric bar must be opposite")
        self._low, self._high, self._scale = low, high, scale
        self._ticks = self._choose_ticks() if ticks is None else list(ticks)
        first, last = format_number(low), format_number(high)
        self.setAccessibleDescription(f"{first} to {last}, {scale}")
        self.updateGeometry()
        self.update()

    def set_mark(self, value: float | None, text: str = "") -> None:
        """Point at a value with a wedge and a number in the ball's colour; None: no mark."""
        mark = None if value is None or math.isnan(value) else (value, text)
        if mark != self._mark:
            self._mark = mark
            self.update()

    def visible_labels(self) -> list[str]:
        """Give the labels that are written, from the lowest: not those the mark displaces."""
        return [label for _, label in self._shown_ticks()]

    def y_of(self, value: float) -> float:
        """Give the height of a value in this widget's coordinates, kept inside the bar."""
        return self._bar().bottom() - self._fraction(value) * self._bar().height()

    def _choose_ticks(self) -> list[tuple[float, str]]:
        """Give round values for the present limits."""
        if self._scale == "log":
            return log_ticks(self._low, self._high)
        if self._scale == "symmetric":
            ends = (-self._high, -self._high / 2, 0.0, self._high / 2, self._high)
            return [(value, format_number(float(f"{value:.2g}"))) for value in ends]
        return linear_ticks(self._low, self._high)

    def _shown_ticks(self) -> list[tuple[float, str]]:
        """Give the ticks that have room."""
        if self._mark is None:
            return self._ticks
        y = self.y_of(self._mark[0])
        return [tick for tick in self._ticks if abs(self.y_of(tick[0]) - y) >= CLEARANCE]

    def _fraction(self, value: float) -> float:
        """Give the place of a value, 0 bottom to 1 top."""
        low, high = self._low, self._high
        if self._scale == "log":
            value, low, high = math.log(max(value, low)), math.log(low), math.log(high)
        return min(max((value - low) / (high - low), 0.0), 1.0)

    def _bar(self) -> QRectF:
        """Give the place of the colours."""
        return QRectF(0, MARGIN, BAR_WIDTH, max(1, self.height() - 2 * MARGIN))

    def _paint_mark(self, painter: QPainter, theme: Theme, value: float, text: str) -> None:
        """Paint the line across the bar, the wedge and the number."""
        y, color = self.y_of(value), QColor(theme.ball)
        painter.setPen(QPen(color, 1.5))
        painter.drawLine(QPointF(0, y), QPointF(BAR_WIDTH, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        tip = BAR_WIDTH + 0.5
        wedge = [QPointF(tip, y), QPointF(tip + 6, y - 4), QPointF(tip + 6, y + 4)]
        painter.drawPolygon(QPolygonF(wedge))
        rect = QRectF(BAR_WIDTH + 11, y - 8, 60, 16)
        paint_text(painter, rect, text, theme.ball_text, 12, 600)

    def sizeHint(self) -> QSize:
        """Qt override: room for the widest label and the mark's number."""
        widths = [text_width(label, 11) for _, label in self._ticks]
        widest = max([*widths, text_width("0.000", 12, 600) + 3])
        return QSize(BAR_WIDTH + 8 + round(widest) + 2, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            bar, shape = self._bar(), QPainterPath()
            shape.addRoundedRect(bar, 3, 3)
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(bar, self._image)
            painter.restore()
            for value, label in self._shown_ticks():
                y = self.y_of(value)
                painter.setPen(QPen(QColor(theme.muted), 1))
                painter.drawLine(QPointF(BAR_WIDTH, y), QPointF(BAR_WIDTH + 4, y))
                rect = QRectF(BAR_WIDTH + 8, y - 8, 60, 16)
                paint_text(painter, rect, label, theme.muted, 11)
            if self._mark is not None:
                self._paint_mark(painter, theme, *self._mark)
