"""Compiled updates: what each optimizer does with a gradient, and the gradient's norms."""

from __future__ import annotations

import numpy as np

from gdviz.engine.fast_math import compiled
from gdviz.nn.optimizers import OPTIMIZERS, adam, momentum

GRADIENT_DESCENT, MOMENTUM, ADAM = (
    OPTIMIZERS[key].code for key in ("gradient_descent", "momentum", "adam")
)

_KEPT = np.float32(momentum.COEFFICIENT)
_MEAN_DECAY = np.float32(adam.MEAN_DECAY)
_MEAN_NEW = np.float32(1 - adam.MEAN_DECAY)
_SQUARE_DECAY = np.float32(adam.SQUARE_DECAY)
_SQUARE_NEW = np.float32(1 - adam.SQUARE_DECAY)
_EPSILON = np.float32(adam.EPSILON)
_MEAN_DECAY_64 = adam.MEAN_DECAY
_SQUARE_DECAY_64 = adam.SQUARE_DECAY


@compiled
def update(vector, gradient, state, optimizer_step, learning_rate, optimizer_code):
    """Apply one optimizer step in place; `optimizer_step` counts from 1."""
    if optimizer_code == GRADIENT_DESCENT:
        for i in range(vector.size):
            vector[i] -= learning_rate * gradient[i]
    elif optimizer_code == MOMENTUM:
        velocity = state[0]
        for i in range(vector.size):
            velocity[i] = _KEPT * velocity[i] - learning_rate * gradient[i]
            vector[i] += velocity[i]
    elif optimizer_code == ADAM:
        mean, square = state[0], state[1]
        rate = np.float32(learning_rate / (1.0 - _MEAN_DECAY_64**optimizer_step))
        correction = np.float32(1.0 / (1.0 - _SQUARE_DECAY_64**optimizer_step))
        for i in range(vector.size):
            slope = gradient[i]
            mean[i] = _MEAN_DECAY * mean[i] + _MEAN_NEW * slope
            square[i] = _SQUARE_DECAY * square[i] + _SQUARE_NEW * slope * slope
            vector[i] -= rate * mean[i] / (np.sqrt(square[i] * correction) + _EPSILON)


@compiled
def layer_norms(gradient, sizes, sums, out):
    """Write each layer's gradient norm over √size; `sums` is scratch of at least 8."""
    start = 0
    for k in range(sizes.size - 1):
        size = (sizes[k] + 1) * sizes[k + 1]
        layer = gradient[start : start + size]
        # Eight partial sums: one chain of additions would not vectorise without fastmath.
        sums[:8] = np.float32(0)
        whole = size - size % 8
        for i in range(0, whole, 8):
            for lane in range(8):
                sums[lane] += layer[i + lane] * layer[i + lane]
        total = np.float64(0)
        for lane in range(8):
            total += np.float64(sums[lane])
        for i in range(whole, size):
            total += np.float64(layer[i]) * np.float64(layer[i])
        out[k] = np.float32(np.sqrt(total / size))
        start += size
