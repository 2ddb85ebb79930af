"""The arrays that training moves, and the two ways to move them: in bursts, or chunk by chunk.

Knows no epochs and no order of examples: which rows are taken is the `Trainer`'s to say. One
thread at a time may use a stepper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import Split
from gdviz.engine import Engine
from gdviz.engine.engine import CHUNK
from gdviz.nn.parameters import FloatArray, Layout
from gdviz.training.state import TrainingState

Rows = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class StepsTaken:
    """What taking steps has found.

    Parameters
    ----------
    costs : ndarray of shape (n,)
        Of each mini-batch taken, before its update.
    norms : ndarray of shape (n, n_layers)
        Of each layer's gradient over √size.
    diverged_after : int or None
        Steps, from the first, after which the cost is not finite. There may be one more than
        were taken: one whose update was not finite is taken back.
    """

    costs: Float32
    norms: Float32
    diverged_after: int | None = None


class Stepper:
    """Owns the parameters and the optimizer's memory, and updates them in place.

    Parameters
    ----------
    engine : Engine
        Made for the network; nobody else may use it.
    layout : Layout
    train : Split
        The rows are of this.
    """

    def __init__(self, engine: Engine, layout: Layout, train: Split) -> None:
        self.engine = engine
        self._layout = layout
        self._train = train
        self.gradient: FloatArray = np.zeros(layout.size, np.float32)
        """Of the last step taken; a step that was left or taken back does not change it."""

    def load(self, state: TrainingState) -> None:
        """Begin at a state, which is copied."""
        self.vector = np.array(state.parameters.vector, np.float32)
        self.memory = np.array(state.optimizer_state, np.float32)
        self.optimizer_step = state.optimizer_step

    def burst(self, rows: Rows, mini_batch: int, learning_rates: Float32) -> StepsTaken:
        """Take a step for each learning rate; from a cost that is not finite, go back.

        Parameters
        ----------
        rows : ndarray of int64
            Taken in turn; the last mini-batch is smaller if they end early.
        mini_batch : int
            At most `CHUNK`.
        learning_rates : ndarray of shape (n_steps,)
        """
        n_steps = len(learning_rates)
        costs = np.zeros(n_steps, np.float32)
        norms = np.zeros((n_steps, self._layout.n_layers), np.float32)
        before = self.vector.copy(), self.memory.copy()

        def take(count: int) -> int:
            return self.engine.burst(
                self.vector,
                self.memory,
                self.optimizer_step,
                self._train.images,
                self._train.labels,
                rows,
                mini_batch,
                learning_rates[:count],
                costs[:count],
                norms[:count],
            )

        diverged_after = None
        taken = take(n_steps)
        if taken < n_steps or not np.isfinite(self.vector).all():
            diverged_after = taken
            # The update before a bad cost may itself have left finite numbers: replay, from
            # the start of this burst, as far as every parameter is still finite.
            while True:
                self.vector[:], self.memory[:] = before
                take(taken)
                if taken == 0 or np.isfinite(self.vector).all():
                    break
                diverged_after = taken
                taken -= 1
        if taken:
            self.gradient[:] = self.engine.gradient
        self.optimizer_step += taken
        return StepsTaken(costs[:taken], norms[:taken], diverged_after)

    def large_step(
        self, rows: Rows, learning_rate: float, should_stop: Callable[[], bool]
    ) -> StepsTaken | None:
        """Take one step whose examples do not fit the buffers, chunk by chunk in order.

        Returns
        -------
        StepsTaken or None
            None: told to stop between two chunks, the step is left without a trace.
        """
        total = 0.0
        gradient = np.zeros_like(self.vector)
        for start in range(0, len(rows), CHUNK):
            if should_stop():
                return None
            chunk = rows[start : start + CHUNK]
            total += self._add_gradient(chunk, 1 / len(rows), gradient)
        with np.errstate(over="ignore"):
            cost = np.float32(total / len(rows))  # As it is recorded, and as in a burst.
        norms = np.zeros((1, self._layout.n_layers), np.float32)
        before = self.vector.copy(), self.memory.copy()
        if np.isfinite(cost):
            self.engine.update(
                self.vector, self.memory, self.optimizer_step, gradient, learning_rate, norms[0]
            )
        if not (np.isfinite(cost) and np.isfinite(self.vector).all()):
            self.vector[:], self.memory[:] = before
            # As in a burst: of an update that is not finite it is the next cost that is bad.
            return StepsTaken(np.empty(0, np.float32), norms[:0], int(np.isfinite(cost)))
        self.gradient = gradient
        self.optimizer_step += 1
        return StepsTaken(np.array([cost]), norms)

    def gradient_of(self, rows: Rows) -> FloatArray:
        """Give the mean gradient of at most `CHUNK` examples, read-only; changes nothing."""
        gradient = np.zeros_like(self.vector)
        with np.errstate(over="ignore", invalid="ignore"):
            self._add_gradient(rows, 1 / len(rows), gradient)
        gradient.flags.writeable = False
        return gradient

    def _add_gradient(self, rows: Rows, weight: float, out: FloatArray) -> float:
        train = self._train
        return self.engine.chunk_gradient(
            self.vector, train.images, train.labels, rows, weight, out
        )
