"""A picture of a few numbers, every pixel of it a square that can be pointed at."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.keys import ARROWS, ENTER
from gdviz.qt.painting import (
    CENTER,
    draw_pixels,
    empty_state,
    letters,
    pixel_rectangle,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.color_scale import GREY, Scale, paint_legend
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring

CAPTION, LEGEND = 18.0, 20.0
"""Heights above and below the picture."""

_NUDGES = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}


class PixelPicture(ThemedWidget):
    """A picture with hard pixels, a caption above it and its legend below.

    Arrow keys move the mark; Enter is a click, + and − ask for a little more or less.

    Parameters
    ----------
    name : str
        The accessible name.
    with_words : bool, default True
        Whether there is a caption and a legend.

    Attributes
    ----------
    pointed : Signal(object)
        The pixel that is pointed at now, an int; None if none is.
    pressed : Signal(int)
        A pixel that was clicked, or on which Enter was pressed.
    dragged : Signal(int)
        A pixel that the pointer came to with its button down.
    nudged : Signal(int, int)
        A pixel and +1 or −1.
    """

    pointed = Signal(object)
    pressed = Signal(int)
    dragged = Signal(int)
    nudged = Signal(int, int)

    def __init__(self, name: str, *, with_words: bool = True) -> None:
        super().__init__()
        self._values: npt.NDArray[np.floating[Any]] | None = None
        self._scale = GREY
        self._image: QImage | None = None
        self._mark: int | None = None
        self._with_words = with_words
        self.caption = ""
        self.empty_words = ""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(84, 84)

    def show_values(
        self, values: npt.NDArray[np.floating[Any]] | None, scale: Scale = GREY
    ) -> None:
        """Show numbers (height, width); None shows `empty_words`."""
        if values is self._values and scale == self._scale:
            return
        self._values, self._scale, self._image = values, scale, None
        if values is None or (self._mark is not None and self._mark >= values.size):
            self._mark = None
        self.update()

    @property
    def values(self) -> npt.NDArray[np.floating[Any]] | None:
        """The numbers that are shown."""
        return self._values

    @property
    def scale(self) -> Scale:
        """How they are shown."""
        return self._scale

    @property
    def mark(self) -> int | None:
        """The pixel with the mark."""
        return self._mark

    def set_mark(self, pixel: int | None) -> None:
        """Mark a pixel without telling."""
        is_there = pixel is not None and self._values is not None and pixel < self._values.size
        pixel = pixel if is_there else None
        if pixel != self._mark:
            self._mark = pixel
            self.update()

    def pixel_words(self, pixel: int) -> str:
        """Say a pixel in plain words."""
        assert self._values is not None
        row, column = divmod(pixel, self._shape()[1])
        return f"pixel ({row}, {column}): {number_text.fixed(float(self._values.flat[pixel]), 3)}"

    def pixel_tip(self, pixel: int) -> str:
        """Say a pixel to the eye, perhaps as rich text. A subclass says more."""
        return self.pixel_words(pixel)

    def picture_rectangle(self) -> QRectF:
        """Give where the picture itself stands."""
        if self._values is None:
            return QRectF()
        room = QRectF(self.rect())
        if self._with_words:
            room.adjust(0, CAPTION, 0, -LEGEND)
        height, width = self._values.shape
        middle = Qt.AlignmentFlag.AlignCenter
        return pixel_rectangle(room, width, height, self.devicePixelRatioF(), middle)

    def pixel_at(self, position: QPointF) -> int | None:
        """Give the pixel under a point."""
        where = self.picture_rectangle()
        if self._values is None or where.isEmpty() or not where.contains(position):
            return None
        height, width = self._shape()
        row = min(int((position.y() - where.top()) / where.height() * height), height - 1)
        column = min(int((position.x() - where.left()) / where.width() * width), width - 1)
        return row * width + column

    def _shape(self) -> tuple[int, int]:
        """Give height and width of the picture."""
        assert self._values is not None
        return int(self._values.shape[0]), int(self._values.shape[1])

    def pixel_rectangle(self, pixel: int) -> QRectF:
        """Give where a pixel stands."""
        assert self._values is not None
        where, (height, width) = self.picture_rectangle(), self._values.shape
        row, column = divmod(pixel, width)
        side_x, side_y = where.width() / width, where.height() / height
        left, top = where.left() + column * side_x, where.top() + row * side_y
        return QRectF(left, top, side_x, side_y)

    def _point_at(self, pixel: int | None) -> None:
        if pixel != self._mark:
            self._mark = pixel
            self.update()
            self.pointed.emit(pixel)

    def _paint_mark(self, painter: QPainter, theme: Theme) -> None:
        assert self._mark is not None
        around = self.pixel_rectangle(self._mark).adjusted(-1, -1, 1, 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(0, 0, 0, 160), 3.5), (QColor(theme.ball), 1.75)):
            painter.setPen(QPen(color, width))
            painter.drawRect(around)

    def _paint_words(self, painter: QPainter, where: QRectF, theme: Theme) -> None:
        small = font(11)
        above = QRectF(0, where.top() - CAPTION, self.width(), 16)
        letters(painter, above, self.caption, small, theme.muted, CENTER)
        paint_legend(painter, QPointF(where.center().x(), where.bottom() + 13), self._scale, theme)

    # Qt's own names

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(168, 168 + (round(CAPTION + LEGEND) if self._with_words else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self._values is None:
                empty_state(painter, QRectF(self.rect()), self.empty_words, theme)
                return
            if self._image is None:
                self._image = to_image(self._scale.colors(self._values, theme))
            where = self.picture_rectangle()
            draw_pixels(painter, where, self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._with_words:
                self._paint_words(painter, where, theme)
            if self._mark is not None:
                self._paint_mark(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, where, theme, 2)

    def theme_changed(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._image = None
        super().theme_changed(theme)

    def event(self, event: QEvent) -> bool:
        """Qt override: the tool tip of a pixel."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            pixel = self.pixel_at(QPointF(event.pos()))
            text = self.toolTip() if pixel is None else self.pixel_tip(pixel)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        pixel, before = self.pixel_at(event.position()), self._mark
        self._point_at(pixel)
        if pixel is not None and pixel != before and event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(pixel)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        pixel = self.pixel_at(event.position())
        if pixel is not None and event.button() == Qt.MouseButton.LeftButton:
            self._point_at(pixel)
            self.pressed.emit(pixel)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override: what the keyboard points at stays, and what is hidden points at nothing."""
        del event
        if not self.hasFocus() and self.isVisible():
            self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        if self._values is not None and key in ARROWS:
            self._walk(*ARROWS[key])
        elif self._mark is not None and key in ENTER:
            self.pressed.emit(self._mark)
        elif self._mark is not None and key in _NUDGES:
            self.nudged.emit(self._mark, _NUDGES[key])
        elif self._mark is not None and key == Qt.Key.Key_Escape:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def _walk(self, down: int, right: int) -> None:
        """Move the mark by one, from the middle if there is none."""
        assert self._values is not None
        height, width = self._values.shape
        if self._mark is None:
            self._point_at(height // 2 * width + width // 2)
        else:
            row, column = divmod(self._mark, width)
            row = min(max(row + down, 0), height - 1)
            self._point_at(row * width + min(max(column + right, 0), width - 1))
        assert self._mark is not None
        tip = self.pixel_tip(self._mark)
        self.setAccessibleDescription(self.pixel_words(self._mark))
        corner = self.pixel_rectangle(self._mark).bottomRight().toPoint()
        QToolTip.showText(self.mapToGlobal(corner), tip, self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusOutEvent(event)
        QToolTip.hideText()
