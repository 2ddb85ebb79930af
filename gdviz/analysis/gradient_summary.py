"""A gradient in a few numbers: its largest components, how many carry it, its distribution.

Imports `gdviz.nn.parameters`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Component:
    """One weight or bias and its slope.

    Parameters
    ----------
    index : int
        Position in the vector.
    title : str
        Its name, as `gdviz.nn.parameters.Layout.component_title` says it.
    value : float
        The weight or bias itself.
    gradient : float
        ∂C/∂(this): descent moves the other way.
    """

    index: int
    title: str
    value: float
    gradient: float


def largest_components(gradient: Parameters, parameters: Parameters, count: int) -> list[Component]:
    """Give the components that matter most now: the largest |∂C/∂w|, in falling order.

    Parameters
    ----------
    gradient, parameters : Parameters
        Of one layout.
    count : int
        How many; fewer come back if there are fewer. Of equal ones the first wins.

    Raises
    ------
    ValueError
        If the layouts differ or the count is negative.
    """
    if gradient.layout.layer_sizes != parameters.layout.layer_sizes:
        raise ValueError(
            f"a gradient of {gradient.layout.layer_sizes} does not belong to parameters of "
            f"{parameters.layout.layer_sizes}"
        )
    if count < 0:
        raise ValueError(f"the number of components must not be negative, not {count}")
    sizes = np.nan_to_num(np.abs(gradient.vector), nan=np.inf, posinf=np.inf)
    count = min(count, sizes.size)
    if count == 0:
        return []
    least = np.partition(sizes, sizes.size - count)[sizes.size - count]
    candidates = np.flatnonzero(sizes >= least)
    order = candidates[np.argsort(-sizes[candidates], kind="stable")][:count]
    return [
        Component(
            int(index),
            gradient.layout.component_title(int(index)),
            float(parameters.vector[index]),
            float(gradient.vector[index]),
        )
        for index in order
    ]


def carried(gradient: Parameters, shares: Sequence[float] = (0.5, 0.9)) -> tuple[int, ...]:
    """Give how many weights carry given shares of the gradient.

    Parameters
    ----------
    gradient : Parameters
    shares : sequence of float
        0 to 1.

    Returns
    -------
    tuple of int
        For each share the least number of weights whose squared components sum to that share
        of the sum over all weights. Biases do not count. 0 where the gradient is zero.

    Raises
    ------
    ValueError
        If a share is not within 0 to 1.
    """
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError(f"a share must be 0 to 1, not {share}")
    weights = np.concatenate([w.ravel() for w in gradient.weights]).astype(np.float64)
    sums = np.cumsum(np.sort(weights * weights)[::-1])
    if not sums[-1] > 0:
        return tuple(0 for _ in shares)
    # The last sum itself is the whole, so that a share of 1 is reached in spite of rounding.
    return tuple(
        int(np.searchsorted(sums, share * sums[-1])) + 1 if share > 0 else 0 for share in shares
    )


class LogHistogram(NamedTuple):
    """How magnitudes are distributed over the powers of ten.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Evenly spaced in the logarithm.
    counts : ndarray of shape (n_bins,)
    zeros : int
        Exact zeros, which no logarithmic axis shows.
    """

    edges: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    zeros: int


def log_histogram(values: npt.NDArray[np.floating[Any]], bins_per_decade: int = 5) -> LogHistogram:
    """Count the magnitudes of values in bins that are even on a logarithmic axis.

    Parameters
    ----------
    values : ndarray of any shape
        Signs do not count; what is not finite is left out.
    bins_per_decade : int
        The edges stand at whole multiples of 1/bins_per_decade of a decade, so that they do
        not creep from one gradient to the next.

    Raises
    ------
    ValueError
        If there is not at least one bin in a decade.
    """
    if bins_per_decade < 1:
        raise ValueError(f"a decade needs at least one bin, not {bins_per_decade}")
    sizes = np.abs(values[np.isfinite(values)]).astype(np.float64)
    positive = sizes[sizes > 0]
    zeros = int(sizes.size - positive.size)
    if positive.size == 0:
        return LogHistogram(np.array([0.1, 1.0]), np.zeros(1, np.int64), zeros)
    bins = np.floor(np.log10(positive) * bins_per_decade).astype(np.int64)
    lowest = int(bins.min())
    counts = np.bincount(bins - lowest).astype(np.int64)
    edges = 10.0 ** ((lowest + np.arange(counts.size + 1)) / bins_per_decade)
    return LogHistogram(edges, counts, zeros)
