"""Plain gradient descent: a step straight downhill."""

from __future__ import annotations

from gdviz.nn.optimizers.optimizer import Optimizer
from gdviz.nn.parameters import FloatArray


def update(
    vector: FloatArray,
    gradient: FloatArray,
    _state: FloatArray,
    _step: int,
    learning_rate: float,
) -> None:
    """Take θ ← θ − η ∇C, in place.

    References
    ----------
    Robbins, Monro, *A stochastic approximation method* (1951).
    """
    vector -= vector.dtype.type(learning_rate) * gradient


GRADIENT_DESCENT = Optimizer("gradient_descent", "Gradient descent", 0, (), update)
