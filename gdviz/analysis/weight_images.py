"""The weights into each neuron as pictures, laid out as one mosaic.

One mosaic is one image for the screen: sixteen image items cost several times as much.

Imports NumPy only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt


def tile_shape(n_inputs: int) -> tuple[int, int]:
    """Give (height, width) of the picture of one neuron's weights.

    A square if the number of inputs is one, as for 28x28 images; otherwise the rectangle
    without gaps that is nearest to a square, at most four times as wide as high; otherwise
    nearly a square whose last row is not full.
    """
    if n_inputs < 1:
        raise ValueError(f"a neuron needs at least one input, not {n_inputs}")
    side = math.isqrt(n_inputs)
    for height in range(side, 0, -1):
        if n_inputs % height == 0 and n_inputs // height <= 4 * height:
            return height, n_inputs // height
    width = side if side * side == n_inputs else side + 1
    return -(-n_inputs // width), width


@dataclass(frozen=True, slots=True)
class MosaicLayout:
    """Where each neuron's picture stands in the mosaic.

    Parameters
    ----------
    n_neurons, n_inputs : int
    columns : int
        Pictures side by side.
    gutter : int
        Pixels between two pictures.
    """

    n_neurons: int
    n_inputs: int
    columns: int
    gutter: int

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the mosaic in pixels."""
        height, width = tile_shape(self.n_inputs)
        columns = min(self.columns, self.n_neurons)
        rows = -(-self.n_neurons // self.columns)
        return (
            rows * (height + self.gutter) - self.gutter,
            columns * (width + self.gutter) - self.gutter,
        )

    def corner(self, neuron: int) -> tuple[int, int]:
        """(row, column) of the first pixel of a neuron's picture."""
        height, width = tile_shape(self.n_inputs)
        down, across = divmod(neuron, self.columns)
        return down * (height + self.gutter), across * (width + self.gutter)

    def index(self, row: int, column: int) -> tuple[int, int] | None:
        """Give (neuron, input) that a pixel of the mosaic shows, or None between pictures."""
        height, width = tile_shape(self.n_inputs)
        down, y = divmod(row, height + self.gutter)
        across, x = divmod(column, width + self.gutter)
        neuron, source = down * self.columns + across, y * width + x
        is_outside = row < 0 or column < 0 or y >= height or x >= width or across >= self.columns
        if is_outside or neuron >= self.n_neurons or source >= self.n_inputs:
            return None
        return neuron, source


def mosaic(
    values: npt.NDArray[np.floating[Any]], columns: int, gutter: int = 1
) -> npt.NDArray[np.floating[Any]]:
    """Lay out the pictures of all neurons as one image.

    Parameters
    ----------
    values : ndarray of shape (n_neurons, n_inputs)
        One row a neuron: weights, or anything that belongs to weights.
    columns : int
        Pictures side by side, at least 1.
    gutter : int
        Pixels between two pictures, 0 or more.

    Returns
    -------
    ndarray of shape (height, width)
        Row 0 is the top. NaN in the gutters and where there is no weight.

    Raises
    ------
    ValueError
        If the values are not a matrix or there is no column.
    """
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"a mosaic needs a matrix (n_neurons, n_inputs), not {values.shape}")
    if columns < 1 or gutter < 0:
        raise ValueError(f"{columns} columns with a gutter of {gutter} make no mosaic")
    n_neurons, n_inputs = values.shape
    layout = MosaicLayout(n_neurons, n_inputs, columns, gutter)
    height, width = tile_shape(n_inputs)
    image = np.full(layout.shape, np.nan, values.dtype)
    padded = np.full((n_neurons, height * width), np.nan, values.dtype)
    padded[:, :n_inputs] = values
    for neuron in range(n_neurons):
        top, left = layout.corner(neuron)
        image[top : top + height, left : left + width] = padded[neuron].reshape(height, width)
    return image


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
