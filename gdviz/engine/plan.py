"""Where everything stands in the compiled engine's own arrays.

The engine keeps its parameters in an order of its own while it trains, so that every inner loop
runs over a whole row of `LANES`-fold length: the first layer's weights as one row for each
pixel, every later layer's as one row for each neuron, all padded with zeros. `packed` and
`unpacked` go between this order and that of `gdviz.nn.parameters.Layout`.

Imports NumPy only, beside `gdviz.nn`.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.nn import network
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import Architecture, FloatArray, Layout

LANES = 16
"""Numbers in a vector of `gdviz.engine.row_kernels`."""

BLAS_WEIGHTS = 2048
"""From so many weights on, padding included, a later layer goes through BLAS."""
_HELD_BY_ROWS, _HELD_BY_BLAS = 32, 128
"""Examples in the buffers at once: few, so that they stay in the first cache; more where BLAS
wants them. Measured for mini-batches of 1,000: 16-16 1.26 million examples/s with 32, 1.12 with
128, 0.8 to 1.2 with 1,000; 512-256 26,000 with 32, 35,000 with 128 and with 256."""

MOST_INPUTS = 1 << 16
"""Pixels are counted in 16 bits."""

Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]


class Plan(NamedTuple):
    """Everything about a network that the compiled loops are told; nothing here is written.

    Parameters
    ----------
    sizes : int64 ndarray of shape (n_layers + 1,)
        Neurons of each layer, the input first.
    widths : int64 ndarray of shape (n_layers + 1,)
        The same, padded to a multiple of `LANES`; the input's is its size.
    weights_at, biases_at : int64 ndarray of shape (n_layers,)
        Where each layer's weights and biases begin in the parameters.
    rows_at : int64 ndarray of shape (n_layers + 1,)
        Where each layer begins in the buffers of activations and errors; entry 0 is unused.
    turned_at : int64 ndarray of shape (n_layers,)
        Where each later layer's transposed weights begin in their buffer.
    codes : int64 ndarray of shape (n_layers,)
        Activation of each layer.
    gains : float32 ndarray of shape (n_layers,)
        What each layer's weighted inputs are multiplied by: the steepness of a sigmoid, else 1.
    cost_code : int
    capacity : int
        Most examples in the buffers at once.
    counting : uint16 ndarray
        0, 1, 2, ...: the indices of a row none of whose numbers is left out. Wider layers go
        through BLAS.
    zeros : float32 ndarray
        As long as the widest row.
    """

    sizes: Int64
    widths: Int64
    weights_at: Int64
    biases_at: Int64
    rows_at: Int64
    turned_at: Int64
    codes: Int64
    gains: Float32
    cost_code: int
    capacity: int
    counting: npt.NDArray[np.uint16]
    zeros: Float32


class Buffers(NamedTuple):
    """What one thread's pass through the network writes into.

    Parameters
    ----------
    weighted_inputs, activations, masks, passed_on, errors : float32 ndarray
        Layer after layer, ``(capacity, width)`` each. `passed_on` is what is left of the
        activations after dropout, `masks` what they were multiplied by.
    turned : float32 ndarray
        Transposed weights of the later layers.
    row : float32 ndarray of shape (capacity,)
    costs : float64 ndarray of shape (capacity,)
    """

    weighted_inputs: Float32
    activations: Float32
    masks: Float32
    passed_on: Float32
    errors: Float32
    turned: Float32
    row: Float32
    costs: npt.NDArray[np.float64]


def make_plan(architecture: Architecture, cost: str, mini_batch: int) -> Plan:
    """Lay out a network; its buffers hold no more examples than are worked on at once."""
    sizes = architecture.layer_sizes
    n_layers = len(sizes) - 1
    widths = [sizes[0], *(-(-size // LANES) * LANES for size in sizes[1:])]
    products = [a * b for a, b in itertools.pairwise(widths[1:])]
    has_blas = max(products, default=0) >= BLAS_WEIGHTS
    capacity = min(mini_batch, _HELD_BY_BLAS if has_blas else _HELD_BY_ROWS)
    weights_at, biases_at, turned_at, at, turned = [], [], [], 0, 0
    for k in range(n_layers):
        weights_at.append(at)
        biases_at.append(at + widths[k] * widths[k + 1])
        turned_at.append(turned)
        at = biases_at[-1] + widths[k + 1]
        turned += widths[k] * widths[k + 1] if k else 0
    rows_at = np.concatenate([[0, 0], np.cumsum(widths[1:])[:-1] * capacity])
    return Plan(
        np.array(sizes, np.int64),
        np.array(widths, np.int64),
        np.array(weights_at, np.int64),
        np.array(biases_at, np.int64),
        rows_at.astype(np.int64),
        np.array(turned_at, np.int64),
        np.array([network.activation_of(architecture, k).code for k in range(n_layers)], np.int64),
        np.array([network.gain_of(architecture, k) for k in range(n_layers)], np.float32),
        COSTS[cost].code,
        capacity,
        np.arange(min(max(widths[1:]), BLAS_WEIGHTS), dtype=np.uint16),
        np.zeros(max(widths[1:]), np.float32),
    )


def make_buffers(plan: Plan) -> Buffers:
    """Give buffers of a plan, all zero."""
    rows = int(plan.widths[1:].sum()) * plan.capacity
    turned = int((plan.widths[1:-1] * plan.widths[2:]).sum())
    layers = [np.zeros(rows, np.float32) for _ in range(5)]
    weighted_inputs, activations, masks, passed_on, errors = layers
    return Buffers(
        weighted_inputs,
        activations,
        masks,
        passed_on,
        errors,
        np.zeros(turned, np.float32),
        np.zeros(plan.capacity, np.float32),
        np.zeros(plan.capacity),
    )


def packed_size(plan: Plan) -> int:
    """Length of the parameters in the engine's order, padding included."""
    return int(plan.biases_at[-1] + plan.widths[-1])


def pack(plan: Plan, layout: Layout, vector: FloatArray, out: Float32) -> None:
    """Write a vector (P,) in the engine's order; the padding in `out` is left as it is."""
    for k in range(layout.n_layers):
        weights, biases = _views(plan, out, k)
        given = vector[layout.weight_slices[k]].reshape(-1, layout.layer_sizes[k])
        weights[...] = given.T if k == 0 else given
        biases[...] = vector[layout.bias_slices[k]]


def unpack(plan: Plan, layout: Layout, packed: Float32, out: FloatArray) -> None:
    """Write what `pack` wrote into a vector (P,)."""
    for k in range(layout.n_layers):
        weights, biases = _views(plan, packed, k)
        wanted = out[layout.weight_slices[k]].reshape(-1, layout.layer_sizes[k])
        wanted[...] = weights.T if k == 0 else weights
        out[layout.bias_slices[k]] = biases


def _views(plan: Plan, packed: Float32, k: int) -> tuple[Float32, Float32]:
    """Views of a layer's weights, in the engine's order without padding, and of its biases."""
    n_in, n_out = int(plan.sizes[k]), int(plan.sizes[k + 1])
    below, above = int(plan.widths[k]), int(plan.widths[k + 1])
    start, middle = int(plan.weights_at[k]), int(plan.biases_at[k])
    rows = packed[start:middle].reshape((below, above) if k == 0 else (above, below))
    return (
        rows[:n_in, :n_out] if k == 0 else rows[:n_out, :n_in],
        packed[middle : middle + n_out],
    )
