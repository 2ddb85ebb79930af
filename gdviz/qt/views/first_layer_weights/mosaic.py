"""The mosaic: one picture of all first-layer weights, with legend, hover and enlargement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.weight_images import mosaic
from gdviz.qt.color_maps import diverging_table, signed_image
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.number_text import signed, tick
from gdviz.qt.painting import (
    RIGHT,
    BarTick,
    draw_color_bar,
    draw_pixels,
    empty_state,
    letters,
    pixel_rectangle,
    text_width,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.first_layer_weights.marks import Cell, paint_marked
from gdviz.qt.views.first_layer_weights.pictures import GUTTER, Pictures, n_columns

LEGEND_LETTERS = 5
"""Longest number that has room beside the bar; the halves give way to the ends."""


class WeightMosaic(QWidget):
    """All tiles in one picture; a click or Enter enlarges one, a click or Escape returns."""

    enlarged_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures: Pictures | None = None
        self.enlarged: int | None = None
        self.selected = 0
        self.marked: Cell | None = None
        self.hover_text = ""
        self._image: QImage | None = None
        self._words: QPixmap | None = None
        self._words_state: tuple[object, ...] = ()
        self._mosaic_where = QRectF()
        self._columns = 1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("First-layer weights, one picture for each neuron")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 140)

    def show_pictures(self, pictures: Pictures | None) -> None:
        """Show other pictures; None shows what to do to get some."""
        self.pictures = pictures
        self._image = None
        if pictures is None or (self.enlarged or 0) >= len(pictures.values):
            self.enlarged = None
        self.update()

    def mosaic_values(self) -> npt.NDArray[np.float32]:
        """Give what the picture shows, scaled so that 1 is the last colour; NaN is no value."""
        assert self.pictures is not None
        pictures = self.pictures
        scaled = np.asarray(pictures.values / pictures.limits[:, None, None], np.float32)
        if pictures.masked is not None:
            scaled[:, pictures.masked] = np.nan
        if self.enlarged is not None:
            return np.asarray(scaled[self.enlarged])
        return mosaic(scaled, self._columns, GUTTER, np.nan)

    def cell_at(self, position: QPointF) -> tuple[int, int, int] | None:
        """Give neuron, row and column of the pixel under a point, or None."""
        where = self._mosaic_where
        if self.pictures is None or not where.contains(position) or where.isEmpty():
            return None
        count, height, width = self.pictures.values.shape
        rows = -(-count // self._columns)
        tall, wide = rows * (height + GUTTER) - GUTTER, self._columns * (width + GUTTER) - GUTTER
        if self.enlarged is not None:
            tall, wide = height, width
        row = min(int((position.y() - where.top()) / where.height() * tall), tall - 1)
        column = min(int((position.x() - where.left()) / where.width() * wide), wide - 1)
        if self.enlarged is not None:
            return self.enlarged, row, column
        tile_row, row = divmod(row, height + GUTTER)
        tile_column, column = divmod(column, width + GUTTER)
        neuron = tile_row * self._columns + tile_column
        if row >= height or column >= width or neuron >= count:
            return None
        return neuron, row, column

    def enlarge(self, neuron: int | None) -> None:
        """Fill the view with one neuron, or show all again."""
        self.enlarged = neuron
        if neuron is not None:
            self.selected = neuron
        self._image = None
        self.enlarged_changed.emit()
        self.update()

    def _tile_rectangle(self, neuron: int) -> QRectF:
        assert self.pictures is not None
        count, height, width = self.pictures.values.shape
        rows = -(-count // self._columns)
        scale_x = self._mosaic_where.width() / (self._columns * (width + GUTTER) - GUTTER)
        scale_y = self._mosaic_where.height() / (rows * (height + GUTTER) - GUTTER)
        row, column = divmod(neuron, self._columns)
        return QRectF(
            self._mosaic_where.left() + column * (width + GUTTER) * scale_x,
            self._mosaic_where.top() + row * (height + GUTTER) * scale_y,
            width * scale_x,
            height * scale_y,
        )

    def _paint_pictures(self, painter: QPainter, theme: Theme) -> None:
        assert self.pictures is not None
        pictures = self.pictures
        room = QRectF(16, 0, self.width() - 16 - 60, self.height() - 34)
        count, height, width = pictures.values.shape
        columns = n_columns(count, height, width, room)
        if columns != self._columns:
            # Another shape of the panel: the picture in store has the old arrangement.
            self._columns, self._image = columns, None
        if self._image is None:
            self._image = to_image(signed_image(self.mosaic_values(), 1.0, theme))
        image, ratio = self._image, self.devicePixelRatioF()
        where = pixel_rectangle(room, image.width(), image.height(), ratio)
        self._mosaic_where = where
        draw_pixels(painter, where, image)
        painter.drawPixmap(0, 0, self._words_over(theme))
        if self.marked is not None and self.enlarged in {None, self.marked[0]}:
            tile = where if self.enlarged is not None else self._tile_rectangle(self.marked[0])
            paint_marked(painter, tile, (height, width), self.marked, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        foot = QRectF(16, where.bottom() + 8, self.width() - 32, 18)
        letters(painter, foot, self.hover_text or pictures.footer, font(11), theme.muted)
        if not self.hover_text:
            letters(painter, foot, pictures.clipped, font(11), theme.muted, RIGHT)

    def _words_over(self, theme: Theme) -> QPixmap:
        """Give numbers and legend on a clear ground: they change far less often than weights."""
        assert self.pictures is not None
        where, ratio = self._mosaic_where, self.devicePixelRatioF()
        pictures, chosen = self.pictures, self.selected if self.hasFocus() else None
        numbers, legend = self._limit_texts(), self._legend_ticks()
        state = (
            (self.size().toTuple(), where.getRect(), ratio, theme),
            (numbers, legend, len(pictures.limits), self._columns, self.enlarged),
            chosen,
        )
        if self._words is None or self._words_state != state:
            words = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            words.setDevicePixelRatio(ratio)
            words.fill(Qt.GlobalColor.transparent)
            with QPainter(words) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_numbers(painter, theme, numbers)
                bar = QRectF(where.right() + 8, where.top(), 10, where.height())
                draw_color_bar(painter, bar, diverging_table(theme), legend, theme)
            self._words, self._words_state = words, state
        return self._words

    def _limit_texts(self) -> tuple[str, ...]:
        """Give what is written in each tile; nothing if one limit is all tiles'."""
        assert self.pictures is not None
        if self.pictures.shared:
            return ()
        return tuple(f"±{tick(float(f'{limit:.2g}'))}" for limit in self.pictures.limits)

    def _paint_numbers(self, painter: QPainter, theme: Theme, numbers: tuple[str, ...]) -> None:
        assert self.pictures is not None
        small = font(11)
        if self.enlarged is not None:
            place = self._mosaic_where.adjusted(5, 3, 0, 0)
            place.setHeight(16)
            letters(painter, place, f"neuron {self.enlarged}", small, theme.muted)
            return
        for neuron in range(len(self.pictures.limits)):
            tile = self._tile_rectangle(neuron)
            if tile.width() < 40:
                break
            place = QRectF(tile.left() + 4, tile.top() + 1, tile.width() - 8, 16)
            self._paint_ground(painter, place, str(neuron), theme)
            letters(painter, place, str(neuron), small, theme.muted)
            if numbers:
                text = numbers[neuron]
                self._paint_ground(painter, place, text, theme, right=True)
                letters(painter, place, text, small, theme.muted, RIGHT)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._tile_rectangle(self.selected), 2, 2)

    def _paint_ground(
        self, painter: QPainter, place: QRectF, text: str, theme: Theme, right: bool = False
    ) -> None:
        """Paint a ground for letters, so that they can be read on noise."""
        width = text_width(text, font(11)) + 5
        left = place.right() - width + 3 if right else place.left() - 3
        ground = QColor(theme.panel)
        ground.setAlpha(190)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(left, place.top() + 2, width, 13), 3, 3)

    def _legend_ticks(self) -> tuple[BarTick, ...]:
        """Give the labels of the colour bar."""
        assert self.pictures is not None
        if self.pictures.shared or self.enlarged is not None:
            limit = float(self.pictures.limits[self.enlarged or 0])
            marks = [(-1.0, -limit), (-0.5, -limit / 2), (0.0, 0.0), (0.5, limit / 2), (1.0, limit)]
            texts = [(at, tick(float(f"{value:.3g}"))) for at, value in marks]
            if max(len(text) for _, text in texts) > LEGEND_LETTERS:
                texts = texts[::2]
        else:
            texts = [(-1.0, "−own"), (0.0, "0"), (1.0, "+own")]
        return tuple(BarTick((at + 1) / 2, text) for at, text in texts)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self.pictures is None:
                text = "The weights of each neuron in the first layer appear here as a picture."
                empty_state(painter, QRectF(self.rect()), text, theme)
            else:
                self._paint_pictures(painter, theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        cell = self.cell_at(event.position())
        self.hover_text = "" if cell is None else self._cell_text(*cell)
        self.update()

    def _cell_text(self, neuron: int, row: int, column: int) -> str:
        assert self.pictures is not None
        pictures = self.pictures
        text = f"neuron {neuron}, pixel ({row}, {column}): "
        text += signed(float(pictures.values[neuron, row, column]))
        if pictures.masked is not None and pictures.masked[row, column]:
            text += ", never lit in training"
        return text

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.enlarged is not None:
            self.enlarge(None)
            return
        cell = self.cell_at(event.position())
        if cell is not None:
            self.enlarge(cell[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = event.key()
        count = 0 if self.pictures is None else len(self.pictures.values)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        if key == Qt.Key.Key_Escape and self.enlarged is not None:
            self.enlarge(None)
        elif key in ENTER and count:
            self.enlarge(None if self.enlarged is not None else min(self.selected, count - 1))
        elif key in steps and count:
            moved = self.selected + steps[Qt.Key(key)]
            self.selected = moved if 0 <= moved < count else self.selected
            if self.enlarged is not None:
                self.enlarge(self.selected)
            self.update()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self.hover_text = ""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._image = None
            self.update()
        super().changeEvent(event)
