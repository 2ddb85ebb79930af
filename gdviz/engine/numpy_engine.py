"""The engine without a compiler: the reference of `gdviz.nn`."""

from __future__ import annotations

import numpy as np

from gdviz.engine.engine import Float32, Labels, Order, Stored, scaled
from gdviz.nn import network
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, FloatArray, Parameters


class NumpyEngine:
    """The reference of `gdviz.nn` behind the engine's vocabulary; owns no buffers but one."""

    name = "numpy"

    def __init__(self, architecture: Architecture, cost: str, optimizer: str) -> None:
        self._architecture = architecture
        self._cost = cost
        self._optimizer = OPTIMIZERS[optimizer]
        self._layout = architecture.layout
        self.gradient: FloatArray = np.zeros(self._layout.size, np.float32)

    def burst(
        self,
        vector: FloatArray,
        state: FloatArray,
        optimizer_step: int,
        images: Stored,
        labels: Labels,
        order: Order,
        mini_batch: int,
        learning_rates: Float32,
        costs: Float32,
        norms: Float32,
    ) -> int:
        """Take one step for each learning rate; see `Engine.burst`."""
        for step, learning_rate in enumerate(learning_rates):
            rows = order[step * mini_batch : (step + 1) * mini_batch]
            costs[step] = self._gradient_of(vector, images, labels, rows)
            if not np.isfinite(costs[step]):
                return step
            self.update(
                vector,
                state,
                optimizer_step + step,
                self.gradient,
                float(learning_rate),
                norms[step],
            )
        return len(learning_rates)

    def chunk_gradient(
        self,
        vector: FloatArray,
        images: Stored,
        labels: Labels,
        order: Order,
        weight: float,
        out: FloatArray,
    ) -> float:
        """Add up one chunk; see `Engine.chunk_gradient`."""
        cost = self._gradient_of(vector, images, labels, order)
        out += self.gradient * np.float32(weight * len(order))
        return cost * len(order)

    def update(
        self,
        vector: FloatArray,
        state: FloatArray,
        optimizer_step: int,
        gradient: FloatArray,
        learning_rate: float,
        norms: Float32,
    ) -> None:
        """Apply one update; see `Engine.update`."""
        with np.errstate(over="ignore", invalid="ignore"):
            self._optimizer.update(vector, gradient, state, optimizer_step + 1, learning_rate)
            for k, where in enumerate(self._layout.layer_slices):
                layer = gradient[where]
                norms[k] = np.sqrt(np.dot(layer, layer) / layer.size)

    def _gradient_of(
        self, vector: FloatArray, images: Stored, labels: Labels, rows: Order
    ) -> float:
        # Overflow is not a warning here: the cost that comes of it says so.
        with np.errstate(over="ignore", invalid="ignore"):
            cost, gradient = network.gradient(
                self._architecture,
                Parameters(vector, self._layout),
                scaled(images[rows]),
                network.one_hot(labels[rows], self._layout.layer_sizes[-1]),
                self._cost,
            )
        self.gradient = gradient.vector
        return cost
