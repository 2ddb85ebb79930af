"""Root mean squares over equal columns of a growing table, without going over all of it.

Imports NumPy only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_BLOCK = 256
"""Rows whose sum of squares is kept; a power of two."""


class ColumnMeans:
    """Sums of squares of a table with many rows, brought up to date as it grows.

    Owned by one thread.
    """

    def __init__(self) -> None:
        self._sums: npt.NDArray[np.float64] = np.empty((0, 0))
        self._n_blocks = 0

    def clear(self) -> None:
        """Forget the table: it has been changed, or another one follows."""
        self._n_blocks = 0

    def roots(
        self, table: npt.NDArray[np.floating[Any]], n_columns: int
    ) -> tuple[int, npt.NDArray[np.float64]]:
        """Give the root mean square of each column of rows.

        Parameters
        ----------
        table : ndarray of shape (n, m)
            As in the call before, with rows added at its end.
        n_columns : int
            At least 1.

        Returns
        -------
        stride : int
            Rows in a column, a power of two; the last column may have fewer.
        roots : ndarray of shape (ceil(n / stride), m)
            At most `n_columns`; NaN where a value is.
        """
        stride = 1 << max(-(-len(table) // n_columns) - 1, 0).bit_length()
        if stride < _BLOCK:
            return stride, _roots(table, stride)
        self._add_blocks(table)
        per_column = stride // _BLOCK
        n_full = self._n_blocks // per_column
        sums = self._sums[: n_full * per_column]
        full = sums.reshape(n_full, per_column, table.shape[1]).sum(axis=1)
        rest = _roots(table[n_full * stride :], stride)
        return stride, np.concatenate([np.sqrt(full / stride), rest])

    def _add_blocks(self, table: npt.NDArray[np.floating[Any]]) -> None:
        """Sum up the blocks that have become full."""
        before, n_blocks = self._n_blocks, len(table) // _BLOCK
        if n_blocks > len(self._sums) or self._sums.shape[1] != table.shape[1]:
            grown = np.empty((2 * n_blocks, table.shape[1]))
            if before:
                grown[:before] = self._sums[:before]
            self._sums = grown
        rows = table[before * _BLOCK : n_blocks * _BLOCK]
        squares = np.square(rows, dtype=np.float64).reshape(-1, _BLOCK, table.shape[1])
        self._sums[before:n_blocks] = squares.sum(axis=1)
        self._n_blocks = n_blocks


def _roots(table: npt.NDArray[np.floating[Any]], stride: int) -> npt.NDArray[np.float64]:
    """Give the same, by going over all rows."""
    starts = np.arange(0, len(table), stride)
    if not len(starts):
        return np.empty((0, table.shape[1]))
    counts = np.diff(np.append(starts, len(table)))
    squares = np.add.reduceat(np.square(table, dtype=np.float64), starts, axis=0)
    return np.asarray(np.sqrt(squares / counts[:, None]))
