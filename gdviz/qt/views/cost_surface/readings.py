"""What the instruments beside the map say of a slice."""

from __future__ import annotations

import math

import numpy as np

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.directions import DIRECTIONS, random_walk_explained
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt import number_text
from gdviz.qt.views.cost_surface.instruments import Readings
from gdviz.runtime.commands import SurfaceSettings


def readings_of(picture: SurfacePicture, settings: SurfaceSettings, off_plane: float) -> Readings:
    """Give the readings of a slice.

    Parameters
    ----------
    picture : SurfacePicture
    settings : SurfaceSettings
        What was asked for.
    off_plane : float
        Of the newest parameters, |θ − plane| / |θ|.
    """
    surface = picture.surface
    at = surface.trail[-1] if len(surface.trail) else np.zeros(2)
    walk = None
    explained = None if surface.plane.explained is None else sum(surface.plane.explained)
    if surface.plane.n_path_points > 2:
        walk = sum(random_walk_explained(surface.plane.n_path_points))
    return Readings(
        surface.step,
        surface.true_cost,
        surface.value_at(float(at[0]), float(at[1])),
        ball_error(surface, float(at[0]), float(at[1])),
        off_plane,
        explained,
        walk,
        surface.n_examples,
        plane_text(surface, settings, picture.why_not),
        None if picture.descent is None else picture.descent.share,
        surface.plane.kind == "random",
    )


def plane_text(surface: CostSurface, settings: SurfaceSettings, why_not: str = "") -> str:
    """Say whether the plane is held, and if it is not of the kind that was chosen, why."""
    kind = surface.plane.kind
    if kind != settings.kind and kind in DIRECTIONS:
        reason = why_not or "the next slice will show what was chosen"
        return f"{DIRECTIONS[kind].title}: {reason}"
    if settings.follow:
        return "plane follows the run"
    return f"plane fixed at step {number_text.whole(surface.plane.step)}"


def ball_error(surface: CostSurface, u: float, v: float) -> float:
    """Give the standard error of the ball's true cost, or of the grid point nearest to it."""
    if math.isfinite(surface.true_error):
        return surface.true_error
    column = int(np.argmin(np.abs(surface.u - u)))
    row = int(np.argmin(np.abs(surface.v - v)))
    return float(surface.standard_error[row, column])
