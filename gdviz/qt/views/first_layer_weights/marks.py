"""The mark of the weight that is selected in the window, on its neuron's picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gdviz.analysis.weight_images import image_shape
from gdviz.nn.parameters import Layout
from gdviz.qt.painting import draw_selected
from gdviz.qt.theme import Theme

Cell = tuple[int, int, int]
"""Neuron, row and column."""


def cell_of(layout: Layout, index: int | None) -> Cell | None:
    """Give where a component stands on the pictures; None if it is no weight of the first layer."""
    where = layout.weight_slices[0]
    if index is None or not where.start <= index < where.stop:
        return None
    n_in = layout.layer_sizes[0]
    neuron, pixel = divmod(index - where.start, n_in)
    row, column = divmod(pixel, image_shape(n_in)[1])
    return neuron, row, column


def paint_marked(
    painter: QPainter, tile: QRectF, shape: tuple[int, int], cell: Cell, theme: Theme
) -> None:
    """Frame a weight on the picture of its neuron, which has so many rows and columns."""
    high, wide = tile.height() / shape[0], tile.width() / shape[1]
    _, row, column = cell
    place = QRectF(tile.left() + column * wide, tile.top() + row * high, wide, high)
    draw_selected(painter, place, theme)
