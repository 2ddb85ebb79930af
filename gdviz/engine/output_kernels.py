"""What stands at the end of the network, compiled: softmax, the costs and their slopes.

All functions work on a whole mini-batch: rows of `width` float32, of which the first `size` are
outputs and the rest is padding that stays 0. What is called a weighted input here has already
been multiplied by the layer's gain.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

import numpy as np

from gdviz.engine.activation_kernels import times_derivative
from gdviz.engine.fast_math import compiled, exp_in_place, softplus_in_place
from gdviz.nn import activations, costs

SOFTMAX = activations.SOFTMAX.code
CROSS_ENTROPY = costs.CROSS_ENTROPY.code


@compiled
def softmax_rows(weighted_inputs, outputs, size, width, sums):
    """Write softmax of each row; `sums` keeps log Σ exp(z) of each example."""
    count = weighted_inputs.size // width
    for i in range(count):
        start = i * width
        highest = weighted_inputs[start]
        for j in range(start + 1, start + size):
            highest = max(highest, weighted_inputs[j])
        sums[i] = highest
        for j in range(start, start + size):
            outputs[j] = weighted_inputs[j] - highest
    exp_in_place(outputs)
    for i in range(count):
        start = i * width
        total = np.float32(0)
        for j in range(start, start + size):
            total += outputs[j]
        sums[i] += np.log(total)
        for j in range(start, start + size):
            outputs[j] /= total
    clear_padding(outputs, size, width)


@compiled
def clear_padding(values, size, width):
    """Write 0 behind the first `size` of every `width` numbers."""
    if size == width:
        return
    for start in range(0, values.size, width):
        for j in range(start + size, start + width):
            values[j] = np.float32(0)


@compiled
def output_costs(
    weighted_inputs, outputs, labels, rows, first, size, width, codes, sums, scratch, costs
):
    """Write the cost of each example and give their sum.

    Parameters
    ----------
    weighted_inputs, outputs, scratch : float32 ndarray of shape (n · width,)
        `scratch` is written; afterwards it holds output − target.
    labels, rows : ndarray
        The label of example i is ``labels[rows[first + i]]``.
    codes : (int, int)
        Of the output activation and of the cost.
    sums : float32 ndarray of shape (n,)
        Left by `softmax_rows`.
    costs : float64 ndarray of shape (n,)
    """
    output_code, cost_code = codes
    count = outputs.size // width
    if cost_code == CROSS_ENTROPY and output_code != SOFTMAX:
        for j in range(outputs.size):
            scratch[j] = weighted_inputs[j]
        softplus_in_place(scratch)
        for i in range(count):
            total = np.float32(0)
            for j in range(i * width, i * width + size):
                total += scratch[j]
            costs[i] = np.float64(total) - weighted_inputs[i * width + labels[rows[first + i]]]
    for j in range(outputs.size):
        scratch[j] = outputs[j]
    for i in range(count):
        scratch[i * width + labels[rows[first + i]]] -= np.float32(1)
    if cost_code != CROSS_ENTROPY:
        for i in range(count):
            total = np.float32(0)
            for j in range(i * width, i * width + size):
                total += scratch[j] * scratch[j]
            costs[i] = total
    elif output_code == SOFTMAX:
        for i in range(count):
            label = labels[rows[first + i]]
            costs[i] = np.float64(sums[i]) - np.float64(weighted_inputs[i * width + label])
    total = np.float64(0)
    for i in range(count):
        total += costs[i]
    return total


@compiled
def output_errors(weighted_inputs, outputs, errors, size, width, codes, factor):
    """Turn output − target, in place, into δ of the last layer times `factor`."""
    output_code, cost_code = codes
    if cost_code == CROSS_ENTROPY:
        for j in range(errors.size):
            errors[j] *= factor
        return
    factor *= np.float32(2)
    for j in range(errors.size):
        errors[j] *= factor
    if output_code != SOFTMAX:
        times_derivative(errors, weighted_inputs, outputs, output_code)
        return
    for start in range(0, errors.size, width):
        mean = np.float32(0)
        for j in range(start, start + size):
            mean += errors[j] * outputs[j]
        for j in range(start, start + size):
            errors[j] = outputs[j] * (errors[j] - mean)
