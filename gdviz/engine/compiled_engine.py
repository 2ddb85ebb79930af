"""The compiled engine: loops of `kernels` with the buffers they write into.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

import numpy as np

from gdviz.engine import kernels, update_kernels
from gdviz.engine.engine import Float32, Labels, Order, Stored, scale_of
from gdviz.nn import network
from gdviz.nn.costs import COSTS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, FloatArray


class CompiledEngine:
    """Compiled loops with their buffers; see `gdviz.engine.kernels`."""

    name = "compiled"

    def __init__(
        self, architecture: Architecture, cost: str, optimizer: str, capacity: int
    ) -> None:
        self._buffers = Buffers(architecture, cost, capacity)
        self._optimizer_code = OPTIMIZERS[optimizer].code
        self.gradient: FloatArray = np.zeros(architecture.layout.size, np.float32)

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
        buffers = self._buffers
        return int(
            kernels.burst(
                vector, state, optimizer_step, self._optimizer_code, buffers.sizes,
                buffers.offsets, buffers.capacity, buffers.codes, buffers.cost_code, images,
                labels, scale_of(images), order, 0, len(order), mini_batch, learning_rates,
                buffers.activations, buffers.errors, buffers.scratch, buffers.logits,
                self.gradient, costs, norms,
            )
        )  # fmt: skip

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
        buffers = self._buffers
        total = kernels.mini_batch_gradient(
            vector, buffers.sizes, buffers.offsets, buffers.capacity, buffers.codes,
            buffers.cost_code, images, labels, scale_of(images), order, 0, len(order),
            np.float32(weight), buffers.activations, buffers.errors, buffers.logits,
            self.gradient,
        )  # fmt: skip
        out += self.gradient
        return float(total)

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
        update_kernels.layer_norms(gradient, self._buffers.sizes, self._buffers.scratch, norms)
        update_kernels.update(
            vector,
            gradient,
            state,
            optimizer_step + 1,
            np.float32(learning_rate),
            self._optimizer_code,
        )


class Buffers:
    """What the compiled loops write into, for at most `capacity` examples at once."""

    def __init__(self, architecture: Architecture, cost: str, capacity: int) -> None:
        sizes = architecture.layer_sizes
        n_layers = len(sizes) - 1
        self.sizes = np.array(sizes, np.int64)
        self.offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.capacity = capacity
        self.codes = np.array(
            [network.activation_of(architecture, k).code for k in range(n_layers)], np.int64
        )
        self.cost_code = COSTS[cost].code
        self.activations = np.zeros(sum(sizes) * capacity, np.float32)
        self.errors = np.zeros(sum(sizes) * capacity, np.float32)
        self.scratch = np.zeros(8, np.float32)
        self.logits = np.zeros(sizes[-1] * capacity, np.float32)
