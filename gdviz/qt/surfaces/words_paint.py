"""Words in small boxes over the map and the block."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.cost_surface import CostSurface
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, letters, text_width
from gdviz.qt.theme import Theme

EMPTY = (
    "The cost around the present weights and biases is being computed: a slice of the real "
    "cost on a plane appears here, with a ball where the network stands."
)


def cost_words(surface: CostSurface, at: tuple[float, float]) -> str:
    """Say what the cost is at coordinates u and v."""
    cost = number_text.cost(surface.value_at(*at))
    return f"cost {cost}   ({number_text.signed(at[0], 1)}, {number_text.signed(at[1], 1)})"


def paint_beside(
    painter: QPainter, at: QPointF, lines: list[tuple[str, str]], where: QRectF, theme: Theme
) -> None:
    """Paint lines in a box above a point, or below it where there is no room above.

    Parameters
    ----------
    painter : QPainter
    at : QPointF
    lines : list of (text, colour)
    where : QRectF
        In which the box stays.
    theme : Theme
    """
    small = font(11)
    width = min(max(text_width(text, small) for text, _ in lines) + 20, where.width())
    height = 17.0 * len(lines) + 6
    left = min(max(at.x() - width / 2, where.left()), where.right() - width)
    above = at.y() - height - 13 > where.top()
    box = QRectF(left, at.y() - height - 13 if above else at.y() + 14, width, height)
    paint_box(painter, box, theme, 4)
    for k, (text, color) in enumerate(lines):
        place = QRectF(box.left() + 8, box.top() + 3 + 17 * k, box.width() - 16, 17)
        letters(painter, place, text, small, color, CENTER)


def paint_note(painter: QPainter, text: str, where: QRectF, theme: Theme) -> None:
    """Paint one line in the middle of the upper edge; an empty text paints nothing."""
    if not text:
        return
    strong = font(11, 600)
    width = text_width(text, strong) + 24
    box = QRectF(where.center().x() - width / 2, where.top() + 10, width, 24)
    paint_box(painter, box, theme, 12)
    letters(painter, box, text, strong, theme.text, CENTER)


def paint_box(painter: QPainter, box: QRectF, theme: Theme, radius: float) -> None:
    """Paint the ground of a box."""
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(box, radius, radius)
