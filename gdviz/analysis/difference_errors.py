"""How wrong finite differences are for each ε: truncation on the right, round-off on the left.

Pure functions; any thread may call. Imports `gradient_check`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.gradient_check import GradientProblem, Look, best_epsilon
from gdviz.nn.parameters import FloatArray

Vector = npt.NDArray[np.float64]

PER_DECADE = 3
LARGEST, SMALLEST = 0, -12
"""ε from 1 to 1e-12, as powers of ten: in float32 truncation is seen near 1 only."""
N_COMPONENTS = 24
DTYPES = ("float64", "float32")
SEED = 0
_STRAIGHT = 10.0
"""The branches are straight this many times above and below the best ε."""
_LARGE = 0.3
"""Beyond this ε higher powers of it bend the truncation branch."""


@dataclass(frozen=True, eq=False, slots=True)
class ErrorCurve:
    """The error of one kind of difference in one precision; arrays are read-only.

    Parameters
    ----------
    dtype : str
        A key of `DTYPES`: of the costs and of what is added to a weight.
    is_central : bool
        (C(θ + εe) − C(θ − εe)) / 2ε, else (C(θ + εe) − C(θ)) / ε.
    epsilon : float64 ndarray of shape (m,)
        Falling.
    error : float64 ndarray of shape (m,)
        √ of the mean over the components of (difference − backpropagation)², where
        backpropagation is in float64. Not the median: where ε is small, most differences of two
        float32 costs are exactly 0 and few of them enormous.
    """

    dtype: str
    is_central: bool
    epsilon: Vector
    error: Vector

    @property
    def title(self) -> str:
        """For example ``central, float64``."""
        return f"{'central' if self.is_central else 'forward'}, {self.dtype}"

    @property
    def best(self) -> float:
        """The ε with the smallest error; NaN if none is finite."""
        if not np.isfinite(self.error).any():
            return math.nan
        return float(self.epsilon[np.nanargmin(self.error)])

    @property
    def least_error(self) -> float:
        """The error there."""
        return float(np.nanmin(self.error)) if np.isfinite(self.error).any() else math.nan

    @property
    def recommended(self) -> float:
        """What theory says: √eps or ∛eps."""
        return best_epsilon(self.dtype, is_central=self.is_central)

    @property
    def truncation_slope(self) -> float:
        """Slope of log error over log ε to the right of the best; NaN if too few points."""
        return self._slope((self.epsilon >= _STRAIGHT * self.best) & (self.epsilon <= _LARGE))

    @property
    def rounding_slope(self) -> float:
        """Slope to the left of the best; NaN if too few points.

        It ends where ε is lost when it is added to a weight: then both costs are the same, and
        the error stays |∂C/∂w|.
        """
        floor = float(np.finfo(self.dtype).eps)
        return self._slope((self.epsilon <= self.best / _STRAIGHT) & (self.epsilon >= floor))

    def _slope(self, where: npt.NDArray[np.bool_]) -> float:
        where = where & np.isfinite(self.error) & (self.error > 0)
        if where.sum() < 3:
            return math.nan
        return float(np.polyfit(np.log(self.epsilon[where]), np.log(self.error[where]), 1)[0])


def epsilons() -> Vector:
    """Give every ε that is tried, falling."""
    return np.logspace(LARGEST, SMALLEST, (LARGEST - SMALLEST) * PER_DECADE + 1)


def sampled_components(
    gradient: FloatArray, generator: np.random.Generator, count: int = N_COMPONENTS
) -> npt.NDArray[np.intp]:
    """Draw components whose gradient is not exactly 0, each once, rising.

    A weight behind a pixel that is dark in every example has neither error nor gradient: it says
    nothing of ε.
    """
    candidates = np.flatnonzero(gradient)
    drawn = generator.choice(candidates, min(count, candidates.size), replace=False)
    return np.sort(drawn)


def error_curves(
    problem: GradientProblem,
    components: npt.NDArray[np.intp],
    *,
    look: Look,
    tell: Callable[[float], None],
) -> tuple[ErrorCurve, ...]:
    """Measure both kinds of differences in both precisions; every cost is a whole forward pass.

    Parameters
    ----------
    problem : GradientProblem
        In float64, with parameters that float32 holds exactly, as those in training are.
    components : ndarray of intp
        Positions in the vector.
    look : callable
        Called once for each ε and precision; may raise.
    tell : callable
        Told the share that is done, 0 to 1.

    Returns
    -------
    tuple of ErrorCurve
        For each precision the forward, then the central differences; empty without components.
    """
    if components.size == 0:
        return ()
    truth, tried = problem.backpropagated().vector[components], epsilons()
    curves = []
    for place, dtype in enumerate(DTYPES):
        rounded = problem.in_dtype(dtype)
        start = rounded.value(rounded.parameters)
        errors = np.empty((2, tried.size))
        for k, epsilon in enumerate(tried):
            above, below = _moved_costs(rounded, components, epsilon)
            differences = (above - start) / epsilon, (above - below) / (2 * epsilon)
            errors[:, k] = [np.sqrt(np.mean((found - truth) ** 2)) for found in differences]
            tell((place + (k + 1) / tried.size) / len(DTYPES))
            look()
        for kind, error in enumerate(errors):
            error.flags.writeable = False
            curves.append(ErrorCurve(dtype, kind == 1, tried, error))
    return tuple(curves)


def _moved_costs(
    problem: GradientProblem, components: npt.NDArray[np.intp], epsilon: float
) -> tuple[Vector, Vector]:
    """Give the costs with each component moved up and down; what is added is rounded as it is."""
    moved = problem.parameters.copy()
    costs = np.empty((2, components.size))
    for k, index in enumerate(components):
        value = problem.parameters.vector[index]
        for row, change in enumerate((epsilon, -epsilon)):
            moved.vector[index] = value + moved.vector.dtype.type(change)
            costs[row, k] = problem.value(moved)
        moved.vector[index] = value
    return costs[0], costs[1]
