"""Which images go wrong, in an order, and how the costs of all of them are distributed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.outcomes import Outcomes

Order = Literal["confidence", "cost", "pair"]
Rows = npt.NDArray[np.intp]

BINS = 40
PER_DECADE = 5
"""Bins of a logarithmic histogram from one power of ten to the next."""
MOST_DECADES = 10
"""Below a ten-billionth of the largest cost there is only rounding."""
SMALLEST = 1e-300
"""Costs below it are as good as 0: a bin's width could not be told from 0."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which images are looked at: all that are wrong, those of a cell, or those of a cost.

    Parameters
    ----------
    cell : (int, int) or None
        What they are and what the network says of them; a cell of the diagonal is right.
    costs : (float, float) or None
        From the first up to, but not including, the second; right or wrong.
    """

    cell: tuple[int, int] | None = None
    costs: tuple[float, float] | None = None


def chosen_rows(outcomes: Outcomes, choice: Choice) -> Rows:
    """Give the rows of the images that are looked at, rising."""
    if choice.cell is not None:
        label, said = choice.cell
        is_chosen = (outcomes.labels == label) & (outcomes.said == said)
    elif choice.costs is not None:
        low, high = choice.costs
        is_chosen = (outcomes.costs >= low) & (outcomes.costs < high)
    else:
        is_chosen = ~outcomes.is_right
    return np.flatnonzero(is_chosen)


def in_order(outcomes: Outcomes, rows: Rows, order: Order) -> Rows:
    """Put images in an order.

    Any thread may call.

    Parameters
    ----------
    outcomes : Outcomes
    rows : ndarray of shape (k,), intp
    order : {"confidence", "cost", "pair"}
        The largest output first; the highest cost first; or by label, then by what is said,
        and within those the largest output first. Equals, to float32, stay in the order of
        their rows; what is not a number comes last.

    Returns
    -------
    ndarray of shape (k,), intp
    """
    if order == "cost":
        return np.asarray(rows[_falling(outcomes.costs[rows])])
    rows = rows[_falling(outcomes.outputs[rows, outcomes.said[rows]])]
    if order == "pair":
        # Whole numbers of two bytes are sorted by counting.
        for values in (outcomes.said, outcomes.labels):
            rows = rows[np.argsort(values[rows].astype(np.uint16), kind="stable")]
    return np.asarray(rows)


def _falling(values: npt.NDArray[np.floating]) -> Rows:
    """Give the order from the largest to the smallest; NaN last, equals as they were.

    Sorted are whole numbers made of a value, as float32, and its place: five times as quick as a
    stable sort of 60,000 numbers.
    """
    falling = np.subtract(0, values, dtype=np.float32)
    bits = np.where(np.isnan(falling), np.float32(np.nan), falling).view(np.int32)
    # The bits of a float rise with it, those of a negative one fall.
    rising = np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits).astype(np.int64)
    keys = np.sort((rising << 32) | np.arange(len(values)))
    return np.asarray(keys & 0xFFFFFFFF, np.intp)


@dataclass(frozen=True, eq=False, slots=True)
class CostHistogram:
    """How many images cost how much.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,), float64
        Rising. A bin holds from its low edge up to, but not including, its high one; the last
        edge stands a hair above the largest cost.
    n_right, n_wrong : ndarray of shape (n_bins,), int64
    mean : float
        Of all finite costs: the cost C of these images.
    n_below : int
        Images under the first edge, 0 on a linear scale: those that cost next to nothing.
    n_not_finite : int
        Images whose cost is not a finite number; they are in no bin and not in the mean.
    is_logarithmic : bool
    """

    edges: npt.NDArray[np.float64]
    n_right: npt.NDArray[np.int64]
    n_wrong: npt.NDArray[np.int64]
    mean: float
    n_below: int
    n_not_finite: int
    is_logarithmic: bool

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Images of each bin, shape (n_bins,)."""
        return np.asarray(self.n_right + self.n_wrong)

    def bin_of(self, cost: float) -> int | None:
        """Give the bin that holds a cost; None outside."""
        if not self.edges[0] <= cost < self.edges[-1]:
            return None
        return int(np.searchsorted(self.edges, cost, side="right")) - 1


def cost_histogram(outcomes: Outcomes, *, logarithmic: bool) -> CostHistogram:
    """Count the costs of all examples in bins.

    Any thread may call; 60,000 costs take about 2 ms.

    Parameters
    ----------
    outcomes : Outcomes
        Of at least one image.
    logarithmic : bool
        Five bins to a decade, at most ten decades down from the largest cost; otherwise
        40 equal bins from 0.

    Notes
    -----
    The costs of a run fall by powers of ten, so that no edges suit all of it: they stand at round
    numbers and move seldom.
    """
    is_finite = np.isfinite(outcomes.costs)
    costs = outcomes.costs if is_finite.all() else outcomes.costs[is_finite]
    is_right = outcomes.is_right if is_finite.all() else outcomes.is_right[is_finite]
    edges = _edges(costs, logarithmic=logarithmic)
    # One search for both histograms.
    place = np.searchsorted(edges, costs, side="right")
    n_bins = len(edges) - 1
    both = np.bincount(place * 2 + is_right, minlength=2 * (n_bins + 2)).reshape(-1, 2)
    return CostHistogram(
        edges,
        both[1 : n_bins + 1, 1].astype(np.int64),
        both[1 : n_bins + 1, 0].astype(np.int64),
        float(costs.mean()) if costs.size else math.nan,
        int(both[0].sum()),
        int(len(is_finite) - costs.size),
        logarithmic,
    )


@dataclass(frozen=True, eq=False, slots=True)
class Gallery:
    """What there is to see of outcomes.

    Parameters
    ----------
    outcomes : Outcomes
    rows : ndarray of shape (k,), intp
        The images that are looked at, in order.
    histogram : CostHistogram or None
        Of all images, if it is wanted.
    """

    outcomes: Outcomes
    rows: Rows
    histogram: CostHistogram | None


def gallery_of(
    outcomes: Outcomes, choice: Choice, order: Order, logarithmic: bool | None
) -> Gallery:
    """Choose images, put them in order and, unless ``logarithmic`` is None, count costs.

    Any thread may call; 10,000 images take under 1 ms, 60,000 up to 5 ms.
    """
    rows = in_order(outcomes, chosen_rows(outcomes, choice), order)
    histogram = None
    if logarithmic is not None:
        histogram = cost_histogram(outcomes, logarithmic=logarithmic)
    return Gallery(outcomes, rows, histogram)


def _edges(costs: npt.NDArray[np.float64], *, logarithmic: bool) -> npt.NDArray[np.float64]:
    """Give rising edges, at round numbers, the last above every cost."""
    highest = float(costs.max(initial=0.0))
    if highest < SMALLEST:
        return np.linspace(0.0, 1.0, BINS + 1) if not logarithmic else np.array([0.1, 1.0])
    if not logarithmic:
        return _above(np.linspace(0.0, round_up(highest), BINS + 1), highest)
    positive = costs[costs > 0]
    top = math.floor(math.log10(highest) * PER_DECADE) + 1
    lowest = max(float(positive.min()), highest * 10.0**-MOST_DECADES)
    bottom = min(math.floor(math.log10(lowest) * PER_DECADE), top - 1)
    return _above(10.0 ** (np.arange(bottom, top + 1) / PER_DECADE), highest)


def _above(edges: npt.NDArray[np.float64], highest: float) -> npt.NDArray[np.float64]:
    """Move the last edge above the largest cost where rounding, or a cost on it, needs it."""
    edges[-1] = max(edges[-1], math.nextafter(highest, math.inf))
    return edges


def round_up(value: float) -> float:
    """Give the next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten, from above."""
    power = 10.0 ** math.floor(math.log10(value))
    for factor in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0):
        if value <= factor * power:
            return factor * power
    return 10.0 * power
