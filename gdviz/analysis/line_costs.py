"""The cost along lines through one point, exactly, over any number of examples.

Two lines share a plane of `gdviz.engine.slices`: one is its u axis and the other its v axis, so
that two lines cost one product with the images more than one line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.engine.slices import ExactSlice
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

Vector = npt.NDArray[np.float64]
_Moments = tuple[int, Vector, Vector]

_ROWS = 8192
_WORK = 3.0e8
"""Multiplications, and examples at most, between two looks while a plane is made ready: 30 ms."""


def costs_along(
    architecture: Architecture,
    point: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    directions: Sequence[FloatArray],
    t: Vector,
    *,
    compiled: bool | None,
    should_stop: Callable[[], bool],
) -> tuple[Vector, Vector, float] | None:
    """Give the mean cost at point + t·direction for each direction and t, and at the point.

    Any thread may call.

    Parameters
    ----------
    architecture : Architecture
    point : Parameters
        float32 or float64: the dtype in which costs are computed.
    images : ndarray of shape (n, n_in)
        uint8, 0 to 255, or floating, 0 to 1.
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    directions : sequence of ndarray (P,)
        k of them.
    t : ndarray of shape (m,)
    compiled : bool or None
        See `gdviz.engine.slices.ExactSlice`.
    should_stop : callable
        Asked about every 5 ms, and every 30 ms while a plane is made ready.

    Returns
    -------
    costs, errors : float64 ndarray of shape (k, m)
        Means over the examples and their standard errors; NaN for a single example.
    start_cost : float
        At the point itself; NaN without directions.
    None
        If it was told to stop.
    """
    first_layer = architecture.layer_sizes[0] * architecture.layer_sizes[1]
    rows = max(1, min(_ROWS, int(_WORK / (3 * first_layer))))
    shape = len(directions), t.size
    costs, errors, start_cost = np.empty(shape), np.full(shape, np.nan), float("nan")
    for first in range(0, len(directions), 2):
        pair = directions[first : first + 2]
        u, v = _axes_of_pair(t, len(pair))
        n, mean, squares = 0, np.zeros(u.size), np.zeros(u.size)
        for start in range(0, len(labels), rows):
            if should_stop():
                return None
            where = slice(start, start + rows)
            exact = ExactSlice(
                architecture,
                point.vector,
                pair[0],
                pair[-1],
                images[where],
                labels[where],
                cost,
                dtype=point.vector.dtype,
                compiled=compiled,
            )
            found = exact.costs(u, v, should_stop)
            if found is None:
                return None
            n, mean, squares = _merged((n, mean, squares), (exact.n_examples, *found))
        which = slice(first, first + len(pair))
        costs[which], start_cost = mean[1:].reshape(-1, t.size), float(mean[0])
        if n > 1:
            errors[which] = np.sqrt(squares[1:] / (n - 1) / n).reshape(-1, t.size)
    return costs, errors, start_cost


def _axes_of_pair(t: Vector, n_lines: int) -> tuple[Vector, Vector]:
    """Give the points of a plane that are looked at: (0, 0), its u axis, perhaps its v axis."""
    zeros = np.zeros_like(t)
    if n_lines == 1:
        return np.append(0, t), np.append(0, zeros)
    return np.concatenate([[0], t, zeros]), np.concatenate([[0], zeros, t])


def _merged(one: _Moments, other: _Moments) -> _Moments:
    """Give number, mean and squared deviations of two sets of examples together.

    References
    ----------
    Chan, Golub, LeVeque, *Algorithms for computing the sample variance* (1983), equation 2.1.
    """
    (n, mean, squares), (m, other_mean, other_squares) = one, other
    if n == 0:
        return other
    # A diverged network has infinities here.
    with np.errstate(invalid="ignore", over="ignore"):
        apart = other_mean - mean
        moved = mean + apart * (m / (n + m))
        return n + m, moved, squares + other_squares + apart * apart * (n * m / (n + m))
