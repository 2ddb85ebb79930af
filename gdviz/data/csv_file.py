"""Datasets as CSV: an image on each line, its label first, last, or in a column called so.

::

    label,pixel0,pixel1,...      a header, or none     5,0,0,18,...
    5,0,0,18,...                 label,...,split       0.0;0.5;1.0;cat

Separated by commas, semicolons or tabs, plain or compressed with gzip. What is for testing is said
by a column ``split``, or stands in a second file (``digits_train.csv`` and ``digits_test.csv``);
else a share is held out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.classes import numbered
from gdviz.data.csv_table import Table, read_table
from gdviz.data.dataset import DataError, Dataset, Look, no_look
from gdviz.data.preparing import dataset_of, on_unit_scale

TRAIN_WORDS = frozenset({"train", "training"})
TEST_WORDS = frozenset({"test", "testing", "t10k", "val", "valid", "validation"})

_SIBLINGS = (("train", "test"), ("training", "testing"), ("tra", "tes"))
"""Words in the names of two files that belong together; the last are the UCI archive's."""


def load_csv(path: Path, source: str, look: Look = no_look) -> Dataset:
    """Give the dataset of a CSV file, with that of its second file if there is one.

    Parameters
    ----------
    path : Path
    source : str
        See `Dataset`.
    look : Look, optional

    Raises
    ------
    DataError
        If a line or the whole cannot be understood; the message names file and line.
    """
    sibling = test_file(path)
    n_files = 1 if sibling is None else 2
    table = read_table(path, lambda share: look(share / n_files))
    notes = list(table.notes)
    if sibling is None:
        parts = _shared_out(table, path)
    else:
        second = read_table(sibling, lambda share: look((1 + share) / n_files), table.columns)
        if second.images.shape[1] != table.images.shape[1]:
            raise DataError(
                f"{sibling}: its lines have {second.images.shape[1]:,} numbers beside the label, "
                f"those of {path.name} {table.images.shape[1]:,}"
            )
        parts = [(table.images, table.labels), (second.images, second.labels)]
        notes.append(f"the test images are those of {sibling.name}")
    images, note = on_unit_scale([images for images, _ in parts], str(path))
    values = sorted({text for _, labels in parts for text in labels})
    own, names = numbered(values, str(path))
    numbers = [own[np.searchsorted(values, labels)] for _, labels in parts]
    pairs = list(zip(images, numbers, strict=True))
    test = pairs[1] if len(pairs) == 2 else None
    name = re.sub(r"\.(csv|tsv|txt|gz)", "", path.name, flags=re.IGNORECASE)
    said = [*notes, note] if note else notes
    return dataset_of(name, source, pairs[0], test, names, said, mixes=True)


def test_file(path: Path) -> Path | None:
    """Give the file of the test images that belongs to one of training images."""
    for train, test in _SIBLINGS:
        found = re.search(rf"(?<![a-z]){train}(?![a-z])", path.name, re.IGNORECASE)
        if found is None:
            continue
        word = test.upper() if found[0].isupper() else test
        word = word.capitalize() if found[0].istitle() else word
        other = path.with_name(path.name[: found.start()] + word + path.name[found.end() :])
        if other.is_file():
            return other
    return None


def training_file(folder: Path) -> Path | None:
    """Give the one CSV file of a folder, or that of its training images."""
    try:
        files = [p for p in folder.iterdir() if re.search(r"\.[ct]sv(\.gz)?$", p.name.lower())]
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror or error})") from None
    with_test = [path for path in files if test_file(path) is not None]
    if len(files) == 1:
        return files[0]
    return with_test[0] if len(with_test) == 1 and len(files) == 2 else None


def _shared_out(
    table: Table, path: Path
) -> list[tuple[npt.NDArray[Any], Sequence[str] | npt.NDArray[Any]]]:
    """Give the training part and, if a column says which, the test part."""
    if table.splits is None:
        return [(table.images, table.labels)]
    values = {value: value.strip().casefold() for value in np.unique(table.splits).tolist()}
    for value, word in values.items():
        if word not in TRAIN_WORDS | TEST_WORDS:
            raise DataError(f"{path}: the column split says {value!r}, neither train nor test")
    tests = [value for value, word in values.items() if word in TEST_WORDS]
    is_test = np.isin(table.splits, tests)
    if is_test.all() or not is_test.any():
        raise DataError(f"{path}: the column split says {next(iter(values))!r} on every line")
    return [(table.images[which], table.labels[which]) for which in (~is_test, is_test)]
