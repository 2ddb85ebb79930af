"""A small plot that is painted directly: a field between two axes, hairlines and numbers.

For pictures of a few dozen marks; curves that grow are `gdviz.qt.widgets.plot`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, RIGHT, elided, empty_state, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget

Ticks = Sequence[tuple[float, str]]
LEFT, TOP, BOTTOM, RIGHT_ROOM = 38.0, 25.0, 18.0, 10.0


class FieldPlot(ThemedWidget):
    """A field from one corner to another; a subclass paints what is in it.

    Parameters
    ----------
    name : str
        What it shows, for a screen reader.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.low, self.high = (0.0, 0.0), (1.0, 1.0)
        self.empty_text = ""
        self.bottom = BOTTOM
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 100)

    def room(self) -> QRectF:
        """Give the field in pixels."""
        wide, high = self.width() - LEFT - RIGHT_ROOM, self.height() - TOP - self.bottom
        return QRectF(LEFT, TOP, max(wide, 10.0), max(high, 10.0))

    def places(
        self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
    ) -> tuple[list[float], list[float]]:
        """Give where many numbers stand, in pixels; what is outside is kept at the edge."""
        room = self.room()
        along = (x - self.low[0]) / (self.high[0] - self.low[0])
        up = (y - self.low[1]) / (self.high[1] - self.low[1])
        return (
            (room.left() + np.clip(along, 0, 1) * room.width()).tolist(),
            (room.bottom() - np.clip(up, 0, 1) * room.height()).tolist(),
        )

    def line(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> QPolygonF:
        """Give a line through many numbers."""
        return QPolygonF([QPointF(*place) for place in zip(*self.places(x, y), strict=True)])

    def point(self, x: float, y: float) -> QPointF:
        """Give where two numbers stand; see `places`."""
        across, down = self.places(np.array([x]), np.array([y]))
        return QPointF(across[0], down[0])

    # Not abstract methods: a Qt class has its own metaclass, which cannot be `abc.ABCMeta` too.

    def has_content(self) -> bool:
        """Whether there is anything to paint; otherwise `empty_text` is shown."""
        raise NotImplementedError  # every kind of plot has its own

    def paint_field(self, painter: QPainter, theme: Theme) -> None:
        """Paint what is in the field, and its axes."""
        raise NotImplementedError  # every kind of plot has its own

    def paint_axes(self, painter: QPainter, theme: Theme, x: Ticks, y: Ticks) -> None:
        """Paint hairlines, the lower edge and the numbers of both axes."""
        room, small = self.room(), font(11)
        for value, text in y:
            height = round(self.point(self.low[0], value).y())
            line = QRectF(room.left(), height, room.width(), 1)
            painter.fillRect(line, QColor(theme.hairline))
            place = QRectF(0, height - 8, LEFT - 6, 16)
            letters(painter, place, text, small, theme.muted, RIGHT)
        base = QRectF(room.left(), round(room.bottom()), room.width(), 1)
        painter.fillRect(base, QColor(theme.base_line))
        for value, text in x:
            half = text_width(text, small) / 2
            at = min(self.point(value, self.low[1]).x(), self.width() - half)
            place = QRectF(at - 40, room.bottom() + 3, 80, 14)
            letters(painter, place, text, small, theme.muted, CENTER)

    def paint_caption(
        self, painter: QPainter, theme: Theme, text: str, entries: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Paint what the field shows above it, and samples of colours at the right."""
        small, x = font(11), self.width() - RIGHT_ROOM
        # Whoever reads the samples needs all of them; of the caption the beginning will do.
        room = x - sum(text_width(word, small) + 23 for word, _ in entries)
        letters(painter, QRectF(0, 0, room, 16), elided(text, small, room), small, theme.muted)
        for word, color in reversed(entries):
            x -= text_width(word, small)
            letters(painter, QRectF(x, 0, 200, 16), word, small, theme.muted)
            painter.fillRect(QRectF(x - 13, 4, 8, 8), QColor(color))
            x -= 23

    def paint_upright(self, painter: QPainter, theme: Theme, x: float) -> None:
        """Paint a dashed line from the lower to the upper edge."""
        pen = QPen(QColor(theme.muted), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(self.point(x, self.low[1]), self.point(x, self.high[1]))

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self.has_content():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self.paint_field(painter, theme)
            else:
                empty_state(painter, QRectF(self.rect()), self.empty_text, theme)
