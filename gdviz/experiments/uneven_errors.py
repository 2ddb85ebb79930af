"""Whether some images are harder than others, or networks have bad luck with any of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.interval import Z_95

Floats = npt.NDArray[np.float64]

N_RESAMPLES = 400
"""Of the bootstrap over the images: ten beyond each end."""


@dataclass(frozen=True, eq=False, slots=True)
class Unevenness:
    """How the error rates of images differ.

    Parameters
    ----------
    rates : ndarray of shape (n,)
        Share of the runs that are wrong of each image.
    alike : ndarray of shape (n,)
        The same, sorted, as it might be if all images were alike: drawn once.
    n_runs : int
    ratio : float
        Variance of the rates over that of alike images.
    interval : (float, float)
        95 % of `ratio`: bootstrap over the images.
    null : (float, float)
        Where 95 % of the ratios of alike images lie.
    deviation : float
        Standard deviation of the rates beyond luck, 0 to 1.
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
    ratios: Floats

    def ratio_interval_to(self, other: Unevenness) -> tuple[float, float]:
        """Give the 95 % interval of the ratio to an independent one's."""
        with np.errstate(divide="ignore"):
            low, high = np.quantile(self.ratios / other.ratios, (0.025, 0.975)).tolist()
        return low, high


def unevenness_of(wrong: npt.NDArray[np.bool_], generator: np.random.Generator) -> Unevenness:
    """Compare error rates with those of alike images.

    Parameters
    ----------
    wrong : ndarray of shape (n_runs, n), bool
    generator : numpy.random.Generator

    Notes
    -----
    Of alike images a run is wrong of any P_r n with equal chances. Then the variance over the
    images of the mean of R runs is Σ_r P_r(1 − P_r)/R², which is binomial where all P_r are equal.
    The ratio is Cochran's Q over its n − 1 degrees of freedom, and Q of many runs of alike images
    is χ²; its quantiles are Wilson and Hilferty's.

    References
    ----------
    Cochran, *The comparison of percentages in matched samples*, Biometrika 37 (1950).
    """
    n_runs, n_images = wrong.shape
    per_run = wrong.mean(axis=1)
    luck = float((per_run * (1 - per_run)).sum()) / n_runs**2
    rates = wrong.mean(axis=0)
    variance = float(np.var(rates))
    # Where every run is wrong of all images or of none, all are alike.
    ratio = variance / luck if luck > 0 else 1.0
    sampled = generator.integers(0, n_images, (N_RESAMPLES, n_images))
    spread = np.var(rates[sampled], axis=1) * n_images / max(n_images - 1, 1)
    ratios = spread / luck if luck > 0 else np.ones(N_RESAMPLES)
    low, high = np.quantile(ratios, (0.025, 0.975)).tolist()
    return Unevenness(
        rates,
        np.sort(generator.permuted(wrong, axis=1).mean(axis=0)),
        n_runs,
        ratio,
        (min(low, ratio), max(high, ratio)),
        _null(n_images - 1),
        math.sqrt(max(variance - luck, 0.0)),
        ratios,
    )


def _null(degrees: int) -> tuple[float, float]:
    """Give where 95 % of χ² over its degrees of freedom lie."""
    part = 2 / (9 * max(degrees, 1))
    low, high = (1 - part + sign * Z_95 * math.sqrt(part) for sign in (-1, 1))
    return max(low, 0.0) ** 3, high**3
