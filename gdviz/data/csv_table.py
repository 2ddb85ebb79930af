"""A CSV file as one table: the numbers of the images, the texts of labels and splits.

Read in parts, so that reading can be looked at and given up; a line that does not fit is named.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.csv_columns import (
    Columns,
    columns_of,
    delimiter_of,
    fields_of,
    is_header,
    is_number,
)
from gdviz.data.dataset import DataError, Look
from gdviz.data.idx import read_bytes

MOST_VALUES = 200_000_000
MOST_LINE_BYTES = 4 << 20
PART_BYTES = 1 << 16
"""Text that is parsed in one go, some milliseconds in which no other thread has its turn."""


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """What a file holds.

    Parameters
    ----------
    images : ndarray of shape (n, n_pixels), uint8 or float32
    labels : ndarray of str, shape (n,)
    splits : ndarray of str, shape (n,), or None
    columns : Columns
    notes : tuple of str
        See `gdviz.data.dataset.Dataset`.
    """

    images: npt.NDArray[Any]
    labels: npt.NDArray[Any]
    splits: npt.NDArray[Any] | None
    columns: Columns
    notes: tuple[str, ...]


def read_table(path: Path, look: Look, like: Columns | None = None) -> Table:
    """Read a CSV file.

    Parameters
    ----------
    path : Path
    look : Look
    like : Columns, optional
        Of a file that this one belongs to: its columns are the same.

    Raises
    ------
    DataError
        If a line does not fit; the message names it, from 1.
    """
    look(0.0)
    lines, numbers = _lines(path)
    first = fields_of(lines[0], delimiter_of(lines[0]))
    has_header = is_header(first)
    body = lines[1:] if has_header else lines
    if not body:
        raise DataError(f"{path}: holds a header and no lines under it")
    columns = like
    if columns is None or columns.count != len(first):
        columns = columns_of(path, first if has_header else None, lines[0], body)
    if len(body) * columns.count > MOST_VALUES:
        raise DataError(
            f"{path}: {len(body):,} lines of {columns.count:,} values are more than "
            f"{MOST_VALUES:,} values"
        )
    table = _parsed(path, body, numbers[1:] if has_header else numbers, columns, look)
    left_out = [first[column] or "without a name" for column in columns.left_out]
    notes = (f"the column {left_out[0]} was left out",) if left_out and has_header else ()
    return Table(*table, columns, notes)


# --- lines ------------------------------------------------------------------------------------


def _lines(path: Path) -> tuple[list[bytes], list[int]]:
    """Give the lines that are not empty, and their numbers from 1."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise DataError(f"{path}: not an ordinary file")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None
    content = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    if b"\0" in content[:65_536]:
        raise DataError(f"{path}: neither IDX nor NPZ nor text such as CSV")
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    every = content.split(b"\n")
    numbers = [number for number, line in enumerate(every, 1) if line and not line.isspace()]
    if not numbers:
        raise DataError(f"{path}: the file is empty")
    lines = [every[number - 1] for number in numbers]
    longest = max(range(len(lines)), key=lambda k: len(lines[k]))
    if len(lines[longest]) > MOST_LINE_BYTES:
        raise DataError(
            f"{path}: line {numbers[longest]:,} is longer than {MOST_LINE_BYTES:,} bytes"
        )
    return lines, numbers


# --- numbers ----------------------------------------------------------------------------------


def _parsed(
    path: Path, body: Sequence[bytes], numbers: Sequence[int], columns: Columns, look: Look
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any] | None]:
    """Give images, labels and splits."""
    parts: list[npt.NDArray[Any]] = []
    texts: dict[int, _Texts] = {columns.label: _Texts()}
    if columns.split is not None:
        texts[columns.split] = _Texts()
    converters: dict[int | str, Callable[[str], float]] = dict(texts.items())
    converters |= dict.fromkeys(columns.left_out, lambda _text: 0.0)
    codes: dict[int, list[npt.NDArray[Any]]] = {column: [] for column in texts}
    pixels = columns.pixels
    is_block = pixels[-1] - pixels[0] + 1 == len(pixels)
    n_lines = max(PART_BYTES // max(map(len, body)), 1)
    for start in range(0, len(body), n_lines):
        look(start / len(body))
        lines = body[start : start + n_lines]
        values = _values(path, lines, numbers[start:], columns, converters)
        for column, found in codes.items():
            found.append(values[:, column].astype(np.intp))
        image = values[:, pixels[0] : pixels[-1] + 1] if is_block else values[:, pixels]
        parts.append(_compact(image))
    if any(part.dtype != np.uint8 for part in parts):
        parts = [part.astype(np.float32, copy=False) for part in parts]
    read = {column: texts[column].of(np.concatenate(found)) for column, found in codes.items()}
    splits = None if columns.split is None else read[columns.split]
    return np.concatenate(parts), read[columns.label], splits


class _Texts:
    """Numbers texts as they come; a converter of `numpy.loadtxt`."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def __call__(self, text: str) -> float:
        return float(self._codes.setdefault(text.strip(), len(self._codes)))

    def of(self, codes: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
        """Give the texts of some numbers."""
        return np.array(list(self._codes), dtype=str)[codes]


def _compact(values: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    """Give whole numbers from 0 to 255 as bytes, others as they are."""
    # NaN and infinity compare as not within.
    if not bool(((values >= 0) & (values <= 255)).all()):
        return values.copy()
    small = values.astype(np.uint8)
    return small if bool((small == values).all()) else values.copy()


def _values(
    path: Path,
    lines: Sequence[bytes],
    numbers: Sequence[int],
    columns: Columns,
    converters: dict[int | str, Callable[[str], float]],
) -> npt.NDArray[np.float32]:
    try:
        texts = b"\n".join(lines).decode("utf-8").split("\n")
        values = np.loadtxt(
            texts,
            np.float32,
            comments=None,
            delimiter=columns.delimiter,
            ndmin=2,
            converters=converters,
            quotechar='"',
            encoding=None,
        )
    except UnicodeDecodeError:
        raise DataError(f"{path}: the text is not UTF-8") from None
    except ValueError as error:
        raise _misfit(path, lines, numbers, columns, error) from None
    if values.shape != (len(lines), columns.count):
        raise _misfit(path, lines, numbers, columns, ValueError("lines of another length"))
    return np.asarray(values, np.float32)


def _misfit(
    path: Path,
    lines: Sequence[bytes],
    numbers: Sequence[int],
    columns: Columns,
    error: ValueError,
) -> DataError:
    """Say which line does not fit."""
    pixels = set(columns.pixels)
    for line, number in zip(lines, numbers, strict=False):
        fields = fields_of(line, columns.delimiter)
        if len(fields) != columns.count:
            return DataError(
                f"{path}: line {number:,} has {len(fields):,} values, the first line "
                f"{columns.count:,}"
            )
        for column, field in enumerate(fields):
            if column in pixels and not is_number(field):
                return DataError(
                    f"{path}: line {number:,} has {field[:40]!r} in column {column + 1:,}, which "
                    "is not a number"
                )
    return DataError(f"{path}: near line {numbers[0]:,}: {' '.join(str(error).split())}")
