"""Both passes through the network, compiled: layer by layer, a whole mini-batch at a time.

Everything is done in the order of `gdviz.engine.plan`. The first layer goes over the lit pixels
of each image alone (`gdviz.engine.lit_pixels`), straight from compact storage: there is no dense
mini-batch. Later layers go over rows too, or through BLAS where they are large.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

import numpy as np
from numba.extending import register_jitable

from gdviz.engine.activation_kernels import activate, times_derivative
from gdviz.engine.counter_kernels import drop
from gdviz.engine.fast_math import compiled
from gdviz.engine.output_kernels import (
    SOFTMAX,
    clear_padding,
    softmax_rows,
)
from gdviz.engine.plan import BLAS_WEIGHTS
from gdviz.engine.row_kernels import add_to_rows, prefetch_row, sum_rows

TILE = 64
"""Columns of a wide first layer that are worked on for all examples before the next: with 784
pixels 200 kB, which stays in the second cache."""

_ONE = np.float32(1)
_ZERO = np.float32(0)


@compiled
def turn_weights(plan, parameters, turned):
    """Write the transposed weights of the later layers that do not go through BLAS."""
    for k in range(1, plan.sizes.size - 1):
        below, above = plan.widths[k], plan.widths[k + 1]
        if below * above >= BLAS_WEIGHTS:
            continue
        source, target = plan.weights_at[k], plan.turned_at[k]
        for j in range(plan.sizes[k + 1]):
            for i in range(below):
                turned[target + i * above + j] = parameters[source + j * below + i]


@register_jitable
def image_of(images, rows, position):
    """Which image belongs to a position of the rows that were asked for."""
    return position if images.by_position else rows[position]


@compiled
def first_weighted_inputs(plan, parameters, images, rows, first, count, out):
    """Write the weighted inputs of the first layer; ask for the next mini-batch's images."""
    width, gain = plan.widths[1], plan.gains[0]
    scale = images.scale
    for column in range(0, width, TILE):
        stop = min(column + TILE, width)
        for i in range(count):
            if column == 0 and first + count + i < rows.size:
                later = image_of(images, rows, first + count + i)
                prefetch_row(
                    images.pixels, images.values, images.starts[later], images.starts[later + 1]
                )
            row = image_of(images, rows, first + i)
            begin = images.starts[row]
            sum_rows(
                parameters, 0, width, column, stop, images.pixels, begin, images.values, begin,
                images.starts[row + 1] - begin, parameters, plan.biases_at[0], scale, gain,
                out, i * width,
            )  # fmt: skip


@compiled
def later_weighted_inputs(plan, parameters, turned, k, below_rows, count, out):
    """Write the weighted inputs of layer `k` from what the layer below passes on."""
    below, above, gain = plan.widths[k], plan.widths[k + 1], plan.gains[k]
    biases_at = plan.biases_at[k]
    if below * above < BLAS_WEIGHTS:
        for i in range(count):
            sum_rows(
                turned, plan.turned_at[k], above, 0, above, plan.counting, 0, below_rows, i * below,
                plan.sizes[k], parameters, biases_at, _ONE, gain, out, i * above,
            )  # fmt: skip
        return
    start = plan.weights_at[k]
    weights = parameters[start:biases_at].reshape(above, below)
    np.dot(below_rows.reshape(count, below), weights.T, out.reshape(count, above))
    for i in range(count):
        for j in range(above):
            out[i * above + j] = (out[i * above + j] + parameters[biases_at + j]) * gain


@compiled
def forward(plan, parameters, images, rows, first, count, dropout, buffers):
    """Carry `count` examples forward; the last layer's sums of powers stay in ``buffers.row``."""
    n_layers = plan.sizes.size - 1
    for k in range(n_layers):
        start = plan.rows_at[k + 1]
        stop = start + count * plan.widths[k + 1]
        weighted_inputs = buffers.weighted_inputs[start:stop]
        values = buffers.activations[start:stop]
        if k == 0:
            first_weighted_inputs(plan, parameters, images, rows, first, count, weighted_inputs)
        else:
            below = plan.rows_at[k]
            passed = buffers.passed_on if dropout.is_on else buffers.activations
            later_weighted_inputs(
                plan, parameters, buffers.turned, k,
                passed[below : below + count * plan.widths[k]], count, weighted_inputs,
            )  # fmt: skip
        size, width = plan.sizes[k + 1], plan.widths[k + 1]
        if plan.codes[k] == SOFTMAX:
            softmax_rows(weighted_inputs, values, size, width, buffers.row)
        else:
            activate(weighted_inputs, values, plan.codes[k])
            clear_padding(values, size, width)
        if dropout.is_on and k < n_layers - 1:
            drop(
                dropout, rows, first, k, size, width, values, buffers.masks[start:stop],
                buffers.passed_on[start:stop],
            )  # fmt: skip


@compiled
def backward(plan, parameters, images, rows, first, count, dropout, buffers, gradient):
    """Add the gradient of `count` examples, whose output errors are there, to `gradient`."""
    n_layers = plan.sizes.size - 1
    for step in range(n_layers):
        k = n_layers - 1 - step
        width = plan.widths[k + 1]
        start = plan.rows_at[k + 1]
        errors = buffers.errors[start : start + count * width]
        if plan.gains[k] != _ONE:
            for j in range(errors.size):
                errors[j] *= plan.gains[k]
        biases_at = plan.biases_at[k]
        for i in range(count):
            for j in range(width):
                gradient[biases_at + j] += errors[i * width + j]
        if k == 0:
            first_gradient(plan, images, rows, first, count, errors, gradient)
        else:
            later_gradient(plan, parameters, k, count, dropout, buffers, errors, gradient)


@compiled
def first_gradient(plan, images, rows, first, count, errors, gradient):
    """Add the gradient of the first layer's weights."""
    width = plan.widths[1]
    for column in range(0, width, TILE):
        stop = min(column + TILE, width)
        for i in range(count):
            row = image_of(images, rows, first + i)
            begin = images.starts[row]
            add_to_rows(
                gradient, 0, width, column, stop, images.pixels, begin, images.values, begin,
                images.starts[row + 1] - begin, images.scale, errors, i * width,
            )  # fmt: skip


@compiled
def later_gradient(plan, parameters, k, count, dropout, buffers, errors, gradient):
    """Add the gradient of layer `k`'s weights and write the errors of the layer below."""
    below, above = plan.widths[k], plan.widths[k + 1]
    weights_at, biases_at = plan.weights_at[k], plan.biases_at[k]
    start = plan.rows_at[k]
    stop = start + count * below
    passed_on = (buffers.passed_on if dropout.is_on else buffers.activations)[start:stop]
    below_errors = buffers.errors[start:stop]
    if below * above < BLAS_WEIGHTS:
        for i in range(count):
            add_to_rows(
                gradient, weights_at, below, 0, below, plan.counting, 0, errors, i * above,
                plan.sizes[k + 1], _ONE, passed_on, i * below,
            )  # fmt: skip
            sum_rows(
                parameters, weights_at, below, 0, below, plan.counting, 0, errors, i * above,
                plan.sizes[k + 1], plan.zeros, 0, _ONE, _ONE, below_errors, i * below,
            )  # fmt: skip
    else:
        weights = parameters[weights_at:biases_at].reshape(above, below)
        slope = buffers.turned[plan.turned_at[k] : plan.turned_at[k] + above * below]
        by_example = errors.reshape(count, above)
        np.dot(by_example.T, passed_on.reshape(count, below), slope.reshape(above, below))
        for j in range(slope.size):
            gradient[weights_at + j] += slope[j]
        np.dot(by_example, weights, below_errors.reshape(count, below))
    if dropout.is_on:
        masks = buffers.masks[start:stop]
        for j in range(below_errors.size):
            below_errors[j] *= masks[j]
    times_derivative(
        below_errors,
        buffers.weighted_inputs[start:stop],
        buffers.activations[start:stop],
        plan.codes[k - 1],
    )
