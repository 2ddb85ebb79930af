"""Datasets as one NPZ file: images and labels by the names that people give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.archive import damage_named
from gdviz.data.arrays import read_arrays
from gdviz.data.classes import numbered
from gdviz.data.dataset import DataError, Dataset, Labels, Look, no_look
from gdviz.data.preparing import Pair, as_labels, dataset_of, grey, on_unit_scale

TRAIN_NAMES = (
    ("x_train", "y_train"),
    ("train_images", "train_labels"),
    ("training_images", "training_labels"),
    ("images_train", "labels_train"),
    ("train_x", "train_y"),
    ("train_data", "train_labels"),
)
TEST_NAMES = tuple(
    tuple(name.replace("training", "test").replace("train", "test") for name in pair)
    for pair in TRAIN_NAMES
)
SINGLE_NAMES = (
    ("x", "y"),
    ("images", "labels"),
    ("data", "target"),
    ("data", "labels"),
    ("images", "target"),
    ("arr_0", "arr_1"),
)
"""Names of images and labels, whatever their capitals; the first pair that is complete is taken."""


def load_npz(path: Path, source: str, look: Look = no_look) -> Dataset:
    """Give the dataset of an NPZ file.

    Parameters
    ----------
    path : Path
    source : str
        See `Dataset`.
    look : Look, optional

    Raises
    ------
    DataError
        If the file is damaged, or has no arrays that are called so; the message names them.
    """
    look(0.0)
    arrays = read_arrays(path)
    look(0.5)
    with damage_named(path):
        return _dataset(arrays, path, source)


def _dataset(arrays: Mapping[str, npt.NDArray[Any]], path: Path, source: str) -> Dataset:
    train, test = _pairs(arrays, source)
    pairs = [train] if test is None else [train, test]
    shades = [grey(images) for images, _ in pairs]
    scaled, note = _scaled([images for images, _ in shades], source)
    labels, names = _numbered([as_labels(labels) for _, labels in pairs], source)
    made = [(images, own) for images, own in zip(scaled, labels, strict=True)]
    notes = [text for text in (shades[0][1], note) if text]
    return dataset_of(path.stem, source, made[0], made[1] if test else None, names, notes)


def _pairs(arrays: Mapping[str, npt.NDArray[Any]], source: str) -> tuple[Pair, Pair | None]:
    """Give the training and the test arrays."""
    folded = {name.casefold(): array for name, array in arrays.items()}
    train = _pair(folded, TRAIN_NAMES)
    if train is not None:
        test = _pair(folded, TEST_NAMES)
        if test is None and any(name in folded for pair in TEST_NAMES for name in pair):
            missing = [name for name in _test_names(folded) if name not in folded]
            raise DataError(f"{source}: {', '.join(missing)} missing in the NPZ file")
        return train, test
    single = _pair(folded, SINGLE_NAMES)
    if single is None:
        raise DataError(
            f"{source}: no arrays such as x_train and y_train, or images and labels, in the NPZ "
            f"file; it has {', '.join(list(arrays)[:8]) or 'none'}"
        )
    return single, None


def _pair(arrays: Mapping[str, npt.NDArray[Any]], names: Sequence[Sequence[str]]) -> Pair | None:
    found = next((pair for pair in names if all(name in arrays for name in pair)), None)
    return None if found is None else (arrays[found[0]], arrays[found[1]])


def _test_names(arrays: Mapping[str, npt.NDArray[Any]]) -> Sequence[str]:
    return next(pair for pair in TEST_NAMES if any(name in arrays for name in pair))


def _scaled(parts: list[npt.NDArray[Any]], source: str) -> tuple[list[npt.NDArray[Any]], str]:
    """Give images on the scale from 0 to 1; bytes are from 0 to 255 as they stand."""
    if all(part.dtype == np.uint8 for part in parts):
        return parts, ""
    scaled, note = on_unit_scale(parts, source)
    return list(scaled), note


def _numbered(
    parts: list[npt.NDArray[Any]], source: str
) -> tuple[list[npt.NDArray[Any] | Labels], tuple[str, ...]]:
    """Give labels as numbers; texts are numbered in order."""
    if not any(part.dtype.kind in "SU" for part in parts):
        return list(parts), ()
    if any(part.ndim != 1 for part in parts):
        raise DataError(f"{source}: labels of shape {parts[0].shape} are not one for each image")
    texts = [np.char.decode(p, "utf-8") if p.dtype.kind == "S" else p.astype(str) for p in parts]
    values = np.unique(np.concatenate(texts))
    own, names = numbered([str(value) for value in values], source)
    return [own[np.searchsorted(values, part)] for part in texts], names
