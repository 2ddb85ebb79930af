"""All directions from one point: the cost on a circle beside what the gradient predicts.

Uphill is one direction, downhill the opposite, and along a contour nothing changes: the cosine
law. On a small circle it is exact; on a larger one the surface bends away from it. Pure
functions: any thread may call.

Imports NumPy only.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill.cost_function import CostFunction

Array = npt.NDArray[np.float64]


def around(
    function: CostFunction, point: npt.ArrayLike, radius: float, n: int
) -> tuple[Array, Array]:
    """Give the cost on a circle.

    Parameters
    ----------
    function : CostFunction
        Of two variables.
    point : array of shape (2,)
        The middle.
    radius : float
        Above 0, in units of the variables.
    n : int
        Number of directions, at least 1.

    Returns
    -------
    angles : float64 ndarray of shape (n,)
        In radians, evenly from 0 (the first variable's axis) towards the second's; below 2π.
    costs : float64 ndarray of shape (n,)
        C at ``point + radius·(cos, sin)``.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    if n < 1:
        raise ValueError(f"a circle needs a direction, not {n}")
    middle = _middle(point, radius)
    angles = np.linspace(0, 2 * math.pi, n, endpoint=False, dtype=np.float64)
    return angles, function.value(middle + radius * _directions(angles))


def cosine_law(function: CostFunction, point: npt.ArrayLike, radius: float, angles: Array) -> Array:
    """Give what the gradient predicts on the circle, shape of `angles`.

    Notes
    -----
    C + radius·|∇C|·cos(angle − uphill): the tangent plane, right to first order in the radius.
    """
    middle = _middle(point, radius)
    slopes = _directions(np.asarray(angles, np.float64)) @ function.gradient(middle[None])[0]
    return np.asarray(function.value(middle[None])[0] + radius * slopes)


def uphill(function: CostFunction, point: npt.ArrayLike) -> float:
    """Give the angle of ∇C in radians, −π to π; NaN where it is zero or not defined.

    Downhill is the opposite direction, and the contour runs at right angles to both.
    """
    x, y = function.gradient(_middle(point, 1.0)[None])[0]
    if (x == 0 and y == 0) or math.isnan(x) or math.isnan(y):
        return math.nan
    return math.atan2(y, x)


def _directions(angles: Array) -> Array:
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def _middle(point: npt.ArrayLike, radius: float) -> Array:
    middle = np.asarray(point, np.float64)
    if middle.shape != (2,):
        raise ValueError(f"a compass stands at one point of two variables, not at {middle}")
    if not (math.isfinite(radius) and radius > 0):
        raise ValueError(f"a radius must be above 0, not {radius}")
    return middle
