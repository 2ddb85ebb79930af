"""What of the diagram is under the pointer, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF

from gdviz.analysis.inspection.edges import Diagram
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.qt.diagram.edge_paint import edge_lines
from gdviz.qt.diagram.picture_paint import pixel_at
from gdviz.qt.diagram.places import Places
from gdviz.qt.views.network.words import edge_words, neuron_words, pixel_words

EDGE_REACH = 4.0
"""How near to an edge the pointer must be."""
EQUALLY_NEAR = 0.75
"""Edges that differ by less in their distance cannot be told apart by hand."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A neuron, an edge, or a pixel of a picture.

    Parameters
    ----------
    neuron : NeuronPlace or None
        The one itself, the one an edge leads to, or the one whose picture it is.
    source : int or None
        Of an edge, the neuron of the layer before.
    pixel : int or None
    """

    neuron: NeuronPlace | None = None
    source: int | None = None
    pixel: int | None = None


def spot_at(diagram: Diagram, places: Places, position: QPointF) -> Spot | None:
    """Give what is at a point, or None."""
    found = places.neuron_at(position)
    if found is not None:
        return Spot(NeuronPlace(*found))
    n_inputs, x, y = diagram.network.n_inputs, position.x(), position.y()
    pixel = pixel_at(places.picture, x, y, n_inputs, stands=True)
    if pixel is not None:
        return Spot(pixel=pixel)
    for row, tile in enumerate(places.tiles):
        pixel = pixel_at(tile, x, y, n_inputs, stands=False)
        if pixel is not None:
            return Spot(NeuronPlace(0, int(diagram.columns[0].indices[row])), pixel=pixel)
    return _edge_at(diagram, places, x, y)


def _edge_at(diagram: Diagram, places: Places, x: float, y: float) -> Spot | None:
    """Give the nearest edge within reach; of several the strongest."""
    for edges in diagram.edges:
        before, after = places.of_layer(edges.layer - 1), places.of_layer(edges.layer)
        if before is None or after is None or not before.right < x < after.left:
            continue
        lines = edge_lines(edges, before, after)
        if not len(lines):
            continue
        rise = (lines[:, 3] - lines[:, 1]) / (after.left - before.right)
        beside = np.abs(lines[:, 1] + rise * (x - before.right) - y) / np.hypot(1, rise)
        if beside.min() > EDGE_REACH:
            continue
        # The last is the strongest.
        row = int(np.flatnonzero(beside <= beside.min() + EQUALLY_NEAR)[-1])
        target = int(after.column.indices[edges.targets[row]])
        return Spot(
            NeuronPlace(edges.layer, target), int(before.column.indices[edges.sources[row]])
        )
    return None


def is_drawn(spot: Spot, diagram: Diagram) -> bool:
    """Whether what was under the pointer is in this diagram: networks change beneath it."""
    if spot.pixel is not None and spot.pixel >= diagram.network.n_inputs:
        return False
    if spot.neuron is None:
        return True
    if not spot.neuron.exists_in(diagram.network.architecture):
        return False
    if diagram.columns[spot.neuron.layer].row_of(spot.neuron.index) is None:
        return False
    if spot.source is None:
        return True
    before = spot.neuron.layer - 1
    return before >= 0 and diagram.columns[before].row_of(spot.source) is not None


def spot_words(spot: Spot, diagram: Diagram) -> str:
    """Say the numbers of something that is drawn."""
    if spot.pixel is not None:
        return pixel_words(diagram, spot.pixel, None if spot.neuron is None else spot.neuron.index)
    assert spot.neuron is not None
    if spot.source is not None:
        return edge_words(diagram, spot.neuron.layer, spot.neuron.index, spot.source)
    return neuron_words(diagram, spot.neuron)
