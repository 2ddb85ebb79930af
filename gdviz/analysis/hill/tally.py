"""How often chance finds the deepest valley: many starts, counted, in more and more dimensions.

Every start ends in *a* valley: a local minimum is easy. Which one the start decides, and the
number of valleys grows as 11 to the power of the dimensions. Pure functions: any thread may
call; 1,000 starts in 10 dimensions take about 0.8 s.

Imports `gdviz.nn.optimizers` and `gdviz.analysis.interval`.

References
----------
Rastrigin, *Systems of extremal control* (1974), for two variables; Mühlenbein, Schomisch, Born,
*The parallel genetic algorithm as function optimizer* (1991), for any number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.interval import wilson_interval
from gdviz.nn.optimizers import OPTIMIZERS

Array = npt.NDArray[np.float64]

DIMENSIONS = (1, 2, 10)
N_STARTS = 1000

HALF_WIDTH = 5.12
"""Starts are drawn evenly from a cube of twice this width."""

N_VALLEYS = 11
"""Valleys along each axis of the cube; in d dimensions there are 11 to the power of d."""

LEARNING_RATE = 0.002
"""η below 1/C″, which is 0.0025 where the bend is sharpest: no step leaps over a bottom or top."""

LEARNING_RATES = {
    "gradient_descent": LEARNING_RATE,
    "momentum": LEARNING_RATE,
    "nesterov": LEARNING_RATE,
    "adagrad": 0.2,
    "rmsprop": 0.005,
    "adam": 0.05,
    "adamw": 0.05,
}
"""With which each optimizer brings nearly every ball to rest."""

N_STEPS = 1000
_TOLD_EVERY = 20
_AT_REST = 1.0
"""|∂C/∂x| along every axis: a ball is then within 0.003 of the bottom of its valley."""
_BELOW_ALL_OTHERS = 0.5
"""The deepest valley has a cost of 0, the next ones 0.995."""


class ManyValleys:
    """C(x) = Σ (x² + 10 − 10 cos 2πx), the deepest valley at 0; a `CostFunction`."""

    def value(self, points: Array, /) -> Array:
        """Give C, shape (n,), at points of shape (n, d)."""
        return np.asarray((points**2 + 10 - 10 * np.cos(2 * math.pi * points)).sum(axis=1))

    def gradient(self, points: Array, /) -> Array:
        """Give ∇C, shape (n, d)."""
        return np.asarray(2 * points + 20 * math.pi * np.sin(2 * math.pi * points))


@dataclass(frozen=True, eq=False, slots=True)
class Tally:
    """Where the starts ended; arrays are read-only.

    Parameters
    ----------
    starts, ends : float64 ndarrays of shape (n, d)
        Where each ball was let go and where it came to rest.
    costs : float64 ndarray of shape (n,)
        C at the ends; 0 in the deepest valley.
    n_deepest : int
        How many ended in the deepest valley.
    n_elsewhere : int
        How many came to rest in another valley. All others still move, or were thrown out.
    low, high : float
        Wilson's 95 % interval of n_deepest/n.
    """

    starts: Array
    ends: Array
    costs: Array
    n_deepest: int
    n_elsewhere: int
    low: float
    high: float

    @property
    def n_starts(self) -> int:
        """Number of starts."""
        return len(self.starts)

    @property
    def n_restless(self) -> int:
        """How many are in no valley: they still move, or were thrown out of every bound."""
        return self.n_starts - self.n_deepest - self.n_elsewhere

    @property
    def share(self) -> float:
        """Share that ended in the deepest valley, 0 to 1."""
        return self.n_deepest / self.n_starts

    @property
    def n_dimensions(self) -> int:
        """Number of variables."""
        return int(self.starts.shape[1])

    @property
    def n_valleys(self) -> int:
        """Number of valleys in the cube."""
        return int(N_VALLEYS**self.n_dimensions)


def tally(
    n_dimensions: int,
    generator: np.random.Generator,
    n_starts: int = N_STARTS,
    *,
    optimizer: str = "gradient_descent",
    learning_rate: float = LEARNING_RATE,
    tell: Callable[[float], None] = lambda _share: None,
) -> Tally:
    """Let balls go at random and count which reach the deepest valley.

    Parameters
    ----------
    n_dimensions : int
        Number of variables d, at least 1; see `DIMENSIONS`.
    generator : numpy.random.Generator
        Draws the starts.
    n_starts : int
        At least 1.
    optimizer : str
        A key of `gdviz.nn.optimizers.OPTIMIZERS`; `N_STEPS` steps of it are taken.
    learning_rate : float
        η, above 0.
    tell : callable, optional
        Told now and then the share of the steps that is taken; may raise to end the work.

    Raises
    ------
    ValueError
        If a number is out of its range, or the optimizer is unknown.

    Notes
    -----
    The function is a sum over the variables, and every optimizer here treats each by itself, so
    that each must find its own deepest valley: if one does with probability p, about 1/10, all d
    do with p to the power of d.
    """
    if n_dimensions < 1 or n_starts < 1:
        raise ValueError(f"a tally needs a dimension and a start, not {n_dimensions}, {n_starts}")
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"a learning rate is a finite number above 0, not {learning_rate}")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"unknown optimizer {optimizer!r}; one of {', '.join(OPTIMIZERS)}")
    starts = generator.uniform(-HALF_WIDTH, HALF_WIDTH, (n_starts, n_dimensions))
    ends = starts.copy()
    # What is thrown out is infinite, and counted as such.
    with np.errstate(over="ignore", invalid="ignore"):
        _descend(ends, optimizer, learning_rate, tell)
        costs = ManyValleys().value(ends)
        deepest = costs < _BELOW_ALL_OTHERS
        n_elsewhere = int((_is_at_rest(ends) & ~deepest).sum())
    for array in (starts, ends, costs):
        array.flags.writeable = False
    n_deepest = int(deepest.sum())
    interval = wilson_interval(n_deepest, n_starts)
    return Tally(starts, ends, costs, n_deepest, n_elsewhere, *interval)


def _descend(
    points: Array, optimizer: str, learning_rate: float, tell: Callable[[float], None]
) -> None:
    """Take all steps with all balls at once, in place."""
    function, chosen = ManyValleys(), OPTIMIZERS[optimizer]
    flat = points.reshape(-1)
    memory = np.zeros((len(chosen.arrays), flat.size))
    for step in range(1, N_STEPS + 1):
        chosen.update(flat, function.gradient(points).reshape(-1), memory, step, learning_rate)
        if step % _TOLD_EVERY == 0:
            tell(step / N_STEPS)


def _is_at_rest(points: Array) -> npt.NDArray[np.bool_]:
    """Give which points lie at the bottom of a valley, shape (n,)."""
    is_flat = np.abs(ManyValleys().gradient(points)) < _AT_REST
    is_bottom = np.cos(2 * math.pi * points) > 0  # tops are flat, too
    is_inside = np.abs(points) < HALF_WIDTH + 1
    return np.asarray((is_flat & is_bottom & is_inside).all(axis=1))
