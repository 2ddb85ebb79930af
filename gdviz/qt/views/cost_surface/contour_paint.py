"""Contours over the map: thin lines with their numbers in gaps, turned with the line."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from gdviz.analysis.contours import ContourLabel
from gdviz.analysis.surface_picture import Contours
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import text_width
from gdviz.qt.views.cost_surface.colors import ColorRange

ToPixels = Callable[[npt.NDArray[np.floating]], npt.NDArray[np.float64]]


def paint_contours(
    painter: QPainter,
    contours: Contours,
    limits: ColorRange,
    where: QRectF,
    to_pixels: ToPixels,
) -> None:
    """Paint the contours of a slice on a painter that is clipped to the map."""
    inner = where.adjusted(14, 10, -14, -10)
    placed = [
        (label, at)
        for label in contours.labels
        if inner.contains(at := QPointF(*to_pixels(np.array([[label.u, label.v]]))[0]))
    ]
    painter.save()
    gaps = QPainterPath()
    gaps.addRect(where)
    for label, at in placed:
        gaps = gaps.subtracted(_label_outline(label, at))
    painter.setClipPath(gaps, Qt.ClipOperation.IntersectClip)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for level, found in contours.lines:
        painter.setPen(QPen(_ink(limits, level, 110), 1))
        for line in found:
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in to_pixels(line).tolist()]))
    painter.restore()
    for label, at in placed:
        _paint_label(painter, label, at, _ink(limits, label.level, 255))


def _ink(limits: ColorRange, level: float, opacity: int) -> QColor:
    """White on the dark half of the map, nearly black on the light one."""
    color = QColor("#ffffff") if limits.position(level) < 0.52 else QColor("#10141c")
    color.setAlpha(opacity)
    return color


def _turn(label: ContourLabel, at: QPointF) -> QTransform:
    transform = QTransform()
    transform.translate(at.x(), at.y())
    # Angles count counter-clockwise in the plane; the widget's y axis points down.
    transform.rotate(-math.degrees(label.angle))
    return transform


def _label_outline(label: ContourLabel, at: QPointF) -> QPainterPath:
    width = text_width(number_text.tick(label.level), font(11, 500)) + 8
    outline = QPainterPath()
    outline.addRect(QRectF(-width / 2, -7, width, 14))
    return _turn(label, at).map(outline)


def _paint_label(painter: QPainter, label: ContourLabel, at: QPointF, color: QColor) -> None:
    painter.save()
    painter.setTransform(_turn(label, at), True)
    painter.setFont(font(11, 500))
    painter.setPen(color)
    flags = int(Qt.AlignmentFlag.AlignCenter.value) | int(Qt.TextFlag.TextDontClip.value)
    painter.drawText(QRectF(-30, -8, 60, 16), flags, number_text.tick(label.level))
    painter.restore()
