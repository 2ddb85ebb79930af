"""Taking steps and coming back from those that went wrong: in bursts, or one large one.

Knows no epochs and no order of examples: which rows are taken is the `Trainer`'s to say. One
thread at a time may use a stepper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.engine import Engine, Examples, Method, make_engine
from gdviz.engine.engine import CHUNK, KEEP_NOTHING, EngineName, Keeping, Patience, Spread
from gdviz.nn.parameters import FloatArray
from gdviz.training.config import TrainingConfig

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


STEPPER_SETTINGS = (
    "layer_sizes", "hidden_activation", "output_activation", "steepness", "cost", "optimizer",
    "l1", "l2", "dropout", "mini_batch",
)  # fmt: skip
"""Settings that a stepper is made for; all others are told at each step."""


class Stepper:
    """Moves an engine, and takes it back to the last finite parameters if a step broke them.

    Parameters
    ----------
    engine : Engine
        Made for the network; nobody else may use it.
    n_layers : int
        Layers with weights.
    spread : callable
        Works on the parts of a large step, see `Engine.large_gradient`.
    """

    def __init__(self, engine: Engine, n_layers: int, spread: Spread = map) -> None:
        self.engine = engine
        self._n_layers = n_layers
        self._spread = spread

    def burst(
        self,
        examples: Examples,
        rows: Rows,
        mini_batch: int,
        learning_rates: Float32,
        keeping: Keeping = KEEP_NOTHING,
        patience: Patience | None = None,
    ) -> StepsTaken:
        """Take a step for each learning rate; from a cost that is not finite, go back.

        Parameters
        ----------
        examples : Examples
        rows : ndarray of int64
            Taken in turn; the last mini-batch is smaller if they end early.
        mini_batch : int
            At most `CHUNK`.
        learning_rates : ndarray of shape (n_steps,)
        keeping : Keeping
            What the engine keeps on the way.
        patience : Patience, optional
            When to end sooner.
        """
        n_steps = len(learning_rates)
        costs = np.zeros(n_steps, np.float32)
        norms = np.zeros((n_steps, self._n_layers), np.float32)
        engine = self.engine
        engine.keep()

        def take(count: int, patience: Patience | None = None) -> int:
            return engine.burst(
                examples,
                rows,
                mini_batch,
                learning_rates[:count],
                costs[:count],
                norms[:count],
                keeping,
                patience,
            )

        taken = take(n_steps, patience)
        is_finite = engine.is_finite
        # Where patience ended it, the cost of the next step is not written: 0.
        if is_finite and (taken == n_steps or np.isfinite(costs[taken])):
            return StepsTaken(costs[:taken], norms[:taken])
        diverged_after = taken
        if not is_finite:
            # The update before a bad cost may itself have left finite numbers. Look, from the
            # start of this burst, for the last step after which every parameter is finite: once
            # one is not, no later step mends it.
            taken = 0
            while diverged_after - taken > 1:
                middle = (taken + diverged_after) // 2
                engine.go_back()
                take(middle)
                if engine.is_finite:
                    taken = middle
                else:
                    diverged_after = middle
        engine.go_back()
        take(taken)
        return StepsTaken(costs[:taken], norms[:taken], diverged_after)

    def large_step(
        self,
        examples: Examples,
        rows: Rows,
        learning_rate: float,
        should_stop: Callable[[], bool],
    ) -> StepsTaken | None:
        """Take one step whose examples do not fit the buffers.

        Returns
        -------
        StepsTaken or None
            None: told to stop on the way, the step is left without a trace.
        """
        found = self.engine.large_gradient(examples, rows, should_stop, self._spread)
        if found is None:
            return None
        with np.errstate(over="ignore"):
            cost = np.float32(found[0])  # As it is recorded, and as in a burst.
        norms = np.zeros((1, self._n_layers), np.float32)
        self.engine.keep()
        if np.isfinite(cost):
            self.engine.update(found[1], learning_rate, norms[0])
        if not (np.isfinite(cost) and self.engine.is_finite):
            self.engine.go_back()
            # As in a burst: of an update that is not finite it is the next cost that is bad.
            return StepsTaken(np.empty(0, np.float32), norms[:0], int(np.isfinite(cost)))
        return StepsTaken(np.array([cost]), norms)

    def gradient_of(self, examples: Examples, rows: Rows) -> FloatArray:
        """Give the mean gradient of at most `CHUNK` examples, read-only; changes nothing."""
        assert len(rows) <= CHUNK, "more would take too long between two frames"
        found = self.engine.large_gradient(examples, rows, lambda: False)
        assert found is not None, "nobody tells it to stop"
        gradient = self.engine.unpacked(found[1])
        gradient.flags.writeable = False
        return gradient


def make_stepper(
    config: TrainingConfig, engine: EngineName, mini_batch: int, spread: Spread
) -> Stepper:
    """Give a stepper whose parameters are still to be loaded.

    Parameters
    ----------
    config : TrainingConfig
    engine : str
    mini_batch : int
        Examples in a step: what the configuration says, but no more than there are.
    spread : callable

    Raises
    ------
    ValueError
        If the engine cannot be had.
    """
    method = Method(config.cost, config.optimizer, config.l1, config.l2, config.dropout)
    made = make_engine(engine, config.architecture, method, mini_batch)
    return Stepper(made, config.architecture.layout.n_layers, spread)
