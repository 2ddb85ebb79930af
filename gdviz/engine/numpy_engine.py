"""The engine without a compiler: the reference of `gdviz.nn`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gdviz.engine.engine import (
    CHUNK,
    KEEP_NOTHING,
    Engine,
    Examples,
    Float32,
    Keeping,
    Kept,
    Method,
    Order,
    Patience,
    Spread,
    group_slices,
    scaled,
)
from gdviz.nn import network
from gdviz.nn.dropout import keep_mask
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, FloatArray, Parameters
from gdviz.nn.penalties import decay_weights, penalised_gradient


class NumpyEngine(Engine):
    """The reference of `gdviz.nn` behind the engine's vocabulary."""

    name = "numpy"

    def __init__(self, architecture: Architecture, method: Method) -> None:
        self._architecture = architecture
        self._method = method
        self._optimizer = OPTIMIZERS[method.optimizer]
        self._layout = architecture.layout
        self._vector, self._gradient = np.zeros((2, self._layout.size), np.float32)
        self._memory = np.zeros((len(self._optimizer.arrays), self._layout.size), np.float32)
        self._steps = 0
        self._snapshots: list[Kept] = []
        self.keep()

    @property
    def vector(self) -> FloatArray:
        """See `Engine`."""
        return self._vector.copy()

    @property
    def memory(self) -> FloatArray:
        """See `Engine`."""
        return self._memory.copy()

    @property
    def gradient(self) -> FloatArray:
        """See `Engine`."""
        return self._gradient.copy()

    @property
    def steps(self) -> int:
        """See `Engine`."""
        return self._steps

    @property
    def is_finite(self) -> bool:
        """See `Engine`."""
        return bool(np.isfinite(self._vector).all())

    def load(self, vector: FloatArray, memory: FloatArray, steps: int) -> None:
        """See `Engine`."""
        self._vector = np.array(vector, np.float32)
        self._memory = np.array(memory, np.float32)
        self._steps = steps

    def keep(self) -> None:
        """See `Engine`."""
        self._kept = self.vector, self.memory, self.gradient, self._steps

    def go_back(self) -> None:
        """See `Engine`."""
        vector, memory, gradient, self._steps = self._kept
        self._vector, self._memory, self._gradient = vector.copy(), memory.copy(), gradient.copy()

    def burst(
        self,
        examples: Examples,
        rows: Order,
        mini_batch: int,
        learning_rates: Float32,
        costs: Float32,
        norms: Float32,
        keeping: Keeping = KEEP_NOTHING,
        patience: Patience | None = None,
    ) -> int:
        """See `Engine`; it has the interpreter's lock all the while and waits for nothing."""
        self._snapshots = []
        if patience is not None:
            learning_rates = learning_rates[: patience.least]
        for step, learning_rate in enumerate(learning_rates):
            taken = rows[step * mini_batch : (step + 1) * mini_batch]
            costs[step], gradient = self._mean_gradient(examples, taken)
            self._gradient = gradient
            if not np.isfinite(costs[step]):
                return step
            self.update(gradient, float(learning_rate), norms[step])
            n_kept = len(self._snapshots)
            if n_kept < keeping.count and step + 1 == keeping.after + n_kept * keeping.every:
                self._snapshots.append((self.vector, self.memory, self._steps))
        return len(learning_rates)

    def kept(self) -> list[Kept]:
        """See `Engine`."""
        return self._snapshots

    def large_gradient(
        self,
        examples: Examples,
        rows: Order,
        should_stop: Callable[[], bool],
        spread: Spread = map,
    ) -> tuple[float, Any] | None:
        """See `Engine`."""

        def of_group(where: slice) -> tuple[float, FloatArray] | None:
            gradient, total = np.zeros_like(self._vector), 0.0
            for start in range(where.start, where.stop, CHUNK):
                if should_stop():
                    return None
                chunk = rows[start : min(start + CHUNK, where.stop)]
                cost, slope = self._mean_gradient(examples, chunk)
                with np.errstate(over="ignore", invalid="ignore"):
                    gradient += slope * np.float32(len(chunk) / len(rows))
                total += cost * len(chunk)
            return total, gradient

        groups = list(spread(of_group, group_slices(len(rows))))
        if any(group is None for group in groups):
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = np.sum([added for _, added in groups], axis=0, dtype=np.float32)
        return sum(total for total, _ in groups) / len(rows), gradient

    def unpacked(self, gradient: Any) -> FloatArray:
        """See `Engine`."""
        return np.array(gradient, np.float32)

    def update(self, gradient: Any, learning_rate: float, norms: Float32) -> None:
        """See `Engine`."""
        method, layout, vector = self._method, self._layout, self._vector
        self._gradient = slope = gradient
        self._steps += 1
        with np.errstate(over="ignore", invalid="ignore"):
            if method.l1 or method.l2:
                is_decoupled = self._optimizer.decoupled_decay
                inside = 0.0 if is_decoupled else method.l2
                slope = penalised_gradient(vector, gradient, layout, method.l1, inside)
                if is_decoupled:
                    decay_weights(vector, layout, learning_rate, method.l2)
            self._optimizer.update(vector, slope, self._memory, self._steps, learning_rate)
            for k, where in enumerate(layout.layer_slices):
                layer = gradient[where]
                norms[k] = np.sqrt(np.dot(layer, layer) / layer.size)

    def _mean_gradient(self, examples: Examples, rows: Order) -> tuple[float, FloatArray]:
        pictures = examples.pictures
        images = scaled(examples.images[rows]) if pictures is None else pictures(rows)
        # Overflow is not a warning here: the cost that comes of it says so.
        with np.errstate(over="ignore", invalid="ignore"):
            cost, gradient = network.gradient(
                self._architecture,
                Parameters(self._vector, self._layout),
                images,
                network.one_hot(examples.labels[rows], self._layout.layer_sizes[-1]),
                self._method.cost,
                self._masks(rows, examples.dropout_key),
            )
        return cost, gradient.vector

    def _masks(self, rows: Order, key: int) -> list[Float32] | None:
        if self._method.dropout == 0:
            return None
        hidden = self._layout.layer_sizes[1:-1]
        return [
            keep_mask(key, rows, k, size, self._method.dropout) for k, size in enumerate(hidden)
        ]
