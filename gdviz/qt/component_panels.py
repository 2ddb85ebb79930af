"""Which component stands where in the picture of a layer, and how far its colours go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.weight_images import image_shape, mosaic, steady_limit, symmetric_limit
from gdviz.nn.parameters import FloatArray, Layout

GUTTER = 1
BIAS_WIDTH = 4
NARROWS_AT = 0.2
"""A scale that is so much too wide narrows, see `steady_limit`."""


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """One layer as an array of components.

    Parameters
    ----------
    title : str
    values : ndarray of shape (height, width)
        Of its components; NaN between tiles.
    index : ndarray of shape (height, width), intp
        Position in the flat vector; −1 between tiles.
    limit : float
        The value of the last colour, above 0.
    """

    title: str
    values: npt.NDArray[np.float32]
    index: npt.NDArray[np.intp]
    limit: float


def layer_index_map(layout: Layout, layer_index: int, side: int | None) -> npt.NDArray[np.intp]:
    """Give where each component of a layer stands in its picture.

    Parameters
    ----------
    layout : Layout
    layer_index : int
    side : int or None
        With a side, each row of weights is a tile of side × side; biases stand in a column
        at the right. Without, the weights are a matrix.

    Returns
    -------
    ndarray of intp
        Position in the flat vector, −1 where nothing is.
    """
    columns, rows = layout.layer_sizes[layer_index : layer_index + 2]
    weights = np.arange(layout.size)[layout.weight_slices[layer_index]].reshape(rows, columns)
    biases = np.arange(layout.size)[layout.bias_slices[layer_index]]
    if side is None:
        picture = np.full((rows, columns + 2), -1, np.intp)
        picture[:, :columns] = weights
        picture[:, -1] = biases
        return picture
    across = math.ceil(math.sqrt(rows))
    whole = mosaic(weights.reshape(rows, side, side), across, GUTTER, -1)
    # Biases as a column of blocks as high as the mosaic allows: one pixel would not be seen.
    block = max(whole.shape[0] // rows, 1)
    column = np.repeat(biases, block)[: whole.shape[0]]
    picture = np.full((whole.shape[0], whole.shape[1] + 2 + BIAS_WIDTH), -1, np.intp)
    picture[:, : whole.shape[1]] = whole
    picture[: len(column), -BIAS_WIDTH:] = column[:, None]
    return picture


class PanelMaker:
    """Gives the panels of a vector of components; their scales do not flicker."""

    def __init__(self) -> None:
        self._layout: Layout | None = None
        self._maps: list[npt.NDArray[np.intp]] = []
        self._limits: dict[int, float] = {}

    def panels(self, vector: FloatArray, layout: Layout) -> tuple[tuple[Panel, ...], int]:
        """Give a panel for each layer, and how many components are beyond the last colours.

        Parameters
        ----------
        vector : ndarray of shape (P,)
        layout : Layout
        """
        if self._layout is None or self._layout.layer_sizes != layout.layer_sizes:
            height, width = image_shape(layout.layer_sizes[0])
            side = width if height == width > 1 else None
            self._layout, self._limits = layout, {}
            self._maps = [
                layer_index_map(layout, k, side if k == 0 else None) for k in range(layout.n_layers)
            ]
        panels, beyond = [], 0
        for k, index in enumerate(self._maps):
            layer = vector[layout.layer_slices[k]]
            wanted = float(symmetric_limit(layer))
            limit = steady_limit(wanted, self._limits.get(k), NARROWS_AT)
            self._limits[k] = limit
            beyond += int((np.abs(layer) > limit).sum())
            values = vector[index].astype(np.float32)
            values[index < 0] = np.nan
            panels.append(Panel(layout.layer_title(k), values, index, limit))
        return tuple(panels), beyond
