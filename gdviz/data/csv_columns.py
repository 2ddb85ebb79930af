"""Which columns of a CSV file mean what: by their names, or by what stands in them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gdviz.data.dataset import MAXIMUM_CLASSES, DataError

LABEL_NAMES = frozenset({"label", "labels", "class", "target", "digit", "y"})
SPLIT_NAMES = frozenset({"split", "set", "subset", "usage"})
ROW_NAMES = frozenset({"", "id", "index", "unnamed: 0"})
"""Columns that number the lines; they are left out."""

DELIMITERS = ",;\t"
MOST_COLUMNS = 65_536 + 3
"""Images of 256 by 256 pixels with label, split and number."""
SAMPLED_LINES = 1_000
"""Lines, evenly spread, by which it is decided which column has the labels."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file mean what.

    Parameters
    ----------
    delimiter : str
    count : int
    label : int
    split : int or None
    left_out : tuple of int
        Numbers of lines and the like.
    """

    delimiter: str
    count: int
    label: int
    split: int | None = None
    left_out: tuple[int, ...] = ()

    @property
    def pixels(self) -> list[int]:
        """The columns of the images' numbers."""
        others = {self.label, self.split, *self.left_out}
        return [column for column in range(self.count) if column not in others]


def delimiter_of(line: bytes) -> str:
    """Give the separator of which a line has most."""
    return max(DELIMITERS, key=lambda delimiter: line.count(delimiter.encode()))


def fields_of(line: bytes, delimiter: str) -> list[str]:
    """Give the values of a line, without quotes and the spaces around them."""
    text = line.decode("utf-8", "replace")
    if '"' not in text:
        return [field.strip() for field in text.split(delimiter)]
    try:
        return [field.strip() for field in next(csv.reader([text], delimiter=delimiter))]
    except csv.Error:
        return [text]


def is_number(text: str) -> bool:
    """Whether a text is a number, NaN and infinity too."""
    try:
        float(text)
    except ValueError:
        return False
    # Python's own digits groups are no number in a file.
    return "_" not in text


def is_header(fields: Sequence[str]) -> bool:
    """Whether a first line names columns: it has a known name, or mostly words."""
    if any(field.casefold() in LABEL_NAMES | SPLIT_NAMES for field in fields):
        return True
    return sum(not is_number(field) for field in fields) > max(1, len(fields) / 2)


def columns_of(
    path: Path, header: list[str] | None, first: bytes, body: Sequence[bytes]
) -> Columns:
    """Decide which column has the labels."""
    delimiter = delimiter_of(first)
    count = len(header or fields_of(first, delimiter))
    if not 2 <= count <= MOST_COLUMNS:
        raise DataError(
            f"{path}: its first line is not a label and the numbers of an image, 2 to "
            f"{MOST_COLUMNS:,} values separated by commas, semicolons or tabs; it has {count:,}"
        )
    names = [name.casefold() for name in header or ()]
    splits = [k for k, name in enumerate(names) if name in SPLIT_NAMES]
    left_out = tuple(k for k, name in enumerate(names) if name in ROW_NAMES)[:1]
    labels = [k for k, name in enumerate(names) if name in LABEL_NAMES]
    if len(labels) > 1 or len(splits) > 1:
        twice = labels if len(labels) > 1 else splits
        called = " and ".join(repr((header or [])[k]) for k in twice[:2])
        raise DataError(f"{path}: two columns, {called}, could hold the same")
    split = splits[0] if splits else None
    label = labels[0] if labels else None
    if label is None:
        taken = {split, *left_out}
        free = [k for k in range(count) if k not in taken]
        label = _guessed_label(path, delimiter, count, body, (free[0], free[-1]))
    columns = Columns(delimiter, count, label, split, left_out)
    if not columns.pixels:
        raise DataError(f"{path}: it has no numbers beside its labels")
    return columns


def _guessed_label(
    path: Path, delimiter: str, count: int, body: Sequence[bytes], ends: tuple[int, int]
) -> int:
    """Give the first or the last column, if only one of them can be labels."""
    step = max(len(body) // SAMPLED_LINES, 1)
    rows = [
        row for row in (fields_of(line, delimiter) for line in body[::step]) if len(row) == count
    ]
    found = [end for end in dict.fromkeys(ends) if _may_be_labels([row[end] for row in rows])]
    words = [end for end in found if not all(is_number(row[end]) for row in rows)]
    if len(words) == 1:
        return words[0]
    if len(found) != 1:
        both = "both the first and the last column could" if found else "neither end could"
        raise DataError(
            f"{path}: it is not clear where the labels are ({both} hold them); give it a first "
            "line of names with a column label"
        )
    return found[0]


def _may_be_labels(values: Sequence[str]) -> bool:
    """Whether some values look like classes: few, and whole if they are numbers."""
    distinct = set(values)
    if not 2 <= len(distinct) <= MAXIMUM_CLASSES:
        return False
    if not all(is_number(value) for value in distinct):
        return True
    numbers = [float(value) for value in distinct]
    return all(number.is_integer() and 0 <= number < MAXIMUM_CLASSES for number in numbers)
