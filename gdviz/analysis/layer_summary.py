"""What the numbers of one layer are like: a row of a table and a sentence.

Imports NumPy only. Any thread may call.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray

_MINUS = "−"


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """The numbers of one layer; those of a kind of which one is not finite are not finite.

    Parameters
    ----------
    shape : tuple of int
        (n_out, n_in).
    mean, deviation, smallest, largest, norm : float
        Of the weights: deviation is the standard one over all of them, norm the Euclidean one.
    bias_mean, bias_smallest, bias_largest : float
    n_not_finite : int
        Weights and biases that are NaN or infinite.
    n_never_lit : int or None
        Weights on inputs that are 0 in every training image: nothing was ever learned there. None
        where that is not known, and behind the first layer.
    """

    shape: tuple[int, int]
    mean: float
    deviation: float
    smallest: float
    largest: float
    norm: float
    bias_mean: float
    bias_smallest: float
    bias_largest: float
    n_not_finite: int
    n_never_lit: int | None = None

    def sentence(self, number: int) -> str:
        """Give the same for a screen reader, or to be copied.

        Parameters
        ----------
        number : int
            1 for the first layer with weights.

        Returns
        -------
        str
            Without a full stop at the end.
        """
        n_out, n_in = self.shape
        parts = f"layer {number}: {counted(n_out * n_in, 'weight')}"
        if math.isfinite(self.norm):
            parts += (
                f", mean {written(self.mean)}, standard deviation {written(self.deviation)}, "
                f"from {written(self.smallest)} to {written(self.largest)}"
            )
        if self.n_never_lit:
            parts += f", {self.n_never_lit:,} on pixels never lit"
        parts += f"; {counted(n_out, 'bias', 'biases')}"
        if math.isfinite(self.bias_mean):
            parts += f" from {written(self.bias_smallest)} to {written(self.bias_largest)}"
        if self.n_not_finite:
            parts += f"; {self.n_not_finite:,} of them NaN or infinite"
        return parts


def layer_summary(
    weights: FloatArray, biases: FloatArray, never_lit: npt.NDArray[Any] | None = None
) -> LayerSummary:
    """Give what the numbers of one layer are like.

    Parameters
    ----------
    weights : ndarray (n_out, n_in)
    biases : ndarray (n_out,)
    never_lit : ndarray of bool (n_in,), optional
        For the first layer: inputs that are 0 in every training image.
    """
    n_out, n_in = weights.shape
    n_not_finite = sum(int((~np.isfinite(part)).sum()) for part in (weights, biases))
    with np.errstate(all="ignore"):
        mean, deviation = float(weights.mean(dtype=float)), float(weights.std(dtype=float))
        return LayerSummary(
            (n_out, n_in),
            mean,
            deviation,
            float(weights.min()),
            float(weights.max()),
            # Σw² = n (mean² + deviation²), without a second float64 copy of a large matrix.
            math.sqrt(weights.size) * math.hypot(mean, deviation),
            float(biases.mean(dtype=float)),
            float(biases.min()),
            float(biases.max()),
            n_not_finite,
            None if never_lit is None else n_out * int(np.count_nonzero(never_lit)),
        )


def written(number: float) -> str:
    """Write a number to four digits, with a minus that is as wide as a plus."""
    return f"{number:,.4g}".replace("-", _MINUS)


def counted(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
