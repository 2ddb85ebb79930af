"""The block in words and numbers, for who does not see it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.relief_camera import Camera
from gdviz.qt import number_text
from gdviz.qt.surfaces.colors import ColorRange


def relief_words(
    surface: CostSurface,
    limits: ColorRange,
    camera: Camera,
    ball: npt.NDArray[np.float64] | None,
    true_cost: float,
) -> str:
    """Say what is in sight: the scale, the camera, the ball.

    Parameters
    ----------
    surface : CostSurface
    limits : ColorRange
    camera : Camera
    ball : ndarray (2,) or None
        Its u and v.
    true_cost : float
        The ball's; NaN if it is not known.
    """
    low, high = number_text.cost(limits.low), number_text.cost(limits.high)
    scale = "logarithmic" if limits.is_logarithmic else "linear"
    said = [
        f"Costs from {low} to {high}, {scale}",
        f"seen from azimuth {camera.azimuth:.0f}° and {camera.tilt:.0f}° above the horizon",
        f"zoom {camera.zoom:.1f}",
    ]
    if ball is not None and np.isfinite(ball).all():
        u, v = ball.tolist()
        under = number_text.cost(surface.value_at(u, v))
        place = f"{number_text.signed(u, 1)}, {number_text.signed(v, 1)}"
        said.append(f"the ball at {place}, where the surface is at {under}")
    if math.isfinite(true_cost):
        said.append(f"its true cost is {number_text.cost(true_cost)}")
    return ", ".join(said) + "."
