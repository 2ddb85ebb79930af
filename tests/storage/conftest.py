"""Small networks in every state, for the tests of files; sample files beside are importable."""

import sys
from pathlib import Path

import numpy as np
import pytest

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.training.config import TrainingConfig
from gdviz.training.state import Mark, TrainingState, initial_state

sys.path.insert(0, str(Path(__file__).parent))


def random_state(config: TrainingConfig, seed: int = 0) -> TrainingState:
    """A state that no run reached: every array and counter different from its start."""
    generator = np.random.default_rng(seed)
    parameters = initial_state(config).parameters
    shape = (len(OPTIMIZERS[config.optimizer].arrays), parameters.layout.size)
    return TrainingState(
        parameters,
        generator.normal(size=shape).astype(np.float32),
        optimizer_step=int(generator.integers(2**40)),
        step=int(generator.integers(2**40)),
        epoch=int(generator.integers(1000)),
        position=int(generator.integers(60_000)),
        marks=(Mark(3, "learning_rate", 0.1, 1 / 3), Mark(9, "learning_rate", 1 / 3, 1e-300)),
    )


@pytest.fixture
def state_for():
    """Give `random_state`."""
    return random_state
