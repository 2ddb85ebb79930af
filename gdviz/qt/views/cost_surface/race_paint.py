"""A race of optimizers on the map: each one's way, and who went where."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.plane import Plane
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import letters, text_width
from gdviz.qt.surfaces.words_paint import paint_box
from gdviz.qt.theme import Theme
from gdviz.qt.views.cost_surface.geometry import Geometry
from gdviz.qt.widgets.plot import DASHES, Dash
from gdviz.runtime.race import RacePath

STYLES: tuple[tuple[str, Dash], ...] = (
    ("#8ff0c4", "solid"),
    ("#7fd0ff", "dash"),
    ("#ffb454", "dot"),
)
"""Colour and dash of each; light, since the map is dark where it matters."""
SAMPLE = 26.0


def race_words(path: RacePath, plane: Plane) -> str:
    """Say who it is, what its end costs, and how far from the plane it is."""
    share = plane.off_plane(path.points[-1])
    off_plane = number_text.percent(share, 0) if share < 10 else "far"
    end = "diverged" if path.has_diverged else f"cost {number_text.cost(path.cost)}"
    steps = number_text.whole(int(path.steps[-1]))
    return f"{path.title}: {end} after {steps} steps, {off_plane} off-plane"


def paint_race(
    painter: QPainter, race: tuple[RacePath, ...], plane: Plane, geometry: Geometry
) -> None:
    """Paint each one's way over the map, with a ring at its end."""
    for path, (color, dash) in zip(race, STYLES, strict=False):
        points = geometry.to_pixels(plane.project_path(path.points))
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) < 2:
            continue
        line = pg.functions.arrayToQPolygonF(points[:, 0], points[:, 1])
        for shade, width in ((QColor(16, 20, 24, 150), 4.5), (QColor(color), 2.0)):
            pen = QPen(shade, width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if width < 4 and DASHES[dash]:
                pen.setDashPattern(DASHES[dash])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(16, 20, 24), 1.25))
        painter.setBrush(QColor(color))
        painter.drawEllipse(QPointF(*points[-1]), 5, 5)


def paint_race_legend(
    painter: QPainter, race: tuple[RacePath, ...], plane: Plane, where: QRectF, theme: Theme
) -> None:
    """Paint who is who in the lower right corner of the map."""
    if not race:
        return
    small = font(11)
    texts = [race_words(path, plane) for path in race]
    width = max(text_width(text, small) for text in texts) + SAMPLE + 28
    height = 17.0 * len(texts) + 10
    box = QRectF(where.right() - width - 8, where.bottom() - height - 8, width, height)
    paint_box(painter, box, theme, 4)
    for k, (text, (color, dash)) in enumerate(zip(texts, STYLES, strict=False)):
        middle = box.top() + 5 + 17 * k + 8.5
        left = box.left() + 10
        painter.fillRect(QRectF(left - 2, middle - 5, SAMPLE + 4, 10), QColor("#1b2735"))
        pen = QPen(QColor(color), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if DASHES[dash]:
            pen.setDashPattern(DASHES[dash])
        painter.setPen(pen)
        painter.drawLine(QPointF(left, middle), QPointF(left + SAMPLE, middle))
        place = QRectF(left + SAMPLE + 8, middle - 8.5, width, 17)
        letters(painter, place, text, small, theme.text)
