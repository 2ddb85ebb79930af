"""Augmentation: each training image a little shifted, turned and noisy, anew in every epoch.

What is drawn depends on the epoch's key, the image's row and the pixel, and on nothing else
(`gdviz.nn.counter_hash`): how a run is cut, resumed or replayed never changes its pictures. With
``numbers(stream)`` those of a row, and ``uniform(h) = (h >> 40) / 2**24`` from 0 to below 1::

    a, b, c = numbers(0)[:3]
    dx      = (2 uniform(a) - 1) * shift       pixels to the right
    dy      = (2 uniform(b) - 1) * shift       pixels down
    angle   = (2 uniform(c) - 1) * rotation    anticlockwise
    pixel p : h = numbers(1)[p // 4];  i = (h >> (16 * (p % 4) + 4)) & 0xFFF
              value + noise * NORMAL_QUANTILES[i], then cut off at 0 and 1

The image is turned about its middle first and shifted then. A pixel of the result at x, y from
the middle takes the value at (cos x' − sin y', sin x' + cos y') from it, with x' = x − dx,
y' = y − dy, y growing downwards; between pixels the four nearest are mixed bilinearly, outside
there are zeros.

References
----------
Simard, Steinkraus, Platt, *Best practices for convolutional neural networks applied to visual
document analysis* (2003), section 2.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.counter_hash import UInt64, epoch_key, row_numbers

AUGMENTATION_PURPOSE = 4
"""What the seed is used for; see `gdviz.nn.dropout.DROPOUT_PURPOSE`."""

GEOMETRY_STREAM, NOISE_STREAM = 0, 1

NORMAL_QUANTILES: npt.NDArray[np.float32] = np.array(
    [NormalDist().inv_cdf((i + 0.5) / 4096) for i in range(4096)], np.float32
)
"""Φ⁻¹ at the middles of 4,096 equal shares, −3.7 to 3.7: drawn evenly they are normal numbers, but
for a standard deviation of 0.9998, at the price of a look-up."""
NORMAL_QUANTILES.flags.writeable = False


def augmentation_key(seed: int, epoch: int) -> int:
    """Give the key of an epoch's pictures, 0 to 2⁶⁴ − 1."""
    return epoch_key(seed, AUGMENTATION_PURPOSE, epoch)


def augmented(
    images: npt.NDArray[Any],
    rows: npt.NDArray[np.int64],
    key: int,
    shift: float,
    rotation_degrees: float,
    noise: float,
) -> npt.NDArray[np.float32]:
    """Give images as one epoch sees them.

    Any thread may call.

    Parameters
    ----------
    images : ndarray of shape (n, n_in)
        uint8, 0 to 255, or float32, 0 to 1; square if they are shifted or turned.
    rows : int64 ndarray of shape (n,)
        The rows of the training data that these images are.
    key : int
        See `augmentation_key`.
    shift : float
        Pixels at most, each way.
    rotation_degrees : float
        Degrees at most, either way.
    noise : float
        Standard deviation, in units of the range from 0 to 1.

    Returns
    -------
    float32 ndarray of shape (n, n_in)
        0 to 1, new. If nothing is to be changed, the images as they are.
    """
    result = _scaled(images)
    if shift > 0 or rotation_degrees > 0:
        draws = 2 * _uniform(row_numbers(key, rows, GEOMETRY_STREAM, 3)) - 1
        angles = draws[:, 2] * math.radians(rotation_degrees)
        result = moved(result, draws[:, 0] * shift, draws[:, 1] * shift, angles)
    if noise > 0:
        result += np.float32(noise) * _normal(key, rows, result.shape[1])
        np.clip(result, 0, 1, out=result)
    return result


def moved(
    images: npt.NDArray[np.float32],
    dx: npt.NDArray[np.float64],
    dy: npt.NDArray[np.float64],
    angles: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """Give square images turned about their middle and then shifted.

    Parameters
    ----------
    images : float32 ndarray of shape (n, side²)
    dx, dy : ndarray of shape (n,)
        Pixels to the right and down.
    angles : ndarray of shape (n,)
        Radians, anticlockwise.

    Returns
    -------
    float32 ndarray of shape (n, side²)

    Raises
    ------
    ValueError
        If the images are not square.
    """
    side = math.isqrt(images.shape[1])
    if side * side != images.shape[1]:
        raise ValueError(f"an image of {images.shape[1]:,} numbers is not square")
    middle = (side - 1) / 2
    down, right = np.divmod(np.arange(side * side), side)
    x = (right - middle) - dx[:, np.newaxis]
    y = (down - middle) - dy[:, np.newaxis]
    cosine, sine = np.cos(angles)[:, np.newaxis], np.sin(angles)[:, np.newaxis]
    source_x = cosine * x - sine * y + middle
    source_y = sine * x + cosine * y + middle
    left, top = np.floor(source_x), np.floor(source_y)
    right_share, bottom_share = source_x - left, source_y - top
    result = np.zeros(images.shape)
    for row, row_share in ((top, 1 - bottom_share), (top + 1, bottom_share)):
        for column, column_share in ((left, 1 - right_share), (left + 1, right_share)):
            result += row_share * column_share * _at(images, side, row, column)
    return result.astype(np.float32)


def _at(
    images: npt.NDArray[np.float32],
    side: int,
    row: npt.NDArray[np.float64],
    column: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """Give the pixels at whole rows and columns, 0 outside the image."""
    is_inside = (row >= 0) & (row < side) & (column >= 0) & (column < side)
    index = np.where(is_inside, row * side + column, 0).astype(np.int64)
    return np.where(is_inside, np.take_along_axis(images, index, axis=1), np.float32(0))


def _scaled(images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    result: npt.NDArray[np.float32] = images.astype(np.float32)
    if images.dtype == np.uint8:
        result *= np.float32(1 / 255)
    return result


def _uniform(numbers: UInt64) -> npt.NDArray[np.float64]:
    """Give numbers from 0 to below 1 of the top 24 bits: float32 holds them exactly."""
    return np.asarray((numbers >> np.uint64(40)) / 2.0**24)


def _normal(key: int, rows: npt.NDArray[np.int64], n_pixels: int) -> npt.NDArray[np.float32]:
    """Give a normal number for each pixel, four of each 64 bits."""
    numbers = row_numbers(key, rows, NOISE_STREAM, -(-n_pixels // 4))
    lanes = np.arange(4, dtype=np.uint64) * np.uint64(16) + np.uint64(4)
    indices = (numbers[:, :, np.newaxis] >> lanes) & np.uint64(0xFFF)
    return np.asarray(NORMAL_QUANTILES[indices.reshape(len(rows), -1)[:, :n_pixels]])
