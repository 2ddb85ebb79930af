"""Lines of text that are painted again and again, laid out once.

Laying a line out takes Qt twice as long as painting it, and axes, legends and tables say the
same many times a second. A line that is met for the second time is kept laid out; running
numbers, which are met once, are not.

Only the thread of the window may call.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText, QTransform

from gdviz.qt.fonts import font, text_width

KEPT = 1024
"""Lines that are remembered: a few hundred are in sight."""

_RIGHT = Qt.AlignmentFlag.AlignRight.value
_HORIZONTAL_CENTER = Qt.AlignmentFlag.AlignHCenter.value


class _Line:
    """A text in a font: counted, and laid out when it is worth it."""

    __slots__ = ("baseline", "font", "half", "is_new", "laid_out", "text", "width")

    def __init__(self, text: str, size_px: int, weight: int) -> None:
        self.text = text
        self.font: QFont = font(size_px, weight)
        self.width = text_width(text, size_px, weight)
        self.half, self.baseline = _heights(size_px, weight)
        self.is_new = True
        self.laid_out: QStaticText | None = None


def draw_line(
    painter: QPainter, where: QRectF, text: str, size_px: int, weight: int, alignment: int
) -> None:
    """Draw one line, centred vertically in a rectangle, with the painter's pen; never cut off.

    Parameters
    ----------
    painter : QPainter
    where : QRectF
    text : str
    size_px, weight : int
        Of Inter; see `gdviz.qt.fonts.font`.
    alignment : int
        The value of a ``Qt.AlignmentFlag``, of which the horizontal part counts: to combine
        flags as enumerations takes longer than to draw.
    """
    if not text:
        return
    line = _line(text, size_px, weight)
    left = where.left()
    if alignment & _RIGHT:
        left = where.right() - line.width
    elif alignment & _HORIZONTAL_CENTER:
        left = where.center().x() - line.width / 2
    top = where.center().y() - line.half
    painter.setFont(line.font)
    if line.is_new:
        line.is_new = False
        painter.drawText(QPointF(left, top + line.baseline), text)
        return
    if line.laid_out is None:
        line.laid_out = _laid_out(line)
    painter.drawStaticText(QPointF(left, top), line.laid_out)


def _laid_out(line: _Line) -> QStaticText:
    result = QStaticText(line.text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    result.prepare(QTransform(), line.font)
    return result


@lru_cache(maxsize=KEPT)
def _line(text: str, size_px: int, weight: int) -> _Line:
    return _Line(text, size_px, weight)


@lru_cache(maxsize=32)
def _heights(size_px: int, weight: int) -> tuple[float, float]:
    """Give half the height of a line, and the baseline below its top."""
    metrics = QFontMetricsF(font(size_px, weight))
    return metrics.height() / 2, metrics.ascent()
