"""Basins of attraction: into which valley gradient descent leads from every start of an axis.

With large steps a ball may leap over a hill, bounce for ever or leave the axis: the basins
move as η does. Pure functions: any thread may call.

Imports `gdviz.nn.optimizers`; `tally` counts starts in more dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill.cost_function import CostFunction
from gdviz.analysis.hill.walks import FAR
from gdviz.nn.optimizers import OPTIMIZERS

Array = npt.NDArray[np.float64]

NOWHERE = -1
"""The valley of a start that leads into none."""

_N_SCANNED = 4001
_HALVINGS = 60
_N_WATCHED = 16
"""Last steps in which a ball must not leap over the bottom any more."""

_AT_REST = 1e-3
"""Part of the axis which such a leap may have."""


@dataclass(frozen=True, eq=False, slots=True)
class Basins:
    """Where each start leads; arrays are read-only.

    Parameters
    ----------
    starts : float64 ndarray of shape (n,)
        Evenly from low to high.
    ends : float64 ndarray of shape (n,)
        Where the ball is after `n_steps` steps; NaN if it diverged.
    valley : int ndarray of shape (n,)
        Index in `minima`, or `NOWHERE`.
    minima : float64 ndarray of shape (m,)
        Bottoms of the valleys on the axis and of those that were reached outside, rising.
    is_undecided : bool ndarray of shape (n,)
        True: the ball did not diverge and yet is in no valley. It leaps to and fro, rests on a
        top, or is under way down a slope without a bottom.
    """

    starts: Array
    ends: Array
    valley: npt.NDArray[np.int64]
    minima: Array
    is_undecided: npt.NDArray[np.bool_]

    @property
    def shares(self) -> Array:
        """Part of the starts that leads into each valley, shape (m,)."""
        inside = self.valley[self.valley != NOWHERE]
        return np.bincount(inside, minlength=len(self.minima)) / len(self.starts)


def basins(
    function: CostFunction, low: float, high: float, n: int, learning_rate: float, n_steps: int
) -> Basins:
    """Let a ball go from each of `n` places and see where plain gradient descent takes it.

    All balls step at once: 1,400 starts and 300 steps on the lesson's curve take about 0.1 s.

    Parameters
    ----------
    function : CostFunction
        Of one variable.
    low, high : float
        The axis.
    n : int
        Number of starts, at least 2.
    learning_rate : float
        η, 0 or more.
    n_steps : int
        At least 1.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    A ball is in the valley towards whose bottom it would go on downhill, unless one of its last
    steps still leapt over the bottom by more than a thousandth of the axis. It has diverged when
    it is not finite, or beyond `walks.FAR`.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"an axis goes from low to high, not from {low} to {high}")
    if n < 2 or n_steps < 1:
        raise ValueError(f"basins need 2 starts and a step, not {n} and {n_steps}")
    if not (math.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError(f"the learning rate must be 0 or more, not {learning_rate}")
    starts = np.linspace(low, high, n)
    ends, leaps = _descended(function, starts, learning_rate, n_steps, _AT_REST * (high - low))
    diverged = np.isnan(ends)
    found = _minima(function, _scanned(low, high, ends[~diverged]))
    valley = _valleys(function, ends, found, (high - low) / _N_SCANNED)
    valley[leaps] = NOWHERE
    shown = ((found >= low) & (found <= high)) | np.isin(np.arange(len(found)), valley)
    renumbered = np.append(np.cumsum(shown) - 1, NOWHERE)
    valley = renumbered[valley]
    result = Basins(starts, ends, valley, found[shown], (valley == NOWHERE) & ~diverged)
    for array in (starts, ends, result.valley, result.minima, result.is_undecided):
        array.flags.writeable = False
    return result


def _slope(function: CostFunction, w: Array) -> Array:
    return function.gradient(w[:, None])[:, 0]


def _descended(
    function: CostFunction, starts: Array, learning_rate: float, n_steps: int, at_rest: float
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Give where the balls end, and which still leap over a bottom."""
    update = OPTIMIZERS["gradient_descent"].update
    here, memory = starts.copy(), np.empty((0, len(starts)))
    leaps = np.zeros(len(starts), bool)
    slope = _slope(function, here)
    with np.errstate(all="ignore"):
        for step in range(1, n_steps + 1):
            before, slope_before = here.copy(), slope
            update(here, slope, memory, step, learning_rate)
            here[~(np.abs(here) <= FAR)] = np.nan
            slope = _slope(function, here)
            if step > n_steps - _N_WATCHED:
                leaps |= (slope * slope_before < 0) & (np.abs(here - before) > at_rest)
        here[~np.isfinite(slope)] = np.nan
    return here, leaps


def _scanned(low: float, high: float, ends: Array) -> Array:
    """Give places close enough to each other to find every valley that matters.

    The axis and as much on both sides of it, and around each end, wherever that is.
    """
    width = high - low
    beside = 1e-3 * width
    places = [np.linspace(low - width, high + width, 3 * _N_SCANNED), ends - beside, ends + beside]
    return np.unique(np.concatenate(places))


def _minima(function: CostFunction, places: Array) -> Array:
    """Give where the slope turns from down to up between `places`, by halving."""
    slope = _slope(function, places)
    places, slope = places[np.abs(slope) > 0], slope[np.abs(slope) > 0]
    turns = np.flatnonzero((slope[:-1] < 0) & (slope[1:] > 0))
    left, right = places[turns], places[turns + 1]
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        rises = _slope(function, middle) >= 0
        left, right = np.where(rises, left, middle), np.where(rises, middle, right)
    # At a pole, as of −1/w², the slope turns too, but grows the closer one looks.
    steepest = np.maximum(np.abs(slope[turns]), np.abs(slope[turns + 1]))
    return right[np.abs(_slope(function, right)) <= steepest]


def _valleys(
    function: CostFunction, ends: Array, minima: Array, beside: float
) -> npt.NDArray[np.int64]:
    """Give for each end the next minimum downhill, or `NOWHERE`; tops and NaN have none."""
    if len(minima) == 0:
        return np.full(len(ends), NOWHERE)
    slope = _slope(function, ends)
    index = np.searchsorted(minima, ends)
    index = np.where(slope > 0, np.searchsorted(minima, ends, "right") - 1, index)
    inside = (index >= 0) & (index < len(minima)) & np.isfinite(ends)
    flat = slope == 0
    if flat.any():
        index[flat] = np.abs(ends[flat, None] - minima).argmin(axis=1)
        height = function.value(ends[flat, None])
        sides = [function.value(ends[flat, None] + move) for move in (-beside, beside)]
        inside[flat] = np.minimum(*sides) >= height
    return np.where(inside, index, NOWHERE)
