"""What files leave open: which examples are held out as test, in which order, on which scale.

All of it is drawn from fixed numbers: the same file gives the same dataset, whatever the seed of
the run is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import DataError, Dataset, Images, checked_dataset

TEST_SHARE = 0.2
"""Of the examples of each class, where a file does not say which are for testing."""
_HELD_OUT, _MIXED = 0x7E57, 0x317ED
GREY = np.array([0.299, 0.587, 0.114], np.float32)
"""Red, green and blue in a grey value (ITU-R BT.601)."""

Pair = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def dataset_of(
    name: str,
    source: str,
    train: Pair,
    test: Pair | None,
    class_names: tuple[str, ...] = (),
    notes: Sequence[str] = (),
    *,
    mixes: bool = False,
) -> Dataset:
    """Build a dataset, with a share held out for testing if there are no test examples.

    Parameters
    ----------
    name, source : str
    train : pair of images (n, ...) and labels (n,)
    test : pair or None
    class_names, notes
        See `Dataset`.
    mixes : bool, default False
        Whether training examples that stand class by class are mixed, see `mixed`; what is shared
        out here always is.

    Raises
    ------
    DataError
        See `checked_dataset`; or if there are too few examples to hold some out.
    """
    said = list(notes)
    if test is None:
        images, labels = train
        if len(labels) < 2 or labels.shape != (len(images),):
            raise DataError(
                f"{source}: {len(images):,} images and labels of shape {labels.shape} cannot be "
                "shared out between training and test"
            )
        is_test = held_out(labels)
        test, train = (images[is_test], labels[is_test]), (images[~is_test], labels[~is_test])
        said.append(
            f"no test images come with it: {len(test[1]):,} of the {len(labels):,}, drawn from "
            "each class, are held out"
        )
        test, mixes = mixed(test), True
    if mixes:
        train = mixed(train)
    return checked_dataset(name, source, train, test, class_names, tuple(said))


def held_out(labels: npt.NDArray[Any], share: float = TEST_SHARE) -> npt.NDArray[np.bool_]:
    """Choose test examples: a share of each class, the same ones each time.

    Parameters
    ----------
    labels : ndarray of shape (n,), n at least 2
    share : float
        Above 0, below 1.

    Returns
    -------
    ndarray of bool, shape (n,)
        At least one example on either side.
    """
    generator = np.random.default_rng(_HELD_OUT)
    order = generator.permutation(len(labels))
    is_test = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        rows = order[labels[order] == label]
        is_test[rows[: round(share * len(rows))]] = True
    if not is_test.any():
        is_test[order[0]] = True
    return is_test


def mixed(pair: Pair) -> Pair:
    """Give examples that stand class by class in a mixed order, others as they are.

    The first so many are to be a fair share of all.
    """
    images, labels = pair
    is_sorted = labels.ndim == 1 and len(labels) > 2 and bool((labels[1:] >= labels[:-1]).all())
    if not is_sorted or labels[0] == labels[-1] or len(images) != len(labels):
        return pair
    order = np.random.default_rng(_MIXED).permutation(len(labels))
    return images[order], labels[order]


def grey(images: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], str]:
    """Give colour images of shape (n, height, width, 3 or 4) as grey ones, and what was done.

    Others are given back as they are, with an empty text.
    """
    if images.ndim != 4 or images.shape[3] not in {3, 4} or images.dtype.kind not in "uif":
        return images, ""
    made = np.empty(images.shape[:3], np.uint8 if images.dtype == np.uint8 else np.float32)
    for start in range(0, len(images), 1000):
        part = images[start : start + 1000, :, :, :3].astype(np.float32) @ GREY
        made[start : start + 1000] = np.rint(part) if made.dtype == np.uint8 else part
    return made, "colours were turned into grey"


def on_unit_scale(parts: Sequence[npt.NDArray[Any]], source: str) -> tuple[list[Images], str]:
    """Give numbers of any of the usual ranges so that they are from 0 to 1.

    Parameters
    ----------
    parts : sequence of ndarray
        Of one dataset: they share a scale. uint8 is from 0 to 255 as it stands.
    source : str
        Named in an error.

    Returns
    -------
    parts : list of ndarray
        uint8, 0 to 255, or float32, 0 to 1.
    note : str
        What was divided by what, if that is not 255; else empty.

    Raises
    ------
    DataError
        If a number is not finite, negative or above 65,535.
    """
    for part in parts:
        if part.dtype.kind not in "biuf":
            raise DataError(f"{source}: images of type {part.dtype} are not numbers")
        if not np.isfinite(part).all():
            raise DataError(f"{source}: the images hold values that are not finite")
    low = min((float(part.min()) for part in parts if part.size), default=0.0)
    high = max((float(part.max()) for part in parts if part.size), default=0.0)
    if low < 0 or high > 65_535:
        raise DataError(
            f"{source}: the images reach from {low:g} to {high:g}; "
            "numbers from 0 to 255 or from 0 to 1 are read"
        )
    is_whole = all(
        part.dtype.kind in "biu" or bool((part == np.rint(part)).all()) for part in parts
    )
    if is_whole and 127 < high <= 255:
        return [part.astype(np.uint8) for part in parts], ""
    if high <= 1:
        return [part.astype(np.float32) for part in parts], ""
    divisor = 255.0 if 127 < high <= 255 else high
    scaled: list[Images] = [
        np.minimum(part.astype(np.float32) / np.float32(divisor), np.float32(1)) for part in parts
    ]
    note = "" if divisor == 255 else f"numbers reach to {high:g} and were divided by that"
    return scaled, note


def as_labels(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give labels as one row: some files keep a column of them."""
    return array.reshape(-1) if array.ndim == 2 and array.shape[1] == 1 else array
