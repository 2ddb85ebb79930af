"""The points of a grid: in which order they are computed, and what is known of each.

Imports NumPy only. Next: `cost_surface`, which knows what the grid is of.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Order = Literal["rows", "coarse_first"]

_COARSEST = 8
"""Stride of the first pass of the coarse-first order."""

Floats = npt.NDArray[np.float64]


class GridPoints:
    """Costs on a grid, filled in by ranges of an order.

    Different threads may call `put` for ranges that do not overlap, and any thread may look at
    what is known, at the same time.

    Parameters
    ----------
    u, v : ndarray of shape (n_u,) and (n_v,)
        Coordinates, at least two each, rising.
    order : str
        ``"rows"``, or ``"coarse_first"``: every eighth point, then every fourth, and so on.

    Raises
    ------
    ValueError
        If the coordinates do not rise.
    """

    def __init__(
        self,
        u: npt.NDArray[np.floating[Any]],
        v: npt.NDArray[np.floating[Any]],
        order: Order,
    ) -> None:
        self.u, self.v = _axis("u", u), _axis("v", v)
        self._order = _point_order(self.v.size, self.u.size, order)
        self._cost = np.full(self._order.size, np.nan)
        self._error = self._cost.copy()

    @property
    def n_left(self) -> int:
        """Number of points in the order: those that were not known from before."""
        return self._order.size

    def points(self, start: int, stop: int) -> tuple[Floats, Floats]:
        """Give u and v of the points ``start`` to ``stop - 1`` of the order."""
        rows, columns = np.divmod(self._order[start:stop], self.u.size)
        return self.u[columns], self.v[rows]

    def put(
        self, start: int, stop: int, mean: Floats, squared_deviations: Floats, n_examples: int
    ) -> None:
        """Write what `gdviz.engine.slices.ExactSlice.costs` gave for such points."""
        points = self._order[start:stop]
        if n_examples > 1:
            self._error[points] = np.sqrt(squared_deviations / (n_examples - 1) / n_examples)
        self._cost[points] = mean

    def resume(self, cost: Floats, standard_error: Floats) -> None:
        """Take what is known from before: only what is NaN there is left to compute.

        Parameters
        ----------
        cost, standard_error : ndarray of shape (n_v, n_u)

        Raises
        ------
        ValueError
            If they are of another grid.
        """
        shape = self.v.size, self.u.size
        if not cost.shape == standard_error.shape == shape:
            raise ValueError(f"a surface of {cost.shape} does not go on one of {shape}")
        self._cost, self._error = cost.ravel().copy(), standard_error.ravel().copy()
        self._order = self._order[np.isnan(self._cost[self._order])]

    def known(self) -> tuple[Floats, Floats]:
        """Give costs and standard errors (n_v, n_u), NaN where not known: read-only copies."""
        shape = self.v.size, self.u.size
        cost, error = self._cost.reshape(shape).copy(), self._error.reshape(shape).copy()
        cost.flags.writeable = error.flags.writeable = False
        return cost, error


def _axis(name: str, values: npt.NDArray[np.floating[Any]]) -> Floats:
    axis = np.array(values, np.float64)
    if axis.ndim != 1 or axis.size < 2 or not (np.diff(axis) > 0).all():
        raise ValueError(f"the coordinates {name} must be at least two numbers that rise")
    axis.flags.writeable = False
    return axis


def _point_order(n_v: int, n_u: int, order: Order) -> npt.NDArray[np.intp]:
    """Give the row-major indices of the grid's points in the order of computing."""
    if order == "rows":
        return np.arange(n_v * n_u)
    # Trailing zero bits of an index say in which pass its row or column first occurs.
    stride_v, stride_u = (np.gcd(np.arange(n), _COARSEST) for n in (n_v, n_u))
    stride = np.minimum.outer(stride_v, stride_u).ravel()
    return np.argsort(-stride, kind="stable")
