"""RMSProp: each weight's step is divided by the size of its own recent slopes."""

from __future__ import annotations

import numpy as np

from gdviz.nn.optimizers.optimizer import Optimizer
from gdviz.nn.parameters import FloatArray

SQUARE_DECAY = 0.9
"""Share of the mean square that is kept from one step to the next."""

EPSILON = 1e-8
"""Added to the root, so that a weight without a slope is divided by something."""


def update(
    vector: FloatArray,
    gradient: FloatArray,
    state: FloatArray,
    _step: int,
    learning_rate: float,
) -> None:
    """Take s ← 0.9 s + 0.1 (∇C)², θ ← θ − η ∇C / (√s + ε), entry by entry, in place.

    The mean starts at 0 and is not corrected for it: the first steps are up to √10 times the
    later ones.

    References
    ----------
    Tieleman, Hinton, *Neural networks for machine learning* (2012), lecture 6e, slide 29.
    """
    number = vector.dtype.type
    square = state[0]
    square *= number(SQUARE_DECAY)
    square += number(1 - SQUARE_DECAY) * gradient * gradient
    vector -= number(learning_rate) * gradient / (np.sqrt(square) + number(EPSILON))


RMSPROP = Optimizer("rmsprop", "RMSProp", 5, ("mean of squared gradients",), update)
