"""Compiled loops: many mini-batches in one call that does not hold the interpreter's lock.

Layout of the buffers: one flat float32 array holds the activations of all layers, one the
errors; layer k of a mini-batch of b examples is the C-ordered block ``(b, size_k)`` that
starts at ``offset_k · capacity``. No memory is allocated per step.

Matrix products go to BLAS through `np.dot` with ``out``; everything between them is fused
into plain loops. ``fastmath`` stays off: it breaks the sigmoid at overflow.

Codes of activations, costs and optimizers are those of the tables in `gdviz.nn`.
"""

from __future__ import annotations

import numpy as np

from gdviz.engine.fast_math import compiled, exp_in_place, sigmoid_in_place, tanh_in_place
from gdviz.engine.update_kernels import layer_norms, update
from gdviz.nn import activations, costs

IDENTITY, SIGMOID, TANH, RELU, SOFTMAX = (
    entry.code
    for entry in (
        activations.IDENTITY,
        activations.SIGMOID,
        activations.TANH,
        activations.RELU,
        activations.SOFTMAX,
    )
)
QUADRATIC, CROSS_ENTROPY = costs.QUADRATIC.code, costs.CROSS_ENTROPY.code


@compiled
def gather(images, order, start, count, scale, out):
    """Copy chosen rows of compact storage into float32 rows, scaled to 0..1."""
    n_in = images.shape[1]
    for i in range(count):
        row = images[order[start + i]]
        target = out[i * n_in : (i + 1) * n_in]
        for j in range(n_in):
            target[j] = np.float32(row[j]) * scale


@compiled
def activate(values, code, width):
    """Replace weighted inputs by activations in place; softmax works on rows of `width`."""
    if code == SIGMOID:
        sigmoid_in_place(values)
    elif code == TANH:
        tanh_in_place(values)
    elif code == RELU:
        for i in range(values.size):
            # Written as a comparison that NaN fails, NaN stays and divergence is seen.
            if values[i] < np.float32(0):
                values[i] = np.float32(0)
    elif code == SOFTMAX:
        for start in range(0, values.size, width):
            row = values[start : start + width]
            highest = row[0]
            for j in range(1, width):
                highest = max(highest, row[j])
            for j in range(width):
                row[j] -= highest
        exp_in_place(values)
        for start in range(0, values.size, width):
            row = values[start : start + width]
            total = np.float32(0)
            for j in range(width):
                total += row[j]
            for j in range(width):
                row[j] /= total


@compiled
def times_derivative(error, activation, code):
    """Multiply errors by the derivative, given the activations, in place."""
    if code == SIGMOID:
        for i in range(error.size):
            error[i] *= activation[i] * (np.float32(1) - activation[i])
    elif code == TANH:
        for i in range(error.size):
            error[i] *= np.float32(1) - activation[i] * activation[i]
    elif code == RELU:
        for i in range(error.size):
            error[i] *= np.float32(1) if activation[i] > np.float32(0) else np.float32(0)


@compiled
def forward(vector, sizes, offsets, capacity, count, codes, activations, logits):
    """Compute all layers from the input block; `logits` keeps the last weighted inputs."""
    n_layers = sizes.size - 1
    start = 0
    for k in range(n_layers):
        n_in, n_out = sizes[k], sizes[k + 1]
        middle = start + n_in * n_out
        weights = vector[start:middle].reshape(n_out, n_in)
        biases = vector[middle : middle + n_out]
        start = middle + n_out
        source = offsets[k] * capacity
        target = offsets[k + 1] * capacity
        below = activations[source : source + count * n_in].reshape(count, n_in)
        flat = activations[target : target + count * n_out]
        np.dot(below, weights.T, flat.reshape(count, n_out))
        for i in range(count):
            for j in range(n_out):
                flat[i * n_out + j] += biases[j]
        if k == n_layers - 1:
            logits[: count * n_out] = flat
        activate(flat, codes[k], n_out)


@compiled
def example_cost(logits, outputs, label, output_code, cost_code):
    """Give the cost of one example; `logits` and `outputs` are one row each."""
    n_out = outputs.size
    total = np.float64(0)
    if cost_code == QUADRATIC:
        for j in range(n_out):
            target = np.float32(1) if j == label else np.float32(0)
            difference = outputs[j] - target
            total += np.float64(difference) * np.float64(difference)
    elif output_code == SOFTMAX:
        highest = logits[0]
        for j in range(1, n_out):
            highest = max(highest, logits[j])
        for j in range(n_out):
            total += np.exp(np.float64(logits[j] - highest))
        total = np.log(total) + np.float64(highest - logits[label])
    else:
        for j in range(n_out):
            z = np.float64(logits[j])
            total += max(z, 0.0) + np.log1p(np.exp(-abs(z)))
        total -= np.float64(logits[label])
    return total


@compiled
def output_error(outputs, label, output_code, cost_code, factor, error):
    """Write δ of the last layer for one example, times `factor` (one over the count)."""
    n_out = outputs.size
    if cost_code == CROSS_ENTROPY:
        for j in range(n_out):
            target = np.float32(1) if j == label else np.float32(0)
            error[j] = (outputs[j] - target) * factor
        return
    for j in range(n_out):
        target = np.float32(1) if j == label else np.float32(0)
        error[j] = np.float32(2) * (outputs[j] - target) * factor
    if output_code == SOFTMAX:
        mean = np.float32(0)
        for j in range(n_out):
            mean += error[j] * outputs[j]
        for j in range(n_out):
            error[j] = outputs[j] * (error[j] - mean)
    else:
        times_derivative(error, outputs, output_code)


@compiled
def backward(vector, sizes, offsets, capacity, count, codes, activations, errors, gradient):
    """Backpropagate from the last layer's errors and write the gradient."""
    n_layers = sizes.size - 1
    stop = vector.size
    for step in range(n_layers):
        k = n_layers - 1 - step
        n_in, n_out = sizes[k], sizes[k + 1]
        middle = stop - n_out
        start = middle - n_in * n_out
        source = offsets[k] * capacity
        target = offsets[k + 1] * capacity
        below = activations[source : source + count * n_in].reshape(count, n_in)
        error = errors[target : target + count * n_out].reshape(count, n_out)
        np.dot(error.T, below, gradient[start:middle].reshape(n_out, n_in))
        biases = gradient[middle:stop]
        biases[:] = np.float32(0)
        for i in range(count):
            for j in range(n_out):
                biases[j] += error[i, j]
        if k > 0:
            weights = vector[start:middle].reshape(n_out, n_in)
            flat = errors[source : source + count * n_in]
            np.dot(error, weights, flat.reshape(count, n_in))
            times_derivative(flat, activations[source : source + count * n_in], codes[k - 1])
        stop = start


@compiled
def mini_batch_gradient(
    vector,
    sizes,
    offsets,
    capacity,
    codes,
    cost_code,
    images,
    labels,
    scale,
    order,
    start,
    count,
    weight,
    activations,
    errors,
    logits,
    gradient,
):
    """Write the gradient of `count` examples, each weighted by `weight`; give their cost sum."""
    gather(images, order, start, count, scale, activations)
    forward(vector, sizes, offsets, capacity, count, codes, activations, logits)
    n_layers = sizes.size - 1
    n_out = sizes[n_layers]
    last = offsets[n_layers] * capacity
    total = np.float64(0)
    for i in range(count):
        outputs = activations[last + i * n_out : last + (i + 1) * n_out]
        error = errors[last + i * n_out : last + (i + 1) * n_out]
        label = labels[order[start + i]]
        row = logits[i * n_out : (i + 1) * n_out]
        total += example_cost(row, outputs, label, codes[n_layers - 1], cost_code)
        output_error(outputs, label, codes[n_layers - 1], cost_code, weight, error)
    backward(vector, sizes, offsets, capacity, count, codes, activations, errors, gradient)
    return total


@compiled
def burst(
    vector,
    state,
    optimizer_step,
    optimizer_code,
    sizes,
    offsets,
    capacity,
    codes,
    cost_code,
    images,
    labels,
    scale,
    order,
    start,
    stop,
    mini_batch,
    learning_rates,
    activations,
    errors,
    scratch,
    logits,
    gradient,
    costs,
    norms,
):
    """Take mini-batch steps over ``order[start:stop]``; give the number of steps taken.

    Ends early, before the update, at a mini-batch whose cost is not finite: the number
    returned is then smaller than ``len(learning_rates)``, and `costs` holds that cost.
    """
    position = start
    for step in range(learning_rates.size):
        count = min(mini_batch, stop - position)
        total = mini_batch_gradient(
            vector,
            sizes,
            offsets,
            capacity,
            codes,
            cost_code,
            images,
            labels,
            scale,
            order,
            position,
            count,
            np.float32(1.0 / count),
            activations,
            errors,
            logits,
            gradient,
        )
        costs[step] = np.float32(total / count)
        if not np.isfinite(costs[step]):
            return step
        layer_norms(gradient, sizes, scratch, norms[step])
        update(
            vector,
            gradient,
            state,
            optimizer_step + step + 1,
            learning_rates[step],
            optimizer_code,
        )
        position += count
    return learning_rates.size


@compiled
def score(
    vector,
    sizes,
    offsets,
    capacity,
    codes,
    cost_code,
    images,
    labels,
    scale,
    order,
    activations,
    logits,
    costs,
    said,
):
    """Write the cost and the answer of each example, chunk by chunk."""
    n_layers = sizes.size - 1
    n_out = sizes[n_layers]
    last = offsets[n_layers] * capacity
    for start in range(0, order.size, capacity):
        count = min(capacity, order.size - start)
        gather(images, order, start, count, scale, activations)
        forward(vector, sizes, offsets, capacity, count, codes, activations, logits)
        for i in range(count):
            outputs = activations[last + i * n_out : last + (i + 1) * n_out]
            row = logits[i * n_out : (i + 1) * n_out]
            label = labels[order[start + i]]
            costs[start + i] = example_cost(row, outputs, label, codes[n_layers - 1], cost_code)
            said[start + i] = np.argmax(outputs)
