"""Compiled updates: what each optimizer does with a gradient, and the gradient's norms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gdviz.engine.fast_math import compiled
from gdviz.engine.row_kernels import sum_of_squares
from gdviz.nn.optimizers import OPTIMIZERS, adagrad, adam, momentum, nesterov, rmsprop

GRADIENT_DESCENT, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, ADAMW = (
    OPTIMIZERS[key].code
    for key in ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
)

_KEPT = np.float32(momentum.COEFFICIENT)
_NESTEROV_KEPT = np.float32(nesterov.COEFFICIENT)
_ADAGRAD_EPSILON = np.float32(adagrad.EPSILON)
_RMSPROP_DECAY = np.float32(rmsprop.SQUARE_DECAY)
_RMSPROP_NEW = np.float32(1 - rmsprop.SQUARE_DECAY)
_RMSPROP_EPSILON = np.float32(rmsprop.EPSILON)
_MEAN_DECAY = np.float32(adam.MEAN_DECAY)
_MEAN_NEW = np.float32(1 - adam.MEAN_DECAY)
_SQUARE_DECAY = np.float32(adam.SQUARE_DECAY)
_SQUARE_NEW = np.float32(1 - adam.SQUARE_DECAY)
_EPSILON = np.float32(adam.EPSILON)
_MEAN_DECAY_64 = adam.MEAN_DECAY
_SQUARE_DECAY_64 = adam.SQUARE_DECAY
_ZERO = np.float32(0)
_ONE = np.float32(1)


class Updating(NamedTuple):
    """What the compiled loops are told about the update.

    Parameters
    ----------
    code : int
        Of the optimizer.
    steps : int
        Updates that its memory has seen before this burst.
    l1, l2 : float32
        Strengths of the penalties.
    is_decoupled : bool
        True: `l2` shrinks the weights instead of entering the gradient.
    penalised : float32 ndarray
        As long as the parameters; written where there is a penalty, else of length 0.
    """

    code: int
    steps: int
    l1: np.float32
    l2: np.float32
    is_decoupled: bool
    penalised: np.ndarray


@compiled
def update(plan, parameters, gradient, state, optimizer, step, learning_rate):
    """Apply one optimizer step in place; `step` counts from 1 in this burst."""
    slope = gradient
    if optimizer.l1 != _ZERO or optimizer.l2 != _ZERO:
        penalise(plan, parameters, gradient, optimizer, learning_rate)
        slope = optimizer.penalised
    descend(parameters, slope, state, optimizer.code, optimizer.steps + step, learning_rate)


@compiled
def penalise(plan, parameters, gradient, optimizer, learning_rate):
    """Write the gradient with the penalties' slopes, or shrink the weights; biases are left."""
    l1, l2, slope = optimizer.l1, optimizer.l2, optimizer.penalised
    for i in range(gradient.size):
        slope[i] = gradient[i]
    inside = _ZERO if optimizer.is_decoupled else l2
    kept = _ONE - learning_rate * l2 if optimizer.is_decoupled else _ONE
    for k in range(plan.weights_at.size):
        for i in range(plan.weights_at[k], plan.biases_at[k]):
            weight = parameters[i]
            sign = _ZERO
            if weight > _ZERO:
                sign = l1
            elif weight < _ZERO:
                sign = -l1
            slope[i] += sign + inside * weight
            parameters[i] = weight * kept


@compiled
def descend(vector, gradient, state, code, step, learning_rate):
    """Move the parameters as the optimizer of a code does; `step` counts from 1 since it began."""
    if code == GRADIENT_DESCENT:
        for i in range(vector.size):
            vector[i] -= learning_rate * gradient[i]
    elif code == MOMENTUM:
        velocity = state[0]
        for i in range(vector.size):
            velocity[i] = _KEPT * velocity[i] - learning_rate * gradient[i]
            vector[i] += velocity[i]
    elif code == NESTEROV:
        velocity = state[0]
        for i in range(vector.size):
            velocity[i] = _NESTEROV_KEPT * velocity[i] - learning_rate * gradient[i]
            vector[i] += _NESTEROV_KEPT * velocity[i] - learning_rate * gradient[i]
    elif code == ADAGRAD:
        total = state[0]
        for i in range(vector.size):
            slope = gradient[i]
            total[i] += slope * slope
            vector[i] -= learning_rate * slope / (np.sqrt(total[i]) + _ADAGRAD_EPSILON)
    elif code == RMSPROP:
        square = state[0]
        for i in range(vector.size):
            slope = gradient[i]
            square[i] = _RMSPROP_DECAY * square[i] + _RMSPROP_NEW * slope * slope
            vector[i] -= learning_rate * slope / (np.sqrt(square[i]) + _RMSPROP_EPSILON)
    elif code in (ADAM, ADAMW):
        mean, square = state[0], state[1]
        rate = np.float32(learning_rate / (1.0 - _MEAN_DECAY_64**step))
        correction = np.float32(1.0 / (1.0 - _SQUARE_DECAY_64**step))
        for i in range(vector.size):
            slope = gradient[i]
            mean[i] = _MEAN_DECAY * mean[i] + _MEAN_NEW * slope
            square[i] = _SQUARE_DECAY * square[i] + _SQUARE_NEW * slope * slope
            vector[i] -= rate * mean[i] / (np.sqrt(square[i] * correction) + _EPSILON)


@compiled
def layer_norms(plan, gradient, out):
    """Write each layer's gradient norm over √size."""
    for k in range(plan.sizes.size - 1):
        # Padding is 0 and adds nothing.
        stop = plan.biases_at[k] + plan.widths[k + 1]
        total = sum_of_squares(gradient, plan.weights_at[k], stop)
        size = (plan.sizes[k] + 1) * plan.sizes[k + 1]
        out[k] = np.float32(np.sqrt(total / size))
