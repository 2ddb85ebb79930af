"""The ways down a hill of one variable, step by step; the arithmetic is that of `gdviz.analysis`.

Step k of gradient descent stands for time kη of gradient flow, and step k of momentum for time
k√η of the ball with a mass that momentum imitates: so the three are shown at the same step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill.basins import basins
from gdviz.analysis.hill.cost_function import CostFunction
from gdviz.analysis.hill.courses import ball, ball_like_momentum, flow
from gdviz.analysis.hill.formula import Formula
from gdviz.analysis.hill.walks import FAR, stability_limit
from gdviz.nn.optimizers.gradient_descent import GRADIENT_DESCENT
from gdviz.qt.views.hill_curve.scene import Valleys, Values

N_STEPS = 200
N_STARTS = 700
N_BASIN_STEPS = 300


class SideBySide:
    """Balls that know nothing of each other, as one point of as many variables.

    So they are followed together, each gradient being taken for all at once.
    """

    def __init__(self, formula: Formula) -> None:
        self._formula = formula

    def value(self, points: npt.ArrayLike) -> Values:
        """Give the sum of their costs, shape (m,), for points of shape (m, n)."""
        at = np.asarray(points, np.float64)
        return np.asarray(self._formula.value(at.reshape(-1, 1)).reshape(at.shape).sum(axis=1))

    def gradient(self, points: npt.ArrayLike) -> Values:
        """Give C′ of each, shape (m, n)."""
        at = np.asarray(points, np.float64)
        return self._formula.gradient(at.reshape(-1, 1)).reshape(at.shape)


def positions(way: str, formula: Formula, starts: Sequence[float], rate: float) -> Values:
    """Give w after 0 to `N_STEPS` steps, shape (n_starts, N_STEPS + 1).

    NaN after a ball has left the hill.
    """
    if way == "descent":
        return _descents(formula, starts, rate)
    together = _course(way, SideBySide(formula), starts, rate)
    if len(starts) == 1 or np.isfinite(together).all():
        return together
    # One that leaves the hill ends the course of all.
    return np.concatenate([_course(way, formula, [start], rate) for start in starts])


def _descents(formula: Formula, starts: Sequence[float], rate: float) -> Values:
    """Take steps with the network's own optimizer: each of its numbers is one ball's w."""
    w = np.full((N_STEPS + 1, len(starts)), np.nan)
    w[0] = starts
    memory = np.empty((0, len(starts)))
    with np.errstate(all="ignore"):
        for k in range(N_STEPS):
            slope = formula.gradient(w[k][:, np.newaxis])[:, 0]
            w[k + 1] = w[k]
            GRADIENT_DESCENT.update(w[k + 1], slope, memory, k + 1, rate)
            w[k + 1][~(np.abs(w[k + 1]) <= FAR)] = np.nan
    return w.T


def _course(way: str, function: CostFunction, starts: Sequence[float], rate: float) -> Values:
    steps = np.arange(N_STEPS + 1)
    if way == "flow":
        return flow(function, starts, N_STEPS * rate).at(steps * rate).T
    mass, friction, pace = ball_like_momentum(rate)
    return ball(function, starts, mass, friction, N_STEPS * pace).at(steps * pace).T


def fixed_steps(formula: Formula, starts: Sequence[float], length: float) -> Values:
    """Give w after 0 to `N_STEPS` steps downhill of one length, (n_starts, N_STEPS + 1)."""
    w = np.full((N_STEPS + 1, len(starts)), np.nan)
    w[0] = starts
    for k in range(N_STEPS):
        w[k + 1] = w[k] - length * np.sign(formula.gradient(w[k][:, np.newaxis])[:, 0])
    return w.T


def valleys(formula: Formula, reach: tuple[float, float], rate: float) -> Valleys:
    """Give where gradient descent comes to rest from everywhere on the axis."""
    found = basins(formula, *reach, N_STARTS, rate, N_BASIN_STEPS)
    return Valleys(tuple(found.minima.tolist()), found.valley)


def limit(formula: Formula, w: float) -> float:
    """Give 2/C″."""
    return stability_limit(formula, w)
