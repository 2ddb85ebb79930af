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
from gdviz.training.marks import Mark

__all__ = ["Keyframe", "Mark", "TrainingState", "epoch_permutation", "initial_state", "state_of"]


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


@dataclass(frozen=True, eq=False, slots=True)
class Keyframe:
    """A state with what it was computed by, to replay from.

    Parameters
    ----------
    state : TrainingState
    config : TrainingConfig
        As it was then.
    engine : str
        Which engine trained then: another one's sums differ in the last bit.
    """

    state: TrainingState
    config: TrainingConfig
    engine: str

    @property
    def step(self) -> int:
        """Mini-batches since the start of the run."""
        return self.state.step

    @property
    def parameters(self) -> Parameters:
        """Weights and biases, read-only."""
        return self.state.parameters

    @property
    def n_bytes(self) -> int:
        """Memory that the arrays take."""
        return self.state.n_bytes


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
