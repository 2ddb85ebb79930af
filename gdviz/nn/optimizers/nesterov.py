"""Nesterov momentum: the slope is taken where the velocity is about to carry the ball."""

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
    """Take v ← μv − η∇C(θ), θ ← θ + μv − η∇C(θ), in place; μ is `momentum`.

    Notes
    -----
    Written about positions φ, the method is v ← μv − η∇C(φ + μv), φ ← φ + v: it needs the
    gradient ahead of where it stands. What is kept here as θ is the point ahead, θ = φ + μv,
    so that the gradient at the present parameters is all that is needed. Both give the same
    sequence of points ahead as long as η is constant, since they start alike from v = 0.

    References
    ----------
    Nesterov, *A method for solving the convex programming problem with convergence rate
    O(1/k²)* (1983).
    Sutskever and others, *On the importance of initialization and momentum* (2013), section 2.
    Bengio, Boulanger-Lewandowski, Pascanu, *Advances in optimizing recurrent networks* (2013),
    section 3.5, for this form.
    """
    kept, rate = vector.dtype.type(momentum), vector.dtype.type(learning_rate)
    velocity = state[0]
    velocity *= kept
    velocity -= rate * gradient
    vector += kept * velocity - rate * gradient


NESTEROV = Optimizer("nesterov", "Nesterov", 3, ("velocity",), update, COEFFICIENT)
