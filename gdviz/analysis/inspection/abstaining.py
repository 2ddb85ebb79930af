"""What a network gains by not answering where it is not sure.

References
----------
El-Yaniv, Wiener, *On the foundations of noise-free selective classification*, Journal of Machine
Learning Research 11 (2010): coverage and risk of a classifier that may abstain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Answered:
    """What is answered at one threshold.

    Parameters
    ----------
    n_answered, n_right, total : int
        Images that get an answer, those of them that get the right one, and all.
    """

    n_answered: int
    n_right: int
    total: int

    @property
    def coverage(self) -> float:
        """Share of the images that gets an answer."""
        return self.n_answered / self.total if self.total else 0.0

    @property
    def risk(self) -> float:
        """Share of the answers that is wrong; NaN if nothing is answered."""
        return 1 - self.n_right / self.n_answered if self.n_answered else float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class RiskCoverage:
    """The curve of risk over coverage, a point for each threshold that makes a difference.

    Parameters
    ----------
    thresholds : ndarray of shape (m,), float64
        Falling: all largest outputs that occur. At the k-th all images with an output of at
        least this are answered.
    n_answered, n_right : ndarray of shape (m,), int64
    total : int
        All images; those whose largest output is not a number are never answered.
    """

    thresholds: npt.NDArray[np.float64]
    n_answered: npt.NDArray[np.int64]
    n_right: npt.NDArray[np.int64]
    total: int

    @property
    def coverage(self) -> npt.NDArray[np.float64]:
        """Share of the images that is answered, rising, shape (m,)."""
        return np.asarray(self.n_answered / max(self.total, 1))

    @property
    def risk(self) -> npt.NDArray[np.float64]:
        """Share of the answers that is wrong, shape (m,)."""
        return np.asarray(1 - self.n_right / self.n_answered)

    def at(self, threshold: float) -> Answered:
        """Give what is answered if the largest output must be at least so large."""
        place = int(np.searchsorted(-self.thresholds, -threshold, side="right"))
        if place == 0:
            return Answered(0, 0, self.total)
        return Answered(int(self.n_answered[place - 1]), int(self.n_right[place - 1]), self.total)

    def threshold_for(self, coverage: float) -> float:
        """Give the highest threshold at which at least this share, 0 to 1, is answered.

        The lowest output if so many cannot be answered; NaN if none can.
        """
        if not len(self.thresholds):
            return float("nan")
        place = int(np.searchsorted(self.n_answered, coverage * self.total - 1e-9))
        return float(self.thresholds[min(place, len(self.thresholds) - 1)])

    def thinned(self, most: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Give coverage and risk of at most so many points, evenly by coverage, ends kept."""
        if len(self.thresholds) <= most:
            return self.coverage, self.risk
        wanted = np.linspace(self.n_answered[0], self.n_answered[-1], most)
        places = np.unique(np.searchsorted(self.n_answered, wanted))
        return self.coverage[places], self.risk[places]


def risk_coverage(
    largest: npt.NDArray[np.floating], is_right: npt.NDArray[np.bool_]
) -> RiskCoverage:
    """Answer more and more images, the surest first.

    Any thread may call; 60,000 images take about 10 ms.

    Parameters
    ----------
    largest : ndarray of shape (n,)
        The largest output of each image; equals are answered together, for no threshold
        divides them.
    is_right : ndarray of shape (n,), bool
    """
    known = np.flatnonzero(np.isfinite(largest))
    known = known[np.argsort(-largest[known], kind="stable")]
    outputs = largest[known].astype(np.float64)
    right = np.cumsum(is_right[known])
    # The last place of each run of equal outputs.
    ends = np.flatnonzero(np.diff(outputs, append=-np.inf)) if len(outputs) else known
    return RiskCoverage(
        outputs[ends], (ends + 1).astype(np.int64), right[ends].astype(np.int64), len(largest)
    )
