"""The compiled loop behind `slices`: the cost at many points of a plane, without the lock.

The examples stand in blocks of `BLOCK`; inside a block every layer is an array
``(n_neurons, BLOCK)``, so that the inner loops run over examples, contiguous and of a length
known to the compiler, whatever the layer's width. A last block that is not full is padded
with zeros, computed like the others and not counted.

Needs Numba: imported by `slices` alone, which falls back on NumPy without it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gdviz.engine.activation_kernels import activate
from gdviz.engine.fast_math import (
    compiled,
    exp_in_place,
    log_in_place,
    sigmoid_in_place,
    softplus_in_place,
)
from gdviz.engine.gap_kernel import wait_for_gap
from gdviz.nn import activations, costs

BLOCK = 128
"""Examples in a block: a 16-wide layer in float32 is 8 kB, a quarter of the first cache."""

SIGMOID, SOFTMAX = activations.SIGMOID.code, activations.SOFTMAX.code
CROSS_ENTROPY = costs.CROSS_ENTROPY.code

# From this many weights on, BLAS beats the plain loop on a (n_out, n_in) x (n_in, BLOCK) product.
_BLAS_WEIGHTS = 1024
# Displaced weights of later layers kept at a time: at most this many numbers, 64 kB.
_TILE_NUMBERS = 16384
_MOST_TILE_POINTS = 32


@compiled
def _affine(weights: Any, biases: Any, source: Any, target: Any) -> None:
    """Give `target` (n_out, BLOCK) = weights (n_out, n_in) · source (n_in, BLOCK) + biases."""
    n_out, n_in = weights.shape
    if n_out * n_in >= _BLAS_WEIGHTS:
        np.dot(weights, source, target)
        for j in range(n_out):
            bias = biases[j]
            for e in range(BLOCK):
                target[j, e] += bias
        return
    for j in range(n_out):
        bias = biases[j]
        row = target[j]
        for e in range(BLOCK):
            row[e] = bias
        i = 0
        # Four inputs in one pass: a quarter of the loads and stores of `row`.
        while i + 4 <= n_in:
            a, b, c, d = weights[j, i], weights[j, i + 1], weights[j, i + 2], weights[j, i + 3]
            p, q, r, s = source[i], source[i + 1], source[i + 2], source[i + 3]
            for e in range(BLOCK):
                row[e] = row[e] + a * p[e] + b * q[e] + c * r[e] + d * s[e]
            i += 4
        while i < n_in:
            a, p = weights[j, i], source[i]
            for e in range(BLOCK):
                row[e] += a * p[e]
            i += 1


@compiled
def _shifted_powers(layer: Any, highest: Any, total: Any) -> None:
    """Replace z (size, BLOCK) by exp(z − max), and give the max and the sum of each example."""
    size = layer.shape[0]
    # Loops and not `highest[:] = ...`, which takes Numba two seconds to compile.
    for e in range(BLOCK):
        highest[e] = layer[0, e]
        total[e] = 0
    for j in range(1, size):
        row = layer[j]
        for e in range(BLOCK):
            highest[e] = row[e] if row[e] > highest[e] else highest[e]
    for j in range(size):
        row = layer[j]
        for e in range(BLOCK):
            row[e] -= highest[e]
    exp_in_place(layer.reshape(layer.size))
    for j in range(size):
        row = layer[j]
        for e in range(BLOCK):
            total[e] += row[e]


@compiled
def _quadratic(output_code: int, layer: Any, labels: Any, costs: Any, work: Any) -> None:
    """Give Σ_j (a_j − y_j)² of each example of a block from its last weighted inputs."""
    size = layer.shape[0]
    if output_code == SOFTMAX:
        _shifted_powers(layer, work[0], work[1])
        for j in range(size):
            row, total = layer[j], work[1]
            for e in range(BLOCK):
                row[e] /= total[e]
    elif output_code == SIGMOID:
        # Not `activate`: it would be compiled into this once more with all its branches.
        sigmoid_in_place(layer.reshape(layer.size))
    for e in range(BLOCK):
        layer[labels[e], e] -= costs.dtype.type(1)
    for e in range(BLOCK):
        costs[e] = 0
    for j in range(size):
        row = layer[j]
        for e in range(BLOCK):
            costs[e] += row[e] * row[e]


@compiled
def _cross_entropy(output_code: int, layer: Any, labels: Any, costs: Any, work: Any) -> None:
    """Give the cross-entropy of each example of a block from its last weighted inputs."""
    size = layer.shape[0]
    agreement = work[2]
    for e in range(BLOCK):
        agreement[e] = layer[labels[e], e]
    if output_code == SOFTMAX:
        _shifted_powers(layer, work[0], costs)
        log_in_place(costs)
        for e in range(BLOCK):
            costs[e] += work[0, e] - agreement[e]
        return
    softplus_in_place(layer.reshape(layer.size))
    for e in range(BLOCK):
        costs[e] = -agreement[e]
    for j in range(size):
        row = layer[j]
        for e in range(BLOCK):
            costs[e] += row[e]


@compiled
def _first_layer(first: Any, u: float, v: float, target: Any) -> None:
    """Give z of the first layer (n_first, BLOCK) at (u, v): it is affine in both."""
    for j in range(target.shape[0]):
        origin, along_u, along_v, row = first[0, j], first[1, j], first[2, j], target[j]
        for e in range(BLOCK):
            row[e] = origin[e] + u * along_u[e] + v * along_v[e]


@compiled
def _block_costs(
    sizes: Any, codes: Any, first: Any, u: float, v: float, later: Any, labels: Any,
    here: Any, there: Any, work: Any, costs: Any,
) -> None:  # fmt: skip
    """Give the cost of each example of one block at one point."""
    layer = here[: sizes[1] * BLOCK].reshape(sizes[1], BLOCK)
    _first_layer(first, u, v, layer)
    start = 0
    for k in range(2, sizes.size):
        flat = layer.reshape(layer.size)
        activate(flat, flat, codes[0])
        n_in, n_out = sizes[k - 1], sizes[k]
        middle = start + n_in * n_out
        weights = later[start:middle].reshape(n_out, n_in)
        biases = later[middle : middle + n_out]
        start = middle + n_out
        after = there[: n_out * BLOCK].reshape(n_out, BLOCK)
        _affine(weights, biases, layer, after)
        layer = after
        here, there = there, here
    if codes[2] == CROSS_ENTROPY:
        _cross_entropy(codes[1], layer, labels, costs, work)
    else:
        _quadratic(codes[1], layer, labels, costs, work)


@compiled
def accumulate(
    sizes: Any, codes: Any, first: Any, later: Any, labels: Any, n_examples: int,
    first_block: int, last_block: int, flag: Any, u: Any, v: Any, shift: Any, total: Any,
    square: Any,
) -> None:  # fmt: skip
    """Add the examples of some blocks to the sums of some points, in the gaps between frames.

    Parameters
    ----------
    sizes : int64 ndarray (n_layers + 1,)
        Layer sizes from the input on.
    codes : int64 ndarray (3,)
        Of the hidden activation, the output activation and the cost.
    first : ndarray (n_blocks, 3, n_first, BLOCK)
        Weighted inputs of the first layer for the origin and both directions.
    later : ndarray (3, n_later)
        Parameters behind the first layer, of the origin and both directions.
    labels : uint8 ndarray (n_blocks, BLOCK)
    n_examples : int
    first_block, last_block : int
        Which blocks; the last is not included.
    flag : uint8 ndarray of shape (2,)
        See `gdviz.engine.gaps.Flag`.
    u, v : ndarray (m,)
        Coordinates of the points, in the dtype of `first`.
    shift, total, square : float64 ndarray (m,)
        For each point the cost of its first example, and Σ (c − shift) and Σ (c − shift)²:
        sums about a typical value do not cancel. Block 0 sets `shift`.
    """
    n_later = later.shape[1]
    dtype = first.dtype
    widest = 0
    for k in range(1, sizes.size):
        widest = max(widest, sizes[k])
    here, there = np.zeros(widest * BLOCK, dtype), np.zeros(widest * BLOCK, dtype)
    work, costs = np.zeros((3, BLOCK), dtype), np.zeros(BLOCK, dtype)
    # Blocks are the outer loop, so that a block's weighted inputs stay in the cache for
    # several points; the displaced weights of these points are made once.
    tile = max(1, min(_MOST_TILE_POINTS, _TILE_NUMBERS // max(1, n_later)))
    displaced = np.zeros((tile, n_later), dtype)
    passed = np.uint8(0)
    for tile_start in range(0, u.size, tile):
        tile_stop = min(u.size, tile_start + tile)
        for p in range(tile_start, tile_stop):
            for i in range(n_later):
                displaced[p - tile_start, i] = later[0, i] + u[p] * later[1, i] + v[p] * later[2, i]
        for block in range(first_block, last_block):
            passed = wait_for_gap(flag, passed)
            count = min(BLOCK, n_examples - block * BLOCK)
            for p in range(tile_start, tile_stop):
                _block_costs(
                    sizes, codes, first[block], u[p], v[p], displaced[p - tile_start],
                    labels[block], here, there, work, costs,
                )  # fmt: skip
                if block == 0:
                    shift[p] = costs[0]
                for e in range(count):
                    difference = costs[e] - shift[p]
                    total[p] += difference
                    square[p] += difference * difference
