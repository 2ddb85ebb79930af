"""How numbers become colours in a small picture, and the legend that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table, grey_image, signed_image
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, letters, text_width, to_image
from gdviz.qt.theme import Theme

BAR = 48.0
"""Width of a legend's bar."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers become colours.

    Parameters
    ----------
    limit : float or None
        Signed numbers up to ±limit; None for greys from 0 to 1.
    """

    limit: float | None = None

    def colors(self, values: npt.NDArray[np.floating[Any]], theme: Theme) -> npt.NDArray[np.uint8]:
        """Give the picture, with (4,) appended to the shape."""
        if self.limit is None:
            return grey_image(values)
        return signed_image(values, self.limit, theme)

    def table(self, theme: Theme) -> npt.NDArray[np.uint8]:
        """Give the colours of the whole range, shape (n, 4)."""
        if self.limit is None:
            return grey_image(np.linspace(0, 1, 256))
        return diverging_table(theme)

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at the low and at the high end of the legend."""
        if self.limit is None:
            return "0", "1"
        text = number_text.tick(float(f"{self.limit:.2g}"))
        return number_text.MINUS + text, "+" + text


GREY = Scale()
"""Of images of digits."""


def paint_legend(painter: QPainter, center: QPointF, scale: Scale, theme: Theme) -> None:
    """Paint a bar of the colours with a number at either end, around a point."""
    low, high, small = *scale.ends, font(11)
    top = center.y() - 7
    bar = QRectF(center.x() - BAR / 2, center.y() - 4, BAR, 8)
    clip = QPainterPath()
    clip.addRoundedRect(bar, 2, 2)
    painter.save()
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(bar, to_image(scale.table(theme)[np.newaxis]))
    painter.restore()
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(bar, 2, 2)
    left = QRectF(bar.left() - 6 - text_width(low, small), top, text_width(low, small) + 1, 14)
    letters(painter, left, low, small, theme.muted, RIGHT)
    right = QRectF(bar.right() + 6, top, text_width(high, small) + 1, 14)
    letters(painter, right, high, small, theme.muted, LEFT)
