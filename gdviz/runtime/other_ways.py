"""The ways of other branches: on the plane of a slice, and among what a plane is laid through.

Pure functions; they run on a background thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gdviz.analysis.plane import Plane
from gdviz.analysis.surface_picture import BranchWay
from gdviz.nn.parameters import FloatArray

MOST_BRANCHES = 8
"""Ways that are shown; of more the newest."""
WAY_POINTS = 128
"""Most points of each."""
NEAR_POINTS = 96
"""Most points of all ways together that enter principal directions."""
FARTHEST = 8.0
"""What is so many times farther from the ball than its own path has reached is left out of the
plane: it would shrink everything else to a dot."""

MARKING = 256

Ways = Sequence[tuple[int, tuple[FloatArray, ...]]]


def branch_ways(others: Ways, plane: Plane) -> tuple[BranchWay, ...]:
    """Give ways on a plane; points that are no numbers are left out.

    Parameters
    ----------
    others : sequence of (int, tuple of ndarray (P,))
        Ids of branches, and where each has been, oldest first.
    plane : Plane
    """
    found = []
    for branch, path in others[-MOST_BRANCHES:]:
        kept = [vector for vector in spread(path, WAY_POINTS) if np.isfinite(vector).all()]
        if not kept:
            continue
        points = plane.project_path(kept)
        points.flags.writeable = False
        found.append(BranchWay(branch, points, plane.off_plane(kept[-1])))
    return tuple(found)


def near_points(others: Ways, path: FloatArray) -> FloatArray | None:
    """Give points of other ways through which a plane may be laid together with a path.

    Parameters
    ----------
    others : sequence of (int, tuple of ndarray (P,))
    path : ndarray of shape (n, P)
        Where the ball has been, oldest first, ending where it is.

    Returns
    -------
    ndarray of shape (m, P) or None
        None if there is none, or none that is near.
    """
    shown = others[-MOST_BRANCHES:]
    if not shown:
        return None
    reach = FARTHEST * float(np.linalg.norm(path - path[-1], axis=1).max())
    kept = [
        vector
        for _, way in shown
        for vector in spread(way, max(NEAR_POINTS // len(shown), 2))
        if np.linalg.norm(vector - path[-1]) <= reach
    ]
    return np.stack(kept) if kept else None


class Parted(NamedTuple):
    """Two ways from where they parted on, that point included.

    Parameters
    ----------
    own, way : tuple of ndarray (P,)
        Of the ball, and of the other branch.
    """

    own: tuple[FloatArray, ...]
    way: tuple[FloatArray, ...]


def last_parted(others: Ways, path: tuple[FloatArray, ...]) -> Parted | None:
    """Give the branch that parted last from a path; None if none did.

    Parameters
    ----------
    others : sequence of (int, tuple of ndarray (P,))
    path : tuple of ndarray (P,)
        Where the ball has been, ending where it is.

    Notes
    -----
    Ways are known at keyframes: the last one that both have is at the fork, or less than a
    keyframe's distance before it.
    """
    places = {_mark(vector): place for place, vector in enumerate(path)}
    best: Parted | None = None
    for _, way in others:
        shared = [k for k, vector in enumerate(way) if _mark(vector) in places]
        # One that goes on from the very end of the path has not parted from it.
        if not shared or shared[-1] == len(way) - 1:
            continue
        own = path[places[_mark(way[shared[-1]])] :]
        if len(own) > 1 and (best is None or len(own) <= len(best.own)):
            best = Parted(own, way[shared[-1] :])
    return best


def _mark(vector: FloatArray) -> bytes:
    """Give the last weights and biases, which change with every step, to know a vector again."""
    return vector[-MARKING:].tobytes()


def spread(path: tuple[FloatArray, ...], most: int) -> list[FloatArray]:
    """Give at most so many points of a path, evenly spaced, its first and its last among them."""
    places = np.linspace(0, len(path) - 1, min(most, len(path))).round().astype(int)
    return [path[place] for place in places.tolist()]
