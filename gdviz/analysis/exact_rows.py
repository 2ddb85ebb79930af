"""Sums of numbers that are right to the digits shown: W + step = new W, each rounded by itself.

Imports NumPy only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from gdviz.nn.parameters import FloatArray

LEAST, MOST = 3, 12
"""Decimals shown."""
TRIED = 6
"""So many more decimals are tried until the rounded numbers add up."""


@dataclass(frozen=True, slots=True)
class ExactRow:
    """A parameter before and after a step.

    Parameters
    ----------
    index : int
        Position in `Parameters.vector`.
    value, step, after : Decimal
        All of so many decimals, each the correctly rounded number, and ``value + step == after``.
        Where no number of decimals up to 12 does that, the step is the difference of the other
        two.
    downhill : float
        −η times the component of ∇C.
    """

    index: int
    value: Decimal
    step: Decimal
    after: Decimal
    downhill: float

    @property
    def decimals(self) -> int:
        """How many are shown."""
        return -int(self.value.as_tuple().exponent)


def common_decimals(steps: Sequence[float]) -> int:
    """Give so many decimals that the smallest of some steps, zeros apart, shows two digits.

    It may show none if it is far smaller than the largest: of that no more than five digits.
    """
    sizes = [abs(step) for step in steps if math.isfinite(step) and step]
    if not sizes:
        return LEAST
    wanted = 1 - math.floor(math.log10(min(sizes)))
    enough = 4 - math.floor(math.log10(max(sizes)))
    return min(max(min(wanted, enough), LEAST), MOST)


def exact_row(
    index: int, value: float, after: float, downhill: float, least: int = LEAST
) -> ExactRow | None:
    """Give a row with as few decimals as show two digits of the step; None if not finite.

    Parameters
    ----------
    index : int
    value, after : float
        Before and after the step.
    downhill : float
    least : int
        Decimals shown at least.
    """
    if not (math.isfinite(value) and math.isfinite(after)):
        return None
    step = after - value
    first = max(least, common_decimals([step]))
    for decimals in range(first, min(first + TRIED, MOST) + 1):
        row = [_rounded(number, decimals) for number in (value, step, after)]
        if row[0] + row[1] == row[2]:
            return ExactRow(index, row[0], row[1], row[2], downhill)
    start, end = _rounded(value, first), _rounded(after, first)
    return ExactRow(index, start, end - start, end, downhill)


def _rounded(number: float, decimals: int) -> Decimal:
    return Decimal(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def largest_steps(step: FloatArray, count: int) -> tuple[int, ...]:
    """Give the positions of the largest components, the largest first; zeros are none."""
    sizes = np.nan_to_num(np.abs(step), nan=0.0, posinf=0.0)
    order = np.argsort(-sizes, kind="stable")[:count]
    return tuple(int(k) for k in order if sizes[k] > 0)
