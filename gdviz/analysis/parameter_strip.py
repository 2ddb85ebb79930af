"""The parameter vector as one strip: cut into as many columns as there are pixels.

Imports `gdviz.nn.parameters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray, Layout

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the vector that belongs together: the weights of a layer, or its biases.

    Parameters
    ----------
    start, stop : int
        Positions in the vector, `stop` not included.
    title : str
        For example ``hidden 1 weights``.
    """

    start: int
    stop: int
    title: str

    @property
    def size(self) -> int:
        """How many parameters it has."""
        return self.stop - self.start


def segments(layout: Layout) -> tuple[Segment, ...]:
    """Give weights and biases of every layer in the vector's order; they cover all of it."""
    found = []
    for k in range(layout.n_layers):
        title = layout.layer_title(k)
        for where, kind in (
            (layout.weight_slices[k], "weights"),
            (layout.bias_slices[k], "biases"),
        ):
            found.append(Segment(where.start, where.stop, f"{title} {kind}"))
    return tuple(found)


def sum_text(layout: Layout) -> str:
    """Write the number of parameters as a sum, for example ``12,544+16+256+16+160+10``."""
    return "+".join(f"{segment.size:,}" for segment in segments(layout))


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """A stretch of the vector in columns of pixels; arrays of shape (n,).

    Parameters
    ----------
    first, last : ndarray of intp
        Which parameters a column shows: `first` to `last` − 1, at least one.
    low, high : float64 ndarray
        The smallest and the largest of them; NaN if one is.
    mean_size : float64 ndarray
        The mean of their magnitudes.
    """

    first: npt.NDArray[np.intp]
    last: npt.NDArray[np.intp]
    low: Vector
    high: Vector
    mean_size: Vector

    @property
    def most(self) -> int:
        """The most parameters that share a column."""
        return int((self.last - self.first).max())


def columns(values: FloatArray, start: float, stop: float, count: int) -> Columns:
    """Cut a stretch of a vector into columns of equal width.

    Parameters
    ----------
    values : ndarray of shape (P,)
    start, stop : float
        The stretch in positions, 0 to P, rising. Parameter k reaches from k to k + 1.
    count : int
        How many columns; at least one.

    Returns
    -------
    Columns
        A column shows every parameter whose left end is in it, and if there is none the one that
        its own left end is in: so no parameter is left out, and none is shown by two columns
        that are wider than a parameter.

    Raises
    ------
    ValueError
        If the stretch is not within the vector or empty, or there is no column.
    """
    if not 0 <= start < stop <= values.size:
        raise ValueError(
            f"a stretch must rise within 0 to {values.size}, not from {start:g} to {stop:g}"
        )
    if count < 1:
        raise ValueError(f"a strip needs at least one column, not {count}")
    edges = start + (stop - start) * np.arange(count + 1) / count
    edges[-1] = stop
    bounds = np.ceil(edges).astype(np.intp)
    # What the stretch begins in the middle of belongs to its first column.
    bounds[0] = int(np.floor(edges[0]))
    last = np.minimum(bounds[1:], values.size)
    first = np.minimum(bounds[:-1], values.size - 1)
    is_within = last <= first
    first = np.where(is_within, np.floor(edges[:-1]).astype(np.intp), first)
    last = np.where(is_within, first + 1, last)
    return _reduced(np.asarray(values), first, last)


def _reduced(
    values: npt.NDArray[np.floating[Any]],
    first: npt.NDArray[np.intp],
    last: npt.NDArray[np.intp],
) -> Columns:
    padded = np.append(values, values[-1:]).astype(np.float64)  # `last` may be the vector's length
    pairs = np.column_stack([first, last]).ravel()
    low = np.minimum.reduceat(padded, pairs)[::2]
    high = np.maximum.reduceat(padded, pairs)[::2]
    mean_size = np.add.reduceat(np.abs(padded), pairs)[::2] / (last - first)
    return Columns(first, last, low, high, mean_size)


def zoomed(
    start: float, stop: float, size: int, factor: float, about: float
) -> tuple[float, float]:
    """Give a narrower or wider stretch in which one position stays where it is.

    Parameters
    ----------
    start, stop : float
        The stretch now.
    size : int
        P.
    factor : float
        Its new width as a share of the width now; above 0. At least one parameter and at most
        all are shown.
    about : float
        The position that stays, as far as the vector's ends allow.
    """
    width = min(max((stop - start) * factor, 1.0), float(size))
    share = (about - start) / (stop - start)
    return _placed(about - share * width, width, size)


def moved(start: float, stop: float, size: int, by: float) -> tuple[float, float]:
    """Give the stretch moved by so many parameters, as far as the vector's ends allow."""
    return _placed(start + by, stop - start, size)


def _placed(start: float, width: float, size: int) -> tuple[float, float]:
    start = min(max(start, 0.0), size - width)
    return start, min(start + width, float(size))
