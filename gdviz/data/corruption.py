"""Deliberate damage to a dataset, to see what is learned from it."""

from __future__ import annotations

import dataclasses
import math
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


def shuffle_pixels(images: Images, _model: Images, generator: np.random.Generator) -> Images:
    """Give images whose pixels all stand in one and the same new order."""
    return images[:, generator.permutation(images.shape[1])]


def scatter_pixels(images: Images, _model: Images, generator: np.random.Generator) -> Images:
    """Give images whose pixels stand in a new order, another one for each image."""
    return generator.permuted(images, axis=1)


def gaussian_images(images: Images, model: Images, generator: np.random.Generator) -> Images:
    """Give noise in place of images: normal, with the mean and variance of a model's pixels.

    float32 and not cut at 0 and 1, which would change both: four times the memory of uint8.
    """
    mean, deviation = _pixel_moments(model)
    noise = generator.standard_normal(images.shape, np.float32)
    noise *= np.float32(deviation)
    noise += np.float32(mean)
    return noise


def _pixel_moments(images: Images) -> tuple[float, float]:
    """Give mean and standard deviation of all pixels, as numbers from 0 to 1."""
    total = squares = 0.0
    for start in range(0, len(images), _AT_ONCE):
        # A float64 copy of all 60,000 images would take 376 MB.
        block = images[start : start + _AT_ONCE].astype(np.float64)
        total += float(block.sum())
        squares += float(np.vdot(block, block))
    scale = 1 / 255 if images.dtype == np.uint8 else 1.0
    mean = total / images.size
    return mean * scale, math.sqrt(max(squares / images.size - mean * mean, 0.0)) * scale


Damage = Callable[[Images, Images, np.random.Generator], Images]
"""``damage(images, model, generator)``: what becomes of images; noise is made like the model."""

DAMAGES: dict[str, Damage] = {
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

_AT_ONCE = 1_000


def damaged(dataset: Dataset, damage: str, label_share: float, seed: int) -> Dataset:
    """Give a dataset with its images damaged in one way, and some training labels shuffled.

    Parameters
    ----------
    dataset : Dataset
    damage : str
        A key of `DAMAGES`; empty for none. Test images are damaged in the same way: by the same
        order of the pixels where there is one, by noise of the same mean and variance.
    label_share : float
        As for `shuffle_labels`.
    seed : int

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If the damage is in no table or the share is not from 0 to 1.
    """
    if damage and damage not in DAMAGES:
        raise ValueError(f"unknown damage {damage!r}; one of {', '.join(DAMAGES)}")
    if damage:
        model, splits = dataset.train.images, []
        for number, split in enumerate((dataset.train, dataset.test)):
            stream = 0 if damage == "shuffled pixels" else number
            generator = np.random.default_rng([seed, 0xDA3A, stream])
            images = np.ascontiguousarray(DAMAGES[damage](split.images, model, generator))
            splits.append(Split(read_only(images), split.labels))
        dataset = dataclasses.replace(dataset, train=splits[0], test=splits[1])
    return shuffle_labels(dataset, label_share, seed)
