"""How a neuron answers to each digit on average, as small bars."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.neuron.images import short
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEAD, FIGURES, DIGITS = 18.0, 14.0, 15.0


class ClassBars(ThemedWidget):
    """A bar for each label; the example's label stands out."""

    def __init__(self) -> None:
        super().__init__()
        self.means: npt.NDArray[np.float64] | None = None
        self.label: int | None = None
        self._n_images = 0
        self.setAccessibleName("Mean activation for each label")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(72)

    def show_means(
        self, means: npt.NDArray[np.float64] | None, n_images: int, label: int | None
    ) -> None:
        """Show other means, shape (n_labels,), NaN where there is none."""
        self.means, self._n_images, self.label = means, n_images, label
        self.update()

    def describe(self) -> str:
        """Give the means as words, for screen readers."""
        if self.means is None:
            return ""
        return ", ".join(f"{label}: {short(mean)}" for label, mean in enumerate(self.means))

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        assert self.means is not None
        means, small = self.means, font(11)
        head = f"mean activation for each label, {number_text.whole(self._n_images)} test images"
        letters(painter, QRectF(0, 0, self.width(), 16), head, small, theme.muted)
        top, bottom = HEAD + FIGURES, self.height() - DIGITS
        finite = means[np.isfinite(means)]
        high = max(float(finite.max(initial=0.0)), 0.0)
        low = min(float(finite.min(initial=0.0)), 0.0)
        scale = (bottom - top) / ((high - low) or 1.0)
        zero = bottom + low * scale
        pitch = self.width() / max(len(means), 1)
        for label, mean in enumerate(means.tolist()):
            left, is_shown = label * pitch, label == self.label
            column = QRectF(left, top, max(pitch - 6, 2), bottom - top)
            painter.fillRect(column, QColor(theme.hairline))
            if math.isfinite(mean):
                height = abs(mean) * scale
                bar = QRectF(left, zero - max(mean, 0.0) * scale, column.width(), height)
                painter.fillRect(bar, QColor(theme.curve_1 if is_shown else theme.muted))
            color, weight = (theme.text, 600) if is_shown else (theme.muted, 400)
            if pitch >= 28:
                figure = QRectF(left - 3, HEAD - 2, column.width() + 6, 16)
                letters(painter, figure, short(mean), font(11, weight), color, CENTER)
            if pitch >= 12:
                digit = QRectF(left - 3, bottom, column.width() + 6, DIGITS)
                letters(painter, digit, str(label), font(11, weight), color, CENTER)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            if self.means is not None:
                self._paint(painter, current_theme())
