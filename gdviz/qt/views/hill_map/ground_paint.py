"""What does not move on the map: costs as colours, contours with their numbers, axes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gdviz.analysis.contour_labels import ContourLabel, place_labels
from gdviz.analysis.contours import contour_levels, contour_lines
from gdviz.analysis.hill.cost_function import NamedCost
from gdviz.analysis.hill.formula import Formula
from gdviz.qt.color_maps import cost_image, sequential_table
from gdviz.qt.fonts import font
from gdviz.qt.painting import (
    CENTER,
    LEFT,
    RIGHT,
    BarTick,
    draw_color_bar,
    letters,
    to_image,
)
from gdviz.qt.theme import Theme
from gdviz.qt.views.hill_map.colors import CostScale, scale_of
from gdviz.qt.views.hill_map.places import MapPlaces
from gdviz.qt.widgets.ticks import format_number, linear_ticks, log_ticks

PITCH, COARSE_PITCH = 2.0, 8.0
"""Pixels from one computed cost to the next, of a formula and of a network, whose costs take
longer; between them the picture is smoothed."""
N_CONTOURS = 14
RADIUS = 4.0


def paint_ground(
    painter: QPainter, formula: NamedCost, places: MapPlaces, theme: Theme
) -> CostScale:
    """Paint the map and give its scale."""
    x, y, points = places.grid(PITCH if isinstance(formula, Formula) else COARSE_PITCH)
    cost = formula.value(points).reshape(len(y), len(x))
    cost[~np.isfinite(cost)] = np.nan
    scale = scale_of(cost)
    clip = QPainterPath()
    clip.addRoundedRect(places.room, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    colors = cost_image(cost[::-1], scale.low, scale.high, scale.logarithmic, theme)
    painter.drawImage(places.room, to_image(colors))
    levels = contour_levels(scale.low, scale.high, N_CONTOURS, logarithmic=scale.logarithmic)
    _paint_contours(painter, (x, y, cost), levels, scale, places)
    painter.restore()
    _paint_axes(painter, places, theme)
    _paint_bar(painter, scale, places, theme)
    return scale


def _paint_contours(
    painter: QPainter,
    grid: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]],
    levels: npt.NDArray[np.float64],
    scale: CostScale,
    places: MapPlaces,
) -> None:
    x, y, cost = grid
    lines = contour_lines(x, y, cost, levels)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for level, found in lines:
        painter.setPen(QPen(_ink(scale, level, 110), 1))
        for line in found:
            pixels = places.to_pixels(line).tolist()
            painter.drawPolyline(QPolygonF([QPointF(*xy) for xy in pixels]))
    if not np.isfinite(cost).any():
        return
    row, column = np.unravel_index(int(np.nanargmin(cost)), cost.shape)
    valley = (float(x[column]), float(y[row]))
    spacing = 34 / places.pixels_per_unit
    inner = places.room.adjusted(16, 10, -16, -10)
    for label in place_labels(lines, valley, np.empty((0, 2)), spacing):
        at = places.pixel(label.u, label.v)
        if inner.contains(at):
            _paint_label(painter, label, at, scale)


def _paint_label(painter: QPainter, label: ContourLabel, at: QPointF, scale: CostScale) -> None:
    """Paint a contour's number along it, on a rim that parts the line."""
    is_dark_ground = scale.share(label.level) < 0.55
    text, letter = format_number(float(f"{label.level:.6g}")), font(11, 500)
    painter.save()
    painter.translate(at)
    painter.rotate(-np.degrees(label.angle))
    metrics, path = QFontMetricsF(letter), QPainterPath()
    path.addText(-metrics.horizontalAdvance(text) / 2, metrics.capHeight() / 2, letter, text)
    row = sequential_table()[round(255 * scale.share(label.level))]
    painter.strokePath(path, QPen(QColor(int(row[0]), int(row[1]), int(row[2])), 4))
    painter.fillPath(path, QColor("#ffffff" if is_dark_ground else "#101418"))
    painter.restore()


def _ink(scale: CostScale, level: float, opacity: int) -> QColor:
    """White on the dark half of the colours, black on the light one."""
    shade = 255 if scale.share(level) < 0.55 else 0
    return QColor(shade, shade, shade, opacity)


def _paint_axes(painter: QPainter, places: MapPlaces, theme: Theme) -> None:
    room, small = places.room, font(11)
    for value, text in linear_ticks(*places.shown_x, 9):
        at = places.pixel(value, 0).x()
        place = QRectF(at - 30, room.bottom() + 4, 60, 16)
        letters(painter, place, text, small, theme.muted, CENTER)
    for value, text in linear_ticks(*places.shown_y, 7):
        at = places.pixel(0, value).y()
        letters(painter, QRectF(0, at - 8, room.left() - 6, 16), text, small, theme.muted, RIGHT)
    corner = QRectF(room.right() + 4, room.bottom() + 4, 16, 16)
    letters(painter, corner, "x", small, theme.muted, LEFT)
    letters(painter, QRectF(0, room.top(), 12, 16), "y", small, theme.muted, LEFT)


def _paint_bar(painter: QPainter, scale: CostScale, places: MapPlaces, theme: Theme) -> None:
    room = places.room
    height = min(room.height() - 34, 180.0)
    where = QRectF(room.right() + 12, room.top() + 22, 12, height)
    ticks = log_ticks if scale.logarithmic else linear_ticks
    marks = [BarTick(scale.share(value), text) for value, text in ticks(scale.low, scale.high, 6)]
    draw_color_bar(painter, where, sequential_table(), marks, theme)
    head = QRectF(room.right() + 10, room.top(), 64, 16)
    text = "cost, log" if scale.logarithmic else "cost"
    letters(painter, head, text, font(11), theme.muted, LEFT)
