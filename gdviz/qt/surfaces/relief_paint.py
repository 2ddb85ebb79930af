"""What stands on the block: trails that may go behind a hill, guide lines, the ball."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRadialGradient

from gdviz.qt.fonts import font
from gdviz.qt.painting import outlined
from gdviz.qt.surfaces.ball_paint import BALL_RADIUS, CELL, paint_body, paint_trail
from gdviz.qt.widgets.dashed_curve import cut_dashes

HIDDEN_OPACITY = 0.45
"""Of what is behind a hill."""
BALL = "#f4c430"
_CASING = QColor(16, 20, 24, 110)

Pixels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def paint_draped(painter: QPainter, pixels: Pixels, hidden: Mask, cell: float = CELL) -> None:
    """Paint a trail on the surface, points (n, 2) or more wide: dim dashes where it is hidden.

    Points no farther apart than `cell`, in pixels, are one. What is not finite
    parts the trail: there the surface is not known.
    """
    known = np.isfinite(pixels[:, :2]).all(axis=1)
    _paint_hidden(painter, pixels, hidden & known)
    for run in runs(known & ~hidden):
        paint_trail(painter, pixels[run, :2], cell)


def _paint_hidden(painter: QPainter, pixels: Pixels, hidden: Mask) -> None:
    if hidden.any():
        x, y = (np.where(hidden, pixels[:, axis], np.nan) for axis in (0, 1))
        paint_dashes(painter, x, y, QColor(255, 255, 255, round(255 * HIDDEN_OPACITY)), 1.2)


def paint_dashes(
    painter: QPainter, x: Pixels, y: Pixels, color: QColor, width: float, *, cased: bool = False
) -> None:
    """Paint a dashed line through points (n,), on a dark casing if the ground may be bright."""
    lines = [QLineF(*piece) for piece in cut_dashes(x, y, 4.5, 3.0).tolist()]
    if cased:
        painter.setPen(QPen(_CASING, width + 1.6))
        painter.drawLines(lines)
    painter.setPen(QPen(color, width))
    painter.drawLines(lines)


def paint_dots(painter: QPainter, pixels: Pixels, hidden: Mask, word_lift: float | None) -> None:
    """Paint dots along the trail, dim where they are hidden.

    Parameters
    ----------
    painter : QPainter
    pixels : ndarray (n, 2) or wider
    hidden : ndarray (n,) of bool
    word_lift : float or None
        So far above the first dot stands a word that the run began there; None if it did not.
    """
    for k, (x, y) in enumerate(pixels[:, :2].tolist()):
        if not (math.isfinite(x) and math.isfinite(y)):
            continue
        painter.setOpacity(HIDDEN_OPACITY if hidden[k] else 1.0)
        painter.setPen(QPen(QColor(16, 20, 24, 200), 1))
        painter.setBrush(QColor("#ffffff"))
        radius = 4.5 if k == 0 and word_lift is not None else 2.6
        painter.drawEllipse(QPointF(x, y), radius, radius)
        if k == 0 and word_lift is not None:
            outlined(painter, QPointF(x, y - word_lift), "start", font(11, 600))
    painter.setOpacity(1.0)


def paint_standing_ball(
    painter: QPainter, foot: QPointF, surface: QPointF | None, tilt: float, *, is_hidden: bool
) -> None:
    """Paint the ball on its foot, its shadow, and a line to the surface it is above or below.

    Parameters
    ----------
    painter : QPainter
    foot : QPointF
        Where the ball touches its true height.
    surface : QPointF or None
        The surface's point at the same place of the plane; None where it is not known.
    tilt : float
        Of the camera, in degrees.
    is_hidden : bool
        Whether a hill is before it.
    """
    painter.setOpacity(HIDDEN_OPACITY if is_hidden else 1.0)
    squash = math.sin(math.radians(tilt))
    if surface is not None:
        _paint_shadow(painter, surface, squash)
        if abs(surface.y() - foot.y()) >= 2.5:
            ends = np.array([[surface.x(), surface.y()], [foot.x(), foot.y()]])
            paint_dashes(painter, ends[:, 0], ends[:, 1], QColor(BALL), 1.5, cased=True)
            painter.setPen(QPen(QColor(BALL), 1.25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(surface, 4.0, 4.0 * squash)
    paint_body(painter, ball_center(foot, tilt))
    painter.setOpacity(1.0)


def ball_center(foot: QPointF, tilt: float) -> QPointF:
    """Give the middle of a ball whose lowest point is seen at `foot`."""
    return foot - QPointF(0, BALL_RADIUS * math.cos(math.radians(tilt)))


def _paint_shadow(painter: QPainter, at: QPointF, squash: float) -> None:
    painter.save()
    painter.translate(at)
    painter.scale(1.0, squash)
    reach = BALL_RADIUS + 4
    shadow = QRadialGradient(QPointF(2, 1), reach)
    shadow.setColorAt(0.4, QColor(0, 0, 0, 140))
    shadow.setColorAt(1, QColor(0, 0, 0, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shadow)
    painter.drawEllipse(QRectF(2 - reach, 1 - reach, 2 * reach, 2 * reach))
    painter.restore()


def runs(mask: Mask) -> list[slice]:
    """Give where a mask is true without a break."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [slice(a, b) for a, b in edges.reshape(-1, 2).tolist()]
