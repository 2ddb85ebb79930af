"""What every optimizer is: a number of state arrays and an update in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gdviz.nn.parameters import FloatArray


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One optimizer.

    Parameters
    ----------
    key, title : str
        What files say and what people read.
    code : int
        What the compiled engine is told.
    arrays : tuple of str
        What each state array is, in order, no name twice; empty if there is no memory.
    update : callable
        ``update(vector, gradient, state, step, learning_rate)`` changes `vector` (P,) and
        `state` (n_arrays, P) in place; `step` counts from 1 since the state was zero.
    decoupled_decay : bool
        True: the L2 setting shrinks the weights directly (`gdviz.nn.penalties.decay_weights`)
        and does not pass through the gradient.
    """

    key: str
    title: str
    code: int
    arrays: tuple[str, ...]
    update: Callable[[FloatArray, FloatArray, FloatArray, int, float], None]
    decoupled_decay: bool = False
