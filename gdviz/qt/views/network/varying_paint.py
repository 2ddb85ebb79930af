"""Painting what varies and what is fixed: the cost is a function of the weights and biases."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.inspection.edges import Diagram, Edges
from gdviz.qt.colors import mix
from gdviz.qt.diagram.edge_paint import edge_lines, input_path
from gdviz.qt.diagram.neuron_paint import FillScale, paint_neurons
from gdviz.qt.diagram.places import Places
from gdviz.qt.fonts import font
from gdviz.qt.painting import letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.network.words import varies_words


def paint_varying_lines(
    painter: QPainter, places: Places, edges: Edges | None, theme: Theme
) -> None:
    """Paint lines in the accent's colour, every weight is a variable; None: from the image."""
    weight = QPen(QColor(mix(theme.panel, theme.accent, 0.4)), 1)
    if edges is None:
        first = places.of_layer(0)
        for row in range(0 if first is None else len(first.ys)):
            assert first is not None
            painter.strokePath(input_path(places, first, row), weight)
        return
    before, after = places.of_layer(edges.layer - 1), places.of_layer(edges.layer)
    if before is not None and after is not None:
        painter.setPen(weight)
        lines = edge_lines(edges, before, after).tolist()
        painter.drawLines([QLineF(*line) for line in lines])


def paint_varying_marks(painter: QPainter, places: Places, theme: Theme) -> None:
    """Frame pictures of weights and the rims of neurons, which stand for biases, and the data."""
    variable = QPen(QColor(theme.accent), 1.5)
    for place in places.columns:
        paint_neurons(painter, place, FillScale(0, 1), theme, dims=True)
        painter.setPen(variable)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for y in place.ys.tolist():
            painter.drawEllipse(QPointF(place.x, y), place.radius, place.radius)
    painter.setPen(variable)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tile in places.tiles:
        painter.drawRect(tile.adjusted(-1, -1, 1, 1))
    painter.setPen(QPen(QColor(theme.ball), 2))
    painter.drawRect(places.picture.adjusted(-2, -2, 2, 2))


def paint_varying_legend(painter: QPainter, diagram: Diagram, start: QPointF, theme: Theme) -> None:
    """Say in one line what the colours mean, from a point on its middle."""
    colors = ((theme.accent, theme.text), (theme.ball, theme.text), (theme.muted, theme.muted))
    x, small = start.x(), font(11)
    for text, (mark, color) in zip(varies_words(diagram), colors, strict=True):
        painter.fillRect(QRectF(x, start.y() - 5, 10, 10), QColor(mark))
        width = text_width(text, small)
        letters(painter, QRectF(x + 16, start.y() - 8, width + 1, 16), text, small, color)
        x += 16 + width + 20
