"""What one way of training gains over another, from some starts of each, and figures as words.

Imports NumPy and `repeats`.
"""

from __future__ import annotations

import math

import numpy as np

from gdviz.experiments.repeats import Interval, Values, mean_interval, t_quantile


def gain_interval(first: Values, second: Values) -> Interval | None:
    """Give the 95 % interval of mean(second) − mean(first); None if either has fewer than two.

    Parameters
    ----------
    first, second : ndarray of shape (n,), (m,)
        Independent values; their spreads may differ.

    Notes
    -----
    Welch's: s₁²/n + s₂²/m is the square of the error, with Satterthwaite's degrees of freedom,
    rounded down. They are never fewer than those of the smaller group.

    References
    ----------
    Welch, *The generalization of "Student's" problem when several different population variances
    are involved* (1947).
    """
    if min(len(first), len(second)) < 2:
        return None
    gain = float(np.mean(second)) - float(np.mean(first))
    parts = [float(np.var(values, ddof=1)) / len(values) for values in (first, second)]
    total = sum(parts)
    if total == 0:
        return gain, gain
    # Shares of the total: squares of tiny variances would be 0.
    inverse = sum(
        (part / total) ** 2 / (len(values) - 1)
        for part, values in zip(parts, (first, second), strict=True)
    )
    half = t_quantile(max(1, int(1 / inverse + 1e-9))) * math.sqrt(total)
    return gain - half, gain + half


def percent_interval(values: Values) -> Interval | None:
    """Give Student's 95 % interval of a mean of percentages, which is never beyond 0 and 100."""
    found = mean_interval(values)
    return None if found is None else (max(found[0], 0.0), min(found[1], 100.0))


def percent_words(values: Values, digits: int = 1) -> str:
    """Write a mean of percentages with its interval, for example ``95.1 [94.8, 95.4] %``."""
    return f"{with_interval(float(np.mean(values)), percent_interval(values), digits)} %"


def with_interval(value: float, interval: Interval | None, digits: int = 1) -> str:
    """Write a figure with its 95 % interval, for example ``95.1 [94.8, 95.4]``."""
    if interval is None:
        return f"{value:.{digits}f}"
    low, high = interval
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]".replace("-", "−")
