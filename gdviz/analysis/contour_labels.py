"""Where the numbers of contour lines stand: in a row from the valley to the rim.

Imports NumPy only. Next: `contours` for the lines.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.analysis.contours import ContourLine

_DIRECTIONS = 48


class ContourLabel(NamedTuple):
    """Where the number of a contour stands.

    Parameters
    ----------
    level : float
    u, v : float
        Middle of the number, on the contour.
    angle : float
        Direction of the contour there, radians counter-clockwise from the u axis,
        −π/2 to π/2: so turned, the number is never upside down.
    """

    level: float
    u: float
    v: float
    angle: float


def place_labels(
    lines: list[ContourLine],
    valley: tuple[float, float],
    avoid: npt.NDArray[np.floating[Any]],
    spacing: float,
) -> list[ContourLabel]:
    """Find places for labels along one straight line from the valley to the rim.

    Parameters
    ----------
    lines : list of (level, lines)
        From `contour_lines`.
    valley : (u, v)
        Where the straight line begins: the lowest point.
    avoid : ndarray of shape (n, 2)
        Points that labels keep away from: the trail; may be empty.
    spacing : float
        Least distance between two labels, and from labels to `avoid`, in units of u and v,
        which have the same scale.

    Returns
    -------
    list of ContourLabel
        At most one for a level: of all directions that one is taken in which most levels
        find a place, and of these the one farthest from what is to be avoided.
    """
    found = [(level, np.hstack([line[:-1], line[1:]])) for level, each in lines for line in each]
    crossings = _crossings(found, np.array(valley, np.float64), avoid, spacing)
    best: list[ContourLabel] = []
    best_score = (0, -math.inf)
    for on_ray in crossings:
        labels, clearance = _labels_along(on_ray, spacing)
        if (len(labels), clearance) > best_score:
            best, best_score = labels, (len(labels), clearance)
    return best


class _Crossing(NamedTuple):
    """Where a contour crosses a ray, its direction there, and how far `avoid` is."""

    level: float
    u: float
    v: float
    across: tuple[float, float]
    away: float


def _crossings(
    found: list[tuple[float, npt.NDArray[np.float64]]],
    origin: npt.NDArray[np.float64],
    avoid: npt.NDArray[np.floating[Any]],
    spacing: float,
) -> list[list[_Crossing]]:
    """Give for each ray the crossings that may bear a label, by level, the outermost first.

    All rays at once: one after the other, in small arrays, took ten times as long, and most of
    it with the interpreter's lock.
    """
    if not found:
        return []
    segments = np.concatenate([segment for _, segment in found])
    levels = np.repeat([level for level, _ in found], [len(segment) for _, segment in found])
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS) + 0.03
    rays = np.column_stack([np.cos(angles), np.sin(angles)])
    normals = np.column_stack([-rays[:, 1], rays[:, 0]])
    starts, ends = segments[:, :2] - origin, segments[:, 2:] - origin
    before, after = starts @ normals.T, ends @ normals.T
    which, ray = np.nonzero((before < 0) != (after < 0))
    share = before[which, ray] / (before[which, ray] - after[which, ray])
    across = (ends - starts)[which]
    places = starts[which] + share[:, np.newaxis] * across
    along = (places * rays[ray]).sum(axis=1)
    places += origin
    away = _distances(places, avoid)
    fits = np.flatnonzero((along > spacing / 2) & (away >= spacing))
    # The outermost crossing of a level comes first: inner ones crowd together.
    fits = fits[np.lexsort([-along[fits], levels[which[fits]], ray[fits]])]
    rows = zip(
        levels[which[fits]].tolist(),
        *places[fits].T.tolist(),
        across[fits].tolist(),
        away[fits].tolist(),
        strict=True,
    )
    result: list[list[_Crossing]] = [[] for _ in angles]
    for index, (level, u, v, direction, distance) in zip(ray[fits].tolist(), rows, strict=True):
        result[index].append(_Crossing(level, u, v, (direction[0], direction[1]), distance))
    return result


def _labels_along(crossings: list[_Crossing], spacing: float) -> tuple[list[ContourLabel], float]:
    """Give the labels that find a place on one ray, and their least distance to `avoid`."""
    labels: list[ContourLabel] = []
    clearance = math.inf
    for crossing in crossings:
        if labels and labels[-1].level == crossing.level:
            continue
        if any(math.hypot(crossing.u - a.u, crossing.v - a.v) < spacing for a in labels):
            continue
        tilt = _upright(crossing.across)
        labels.append(ContourLabel(crossing.level, crossing.u, crossing.v, tilt))
        clearance = min(clearance, crossing.away)
    return labels, clearance


def _distances(
    places: npt.NDArray[np.float64], points: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.float64]:
    """Give for each place (n, 2) how far the nearest of some points is; infinite without any."""
    if not len(points):
        return np.full(len(places), np.inf)
    apart = places[:, np.newaxis] - np.asarray(points, np.float64)
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]).min(axis=1))


def _upright(direction: tuple[float, float]) -> float:
    """Give the angle of a segment, −π/2 to π/2."""
    angle = math.atan2(direction[1], direction[0])
    return (angle + math.pi / 2) % math.pi - math.pi / 2
