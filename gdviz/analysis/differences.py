"""Differences with their 95 % intervals: of costs that follow each other, and of accuracies.

Any thread may call. Imports NumPy and `interval`.

References
----------
Law, *Simulation Modeling and Analysis*, 5th edition (2014): 9.5.3 batch means, 11.2 common random
numbers: to compare two systems under the same randomness, take differences pair by pair.
Schmeiser, *Batch size effects in the analysis of simulation output* (1982): 10 to 30 batches.
Newcombe, *Interval estimation for the difference between independent proportions* (1998),
method 10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.interval import wilson_interval

N_BATCHES = 16
T_95 = 2.131449545559323
"""Student's t with `N_BATCHES` - 1 degrees of freedom lies within ± this with 95 %."""
LEAST_PAIRS = 4 * N_BATCHES


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference, second minus first, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_nothing(self) -> bool:
        """Whether all that entered was equal: it is exactly 0, and so is its scatter."""
        return self.low == self.value == self.high == 0

    @property
    def is_within_noise(self) -> bool:
        """Whether it may as well be 0."""
        return self.low <= 0 <= self.high


def mean_difference(differences: npt.NDArray[np.float64]) -> Difference | None:
    """Give the mean of differences that follow each other in time, by batch means.

    Parameters
    ----------
    differences : ndarray of shape (n,)
        The oldest are left out if n is no multiple of `N_BATCHES`.

    Returns
    -------
    Difference or None
        None if there are fewer than `LEAST_PAIRS`, or not all are finite.
    """
    size = len(differences) // N_BATCHES
    if len(differences) < LEAST_PAIRS or not np.isfinite(differences).all():
        return None
    means = differences[-size * N_BATCHES :].reshape(N_BATCHES, size).mean(axis=1)
    value = float(means.mean())
    half = T_95 * float(means.std(ddof=1)) / math.sqrt(N_BATCHES)
    return Difference(value, value - half, value + half)


def proportion_difference(first: tuple[int, int], second: tuple[int, int]) -> Difference:
    """Give the difference of two independent proportions, second minus first, with its interval.

    Parameters
    ----------
    first, second : pair of int
        Successes and trials.

    Notes
    -----
    Newcombe's method 10: with Wilson's ends l and u of each share p, the low end is
    p₂ − p₁ − √((p₂ − l₂)² + (u₁ − p₁)²), the high end p₂ − p₁ + √((u₂ − p₂)² + (p₁ − l₁)²).
    """
    share_1, share_2 = first[0] / first[1], second[0] / second[1]
    (low_1, high_1), (low_2, high_2) = wilson_interval(*first), wilson_interval(*second)
    value = share_2 - share_1
    below = math.hypot(share_2 - low_2, high_1 - share_1)
    above = math.hypot(high_2 - share_2, share_1 - low_1)
    return Difference(value, value - below, value + above)
