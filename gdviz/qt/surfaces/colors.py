"""The range of colours of the map: locked between refreshes, growing when it must."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LOGARITHMIC_FROM = 8.0
"""Highest over lowest cost from which equal ratios get equal steps of colour."""


@dataclass
class ColorRange:
    """Lowest and highest cost of the colour bar.

    Parameters
    ----------
    locked : bool
        True: a new slice can only widen the range. False: each slice sets it anew.
    logarithmic : bool or None
        None: logarithmic if the costs span `LOGARITHMIC_FROM` times or more.
    """

    locked: bool = True
    logarithmic: bool | None = None
    low: float = math.nan
    high: float = math.nan

    def include(self, costs: npt.NDArray[np.floating[Any]], extra: float) -> None:
        """Take a new slice, and the ball's true cost, into the range."""
        values = costs[np.isfinite(costs)]
        low = float(values.min()) if values.size else extra
        high = float(values.max()) if values.size else extra
        if math.isfinite(extra):
            low, high = min(low, extra), max(high, extra)
        if self.locked and math.isfinite(self.low):
            low, high = min(low, self.low), max(high, self.high)
        if not high > low:
            high = low + max(abs(low), 1.0) * 1e-6
        self.low, self.high = low, high

    def forget(self) -> None:
        """Let the next slice set the range."""
        self.low = self.high = math.nan

    @property
    def is_logarithmic(self) -> bool:
        """Whether colours go by ratios now; never if a cost is 0."""
        if not self.low > 0:
            return False
        if self.logarithmic is None:
            return self.high / self.low >= LOGARITHMIC_FROM
        return self.logarithmic

    def position(self, cost: float) -> float:
        """Give where a cost stands on the bar, 0 low to 1 high, clipped."""
        if self.is_logarithmic:
            cost = max(cost, self.low)
            share = math.log(cost / self.low) / math.log(self.high / self.low)
        else:
            share = (cost - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Give a few round costs within the range."""
        if not self.is_logarithmic:
            return round_numbers(self.low, self.high, 6)
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for factors in ((1, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
            found = [f * 10.0**k for k in decades for f in factors]
            found = [value for value in found if self.low <= value <= self.high]
            if len(found) <= 8:
                return found
        return found[:: math.ceil(len(found) / 8)]


def round_numbers(low: float, high: float, most: int) -> list[float]:
    """Give at most so many multiples of 1, 2 or 5 times a power of ten, from low to high."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(f * power for f in (1, 2, 5, 10, 20) if (high - low) / (f * power) <= most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]
