"""What each output adds to the cost of one example, and how a column is rounded to add up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class CostTerms:
    """The cost of one example as a sum over its outputs.

    Parameters
    ----------
    terms : ndarray of shape (n_outputs,), float64
    total : float
        Their sum; perhaps not finite.
    decimals : int
        With which they are written, so that the largest has some digits that count.
    """

    terms: npt.NDArray[np.float64]
    total: float
    decimals: int

    @property
    def is_finite(self) -> bool:
        """Whether there is anything to be written as numbers."""
        return math.isfinite(self.total)

    def shown(self) -> npt.NDArray[np.float64]:
        """Give the terms as they are written: their sum is the total as it is written."""
        return rounded_to_sum(self.terms, self.decimals)


def cost_terms(
    scaled_inputs: FloatArray, outputs: FloatArray, target: FloatArray, output: str, cost: str
) -> CostTerms:
    """Give what each output adds to the cost of one example.

    Any thread may call.

    Parameters
    ----------
    scaled_inputs : ndarray of shape (n_outputs,)
        t = gz of the last layer: its weighted inputs, times the steepness where there is one.
    outputs, target : ndarray of shape (n_outputs,)
    output, cost : str
        Keys of the output activation and of the cost.

    Notes
    -----
    Quadratic: (a − y)². Cross-entropy of sigmoids: −ln a where 1 is wanted, −ln(1 − a) where 0
    is. Of softmax: −ln a where 1 is wanted, else 0. The logarithms are taken of the weighted
    inputs, so that a saturated output adds a large number and not infinity.
    """
    t, a, y = (np.asarray(part, np.float64) for part in (scaled_inputs, outputs, target))
    with np.errstate(all="ignore"):
        if cost == "quadratic":
            terms = (a - y) ** 2
        elif output == "softmax":
            highest = t.max()
            terms = y * (np.log(np.exp(t - highest).sum()) + highest - t)
        else:
            terms = np.maximum(t, 0) + np.log1p(np.exp(-np.abs(t))) - y * t
        total = float(terms.sum())
    return CostTerms(terms, total, decimals_for(total))


def decimals_for(size: float) -> int:
    """Give with how many decimals a cost is written: four, and more if it is next to nothing."""
    if not math.isfinite(size) or size == 0 or abs(size) >= 0.01:
        return 4
    return 6 if abs(size) >= 1e-4 else 8


def rounded_to_sum(values: npt.ArrayLike, decimals: int) -> npt.NDArray[np.float64]:
    """Round each number down or up, so that what is written adds up to the rounded sum.

    Parameters
    ----------
    values : array-like of shape (n,)
        Finite, or they come back as they are.
    decimals : int

    Returns
    -------
    ndarray of shape (n,), float64
        Each less than one unit of the last decimal from its value; what needs no rounding is
        not changed.

    Notes
    -----
    The method of the largest remainders: all are rounded down, and as many as the sum lacks,
    those that lost most, are rounded up.
    """
    exact = np.asarray(values, np.float64)
    scale = 10.0**decimals
    # Beyond this a double has no such decimals: there is nothing to be rounded.
    if not np.isfinite(exact).all() or np.abs(exact).sum() * scale > 2**50:
        return exact
    # A value that is written exactly, as 0.3, is not exactly a whole number of units.
    units = np.round(exact * scale, 6)
    low = np.floor(units)
    lost = units - low
    lacking = int(np.rint(lost.sum()))
    low[np.argsort(-lost, kind="stable")[:lacking]] += 1
    return low / scale
