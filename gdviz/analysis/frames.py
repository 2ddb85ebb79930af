"""The frame on a plane: which part of it is shown, and at which points the cost is computed.

Imports `plane`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.analysis.plane import Plane
from gdviz.nn.parameters import FloatArray

_SMALLEST_HALF = {"random": 1.0, "gradient": 0.5, "gradients": 0.5, "curvature": 0.5}
"""Least half-height of a frame as a share of |θ|, by kind of plane."""
_SMALLEST_HALF_OTHER = 0.1
_WEIGHT_HALF = 3.0
"""Least half-height of a frame of two weights: in units of the weights themselves."""
_MARGIN = {"steps": 1.0, "networks": 0.3}
"""Least free space on each side, as a share of what must be seen: what is ahead counts there."""


def frame_coordinates(
    plane: Plane,
    path: FloatArray,
    n_u: int,
    n_v: int,
    aspect: float,
    margin: float = 0.15,
    span: float | None = None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Choose a grid that holds the path and the ball, with the same scale on both axes.

    Parameters
    ----------
    plane : Plane
    path : ndarray of shape (n, P)
        Points to be seen; may be empty. The plane's origin is always seen. On a plane of the last
        two steps only the last three points count, or a whole run would make them invisible.
    n_u, n_v : int
        Grid points, at least 2 each.
    aspect : float
        Width over height of the picture.
    margin : float
        Free space on each side, as a share of the path's own extent.
    span : float, optional
        Shows exactly −span to span along v, and `aspect` times that along u, in units of the
        directions, whatever the path does.

    Returns
    -------
    u, v : ndarray of shape (n_u,) and (n_v,)
        Evenly spaced, with (u range)/(v range) = aspect. A tiny path does not make a tiny
        frame: its half-height is at least a share of |θ| that depends on the plane's kind. The
        line to another network is seen from u = −0.3 to 1.3 or more, two weights from −3 to 3.

    Raises
    ------
    ValueError
        If the counts, the aspect, the margin or the span make no frame.
    """
    if n_u < 2 or n_v < 2:
        raise ValueError(f"a grid needs at least 2 by 2 points, not {n_u} by {n_v}")
    if not (np.isfinite(aspect) and aspect > 0 and np.isfinite(margin) and margin >= 0):
        raise ValueError(f"aspect {aspect} must be positive and margin {margin} not negative")
    if span is not None and not (np.isfinite(span) and span > 0):
        raise ValueError(f"a span must be above 0, not {span:g}")
    if span is None:
        center, half_u, half_v = _frame(plane, path, aspect, margin)
    else:
        center, half_u, half_v = np.zeros(2), span * aspect, span
    return (
        np.linspace(center[0] - half_u, center[0] + half_u, n_u),
        np.linspace(center[1] - half_v, center[1] + half_v, n_v),
    )


def _frame(
    plane: Plane, path: FloatArray, aspect: float, margin: float
) -> tuple[npt.NDArray[np.float64], float, float]:
    """Give the center, the half-width and the half-height."""
    margin = max(margin, _MARGIN.get(plane.kind, 0.0))
    seen = plane.project_path(path[-3:] if plane.kind == "steps" else path)
    fixed = [[0.0, 0.0], [1.0, 0.0]] if plane.kind == "networks" else [[0.0, 0.0]]
    points = np.vstack([seen, fixed])
    low, high = points.min(axis=0), points.max(axis=0)
    half_u, half_v = (high - low) * (0.5 + margin)
    smallest = _smallest_half(plane, aspect, moved=bool(half_u > 0))
    half_v = max(half_v, half_u / aspect, smallest)
    return (low + high) / 2, half_v * aspect, half_v


def _smallest_half(plane: Plane, aspect: float, *, moved: bool) -> float:
    """Give the least half-height of a frame, in units of the directions."""
    if plane.kind == "weights":
        return _WEIGHT_HALF / min(aspect, 1.0)
    if plane.kind == "networks" or (plane.kind == "steps" and moved):
        return 0.0  # two points, or two steps, are as far apart as they are
    size = float(np.linalg.norm(plane.origin)) or 1.0
    share = _SMALLEST_HALF.get(plane.kind, _SMALLEST_HALF_OTHER)
    longest = max(np.linalg.norm(plane.direction_u), np.linalg.norm(plane.direction_v))
    return share * size / float(longest)
