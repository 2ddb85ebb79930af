"""Deliberate damage to a dataset, to see what is learned from it."""

from __future__ import annotations

import dataclasses

import numpy as np

from gdviz.data.dataset import Dataset, Split, read_only


def shuffle_labels(dataset: Dataset, fraction: float, seed: int) -> Dataset:
    """Give the dataset with a share of its training labels shuffled among themselves.

    Images are shared, test labels stay true.

    Parameters
    ----------
    dataset : Dataset
    fraction : float
        Share of the training examples, 0 to 1.
    seed : int
        Which examples, and how; independent of the training's own randomness.

    Returns
    -------
    Dataset
        The same object if the share is 0.

    References
    ----------
    Zhang and others, *Understanding deep learning requires rethinking generalization* (2017).
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"the share of shuffled labels must be from 0 to 1, not {fraction:g}")
    if fraction == 0:
        return dataset
    generator = np.random.default_rng([seed, 0x5F1E])
    labels = dataset.train.labels.copy()
    chosen = generator.permutation(len(labels))[: round(fraction * len(labels))]
    labels[chosen] = labels[generator.permutation(chosen)]
    return dataclasses.replace(dataset, train=Split(dataset.train.images, read_only(labels)))
