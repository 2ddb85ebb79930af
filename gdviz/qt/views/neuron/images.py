"""The images that excite a neuron most and least; a click shows one to the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.inspection.neuron_bench import NeuronAnswers
from gdviz.analysis.weight_images import image_shape
from gdviz.data.dataset import Split
from gdviz.qt import number_text
from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.painting import CENTER, draw_pixels, letters, pixel_rectangle, text_width, to_image
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

IN_A_ROW = 6
HEAD, WORDS = 18.0, 16.0
GAP = 6.0


@dataclass(frozen=True, eq=False, slots=True)
class ExtremeImages:
    """What is shown: first the images that excite a neuron most, then those that do least.

    Parameters
    ----------
    most, least : ndarray of shape (n,), intp
        Rows of the split.
    pixels : ndarray of shape (2, n, n_inputs)
        0 to 1.
    labels : ndarray of shape (2, n)
    activations : ndarray of shape (2, n)
    n_images : int
        Of which they are.
    """

    most: npt.NDArray[np.intp]
    least: npt.NDArray[np.intp]
    pixels: npt.NDArray[np.floating[Any]]
    labels: npt.NDArray[np.uint8]
    activations: npt.NDArray[np.float32]
    n_images: int

    def heads(self) -> tuple[str, str]:
        """Give what stands over the rows."""
        of = f"{len(self.most)} of {number_text.whole(self.n_images)} test images"
        return f"excite it most: {of}", "excite it least"

    def row_of(self, place: int) -> int:
        """Give the row of the split of an image, counted over both rows."""
        return int(np.concatenate([self.most, self.least])[place])


def extreme_images(answers: NeuronAnswers, split: Split) -> ExtremeImages | None:
    """Give the images that excite a neuron most and least; None if it has no numbers."""
    most, least = answers.most(IN_A_ROW), answers.least(IN_A_ROW)
    if not len(most):
        return None
    both = np.stack([most, least])
    pixels = split.inputs(both.ravel()).reshape(2, len(most), -1)
    return ExtremeImages(
        most, least, pixels, answers.labels[both], answers.activations[both], len(answers)
    )


def short(value: float) -> str:
    """Give an activation in few digits."""
    if not np.isfinite(value):
        return number_text.NOT_KNOWN
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:.{decimals}f}".replace("-", number_text.MINUS)


class ImageRows(ThemedWidget):
    """Two rows of images with label and activation.

    Attributes
    ----------
    image_chosen : Signal(int)
        A row of the split.
    """

    image_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.images: ExtremeImages | None = None
        self.selected = 0
        self._pictures: list[QImage] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Images that excite the neuron most and least; Enter shows one")
        self.setToolTip("A click shows the image to the network")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 138)

    def show_images(self, images: ExtremeImages | None) -> None:
        """Show other images."""
        self.images, self._pictures = images, []
        if images is not None:
            tall, wide = image_shape(images.pixels.shape[-1])
            flat = images.pixels.reshape(-1, tall, wide)
            self._pictures = [to_image(grey_image(pixels)) for pixels in flat]
            self.selected = min(self.selected, max(len(flat) - 1, 0))
        self.update()

    def rectangle(self, place: int) -> QRectF:
        """Give where an image is, counted over both rows."""
        assert self.images is not None
        in_a_row = max(len(self.images.most), 1)
        row, column = divmod(place, in_a_row)
        height = self.height() / 2
        pitch = self.width() / IN_A_ROW
        room = QRectF(column * pitch, row * height + HEAD, pitch - GAP, height - HEAD - WORDS - 2)
        image = self._pictures[place]
        return pixel_rectangle(
            room,
            image.width(),
            image.height(),
            self.devicePixelRatioF(),
            Qt.AlignmentFlag.AlignHCenter,
        )

    def place_at(self, position: QPointF) -> int | None:
        """Give the image under a point, counted over both rows, or None."""
        for place in range(len(self._pictures)):
            if self.rectangle(place).adjusted(0, 0, 0, WORDS).contains(position):
                return place
        return None

    def _choose(self, place: int) -> None:
        assert self.images is not None
        self.selected = place
        self.image_chosen.emit(self.images.row_of(place))
        self.update()

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        assert self.images is not None
        images, small = self.images, font(11)
        for row, head in enumerate(images.heads()):
            line = QRectF(0, row * self.height() / 2, self.width(), 16)
            letters(painter, line, head, small, theme.muted)
        labels, activations = images.labels.ravel(), images.activations.ravel()
        for place, picture in enumerate(self._pictures):
            where = self.rectangle(place)
            draw_pixels(painter, where, picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            under = QRectF(where.center().x() - 24, where.bottom() + 1, 48, WORDS)
            text = self._words(int(labels[place]), float(activations[place]))
            letters(painter, under, text, small, theme.text, CENTER)
            if self.hasFocus() and place == self.selected:
                painter.setPen(QPen(QColor(theme.accent), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(where.adjusted(-1.5, -1.5, 1.5, 1.5))

    def _words(self, label: int, activation: float) -> str:
        """Give label and activation, with fewer digits where they would touch the next."""
        text = f"{label}: {short(activation)}"
        if text_width(text, font(11)) <= self.width() / IN_A_ROW - 2:
            return text
        return f"{label}: {activation:.1f}".replace("-", number_text.MINUS).replace(" ", "")

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            if self.images is not None:
                self._paint(painter, theme)
            if self.hasFocus() and not self._pictures:
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        in_a_row = 1 if self.images is None else max(len(self.images.most), 1)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -in_a_row,
            Qt.Key.Key_Down: in_a_row,
        }
        key = Qt.Key(event.key())
        if key in steps and self._pictures:
            moved = self.selected + steps[key]
            self.selected = moved if 0 <= moved < len(self._pictures) else self.selected
            self.update()
        elif key in ENTER and self._pictures:
            self._choose(self.selected)
        else:
            super().keyPressEvent(event)
