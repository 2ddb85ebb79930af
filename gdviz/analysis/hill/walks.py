"""Walks down a hill, step by step, with the optimizers that train the network.

Each walk calls `gdviz.nn.optimizers` as `gdviz.training` does, with float64 in place of
float32: there is one implementation of each. Pure functions: any thread may call.

Imports `gdviz.nn`; `courses` has what moves in continuous time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill.cost_function import CostFunction
from gdviz.analysis.hill.formula import Formula
from gdviz.nn.optimizers import OPTIMIZERS

Array = npt.NDArray[np.float64]

FAR = 1e6
"""A coordinate beyond this has left every hill: the walk is said to diverge."""


@dataclass(frozen=True, eq=False, slots=True)
class Walk:
    """All steps of one optimizer; arrays are read-only.

    Parameters
    ----------
    optimizer : str
        A key of `gdviz.nn.optimizers.OPTIMIZERS`.
    learning_rate : float
        η.
    points : float64 ndarray of shape (n + 1, d)
        Where the ball is, row 0 the start. With Nesterov momentum it is the point ahead, at
        which the gradient is taken (`gdviz.nn.optimizers.nesterov`).
    costs : float64 ndarray of shape (n + 1,)
        C there.
    gradients : float64 ndarray of shape (n + 1, d)
        ∇C there: row k made the step from k to k + 1.
    states : float64 ndarray of shape (n + 1, n_arrays, d)
        What the optimizer remembers after k steps, its arrays in the order of
        `Optimizer.arrays`; zero at the start.
    diverged_at : int or None
        The first row whose point, cost or gradient is not finite, or which lies beyond `FAR`.
        The walk ends there: later rows are NaN.
    """

    optimizer: str
    learning_rate: float
    points: Array
    costs: Array
    gradients: Array
    states: Array
    diverged_at: int | None

    @property
    def lengths(self) -> Array:
        """Length of each step, shape (n,)."""
        return np.asarray(np.linalg.norm(np.diff(self.points, axis=0), axis=1))

    @property
    def updates(self) -> Array:
        """What each step added to the variables, shape (n, d)."""
        return np.asarray(np.diff(self.points, axis=0))


def walk(
    function: CostFunction,
    start: npt.ArrayLike,
    optimizer: str,
    learning_rate: float,
    n_steps: int,
) -> Walk:
    """Take `n_steps` steps with one optimizer.

    Parameters
    ----------
    function : CostFunction
        A `Formula`, or anything else with values and gradients.
    start : array of shape (d,)
        Where the ball is let go.
    optimizer : str
        A key of `gdviz.nn.optimizers.OPTIMIZERS`.
    learning_rate : float
        η, 0 or more.
    n_steps : int
        0 or more.

    Raises
    ------
    ValueError
        If there is no such optimizer, or a number is out of its range.
    """
    return walks(function, start, {optimizer: learning_rate}, n_steps)[optimizer]


def walks(
    function: CostFunction,
    start: npt.ArrayLike,
    learning_rates: Mapping[str, float],
    n_steps: int,
    momentum: float | None = None,
) -> dict[str, Walk]:
    """Walk with several optimizers from the same start, as `walk` does with one.

    Faster than one after the other: all gradients of a step are taken at once. All seven with
    500 steps on Himmelblau's hill take about 0.2 s.

    Parameters
    ----------
    function, start, n_steps
        As for `walk`.
    learning_rates : mapping of str to float
        η of each optimizer that walks.
    momentum : float, optional
        Share of the velocity that is kept, 0 or more and below 1, by those optimizers that have
        one; by default as in training.

    Returns
    -------
    dict of str to Walk
        In the order of `learning_rates`.
    """
    origin = np.array(start, np.float64)
    _check(origin, learning_rates, n_steps)
    if momentum is not None and not 0 <= momentum < 1:
        raise ValueError(f"the momentum must be from 0 to below 1, not {momentum}")
    shape = (len(learning_rates), n_steps + 1, len(origin))
    points, gradients = np.full(shape, np.nan), np.full(shape, np.nan)
    points[:, 0] = origin
    states = [
        np.full((n_steps + 1, len(OPTIMIZERS[key].arrays), len(origin)), np.nan)
        for key in learning_rates
    ]
    for state in states:
        state[0] = 0
    with np.errstate(all="ignore"):
        _stepped(function, learning_rates, momentum, points, gradients, states)
    costs = function.value(points.reshape(-1, len(origin))).reshape(shape[:2])
    return {
        key: _finished(key, rate, points[index], costs[index], gradients[index], states[index])
        for index, (key, rate) in enumerate(learning_rates.items())
    }


def stability_limit(formula: Formula, w: float) -> float:
    """Give the learning rate 2/C″ from which on gradient descent swings ever wider about w.

    NaN where the curve does not bend upwards, C″ ≤ 0: no limit follows there. The limit is that
    of the parabola which fits at w; at a minimum it decides whether steps near it get smaller.

    References
    ----------
    Cohen, Kaur, Li, Kolter, Talwalkar, *Gradient descent on neural networks typically occurs at
    the edge of stability* (2021), section 2.
    """
    curvature = float(formula.second([[w]])[0])
    return 2 / curvature if curvature > 0 else math.nan


def _check(origin: Array, learning_rates: Mapping[str, float], n_steps: int) -> None:
    if origin.ndim != 1 or not np.isfinite(origin).all():
        raise ValueError(f"a start is one point of finite numbers, not {origin}")
    for key, learning_rate in learning_rates.items():
        if key not in OPTIMIZERS:
            raise ValueError(f"unknown optimizer {key!r}; one of {', '.join(OPTIMIZERS)}")
        if not (math.isfinite(learning_rate) and learning_rate >= 0):
            raise ValueError(f"the learning rate must be 0 or more, not {learning_rate}")
    if n_steps < 0:
        raise ValueError(f"a walk has 0 steps or more, not {n_steps}")


def _stepped(
    function: CostFunction,
    learning_rates: Mapping[str, float],
    momentum: float | None,
    points: Array,
    gradients: Array,
    states: list[Array],
) -> None:
    """Fill in all rows after the first; those after a walk has left the hill stay NaN."""
    goes_on = np.ones(len(points), bool)
    for step in range(points.shape[1]):
        here = points[:, step]
        gradients[goes_on, step] = function.gradient(here[goes_on])
        goes_on &= _on_the_hill(here) & np.isfinite(gradients[:, step]).all(axis=1)
        if step + 1 == points.shape[1] or not goes_on.any():
            return
        for index, (key, learning_rate) in enumerate(learning_rates.items()):
            if goes_on[index]:
                ahead, memory = points[index, step + 1], states[index][step + 1]
                ahead[:], memory[:] = here[index], states[index][step]
                given = (ahead, gradients[index, step], memory, step + 1, learning_rate)
                if momentum is None or OPTIMIZERS[key].momentum is None:
                    OPTIMIZERS[key].update(*given)
                else:
                    OPTIMIZERS[key].update(*given, momentum=momentum)


def _on_the_hill(points: Array) -> npt.NDArray[np.bool_]:
    """Tell which points are finite and within `FAR`; NaN is not."""
    return np.asarray((np.abs(points) <= FAR).all(axis=-1))


def _finished(
    key: str, learning_rate: float, points: Array, costs: Array, gradients: Array, states: Array
) -> Walk:
    """Find where the walk left the hill, forget what came after and lock the arrays."""
    fine = _on_the_hill(points) & np.isfinite(costs) & np.isfinite(gradients).all(axis=1)
    diverged_at = None if fine.all() else int(np.argmin(fine))
    if diverged_at is not None:
        for array in (points, costs, gradients, states):
            array[diverged_at + 1 :] = np.nan
    for array in (points, costs, gradients, states):
        array.flags.writeable = False
    return Walk(key, learning_rate, points, costs, gradients, states, diverged_at)
