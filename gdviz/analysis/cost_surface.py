"""A slice of the cost surface: a plane through parameter space, and the true cost on it.

Every value of the grid is the cost of the real network at θ = origin + u·direction_u +
v·direction_v, computed from the coordinates themselves. Threads are the caller's: a
`SliceTask` is cut into pieces that may be computed by different threads.

Imports `plane`, `grid_points`, `tiles` and `gdviz.engine.slices`. Next: `directions`, which lays
planes, and `contours` for drawing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor  # noqa: TID251  # a type: makes none
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.grid_points import GridPoints, Order
from gdviz.analysis.plane import Plane
from gdviz.analysis.tiles import compute_here, compute_through
from gdviz.engine.slices import SLOWER, ExactSlice
from gdviz.nn.parameters import Architecture, FloatArray

__all__ = ["CostSurface", "Order", "Plane", "SliceTask", "begin_slice", "compute_surface"]

_CHUNK_OPERATIONS = 3.0e8
"""About 15 ms of compiled work on one core of 2020; the NumPy form is six times slower."""


@dataclass(frozen=True, eq=False)
class CostSurface:
    """The cost on a grid of a plane, as far as it is known.

    Parameters
    ----------
    plane : Plane
    u, v : ndarray of shape (n_u,) and (n_v,)
        Coordinates of the columns and the rows, rising.
    cost : float64 ndarray of shape (n_v, n_u)
        NaN where not yet known.
    standard_error : float64 ndarray of shape (n_v, n_u)
        Of the mean over the examples; NaN where not known, or for a single example.
    n_examples : int
        Examples over which each value is the mean.
    cost_key : str
        A key of `gdviz.nn.costs.COSTS`.
    trail : ndarray of shape (n, 2)
        Coordinates (u, v) of the path, oldest first; may be empty.
    trail_steps : ndarray of shape (n,)
        The steps of the trail's points, if they are known.
    step : int
        Step of the ball for which the surface was computed.
    true_cost, true_error : float
        The cost of the ball's own parameters on the same examples, which is not that of its
        projection, and its standard error; NaN if not computed.
    """

    plane: Plane
    u: npt.NDArray[np.float64]
    v: npt.NDArray[np.float64]
    cost: npt.NDArray[np.float64]
    standard_error: npt.NDArray[np.float64]
    n_examples: int
    cost_key: str
    trail: npt.NDArray[np.float64]
    trail_steps: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    step: int = 0
    true_cost: float = math.nan
    true_error: float = math.nan

    @property
    def is_complete(self) -> bool:
        """True if no cost is NaN: every point is computed, and every cost is a number."""
        return not bool(np.isnan(self.cost).any())

    def value_at(self, u: float, v: float) -> float:
        """Interpolate the cost between the grid's points, linearly in u and v.

        It is an interpolation: the ball's true cost comes from the ball's own parameters.

        Returns
        -------
        float
            NaN outside the grid or next to a point that is not yet known.
        """
        column, row = _position(self.u, u), _position(self.v, v)
        if column is None or row is None:
            return math.nan
        (j, s), (i, t) = column, row
        corners = self.cost[i : i + 2, j : j + 2]
        weights = np.outer([1 - t, t], [1 - s, s])
        # A corner with weight 0 does not matter, even if it is not known or infinite.
        return float((corners[weights > 0] * weights[weights > 0]).sum())


def _position(grid: npt.NDArray[np.float64], value: float) -> tuple[int, float] | None:
    """Give the cell that holds a coordinate and where in it, 0 to 1; None outside."""
    if not grid[0] <= value <= grid[-1]:
        return None
    index = min(int(np.searchsorted(grid, value, side="right")) - 1, len(grid) - 2)
    return index, float((value - grid[index]) / (grid[index + 1] - grid[index]))


class SliceTask:
    """A slice under way: points are computed in pieces, in any order, by any thread.

    Make one with `begin_slice`. Different threads may call `compute` at the same time for
    ranges that do not overlap; `surface` may be called at any time.

    Parameters
    ----------
    plane : Plane
    grid : GridPoints
        Its points and what is known of them. ``grid.resume`` takes what is known from before;
        then only the rest is computed.
    exact : ExactSlice
        Computes any point of the plane.
    cost_key : str
    trail : ndarray of shape (n, 2)
    """

    def __init__(
        self,
        plane: Plane,
        grid: GridPoints,
        exact: ExactSlice,
        cost_key: str,
        trail: npt.NDArray[np.float64],
    ) -> None:
        self.grid, self.exact = grid, exact
        self._plane, self._cost_key, self._trail = plane, cost_key, trail

    @property
    def n_points(self) -> int:
        """Number of points to be computed."""
        return self.grid.n_left

    @property
    def points_per_chunk(self) -> int:
        """How many points take about 15 ms on one core; at least one."""
        speed = 1.0 if self.exact.is_compiled else 1 / SLOWER
        return max(1, int(speed * _CHUNK_OPERATIONS / self.exact.operations_per_point))

    def compute(self, start: int, stop: int, should_stop: Callable[[], bool] | None = None) -> bool:
        """Compute the points ``start`` to ``stop - 1`` of the order.

        Parameters
        ----------
        start, stop : int
            0 to `n_points`.
        should_stop : callable, optional
            Asked every 5 to 10 ms, also inside a point with very many examples.

        Returns
        -------
        bool
            False if it was told to stop: none of the points is then written.
        """
        result = self.exact.costs(*self.grid.points(start, stop), should_stop)
        if result is None:
            return False
        self.grid.put(start, stop, *result, self.exact.n_examples)
        return True

    def surface(self) -> CostSurface:
        """Give what is known by now, in arrays of its own that are read-only."""
        return CostSurface(
            self._plane,
            self.grid.u,
            self.grid.v,
            *self.grid.known(),
            self.exact.n_examples,
            self._cost_key,
            self._trail,
        )


def begin_slice(
    architecture: Architecture,
    plane: Plane,
    u: npt.NDArray[np.floating[Any]],
    v: npt.NDArray[np.floating[Any]],
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    *,
    dtype: npt.DTypeLike = np.float32,
    trail: FloatArray | None = None,
    order: Order = "rows",
    compiled: bool | None = None,
) -> SliceTask:
    """Prepare the exact slice of the cost on a grid of a plane.

    Any thread may call. The first layer's weighted inputs are computed here.

    Parameters
    ----------
    architecture : Architecture
    plane : Plane
    u, v : ndarray of shape (n_u,) and (n_v,)
        Coordinates, at least two each, rising.
    images : ndarray of shape (n, n_in)
        uint8, 0 to 255, or floating, 0 to 1.
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    dtype : numpy.float32 or numpy.float64
    trail : ndarray of shape (n, P), optional
        The path, to be projected on the plane.
    order : str
        ``"rows"``, or ``"coarse_first"``: every eighth point, then every fourth, and so on.
    compiled : bool or None
        None takes the compiled loop if there is one.

    Raises
    ------
    ValueError
        If the coordinates do not rise or anything does not fit the architecture.
    """
    grid = GridPoints(u, v, order)
    exact = ExactSlice(
        architecture,
        plane.origin,
        plane.direction_u,
        plane.direction_v,
        images,
        labels,
        cost,
        dtype=dtype,
        compiled=compiled,
    )
    projected = np.empty((0, 2)) if trail is None else plane.project_path(trail)
    projected.flags.writeable = False
    return SliceTask(plane, grid, exact, cost, projected)


def compute_surface(
    task: SliceTask,
    executor: Executor | None = None,
    *,
    should_stop: Callable[[], bool] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> CostSurface:
    """Compute a whole slice: in the calling thread, or through an executor.

    Parameters
    ----------
    task : SliceTask
        From `begin_slice`.
    executor : concurrent.futures.Executor, optional
        Of threads, processes, or a cluster (``distributed.Client.get_executor()``): every point
        is the same to the bit. Who made it shuts it down.
    should_stop : callable, optional
        Asked every few milliseconds; if it says yes the rest of the surface stays NaN.
    on_progress : callable, optional
        Given the share of points done, 0 to 1, after each piece. ``task.surface()`` then gives
        what is known.

    Raises
    ------
    gdviz.analysis.tiles.TileError
        If workers die or fail; the task keeps what is known.
    """
    if executor is None:
        compute_here(task, should_stop, on_progress)
    else:
        compute_through(executor, task, should_stop, on_progress)
    return task.surface()
