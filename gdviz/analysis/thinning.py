"""Long histories under a bound: which rows are merged, and what stays of them.

Imports NumPy only. Next: `history`, which uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt


def copied_rows(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give a copy of contiguous rows, as bytes: field by field it would take four times longer."""
    return rows.view(np.uint8).copy().view(rows.dtype)


def copy_rows(target: npt.NDArray[Any], source: npt.NDArray[Any], start: int, stop: int) -> None:
    """Write some of the contiguous rows of one array into another of their kind, as bytes."""
    part = slice(start * source.dtype.itemsize, stop * source.dtype.itemsize)
    target.view(np.uint8)[part] = source.view(np.uint8)[part]


def merged_fours(
    costs: npt.NDArray[np.floating[Any]], norms: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Merge each four rows to two, the lowest and the highest.

    Parameters
    ----------
    costs : ndarray of shape (4 n,)
        NaN is never an extreme where there is a number.
    norms : ndarray of shape (4 n, n_layers)

    Returns
    -------
    kept : ndarray of shape (2 n,)
        Rising; two of each four.
    norms : float32 ndarray of shape (2 n, n_layers)
        The root mean square of each four, twice: a mean over many rows stays what it was.
    """
    fours = np.ascontiguousarray(costs, np.float64).reshape(-1, 4)
    unknown = np.isnan(fours)
    lowest = _least_of_four(np.where(unknown, np.inf, fours))
    highest = _least_of_four(np.where(unknown, np.inf, -fours))
    # Four equal ones have one extreme: another row keeps it company.
    np.copyto(highest, np.where(lowest == 0, 3, 0), where=lowest == highest)
    first = np.arange(0, len(costs), 4)
    kept = np.empty((len(first), 2), np.intp)
    kept[:, 0] = first + np.minimum(lowest, highest)
    kept[:, 1] = first + np.maximum(lowest, highest)
    squares = sum(np.square(norms[k::4], dtype=np.float64) for k in range(4))
    roots = np.sqrt(squares / 4).astype(np.float32)
    return kept.ravel(), np.repeat(roots, 2, axis=0)


def _least_of_four(fours: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Give where the least of each four stands; twice as quick as NumPy along so short an axis."""
    a, b, c, d = fours.T
    in_first, in_second = b < a, 2 + (d < c)
    least = np.where(np.minimum(c, d) < np.minimum(a, b), in_second, in_first)
    return np.asarray(least, np.intp)


class Merging:
    """Merges rows a part at a time before their room is needed: all at once takes a frame.

    Parameters
    ----------
    start : int
        The first row that is merged.
    """

    def __init__(self, start: int) -> None:
        self.start = start
        self._done = start
        self._kept: list[npt.NDArray[np.intp]] = []
        self._norms: list[npt.NDArray[np.float32]] = []

    def go_on(self, records: npt.NDArray[Any], stop: int) -> None:
        """Merge the rows that follow, as long as they are before a row.

        Parameters
        ----------
        records : ndarray
            The same as before in all rows from `start` on that were merged.
        stop : int
        """
        first = self._done
        stop = first + max(stop - first, 0) // 4 * 4
        if stop > first:
            kept, norms = merged_fours(
                records["cost"][first:stop], records["gradient_norm"][first:stop]
            )
            self._kept.append(first + kept)
            self._norms.append(norms)
            self._done = stop

    @property
    def done(self) -> int:
        """The row that is merged next."""
        return self._done

    def finish(
        self, records: npt.NDArray[Any], stop: int
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """Give the rows that stay of those from `start` to a row, and their norms."""
        self.go_on(records, stop)
        n_kept = (stop - self.start) // 2
        return np.concatenate(self._kept)[:n_kept], np.concatenate(self._norms)[:n_kept]


class Stretches:
    """How coarse the rows of a history are: stretches, the oldest and coarsest first.

    What follows the last stretch is exact.

    Parameters
    ----------
    entries : iterable of (int, int)
        What `entries` gave.
    """

    def __init__(self, entries: Iterable[tuple[int, int]] = ()) -> None:
        self._entries = list(entries)

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """Rows of each stretch, and how often they were merged."""
        return tuple(self._entries)

    def copy(self) -> Stretches:
        """Give the same on its own."""
        twin = Stretches()
        twin._entries = list(self._entries)
        return twin

    @property
    def n_rows(self) -> int:
        """Rows that have been merged."""
        return sum(rows for rows, _ in self._entries)

    def merge(self, first: int, stop: int, least: int, most: int) -> tuple[int, int]:
        """Choose the rows that are merged now, and note that they are.

        The oldest of the finest stretch that is not too short; if all are short, of the longest.

        Parameters
        ----------
        first : int
            The row at which the first stretch begins.
        stop : int
            The rows from here on stay exact.
        least : int
            A stretch with fewer rows is short.
        most : int
            No more rows than these are merged, so that it does not take long.

        Returns
        -------
        start, stop : int
            Rows, a multiple of four.
        """
        exact = max(stop - first - self.n_rows, 0)
        entries = [*self._entries, (exact // 4 * 4, 0)]
        long = [k for k, (rows, _) in enumerate(entries) if rows >= least]
        chosen = long[-1] if long else max(range(len(entries)), key=lambda k: entries[k][0])
        start = first + sum(rows for rows, _ in entries[:chosen])
        rows, level = entries[chosen]
        taken = min(rows, most) // 4 * 4
        merged = [(taken // 2, level + 1), (rows - taken, level)]
        entries[chosen : chosen + 1] = merged
        self._entries = _joined([entry for entry in entries if entry[1] > 0])
        return start, start + taken

    def cut(self, n_rows: int) -> None:
        """Forget what lies beyond a number of rows, the first of all counted."""
        left = max(n_rows - 1, 0)
        entries = []
        for rows, level in self._entries:
            entries.append((min(rows, left), level))
            left -= entries[-1][0]
        self._entries = _joined(entries)


def _joined(entries: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join neighbours that are equally coarse, and leave out what has no rows."""
    joined: list[tuple[int, int]] = []
    for rows, level in entries:
        if joined and joined[-1][1] == level:
            joined[-1] = (joined[-1][0] + rows, level)
        elif rows:
            joined.append((rows, level))
    return joined
