"""Pictures made smaller or larger by averages over areas, and moved or turned on their ground.

Imports NumPy only; any thread may call. Rows go down, columns to the right; the edge between
pixel k and pixel k + 1 is at k + 1.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.generic)
PIXELS_AT_ONCE = 12_000
"""When pictures are turned: larger arrays would be fetched from the system anew each time."""
Picture = npt.NDArray[np.floating[Any]]


def area_averages(
    picture: npt.NDArray[Any], row_edges: npt.NDArray[Any], column_edges: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """Average a picture over rectangles: each pixel counts with its area inside.

    Parameters
    ----------
    picture : ndarray of shape (height, width)
        0 outside.
    row_edges : ndarray of shape (n_rows + 1,)
        Where the rectangles begin and end, rising, in pixels of the picture.
    column_edges : ndarray of shape (n_columns + 1,)

    Returns
    -------
    ndarray of shape (n_rows, n_columns)

    Notes
    -----
    The integral from the picture's edge is linear within a pixel, so that two of its values
    give every average exactly: no aliasing, whatever the scale.
    """
    by_rows = _averages_down(np.asarray(picture, np.float64), np.asarray(row_edges, np.float64))
    return _averages_down(by_rows.T, np.asarray(column_edges, np.float64)).T


def resized(picture: npt.NDArray[Any], height: int, width: int) -> npt.NDArray[np.float64]:
    """Give a whole picture in another size, by averages over areas, shape (height, width)."""
    rows = np.linspace(0, picture.shape[0], height + 1)
    columns = np.linspace(0, picture.shape[1], width + 1)
    return area_averages(picture, rows, columns)


def shifted(
    pictures: npt.NDArray[Number], down: int, right: int, ground: float = 0
) -> npt.NDArray[Number]:
    """Move pictures by whole pixels; what leaves is lost, what comes in is ground.

    Parameters
    ----------
    pictures : ndarray of shape (..., height, width)
    down, right : int
        May be negative, and larger than the picture.
    ground : float, default 0
    """
    height, width = pictures.shape[-2:]
    moved = np.full_like(pictures, ground)
    if abs(down) >= height or abs(right) >= width:
        return moved
    into_rows, from_rows = _overlap(down, height)
    into_columns, from_columns = _overlap(right, width)
    moved[..., into_rows, into_columns] = pictures[..., from_rows, from_columns]
    return moved


def rotated(
    pictures: Picture, degrees: float, center: tuple[float, float] | None = None
) -> npt.NDArray[np.float32]:
    """Turn pictures about a point, with bilinear interpolation; outside is 0.

    Parameters
    ----------
    pictures : ndarray of shape (..., height, width)
    degrees : float
        Positive turns against the clock, as it is seen with row 0 on top.
    center : (row, column), optional
        In pixel indices, a pixel's middle being a whole number; the picture's middle without it.

    Returns
    -------
    ndarray of the shape of `pictures`, float32
    """
    height, width = pictures.shape[-2:]
    middle_row, middle_column = center or ((height - 1) / 2, (width - 1) / 2)
    turn = math.radians(degrees % 360)
    cosine, sine = np.float32(math.cos(turn)), np.float32(math.sin(turn))
    framed = np.zeros((*pictures.shape[:-2], height + 3, width + 3), np.float32)
    framed[..., 1:-2, 1:-2] = pictures
    flat = framed.reshape(*pictures.shape[:-2], -1)
    right = np.arange(width, dtype=np.float32) - np.float32(middle_column)
    result = np.empty(pictures.shape, np.float32)
    n_rows = max(PIXELS_AT_ONCE // width, 1)
    for start in range(0, height, n_rows):
        rows = np.arange(start, min(start + n_rows, height), dtype=np.float32)[:, np.newaxis]
        down = rows - np.float32(middle_row)
        # Where each pixel comes from: the turn the other way round. What is outside is taken
        # from the frame of ground.
        from_row = np.clip(cosine * down + sine * right + np.float32(middle_row), -1, height)
        from_column = np.clip(cosine * right - sine * down + np.float32(middle_column), -1, width)
        result[..., start : start + n_rows, :] = _between(flat, width + 3, from_row, from_column)
    return result


def center_of_mass(picture: npt.NDArray[Any]) -> tuple[float, float] | None:
    """Give row and column of a picture's centre of mass, in pixel indices; None if it is all 0."""
    rows, columns = picture.sum(axis=1, dtype=np.float64), picture.sum(axis=0, dtype=np.float64)
    mass = float(rows.sum())
    if not mass > 0:
        return None
    row = float(rows @ np.arange(len(rows))) / mass
    return row, float(columns @ np.arange(len(columns))) / mass


def bounds_of(picture: npt.NDArray[Any]) -> tuple[int, int, int, int] | None:
    """Give top, bottom, left, right of what is not 0, the ends excluded; None if all is 0."""
    # The maximum of bytes is many times as quick as any().
    rows = np.flatnonzero(picture.max(axis=1))
    columns = np.flatnonzero(picture.max(axis=0))
    if not len(rows):
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _averages_down(
    picture: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Average over rows between edges, shape (n_edges - 1, width)."""
    height = len(picture)
    integral = np.zeros((height + 1, picture.shape[1]))
    np.cumsum(picture, axis=0, out=integral[1:])
    inside = np.clip(edges, 0, height)
    whole = np.minimum(inside.astype(np.intp), height - 1)
    up_to = integral[whole] + (inside - whole)[:, np.newaxis] * picture[whole]
    return np.asarray(np.diff(up_to, axis=0) / np.diff(edges)[:, np.newaxis])


def _between(
    flat: npt.NDArray[np.float32],
    stride: int,
    row: npt.NDArray[np.float32],
    column: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Give what stands between four pixels of pictures with a frame, whose rows are a stride."""
    top, left = np.floor(row), np.floor(column)
    below, beside = row - top, column - left
    first = (top + 1).astype(np.intp) * stride + (left + 1).astype(np.intp)
    upper = flat.take(first, axis=-1)
    upper += beside * (flat.take(first + 1, axis=-1) - upper)
    lower = flat.take(first + stride, axis=-1)
    lower += beside * (flat.take(first + (stride + 1), axis=-1) - lower)
    upper += below * (lower - upper)
    return upper


def _overlap(by: int, size: int) -> tuple[slice, slice]:
    """Give where the rest of a line goes that is moved, and where it comes from."""
    into = slice(max(by, 0), size + min(by, 0))
    return into, slice(max(-by, 0), size + min(-by, 0))
