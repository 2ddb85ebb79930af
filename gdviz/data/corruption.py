"""Deliberate damage to a dataset, to see what is learned from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from gdviz.data.dataset import Dataset, Images, Split, read_only


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


def shuffle_pixels(images: Images, generator: np.random.Generator) -> Images:
    """Give images whose pixels all stand in one and the same new order."""
    return images[:, generator.permutation(images.shape[1])]


def scatter_pixels(images: Images, generator: np.random.Generator) -> Images:
    """Give images whose pixels stand in a new order, another one for each image."""
    return generator.permuted(images, axis=1)


def gaussian_images(images: Images, generator: np.random.Generator) -> Images:
    """Give noise in place of images: normal, with the mean and variance of all their pixels.

    Not cut at 0 and 1, which would change both.
    """
    scale = 1 / 255 if images.dtype == np.uint8 else 1.0
    noise = generator.standard_normal(images.shape, np.float32)
    noise *= np.float32(images.std(dtype=float) * scale)
    noise += np.float32(images.mean(dtype=float) * scale)
    return noise


DAMAGES: dict[str, Callable[[Images, np.random.Generator], Images]] = {
    "shuffled pixels": shuffle_pixels,
    "random pixels": scatter_pixels,
    "gaussian": gaussian_images,
}
"""What can be done to images, besides nothing.

References
----------
Zhang and others, *Understanding deep learning requires rethinking generalization* (2017),
section 2.1.
"""


def damaged(dataset: Dataset, damage: str, label_share: float, seed: int) -> Dataset:
    """Give a dataset with its images damaged in one way, and some training labels shuffled.

    Parameters
    ----------
    dataset : Dataset
    damage : str
        A key of `DAMAGES`; empty for none. Test images are damaged in the same way: by the same
        order of the pixels where there is one.
    label_share : float
        As for `shuffle_labels`.
    seed : int

    Returns
    -------
    Dataset
    """
    if damage:
        splits = []
        for number, split in enumerate((dataset.train, dataset.test)):
            stream = 0 if damage == "shuffled pixels" else number
            generator = np.random.default_rng([seed, 0xDA3A, stream])
            images = np.ascontiguousarray(DAMAGES[damage](split.images, generator))
            splits.append(Split(read_only(images), split.labels))
        dataset = dataclasses.replace(dataset, train=splits[0], test=splits[1])
    return shuffle_labels(dataset, label_share, seed)
