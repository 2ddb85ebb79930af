"""The ball and its trail, readable on any colour of the map."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QRadialGradient

from gdviz.qt.fonts import font
from gdviz.qt.painting import draw_kept, kept_image, outlined

BALL_RADIUS = 7.5
BALL_ROOM = 18
"""Half of the side of a square in which the ball has room, with its shadow."""
PLACES = 4
"""Of the ball within a pixel, along each side: fewer, and it would be seen to jump."""
ARROW_LENGTH = 46.0
"""From the ball's middle to the arrow's tip, in pixels."""
CELL = 1.5
"""Points of a trail that are no farther apart look the same as one: it is 2 px wide."""


def paint_trail(painter: QPainter, points: npt.NDArray[np.float64], cell: float = CELL) -> None:
    """White over a dark casing; points within a pixel or so of the last are left out."""
    kept = _spaced(points, cell)
    if len(kept) < 2:
        return
    line = pg.functions.arrayToQPolygonF(kept[:, 0], kept[:, 1])
    for color, width in ((QColor(16, 20, 24, 150), 4.0), (QColor("#ffffff"), 2.0)):
        pen = QPen(color, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline(line)


def paint_arrow(painter: QPainter, start: QPointF, direction: QPointF) -> None:
    """Paint an arrow of one length, which says only where −∇C points on the plane."""
    size = math.hypot(direction.x(), direction.y())
    if not (math.isfinite(size) and size > 0):
        return
    along = direction / size
    across = QPointF(-along.y(), along.x())
    begin, tip = start + along * BALL_RADIUS, start + along * ARROW_LENGTH
    head = [tip, tip - along * 9 + across * 4.5, tip - along * 9 - across * 4.5]
    for color, width in ((QColor(16, 20, 24, 170), 4.5), (QColor("#f4c430"), 2.0)):
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(begin, tip - along * 7)
        painter.setPen(QPen(color, 0 if width < 4 else 2.5))
        painter.setBrush(color)
        painter.drawPolygon(head)


def paint_ball(painter: QPainter, at: QPointF, where: QRectF) -> None:
    """Paint the ball; outside the map a hollow one at its edge, and say so."""
    inside = where.contains(at)
    x = min(max(at.x(), where.left()), where.right())
    y = min(max(at.y(), where.top()), where.bottom())
    at = QPointF(x, y)
    if inside:
        _paint_kept_ball(painter, at)
        return
    _paint_shadow(painter, at)
    note = at + QPointF(0, -16 if y > where.center().y() else 18)
    note.setX(min(max(note.x(), where.left() + 90), where.right() - 90))
    paint_outside(painter, at, note)


def _paint_kept_ball(painter: QPainter, at: QPointF) -> None:
    """Paint the ball of the nearest of 16 places within a pixel: drawn once, kept, and smooth."""
    ratio = painter.device().devicePixelRatioF()
    x, y = math.floor(PLACES * ratio * at.x()), math.floor(PLACES * ratio * at.y())
    whole = QPointF(x // PLACES, y // PLACES) / ratio
    draw_kept(painter, whole, _ball_image(x % PLACES, y % PLACES, ratio))


@lru_cache(maxsize=4 * PLACES**2)
def _ball_image(x: int, y: int, ratio: float) -> QImage:
    at = QPointF(x + 0.5, y + 0.5) / (PLACES * ratio)

    def draw(painter: QPainter) -> None:
        _paint_shadow(painter, at)
        paint_body(painter, at)

    return kept_image(BALL_ROOM, BALL_ROOM, ratio, draw)


def _paint_shadow(painter: QPainter, at: QPointF) -> None:
    middle, radius = at + QPointF(1.5, 3), BALL_RADIUS + 5
    shadow = QRadialGradient(middle, radius)
    shadow.setColorAt(0.45, QColor(0, 0, 0, 130))
    shadow.setColorAt(1, QColor(0, 0, 0, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(shadow))
    painter.drawEllipse(middle, radius, radius)


def paint_body(painter: QPainter, at: QPointF) -> None:
    """Paint the ball itself around its middle."""
    body = QRadialGradient(at - QPointF(2.4, 2.8), BALL_RADIUS * 1.7)
    for stop, color in ((0, "#fff3c4"), (0.3, "#f4c430"), (1, "#8f6a00")):
        body.setColorAt(stop, QColor(color))
    painter.setPen(QPen(QColor(20, 22, 26), 1.25))
    painter.setBrush(QBrush(body))
    painter.drawEllipse(at, BALL_RADIUS, BALL_RADIUS)


def paint_outside(painter: QPainter, at: QPointF, note: QPointF) -> None:
    """Paint a hollow ball at the edge nearest to the true one, and say so around a point."""
    outlined(painter, note, "outside the picture: recentre", font(11, 600))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#f4c430"), 2.5))
    painter.drawEllipse(at, BALL_RADIUS, BALL_RADIUS)


def _spaced(points: npt.NDArray[np.float64], cell: float) -> npt.NDArray[np.float64]:
    """Leave out what is not finite, and points in the same cell as the one before; keep the last.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
    cell : float
        Width and height of the cells, in the points' unit.
    """
    known = points[np.isfinite(points).all(axis=1)]
    moved = np.diff(np.rint(known / cell), axis=0).any(axis=1)
    kept = np.concatenate([[True], moved]) if len(known) else np.empty(0, bool)
    kept[-1:] = True
    return np.asarray(known[kept])
