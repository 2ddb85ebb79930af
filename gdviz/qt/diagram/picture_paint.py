"""Painting the pictures of the diagram: what the network is shown, and what each neuron weighs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.inspection.edges import Diagram
from gdviz.analysis.inspection.example_gradient import takes
from gdviz.analysis.weight_images import image_shape
from gdviz.qt import number_text
from gdviz.qt.color_maps import grey_image, signed_image
from gdviz.qt.diagram.places import MARGIN, Places
from gdviz.qt.fonts import font
from gdviz.qt.painting import draw_pixels, letters, to_image
from gdviz.qt.theme import Theme


def paint_input(painter: QPainter, places: Places, diagram: Diagram, theme: Theme) -> None:
    """Paint the image and how many pixels it has; an empty frame if it does not fit."""
    where, n_inputs = places.picture, diagram.network.n_inputs
    tall, wide = image_shape(n_inputs)
    if takes(diagram.network, diagram.example):
        pixels = diagram.example.image.reshape((tall, wide) if tall > 1 else (wide, 1))
        draw_pixels(painter, where, to_image(grey_image(pixels)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(where.adjusted(-0.5, -0.5, 0.5, 0.5))
    word = "pixels" if tall > 1 else "inputs"
    caption = QRectF(MARGIN, where.top() - 20, 150, 16)
    letters(painter, caption, f"{number_text.whole(n_inputs)} {word}", font(11), theme.muted)


def paint_tiles(
    painter: QPainter, places: Places, diagram: Diagram, limit: float, theme: Theme
) -> None:
    """Paint the first layer's pictures, on a scale of their own."""
    if not places.tiles:
        return
    shape = image_shape(diagram.network.n_inputs)
    colors = signed_image(diagram.pictures, limit, theme)
    # Zero has the panel's colour: a hairline tells where a picture ends.
    edge = QPen(QColor(theme.line), 1)
    column = places.of_layer(0)
    for row, where in enumerate(places.tiles):
        draw_pixels(painter, where, to_image(colors[row].reshape(*shape, 4)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(edge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(where.adjusted(-0.5, -0.5, 0.5, 0.5))
        if column is not None:
            y = float(column.ys[row])
            painter.drawLine(int(where.right()) + 2, round(y), int(column.left) - 1, round(y))


def pixel_rectangle_in(where: QRectF, pixel: int, n_inputs: int, *, stands: bool) -> QRectF:
    """Give where a pixel is in a picture; ``stands`` if inputs that make none are a column."""
    tall, wide = image_shape(n_inputs)
    if tall == 1 and stands:
        tall, wide = wide, tall
    row, column = divmod(pixel, wide)
    width, height = where.width() / wide, where.height() / tall
    return QRectF(where.left() + column * width, where.top() + row * height, width, height)


def pixel_at(where: QRectF, x: float, y: float, n_inputs: int, *, stands: bool) -> int | None:
    """Give the pixel of a picture at a point, or None."""
    if not where.contains(x, y) or where.isEmpty():
        return None
    tall, wide = image_shape(n_inputs)
    if tall == 1 and stands:
        tall, wide = wide, tall
    row = min(int((y - where.top()) / where.height() * tall), tall - 1)
    column = min(int((x - where.left()) / where.width() * wide), wide - 1)
    return int(np.ravel_multi_index((row, column), (tall, wide)))
