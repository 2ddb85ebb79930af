"""What is known of many networks from different starts, for each width.

Values for `starts` and its pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.experiments.minima import End, Lines, luck_of_images
from gdviz.experiments.repeats import Spread, spread_of
from gdviz.training.config import TrainingConfig

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Width:
    """Networks with hidden layers of one size.

    Parameters
    ----------
    width : int
    config : TrainingConfig
        Of the first of them.
    ends : tuple of End
        Of those that are trained and have not diverged, in the order of their seeds.
    n_diverged : int
    luck : float or None
        See `luck_of_images`; known when all are trained.
    pairs : tuple of Lines
    """

    width: int
    config: TrainingConfig
    ends: tuple[End, ...]
    n_diverged: int = 0
    luck: float | None = None
    pairs: tuple[Lines, ...] = ()

    @property
    def title(self) -> str:
        """The layers: ``784-16-16-10``."""
        return "-".join(map(str, self.config.layer_sizes))

    def numbers(self, name: str) -> Values:
        """Give one field of each end, shape (n,)."""
        return np.array([getattr(end, name) for end in self.ends], np.float64)

    @property
    def is_shuffled(self) -> bool:
        """Whether true labels can no longer say how good it is: then its training ones do."""
        return self.config.shuffle_labels > 0

    @property
    def accuracy(self) -> Values:
        """Share of test images (of shuffled labels: training images) that is right, shape (n,)."""
        which = "train" if self.is_shuffled else "test"
        return np.asarray(self.numbers(f"{which}_right") / self.numbers(f"n_{which}"))

    @property
    def images(self) -> str:
        """What the accuracy is of: ``10,000 test images``."""
        if not self.ends:
            return "images"
        end = self.ends[0]
        if self.is_shuffled:
            share = 100 * self.config.shuffle_labels
            return f"{end.n_train:,} training images, {share:g} % of their labels shuffled"
        return f"{end.n_test:,} test images"

    @property
    def spread(self) -> Spread | None:
        """Of the accuracy between starts, in points."""
        return spread_of(100 * self.accuracy)

    @property
    def binomial(self) -> float:
        """Standard deviation of an accuracy on other images of the same number, in points."""
        mean = float(self.accuracy.mean())
        n_images = self.ends[0].n_train if self.is_shuffled else self.ends[0].n_test
        return 100 * float(np.sqrt(mean * (1 - mean) / n_images))

    @property
    def barriers(self) -> Values:
        """Of each pair, in units of the cost, shape (n_pairs,)."""
        return np.array([pair.barrier for pair in self.pairs])

    @property
    def fall(self) -> float:
        """By how much training lowered the cost, on average."""
        return float((self.numbers("start_cost") - self.numbers("cost")).mean())

    @property
    def remaining(self) -> Values:
        """Share of each barrier that is left after matching; pairs without a barrier left out."""
        return np.array([p.matched_barrier / p.barrier for p in self.pairs if p.barrier > 0])


def width_of(width: int, config: TrainingConfig, known: Sequence[Any], *, with_luck: bool) -> Width:
    """Collect what is known of one width; outcomes may be absent."""
    done = [end for end in known if isinstance(end, End)]
    ends = tuple(end for end in done if not end.has_diverged)
    luck = None
    if with_luck and len(ends) > 1:
        bits = np.stack([end.right for end in ends])
        rights = np.unpackbits(bits, axis=1, count=ends[0].n_test).astype(np.bool_)
        luck = luck_of_images(rights)
    return Width(width, config, ends, len(done) - len(ends), luck)


def main_of(widths: Sequence[Width], usual: int) -> Width:
    """Give the width that most is said about: the preset's own, or else the largest."""
    own = [one for one in widths if one.width == usual]
    return own[0] if own else max(widths, key=lambda one: one.width)
