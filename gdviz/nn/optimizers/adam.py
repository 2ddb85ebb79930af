"""Adam: each weight's step is scaled by its own recent gradients."""

from __future__ import annotations

import numpy as np

from gdviz.nn.optimizers.optimizer import Optimizer
from gdviz.nn.parameters import FloatArray

MEAN_DECAY = 0.9
SQUARE_DECAY = 0.999
EPSILON = 1e-8


def update(
    vector: FloatArray,
    gradient: FloatArray,
    state: FloatArray,
    step: int,
    learning_rate: float,
) -> None:
    """Take one Adam step in place; the bias corrections use `step`, from 1.

    References
    ----------
    Kingma, Ba, *Adam: a method for stochastic optimization* (2015), algorithm 1.
    """
    number = vector.dtype.type
    mean, square = state
    mean *= number(MEAN_DECAY)
    mean += number(1 - MEAN_DECAY) * gradient
    square *= number(SQUARE_DECAY)
    square += number(1 - SQUARE_DECAY) * gradient * gradient
    rate = number(learning_rate / (1 - MEAN_DECAY**step))
    correction = number(1 / (1 - SQUARE_DECAY**step))
    vector -= rate * mean / (np.sqrt(square * correction) + number(EPSILON))


ADAM = Optimizer("adam", "Adam", 2, ("mean of gradients", "mean of squared gradients"), update)
