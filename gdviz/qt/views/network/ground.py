"""The diagram as one picture: made when what it shows changes, not at every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from gdviz.analysis.inspection.edges import Diagram, Edges
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.diagram.edge_paint import paint_edges, paint_input_lines
from gdviz.qt.diagram.neuron_paint import (
    FillScale,
    paint_heads,
    paint_neurons,
    paint_outputs,
    paint_ring,
    scales_of,
)
from gdviz.qt.diagram.picture_paint import paint_input, paint_tiles
from gdviz.qt.diagram.places import FOOT, MARGIN, Places
from gdviz.qt.flat_scale import draw_flat_scale
from gdviz.qt.fonts import font
from gdviz.qt.painting import RIGHT, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.network.varying_paint import (
    paint_varying_legend,
    paint_varying_lines,
    paint_varying_marks,
)
from gdviz.qt.views.network.words import QUANTITIES

LEGEND_MIDDLE = 16.0
"""Below the diagram, to the middle of the legend."""


FILL_LEGEND = 140.0
"""What the legend of the discs takes."""
Part = Callable[[QPainter, "Shown", Places, Theme], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """The last colour's values, above 0: of edges, of the lines from the image, of pictures."""

    edges: float
    inputs: float
    pictures: float


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """What is painted.

    Parameters
    ----------
    diagram : Diagram
    limits : Limits
    chosen : NeuronPlace or None
    shows_varying : bool
        Whether variables and constants of the cost are told apart instead of values.
    """

    diagram: Diagram
    limits: Limits
    chosen: NeuronPlace | None
    shows_varying: bool

    @property
    def share_clipped(self) -> float:
        """Share of the edges between drawn neurons that is beyond the last colour."""
        told = self.diagram.told
        return float((np.abs(told) > self.limits.edges).mean()) if told.size else 0.0


class Ground:
    """The picture of a diagram, painted in parts: lines, pictures, and what stands on them.

    Parameters
    ----------
    shown : Shown
    places : Places
        Of the diagram.
    ratio : float
        Device pixels per pixel.
    theme : Theme
    """

    def __init__(self, shown: Shown, places: Places, ratio: float, theme: Theme) -> None:
        self.shown, self.places = shown, places
        self.made_for = (places.size, ratio, theme)
        size = places.size
        self.pixmap = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
        self.pixmap.setDevicePixelRatio(ratio)
        self.pixmap.fill(Qt.GlobalColor.transparent)
        self._theme = theme
        layers = shown.diagram.edges
        self._parts: list[Part] = [
            _paint_input_lines,
            *(partial(_paint_edges, edges=edges) for edges in layers),
            _paint_pictures,
            _paint_neurons,
        ]

    @property
    def is_ready(self) -> bool:
        """Whether all of it is painted."""
        return not self._parts

    def go_on(self) -> None:
        """Paint the next part: up to 3 ms for the edges between two layers of 16."""
        part = self._parts.pop(0)
        with QPainter(self.pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            part(painter, self.shown, self.places, self._theme)

    def finish(self) -> None:
        """Paint what is missing."""
        while not self.is_ready:
            self.go_on()


def _paint_input_lines(painter: QPainter, shown: Shown, places: Places, theme: Theme) -> None:
    diagram, chosen = shown.diagram, shown.chosen
    if shown.shows_varying:
        paint_varying_lines(painter, places, None, theme)
        return
    carried = diagram.columns[0].weighted_inputs if diagram.quantity == "contribution" else None
    paint_input_lines(painter, places, carried, shown.limits.inputs, theme, chosen)


def _paint_edges(
    painter: QPainter, shown: Shown, places: Places, theme: Theme, *, edges: Edges
) -> None:
    if shown.shows_varying:
        paint_varying_lines(painter, places, edges, theme)
    else:
        paint_edges(painter, places, edges, shown.limits.edges, theme, shown.chosen)


def _paint_pictures(painter: QPainter, shown: Shown, places: Places, theme: Theme) -> None:
    """Paint the image and the first layer's pictures, with what they are and how far they go."""
    diagram, limits, small = shown.diagram, shown.limits, font(11)
    paint_input(painter, places, diagram, theme)
    paint_tiles(painter, places, diagram, limits.pictures, theme)
    if diagram.quantity == "contribution" and diagram.columns[0].weighted_inputs is not None:
        under = QRectF(MARGIN, places.picture.bottom() + 4, 150, 16)
        text = f"weighted input ±{number_text.tick(limits.inputs)}"
        letters(painter, under, text, small, theme.muted)
    if places.tiles:
        # The name of the layer stands close, in the middle over its neurons.
        head = QRectF(MARGIN, 0, places.columns[0].x - 34 - MARGIN, 16)
        text = f"{_picture_word(diagram)} ±{number_text.tick(limits.pictures)}"
        letters(painter, head, text, small, theme.muted, RIGHT)


def _paint_neurons(painter: QPainter, shown: Shown, places: Places, theme: Theme) -> None:
    diagram = shown.diagram
    middle = places.size[1] - FOOT + LEGEND_MIDDLE
    if shown.shows_varying:
        paint_varying_marks(painter, places, theme)
        paint_varying_legend(painter, diagram, QPointF(MARGIN, middle), theme)
    else:
        hidden, output = scales_of(diagram)
        for place in places.columns:
            is_output = place.column is diagram.columns[-1]
            paint_neurons(painter, place, output if is_output else hidden, theme)
        _paint_legend(painter, shown, places.size[0], middle, theme)
    paint_heads(painter, places, diagram, theme)
    paint_outputs(painter, places.columns[-1], diagram, theme)
    if shown.chosen is not None:
        around = places.of_layer(shown.chosen.layer)
        center = places.center(shown.chosen.layer, shown.chosen.index)
        if around is not None and center is not None:
            paint_ring(painter, center, around.radius + 1, theme.accent)


def _picture_word(diagram: Diagram) -> str:
    if diagram.quantity in {"contribution", "weight"}:
        return "weights"
    return QUANTITIES[diagram.quantity].split(" ")[0]


def _paint_legend(
    painter: QPainter, shown: Shown, width: float, middle: float, theme: Theme
) -> None:
    diagram, x, small = shown.diagram, MARGIN, font(11)
    if diagram.edges:
        limit = number_text.tick(shown.limits.edges)
        ends = (f"{number_text.MINUS}{limit}", f"+{limit}")
        caption, table = QUANTITIES[diagram.quantity], diverging_table(theme)
        x = draw_flat_scale(painter, x, middle, caption, ends, table, theme) + 10
        clipped = f"{number_text.percent(shown.share_clipped)} beyond"
        letters(painter, QRectF(x, middle - 8, 90, 16), clipped, small, theme.muted)
        x += text_width(clipped, small) + 24
    if diagram.columns[0].activations is not None and x + FILL_LEGEND < width:
        hidden, output = scales_of(diagram)
        x = _paint_fill_scale(painter, x, middle, "activation", hidden, theme)
        if hidden != output and x + 16 + FILL_LEGEND < width:
            x = _paint_fill_scale(painter, x + 16, middle, "output", output, theme)
    if diagram.target is not None and x + 76 < width - MARGIN:
        paint_ring(painter, QPointF(x + 28, middle), 2.5, theme.ball)
        where = QRectF(x + 39, middle - 8, 50, 16)
        letters(painter, where, "target", small, theme.ball_text)


def _paint_fill_scale(
    painter: QPainter, left: float, middle: float, caption: str, scale: FillScale, theme: Theme
) -> float:
    ends = (number_text.tick(scale.low), number_text.tick(scale.high))
    return draw_flat_scale(painter, left, middle, caption, ends, scale.table(theme), theme, 48)
