"""What is seen in an epoch: the order of the examples, and what dropout switches off."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import Dataset
from gdviz.engine import Examples
from gdviz.nn.dropout import dropout_key
from gdviz.training.config import TrainingConfig
from gdviz.training.state import epoch_permutation

Rows = npt.NDArray[np.int64]


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

    def of_epoch(self, config: TrainingConfig, epoch: int) -> Examples:
        """Give an epoch's examples and bring `order` up to date.

        Parameters
        ----------
        config : TrainingConfig
        epoch : int
            Completed passes before it.
        """
        if self._ordered != (config.seed, epoch):
            self.order = epoch_permutation(config.seed, epoch, self._n_examples)
            self._ordered = (config.seed, epoch)
        return Examples(
            self._train.images,
            self._train.labels,
            dropout_key(config.seed, epoch) if config.dropout else 0,
        )
