"""How sure an accuracy is: Wilson's 95 % interval.

Imports NumPy only. Every accuracy on the screen stands beside its k/n and this interval.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Z_95 = 1.959963984540054
"""The normal distribution holds 95 % within ± this many standard deviations."""


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """Give the 95 % interval of a proportion.

    Parameters
    ----------
    correct : int
        Number of successes, 0 to `total`.
    total : int
        Number of trials, at least 1.

    Returns
    -------
    low, high : float
        Within 0 to 1. With no success the low end is exactly 0, with no failure the high
        end exactly 1.

    Raises
    ------
    ValueError
        If there are no trials or the successes are not between 0 and their number.

    Notes
    -----
    With p = k/n: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z √(p(1−p)/n)
    it does not leave 0 to 1 and is right for few trials and for proportions near 1.

    References
    ----------
    Wilson, *Probable inference, the law of succession, and statistical inference* (1927).
    """
    if total < 1:
        raise ValueError(f"an interval needs at least one trial, not {total}")
    if not 0 <= correct <= total:
        raise ValueError(f"{correct} successes of {total} trials is not possible")
    low, high = wilson_intervals(np.array([correct]), np.array([total]))
    return float(low[0]), float(high[0])


def wilson_intervals(
    correct: npt.NDArray[np.int64], total: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give `wilson_interval` of many proportions, shapes (n,); counts are not checked."""
    share = correct / total
    square = Z_95 * Z_95 / total
    center = (share + square / 2) / (1 + square)
    half = Z_95 * np.sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
    low = np.where(correct == 0, 0.0, center - half)
    high = np.where(correct == total, 1.0, center + half)
    return low, high
