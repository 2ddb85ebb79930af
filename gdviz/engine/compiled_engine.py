"""The compiled engine: loops of `kernels` with the arrays that they move.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gdviz.engine import counter_kernels, kernels
from gdviz.engine import plan as plans
from gdviz.engine.engine import (
    CHUNK,
    KEEP_NOTHING,
    Answers,
    Engine,
    Examples,
    Float32,
    Keeping,
    Kept,
    Labels,
    Method,
    Order,
    Patience,
    Spread,
    Stored,
    group_slices,
)
from gdviz.engine.gaps import NEVER_HELD, gap_flag
from gdviz.engine.lit_pixels import LitPixels, lit_pixels, read_only_view
from gdviz.engine.pass_kernels import turn_weights
from gdviz.engine.update_kernels import Updating, layer_norms, update
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, FloatArray


class CompiledEngine(Engine):
    """Compiled loops with their arrays; see `Engine` and `gdviz.engine.kernels`."""

    name = "compiled"

    def __init__(self, architecture: Architecture, method: Method, mini_batch: int) -> None:
        self._layout = architecture.layout
        self._method = method
        self._optimizer = OPTIMIZERS[method.optimizer]
        self._plan = plans.make_plan(architecture, method.cost, mini_batch)
        self._buffers = plans.make_buffers(self._plan)
        size = plans.packed_size(self._plan)
        n_arrays = len(self._optimizer.arrays)
        # In the plan's order. An optimizer without memory gets a number that is never read:
        # arrays of no rows would be a special case in every compiled loop.
        self._parameters, self._gradient = np.zeros(size, np.float32), np.zeros(size, np.float32)
        self._memory = np.zeros((n_arrays, size) if n_arrays else (1, 1), np.float32)
        self._penalised = np.zeros(size if method.l1 or method.l2 else 0, np.float32)
        self._steps = 0
        self._parameters_before = np.zeros_like(self._parameters)
        self._memory_before = np.zeros_like(self._memory)
        self._gradient_before = np.zeros_like(self._gradient)
        self._steps_before = 0
        self._kept_parameters = np.zeros((0, size), np.float32)
        self._kept_memory = np.zeros((0, *self._memory.shape), np.float32)
        self._kept_steps: list[int] = []

    @property
    def vector(self) -> FloatArray:
        """See `Engine`."""
        return self._unpacked(self._parameters)

    @property
    def memory(self) -> FloatArray:
        """See `Engine`."""
        return self._unpacked_memory(self._memory)

    @property
    def gradient(self) -> FloatArray:
        """See `Engine`."""
        return self._unpacked(self._gradient)

    @property
    def steps(self) -> int:
        """See `Engine`."""
        return self._steps

    @property
    def is_finite(self) -> bool:
        """See `Engine`."""
        # Padding is 0, so that the whole array may be asked.
        return bool(np.isfinite(self._parameters).all())

    def load(self, vector: FloatArray, memory: FloatArray, steps: int) -> None:
        """See `Engine`."""
        plans.pack(self._plan, self._layout, vector, self._parameters)
        for given, row in zip(memory, self._memory, strict=False):
            plans.pack(self._plan, self._layout, given, row)
        self._steps = steps

    def keep(self) -> None:
        """See `Engine`."""
        self._parameters_before[...] = self._parameters
        self._memory_before[...] = self._memory
        # The next step writes its gradient anew: another array will do, and nothing is copied.
        self._gradient, self._gradient_before = self._gradient_before, self._gradient
        self._steps_before = self._steps

    def go_back(self) -> None:
        """See `Engine`."""
        self._parameters[...] = self._parameters_before
        self._memory[...] = self._memory_before
        self._gradient[...] = self._gradient_before
        self._steps = self._steps_before

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
        """See `Engine`."""
        if keeping.count > len(self._kept_parameters):
            shape = (keeping.count, *self._memory.shape)
            self._kept_parameters = np.zeros((keeping.count, self._parameters.size), np.float32)
            self._kept_memory = np.zeros(shape, np.float32)
        taken = int(
            kernels.burst(
                self._plan, self._parameters, self._memory, self._updating(),
                _images(examples, rows), read_only_view(examples.labels), read_only_view(rows),
                mini_batch, learning_rates, self._dropout(examples), self._buffers,
                self._gradient, costs, norms, keeping.after, keeping.every,
                self._kept_parameters[: keeping.count], self._kept_memory[: keeping.count],
                len(learning_rates) if patience is None else patience.least,
                NEVER_HELD if patience is None else patience.is_held,
            )
        )  # fmt: skip
        begun, self._steps = self._steps, self._steps + taken
        steps = [keeping.after + k * keeping.every for k in range(keeping.count)]
        self._kept_steps = [begun + step for step in steps if step <= taken]
        return taken

    def kept(self) -> list[Kept]:
        """See `Engine`."""
        return [
            (self._unpacked(self._kept_parameters[k]), self._unpacked_memory(memory), steps)
            for k, (memory, steps) in enumerate(
                zip(self._kept_memory, self._kept_steps, strict=False)
            )
        ]

    def large_gradient(
        self,
        examples: Examples,
        rows: Order,
        should_stop: Callable[[], bool],
        spread: Spread = map,
    ) -> tuple[float, Any] | None:
        """See `Engine`."""
        labels, dropout = read_only_view(examples.labels), self._dropout(examples)
        factor = np.float32(1 / len(rows))

        def of_group(where: slice) -> tuple[float, Float32] | None:
            buffers = plans.make_buffers(self._plan)
            turn_weights(self._plan, self._parameters, buffers.turned)
            gradient, total = np.zeros_like(self._gradient), 0.0
            for start in range(where.start, where.stop, CHUNK):
                if should_stop():
                    return None
                chunk = read_only_view(rows[start : min(start + CHUNK, where.stop)])
                total += kernels.add_gradient(
                    self._plan, self._parameters, _images(examples, chunk), labels, chunk, 0,
                    len(chunk), factor, dropout, buffers, gradient,
                )  # fmt: skip
            return total, gradient

        groups = list(spread(of_group, group_slices(len(rows))))
        if any(group is None for group in groups):
            return None
        gradient = np.zeros_like(self._gradient)
        for _, added in groups:
            gradient += added
        return sum(total for total, _ in groups) / len(rows), gradient

    def unpacked(self, gradient: Any) -> FloatArray:
        """See `Engine`."""
        return self._unpacked(gradient)

    def update(self, gradient: Any, learning_rate: float, norms: Float32) -> None:
        """See `Engine`."""
        self._gradient[...] = gradient
        layer_norms(self._plan, self._gradient, norms)
        update(
            self._plan, self._parameters, self._gradient, self._memory, self._updating(), 1,
            np.float32(learning_rate),
        )  # fmt: skip
        self._steps += 1

    def _unpacked_memory(self, packed: Float32) -> FloatArray:
        rows = [self._unpacked(row) for row in packed[: len(self._optimizer.arrays)]]
        return np.stack(rows) if rows else np.zeros((0, self._layout.size), np.float32)

    def _unpacked(self, packed: Float32) -> FloatArray:
        vector = np.empty(self._layout.size, np.float32)
        plans.unpack(self._plan, self._layout, packed, vector)
        return vector

    def _updating(self) -> Updating:
        method = self._method
        return Updating(
            self._optimizer.code,
            self._steps,
            np.float32(method.l1),
            np.float32(method.l2),
            self._optimizer.decoupled_decay,
            self._penalised,
        )

    def _dropout(self, examples: Examples) -> counter_kernels.Dropout:
        return counter_kernels.make_dropout(examples.dropout_key, self._method.dropout)


def _images(examples: Examples, rows: Order) -> LitPixels:
    """Give what the loops read: the stored images, or those of these rows as they are seen."""
    if examples.pictures is None:
        return lit_pixels(examples.images)
    return lit_pixels(examples.pictures(rows), by_position=True)


class CompiledScorer:
    """Scores examples with one set of parameters; has buffers of its own."""

    def __init__(self, architecture: Architecture, vector: FloatArray, cost: str) -> None:
        self._plan = plans.make_plan(architecture, cost, CHUNK)
        self._buffers = plans.make_buffers(self._plan)
        self._parameters = np.zeros(plans.packed_size(self._plan), np.float32)
        plans.pack(self._plan, architecture.layout, vector, self._parameters)

    def score(self, images: Stored, labels: Labels, rows: Order) -> Answers:
        """Give the cost and the answer for each of some rows."""
        costs, said = np.zeros(len(rows)), np.zeros(len(rows), np.int64)
        kernels.score(
            self._plan, self._parameters, lit_pixels(images), read_only_view(labels),
            read_only_view(rows), counter_kernels.NO_DROPOUT, self._buffers, costs, said,
            gap_flag(),
        )  # fmt: skip
        return costs, said
