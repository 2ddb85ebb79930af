"""What moves: balls with the steps they took, the tangent, and how far the next step goes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QRadialGradient

from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.hill_curve.colors import way_color
from gdviz.qt.views.hill_curve.places import Places
from gdviz.qt.views.hill_curve.scene import Scene, Track
from gdviz.qt.widgets.ticks import format_number

RADIUS = 6.5
MOST_HOPS = 40
"""Hops painted behind a ball; all of them would hide the curve."""


def paint_cursor(painter: QPainter, places: Places, w: float, theme: Theme) -> None:
    """Paint where Enter drops a ball."""
    x = places.x(w)
    painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, places.room.top()), QPointF(x, places.room.bottom()))


def paint_trails(painter: QPainter, scene: Scene, places: Places, theme: Theme) -> None:
    """Paint the latest hops of every ball: from each point to the next over an arc."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for track in scene.tracks:
        last = track.index_at(scene.step)
        first = max(0, last - MOST_HOPS)
        points = places.pixels(track.w[first : last + 1], track.cost[first : last + 1])
        points = points[np.isfinite(points).all(axis=1)]
        color = QColor(way_color(theme, track.way))
        if track.way == "descent":
            painter.setPen(QPen(color, 1.2))
            painter.drawPath(_hops(points))
        else:
            # What is continuous has no hops; its trail is the curve itself.
            color.setAlphaF(0.75)
            painter.setPen(_pen(color, 4, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline([QPointF(x, y) for x, y in points.tolist()])
        if len(points):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(*points[0].tolist()), 2.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_tangent(painter: QPainter, scene: Scene, places: Places, theme: Theme) -> None:
    """Paint the tangent at the chosen ball, and a bar as long as its next step."""
    if not scene.tracks or not math.isfinite(scene.slope):
        return
    track = scene.tracks[-1]
    k = track.index_at(scene.step)
    w, cost = float(track.w[k]), float(track.cost[k])
    if not (math.isfinite(w) and math.isfinite(cost)):
        return
    at = places.point(w, cost)
    per_w = places.room.width() / (places.reach[1] - places.reach[0])
    per_cost = places.room.height() / (places.heights[1] - places.heights[0])
    direction = math.atan2(-scene.slope * per_cost, per_w)
    half = QPointF(70 * math.cos(direction), 70 * math.sin(direction))
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.drawLine(at - half, at + half)
    if math.isfinite(scene.next_w):
        _paint_step_bar(painter, at, scene.next_w - w, places, theme)


def paint_balls(painter: QPainter, scene: Scene, places: Places, theme: Theme) -> None:
    """Paint the balls; the chosen one is the last, with a ring."""
    for track in scene.tracks:
        center = _center(track, scene.step, places)
        if center is not None:
            _paint_ball(painter, center, way_color(theme, track.way))
    if scene.tracks:
        center = _center(scene.tracks[-1], scene.step, places)
        if center is not None:
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(center, RADIUS + 3, RADIUS + 3)


def _center(track: Track, step: int, places: Places) -> QPointF | None:
    k = track.index_at(step)
    w, cost = float(track.w[k]), float(track.cost[k])
    if not (math.isfinite(w) and math.isfinite(cost)):
        return None
    if not places.reach[0] <= w <= places.reach[1]:
        return None
    return places.point(w, cost)


def _paint_ball(painter: QPainter, center: QPointF, color: str) -> None:
    shade = QRadialGradient(center - QPointF(2.2, 2.6), 1.7 * RADIUS)
    shade.setColorAt(0.0, QColor(color).lighter(150))
    shade.setColorAt(0.35, QColor(color))
    shade.setColorAt(1.0, QColor(color).darker(190))
    painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
    painter.setBrush(shade)
    painter.drawEllipse(center, RADIUS, RADIUS)


def _hops(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> QPainterPath:
    path = QPainterPath()
    rows = points.tolist()
    if not rows:
        return path
    path.moveTo(*rows[0])
    for (x0, y0), (x1, y1) in pairwise(rows):
        lift = min(abs(x1 - x0) * 0.35, 60.0)
        path.quadTo((x0 + x1) / 2, min(y0, y1) - lift, x1, y1)
    return path


def _paint_step_bar(
    painter: QPainter, at: QPointF, step: float, places: Places, theme: Theme
) -> None:
    per_w = places.room.width() / (places.reach[1] - places.reach[0])
    length = min(max(step * per_w, -2 * places.width), 2 * places.width)
    y = min(at.y() + 20, places.room.bottom() - 6)
    end = QPointF(at.x() + length, y)
    painter.setPen(_pen(QColor(theme.ball_text), 4, Qt.PenCapStyle.FlatCap))
    painter.drawLine(QPointF(at.x(), y), end)
    painter.setPen(QPen(QColor(theme.ball_text), 1.5))
    for x in (at.x(), end.x()):
        painter.drawLine(QPointF(x, y - 5), QPointF(x, y + 5))
    text = f"next step {'+' if step > 0 else ''}{format_number(float(f'{step:.3g}'))}"
    width = text_width(text, font(11, 600)) + 4
    room = places.room
    left = min(max(at.x() + (length - width) / 2, room.left()), room.right() - width)
    # Above the ball where there is no room below.
    top = y + 6 if y + 22 < room.bottom() else at.y() - 34
    letters(painter, QRectF(left, top, width, 16), text, font(11, 600), theme.ball_text, CENTER)


def _pen(color: QColor, width: float, cap: Qt.PenCapStyle) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(cap)
    return pen
