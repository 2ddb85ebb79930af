"""The axes of the block: numbers and captions along the foot of the sides that are in sight."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.relief_camera import FLOOR, TOP, Box, Projection
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, letters, text_width
from gdviz.qt.surfaces.colors import round_numbers
from gdviz.qt.theme import Theme

TICK_FROM, TICK_TO = 0.02, 0.075
"""Where a tick begins and ends beyond the block's edge, in half-sides."""
PIXELS_PER_NUMBER = 46
SHORTEST = 50
"""An edge that looks shorter than this has no numbers."""
Pixels = npt.NDArray[np.float64]

_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)


class Foot(NamedTuple):
    """The foot of one side: its ends (2, 3) in the box, which way is out, and the axis along it."""

    ends: npt.NDArray[np.float64]
    outward: npt.NDArray[np.float64]
    axis: int


def paint_relief_axes(
    painter: QPainter,
    projection: Projection,
    box: Box,
    names: tuple[str, str],
    where: QRectF,
    theme: Theme,
) -> None:
    """Paint ticks, numbers and captions at the sides nearest to the eye.

    Parameters
    ----------
    painter : QPainter
    projection : Projection
        To the widget's pixels.
    box : Box
    names : (str, str)
        What u and v are.
    where : QRectF
        Nothing is painted beyond it, and no two letterings touch.
    theme : Theme
    """
    taken: list[QRectF] = []
    feet = [_foot(side, box, projection) for side in projection.fronts()]
    feet = [foot for foot in feet if _length(projection, foot) >= SHORTEST]
    outer = [_paint_numbers(painter, projection, box, foot, where, theme, taken) for foot in feet]
    for foot, reach in zip(feet, outer, strict=True):
        _paint_caption(painter, projection, foot, reach, names[foot.axis], where, theme, taken)


def _foot(side: tuple[int, int], box: Box, projection: Projection) -> Foot:
    """Give where an axis stands: at a side's foot, or what of the side is outermost from above."""
    half_x, half_y = box.halves
    z = FLOOR if projection.faces_eye(side) else TOP
    outward = np.array([*side, 0.0])
    if side[0]:
        x = side[0] * half_x
        return Foot(np.array([[x, -half_y, z], [x, half_y, z]]), outward, 1)
    y = side[1] * half_y
    return Foot(np.array([[-half_x, y, z], [half_x, y, z]]), outward, 0)


def _length(projection: Projection, foot: Foot) -> float:
    first, last = projection.to_pixels(foot.ends)[:, :2]
    return float(np.hypot(*(last - first)))


def _outward(projection: Projection, foot: Foot, shares: Sequence[float]) -> Pixels:
    """Give ticks (n, 3, 2) at shares of the foot: both ends, and the way beyond, of length 1."""
    at = foot.ends[0] + np.outer(shares, foot.ends[1] - foot.ends[0])
    places = at[:, np.newaxis] + np.outer([TICK_FROM, TICK_TO], foot.outward)
    ends = projection.to_pixels(places)[..., :2]
    away = ends[:, 1] - ends[:, 0]
    away /= np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-9)[:, np.newaxis]
    return np.concatenate([ends, away[:, np.newaxis]], axis=1)


def _paint_numbers(
    painter: QPainter,
    projection: Projection,
    box: Box,
    foot: Foot,
    where: QRectF,
    theme: Theme,
    taken: list[QRectF],
) -> float:
    """Paint ticks and numbers; give how far beyond the ticks the numbers reach, in pixels."""
    low, high = (box.u, box.v)[foot.axis]
    small, reach = font(11), 0.0
    most = max(int(_length(projection, foot) / PIXELS_PER_NUMBER), 2)
    values = round_numbers(low, high, most)
    ticks = _outward(projection, foot, [(value - low) / (high - low) for value in values])
    for value, tick in zip(values, ticks.tolist(), strict=True):
        first, last, away = (QPointF(*point) for point in tick)
        text = number_text.tick(value)
        width = text_width(text, small)
        beyond = 5 + abs(away.x()) * width / 2 + abs(away.y()) * 6
        place = _around(last + away * beyond, width + 4, 14)
        if not where.contains(place) or _is_taken(place, taken):
            continue
        taken.append(place)
        reach = max(reach, beyond + abs(away.x()) * width / 2 + abs(away.y()) * 6)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(first, last)
        letters(painter, place.adjusted(-8, 0, 8, 0), text, small, theme.muted, CENTER)
    return reach


def _paint_caption(
    painter: QPainter,
    projection: Projection,
    foot: Foot,
    reach: float,
    text: str,
    where: QRectF,
    theme: Theme,
    taken: list[QRectF],
) -> None:
    """Paint what the axis is where there is room for it, beyond the numbers."""
    small = font(11)
    width = text_width(text, small) + 6
    inner = where.adjusted(4, 0, -4, -2)
    ticks = _outward(projection, foot, _ALONG).tolist()
    for extra, drop in itertools.product((6, 14, 24, 36), (0, 16, 32)):
        for tick in ticks:
            _, last, away = (QPointF(*point) for point in tick)
            # What is as wide as a caption stands clear of a slanting edge only if it goes aside.
            beyond = reach + extra + abs(away.x()) * width / 2 + abs(away.y()) * 8
            place = _around(last + away * beyond + QPointF(0, drop), width, 16)
            place.translate(_into(place, inner))
            is_free = not _is_taken(place.adjusted(-4, -1, 4, 1), taken)
            if is_free and not _crosses(place, projection, foot):
                taken.append(place)
                letters(painter, place.adjusted(-8, 0, 8, 0), text, small, theme.muted, CENTER)
                return


def _around(center: QPointF, width: float, height: float) -> QRectF:
    return QRectF(center.x() - width / 2, center.y() - height / 2, width, height)


def _into(place: QRectF, inner: QRectF) -> QPointF:
    """Give the shift that brings a rectangle into another."""
    x = max(inner.left() - place.left(), 0) + min(inner.right() - place.right(), 0)
    y = max(inner.top() - place.top(), 0) + min(inner.bottom() - place.bottom(), 0)
    return QPointF(x, y)


def _is_taken(place: QRectF, taken: list[QRectF]) -> bool:
    return any(place.intersects(other) for other in taken)


def _crosses(place: QRectF, projection: Projection, foot: Foot) -> bool:
    """Whether a rectangle lies on the line of the foot's ticks."""
    ends = projection.to_pixels(foot.ends + TICK_TO * foot.outward)[:, :2]
    middle = projection.to_pixels(np.array([[0.0, 0.0, foot.ends[0, 2]]]))[0, :2]
    normal = np.array([ends[1, 1] - ends[0, 1], ends[0, 0] - ends[1, 0]])
    inside = math.copysign(1.0, float((middle - ends[0]) @ normal))
    corners = np.array([
        (x, y) for x in (place.left(), place.right()) for y in (place.top(), place.bottom())
    ])  # fmt: skip
    return bool((((corners - ends[0]) @ normal) * inside > 0).any())
