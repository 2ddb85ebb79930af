"""A legend in one line: caption, low end, the colour map lying flat, high end.

Only the thread of the window may call.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from gdviz.qt.fonts import font
from gdviz.qt.painting import letters, text_width, to_image
from gdviz.qt.theme import Theme

BAR_HEIGHT = 8.0
GAP = 6.0


def draw_flat_scale(
    painter: QPainter,
    left: float,
    middle: float,
    caption: str,
    ends: tuple[str, str],
    table: npt.NDArray[np.uint8],
    theme: Theme,
    width: float = 84.0,
) -> float:
    """Draw a legend and give where it ends.

    Parameters
    ----------
    painter : QPainter
    left, middle : float
        Where it begins, and the height of its middle.
    caption : str
        What is shown; muted.
    ends : pair of str
        What the first and the last colour mean.
    table : ndarray of shape (n, 4), uint8
        The colour map itself, low end first.
    theme : Theme
    width : float, default 84
        Of the bar alone.
    """
    small = font(11)
    x = left
    for text, color, gap in ((caption, theme.muted, 8.0), (ends[0], theme.text, GAP)):
        wide = text_width(text, small)
        letters(painter, QRectF(x, middle - 8, wide + 1, 16), text, small, color)
        x += wide + gap if text else 0.0
    bar = QRectF(x, middle - BAR_HEIGHT / 2, width, BAR_HEIGHT)
    shape = QPainterPath()
    shape.addRoundedRect(bar, 2, 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(shape)
    painter.drawImage(bar, to_image(np.ascontiguousarray(table[np.newaxis])))
    painter.setClipping(False)
    painter.strokePath(shape, QPen(theme.line))
    painter.restore()
    wide = text_width(ends[1], small)
    letters(
        painter, QRectF(bar.right() + GAP, middle - 8, wide + 1, 16), ends[1], small, theme.text
    )
    return bar.right() + GAP + wide
