"""Whether a configuration fits a dataset, which neither of them can say alone."""

from __future__ import annotations

import math

from gdviz.data.dataset import Dataset
from gdviz.training.config import TrainingConfig


def check_fit(config: TrainingConfig, dataset: Dataset) -> None:
    """Refuse a configuration that does not fit a dataset.

    Raises
    ------
    ValueError
        One sentence that names the numbers that do not fit.
    """
    sizes = config.layer_sizes
    if sizes[0] != dataset.n_inputs:
        raise ValueError(
            f"the network takes {sizes[0]:,} inputs, but an image of {dataset.name} "
            f"has {dataset.n_inputs:,} numbers"
        )
    if sizes[-1] < dataset.n_classes:
        raise ValueError(
            f"the network has {sizes[-1]} outputs, but {dataset.name} has "
            f"{dataset.n_classes} classes"
        )
    if config.n_examples is not None and config.n_examples > len(dataset.train):
        raise ValueError(
            f"{config.n_examples:,} training examples were asked for, "
            f"{dataset.name} has {len(dataset.train):,}"
        )
    moves = config.augment_shift > 0 or config.augment_rotation > 0
    if moves and math.isqrt(sizes[0]) ** 2 != sizes[0]:
        raise ValueError(
            f"only square images can be shifted or turned, and the {sizes[0]:,} numbers of an "
            f"image of {dataset.name} make no square"
        )
