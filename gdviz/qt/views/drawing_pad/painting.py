"""Paints the pad: ink, the brush's ring, the handle for turning, what the network gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from gdviz.analysis.inspection.drawing import CANVAS, Drawing
from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.painting import draw_pixels, outlined, to_image
from gdviz.qt.theme import Theme

PREVIEW = 56.0
CAPTION = 16.0
MARGIN = 7.0
ROUND = 4.0
CORNERS = ("top right", "top left", "bottom right", "bottom left")


@dataclass(frozen=True, slots=True)
class Handle:
    """What is dragged to turn the drawing: about which point, and where the knob is."""

    center: QPointF
    knob: QPointF


def preview_place(square: QRectF, corner: str) -> QRectF:
    """Give where the small picture stands, its caption excluded."""
    left = square.left() + MARGIN if "left" in corner else square.right() - MARGIN - PREVIEW
    top = square.top() + MARGIN
    if "bottom" in corner:
        top = square.bottom() - MARGIN - CAPTION - PREVIEW
    return QRectF(left, top, PREVIEW, PREVIEW)


def free_corner(drawing: Drawing, square: QRectF, present: str) -> str:
    """Give a corner in which the small picture hides no ink: the present one as long as it can."""
    if square.width() < 2 * PREVIEW:
        return present
    scale = CANVAS / square.width()
    for corner in (present, *CORNERS):
        place = preview_place(square, corner).translated(-square.topLeft())
        rows = slice(int(place.top() * scale), int((place.bottom() + CAPTION) * scale) + 1)
        columns = slice(int(place.left() * scale), int(place.right() * scale) + 1)
        covered = drawing.ink[max(rows.start, 0) : rows.stop, max(columns.start, 0) : columns.stop]
        if not covered.size or not covered.max():
            return corner
    return present


def paint_ink(painter: QPainter, square: QRectF, drawing: Drawing, theme: Theme) -> None:
    """Paint the drawing as grey levels in a square with round corners."""
    levels = 255 - drawing.ink if drawing.is_inverted else drawing.ink
    image = QImage(levels.data, CANVAS, CANVAS, CANVAS, QImage.Format.Format_Grayscale8)
    outline = QPainterPath()
    outline.addRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)
    painter.save()
    painter.setClipPath(outline)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(square, image)
    painter.restore()
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline)


def paint_preview(
    painter: QPainter, place: QRectF, image: npt.NDArray[np.float32], theme: Theme
) -> None:
    """Paint what the network gets, shape (side, side), pixel by pixel, and its size."""
    side = len(image)
    painter.fillRect(place, QColor(0, 0, 0))
    draw_pixels(painter, place, to_image(grey_image(image)))
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
    where = QPointF(place.center().x(), place.bottom() + CAPTION / 2 + 2)
    outlined(painter, where, f"{side} × {side}", font(11, 500))


def paint_ring(painter: QPainter, at: QPointF, radius: float, color: str, *, is_down: bool) -> None:
    """Paint where the brush is and how wide it is."""
    for width, shade in ((3.0, QColor(0, 0, 0, 120)), (1.5, QColor(color))):
        painter.setPen(QPen(shade, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, radius, radius)
    if is_down:
        painter.setBrush(QColor(color))
        painter.drawEllipse(at, 2.0, 2.0)


def paint_handle(painter: QPainter, handle: Handle, theme: Theme) -> None:
    """Paint the knob that turns the drawing, and the point it turns about."""
    for width, shade in ((3.0, QColor(0, 0, 0, 120)), (1.5, QColor(theme.accent))):
        painter.setPen(QPen(shade, width))
        painter.drawLine(handle.center, handle.knob)
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(handle.knob, 5.0, 5.0)
    painter.drawEllipse(handle.center, 2.0, 2.0)
