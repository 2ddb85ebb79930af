"""What every optimizer is: a number of state arrays and an update in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


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
    momentum : float or None
        Share of the velocity that is kept from one step to the next in training. `update` takes
        another one as its keyword ``momentum``; None: it takes none.
    decoupled_decay : bool
        True: the L2 setting shrinks the weights directly (`gdviz.nn.penalties.decay_weights`)
        and does not pass through the gradient.
    """

    key: str
    title: str
    code: int
    arrays: tuple[str, ...]
    update: Callable[..., None]
    momentum: float | None = None
    decoupled_decay: bool = False
