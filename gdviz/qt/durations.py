"""The newest of many durations, and what is typical and what is rare among them.

Knows nothing of Qt; owned by one thread.
"""

from __future__ import annotations

from collections import deque

import numpy as np

KEPT = 300
"""Durations kept: five seconds of frames at 60 Hz."""


class Durations:
    """A ring of durations in milliseconds.

    Parameters
    ----------
    kept : int, default KEPT
        How many are remembered; older ones are forgotten.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._values: deque[float] = deque(maxlen=kept)

    def __len__(self) -> int:
        return len(self._values)

    def add(self, duration_ms: float) -> None:
        """Remember a duration."""
        self._values.append(duration_ms)

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()

    def percentile(self, percent: float) -> float | None:
        """Give the duration that so many per cent do not exceed, or None if there is none.

        Always one that was measured: of 300, the 99th percentile is the fourth longest.
        """
        if not self._values:
            return None
        return float(np.percentile(list(self._values), percent, method="lower"))

    def recent_mean(self, count: int) -> float | None:
        """Give the mean of the newest `count`, or None if there is none."""
        newest = list(self._values)[-count:]
        return sum(newest) / len(newest) if newest else None

    @property
    def median(self) -> float | None:
        """The typical duration, or None if there is none."""
        return self.percentile(50)

    @property
    def longest(self) -> float | None:
        """The longest, or None if there is none."""
        return max(self._values, default=None)

    @property
    def total(self) -> float:
        """The sum of all that are remembered."""
        return sum(self._values)
