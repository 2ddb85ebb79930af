"""AdaGrad: each weight's step shrinks with all the slopes it has ever seen."""

from __future__ import annotations

import numpy as np

from gdviz.nn.optimizers.optimizer import Optimizer
from gdviz.nn.parameters import FloatArray

EPSILON = 1e-8
"""Added to the root, so that a weight without a slope is divided by something."""


def update(
    vector: FloatArray,
    gradient: FloatArray,
    state: FloatArray,
    _step: int,
    learning_rate: float,
) -> None:
    """Take s ← s + (∇C)², θ ← θ − η ∇C / (√s + ε), entry by entry, in place.

    References
    ----------
    Duchi, Hazan, Singer, *Adaptive subgradient methods for online learning and stochastic
    optimization* (2011), figure 1 with diagonal matrices; there ε is called δ.
    """
    number = vector.dtype.type
    square = state[0]
    square += gradient * gradient
    vector -= number(learning_rate) * gradient / (np.sqrt(square) + number(EPSILON))


ADAGRAD = Optimizer("adagrad", "AdaGrad", 4, ("sum of squared gradients",), update)
