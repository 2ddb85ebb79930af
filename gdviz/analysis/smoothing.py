"""The smoothed cost curve: an exponential mean that tells the truth about its start.

An exponential mean that begins at zero is too low for the first hundred steps, and one that
begins at the first value trusts that value too much. Dividing by the total weight so far
makes every point a true weighted mean of the values up to it.

Imports NumPy only: `scipy.signal` has this filter, but takes half a second to import. Next:
`history`, which keeps the raw curve beside it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_BLOCK = 256
"""Values that are filtered by one matrix product."""


class ExponentialMean:
    """Debiased exponential mean of a sequence that arrives in pieces.

    Owned by one thread. The result does not depend on how the sequence is cut into pieces.

    Parameters
    ----------
    time_constant : float
        Number of steps after which a value's weight has fallen to 1/e; positive. The weight
        does not depend on the length of the curve.

    Raises
    ------
    ValueError
        If the time constant is not a positive finite number.

    Notes
    -----
    With r = exp(−1/time_constant) and m_0 = w_0 = 0, for k = 1, 2, ...::

        m_k = r m_(k−1) + (1 − r) x_k
        w_k = r w_(k−1) + (1 − r)          (= 1 − r^k if every value is finite)
        result_k = m_k / w_k

    A value that is not finite adds to neither m nor w, and the result is NaN there: one
    broken step does not wipe out the curve behind it.

    References
    ----------
    Kingma, Ba, *Adam: a method for stochastic optimization* (2015), section 3, for the
    correction of the start.
    """

    def __init__(self, time_constant: float) -> None:
        if not (math.isfinite(time_constant) and time_constant > 0):
            raise ValueError(f"the time constant must be a positive number, not {time_constant}")
        self._remain = math.exp(-1 / time_constant)
        ages = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
        powers = (1 - self._remain) * self._remain ** np.maximum(ages, 0)
        self._weights = np.where(ages >= 0, powers, 0)
        self._decay = self._remain ** np.arange(1, _BLOCK + 1)
        self._total = 0.0
        self._weight = 0.0

    @property
    def sums(self) -> tuple[float, float]:
        """The sums m and w now: all that is needed to go on."""
        return self._total, self._weight

    @sums.setter
    def sums(self, sums: tuple[float, float]) -> None:
        self._total, self._weight = sums

    def extend(self, values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Take the values that follow and give the mean at each of them.

        Parameters
        ----------
        values : ndarray of shape (n,)
            May be empty.

        Returns
        -------
        ndarray of shape (n,), float64
        """
        sequence = np.asarray(values, np.float64)
        if sequence.size == 0:
            return np.empty(0)
        is_finite = np.isfinite(sequence)
        total = self._filtered(np.where(is_finite, sequence, 0.0), self._total)
        weight = self._filtered(is_finite.astype(np.float64), self._weight)
        self._total, self._weight = float(total[-1]), float(weight[-1])
        result = np.full(sequence.shape, np.nan)
        np.divide(total, weight, out=result, where=is_finite)
        return result

    def _filtered(
        self, sequence: npt.NDArray[np.float64], before: float
    ) -> npt.NDArray[np.float64]:
        """Run y_k = r y_(k−1) + (1 − r) x_k from y_0 = `before`.

        Within a block y_k = r^k y_0 + Σ_j (1 − r) r^(k−j) x_j is one matrix product for all
        blocks at once; only what a block hands to the next is left to a loop.
        """
        size = min(_BLOCK, sequence.size)
        n_blocks = -(-sequence.size // size)
        padded = np.zeros(n_blocks * size)
        padded[: sequence.size] = sequence
        inside = padded.reshape(n_blocks, size) @ self._weights[:size, :size].T
        for index in range(n_blocks):
            inside[index] += self._decay[:size] * before
            before = float(inside[index, -1])
        return np.asarray(inside.ravel()[: sequence.size])
