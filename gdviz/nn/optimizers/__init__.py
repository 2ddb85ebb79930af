"""Optimizers: what is done with the gradient. One file each, one line each in the table.

An optimizer owns no arrays: its state is ``(n_arrays, P)`` float32 that the caller keeps,
saves and restores. The compiled engine knows each by its ``code``.

Imports NumPy only.
"""

from gdviz.nn.optimizers.adagrad import ADAGRAD
from gdviz.nn.optimizers.adam import ADAM
from gdviz.nn.optimizers.adamw import ADAMW
from gdviz.nn.optimizers.gradient_descent import GRADIENT_DESCENT
from gdviz.nn.optimizers.momentum import MOMENTUM
from gdviz.nn.optimizers.nesterov import NESTEROV
from gdviz.nn.optimizers.optimizer import Optimizer
from gdviz.nn.optimizers.rmsprop import RMSPROP

OPTIMIZERS: dict[str, Optimizer] = {
    entry.key: entry
    for entry in (GRADIENT_DESCENT, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, ADAMW)
}

__all__ = ["OPTIMIZERS", "Optimizer"]
