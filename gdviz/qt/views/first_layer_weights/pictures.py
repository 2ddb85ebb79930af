"""What the mosaic shows, and in how many columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF

GUTTER = 1
"""Cells of the picture between two tiles."""


@dataclass(frozen=True, eq=False, slots=True)
class Pictures:
    """What the mosaic shows.

    Parameters
    ----------
    values : ndarray of shape (n_neurons, height, width)
    masked : ndarray of shape (height, width), bool, or None
        Pixels that are not painted.
    limits : ndarray of shape (n_neurons,)
        The value of the last colour, above 0: equal for all on a shared scale.
    shared : bool
        Whether the scale is shared.
    footer, clipped : str
        What stands under the picture, left and right.
    """

    values: npt.NDArray[np.floating[Any]]
    masked: npt.NDArray[np.bool_] | None
    limits: npt.NDArray[np.floating[Any]]
    shared: bool
    footer: str
    clipped: str


def n_columns(count: int, height: int, width: int, room: QRectF) -> int:
    """Give the number of columns with which tiles are drawn largest in a room."""
    best, best_scale = 1, 0.0
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        scale = min(
            room.width() / (columns * (width + GUTTER) - GUTTER),
            room.height() / (rows * (height + GUTTER) - GUTTER),
        )
        # A little larger is not worth an uneven last row.
        if count % columns == 0:
            scale *= 1.12
        if scale > best_scale:
            best, best_scale = columns, scale
    return best
