"""The ways of other branches on map and relief: in their colours, with a dot and a name at the end.

Light colours on a dark casing in every theme: the map is dark where it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from gdviz.analysis.surface_picture import BranchWay
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, outlined, text_width
from gdviz.qt.surfaces.relief_paint import HIDDEN_OPACITY, runs

CASING = QColor(16, 20, 24, 150)
LONGEST = 200.0
"""Room for a name, in pixels."""
OFF_PLANE = 0.005
"""Share of |θ| from which it is said how far from the plane the end lies."""
BALL_ROOM = 22.0
"""So near to the ball stands no name."""

Pixels = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WayLook:
    """How the way of a branch is drawn.

    Parameters
    ----------
    branch : int
    name : str
    color : str
        As ``#rrggbb``.
    dash : tuple of float
        Stroke and gap in widths of the line; none is solid.
    """

    branch: int
    name: str
    color: str
    dash: tuple[float, ...]


def way_words(way: BranchWay, look: WayLook, letter_font: QFont) -> str:
    """Say whose way it is, and how far from the plane it ends if that is not on it."""
    name = elided(look.name, letter_font, LONGEST)
    if not way.off_plane >= OFF_PLANE:
        return name
    share = number_text.percent(way.off_plane, 0) if way.off_plane < 10 else "far"
    return f"{name}, {share} off-plane"


def shown_ways(
    ways: Sequence[BranchWay], looks: Sequence[WayLook]
) -> list[tuple[BranchWay, WayLook]]:
    """Give the ways that are to be seen, each with its look."""
    by_branch = {way.branch: way for way in ways}
    return [(by_branch[look.branch], look) for look in looks if look.branch in by_branch]


def paint_ways(
    painter: QPainter,
    found: Sequence[tuple[BranchWay, WayLook]],
    to_pixels: Callable[[Pixels], Pixels],
    where: QRectF,
    ball: Pixels | None,
) -> None:
    """Paint ways over a map, with their names where these are clear of each other and the ball.

    Parameters
    ----------
    painter : QPainter
    found : sequence of (BranchWay, WayLook)
    to_pixels : callable
        Gives the places of coordinates u and v, shape (n, 2).
    where : QRectF
        The map.
    ball : ndarray of shape (2,) or None
        Where the ball is.
    """
    ends = []
    for way, look in found:
        pixels = to_pixels(np.asarray(way.points))
        pixels = pixels[np.isfinite(pixels).all(axis=1)]
        paint_way(painter, pixels, look)
        if len(pixels):
            ends.append((pixels[-1], way, look))
    paint_ends(painter, ends, where, ball)


def paint_way(painter: QPainter, pixels: Pixels, look: WayLook) -> None:
    """Paint one way through points (n, 2)."""
    if len(pixels) < 2:
        return
    line = pg.functions.arrayToQPolygonF(
        np.ascontiguousarray(pixels[:, 0]), np.ascontiguousarray(pixels[:, 1])
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((CASING, 4.0), (QColor(look.color), 2.0)):
        pen = QPen(color, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if width < 4 and look.dash:
            pen.setDashPattern(list(look.dash))
        painter.setPen(pen)
        painter.drawPolyline(line)


def paint_draped_way(
    painter: QPainter, pixels: Pixels, hidden: npt.NDArray[np.bool_], look: WayLook
) -> None:
    """Paint one way over a block, points (n, 2) or wider: dim where a hill is before it."""
    known = np.isfinite(pixels[:, :2]).all(axis=1)
    for mask, opacity in ((known & hidden, HIDDEN_OPACITY), (known & ~hidden, 1.0)):
        painter.setOpacity(opacity)
        for run in runs(mask):
            paint_way(painter, pixels[run, :2], look)
    painter.setOpacity(1.0)


def paint_ends(
    painter: QPainter,
    ends: Sequence[tuple[Pixels, BranchWay, WayLook]],
    where: QRectF,
    ball: Pixels | None,
) -> None:
    """Paint a dot at the end of each way, and its name beside it."""
    for at, _, look in ends:
        painter.setPen(QPen(QColor(16, 20, 24), 1.25))
        painter.setBrush(QColor(look.color))
        painter.drawEllipse(QPointF(*at), 4.5, 4.5)
    taken = [] if ball is None else [_around(ball, BALL_ROOM, BALL_ROOM)]
    taken += [_around(at, 8, 8) for at, _, _ in ends]
    letter_font = font(11, 600)
    for at, way, look in ends:
        if not where.contains(QPointF(*at)):
            continue
        text = way_words(way, look, letter_font)
        room = _free_room(at, text_width(text, letter_font) + 8, where, taken)
        if room is not None:
            taken.append(room)
            outlined(painter, room.center(), text, letter_font)


def _free_room(at: Pixels, width: float, where: QRectF, taken: list[QRectF]) -> QRectF | None:
    """Give where a name has room near a point: above, below, or further away; None if nowhere."""
    left = min(max(at[0] - width / 2, where.left() + 4), where.right() - 4 - width)
    for away in (-16.0, 16.0, -32.0, 32.0, -48.0, 48.0):
        room = QRectF(left, at[1] + away - 8, width, 16)
        if where.contains(room) and not any(room.intersects(other) for other in taken):
            return room
    return None


def _around(at: Pixels, across: float, down: float) -> QRectF:
    return QRectF(at[0] - across, at[1] - down, 2 * across, 2 * down)
