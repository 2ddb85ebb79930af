"""The shapes of points: each series of a chart has one of its own."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

RADIUS = 4.0


def draw_mark(painter: QPainter, kind: str, center: QPointF, color: str, ground: str) -> None:
    """Draw a point, with a rim in the ground's colour so that neighbours are told apart."""
    x, y, r = center.x(), center.y(), RADIUS
    if kind == "cross":
        painter.setPen(QPen(QColor(color), 2))
        painter.drawLine(QPointF(x - r, y - r), QPointF(x + r, y + r))
        painter.drawLine(QPointF(x - r, y + r), QPointF(x + r, y - r))
        return
    painter.setPen(QPen(QColor(ground), 1))
    painter.setBrush(QColor(color))
    if kind == "disc":
        painter.drawEllipse(center, r, r)
    elif kind == "square":
        painter.drawRect(QRectF(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1))
    elif kind == "diamond":
        edge = r * 1.25
        corners = ((x, y - edge), (x + edge, y), (x, y + edge), (x - edge, y))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    else:
        ends = ((x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8))
        painter.drawPolygon(QPolygonF([QPointF(*end) for end in ends]))
