"""Contours over the map: thin lines with their numbers in gaps, turned with the line."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.contour_labels import ContourLabel
from gdviz.analysis.surface_picture import Contours
from gdviz.qt import number_text
from gdviz.qt.fonts import font, text_width
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.views.cost_surface.geometry import Geometry

GAP_MARGIN, GAP_HEIGHT = 8, 14
"""Room beside a number, both sides together, and the height of the gap in its line."""

Points = npt.NDArray[np.float64]


class PlacedLabel(NamedTuple):
    """A label of a contour and where its middle is on the widget."""

    label: ContourLabel
    x: float
    y: float

    @property
    def text(self) -> str:
        """The number."""
        return number_text.tick(self.label.level)


def placed_labels(contours: Contours, geometry: Geometry) -> list[PlacedLabel]:
    """Give the labels that have room on the map."""
    inner = geometry.where.adjusted(14, 10, -14, -10)
    at = np.array([(label.u, label.v) for label in contours.labels]).reshape(-1, 2)
    pixels = geometry.to_pixels(at).tolist()
    placed = [PlacedLabel(label, *xy) for label, xy in zip(contours.labels, pixels, strict=True)]
    return [entry for entry in placed if inner.contains(QPointF(entry.x, entry.y))]


def paint_contours(
    painter: QPainter, contours: Contours, levels: slice, limits: ColorRange, geometry: Geometry
) -> None:
    """Paint some levels' lines, with gaps for the numbers, on a painter clipped to the map."""
    labels = placed_labels(contours, geometry)
    painted = [(level, found) for level, found in contours.lines[levels] if found]
    if not painted:
        return
    # NaN parts the lines of a level, which are one path.
    breaks = np.full((1, 2), np.nan)
    joined = [np.concatenate([part for line in found for part in (line, breaks)])
              for _, found in painted]  # fmt: skip
    pixels = geometry.to_pixels(np.concatenate(joined))
    pixels[_hidden(pixels, labels)] = np.nan
    ends = np.cumsum([len(points) for points in joined])[:-1]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (level, _), line in zip(painted, np.split(pixels, ends), strict=True):
        painter.setPen(QPen(_ink(limits, level, 110), 1))
        painter.drawPath(pg.functions.arrayToQPath(line[:, 0], line[:, 1], connect="finite"))
    for entry in labels:
        if any(level == entry.label.level for level, _ in painted):
            _paint_label(painter, entry, _ink(limits, entry.label.level, 255))


def _hidden(pixels: Points, labels: list[PlacedLabel]) -> npt.NDArray[np.bool_]:
    """Say of points (n, 2) whether they are under a number."""
    places = np.array([(entry.x, entry.y, entry.label.angle) for entry in labels]).reshape(-1, 3)
    widths = np.array([text_width(entry.text, 11, 500) for entry in labels]) + GAP_MARGIN
    # Angles count counter-clockwise in the plane; the widget's y axis points down.
    cosine, sine = np.cos(places[:, 2]), -np.sin(places[:, 2])
    x, y = pixels[:, :1] - places[:, 0], pixels[:, 1:] - places[:, 1]
    along, across = np.abs(x * cosine + y * sine), np.abs(y * cosine - x * sine)
    return np.asarray(((along < widths / 2) & (across < GAP_HEIGHT / 2)).any(axis=1))


def _paint_label(painter: QPainter, entry: PlacedLabel, color: QColor) -> None:
    painter.save()
    painter.translate(entry.x, entry.y)
    painter.rotate(-math.degrees(entry.label.angle))
    painter.setFont(font(11, 500))
    painter.setPen(color)
    flags = int(Qt.AlignmentFlag.AlignCenter.value) | int(Qt.TextFlag.TextDontClip.value)
    painter.drawText(QRectF(-30, -8, 60, 16), flags, entry.text)
    painter.restore()


def _ink(limits: ColorRange, level: float, opacity: int) -> QColor:
    """White on the dark half of the map, nearly black on the light one."""
    color = QColor("#ffffff") if limits.position(level) < 0.52 else QColor("#10141c")
    color.setAlpha(opacity)
    return color
