"""Long curves for drawing: few points, and not one spike lost.

Of each bucket, about a pixel wide, the lowest and the highest point are kept as they are, so
the drawn line covers the same pixels as the whole curve would.

Imports NumPy only.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Place = TypeVar("Place", bound=np.generic)

_FACTOR = 8
"""How many blocks of one level make a block of the next."""


def decimate(
    x: npt.NDArray[Place], y: npt.NDArray[np.floating[Any]], n_buckets: int
) -> tuple[npt.NDArray[Place], npt.NDArray[np.floating[Any]]]:
    """Thin out a curve to the lowest and the highest point of each bucket.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        The curve. NaN in y is never an extreme.
    n_buckets : int
        Buckets of equal numbers of points; at least 1. About the width in pixels.

    Returns
    -------
    x, y : ndarray of shape (m,)
        Points of the curve itself in their order, m <= 2 n_buckets + 2. The first and the
        last point are always among them.

    Raises
    ------
    ValueError
        If x and y differ in length or there is no bucket.
    """
    if x.shape != y.shape or y.ndim != 1:
        raise ValueError(f"x and y must be of one length, not {x.shape} and {y.shape}")
    kept = _extremes(np.arange(len(y)), y, 0, len(y), n_buckets)
    return x[kept], y[kept]


class MinMaxPyramid:
    """A growing sequence that can be thinned out over any range at once.

    Level k holds, for each block of 8^k values, where the lowest and the highest stand.
    Appending costs a bounded time per value on average; a view costs a time that depends on
    the number of buckets and not on the length. Owned by one thread.
    """

    def __init__(self) -> None:
        self._values = _Growing(np.float64, 1)
        self._levels: list[_Growing] = []

    def __len__(self) -> int:
        return len(self._values)

    def append(self, values: npt.NDArray[np.floating[Any]]) -> None:
        """Add the values that follow, shape (n,); NaN is allowed and never an extreme."""
        self._values.extend(np.asarray(values, np.float64).reshape(-1, 1))
        size, level = _FACTOR, 0
        while len(self._values) >= size:
            if level == len(self._levels):
                self._levels.append(_Growing(np.int64, 2))
            self._complete(level)
            size, level = size * _FACTOR, level + 1

    def view(
        self, start: int, stop: int, n_buckets: int
    ) -> tuple[Positions, npt.NDArray[np.float64]]:
        """Give what to draw of the values ``start`` to ``stop - 1``.

        Parameters
        ----------
        start, stop : int
            Positions; what lies outside the sequence is left out.
        n_buckets : int
            At least 1; about the width in pixels.

        Returns
        -------
        positions : int64 ndarray of shape (m,)
            Rising, m <= 2 n_buckets + 2; the first and the last position of the range are
            always among them.
        values : float64 ndarray of shape (m,)
            The values there. For each value left out there is a shown one at least as high,
            and one at least as low, less than two buckets away.

        Raises
        ------
        ValueError
            If there is no bucket.
        """
        values = self._values.rows[:, 0]
        start, stop = max(0, int(start)), min(len(self), int(stop))
        if stop <= start:
            return np.empty(0, np.int64), np.empty(0)
        candidates = self._candidates(start, stop, (stop - start) / max(1, n_buckets))
        kept = candidates[_extremes(candidates, values[candidates], start, stop, n_buckets)]
        return kept, values[kept]

    def _candidates(self, start: int, stop: int, per_bucket: float) -> Positions:
        """Give positions among which all extremes of blocks no larger than a bucket are."""
        level, size = -1, 1
        while level + 1 < len(self._levels) and size * _FACTOR <= per_bucket:
            level, size = level + 1, size * _FACTOR
        if level < 0:
            return np.arange(start, stop)
        first = -(-start // size)
        last = min(stop // size, len(self._levels[level]))
        if last <= first:
            return np.arange(start, stop)
        inner = np.sort(self._levels[level].rows[first:last], axis=1).ravel()
        before, after = np.arange(start, first * size), np.arange(last * size, stop)
        rising = np.concatenate([[start], before, inner, after, [stop - 1]])
        # Both ends of the range always; and what is lowest and highest at once only once.
        return np.asarray(rising[np.diff(rising, prepend=-1) > 0], np.int64)

    def _complete(self, level: int) -> None:
        """Add the blocks of a level that have become full."""
        values = self._values.rows[:, 0]
        rows = self._levels[level]
        n_full = len(values) // _FACTOR ** (level + 1)
        children = slice(len(rows) * _FACTOR, n_full * _FACTOR)
        if level == 0:
            blocks = values[children].reshape(-1, _FACTOR)
            first = np.arange(children.start, children.stop, _FACTOR)
            found = [first + _least(blocks), first + _least(-blocks)]
        else:
            found = []
            for positions, sign in zip(
                self._levels[level - 1].rows[children].T, (1.0, -1.0), strict=True
            ):
                blocks = positions.reshape(-1, _FACTOR)
                best = _least(sign * values[blocks])
                found.append(blocks[np.arange(len(blocks)), best])
        rows.extend(np.stack(found, axis=1))


def _least(blocks: npt.NDArray[np.floating[Any]]) -> Positions:
    """Give where the least of each row stands; NaN only where there is nothing else."""
    unknown = np.isnan(blocks)
    if unknown.any():
        blocks = np.where(unknown, np.inf, blocks)
    return np.asarray(blocks.argmin(axis=1), np.int64)


class _Growing:
    """Rows in an array that doubles when it is full."""

    def __init__(self, dtype: npt.DTypeLike, n_columns: int) -> None:
        self._array: npt.NDArray[Any] = np.empty((64, n_columns), dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def rows(self) -> npt.NDArray[Any]:
        """All rows so far, as a view."""
        return self._array[: self._length]

    def extend(self, rows: npt.NDArray[Any]) -> None:
        """Add rows at the end."""
        stop = self._length + len(rows)
        if stop > len(self._array):
            grown = np.empty((max(stop, 2 * len(self._array)), rows.shape[1]), self._array.dtype)
            grown[: self._length] = self.rows
            self._array = grown
        self._array[self._length : stop] = rows
        self._length = stop


def _extremes(
    positions: Positions,
    values: npt.NDArray[np.floating[Any]],
    start: int,
    stop: int,
    n_buckets: int,
) -> Positions:
    """Give indices into `positions` of the extremes of each bucket, and of both ends.

    The buckets divide ``start`` to ``stop - 1`` evenly; `positions` rise.
    """
    if n_buckets < 1:
        raise ValueError(f"a curve needs at least one bucket, not {n_buckets}")
    if len(positions) <= 2 * n_buckets:
        return np.arange(len(positions))
    bucket = (positions - start) * n_buckets // (stop - start)
    opens = np.flatnonzero(np.diff(bucket, prepend=-1))
    counts = np.diff(opens, append=len(positions))
    kept = [np.array([0, len(positions) - 1])]
    for extreme in (np.fmin, np.fmax):
        best = np.repeat(extreme.reduceat(values, opens), counts)
        equal = np.flatnonzero(values == best)
        # Of equal values the first in each bucket will do.
        kept.append(equal[np.flatnonzero(np.diff(bucket[equal], prepend=-1))])
    return np.unique(np.concatenate(kept))
