"""Datasets as folders of pictures: each sub-folder is a class, its name the class's name.

::

    digits/0/a.png  digits/1/b.jpg ...            a share is held out for testing
    digits/train/0/a.png ... digits/test/0/...    what is for testing stands there

How one is decoded: `gdviz.data.pictures`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gdviz.data.classes import numbered
from gdviz.data.dataset import DataError, Dataset, Look, no_look
from gdviz.data.pictures import grey_picture, picture_size
from gdviz.data.preparing import dataset_of

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp"})
TRAIN_FOLDERS = frozenset({"train", "training"})
TEST_FOLDERS = frozenset({"test", "testing"})

SIDE = 28
"""Pixels along the sides that pictures of several sizes are fitted into."""
LARGEST_SIDE = 64
"""Square pictures of one size are taken as they are, up to so many pixels along a side."""
MOST_PICTURES = 200_000
LOOK_EVERY = 50


@dataclass(frozen=True, slots=True)
class _Listed:
    """The pictures of one split, class by class."""

    paths: tuple[Path, ...]
    classes: tuple[str, ...]


def has_sub_folders(folder: Path) -> bool:
    """Whether a folder has sub-folders that could be classes."""
    return folder.is_dir() and any(True for _ in _sub_folders(folder))


def load_image_folder(folder: Path, source: str, look: Look = no_look) -> Dataset:
    """Give the dataset of a folder of pictures.

    Parameters
    ----------
    folder : Path
    source : str
        See `Dataset`.
    look : Look, optional

    Raises
    ------
    DataError
        If there are no or too many pictures, or one cannot be read; the message names it.
    """
    listed, n_others = _listed(folder)
    every = [path for split in listed for path in split.paths]
    side, resized = _side(every, look)
    n_done, arrays = 0, []
    for split in listed:
        images = np.empty((len(split.paths), side, side), np.uint8)
        for row, path in enumerate(split.paths):
            if n_done % LOOK_EVERY == 0:
                # To look at the sizes was the first tenth.
                look(0.1 + 0.9 * n_done / len(every))
            images[row] = grey_picture(path, side)
            n_done += 1
        arrays.append(images)
    values = sorted({name for split in listed for name in split.classes})
    own, names = numbered(values, source)
    labels = [own[np.searchsorted(values, split.classes)] for split in listed]
    notes = ["pictures are read as grey"]
    if resized:
        notes.append(f"pictures of {resized} are fitted into {side}×{side} pixels")
    if n_others:
        notes.append(f"{n_others:,} files that are no PNG, JPEG or BMP were left out")
    test = (arrays[1], labels[1]) if len(listed) == 2 else None
    name = folder.resolve().name or str(folder)
    return dataset_of(name, source, (arrays[0], labels[0]), test, names, notes, mixes=True)


# --- which pictures ---------------------------------------------------------------------------


def _sub_folders(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from (e for e in entries if not e.name.startswith((".", "__")) and e.is_dir())
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror or error})") from None


def _listed(folder: Path) -> tuple[list[_Listed], int]:
    """Give the pictures, training first, and how many other files there are."""
    by_name = {entry.name.casefold(): Path(entry.path) for entry in _sub_folders(folder)}
    train = [path for name, path in by_name.items() if name in TRAIN_FOLDERS]
    test = [path for name, path in by_name.items() if name in TEST_FOLDERS]
    roots = [*train[:1], *test[:1]] if train else [folder]
    splits, n_others, n_left = [], 0, MOST_PICTURES
    for root in roots:
        paths: list[Path] = []
        classes: list[str] = []
        for entry in sorted(_sub_folders(root), key=lambda entry: entry.name):
            found, others = _pictures(Path(entry.path), n_left)
            n_left -= len(found)
            n_others += others
            paths += found
            classes += [entry.name] * len(found)
        if not paths:
            raise DataError(
                f"{root}: no PNG, JPEG or BMP files in its sub-folders; the pictures of each class "
                "stand in a sub-folder of their own"
            )
        splits.append(_Listed(tuple(paths), tuple(classes)))
    return splits, n_others


def _pictures(folder: Path, most: int) -> tuple[list[Path], int]:
    found, n_others = [], 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_file():
                    continue
                if Path(entry.name).suffix.lower() not in SUFFIXES:
                    n_others += 1
                    continue
                found.append(Path(entry.path))
                if len(found) > most:
                    raise DataError(
                        f"{folder.parent}: more than {MOST_PICTURES:,} pictures are in its folders"
                    )
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror or error})") from None
    return sorted(found), n_others


# --- what is in them --------------------------------------------------------------------------


def _side(paths: list[Path], look: Look) -> tuple[int, str]:
    """Give the side that all pictures get, and which sizes had to be changed; empty if none."""
    sizes = set()
    for number, path in enumerate(paths):
        if number % LOOK_EVERY == 0:
            look(0.1 * number / len(paths))
        sizes.add(picture_size(path))
    if len(sizes) == 1:
        width, height = next(iter(sizes))
        if width == height and width <= LARGEST_SIDE:
            return width, ""
        return SIDE, f"{width:,}×{height:,} pixels"
    return SIDE, f"{len(sizes):,} sizes"
