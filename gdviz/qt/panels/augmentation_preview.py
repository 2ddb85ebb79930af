"""One training image as several epochs will see it, by the function that training uses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gdviz.data.dataset import Dataset, Images
from gdviz.qt import number_text
from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.painting import draw_pixels, to_image
from gdviz.qt.panels.setting_fields import explain
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter
from gdviz.training.config import TrainingConfig
from gdviz.training.epochs import pictures_of

N_EPOCHS = 7
"""Copies of 28 pixels, 4 apart, that have room in the narrowest panel."""
GAP = 4
SIDE = 28
STRIDE = 7919
"""From one image to another: a prime, so that every image has its turn."""
OFF = "Every epoch sees the training images as they are."
NO_PICTURES = "These inputs make no square pictures: they can have noise, and no other change."


def seen_by_epochs(images: Images, row: int, config: TrainingConfig) -> list[Any] | None:
    """Give one image as the first epochs see it.

    Parameters
    ----------
    images : ndarray of shape (n, n_in)
        All of the training data.
    row : int
    config : TrainingConfig

    Returns
    -------
    list of float32 ndarray of shape (side, side), or None
        None if nothing is augmented, or the image is not square.
    """
    side = math.isqrt(images.shape[1])
    if side * side != images.shape[1]:
        return None
    found = []
    for epoch in range(N_EPOCHS):
        # The compiled loops differ by less than a grey value, and are not worth their start here.
        pictures = pictures_of(images, config, epoch, "numpy")
        if pictures is None:
            return None
        found.append(pictures(np.array([row]))[0].reshape(side, side))
    return found


class Strip(ThemedWidget):
    """Pictures in a row, every pixel a whole number of device pixels large."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_pictures(self, pictures: list[npt.NDArray[np.float32]]) -> None:
        """Show pictures of shape (side, side), 0 black to 1 white."""
        self.images = [to_image(grey_image(picture)) for picture in pictures]
        self.updateGeometry()
        self.update()

    def side(self) -> float:
        """How wide a picture is drawn, in device-independent pixels."""
        ratio, pixels = self.devicePixelRatioF(), self.images[0].width() if self.images else SIDE
        return max(int(SIDE * ratio / pixels), 1) * pixels / ratio

    def places(self) -> list[QRectF]:
        """Where pictures are drawn: as many as have room, from the left."""
        side = self.side()
        count = min(len(self.images), max(int((self.width() + GAP) / (side + GAP)), 1))
        ratio = self.devicePixelRatioF()
        lefts = (round(k * (side + GAP) * ratio) / ratio for k in range(count))
        return [QRectF(left, 0, side, side) for left in lefts]

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(N_EPOCHS * (SIDE + GAP) - GAP, math.ceil(self.side()))

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return QSize(0, math.ceil(self.side()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            for image, where in zip(self.images, self.places(), strict=False):
                draw_pixels(painter, where, image)


class AugmentationPreview(QWidget):
    """A strip of copies, what they are, and a button for another image.

    Without augmentation there is one line that says so.

    Parameters
    ----------
    dataset : Dataset
    """

    def __init__(self, dataset: Dataset) -> None:
        super().__init__()
        self._dataset = dataset
        self._config: TrainingConfig | None = None
        self._row = 0
        self._shown: tuple[object, ...] = ()
        self.strip = Strip()
        self.caption = Label("", 11, 400, "muted")
        self.off = HintLabel(OFF)
        self.button = QPushButton("Another")
        self.button.setObjectName("button_another_image")
        self.button.setFont(font(11))
        self.button.setProperty("role", "ghost")
        self.button.setAccessibleName("Another training image")
        explain(self.button, "Show another training image as the epochs will see it.")
        self.button.clicked.connect(self.show_another)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.caption, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.off)
        column.addWidget(self.strip)
        column.addLayout(row)

    @property
    def row(self) -> int:
        """Row of the training image that is shown."""
        return self._row

    def show_dataset(self, dataset: Dataset) -> None:
        """Take images from other data; `show_config` shows one."""
        if dataset is not self._dataset:
            self._dataset, self._row, self._shown = dataset, 0, ()

    def show_config(self, config: TrainingConfig) -> None:
        """Show what a configuration does to the image."""
        self._config = config
        n_train = len(self._dataset.train)
        # A configuration may be shown before the data that it is about.
        self._row %= min(config.n_examples or n_train, n_train)
        settings = (
            self._row, config.seed, config.augment_shift, config.augment_rotation,
            config.augment_noise,
        )  # fmt: skip
        if settings == self._shown:
            return
        self._shown = settings
        images = self._dataset.train.images
        pictures = seen_by_epochs(images, self._row, config)
        for part in (self.strip, self.caption, self.button):
            part.setVisible(pictures is not None)
        self.off.setVisible(pictures is None)
        if pictures is not None:
            self.strip.set_pictures(pictures)
            text = f"Training image {number_text.whole(self._row)}, epochs 1 to {N_EPOCHS}"
            self.caption.setText(text)
            self.strip.setAccessibleName(f"{text}, as each of them sees it")
        elif math.isqrt(images.shape[1]) ** 2 != images.shape[1]:
            self.off.setText(NO_PICTURES)
        else:
            self.off.setText(OFF)

    def show_another(self) -> None:
        """Show another training image."""
        if self._config is not None:
            self._row += STRIDE
            self.show_config(self._config)
