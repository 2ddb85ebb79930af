"""What is seen in an epoch: the order of the examples, and how they are disturbed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gdviz.data.augmentation import (
    GEOMETRY_STREAM,
    NOISE_STREAM,
    NORMAL_QUANTILES,
    augmentation_key,
    augmented,
)
from gdviz.data.dataset import Dataset, Images
from gdviz.engine import Examples
from gdviz.nn.dropout import dropout_key
from gdviz.training.config import TrainingConfig
from gdviz.training.state import epoch_permutation

Rows = npt.NDArray[np.int64]
Pictures = Callable[[Rows], npt.NDArray[np.float32]]


def pictures_of(images: Images, config: TrainingConfig, epoch: int, engine: str) -> Pictures | None:
    """Give what shows images as an epoch sees them, or None if they are not augmented.

    Parameters
    ----------
    images : ndarray of shape (n, n_in)
        All of the training data.
    config : TrainingConfig
    epoch : int
    engine : str
        With ``"compiled"`` it is done in compiled loops.
    """
    settings = config.augment_shift, config.augment_rotation, config.augment_noise
    if not any(settings):
        return None
    key = augmentation_key(config.seed, epoch)
    if engine != "compiled":
        return lambda rows: augmented(images[rows], rows, key, *settings)
    from gdviz.engine.augmenting import compiled_augmented  # noqa: PLC0415  # needs the compiler

    streams = GEOMETRY_STREAM, NOISE_STREAM
    return lambda rows: compiled_augmented(
        images[rows], rows, key, *settings, streams, NORMAL_QUANTILES
    )


class EpochExamples:
    """Gives the examples of an epoch, the same each time it is asked for.

    One thread at a time may use it.

    Parameters
    ----------
    dataset : Dataset
    n_examples : int
        The first so many are trained on.
    """

    def __init__(self, dataset: Dataset, n_examples: int) -> None:
        self._train = dataset.train
        self._n_examples = n_examples
        self._ordered: tuple[int, int] | None = None
        self.order: Rows = np.empty(0, np.int64)
        """Rows in the order in which the epoch asked for last takes them."""

    def of_epoch(self, config: TrainingConfig, epoch: int, engine: str) -> Examples:
        """Give an epoch's examples and bring `order` up to date.

        Parameters
        ----------
        config : TrainingConfig
        epoch : int
            Completed passes before it.
        engine : str
            Which engine trains.
        """
        if self._ordered != (config.seed, epoch):
            self.order = epoch_permutation(config.seed, epoch, self._n_examples)
            self._ordered = (config.seed, epoch)
        return Examples(
            self._train.images,
            self._train.labels,
            dropout_key(config.seed, epoch) if config.dropout else 0,
            pictures_of(self._train.images, config, epoch, engine),
        )
