"""The stepper for the settings that hold now: made anew when one it depends on has changed."""

from __future__ import annotations

import numpy as np

from gdviz.engine.engine import EngineName, Spread
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import FloatArray
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState
from gdviz.training.stepper import STEPPER_SETTINGS, Stepper, make_stepper


class CurrentStepper:
    """Keeps a stepper and carries parameters and memory over to another when it is needed.

    That is when the next step is taken, and not when a setting changes: a change that is taken
    back before costs nothing, not even the optimizer's memory. One thread at a time may use it.

    Parameters
    ----------
    config : TrainingConfig
        May be replaced at any time.
    engine : str
        Likewise.
    n_examples : int
        What a mini-batch of all examples has.
    spread : callable
        See `Stepper`.

    Raises
    ------
    ValueError
        If the engine cannot be had.
    """

    def __init__(
        self, config: TrainingConfig, engine: EngineName, n_examples: int, spread: Spread
    ) -> None:
        self.config, self.engine = config, engine
        self._n_examples, self._spread = n_examples, spread
        self._make()

    @property
    def mini_batch(self) -> int:
        """Examples in a step; the last of an epoch may have fewer."""
        asked = self.config.mini_batch
        return self._n_examples if asked == "all" else min(asked, self._n_examples)

    @property
    def engine_name(self) -> str:
        """The engine that took the last step, ``"compiled"`` or ``"numpy"``."""
        return self._stepper.engine.name

    @property
    def is_stale(self) -> bool:
        """True if the stepper was made for other settings than those that hold now."""
        config, engine = self._made_for
        return engine != self.engine or any(
            getattr(config, name) != getattr(self.config, name) for name in STEPPER_SETTINGS
        )

    @property
    def vector(self) -> FloatArray:
        """The parameters, a private copy."""
        return self._stepper.engine.vector

    @property
    def gradient(self) -> FloatArray:
        """Of the last step taken, a private copy."""
        return self._stepper.engine.gradient

    def memory(self) -> tuple[FloatArray, int]:
        """Give the optimizer's memory and its steps; an optimizer that is new has none yet."""
        engine = self._stepper.engine
        if self._made_for[0].optimizer == self.config.optimizer:
            return engine.memory, engine.steps
        n_arrays = len(OPTIMIZERS[self.config.optimizer].arrays)
        return np.zeros((n_arrays, self.config.architecture.n_parameters), np.float32), 0

    def ready(self) -> Stepper:
        """Give the stepper for the settings that hold now, to take steps with."""
        if self.is_stale:
            self._stepper = self.glimpse()
            self._made_for = (self.config, self.engine)
        return self._stepper

    def glimpse(self) -> Stepper:
        """Give a stepper for the settings that hold now, only to look: `is_stale` stays true."""
        if not self.is_stale:
            return self._stepper
        stepper = make_stepper(self.config, self.engine, self.mini_batch, self._spread)
        stepper.engine.load(self.vector, *self.memory())
        return stepper

    def load(self, state: TrainingState) -> None:
        """Begin at a state, which is copied."""
        if self.is_stale:
            self._make()
        self._stepper.engine.load(
            state.parameters.vector, state.optimizer_state, state.optimizer_step
        )

    def _make(self) -> None:
        """Make a stepper for what holds now; its parameters are still to be loaded."""
        self._stepper = make_stepper(self.config, self.engine, self.mini_batch, self._spread)
        self._made_for = (self.config, self.engine)
