"""The cost of a real network as a hill of two of its weights, everything else held.

The same optimizers, the same map and the same compass as for a formula: only the function is
another one.

How it is computed: let L be the first layer that one of the two weights belongs to. Behind the
inputs of L nothing in front of it varies, and of L only what the two weights add. So the network
from L on is replaced by a small one that computes the same: its inputs are the weighted inputs z
of L and, for each of the two weights in L, the activation that it multiplies; its first layer is
the identity beside the two changes. Cost and gradient of that network are those of
`gdviz.nn.network`, in float64.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.component_places import component_places
from gdviz.data.dataset import Split
from gdviz.engine.slices import ExactSlice
from gdviz.nn.network import forward, gradient, mean_cost, one_hot
from gdviz.nn.parameters import Architecture, Parameters

Array = npt.NDArray[np.float64]

FEW = 40
"""So many points are computed one by one, in float64; more of them are a picture, in float32."""


class WeightPair:
    """C(x, y): the mean cost of a network where two of its components are x and y.

    A `gdviz.analysis.hill.cost_function.CostFunction`. Any thread may call; nothing is written
    after it was made.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
        The network; copied.
    pair : (int, int)
        Two different positions in ``parameters.vector``.
    split : Split
        The examples; all of it.
    cost : str
        A key of `gdviz.nn.costs.COSTS`.

    Raises
    ------
    ValueError
        If they are not two, or the network does not fit the examples.
    """

    def __init__(
        self,
        architecture: Architecture,
        parameters: Parameters,
        pair: tuple[int, int],
        split: Split,
        cost: str,
    ) -> None:
        size = architecture.n_parameters
        if pair[0] == pair[1] or not all(0 <= index < size for index in pair):
            raise ValueError(f"two different weights of {size:,} are needed, not {pair}")
        self.pair, self.cost, self.n_examples = pair, cost, len(split)
        self._vector = parameters.vector.astype(np.float64)
        full = Parameters(self._vector, architecture.layout)
        images = np.asarray(split.inputs(slice(None), np.float64), np.float64)
        self._targets = one_hot(split.labels, architecture.layer_sizes[-1], np.float64)
        self._small = _Small(architecture, full, pair, images)
        along_x, along_y = np.zeros((2, size), np.float32)
        along_x[pair[0]] = along_y[pair[1]] = 1
        self._slice = ExactSlice(
            architecture, parameters.vector, along_x, along_y, split.images, split.labels, cost
        )

    @property
    def start(self) -> tuple[float, float]:
        """What the two components are in the network."""
        first, second = (float(self._vector[index]) for index in self.pair)
        return first, second

    def value(self, points: Array, /) -> Array:
        """Give C, shape (n,), at points of shape (n, 2); NaN at points that are not finite."""
        values = np.full(len(points), np.nan)
        fine = np.flatnonzero(np.isfinite(points).all(axis=1))
        if len(fine) > FEW:
            moved = points[fine] - self.start
            found = self._slice.costs(
                np.ascontiguousarray(moved[:, 0]), np.ascontiguousarray(moved[:, 1])
            )
            assert found is not None, "nobody tells it to stop"
            values[fine] = found[0]
            return values
        small = self._small
        with np.errstate(all="ignore"):
            for row in fine:
                here = small.at(points[row] - self.start)
                values[row] = mean_cost(
                    small.architecture, here, small.inputs, self._targets, self.cost
                )
        return values

    def gradient(self, points: Array, /) -> Array:
        """Give ∇C, shape (n, 2), at points of shape (n, 2), by backpropagation."""
        slopes = np.full((len(points), 2), np.nan)
        small = self._small
        with np.errstate(all="ignore"):
            for row in np.flatnonzero(np.isfinite(points).all(axis=1)):
                here = small.at(points[row] - self.start)
                _, slope = gradient(
                    small.architecture, here, small.inputs, self._targets, self.cost
                )
                slopes[row] = slope.vector[list(small.places)]
        return slopes


class _Small:
    """The network from the first layer on that changes, on inputs that hold what does not."""

    def __init__(
        self, architecture: Architecture, full: Parameters, pair: tuple[int, int], images: Array
    ) -> None:
        where = component_places(architecture.layout)
        layers = [int(where.layer[index]) for index in pair]
        first = min(layers)
        sizes = architecture.layer_sizes
        passed = forward(architecture, full, images)
        width = sizes[first + 1]
        self.inputs = np.concatenate(
            [passed.weighted_inputs[first], np.zeros((len(images), 2))], axis=1
        )
        self.architecture = dataclasses.replace(
            architecture, layer_sizes=(width + 2, *sizes[first + 1 :])
        )
        layout = self.architecture.layout
        vector = np.zeros(layout.size)
        own = Parameters(vector, layout)
        own.weights[0][:, :width] = np.eye(width)
        for k in range(first + 1, len(sizes) - 1):
            own.weights[k - first][:] = full.weights[k]
            own.biases[k - first][:] = full.biases[k]
        self._vector, self._layout = vector, layout
        offset = architecture.layout.layer_slices[first].stop
        places = []
        for number, (index, layer) in enumerate(zip(pair, layers, strict=True)):
            if layer > first:
                places.append(layout.layer_slices[0].stop + index - offset)
                continue
            source, column = int(where.source[index]), width + number
            # A bias multiplies 1.
            self.inputs[:, column] = 1.0 if source < 0 else passed.activations[first][:, source]
            row = int(where.neuron[index])
            places.append(layout.weight_slices[0].start + row * (width + 2) + column)
        self.places = (places[0], places[1])

    def at(self, moved: npt.NDArray[Any]) -> Parameters:
        """Give the small network where the two components have been moved by so much."""
        vector = self._vector.copy()
        vector[list(self.places)] += moved
        return Parameters(vector, self._layout)
