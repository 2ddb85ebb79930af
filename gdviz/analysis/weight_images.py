"""The weights into each neuron as pictures, laid out as one mosaic, and limits of their colours.

One mosaic is one image for the screen: sixteen image items cost several times as much.

Imports NumPy only.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.generic)

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""What a limit may begin with."""


def image_shape(n_inputs: int) -> tuple[int, int]:
    """Give height and width of an input as a picture: square, or one row of a heat map.

    A rectangle would show neighbours where there are none.
    """
    side = math.isqrt(n_inputs)
    return (side, side) if side * side == n_inputs else (1, n_inputs)


def mosaic(
    tiles: npt.NDArray[Number], columns: int, gutter: int, between: float
) -> npt.NDArray[Number]:
    """Lay out pictures of one size as one picture, row by row.

    Parameters
    ----------
    tiles : ndarray of shape (n, height, width)
    columns : int
        Pictures side by side, at least 1.
    gutter : int
        Cells between two pictures, 0 or more.
    between : float
        What stands in the gutters and after the last picture.

    Returns
    -------
    ndarray of shape (rows * (height + gutter) - gutter, columns * (width + gutter) - gutter)
        Row 0 is the top.

    Raises
    ------
    ValueError
        If there is no picture or no column.
    """
    if tiles.ndim != 3 or tiles.size == 0:
        raise ValueError(f"a mosaic needs pictures (n, height, width), not {tiles.shape}")
    if columns < 1 or gutter < 0:
        raise ValueError(f"{columns} columns with a gutter of {gutter} make no mosaic")
    count, height, width = tiles.shape
    rows, tall, wide = -(-count // columns), height + gutter, width + gutter
    cells = np.full((rows * columns, tall, wide), between, tiles.dtype)
    cells[:count, :height, :width] = tiles
    grid = cells.reshape(rows, columns, tall, wide).transpose(0, 2, 1, 3)
    whole = grid.reshape(rows * tall, columns * wide)
    return whole[: rows * tall - gutter, : columns * wide - gutter]


def never_lit_pixels(images: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Give the inputs that are 0 in every image, shape (n_in,).

    Their weights have no gradient: they keep their initial noise for ever and make a picture
    look more random than what was learned.
    """
    return np.asarray(~images.any(axis=0))


class SymmetricLimit(NamedTuple):
    """A range ±limit for a diverging colour map; `float` of it gives the limit.

    Parameters
    ----------
    limit : float
        Positive.
    share_clipped : float
        Share of the finite values beyond ±limit, 0 to 1.
    """

    limit: float
    share_clipped: float

    def __float__(self) -> float:
        return self.limit


def symmetric_limit(
    values: npt.NDArray[np.floating[Any]], clip_share: float = 0.001
) -> SymmetricLimit:
    """Choose a range about zero that a few extreme values do not stretch.

    Parameters
    ----------
    values : ndarray of any shape
        Values that are not finite do not count.
    clip_share : float
        Share of the values that may lie beyond the limit, 0 to below 1.

    Returns
    -------
    SymmetricLimit
        Limit 1 if there is nothing but zeros.

    Raises
    ------
    ValueError
        If the share is not within 0 to 1.
    """
    if not 0 <= clip_share < 1:
        raise ValueError(f"the share to be clipped must be 0 to below 1, not {clip_share}")
    sizes = np.abs(values[np.isfinite(values)]).astype(np.float64)
    if sizes.size == 0 or not sizes.any():
        return SymmetricLimit(1.0, 0.0)
    rank = sizes.size - 1 - int(clip_share * sizes.size)
    limit = float(np.partition(sizes, rank)[rank])
    if limit == 0:  # nearly all are zero: the few others are what there is to see
        limit = float(sizes.max())
    return SymmetricLimit(limit, float((sizes > limit).mean()))


def round_limit(wanted: float) -> float:
    """Give the least round number that is not below a positive value."""
    if not (math.isfinite(wanted) and wanted > 0):
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(float(f"{f * power:.6g}") for f in ROUND if f * power >= wanted * (1 - 1e-9))


def steady_limit(wanted: float, before: float | None, narrows_at: float = 0.5) -> float:
    """Keep the limit of the frame before while it fits: a scale that flickers cannot be read.

    It widens as soon as the wanted limit is beyond it and narrows only when that is below
    a share of it.
    """
    if before is not None and narrows_at * before <= wanted <= before:
        return before
    return round_limit(wanted)
