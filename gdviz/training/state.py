"""Everything that is needed to go on bit for bit.

There is no generator state to keep: the start is drawn from ``(seed, 0)`` and the order of
the examples in epoch e from ``(seed, 1, e)``, so that a seed, an epoch and a position say all
that a saved generator would.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.nn.initializers import initial_parameters
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.training.config import TrainingConfig


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting that was changed while running.

    Parameters
    ----------
    step : int
        Steps taken when it changed.
    setting : str
        Name of the field of `TrainingConfig`.
    before, after : float
        Its values.
    """

    step: int
    setting: str
    before: float
    after: float

    @property
    def title(self) -> str:
        """What stands on the curves, for example ``η 0.5 → 1.5``."""
        name = "η" if self.setting == "learning_rate" else self.setting.replace("_", " ")
        return f"{name} {self.before:g} → {self.after:g}"


@dataclass(frozen=True, eq=False, slots=True)
class TrainingState:
    """Where a run is. Arrays are private to the state and read-only.

    Parameters
    ----------
    parameters : Parameters
    optimizer_state : ndarray of shape (n_arrays, P), float32
        The optimizer's memory; no rows for plain gradient descent.
    optimizer_step : int
        Updates since that memory was zero.
    step : int
        Mini-batches since the start of the run.
    epoch : int
        Completed passes over the training examples.
    position : int
        Examples already taken in the present pass.
    marks : tuple of Mark
        Settings changed since the start, oldest first.
    """

    parameters: Parameters
    optimizer_state: FloatArray
    optimizer_step: int = 0
    step: int = 0
    epoch: int = 0
    position: int = 0
    marks: tuple[Mark, ...] = ()

    @property
    def n_bytes(self) -> int:
        """Memory that the arrays take."""
        return self.parameters.vector.nbytes + self.optimizer_state.nbytes


def initial_state(config: TrainingConfig) -> TrainingState:
    """Draw the start of a run: the same configuration gives the same bytes."""
    generator = np.random.default_rng([config.seed, 0])
    parameters = initial_parameters(config.architecture, config.initializer, generator)
    return state_of(config, parameters)


def state_of(config: TrainingConfig, parameters: Parameters) -> TrainingState:
    """Give the state at step 0 with given parameters, which are copied."""
    n_arrays = len(OPTIMIZERS[config.optimizer].arrays)
    memory = np.zeros((n_arrays, parameters.layout.size), np.float32)
    memory.flags.writeable = False
    return TrainingState(parameters.frozen_copy(), memory)


def epoch_permutation(seed: int, epoch: int, n_examples: int) -> npt.NDArray[np.int64]:
    """Give the order of the examples in an epoch: a function of seed and epoch alone.

    Returns
    -------
    ndarray of shape (n_examples,)
    """
    return np.random.default_rng([seed, 1, epoch]).permutation(n_examples)
