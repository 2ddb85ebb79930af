"""The beats of a step as diagrams of neurons and edges, with true values.

Forward: what each weight carries, w times the mean activation, which is the mean of what it
carries. Gradient: ∂C/∂w, and in the discs ∂C/∂b, which is the mean error δ = ∂C/∂z of a neuron.
Update: what is added to each weight and bias. Imports `beats` and `inspection.edges`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from gdviz.analysis.beats import Beats
from gdviz.analysis.forward_means import Floats
from gdviz.analysis.inspection.edges import (
    MOST_EDGES,
    Column,
    Diagram,
    EdgeQuantity,
    strongest_edges,
)
from gdviz.analysis.inspection.folding import strongest_neurons
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork
from gdviz.nn.parameters import Parameters

Beat = Literal["forward", "cost", "gradient", "update"]
BEATS: tuple[Beat, ...] = ("forward", "cost", "gradient", "update")


def beat_diagram(beats: Beats, beat: Beat) -> Diagram:
    """Lay a beat out as a diagram; any thread may call.

    The cost's diagram is the forward one: its numbers stand at the outputs. `Column.activations`
    are what fills the discs: activations, errors δ, or the steps of the biases.
    """
    means, is_one = beats.forward, beats.scope == "example"
    along, discs, quantity = _shown(beats, beat)
    parameters = beats.before
    columns = tuple(
        _column(beats, k, discs[k], means.weighted_inputs[k]) for k in range(len(discs))
    )
    tables = [
        along[k][np.ix_(columns[k].indices, columns[k - 1].indices)] for k in range(1, len(columns))
    ]
    share = MOST_EDGES // max(len(tables), 1)
    sizes = parameters.layout.layer_sizes
    edges = tuple(
        strongest_edges(k, table, share, sizes, columns, None)
        for k, table in enumerate(tables, start=1)
    )
    network = InspectedNetwork(
        "", beats.config.architecture, parameters, beats.config.cost, "live", beats.state.step
    )
    image = means.image.astype(np.float32)
    image.flags.writeable = False
    return Diagram(
        network,
        ExampleImage(image, "", beats.label),
        quantity,
        "",
        columns,
        edges,
        np.concatenate([table.ravel() for table in tables]) if tables else np.empty(0),
        along[0][columns[0].indices],
        means.targets if is_one else None,
        means.cost,
        beats.gradient,
    )


def _shown(beats: Beats, beat: Beat) -> tuple[list[Floats], tuple[Floats, ...], EdgeQuantity]:
    """Give what edges and discs of each layer show."""
    layout = beats.before.layout
    if beat in {"forward", "cost"}:
        before = (beats.forward.image, *beats.forward.activations)
        with np.errstate(over="ignore", invalid="ignore"):
            along = [
                weights.astype(np.float64) * before[k]
                for k, weights in enumerate(beats.before.weights)
            ]
        return along, beats.forward.activations, "contribution"
    vector = beats.gradient.vector.astype(np.float64) if beat == "gradient" else beats.step
    shown = Parameters(vector, layout)
    along = [np.asarray(weights, np.float64) for weights in shown.weights]
    return along, tuple(np.asarray(biases, np.float64) for biases in shown.biases), "gradient"


def _column(beats: Beats, layer: int, discs: Floats, weighted: Floats) -> Column:
    """Give a layer; of a large one the neurons that carry most are drawn in every beat."""
    weights, means = beats.before.weights, beats.forward
    strength = np.abs(means.activations[layer])
    if layer + 1 < len(weights):
        strength = strength * np.abs(weights[layer + 1]).sum(axis=0)
    kept = {beats.label} if layer + 1 == len(weights) and beats.label is not None else set()
    indices = strongest_neurons(strength, kept)
    biases = beats.before.biases[layer][indices]
    return Column(layer, len(discs), indices, biases, weighted[indices], discs[indices])
