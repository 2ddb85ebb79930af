"""A page of images, each with what it is and what the two networks say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.weight_images import image_shape
from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, draw_pixels, empty_state, letters, to_image
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

SIDE, WORDS, GAP = 42.0, 15.0, 10.0
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0)}
_ROWS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, eq=False, slots=True)
class GalleryImage:
    """One image: its row in the split, its numbers from 0 to 1, and the line below it."""

    index: int
    pixels: npt.NDArray[np.float32]
    words: str
    description: str


class Gallery(ThemedWidget):
    """As many images as have room.

    Attributes
    ----------
    chosen : Signal(int)
        The row of an image that was clicked, or gone to by the arrows.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.images: tuple[GalleryImage, ...] = ()
        self.empty = ""
        self.place: int | None = None
        self._picture = QPixmap()
        self._state: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Images")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 72)

    def show_images(self, images: Sequence[GalleryImage], empty: str) -> None:
        """Show other images, or the sentence that there are none."""
        self.images, self.empty = tuple(images), empty
        self.setAccessibleDescription("; ".join(each.description for each in images) or empty)
        self.update()

    def show_place(self, index: int | None) -> None:
        """Mark the image with a row of the split, if it is shown."""
        if index != self.place:
            self.place = index
            self.update()

    @property
    def n_columns(self) -> int:
        """Images in a row."""
        return max(int((self.width() + GAP) / (SIDE + GAP)), 1)

    @property
    def capacity(self) -> int:
        """Images that have room."""
        rows = max(int((self.height() + GAP) / (SIDE + WORDS + GAP)), 1)
        return rows * self.n_columns

    def place_of(self, k: int) -> QRectF:
        """Give where the k-th image is."""
        row, column = divmod(k, self.n_columns)
        return QRectF(column * (SIDE + GAP), row * (SIDE + WORDS + GAP), SIDE, SIDE)

    def image_at(self, position: QPointF) -> GalleryImage | None:
        """Give the image under a point."""
        tall = [self.place_of(k).adjusted(0, 0, 0, WORDS) for k in range(len(self.images))]
        return next(
            (self.images[k] for k, each in enumerate(tall) if each.contains(position)), None
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        state = (self.images, self.width(), self.height(), self.devicePixelRatioF(), theme)
        if state != self._state:
            self._state, self._picture = state, self._painted(theme)
        with smooth_painter(self) as painter:
            if not self.images:
                empty_state(painter, QRectF(self.rect()), self.empty, theme)
            painter.drawPixmap(0, 0, self._picture)
            for k, each in enumerate(self.images[: self.capacity]):
                if each.index == self.place:
                    paint_focus_ring(painter, self.place_of(k).adjusted(-2, -2, 2, 2), theme, 3)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def _painted(self, theme: Theme) -> QPixmap:
        """Give the images with their words; they change seldom and take long."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            for k, each in enumerate(self.images[: self.capacity]):
                where = self.place_of(k)
                pixels = each.pixels.reshape(image_shape(each.pixels.size))
                draw_pixels(painter, where, to_image(grey_image(pixels)))
                line = QRectF(where.left() - GAP / 2, where.bottom(), SIDE + GAP, WORDS)
                letters(painter, line, each.words, font(11), theme.muted, CENTER)
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        found = self.image_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(found.index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the arrows go from image to image."""
        key = Qt.Key(event.key())
        step = _STEPS[key][0] if key in _STEPS else _ROWS.get(key, 0) * self.n_columns
        shown = self.images[: self.capacity]
        if step == 0 or not shown:
            super().keyPressEvent(event)
            return
        rows = [each.index for each in shown]
        at = rows.index(self.place) + step if self.place in rows else 0
        self.chosen.emit(rows[min(max(at, 0), len(rows) - 1)])

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(360, 240)
