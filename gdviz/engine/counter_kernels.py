"""The random numbers of `gdviz.nn.counter_hash`, and dropout, compiled: the same bits.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable

from gdviz.engine.fast_math import compiled
from gdviz.nn import dropout as reference
from gdviz.nn.counter_hash import FACTOR_1, FACTOR_2, GAMMA, STREAM_SHIFT

# Numba makes a float of a signed and an unsigned number: everything here stays unsigned.
_GAMMA, _FACTOR_1, _FACTOR_2 = np.uint64(GAMMA), np.uint64(FACTOR_1), np.uint64(FACTOR_2)
_30, _27, _31, _40 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(40)
_STREAM_SHIFT = np.uint64(STREAM_SHIFT)


class Dropout(NamedTuple):
    """What one epoch's masks are made from.

    Parameters
    ----------
    is_on : bool
    key, threshold : uint64
        See `gdviz.nn.dropout`.
    kept : float32
        1/(1 − rate): what the activations that stay are multiplied by.
    """

    is_on: bool
    key: np.uint64
    threshold: np.uint64
    kept: np.float32


NO_DROPOUT = Dropout(False, np.uint64(0), np.uint64(0), np.float32(1))


def make_dropout(key: int, rate: float) -> Dropout:
    """Give what the compiled loops are told about dropout."""
    if rate == 0:
        return NO_DROPOUT
    threshold = np.uint64(reference.threshold(rate))
    return Dropout(True, np.uint64(key), threshold, np.float32(1 / (1 - rate)))


@register_jitable
def hash_64(x):
    """64 well mixed bits of a uint64."""
    z = x + _GAMMA
    z = (z ^ (z >> _30)) * _FACTOR_1
    z = (z ^ (z >> _27)) * _FACTOR_2
    return z ^ (z >> _31)


@register_jitable
def row_key(key, row, stream):
    """What the numbers of a row in a stream are made from."""
    return hash_64(key ^ hash_64(np.uint64(row) + (np.uint64(stream) << _STREAM_SHIFT)))


@register_jitable
def row_number(of_row, index):
    """Number `index` of a row, as 64 bits."""
    return hash_64(of_row + np.uint64(index) * _GAMMA)


@compiled
def drop(dropout, rows, first, layer_index, size, width, activations, masks, passed_on):
    """Write the mask of a hidden layer and what it passes on; padding stays 0."""
    for i in range(activations.size // width):
        of_row = row_key(dropout.key, rows[first + i], layer_index)
        start = i * width
        for j in range(size):
            stays = (row_number(of_row, j) >> _40) >= dropout.threshold
            masks[start + j] = dropout.kept if stays else np.float32(0)
    for j in range(activations.size):
        passed_on[j] = activations[j] * masks[j]
