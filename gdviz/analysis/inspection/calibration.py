"""Whether a network is right as often as it sounds, and the temperature that would make it so.

For a softmax the largest output is read as a probability; for sigmoids, whose outputs are not
probabilities, the same question is asked of the largest: does 0.9 mean right nine times in ten?

References
----------
Guo, Pleiss, Sun, Weinberger, *On calibration of modern neural networks*, ICML 2017,
arXiv:1706.04599: reliability diagrams, expected calibration error, temperature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.interval import wilson_intervals
from gdviz.nn.activations import sigmoid
from gdviz.nn.network import gain_of
from gdviz.nn.softmax import softmax

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

N_BINS = 10
COOLEST, HOTTEST = 0.1, 10.0
"""Temperatures that are tried."""
_HALVINGS = 40


@dataclass(frozen=True, eq=False, slots=True)
class Reliability:
    """How often the network is right, by how large its largest output is.

    Parameters
    ----------
    counts, n_right : ndarray of shape (n_bins,), int64
        Images whose largest output lies in each of the equal bins of 0 to 1, and how many of
        them are right. A bin holds from above its low edge up to its high one; 0 is in the first.
    mean_output : ndarray of shape (n_bins,)
        Mean of the largest output of each bin; NaN where there is no image.
    """

    counts: Counts
    n_right: Counts
    mean_output: Values

    @property
    def accuracy(self) -> Values:
        """Share that is right in each bin; NaN where there is no image."""
        blank = np.full(len(self.counts), np.nan)
        return np.asarray(np.divide(self.n_right, self.counts, out=blank, where=self.counts > 0))

    @property
    def intervals(self) -> tuple[Values, Values]:
        """Wilson's 95 % intervals of `accuracy`; NaN where there is no image."""
        low, high = wilson_intervals(self.n_right, np.maximum(self.counts, 1))
        is_empty = self.counts == 0
        return np.where(is_empty, np.nan, low), np.where(is_empty, np.nan, high)

    @property
    def expected_error(self) -> float:
        """Expected calibration error: Σ_b n_b/n · |accuracy_b − mean output_b|.

        0 for a network that is right exactly as often as it sounds; NaN without images.
        """
        total = int(self.counts.sum())
        if total == 0:
            return math.nan
        gaps = np.abs(np.nan_to_num(self.accuracy - self.mean_output))
        return float((self.counts * gaps).sum() / total)


def reliability(
    largest: npt.NDArray[np.floating], is_right: npt.NDArray[np.bool_], n_bins: int = N_BINS
) -> Reliability:
    """Sort images into bins by their largest output; any thread may call.

    Parameters
    ----------
    largest : ndarray of shape (n,)
        0 to 1; what is not a number is left out.
    is_right : ndarray of shape (n,), bool
    n_bins : int, default 10

    References
    ----------
    Guo et al. (2017), section 2, equations 2 and 3.
    """
    known = np.isfinite(largest)
    outputs, right = largest[known].astype(np.float64), is_right[known]
    place = np.clip(np.ceil(outputs * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    counts = np.bincount(place, minlength=n_bins).astype(np.int64)
    n_right = np.bincount(place[right], minlength=n_bins).astype(np.int64)
    sums = np.bincount(place, outputs, minlength=n_bins)
    blank = np.full(n_bins, np.nan)
    return Reliability(counts, n_right, np.divide(sums, counts, out=blank, where=counts > 0))


def takes_temperature(outcomes: Outcomes) -> bool:
    """Whether the outputs are of a softmax or of sigmoids, so from 0 to 1."""
    return outcomes.network.architecture.output_activation in {"softmax", "sigmoid"}


def tempered(outcomes: Outcomes, temperature: float) -> npt.NDArray[np.float32]:
    """Give the outputs at a temperature: softmax(z/T), or σ(z/T) of each.

    Any thread may call.

    Parameters
    ----------
    outcomes : Outcomes
        Of a network that `takes_temperature`. z includes the steepness of its sigmoids.
    temperature : float
        T, above 0: above 1 all sounds less sure, at 1 nothing changes. What is said never
        changes: neither function changes which output is the largest.

    Returns
    -------
    ndarray of shape (n, n_outputs), float32
    """
    if temperature == 1.0:
        return outcomes.outputs
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = _scaled(outcomes) * np.float32(1 / temperature)
        if outcomes.network.architecture.output_activation == "softmax":
            return np.asarray(softmax(scaled), np.float32)
        return np.asarray(sigmoid(scaled), np.float32)


def cross_entropy(
    scaled: Values, labels: npt.NDArray[np.integer], temperature: float, *, is_softmax: bool
) -> float:
    """Give the mean cross-entropy at a temperature.

    Parameters
    ----------
    scaled : ndarray of shape (n, n_outputs), float64
        z of the last layer, steepness included.
    labels : ndarray of shape (n,), integer
    temperature : float
    is_softmax : bool
        −ln softmax(z/T) at the label; otherwise, each sigmoid being a yes or no of its own,
        −Σ_k y_k ln σ(z_k/T) + (1 − y_k) ln(1 − σ(z_k/T)).
    """
    cooled = scaled / temperature
    at_label = cooled[np.arange(len(labels)), labels]
    if is_softmax:
        top = cooled.max(axis=1)
        norm = top + np.log(np.exp(cooled - top[:, np.newaxis]).sum(axis=1))
        return float((norm - at_label).mean())
    # −ln(1 − σ(z)) is ln(1 + exp z), and −ln σ(z) is that less z.
    return float((np.logaddexp(0.0, cooled).sum(axis=1) - at_label).mean())


def best_temperature(
    scaled: Values, labels: npt.NDArray[np.integer], *, is_softmax: bool
) -> float | None:
    """Give the temperature of the least `cross_entropy`.

    Any thread may call; 5,000 images take about 100 ms.

    Parameters
    ----------
    scaled : ndarray of shape (n, n_outputs), float64
        Rows that are not finite are left out.
    labels : ndarray of shape (n,), integer
    is_softmax : bool

    Returns
    -------
    float or None
        From 0.1 to 10; an end of that range if the least lies beyond. None without images.

    Notes
    -----
    Cross-entropy is convex in β = 1/T, for softmax and for sigmoids alike, and its slope is the
    mean of Σ_k (a_k(βz) − y_k) z_k for both: the slope's zero is found by halving.

    References
    ----------
    Guo et al. (2017), section 4.2.
    """
    known = np.isfinite(scaled).all(axis=1)
    scaled, labels = scaled[known], labels[known]
    if not len(labels):
        return None
    targets = np.zeros_like(scaled)
    targets[np.arange(len(labels)), labels] = 1
    function = softmax if is_softmax else sigmoid

    def slope(inverse: float) -> float:
        return float(((function(scaled * inverse) - targets) * scaled).sum())

    low, high = 1 / HOTTEST, 1 / COOLEST
    if slope(low) >= 0:
        return HOTTEST
    if slope(high) <= 0:
        return COOLEST
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 1 / math.sqrt(low * high)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A temperature fitted on half of the images, and what it does on the other half.

    Parameters
    ----------
    temperature : float
    n_fitted, n_tried : int
        Images of the two halves.
    error_before, error_after : float
        Expected calibration error of the other half at T = 1 and at this temperature.
    """

    temperature: float
    n_fitted: int
    n_tried: int
    error_before: float
    error_after: float

    @property
    def is_at_an_end(self) -> bool:
        """Whether a still higher or lower one would be better."""
        return self.temperature in {COOLEST, HOTTEST}


def suggestion(outcomes: Outcomes) -> Suggestion | None:
    """Fit a temperature on the images of even rows and try it on those of odd ones.

    Any thread may call. None if there are not two images with finite z.
    """
    is_softmax = outcomes.network.architecture.output_activation == "softmax"
    scaled = _scaled(outcomes).astype(np.float64)
    fitted = best_temperature(scaled[::2], outcomes.labels[::2], is_softmax=is_softmax)
    if fitted is None or len(outcomes) < 2:
        return None
    right = outcomes.is_right[1::2]
    before, after = (
        reliability(tempered(outcomes, temperature)[1::2].max(axis=1), right)
        for temperature in (1.0, fitted)
    )
    return Suggestion(
        fitted,
        len(outcomes.labels[::2]),
        len(right),
        before.expected_error,
        after.expected_error,
    )


def _scaled(outcomes: Outcomes) -> npt.NDArray[np.float32]:
    """Give z with the steepness: what the last activation is applied to."""
    architecture = outcomes.network.architecture
    gain = gain_of(architecture, architecture.layout.n_layers - 1)
    return np.asarray(outcomes.weighted_inputs * np.float32(gain))
