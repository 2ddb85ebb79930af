"""A dataset as one value, checked; `gdviz.data.sources` says where datasets come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

MAXIMUM_CLASSES = 100
"""Labels are from 0 to 99."""

Look = Callable[[float], None]
"""Told now and then how much of the reading is done, 0 to 1; what it raises ends the reading."""


def no_look(progress: float) -> None:
    """Look at nothing: nobody waits."""


class DataError(ValueError):
    """Data cannot be used; the message is one sentence that names the file and the reason."""


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels.

    Parameters
    ----------
    images : ndarray of shape (n, n_in)
        Compact storage: uint8, 0 to 255, or float32, 0 to 1. Read-only.
    labels : ndarray of shape (n,), uint8
        Read-only.
    """

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def scale(self) -> float:
        """What a stored value is multiplied by to give a number from 0 to 1."""
        return 1 / 255 if self.images.dtype == np.uint8 else 1.0

    def first(self, count: int) -> Split:
        """The first `count` examples, as views."""
        return Split(self.images[:count], self.labels[:count])

    def inputs(
        self, which: slice | npt.NDArray[Any], dtype: npt.DTypeLike = np.float32
    ) -> npt.NDArray[np.floating[Any]]:
        """Give chosen images as numbers from 0 to 1.

        Parameters
        ----------
        which : slice or integer array
        dtype : floating dtype

        Returns
        -------
        ndarray of shape (n, n_in)
        """
        chosen = self.images[which].astype(dtype)
        if self.images.dtype == np.uint8:
            chosen *= np.asarray(self.scale, dtype)
        return np.asarray(chosen)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test examples.

    Parameters
    ----------
    name : str
        What people read, for example ``"MNIST"``.
    source : str
        What the configuration says: ``"mnist"`` or a path, perhaps with a choice of classes.
    train, test : Split
        The test split is never trained on.
    n_classes : int
        Labels are below it. A class may have no examples.
    class_names : tuple of str
        By label, where classes have names; empty if they are called by their numbers.
    notes : tuple of str
        What reading did to the data, as sentences without a full stop.
    """

    name: str
    source: str
    train: Split
    test: Split
    n_classes: int = 10
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def n_inputs(self) -> int:
        """Numbers per image; 784 for MNIST."""
        return int(self.train.images.shape[1])

    @property
    def n_bytes(self) -> int:
        """Memory of all images and labels."""
        splits = (self.train, self.test)
        return sum(split.images.nbytes + split.labels.nbytes for split in splits)

    def class_name(self, label: int) -> str:
        """What a class is called: its name, or its number."""
        return self.class_names[label] if label < len(self.class_names) else str(label)

    def class_title(self, label: int) -> str:
        """The number of a class, with its name if it has one: ``3 (dog)``."""
        name = self.class_name(label)
        return name if name == str(label) else f"{label} ({name})"

    @cached_property
    def never_lit(self) -> npt.NDArray[np.bool_]:
        """True where a pixel is 0 in every training image, shape (n_inputs,).

        The weights behind such a pixel have a gradient of exactly 0 and keep their initial
        noise for ever. 67 pixels of MNIST.
        """
        return np.asarray(~self.train.images.any(axis=0))


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Mark an array read-only and give it back."""
    array.flags.writeable = False
    return array


def checked_dataset(
    name: str,
    source: str,
    train: tuple[npt.NDArray[Any], npt.NDArray[Any]],
    test: tuple[npt.NDArray[Any], npt.NDArray[Any]],
    class_names: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Dataset:
    """Build a dataset from arrays of any reasonable shape, or say why not.

    Parameters
    ----------
    name, source : str
    train, test : pair of images (n, ...) and labels (n,)
        Images uint8 from 0 to 255, or floating from 0 to 1.
    class_names, notes : tuple of str, optional
        See `Dataset`.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If shapes, types or ranges do not fit.
    """
    splits = [
        _checked_split(source, which, *pair)
        for which, pair in (("training", train), ("test", test))
    ]
    if splits[0].images.shape[1] != splits[1].images.shape[1]:
        raise DataError(
            f"{source}: training images have {splits[0].images.shape[1]} numbers, "
            f"test images {splits[1].images.shape[1]}"
        )
    n_classes = max(*(int(split.labels.max()) + 1 for split in splits), len(class_names), 2)
    return Dataset(name, source, splits[0], splits[1], n_classes, class_names, notes)


def _checked_split(
    source: str, which: str, images: npt.NDArray[Any], labels: npt.NDArray[Any]
) -> Split:
    if images.ndim < 2 or len(images) == 0:
        raise DataError(f"{source}: {which} images have shape {images.shape}, not (n, ...)")
    if labels.shape != (len(images),):
        raise DataError(
            f"{source}: {len(images)} {which} images but labels of shape {labels.shape}"
        )
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= MAXIMUM_CLASSES:
        raise DataError(
            f"{source}: {which} labels must be whole numbers from 0 to {MAXIMUM_CLASSES - 1}"
        )
    flat = np.ascontiguousarray(images.reshape(len(images), -1))
    if flat.dtype != np.uint8:
        flat = _checked_floats(source, which, flat)
    return Split(read_only(flat), read_only(np.ascontiguousarray(labels.astype(np.uint8))))


def _checked_floats(source: str, which: str, flat: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    if flat.dtype.kind not in "fiu":
        raise DataError(f"{source}: {which} images of type {flat.dtype} are not numbers")
    if not np.isfinite(flat).all():
        raise DataError(f"{source}: {which} images hold values that are not finite")
    low, high = float(flat.min()), float(flat.max())
    if flat.dtype.kind in "iu" and low >= 0 and high <= 255:
        return np.asarray(flat / np.float32(255), np.float32)
    if low < 0 or high > 1:
        raise DataError(
            f"{source}: {which} images reach from {low:g} to {high:g}; "
            "use uint8 from 0 to 255 or numbers from 0 to 1"
        )
    return flat.astype(np.float32)
