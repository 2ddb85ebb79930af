"""Whether some images are harder than others, or networks have bad luck with any of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.interval import Z_95

Floats = npt.NDArray[np.float64]

N_RESAMPLES = 400
"""Of the bootstrap over the images: ten beyond each end."""


@dataclass(frozen=True, eq=False, slots=True)
class Unevenness:
    """How the error rates of images with the same label differ.

    Parameters
    ----------
    rates : ndarray of shape (n,)
        Share of the runs that are wrong about each image.
    alike : ndarray of shape (n,)
        The same, sorted, as it might be if all images of a label were alike: drawn once.
    n_runs : int
    ratio : float
        Variance of the rates within the labels over that of alike images.
    interval : (float, float)
        95 % of `ratio`: bootstrap over the images.
    null : (float, float)
        Where 95 % of the ratios of alike images lie.
    deviation : float
        Standard deviation of the rates within the labels beyond luck, 0 to 1.
    by_label : float
        Share of the whole variance that is between the labels, 0 to 1.
    ratios : ndarray
        Of the bootstrap.
    """

    rates: Floats
    alike: Floats
    n_runs: int
    ratio: float
    interval: tuple[float, float]
    null: tuple[float, float]
    deviation: float
    by_label: float
    ratios: Floats

    def ratio_interval_to(self, other: Unevenness) -> tuple[float, float]:
        """Give the 95 % interval of the ratio to an independent one's."""
        with np.errstate(divide="ignore"):
            low, high = np.quantile(self.ratios / other.ratios, (0.025, 0.975)).tolist()
        return low, high


def unevenness_of(
    wrong: npt.NDArray[np.bool_],
    labels: npt.NDArray[np.integer[Any]],
    generator: np.random.Generator,
) -> Unevenness:
    """Compare error rates with those of images that are alike within each label.

    Labels are told apart because a network that has learned little says the most frequent one:
    images with that label are then easy whatever they show.

    Parameters
    ----------
    wrong : ndarray of shape (n_runs, n), bool
    labels : ndarray of shape (n,)
        What the networks were taught of each image.
    generator : numpy.random.Generator

    Notes
    -----
    Of n alike images a run is wrong about any P_r n with equal chances. Then the variance over the
    images of the mean of R runs is Σ_r P_r(1 − P_r)/R², which is binomial where all P_r are equal.
    For one label n/(n − 1) times the ratio is Cochran's Q over its n − 1 degrees of freedom, and
    Q of many runs of alike images is χ². Of several labels the sum is taken for a multiple of one
    χ² with the same mean and variance (Satterthwaite), whose quantiles are Wilson and Hilferty's.

    References
    ----------
    Cochran, *The comparison of percentages in matched samples*, Biometrika 37 (1950).
    """
    n_runs, n_images = wrong.shape
    rates, alike = wrong.mean(axis=0), np.empty(n_images)
    squares, luck = np.empty(n_images), np.empty(n_images)
    variance_of_null = 0.0
    for label in np.unique(labels):
        those = labels == label
        of_label = wrong[:, those]
        per_run, size = of_label.mean(axis=1), of_label.shape[1]
        squares[those] = np.square(rates[those] - rates[those].mean())
        luck[those] = float((per_run * (1 - per_run)).sum()) / n_runs**2
        alike[those] = generator.permuted(of_label, axis=1).mean(axis=0)
        variance_of_null += 2 * float(luck[those].sum()) ** 2 / max(size - 1, 1)
    # Where every run is wrong about all images of a label or about none, all are alike.
    total_luck, whole = float(luck.sum()), float(np.var(rates)) * n_images
    ratio = float(squares.sum()) / total_luck if total_luck > 0 else 1.0
    sampled = generator.integers(0, n_images, (N_RESAMPLES, n_images))
    lucks = luck[sampled].sum(axis=1)
    ratios = np.ones(N_RESAMPLES)
    np.divide(squares[sampled].sum(axis=1), lucks, out=ratios, where=lucks > 0)
    low, high = np.quantile(ratios, (0.025, 0.975)).tolist()
    return Unevenness(
        rates,
        np.sort(alike),
        n_runs,
        ratio,
        (min(low, ratio), max(high, ratio)),
        _null(2 * total_luck**2 / variance_of_null if variance_of_null > 0 else 1.0),
        math.sqrt(max(float(squares.sum()) - total_luck, 0.0) / n_images),
        1 - float(squares.sum()) / whole if whole > 0 else 0.0,
        ratios,
    )


def _null(degrees: float) -> tuple[float, float]:
    """Give where 95 % of χ² over its degrees of freedom lie."""
    part = 2 / (9 * degrees)
    low, high = (1 - part + sign * Z_95 * math.sqrt(part) for sign in (-1, 1))
    return max(low, 0.0) ** 3, high**3
