"""Where the ball is on the block, and the lines that say so at the axes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.relief import Relief
from gdviz.analysis.relief_camera import FLOOR, TOP
from gdviz.qt.surfaces.ball_paint import paint_outside
from gdviz.qt.surfaces.relief_ground import ReliefGround
from gdviz.qt.surfaces.relief_paint import BALL, paint_dashes, paint_standing_ball

N_GUIDE_POINTS = 48


class Ball(NamedTuple):
    """Where the ball is.

    Parameters
    ----------
    place : float64 ndarray (3,)
        Its lowest point in the box, at its true height; beside the block, that of the nearest
        point of the edge.
    surface_height : float
        The surface's height there; NaN where it is not known.
    is_inside : bool
        Whether it is on the plane's part that is shown.
    """

    place: npt.NDArray[np.float64]
    surface_height: float
    is_inside: bool


def ball_on(
    ground: ReliefGround, surface: CostSurface, at: npt.NDArray[np.float64], true_tone: float
) -> Ball | None:
    """Give the ball at u and v (2,) of its projection; None if they are not numbers.

    The true cost is known for the parameters of the slice. What the ball stands above the
    surface there, it stands above it until the next slice; where nothing is known of the
    surface, it is as high as its true cost.

    Parameters
    ----------
    ground : ReliefGround
    surface : CostSurface
    at : ndarray (2,)
    true_tone : float
        Where the true cost is on the scale, 0 to 1; NaN if it is not known.
    """
    if not np.isfinite(at).all():
        return None
    relief: Relief = ground.relief
    box = relief.box
    low, high = np.array([box.u[0], box.v[0]]), np.array([box.u[1], box.v[1]])
    shown = np.clip(at, low, high)
    is_inside = bool((shown == at).all())
    anchor = surface.trail[-1] if len(surface.trail) else np.zeros(2)
    below, under_anchor = relief.heights_at(np.array([shown, anchor])).tolist()
    true_height = TOP * true_tone
    rise = true_height - under_anchor
    height = below + (rise if math.isfinite(rise) else 0.0)
    if not math.isfinite(height):
        height = true_height if math.isfinite(true_height) else 0.0
    height = min(max(height, FLOOR), 1.5 * TOP)
    return Ball(np.array([*box.place(shown), height]), below, is_inside)


def paint_ball_on(painter: QPainter, ground: ReliefGround, ball: Ball, where: QRectF) -> None:
    """Paint the ball; a hollow one with words if it is beside the block."""
    x, y, _ = ball.place
    places = np.array([ball.place, (x, y, ball.surface_height)])
    pixels = ground.to_pixels(places)
    foot = QPointF(*pixels[0, :2])
    if not ball.is_inside:
        on_edge = QPointF(*pixels[1, :2]) if math.isfinite(ball.surface_height) else foot
        note = on_edge + QPointF(0, -18)
        note.setX(min(max(note.x(), where.left() + 90), where.right() - 170))
        paint_outside(painter, on_edge, note)
        return
    known = math.isfinite(ball.surface_height)
    surface = QPointF(*pixels[1, :2]) if known else None
    # What a hill hides is the place on the surface: a ball under the surface is seen through it.
    is_hidden = known and bool(ground.is_hidden(pixels[1:])[0])
    tilt = ground.key.camera.tilt
    paint_standing_ball(painter, foot, surface, tilt, is_hidden=is_hidden)


def paint_guides(painter: QPainter, ground: ReliefGround, ball: Ball) -> None:
    """Paint lines along the surface to the front edges, and from there down to the axes."""
    projection = ground.projection
    fronts = projection.fronts()
    pixels = ground.to_pixels(guides(ground.relief, ball.place[:2], fronts))
    pixels[ground.is_hidden(pixels), :2] = np.nan
    lines = pixels.reshape(len(fronts), -1, 3)
    # From high above a side is not seen, nor is a line on it.
    lines[[not projection.faces_eye(side) for side in fronts], -1] = np.nan
    # What is not finite parts them: dashes are cut for all at once.
    breaks = np.full((len(fronts), 1, 3), np.nan)
    for some, color, is_cased in (
        (lines[:, :-1], BALL, True),
        # The block's side is nearly the panel: there the panel's own yellow is readable.
        (lines[:, -2:], ground.key.theme.ball, False),
    ):
        x, y = np.concatenate([some, breaks], axis=1).reshape(-1, 3)[:, :2].T
        paint_dashes(painter, x, y, QColor(color), 1.25, cased=is_cased)


def guides(
    relief: Relief, at: npt.NDArray[np.float64], sides: list[tuple[int, int]]
) -> npt.NDArray[np.float64]:
    """Give places (k·n, 3): for each of k sides from a place to its edge and down to its foot."""
    ways = np.array(sides, np.float64)
    ends = np.where(ways != 0, ways * relief.box.halves, at)
    share = np.linspace(0, 1, N_GUIDE_POINTS)[:, np.newaxis]
    places = np.empty((len(sides), N_GUIDE_POINTS + 1, 3))
    places[:, :-1, :2] = at + share * (ends - at)[:, np.newaxis]
    along = places[:, :-1, :2].reshape(-1, 2)
    heights = relief.heights_at(relief.box.coordinates(along))
    places[:, :-1, 2] = heights.reshape(len(sides), -1)
    places[:, -1, :2], places[:, -1, 2] = ends, FLOOR
    return places.reshape(-1, 3)
