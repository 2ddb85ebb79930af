"""Four pictures in a row with what the network says to each, and the climb below them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.weight_images import image_shape
from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER, keeps_keys
from gdviz.qt.number_text import tick
from gdviz.qt.painting import (
    RIGHT,
    draw_pixels,
    elided,
    empty_state,
    letters,
    pixel_rectangle,
    text_width,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

GAP = 16.0
HEAD = 20.0
WORDS = 38.0
LEAST_CLIMB = 64.0
MOST_CLIMB = 110.0
LEGEND = 184.0
MOST_POINTS, FIRST_POINTS = 40, 20
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """One picture.

    Parameters
    ----------
    title : str
    image : ndarray of shape (n_inputs,) or None
        0 to 1.
    says : str
        What the network says to it.
    remark : str
    """

    title: str
    image: npt.NDArray[np.float32] | None
    says: str = ""
    remark: str = ""

    def looks_like(self, other: Tile) -> bool:
        """Whether it is painted the same."""
        words = (self.title, self.says, self.remark)
        return self.image is other.image and words == (other.title, other.says, other.remark)


class WishPictures(ThemedWidget):
    """Tiles side by side; a click or Enter makes one the example of all panels.

    Attributes
    ----------
    used : Signal(int)
        The tile that shall be the example.
    """

    used = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.tiles: tuple[Tile, ...] = ()
        self.heights: tuple[tuple[float, float], ...] = ()
        self.n_steps = 1
        self.height_name = ""
        self.selected = 0
        self._images: list[tuple[object, QImage]] = []
        self.setAccessibleName("What the network wants to see, beside real images")
        self.setToolTip("A click or Enter makes the picture the example of all panels")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 150)

    def show_tiles(self, tiles: tuple[Tile, ...]) -> None:
        """Show other pictures; only what has changed is painted."""
        before, self.tiles = self.tiles, tiles
        self.selected = min(self.selected, max(len(tiles) - 1, 0))
        said = "; ".join(f"{t.title}: {t.says} {t.remark}".strip() for t in tiles)
        self.setAccessibleDescription(said)
        if len(before) != len(tiles):
            self.update()
            return
        for index, (old, new) in enumerate(zip(before, tiles, strict=True)):
            if not new.looks_like(old):
                self.update(self._tile_place(index))

    def show_climb(self, heights: tuple[tuple[float, float], ...], n_steps: int, name: str) -> None:
        """Show the neuron's activation over the steps, free and smooth."""
        now = (heights, n_steps, name)
        if now != (self.heights, self.n_steps, self.height_name):
            self.heights, self.n_steps, self.height_name = now
            self.update(self._climb_place())

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(696, 280)

    # --- places ---------------------------------------------------------------------------

    @property
    def tile_width(self) -> float:
        """How wide a tile is."""
        count = max(len(self.tiles), 1)
        return (self.width() - GAP * (count - 1)) / count

    @property
    def climb_height(self) -> float:
        """How much is left for the climb; 0 if too little."""
        room = QRectF(0, 0, self.tile_width, self.tile_width)
        images = [tile.image for tile in self.tiles if tile.image is not None]
        height, width = image_shape(len(images[0])) if images else (1, 1)
        picture = pixel_rectangle(room, width, height, self.devicePixelRatioF())
        left = self.height() - HEAD - WORDS - picture.height()
        return min(left, MOST_CLIMB) if left >= LEAST_CLIMB else 0.0

    def _tile_place(self, index: int) -> QRect:
        """Give what a tile covers, its words and focus ring included."""
        left = round(index * (self.tile_width + GAP)) - 3
        return QRect(left, 0, round(self.tile_width) + 6, self._climb_place().top())

    def _climb_place(self) -> QRect:
        top = self.height() - round(self.climb_height)
        return QRect(0, top, self.width(), self.height() - top)

    def picture_place(self, index: int) -> QRectF:
        """Give where a picture stands."""
        left = index * (self.tile_width + GAP)
        high = self.height() - HEAD - WORDS - self.climb_height
        room = QRectF(left, HEAD, self.tile_width, max(high, 1))
        image = self.tiles[index].image
        height, width = (1, 1) if image is None else image_shape(len(image))
        return pixel_rectangle(room, width, height, self.devicePixelRatioF())

    def tile_at(self, at: QPointF) -> int | None:
        """Give the tile whose picture is under a point."""
        for index, tile in enumerate(self.tiles):
            if tile.image is not None and self.picture_place(index).contains(at):
                return index
        return None

    # --- painting -------------------------------------------------------------------------

    def _paint_tile(self, painter: QPainter, index: int, theme: Theme) -> None:
        tile = self.tiles[index]
        left, width = index * (self.tile_width + GAP), self.tile_width
        small, strong = font(11), font(12, 600)
        head = elided(tile.title, small, width)
        letters(painter, QRectF(left, 0, width, 16), head, small, theme.muted)
        place = self.picture_place(index)
        if tile.image is None:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            draw_pixels(painter, place, self._image(index, tile.image))
            if self.hasFocus() and index == self.selected:
                paint_focus_ring(painter, place.adjusted(-2, -2, 2, 2), theme, 3.0)
        top = place.bottom() + 4
        says = elided(tile.says, strong, width)
        letters(painter, QRectF(left, top, width, 17), says, strong, theme.text)
        remark = elided(tile.remark, small, width)
        letters(painter, QRectF(left, top + 17, width, 16), remark, small, theme.muted)

    def _image(self, index: int, values: npt.NDArray[np.float32]) -> QImage:
        """Give a tile's picture, made anew only for other values."""
        while len(self._images) <= index:
            self._images.append((None, QImage()))
        if self._images[index][0] is not values:
            picture = grey_image(values.reshape(image_shape(len(values))))
            self._images[index] = (values, to_image(picture))
        return self._images[index][1]

    def _paint_climb(self, painter: QPainter, theme: Theme) -> None:
        """Paint both curves; each has its dash and its name at the right."""
        top, small = self.height() - self.climb_height, font(11)
        where = QRectF(34, top + 8, self.width() - 34 - LEGEND, self.climb_height - 26)
        known = [height for pair in self.heights for height in pair if np.isfinite(height)]
        low, high = min([0.0, *known]), max([1.0, *known])
        for value in (low, high):
            y = where.bottom() - (value - low) / (high - low) * where.height()
            painter.setPen(QPen(QColor(theme.base_line if value == low else theme.hairline), 1))
            line = round(y) - 0.5
            painter.drawLine(QPointF(where.left(), line), QPointF(where.right(), line))
            place = QRectF(0, y - 8, 28, 16)
            letters(painter, place, tick(float(f"{value:.2g}")), small, theme.muted, RIGHT)
        for step in (0, self.n_steps // 2, self.n_steps):
            text = f"step {step}" if step == 0 else str(step)
            x = where.left() + step / self.n_steps * where.width()
            left = min(max(x - text_width(text, small) / 2, where.left()), where.right() - 10)
            letters(painter, QRectF(left, where.bottom() + 2, 60, 15), text, small, theme.muted)
        right = where.right() + 14
        caption = QRectF(right, top, self.width() - right, 16)
        words = elided(self.height_name, small, caption.width())
        letters(painter, caption, words, small, theme.muted)
        self._paint_curves(painter, where, (low, high), theme)

    def _paint_curves(
        self, painter: QPainter, where: QRectF, limits: tuple[float, float], theme: Theme
    ) -> None:
        low, high = limits
        looks = (
            (theme.curve_1, Qt.PenStyle.SolidLine, "without smoothness"),
            (theme.curve_2, Qt.PenStyle.DashLine, "with smoothness"),
        )
        # Wide lines are slow: of what comes after the first steps, in which most is gained, only
        # as many points as the eye can tell apart.
        steps = list(enumerate(self.heights))
        stride = max(len(steps) // MOST_POINTS, 1)
        shown = steps[:FIRST_POINTS] + steps[FIRST_POINTS:][::-1][::stride][::-1]
        for row, (color, dash, name) in enumerate(looks):
            painter.setPen(QPen(QColor(color), 2, dash))
            points = [
                QPointF(
                    where.left() + step / self.n_steps * where.width(),
                    where.bottom() - (pair[row] - low) / (high - low) * where.height(),
                )
                for step, pair in shown
                if np.isfinite(pair[row])
            ]
            painter.drawPolyline(QPolygonF(points))
            left, y = where.right() + 14, where.top() + 18 + 17 * row
            painter.drawLine(QPointF(left, y), QPointF(left + 18, y))
            place = QRectF(left + 23, y - 8, 112, 16)
            letters(painter, place, elided(name, font(11), 112), font(11), theme.muted)

    # Qt's own names

    def event(self, event: QEvent) -> bool:
        """Qt override: the arrows come before the window's keys."""
        return keeps_keys(event, {*_KEYS, *ENTER}) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.selected = min(max(self.selected + _KEYS[key], 0), max(len(self.tiles) - 1, 0))
            self.update()
        elif key in ENTER and self.tiles and self.tiles[self.selected].image is not None:
            self.used.emit(self.selected)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        index = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.selected = index
            self.used.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        theme, region = current_theme(), event.region()
        with smooth_painter(self) as painter:
            if not self.tiles:
                text = "An image appears here that is changed until the network says what you ask."
                empty_state(painter, QRectF(self.rect()), text, theme)
                return
            for index in range(len(self.tiles)):
                if region.intersects(self._tile_place(index)):
                    self._paint_tile(painter, index, theme)
            if self.climb_height and region.intersects(self._climb_place()):
                self._paint_climb(painter, theme)
