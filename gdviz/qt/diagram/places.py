"""Where everything of the diagram stands; no painting and no colours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt

from gdviz.analysis.inspection.edges import Column, Diagram
from gdviz.analysis.inspection.folding import shown_layers
from gdviz.analysis.weight_images import image_shape
from gdviz.qt.painting import pixel_rectangle

MARGIN = 16.0
HEAD, FOOT = 26.0, 48.0
"""Captions of the columns above, legend and one line of words below."""
OUTPUT_WORDS = 78.0
"""Room for an output's label and value."""
COLUMN_PITCH = 76.0
"""Neurons of two layers are at least so far apart; more layers are folded."""
MORE_HEIGHT = 18.0
"""Room for ``… 496 more``."""
LARGEST_PICTURE = 196.0
COMPACT_PICTURE, COMPACT_PITCH = 84.0, 56.0
"""The image, and the least distance of two layers, where there is little room."""
GAP_BEFORE_TILES, GAP_AFTER_TILES = 52.0, 12.0
LARGEST_TILE = 56.0
STRIP_WIDTH = 16.0
"""Of inputs that make no picture."""


@dataclass(frozen=True, eq=False, slots=True)
class ColumnPlace:
    """Where the neurons of a layer stand."""

    column: Column
    x: float
    ys: npt.NDArray[np.float64]
    radius: float

    @property
    def left(self) -> float:
        """Where edges end."""
        return self.x - self.radius - 2

    @property
    def right(self) -> float:
        """Where edges begin."""
        return self.x + self.radius + 2


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Where everything stands in a widget of a size.

    Parameters
    ----------
    size : tuple of float
        Width and height of the widget.
    picture : QRectF
        The image that the network is shown.
    tiles : tuple of QRectF
        Pictures of the first column's neurons; empty if there is no room for them.
    columns : tuple of ColumnPlace
        Of the layers that are drawn; where two do not follow each other, layers are folded.
    """

    size: tuple[float, float]
    picture: QRectF
    tiles: tuple[QRectF, ...]
    columns: tuple[ColumnPlace, ...]

    def of_layer(self, layer: int) -> ColumnPlace | None:
        """Give where a layer stands; None if it is folded."""
        return next((place for place in self.columns if place.column.layer == layer), None)

    def center(self, layer: int, index: int) -> QPointF | None:
        """Give where a neuron stands; None if it is not drawn."""
        place = self.of_layer(layer)
        row = None if place is None else place.column.row_of(index)
        if place is None or row is None:
            return None
        return QPointF(place.x, float(place.ys[row]))

    def neuron_at(self, position: QPointF) -> tuple[int, int] | None:
        """Give layer and index of the neuron under a point, or None."""
        for place in self.columns:
            reach = place.radius + 4
            if abs(position.x() - place.x) > reach:
                continue
            row = int(np.abs(place.ys - position.y()).argmin())
            if abs(place.ys[row] - position.y()) <= reach:
                return place.column.layer, int(place.column.indices[row])
        return None


def places_of(diagram: Diagram, width: float, height: float, ratio: float) -> Places:
    """Lay a diagram out.

    Parameters
    ----------
    diagram : Diagram
    width, height : float
        Of the widget.
    ratio : float
        Device pixels per pixel: pictures have whole device pixels where they can.
    """
    top, bottom = HEAD, height - FOOT
    picture = _picture(diagram.network.n_inputs, width, top, bottom, ratio)
    first = diagram.columns[0]
    first_pitch = _pitch(first, bottom - top)
    size, depth = _tile_size(diagram.network.n_inputs, first_pitch, ratio)
    staggers = depth > first_pitch
    tiles_width = size * (2 if staggers else 1) + (4 if staggers else 0) if depth else 0.0
    last_x = width - MARGIN - OUTPUT_WORDS - 10
    first_x = picture.right() + GAP_BEFORE_TILES + tiles_width + GAP_AFTER_TILES + 8
    room = int((last_x - first_x) / COLUMN_PITCH) + 1 if last_x > first_x else 1
    shown = shown_layers(len(diagram.columns), room)
    xs = np.linspace(first_x, last_x, len(shown)) if len(shown) > 1 else [last_x]
    columns = tuple(
        _column(diagram.columns[layer], float(x), top, bottom)
        for layer, x in zip(shown, xs, strict=True)
    )
    tiles: tuple[QRectF, ...] = ()
    if depth and shown[0] == 0:
        tiles = _tiles(columns[0], size, depth, ratio, staggers=staggers)
    return Places((width, height), picture, tiles, columns)


def compact_places(diagram: Diagram, width: float, height: float, ratio: float) -> Places:
    """Lay a diagram out in little room: a small image, no pictures of single neurons.

    Parameters
    ----------
    diagram : Diagram
    width, height : float
        Of the widget.
    ratio : float
    """
    top, bottom = HEAD, height - FOOT
    tall, wide = image_shape(diagram.network.n_inputs)
    if tall == 1 and wide > 1:
        length = min(bottom - top - 40, 14.0 * wide)
        picture = QRectF(16, (top + bottom - length) / 2, STRIP_WIDTH, length)
    else:
        size = min(COMPACT_PICTURE, bottom - top - 40)
        room = QRectF(0, top, size, bottom - top)
        picture = pixel_rectangle(room, wide, tall, ratio, Qt.AlignmentFlag.AlignVCenter)
    last_x, first_x = width - OUTPUT_WORDS - 16, picture.right() + 56
    room_for = int((last_x - first_x) / COMPACT_PITCH) + 1 if last_x > first_x else 1
    shown = shown_layers(len(diagram.columns), room_for)
    xs = np.linspace(first_x, last_x, len(shown)) if len(shown) > 1 else [last_x]
    columns = tuple(
        _column(diagram.columns[layer], float(x), top, bottom)
        for layer, x in zip(shown, xs, strict=True)
    )
    return Places((width, height), picture, (), columns)


def _picture(n_inputs: int, width: float, top: float, bottom: float, ratio: float) -> QRectF:
    tall, wide = image_shape(n_inputs)
    if tall == 1 and wide > 1:
        # Numbers that make no picture stand above each other, the first on top.
        length = min(bottom - top - 40, 14.0 * wide)
        return QRectF(MARGIN + 20, (top + bottom - length) / 2, STRIP_WIDTH, length)
    room_size = min(LARGEST_PICTURE, 0.19 * width, bottom - top - 40)
    room = QRectF(MARGIN, top, room_size, bottom - top)
    return pixel_rectangle(room, wide, tall, ratio, Qt.AlignmentFlag.AlignVCenter)


def _pitch(column: Column, height: float) -> float:
    height -= MORE_HEIGHT if column.n_folded else 0
    return min(height / len(column.indices), 44.0)


def _column(column: Column, x: float, top: float, bottom: float) -> ColumnPlace:
    pitch, count = _pitch(column, bottom - top), len(column.indices)
    middle = (top + bottom - (MORE_HEIGHT if column.n_folded else 0)) / 2
    ys = np.asarray(middle + (np.arange(count) - (count - 1) / 2) * pitch, np.float64)
    return ColumnPlace(column, x, ys, float(min(max(0.4 * pitch, 2.5), 10.0)))


def _tile_size(n_inputs: int, pitch: float, ratio: float) -> tuple[float, float]:
    """Give width and height of a neuron's picture; 0 if it would be too small to see.

    Where neurons stand close, every second picture stands beside the column of the others:
    then each may be nearly two rows high.
    """
    tall, wide = image_shape(n_inputs)
    if tall == 1 and wide > 1:
        return (28.0, min(pitch - 3, 10.0)) if pitch >= 6 else (0.0, 0.0)
    available = min(pitch - 4 if pitch >= 40 else 2 * pitch - 10, LARGEST_TILE)
    if available < 12:
        return 0.0, 0.0
    scale = available * ratio / wide
    # A whole number of device pixels for each weight; a little smaller is worth it.
    scale = int(scale) if int(scale) >= 0.8 * scale else scale
    return wide * scale / ratio, tall * scale / ratio


def _tiles(
    place: ColumnPlace, size: float, depth: float, ratio: float, *, staggers: bool
) -> tuple[QRectF, ...]:
    right = place.left - GAP_AFTER_TILES
    tiles = []
    for row, y in enumerate(place.ys):
        edge = right - (size + 4 if staggers and row % 2 == 0 else 0)
        left = math.floor((edge - size) * ratio) / ratio
        top = round((float(y) - depth / 2) * ratio) / ratio
        tiles.append(QRectF(left, top, size, depth))
    return tuple(tiles)
