"""Momentum: the ball gets a mass and coasts."""

from __future__ import annotations

from gdviz.nn.optimizers.optimizer import Optimizer
from gdviz.nn.parameters import FloatArray

COEFFICIENT = 0.9
"""Share μ of the velocity that is kept from one step to the next."""


def update(
    vector: FloatArray,
    gradient: FloatArray,
    state: FloatArray,
    _step: int,
    learning_rate: float,
    momentum: float = COEFFICIENT,
) -> None:
    """Take v ← μv − η ∇C, θ ← θ + v, in place; μ is `momentum`.

    References
    ----------
    Polyak, *Some methods of speeding up the convergence of iteration methods* (1964).
    Sutskever and others, *On the importance of initialization and momentum* (2013), section 2.
    """
    velocity = state[0]
    velocity *= vector.dtype.type(momentum)
    velocity -= vector.dtype.type(learning_rate) * gradient
    vector += velocity


MOMENTUM = Optimizer("momentum", "Momentum", 1, ("velocity",), update, COEFFICIENT)
