"""A plane through parameter space: a point, two directions, and what they mean.

Imports NumPy only. Next: `directions`, which lays planes, and `cost_surface`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray


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
        How the directions were found: ``"principal"``, ``"gradient"``, ``"random"``.
    label_u, label_v : str
        What stands at the axes.
    step : int
        Step of the run at which the plane was laid.
    explained : tuple of two floats, or None
        Shares of the path's variance along u and v, 0 to 1.

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

    def __post_init__(self) -> None:
        shapes = {self.origin.shape, self.direction_u.shape, self.direction_v.shape}
        if len(shapes) > 1 or self.origin.ndim != 1:
            raise ValueError(f"origin and directions must be vectors of one length, not {shapes}")
        gram = self._gram()
        if not gram[0, 0] * gram[1, 1] > 0 or abs(self.cosine) > 1 - 1e-9:
            raise ValueError("the two directions must be finite, not zero and not parallel")

    @property
    def cosine(self) -> float:
        """Cosine of the angle between the directions: 0 if they are orthogonal."""
        gram = self._gram()
        return float(gram[0, 1] / math.sqrt(gram[0, 0] * gram[1, 1]))

    def at(self, u: float, v: float) -> npt.NDArray[np.float64]:
        """Give θ at a point of the plane, shape (P,)."""
        along_u, along_v = self._directions()
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
        u, v = self.project_path(vector[np.newaxis])[0]
        return float(u), float(v)

    def project_path(self, path: FloatArray) -> npt.NDArray[np.float64]:
        """Give the coordinates of many points at once, (n, P) to (n, 2)."""
        away = np.asarray(path, np.float64) - self.origin
        products = away @ self._directions().T
        return np.asarray(np.linalg.solve(self._gram(), products.T).T)

    def off_plane(self, vector: FloatArray) -> float:
        """Give |θ − nearest point of the plane| / |θ|: 0 on the plane.

        Where θ is zero the distance itself is given.
        """
        exact = np.asarray(vector, np.float64)
        distance = float(np.linalg.norm(exact - self.at(*self.project(exact))))
        size = float(np.linalg.norm(exact))
        return distance / size if size > 0 else distance

    def _directions(self) -> npt.NDArray[np.float64]:
        return np.stack([self.direction_u, self.direction_v]).astype(np.float64)

    def _gram(self) -> npt.NDArray[np.float64]:
        directions = self._directions()
        return np.asarray(directions @ directions.T)
