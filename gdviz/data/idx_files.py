"""Datasets as IDX files: the four of MNIST, or as many of them as there are, by any prefix.

EMNIST calls them ``emnist-letters-train-images-idx3-ubyte.gz``; a folder may hold several such
sets, and then one of their files says which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import DataError, Dataset, Look, no_look
from gdviz.data.idx import parse_idx, read_bytes
from gdviz.data.preparing import dataset_of

_NAME = re.compile(
    r"(?P<prefix>.*?)(?P<split>train|t10k|test)[-_.]?(?P<what>images|labels)"
    r"[-_.]idx[1-4][-_.]ubyte(?P<gzip>\.gz)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _FileSet:
    """The files of one dataset, by split and by what they hold; compressed ones come first."""

    train: dict[str, Path] = field(default_factory=dict)
    test: dict[str, Path] = field(default_factory=dict)


def is_idx_name(name: str) -> bool:
    """Whether a file is called as the IDX files of a dataset are."""
    return _NAME.fullmatch(name) is not None


def has_idx_files(folder: Path) -> bool:
    """Whether a folder holds IDX files of a dataset."""
    return folder.is_dir() and bool(_file_sets(folder))


def load_idx_files(path: Path, source: str, look: Look = no_look) -> Dataset:
    """Give the dataset of a folder of IDX files, or the one that one of its files belongs to.

    Parameters
    ----------
    path : Path
    source : str
        See `Dataset`.
    look : Look, optional

    Raises
    ------
    DataError
        If there are several, a file is missing or one is damaged; the message names it.
    """
    folder = path if path.is_dir() else path.parent
    sets = _file_sets(folder)
    prefix = _prefix(path, sets)
    files = sets[prefix]
    n_parts = 2 * bool(files.train) + 2 * bool(files.test)
    arrays: list[npt.NDArray[np.uint8]] = []
    for split in filter(None, (files.train, files.test)):
        for what in ("images", "labels"):
            if what not in split:
                other = next(iter(split.values())).name
                raise DataError(f"{folder}: the {what} to {other} (plain or .gz) are missing")
            look(len(arrays) / n_parts)
            arrays.append(parse_idx(read_bytes(split[what]), str(split[what])))
    name = prefix.rstrip("-_. ") or folder.name or str(folder)
    test = (arrays[2], arrays[3]) if n_parts == 4 else None
    return dataset_of(name, source, (arrays[0], arrays[1]), test)


def _prefix(path: Path, sets: dict[str, _FileSet]) -> str:
    """Give which of the datasets of a folder is meant."""
    if path.is_dir():
        if len(sets) == 1:
            return next(iter(sets))
        names = ", ".join(sorted(prefix.rstrip("-_. ") or "one without a name" for prefix in sets))
        raise DataError(
            f"{path}: several datasets are in this folder ({names}); choose one of their files"
            if sets
            else f"{path}: no IDX files such as train-images-idx3-ubyte are in this folder"
        )
    found = _NAME.fullmatch(path.name)
    if found is None or found["prefix"] not in sets:
        raise DataError(
            f"{path}: not called as IDX files of a dataset are, for example train-images-idx3-ubyte"
        )
    return found["prefix"]


def _file_sets(folder: Path) -> dict[str, _FileSet]:
    sets: dict[str, _FileSet] = {}
    try:
        # Compressed ones come last and are taken.
        paths = sorted(folder.iterdir(), key=lambda path: (path.suffix.lower() == ".gz", path.name))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror or error})") from None
    for path in paths:
        found = _NAME.fullmatch(path.name)
        if found is not None and path.is_file():
            files = sets.setdefault(found["prefix"], _FileSet())
            split = files.train if found["split"].lower() == "train" else files.test
            split[found["what"].lower()] = path
    return sets
