"""A network as a diagram: which neurons and edges are drawn for an example, and their numbers.

An edge is a weight. It can be told by what it carries for the example, by itself, or by the
slope of this example's cost. No colours and no places: see `gdviz.qt.views.network`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.example_gradient import example_gradient, takes
from gdviz.analysis.inspection.folding import strongest_neurons
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork, NeuronPlace
from gdviz.nn.network import Forward, costs_of
from gdviz.nn.parameters import FloatArray, Parameters

EdgeQuantity = Literal["contribution", "weight", "gradient", "downhill"]
"""weight x activation, the weight, ∂C/∂w of the example, −∂C/∂w."""

MOST_EDGES = 600
"""Drawn one by one, shared out evenly between the pairs of layers; more are a grey felt."""


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """A layer of neurons as it is drawn.

    Parameters
    ----------
    layer : int
        As in `Parameters.weights`.
    size : int
        How many neurons it has.
    indices : ndarray of shape (n,), intp
        Those that are drawn, rising.
    biases : ndarray of shape (n,)
    weighted_inputs, activations : ndarray of shape (n,), or None
        For the example; None if the network does not take it.
    """

    layer: int
    size: int
    indices: npt.NDArray[np.intp]
    biases: FloatArray
    weighted_inputs: FloatArray | None
    activations: FloatArray | None

    @property
    def n_folded(self) -> int:
        """How many neurons are not drawn."""
        return self.size - len(self.indices)

    def row_of(self, index: int) -> int | None:
        """Give where a neuron stands among those that are drawn."""
        row = int(np.searchsorted(self.indices, index))
        return row if row < len(self.indices) and self.indices[row] == index else None


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The edges into a layer that are drawn, weakest first; all arrays of shape (n,).

    Parameters
    ----------
    layer : int
        They are entries of `Parameters.weights` of this layer, 1 or more.
    sources, targets : ndarray, intp
        Rows of the columns before and after.
    values : ndarray, float64
        Of the quantity; none is NaN.
    n_all : int
        How many weights the layer has.
    """

    layer: int
    sources: npt.NDArray[np.intp]
    targets: npt.NDArray[np.intp]
    values: npt.NDArray[np.float64]
    n_all: int


@dataclass(frozen=True, eq=False, slots=True)
class Diagram:
    """What is drawn of a network for an example.

    Parameters
    ----------
    network : InspectedNetwork
    example : ExampleImage
    quantity : str
        What edges show. ``weight`` if another was asked for that this example does not have:
        `missing` says why.
    missing : str
        A sentence; empty if all is there.
    columns : tuple of Column
        All layers with weights.
    edges : tuple of Edges
        Into the second layer, the third, ...
    told : ndarray of shape (n,), float64
        The quantity of all edges between drawn neurons, what is drawn and what is not.
    pictures : ndarray of shape (n, n_inputs)
        Of the first column's neurons: their weights, or the slopes along them.
    target : ndarray of shape (n_outputs,), or None
    cost : float or None
        Of the example; None without a target.
    slope : Parameters or None
        ∂C/∂(each parameter) of the example, if the quantity needs it.
    """

    network: InspectedNetwork
    example: ExampleImage
    quantity: EdgeQuantity
    missing: str
    columns: tuple[Column, ...]
    edges: tuple[Edges, ...]
    told: npt.NDArray[np.float64]
    pictures: FloatArray
    target: FloatArray | None
    cost: float | None
    slope: Parameters | None

    @property
    def n_drawn(self) -> int:
        """How many edges are drawn one by one."""
        return sum(len(edges.values) for edges in self.edges)

    @property
    def said(self) -> int | None:
        """The largest output, the first of equals; None if no example passed or one is NaN."""
        outputs = self.columns[-1].activations
        if outputs is None or np.isnan(outputs).any():
            return None
        return int(self.columns[-1].indices[outputs.argmax()])


def diagram_of(
    network: InspectedNetwork,
    example: ExampleImage,
    quantity: EdgeQuantity,
    chosen: NeuronPlace | None = None,
) -> Diagram:
    """Say what is drawn of a network for an example.

    Any thread may call. It takes well under a millisecond for 13,002 parameters, and some for
    a million.

    Parameters
    ----------
    network : InspectedNetwork
    example : ExampleImage
    quantity : {"contribution", "weight", "gradient", "downhill"}
    chosen : NeuronPlace, optional
        Drawn in any case, with all its edges.
    """
    passed = network.passed(example.image[np.newaxis]) if takes(network, example) else None
    target = example.target(network.n_outputs)
    quantity, missing = _possible(network, example, quantity)
    cost, slope = None, None
    if passed is not None and target is not None:
        with np.errstate(over="ignore", invalid="ignore"):
            cost = float(
                costs_of(network.architecture, passed, target[np.newaxis], network.cost)[0]
            )
        if quantity in {"gradient", "downhill"}:
            slope = example_gradient(network, example)
    columns = _columns(network, example, passed, chosen)
    values = [_values(network, k, columns, quantity, slope) for k in range(1, len(columns))]
    share = MOST_EDGES // max(len(values), 1)
    edges = tuple(
        strongest_edges(k, table, share, network.architecture.layer_sizes, columns, chosen)
        for k, table in enumerate(values, start=1)
    )
    told = [table.ravel() for table in values]
    along = network.parameters if slope is None else slope
    pictures = along.weights[0][columns[0].indices]
    pictures = -pictures if quantity == "downhill" else pictures
    return Diagram(
        network,
        example,
        quantity,
        missing,
        columns,
        edges,
        np.concatenate(told) if told else np.empty(0),
        pictures,
        target,
        cost,
        slope,
    )


def _possible(
    network: InspectedNetwork, example: ExampleImage, quantity: EdgeQuantity
) -> tuple[EdgeQuantity, str]:
    """Give what can be shown of what is asked for, and a sentence if that is not it."""
    if not takes(network, example):
        return "weight", (
            f"The network takes {network.n_inputs:,} numbers, the image has "
            f"{len(example.image):,}: only its weights are shown."
        )
    if quantity in {"gradient", "downhill"} and example.target(network.n_outputs) is None:
        return "weight", "Without a label the example has no cost: the weights are shown."
    return quantity, ""


def _columns(
    network: InspectedNetwork,
    example: ExampleImage,
    passed: Forward | None,
    chosen: NeuronPlace | None,
) -> tuple[Column, ...]:
    parameters, columns = network.parameters, []
    for k, biases in enumerate(parameters.biases):
        kept = {chosen.index} if chosen is not None and chosen.layer == k else set()
        activation = None if passed is None else passed.activations[k + 1][0]
        is_output = k == len(parameters.biases) - 1
        if is_output and example.label is not None and example.label < len(biases):
            kept.add(example.label)
        shown = strongest_neurons(_strengths(parameters, k, activation), kept)
        columns.append(
            Column(
                k,
                len(biases),
                shown,
                biases[shown],
                None if passed is None else passed.weighted_inputs[k][0][shown],
                None if activation is None else activation[shown],
            )
        )
    return tuple(columns)


def _strengths(parameters: Parameters, layer: int, activation: FloatArray | None) -> FloatArray:
    """Give how much each neuron carries: Σ |w a| over the next layer, |a| of an output."""
    with np.errstate(over="ignore", invalid="ignore"):
        if layer + 1 == len(parameters.weights):
            return np.abs(parameters.biases[layer] if activation is None else activation)
        outgoing = np.abs(parameters.weights[layer + 1]).sum(axis=0)
        return np.asarray(outgoing if activation is None else outgoing * np.abs(activation))


def _values(
    network: InspectedNetwork,
    layer: int,
    columns: tuple[Column, ...],
    quantity: EdgeQuantity,
    slope: Parameters | None,
) -> npt.NDArray[np.float64]:
    """Give the quantity between the drawn neurons of two layers, shape (targets, sources)."""
    before, after = columns[layer - 1], columns[layer]
    along = network.parameters if slope is None else slope
    table = along.weights[layer][np.ix_(after.indices, before.indices)].astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        if quantity == "contribution" and before.activations is not None:
            return table * before.activations
    return -table if quantity == "downhill" else table


def strongest_edges(
    layer: int,
    table: npt.NDArray[np.float64],
    most: int,
    sizes: tuple[int, ...],
    columns: tuple[Column, ...],
    chosen: NeuronPlace | None,
) -> Edges:
    """Give the strongest entries of a table, and all of a neuron that was chosen."""
    strength = np.abs(table)
    worth = np.where(np.isnan(strength), -1.0, strength)
    if chosen is not None:
        row = columns[chosen.layer].row_of(chosen.index)
        if chosen.layer == layer:
            worth[row] += np.inf
        elif chosen.layer == layer - 1:
            worth[:, row] += np.inf
    order = np.argsort(-worth, axis=None, kind="stable")[:most]
    # A value that is not a number has no colour and no sign.
    order = order[~np.isnan(strength.ravel()[order])]
    order = order[np.argsort(strength.ravel()[order], kind="stable")]
    targets, sources = np.unravel_index(order, table.shape)
    n_all = sizes[layer] * sizes[layer + 1]
    return Edges(layer, sources, targets, table.ravel()[order], n_all)
