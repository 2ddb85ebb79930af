"""Down a hill in continuous time: gradient flow without a step, and a ball that has a mass.

Three things are called rolling downhill. *Gradient descent* (`walks`) takes steps −η∇C and
never coasts. *Gradient flow* is what it becomes as η → 0, with time t = η·steps. A *ball with
mass* does coast: it is what momentum becomes (`ball_like_momentum`). Pure functions: any
thread may call.

Imports `walks` and `gdviz.nn.optimizers`.

References
----------
Dormand, Prince, *A family of embedded Runge-Kutta formulae* (1980), table 2: the steps, of fifth
order with an error of fourth.
Qian, *On the momentum term in gradient descent learning algorithms* (1999).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill.cost_function import CostFunction
from gdviz.analysis.hill.walks import FAR
from gdviz.nn.optimizers import momentum

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-6
"""Error allowed in one step, of a coordinate or velocity of about 1 or relative to a larger one."""

MAX_STEPS = 2000
"""After so many the course is given as far as it got: the hill is too stiff for the time."""

_N_PIECES = 60
"""A step is at most this part of the time, so that what is drawn is smooth."""
_SHORTEST = 1e-5
"""A step is at least this part of the time."""

_STANDSTILL = (100, 1e-2)
"""So many steps that pass less than this part of the time rest on a kink or before an abyss."""

_SAFETY, _LEAST, _MOST = 0.9, 0.2, 5.0

_STAGES = tuple(
    np.array(weights)
    for weights in (
        [1 / 5],
        [3 / 40, 9 / 40],
        [44 / 45, -56 / 15, 32 / 9],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    )
)
"""Weights of the slopes so far for the next stage; the last are those of the step itself."""

_ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
"""Weights of all slopes for the difference of the fifth order from the fourth."""


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """A motion through time; arrays are read-only.

    Parameters
    ----------
    times : float64 ndarray of shape (m,)
        Rising from 0, not evenly: steps are short where the course bends.
    points : float64 ndarray of shape (m, d)
        Where it is.
    velocities : float64 ndarray of shape (m, d)
        How fast it moves: −∇C for flow.
    costs : float64 ndarray of shape (m,)
        C there.
    is_complete : bool
        False: it ends early, because it left the hill (not finite, or beyond `walks.FAR`) or
        needed more than `MAX_STEPS` steps, or rests on a kink.
    """

    times: Array
    points: Array
    velocities: Array
    costs: Array
    is_complete: bool

    def at(self, times: npt.ArrayLike) -> Array:
        """Give the points at other times, shape (k, d), by cubic pieces; NaN beyond the end."""
        wanted = np.asarray(times, np.float64)
        if len(self.times) == 1:
            inside = (wanted == 0)[:, None]
            return np.where(inside, self.points[0], np.nan)
        piece = np.clip(np.searchsorted(self.times, wanted, "right") - 1, 0, len(self.times) - 2)
        width = np.diff(self.times)[piece][:, None]
        s = (wanted - self.times[piece])[:, None] / width
        left, right = self.points[piece], self.points[piece + 1]
        found = (
            (1 + 2 * s) * (1 - s) ** 2 * left
            + s**2 * (3 - 2 * s) * right
            + s * (1 - s) ** 2 * width * self.velocities[piece]
            - s**2 * (1 - s) * width * self.velocities[piece + 1]
        )
        # Whoever multiplies steps with η to get the end may be off by a rounding error.
        outside = (wanted < 0) | (wanted > self.times[-1] * (1 + 1e-12))
        return np.where(outside[:, None], np.nan, found)


class Ball(NamedTuple):
    """A mass and what holds it back, see `ball`."""

    mass: float
    friction: float
    time_per_step: float
    """How much time one step of momentum stands for."""


def flow(function: CostFunction, start: npt.ArrayLike, time: float) -> Course:
    """Follow gradient flow, dθ/dt = −∇C.

    Parameters
    ----------
    function : CostFunction
        A `formula.Formula`, or anything else with values and gradients.
    start : array of shape (d,)
        Where it begins.
    time : float
        How long; k steps of gradient descent with η stand for t = kη.

    Raises
    ------
    ValueError
        If the start is no point or the time is not positive.
    """
    origin = _start(start)
    times, states, complete = _integrated(
        lambda state: -function.gradient(state[None])[0], origin, time
    )
    with np.errstate(all="ignore"):
        velocities = -function.gradient(states)
    return _course(function, times, states, velocities, complete)


def ball(
    function: CostFunction, start: npt.ArrayLike, mass: float, friction: float, time: float
) -> Course:
    """Let a ball with a mass go, at rest: mass·d²θ/dt² = −∇C − friction·dθ/dt.

    It moves in the space of the variables with C as its potential energy, as seen from above: how
    long the way is along the surface does not count. C + ½·mass·v² never grows.

    Slower than a walk: 0.1 to 0.8 s for 120 steps' worth of `ball_like_momentum` on the known
    hills, so not while a slider is dragged.

    Parameters
    ----------
    function, start, time
        As for `flow`.
    mass : float
        Above 0.
    friction : float
        0 or more.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    if not (math.isfinite(mass) and mass > 0):
        raise ValueError(f"a mass must be above 0, not {mass}")
    if not (math.isfinite(friction) and friction >= 0):
        raise ValueError(f"friction must be 0 or more, not {friction}")
    origin = _start(start)
    d = len(origin)

    def motion(state: Array) -> Array:
        force = -function.gradient(state[None, :d])[0] - friction * state[d:]
        return np.concatenate([state[d:], force / mass])

    times, states, complete = _integrated(motion, np.concatenate([origin, np.zeros(d)]), time)
    return _course(function, times, states[:, :d], states[:, d:], complete)


def ball_like_momentum(learning_rate: float, coefficient: float = momentum.COEFFICIENT) -> Ball:
    """Give the ball of mass 1 that momentum imitates, closely for small η.

    Parameters
    ----------
    learning_rate : float
        η of momentum, above 0.
    coefficient : float
        β, the share of the velocity that is kept; by default momentum's own.

    Notes
    -----
    v ← βv − η∇C, θ ← θ + v is θ″ = −∇C − friction·θ′ in steps of h = √η, taken to first order,
    with friction = (1 − β)/√η: v/h is the velocity.

    References
    ----------
    Qian, *On the momentum term in gradient descent learning algorithms* (1999), section 2.
    """
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"the learning rate must be above 0, not {learning_rate}")
    step = math.sqrt(learning_rate)
    return Ball(1.0, (1 - coefficient) / step, step)


def _start(start: npt.ArrayLike) -> Array:
    origin = np.array(start, np.float64)
    if origin.ndim != 1 or not np.isfinite(origin).all():
        raise ValueError(f"a start is one point of finite numbers, not {origin}")
    return origin


def _integrated(
    motion: Callable[[Array], Array], start: Array, time: float
) -> tuple[Array, Array, bool]:
    """Follow y′ = motion(y) by Runge-Kutta steps as long as their error allows.

    Where a slope jumps, as at the kink of |w|, no step is short enough: the shortest is taken
    as it is. What comes to rest there trembles in steps that lead nowhere, and the course ends.
    """
    if not (math.isfinite(time) and time > 0):
        raise ValueError(f"the time must be above 0, not {time}")
    times, states = [0.0], [start]
    longest, shortest = time / _N_PIECES, time * _SHORTEST
    step = longest
    with np.errstate(all="ignore"):
        slope = motion(start)
        for _ in range(MAX_STEPS):
            step = min(step, longest, time - times[-1])
            reached, next_slope, error = _dormand_prince(motion, states[-1], slope, step)
            if error <= 1 or step <= shortest:
                if _stands_still(times, time) or not (np.abs(reached) <= FAR).all():
                    break
                ended = time - (times[-1] + step) <= 1e-12 * time
                times.append(time if ended else times[-1] + step)
                states.append(reached)
                slope = next_slope
                if ended:
                    return np.array(times), np.array(states), True
            step = max(step * _factor(error), shortest)
    return np.array(times), np.array(states), False


def _stands_still(times: list[float], time: float) -> bool:
    n_steps, share = _STANDSTILL
    return len(times) > n_steps and times[-1] - times[-1 - n_steps] < share * time


def _dormand_prince(
    motion: Callable[[Array], Array], state: Array, slope: Array, step: float
) -> tuple[Array, Array, float]:
    """Take one step; give where it ends, the slope there and its error over `TOLERANCE`."""
    slopes = [slope]
    reached = state
    for weights in _STAGES:
        reached = state + step * (weights @ np.array(slopes))
        slopes.append(motion(reached))
    difference = step * (_ERROR @ np.array(slopes))
    error = float(np.max(np.abs(difference) / np.maximum(1, np.abs(state)))) / TOLERANCE
    return reached, slopes[-1], error


def _factor(error: float) -> float:
    """By how much the next step may be longer; NaN is a step to where nothing is defined."""
    if not math.isfinite(error):
        return _LEAST
    return min(max(_SAFETY * error**-0.2, _LEAST), _MOST) if error > 0 else _MOST


def _course(
    function: CostFunction, times: Array, points: Array, velocities: Array, complete: bool
) -> Course:
    points, velocities = np.ascontiguousarray(points), np.ascontiguousarray(velocities)
    costs = function.value(points)
    for array in (times, points, velocities, costs):
        array.flags.writeable = False
    return Course(times, points, velocities, costs, complete)
