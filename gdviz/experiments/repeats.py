"""What many runs of the same thing say: 95 % intervals of their mean and of their spread.

Shares of images have Wilson's interval (`gdviz.analysis.interval`); these are for numbers that
differ from start to start. Imports NumPy only: `scipy.stats` takes a second to import.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Interval = tuple[float, float]
Values = npt.NDArray[np.floating[Any]]

_SHARE = 0.95
_HALVINGS = 60


@lru_cache(maxsize=256)
def t_quantile(degrees: int) -> float:
    """Give t such that Student's distribution holds 95 % within ± t.

    Parameters
    ----------
    degrees : int
        Degrees of freedom, at least 1.

    Notes
    -----
    Found by halving: for whole degrees of freedom the share within ± t is a finite sum of powers
    of cos θ, with tan θ = t/√degrees.

    References
    ----------
    Abramowitz, Stegun, *Handbook of mathematical functions* (1964), 26.7.3 and 26.7.4.
    """
    if degrees < 1:
        raise ValueError(f"Student's distribution needs at least one degree, not {degrees}")
    low, high = 0.0, math.pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _share_within(middle, degrees) < _SHARE else (low, middle)
    return math.tan((low + high) / 2) * math.sqrt(degrees)


def _share_within(angle: float, degrees: int) -> float:
    cosine, is_odd = math.cos(angle), degrees % 2 == 1
    if degrees == 1:
        return 2 * angle / math.pi
    term = cosine if is_odd else 1.0
    total = term
    for power in range(3 if is_odd else 2, degrees - 1, 2):
        term *= (power - 1) / power * cosine * cosine
        total += term
    total *= math.sin(angle)
    return 2 / math.pi * (angle + total) if is_odd else total


def mean_interval(values: Values) -> Interval | None:
    """Give Student's 95 % interval of the mean of independent values; None for fewer than two."""
    if len(values) < 2:
        return None
    half = t_quantile(len(values) - 1) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    mean = float(np.mean(values))
    return mean - half, mean + half


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation of independent values.

    Parameters
    ----------
    n : int
    deviation : float
        With n − 1 below the sum of squares.
    log_error : float
        Standard error of its logarithm.
    """

    n: int
    deviation: float
    log_error: float

    @property
    def interval(self) -> Interval:
        """95 %, by Student's distribution of the logarithm."""
        factor = math.exp(t_quantile(self.n - 1) * self.log_error)
        return self.deviation / factor, self.deviation * factor

    def ratio_to(self, other: Spread) -> tuple[float, Interval]:
        """Give how many times as large it is as an independent one, and the 95 % interval."""
        ratio = self.deviation / other.deviation
        error = math.hypot(self.log_error, other.log_error)
        factor = math.exp(t_quantile(min(self.n, other.n) - 1) * error)
        return ratio, (ratio / factor, ratio * factor)


def spread_of(values: Values) -> Spread | None:
    """Give the spread of some values; None for fewer than four, or if they do not differ.

    Notes
    -----
    The error is the jackknife's: how much ln s² differs when one value after the other is left
    out. Unlike the χ² interval it does not take the values for normal. O(n).

    References
    ----------
    Miller, *Jackknifing variances*, Annals of Mathematical Statistics 39 (1968).
    """
    n = len(values)
    if n < 4:
        return None
    apart = np.asarray(values, np.float64) - np.mean(values, dtype=np.float64)
    squares = apart * apart
    total = float(squares.sum())
    left = (total - n / (n - 1) * squares) / (n - 2)
    if total == 0 or left.min() <= 1e-12 * total:
        return None
    pseudo = n * math.log(total / (n - 1)) - (n - 1) * np.log(left)
    error = float(np.std(pseudo, ddof=1)) / math.sqrt(n)
    return Spread(n, math.sqrt(total / (n - 1)), error / 2)


def is_above(interval: Interval | None, threshold: float) -> bool | None:
    """Say whether a figure is above a threshold; None where its interval cannot tell."""
    if interval is None or interval[0] <= threshold <= interval[1]:
        return None
    return interval[0] > threshold


def is_below(interval: Interval | None, threshold: float) -> bool | None:
    """Say whether a figure is below a threshold; None where its interval cannot tell."""
    above = is_above(interval, threshold)
    return None if above is None else not above
