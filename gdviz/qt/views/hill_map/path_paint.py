"""What moves on the map: the path of all steps of each optimizer, its ball and its arrow."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRadialGradient

from gdviz.qt.fonts import font
from gdviz.qt.painting import outlined
from gdviz.qt.views.hill_map.colors import LineStyle
from gdviz.qt.views.hill_map.model import Reading
from gdviz.qt.views.hill_map.places import MapPlaces
from gdviz.qt.widgets.dashed_curve import cut_dashes, joined

WIDTH = 2.0
BALL = 6.0
ARROW = 30.0
"""Pixels of an arrow of −∇C: it tells the direction, the table tells the length."""
RIM = QColor(0, 0, 0, 120)
UNDER = QColor("#1d2430")
"""Under a path: opaque, since its pieces overlap."""


def paint_path(
    painter: QPainter, points: npt.NDArray[np.float64], style: LineStyle, places: MapPlaces
) -> None:
    """Paint a path through every one of its points, dashed in its own way over a dark rim."""
    known = points[np.isfinite(points).all(axis=1)]
    if len(known) < 2:
        return
    pixels = places.to_pixels(known)
    # Straight pieces one by one: Qt takes many times as long to stroke one wide, long shape.
    whole = [QLineF(*piece) for piece in joined(pixels[:, 0], pixels[:, 1]).tolist()]
    painter.setPen(_square_pen(UNDER, WIDTH + 1.6))
    painter.drawLines(whole)
    if not style.dash:
        painter.setPen(_square_pen(QColor(style.color), WIDTH))
        painter.drawLines(whole)
        return
    painter.setPen(QPen(QColor(style.color), WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    drawn, left_out = (WIDTH * length for length in style.dash)
    pieces = cut_dashes(pixels[:, 0], pixels[:, 1], drawn, left_out)
    painter.drawLines([QLineF(*piece) for piece in pieces.tolist()])


def _square_pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)


def paint_ball(
    painter: QPainter, reading: Reading, style: LineStyle, places: MapPlaces, is_chosen: bool
) -> None:
    """Paint where an optimizer is, and the direction of −∇C there."""
    if not (math.isfinite(reading.x) and math.isfinite(reading.y)):
        return
    at = places.pixel(reading.x, reading.y)
    slope = reading.slope
    if math.isfinite(slope) and slope > 0:
        across, up = -reading.gradient[0] / slope, -reading.gradient[1] / slope
        paint_arrow(painter, at, QPointF(across, -up) * ARROW, style.color)
    if is_chosen and all(math.isfinite(value) for value in reading.next_step):
        to = places.pixel(reading.x + reading.next_step[0], reading.y + reading.next_step[1])
        painter.setPen(QPen(QColor(style.color), 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(at, to)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(to, 3, 3)
    paint_body(painter, at, style, is_chosen=is_chosen)


def paint_body(painter: QPainter, at: QPointF, style: LineStyle, *, is_chosen: bool) -> None:
    """Paint a ball in the colour of its optimizer, ringed if its numbers are shown."""
    shade = QRadialGradient(at - QPointF(2, 2.4), 1.8 * BALL)
    shade.setColorAt(0.0, QColor(style.color).lighter(130))
    shade.setColorAt(0.4, QColor(style.color))
    shade.setColorAt(1.0, QColor(style.color).darker(200))
    painter.setPen(QPen(QColor(0, 0, 0, 170), 1))
    painter.setBrush(shade)
    painter.drawEllipse(at, BALL, BALL)
    if is_chosen:
        painter.setPen(QPen(QColor("#ffffff"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, BALL + 3, BALL + 3)


def paint_arrow(
    painter: QPainter, at: QPointF, along: QPointF, color: str, width: float = 2.0
) -> None:
    """Paint an arrow with a dark rim."""
    length = math.hypot(along.x(), along.y())
    if length < 1:
        return
    unit = along / length
    side = QPointF(-unit.y(), unit.x())
    tip = at + along
    head = [tip, tip - unit * 7 + side * 4, tip - unit * 7 - side * 4]
    for ink, wide in ((RIM, width + 2), (QColor(color), width)):
        painter.setPen(QPen(ink, wide))
        painter.drawLine(at, tip - unit * 5)
    painter.setPen(QPen(RIM, 1))
    painter.setBrush(QColor(color))
    painter.drawPolygon(QPolygonF(head))


def paint_start(painter: QPainter, start: tuple[float, float], places: MapPlaces) -> None:
    """Paint the start: what is dragged."""
    at = places.pixel(*start)
    painter.setPen(QPen(QColor(0, 0, 0, 190), 1.5))
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(at, 5, 5)
    below = at + QPointF(0, 15)
    if not places.room.adjusted(0, 0, 0, -10).contains(below):
        below = at - QPointF(0, 15)
    outlined(painter, below, "start", font(11, 600))


def paint_minima(
    painter: QPainter, minima: tuple[tuple[float, float], ...], places: MapPlaces
) -> None:
    """Mark the known minima with a cross."""
    for x, y in minima:
        at = places.pixel(x, y)
        if not places.room.contains(at):
            continue
        for ink, wide in ((RIM, 3.5), (QColor("#ffffff"), 1.5)):
            painter.setPen(QPen(ink, wide))
            painter.drawLine(at - QPointF(5, 0), at + QPointF(5, 0))
            painter.drawLine(at - QPointF(0, 5), at + QPointF(0, 5))
