"""One array of colours as a picture, in whole multiples of its pixels."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Picture(ThemedWidget):
    """Shows an array of colours and says which of its pixels the pointer is on.

    Parameters
    ----------
    name : str
        What the picture shows, for a screen reader.
    parent : QWidget, optional
    smooth : bool, default False
        Fill the widget and blur between pixels, instead of whole multiples and sharp pixels.
    radius : float, default 0
        Rounding of the picture's corners.

    Attributes
    ----------
    hovered : Signal(int, int)
        Column and row of the array's pixel under the pointer or keyboard cursor.
    clicked : Signal(int, int)
        Column and row of a pixel clicked, or of the cursor when Enter is pressed.
    pointer_left : Signal()
        The pointer has gone.

    Notes
    -----
    `set_array` copies into a buffer that is kept while the shape stays the same, so that the
    caller may overwrite its array at once and nothing is allocated for a frame.
    """

    hovered = Signal(int, int)
    clicked = Signal(int, int)
    pointer_left = Signal()

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        smooth: bool = False,
        radius: float = 0.0,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        # Not by a click: a ring around a picture just clicked would be in the way.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._smooth = smooth
        self._radius = radius
        self._buffer: NDArray[np.uint8] | None = None
        self._image = QImage()
        self._cursor = (0, 0)

    def set_array(self, colors: NDArray[np.uint8]) -> None:
        """Show colours.

        Parameters
        ----------
        colors : NDArray[np.uint8], shape (n_rows, n_columns, 4)
            Red, green, blue, opacity; row 0 at the top.

        Raises
        ------
        ValueError
            If the shape or type is another, or the picture is empty.
        """
        if colors.ndim != 3 or colors.shape[2] != 4 or colors.dtype != np.uint8:
            raise ValueError(
                f"a picture is uint8 (rows, columns, 4), not {colors.dtype} {colors.shape}"
            )
        if colors.size == 0:
            raise ValueError(f"a picture of shape {colors.shape} has no pixels")
        if self._buffer is None or self._buffer.shape != colors.shape:
            self._buffer = np.empty(colors.shape, dtype=np.uint8)
            n_rows, n_columns = colors.shape[:2]
            self._image = QImage(
                self._buffer.data, n_columns, n_rows, 4 * n_columns, QImage.Format.Format_RGBA8888
            )
            self._cursor = (0, 0)
        np.copyto(self._buffer, colors)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image, self._buffer = QImage(), None
        self.update()

    def array_size(self) -> tuple[int, int]:
        """Give columns and rows of the array; (0, 0) while there is none."""
        return self._image.width(), self._image.height()

    def picture_rect(self) -> QRectF:
        """Give the place of the whole picture in this widget; empty while there is none."""
        n_columns, n_rows = self.array_size()
        if n_columns == 0:
            return QRectF()
        scale = min(self.width() / n_columns, self.height() / n_rows)
        ratio = self.devicePixelRatioF()
        if not self._smooth and scale * ratio >= 1:
            scale = int(scale * ratio) / ratio
        width, height = n_columns * scale, n_rows * scale
        # Whole device pixels, else the edges of the picture's pixels would blur.
        left = int((self.width() - width) / 2 * ratio) / ratio
        top = int((self.height() - height) / 2 * ratio) / ratio
        return QRectF(left, top, width, height)

    def rect_of(self, x0: float, y0: float, x1: float, y1: float) -> QRectF:
        """Give the place, in this widget, of columns x0 to x1 and rows y0 to y1, ends excluded."""
        whole, (n_columns, n_rows) = self.picture_rect(), self.array_size()
        if n_columns == 0:
            return QRectF()
        across, down = whole.width() / n_columns, whole.height() / n_rows
        corner = QPointF(whole.left() + x0 * across, whole.top() + y0 * down)
        return QRectF(corner, QPointF(whole.left() + x1 * across, whole.top() + y1 * down))

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Give column and row at a point of this widget; None beside the picture."""
        whole, (n_columns, n_rows) = self.picture_rect(), self.array_size()
        if n_columns == 0 or not whole.contains(point):
            return None
        column = int((point.x() - whole.left()) / whole.width() * n_columns)
        row = int((point.y() - whole.top()) / whole.height() * n_rows)
        return min(column, n_columns - 1), min(row, n_rows - 1)

    def paint_over(self, painter: QPainter, theme: Theme) -> None:
        """Paint labels over the picture; for classes made from this one."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with QPainter(self) as painter:
            rect = self.picture_rect()
            shrunk = rect.width() < self._image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth or shrunk)
            if not self._image.isNull():
                if self._radius:
                    shape = QPainterPath()
                    shape.addRoundedRect(rect, self._radius, self._radius)
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                    painter.setClipPath(shape)
                painter.drawImage(rect, self._image)
                painter.setClipping(False)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = current_theme()
            self.paint_over(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme, max(self._radius, 2.0))
                column, row = self._cursor
                paint_focus_ring(
                    painter, self.rect_of(column, row, column + 1, row + 1), theme, 1.0
                )

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(140, 140)

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return QSize(28, 28)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        pixel = self.pixel_at(event.position())
        if pixel is None:
            self.pointer_left.emit()
        else:
            self.hovered.emit(*pixel)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        pixel = self.pixel_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and pixel is not None:
            self._cursor = pixel
            self.clicked.emit(*pixel)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows move a cursor over the pixels, Enter clicks."""
        key, (n_columns, n_rows) = Qt.Key(event.key()), self.array_size()
        if n_columns and key in _ARROWS:
            across, down = _ARROWS[key]
            column = min(max(self._cursor[0] + across, 0), n_columns - 1)
            self._cursor = column, min(max(self._cursor[1] + down, 0), n_rows - 1)
            self.hovered.emit(*self._cursor)
            self.update()
        elif n_columns and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(*self._cursor)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        self.pointer_left.emit()
        super().leaveEvent(event)
