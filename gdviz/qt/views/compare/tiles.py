"""The weights of a layer of A, of B in A's order, and their difference, on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gdviz.analysis.weight_images import image_shape, mosaic
from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table, signed_image
from gdviz.qt.fonts import font, text_width
from gdviz.qt.painting import (
    CENTER,
    BarTick,
    draw_color_bar,
    draw_pixels,
    letters,
    pixel_rectangle,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

GUTTER = 1
HEAD, LEGEND, SPACE = 20.0, 62.0, 14.0
TAG_PADDING, TAG_HEIGHT = 2.0, 14.0
LEAST_NUMBERED = 26.0
"""Pixels of a tile from which on its number has room."""
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, eq=False, slots=True)
class SideBySide:
    """What the tiles show.

    Parameters
    ----------
    first, second : ndarray of shape (n_neurons, n_in)
        The second in the first's order; NaN where it has no such weight.
    partners : ndarray of shape (n_neurons,), intp
        Which neuron of B stands beside each of A; −1 for none.
    agreements : ndarray of shape (n_neurons,)
        NaN for none.
    limit : float
        The value of the last colour on both sides.
    as_pictures : bool
        Whether each neuron's weights are a picture of their own, or a row of a matrix.
    word : str
        What an agreement is: ``correlation`` or ``cosine``.
    first_number : int
        By which the first neuron is counted: 1, or 0 for outputs.
    """

    first: npt.NDArray[np.floating[Any]]
    second: npt.NDArray[np.floating[Any]]
    partners: npt.NDArray[np.intp]
    agreements: npt.NDArray[np.float64]
    limit: float
    as_pictures: bool
    word: str
    first_number: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of one neuron's tile, in weights."""
        return image_shape(self.first.shape[1]) if self.as_pictures else (1, self.first.shape[1])

    def words(self, index: int) -> str:
        """Say who stands beside a neuron, and how alike they are."""
        mine = index + self.first_number
        other = int(self.partners[index])
        if other < 0:
            return f"A's neuron {mine} has no partner: B has fewer neurons here"
        text = f"A's neuron {mine} beside B's {other + self.first_number}"
        agreement = float(self.agreements[index])
        if not math.isfinite(agreement):
            return text
        return f"{text}, {self.word} {number_text.signed(agreement, 2)}"


class Tiles(ThemedWidget):
    """Three pictures; a click or the arrows choose a neuron of A.

    Attributes
    ----------
    chosen : Signal(int)
        A neuron of the layer.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.shown: SideBySide | None = None
        self.place: int | None = None
        self._images: tuple[QImage, ...] = ()
        self._where: tuple[QRectF, ...] = ()
        self._columns = 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Weights of A, of B in A's order, and their difference")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    def show_weights(self, shown: SideBySide | None) -> None:
        """Show other weights; None shows nothing."""
        self.shown, self._images = shown, ()
        self.update()

    def show_place(self, place: int | None) -> None:
        """Mark a neuron in all three pictures."""
        if place != self.place:
            self.place = place
            words = "" if place is None or self.shown is None else self.shown.words(place)
            self.setAccessibleDescription(words)
            self.update()

    def theme_changed(self, theme: Theme) -> None:
        """Colour the pictures anew."""
        self._images = ()
        super().theme_changed(theme)

    def neuron_at(self, position: QPointF) -> int | None:
        """Give the neuron under a point of any of the three pictures."""
        where = next((each for each in self._where if each.contains(position)), None)
        if where is None or self.shown is None or where.isEmpty():
            return None
        height, width = self.shown.shape
        count = len(self.shown.first)
        rows = math.ceil(count / self._columns)
        tall, wide = _mosaic_size(rows, self._columns, height, width, self._gutter)
        row = int((position.y() - where.top()) / where.height() * tall)
        column = int((position.x() - where.left()) / where.width() * wide)
        index = row // (height + self._gutter) * self._columns + column // (width + self._gutter)
        return index if 0 <= index < count else None

    @property
    def _gutter(self) -> int:
        return GUTTER if self.shown is not None and self.shown.as_pictures else 0

    def _tile(self, where: QRectF, index: int) -> QRectF:
        assert self.shown is not None
        height, width = self.shown.shape
        rows = math.ceil(len(self.shown.first) / self._columns)
        tall, wide = _mosaic_size(rows, self._columns, height, width, self._gutter)
        row, column = divmod(index, self._columns)
        x, y = where.width() / wide, where.height() / tall
        return QRectF(
            where.left() + column * (width + self._gutter) * x,
            where.top() + row * (height + self._gutter) * y,
            width * x,
            height * y,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        if self.shown is None:
            return
        theme = current_theme()
        with smooth_painter(self) as painter:
            self._paint_pictures(painter, self.shown, theme)
            # As high as the pictures, whose tops are all the same.
            top = self._where[0]
            bar = QRectF(self.width() - LEGEND + 8, top.top(), 12, max(top.height(), 60))
            half = number_text.tick(self.shown.limit)
            ticks = [
                BarTick(0.0, number_text.MINUS + half),
                BarTick(0.5, "0"),
                BarTick(1.0, "+" + half),
            ]
            draw_color_bar(painter, bar, diverging_table(theme), ticks, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def _paint_pictures(self, painter: QPainter, shown: SideBySide, theme: Theme) -> None:
        room = QRectF(0, HEAD, (self.width() - LEGEND - 2 * SPACE) / 3, self.height() - HEAD - 2)
        columns = self._best_columns(shown, room)
        if columns != self._columns or not self._images:
            self._columns, self._images = columns, self._pictures(shown, columns, theme)
        ratio, places = self.devicePixelRatioF(), []
        for k, (title, image) in enumerate(
            zip(("A", "B, in A's order", "A − B"), self._images, strict=True)
        ):
            each = room.translated(k * (room.width() + SPACE), 0)
            if shown.as_pictures:
                where = pixel_rectangle(each, image.width(), image.height(), ratio)
            else:
                # A matrix fills its room: its cells need not be square.
                cell = min(each.height() / image.height(), 24.0)
                where = QRectF(each.left(), each.top(), each.width(), image.height() * cell)
            places.append(where)
            head = QRectF(where.left(), 0, room.width(), HEAD - 4)
            letters(painter, head, title, font(11), theme.muted)
            draw_pixels(painter, where, image)
        self._where = tuple(places)
        self._paint_words(painter, shown, theme)

    def _best_columns(self, shown: SideBySide, room: QRectF) -> int:
        """Give the number of columns at which tiles are largest."""
        if not shown.as_pictures:
            return 1
        height, width = shown.shape
        count = len(shown.first)

        def scale(columns: int) -> float:
            rows = math.ceil(count / columns)
            tall, wide = _mosaic_size(rows, columns, height, width, GUTTER)
            return min(room.width() / wide, room.height() / tall)

        return max(range(1, min(count, 64) + 1), key=lambda columns: (scale(columns), -columns))

    def _pictures(self, shown: SideBySide, columns: int, theme: Theme) -> tuple[QImage, ...]:
        with np.errstate(invalid="ignore", over="ignore"):
            apart = shown.first - shown.second
        images = []
        for values in (shown.first, shown.second, apart):
            tiles = np.asarray(values, np.float64).reshape(len(values), *shown.shape)
            whole = mosaic(tiles, columns, self._gutter, np.nan)
            images.append(to_image(signed_image(whole, shown.limit, theme)))
        return tuple(images)

    def _paint_words(self, painter: QPainter, shown: SideBySide, theme: Theme) -> None:
        """Write each neuron's number into its tile, and mark the chosen one."""
        first = shown.first_number
        for index in range(len(shown.first)):
            tiles = [self._tile(where, index) for where in self._where]
            if shown.as_pictures and tiles[0].width() >= LEAST_NUMBERED:
                partner = int(shown.partners[index])
                numbers = (str(index + first), str(partner + first) if partner >= 0 else "")
                for tile, number in zip(tiles, numbers, strict=False):
                    _tag(painter, tile.left(), tile.top(), number, theme)
                if math.isfinite(shown.agreements[index]):
                    text = number_text.signed(float(shown.agreements[index]), 2)
                    left = tiles[2].center().x() - text_width(text, 11) / 2 - TAG_PADDING
                    _tag(painter, left, tiles[2].bottom() - TAG_HEIGHT, text, theme)
            if partner_is_missing(shown, index) and tiles[1].height() >= 12:
                letters(painter, tiles[1], "–", font(11), theme.muted, CENTER)
            if index == self.place:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QColor(theme.ball))
                for tile in tiles:
                    painter.drawRect(tile.adjusted(0.5, 0.5, -0.5, -0.5))

    def event(self, event: QEvent) -> bool:
        """Qt override: who stands beside whom."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.neuron_at(QPointF(event.pos()))
            if index is not None and self.shown is not None:
                QToolTip.showText(event.globalPos(), self.shown.words(index), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        index = self.neuron_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the arrows go from neuron to neuron."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None or self.shown is None:
            super().keyPressEvent(event)
            return
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            step *= self._columns
        last = len(self.shown.first) - 1
        self.chosen.emit(0 if self.place is None else min(max(self.place + step, 0), last))

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(640, 260)


def _tag(painter: QPainter, left: float, top: float, text: str, theme: Theme) -> None:
    """Write on a patch of the panel's colour: outlined letters take fifty times as long."""
    if text:
        where = QRectF(left, top, text_width(text, 11) + 2 * TAG_PADDING, TAG_HEIGHT)
        ground = QColor(theme.panel)
        ground.setAlphaF(0.75)
        painter.fillRect(where, ground)
        letters(painter, where, text, font(11), theme.text, CENTER)


def partner_is_missing(shown: SideBySide, index: int) -> bool:
    """Whether nobody of B stands beside a neuron."""
    return int(shown.partners[index]) < 0


def _mosaic_size(rows: int, columns: int, height: int, width: int, gutter: int) -> tuple[int, int]:
    """Give height and width of a mosaic, in weights; see `mosaic`."""
    return rows * (height + gutter) - gutter, columns * (width + gutter) - gutter
