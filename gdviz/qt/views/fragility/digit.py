"""The example that is dragged, and the map of accuracies that it is dragged over."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.inspection.fragility import REACH, ShiftMap
from gdviz.qt.color_maps import cost_image, grey_image, sequential_table
from gdviz.qt.fonts import font
from gdviz.qt.keys import ARROWS, keeps_keys
from gdviz.qt.painting import (
    CENTER,
    RIGHT,
    BarTick,
    draw_color_bar,
    draw_pixels,
    elided,
    letters,
    pixel_rectangle,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

CAPTION = 18.0
AXIS_LEFT = 18.0
AXIS_BELOW = 15.0
LEGEND = 52.0


class Shifting(ThemedWidget):
    """A picture on which the arrow keys move the example.

    Attributes
    ----------
    moved : Signal(int, int)
        The example shall stand so many pixels down and to the right of where it was.
    went_home : Signal()
        It shall stand where it was.
    """

    moved = Signal(int, int)
    went_home = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.down = self.right = 0
        self.caption = ""
        self.where = QRectF()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_shift(self, down: int, right: int) -> None:
        """Show where the example stands."""
        if (down, right) != (self.down, self.right):
            self.down, self.right = down, right
            self.update()

    def set_caption(self, caption: str) -> None:
        """Write the line above the picture."""
        if caption != self.caption:
            self.caption = caption
            self.setAccessibleDescription(caption)
            self.update()

    def paint_caption(self, painter: QPainter, left: float, theme: Theme) -> None:
        """Paint the line above the picture."""
        room = QRectF(left, 0, self.width() - left, 16)
        letters(painter, room, elided(self.caption, font(11), room.width()), font(11), theme.muted)

    def event(self, event: QEvent) -> bool:
        """Qt override: the arrows come before the window's keys."""
        return keeps_keys(event, {*ARROWS, Qt.Key.Key_Home}) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            down, right = ARROWS[key]
            self.moved.emit(_within(self.down + down), _within(self.right + right))
        elif key == Qt.Key.Key_Home:
            self.went_home.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.went_home.emit()


class DraggedDigit(Shifting):
    """The example as the network gets it; it is dragged by whole pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("The example, to be dragged", parent)
        self._image: QImage | None = None
        self._side = 28
        self._grasped: tuple[QPointF, int, int] | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setMinimumSize(84, 96)
        self.setToolTip("Drag the digit, or use the arrow keys; Home puts it back")

    def show_image(self, image: npt.NDArray[np.floating] | None) -> None:
        """Show an image, shape (side, side)."""
        self._image = None if image is None else to_image(grey_image(image))
        self._side = 28 if image is None else len(image)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(112, 130)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton and self.where.contains(event.position()):
            self._grasped = (event.position(), self.down, self.right)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if self._grasped is None:
            return
        start, down, right = self._grasped
        by = (event.position() - start) * (self._side / self.where.width())
        wanted = _within(down + round(by.y())), _within(right + round(by.x()))
        if wanted != (self.down, self.right):
            self.moved.emit(*wanted)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        del event
        self._grasped = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            self.paint_caption(painter, 0, theme)
            room = QRectF(0, CAPTION, self.width(), self.height() - CAPTION)
            ratio = self.devicePixelRatioF()
            self.where = pixel_rectangle(room, self._side, self._side, ratio)
            if self._image is not None:
                draw_pixels(painter, self.where, self._image)
            if self.hasFocus():
                paint_focus_ring(painter, self.where, theme, 2.0)


class ShiftPicture(Shifting):
    """Accuracy over shifts as a picture, with a frame around where the example stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Accuracy over shifts of the images", parent)
        self.map: ShiftMap | None = None
        self._image: QImage | None = None
        self.setMinimumSize(150, 96)
        self.setToolTip("How many images are right when all are moved; click to move the example")

    def show_map(self, found: ShiftMap | None) -> None:
        """Show other accuracies."""
        if found is not self.map:
            self.map, self._image = found, None
            self.update()

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme."""
        self._image = None
        super().theme_changed(theme)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(200, 130)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Give the shift (down, right) under a point."""
        if self.map is None or self.where.isEmpty() or not self.where.contains(at):
            return None
        size = 2 * self.map.reach + 1
        row = min(int((at.y() - self.where.top()) / self.where.height() * size), size - 1)
        column = min(int((at.x() - self.where.left()) / self.where.width() * size), size - 1)
        return row - self.map.reach, column - self.map.reach

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def _go_to(self, at: QPointF) -> None:
        cell = self.cell_at(at)
        if cell is not None and cell != (self.down, self.right):
            self.moved.emit(*cell)

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        small, where = font(11), self.where
        for share, text in ((0.0, f"−{REACH}"), (0.5, "0"), (1.0, f"+{REACH}")):
            y = where.top() + 6 + share * (where.height() - 12)
            place = QRectF(0, y - 8, AXIS_LEFT - 3, 16)
            letters(painter, place, text.strip("+"), small, theme.muted, RIGHT)
            x = where.left() + 6 + share * (where.width() - 12)
            place = QRectF(x - 20, where.bottom() + 1, 40, AXIS_BELOW)
            words = f"{REACH} px" if share == 1 else text
            letters(painter, place, words, small, theme.muted, CENTER)

    def _paint_mark(self, painter: QPainter) -> None:
        """Frame the cell of the example's shift, light on dark and dark on light."""
        assert self.map is not None
        pitch = self.where.width() / (2 * self.map.reach + 1)
        left = self.where.left() + (self.right + self.map.reach) * pitch
        top = self.where.top() + (self.down + self.map.reach) * pitch
        cell = QRectF(left, top, pitch, pitch)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for by, width, color in ((1.5, 3.0, QColor(0, 0, 0, 190)), (1.0, 1.5, QColor("#ffffff"))):
            painter.setPen(QPen(color, width))
            painter.drawRect(cell.adjusted(-by, -by, by, by))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            self.paint_caption(painter, 0, theme)
            if self.map is None:
                return
            if self._image is None:
                self._image = to_image(cost_image(self.map.shares, 0, 1, logarithmic=False))
            room = QRectF(
                AXIS_LEFT,
                CAPTION,
                self.width() - AXIS_LEFT - LEGEND,
                self.height() - CAPTION - AXIS_BELOW,
            )
            size, ratio = 2 * self.map.reach + 1, self.devicePixelRatioF()
            self.where = pixel_rectangle(room, size, size, ratio)
            draw_pixels(painter, self.where, self._image)
            self._paint_axes(painter, theme)
            if max(abs(self.down), abs(self.right)) <= self.map.reach:
                self._paint_mark(painter)
            bar = QRectF(self.where.right() + 10, CAPTION, 10, self.where.height())
            ticks = [BarTick(0, "0"), BarTick(0.5, "50"), BarTick(1, "100 %")]
            draw_color_bar(painter, bar, sequential_table(), ticks, theme)
            if self.hasFocus():
                paint_focus_ring(painter, self.where.adjusted(-2, -2, 2, 2), theme, 2.0)


def _within(shift: int) -> int:
    return min(max(shift, -REACH), REACH)
