"""A plane through parameter space: a point, two directions, and what they mean.

Imports NumPy and `gdviz.engine.gaps`. Next: `directions`, which lays planes, and `cost_surface`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.engine.gaps import wait_for_gap
from gdviz.nn.parameters import FloatArray

BETWEEN_GAPS = 32
"""Points of a path that are projected before it is looked whether a frame is in work."""


class Descent(NamedTuple):
    """Where a direction points on a plane.

    Parameters
    ----------
    u, v : float
        Coordinates of the nearest direction of the plane; as far as one unit of length goes.
    share : float
        How much of the direction lies in the plane, 0 to 1.
    """

    u: float
    v: float
    share: float


def descent_of(plane: Plane, direction: FloatArray) -> Descent:
    """Project a direction on a plane.

    Parameters
    ----------
    plane : Plane
    direction : ndarray of shape (P,)
        Not zero; its length does not matter.
    """
    unit = np.asarray(direction, np.float64) / np.linalg.norm(direction)
    u, v = plane.project(plane.origin + unit)
    inside = float(np.linalg.norm(plane.at(u, v) - plane.origin))
    return Descent(u, v, min(inside, 1.0))


@dataclass(frozen=True, eq=False)
class Plane:
    """Two directions through a point of parameter space.

    Parameters
    ----------
    origin : ndarray of shape (P,)
        The point at (0, 0).
    direction_u, direction_v : ndarray of shape (P,)
        One unit of u and of v. They need be neither orthogonal nor of length 1, but not
        parallel.
    kind : str
        How the directions were found: a key of `gdviz.analysis.directions.DIRECTIONS`.
    label_u, label_v : str
        What stands at the axes.
    step : int
        Step of the run at which the plane was laid.
    explained : tuple of two floats, or None
        Shares of the path's variance along u and v, 0 to 1.
    n_path_points : int
        Points of the path from which `explained` was computed; 0 without a path.

    Raises
    ------
    ValueError
        If the shapes differ or the directions span no plane.
    """

    origin: FloatArray
    direction_u: FloatArray
    direction_v: FloatArray
    kind: str
    label_u: str
    label_v: str
    step: int
    explained: tuple[float, float] | None = None
    n_path_points: int = 0

    def __post_init__(self) -> None:
        shapes = {self.origin.shape, self.direction_u.shape, self.direction_v.shape}
        if len(shapes) > 1 or self.origin.ndim != 1:
            raise ValueError(f"origin and directions must be vectors of one length, not {shapes}")
        gram = self._gram
        if not gram[0, 0] * gram[1, 1] > 0 or abs(self.cosine) > 1 - 1e-9:
            raise ValueError("the two directions must be finite, not zero and not parallel")

    @property
    def cosine(self) -> float:
        """Cosine of the angle between the directions: 0 if they are orthogonal."""
        gram = self._gram
        return float(gram[0, 1] / math.sqrt(gram[0, 0] * gram[1, 1]))

    @property
    def unit_shares(self) -> tuple[float, float]:
        """What share of |θ| one unit of u and of v is: |direction| / |origin|.

        NaN where θ is zero: no distance is a share of it.
        """
        size = float(np.linalg.norm(self._exact_origin))
        if not size > 0:
            return math.nan, math.nan
        gram = self._gram
        return math.sqrt(gram[0, 0]) / size, math.sqrt(gram[1, 1]) / size

    def at(self, u: float, v: float) -> npt.NDArray[np.float64]:
        """Give θ at a point of the plane, shape (P,)."""
        along_u, along_v = self._directions
        return np.asarray(self.origin + u * along_u + v * along_v)

    def project(self, vector: FloatArray) -> tuple[float, float]:
        """Give the coordinates of the point of the plane that is nearest to θ.

        Parameters
        ----------
        vector : ndarray of shape (P,)

        Returns
        -------
        u, v : float
            The least-squares solution; right for directions that are not orthogonal too.
        """
        u, v = self.project_path([vector])[0]
        return float(u), float(v)

    def project_path(self, path: FloatArray | Sequence[FloatArray]) -> npt.NDArray[np.float64]:
        """Give the coordinates of many points at once: an array (n, P), or n vectors, to (n, 2)."""
        # One by one: a whole path of a large network in float64 is hundreds of megabytes, and to
        # ask the system for many at once takes longer than the sums.
        along, away = np.empty((len(path), 2)), np.empty(self._exact_origin.size)
        for k, vector in enumerate(path):
            if k % BETWEEN_GAPS == 0:
                wait_for_gap()
            np.subtract(vector, self._exact_origin, out=away)
            np.dot(self._directions, away, out=along[k])
        return np.asarray(np.linalg.solve(self._gram, along.T).T)

    def locate(self, vector: FloatArray) -> tuple[float, float, float]:
        """Give `project` and `off_plane` of one θ in one pass, for what is done each frame.

        Returns
        -------
        u, v, off_plane : float
        """
        away = vector - self._exact_origin
        u, v = np.linalg.solve(self._gram, self._directions @ away).tolist()
        for along, direction in zip((u, v), self._directions, strict=True):
            away -= along * direction
        distance = float(np.linalg.norm(away))
        size = float(np.linalg.norm(np.asarray(vector, np.float64)))
        return u, v, distance / size if size > 0 else distance

    def off_plane(self, vector: FloatArray) -> float:
        """Give |θ − nearest point of the plane| / |θ|: 0 on the plane.

        Where θ is zero the distance itself is given.
        """
        return self.locate(vector)[2]

    # Kept: converting two directions of 200,000 numbers takes as long as a frame may.

    @cached_property
    def _exact_origin(self) -> npt.NDArray[np.float64]:
        return np.asarray(self.origin, np.float64)

    @cached_property
    def _directions(self) -> npt.NDArray[np.float64]:
        return np.stack([self.direction_u, self.direction_v]).astype(np.float64)

    @cached_property
    def _gram(self) -> npt.NDArray[np.float64]:
        return np.asarray(self._directions @ self._directions.T)
