"""Compiled loops: many mini-batches in one call that does not hold the interpreter's lock.

No memory is allocated per step. ``fastmath`` stays off: it breaks the sigmoid at overflow. Codes
of activations, costs and optimizers are those of the tables in `gdviz.nn`.

Designs compared
----------------
*Dense*: a mini-batch is gathered into float32 and every product goes to BLAS, with fused loops
between (the first engine). *Rows*: this one. The large products of the first layer on one core
(AVX2), 32 images of MNIST in the cache, µs, best of seven; dense needs 13 µs more to gather:

==================  ===========  ========  =============  ==========
neurons             rows z       dense z   rows gradient  dense
==================  ===========  ========  =============  ==========
16                  3.9          18.9      6.5            19.8
128                 35           141       49             101
512                 232          545       301            371
==================  ===========  ========  =============  ==========

Examples/s of rows over dense, whole trainer, processor time, medians of three pairs: 16-16 with
mini-batch 10, 32, 100, 1,000, all: 2.6, 2.0, 2.0, 2.0, 2.1; 128-64 with 32, 100: 1.7, 1.4;
512-256: 1.1, 1.0, where the second layer's products in BLAS are most of it.

Of 26 µs a step with 32 images the lit pixels take 7 forward and 6 backward, the small layers 9,
the update and the norms 2. Unless the next images are asked for ahead, the 7 are 20: the rest is
waiting for memory. Bytes or float32 for the pixels: bytes, since three bytes a pixel are fetched
and not six. The same row sums as plain Numba loops, which keep their sums in memory, take 22 µs
and not 4 with 16 neurons, 75 and not 43 with 128.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

import numpy as np

from gdviz.engine.fast_math import compiled
from gdviz.engine.gap_kernel import wait_for_gap
from gdviz.engine.output_kernels import output_costs, output_errors
from gdviz.engine.pass_kernels import backward, forward, turn_weights
from gdviz.engine.update_kernels import layer_norms, update


@compiled
def costs_and_errors(plan, labels, rows, first, count, factor, buffers, costs):
    """Write each example's cost and its output errors times `factor`; give the sum of costs."""
    last = plan.sizes.size - 1
    size, width = plan.sizes[last], plan.widths[last]
    start = plan.rows_at[last]
    stop = start + count * width
    codes = plan.codes[last - 1], plan.cost_code
    weighted_inputs, outputs = buffers.weighted_inputs[start:stop], buffers.activations[start:stop]
    errors = buffers.errors[start:stop]
    total = output_costs(
        weighted_inputs, outputs, labels, rows, first, size, width, codes, buffers.row, errors,
        costs,
    )  # fmt: skip
    output_errors(weighted_inputs, outputs, errors, size, width, codes, factor)
    return total


@compiled
def add_gradient(
    plan, parameters, images, labels, rows, first, count, factor, dropout, buffers, gradient
):
    """Add ``factor · Σ ∇C_example`` of `count` examples to `gradient`; give Σ C_example.

    They go through the buffers a bufferful at a time. The transposed weights must be in
    ``buffers.turned``.
    """
    total = np.float64(0)
    for start in range(first, first + count, plan.capacity):
        held = min(plan.capacity, first + count - start)
        forward(plan, parameters, images, rows, start, held, dropout, buffers)
        total += costs_and_errors(
            plan, labels, rows, start, held, factor, buffers, buffers.costs[:held]
        )
        backward(plan, parameters, images, rows, start, held, dropout, buffers, gradient)
    return total


@compiled
def burst(
    plan, parameters, state, optimizer, images, labels, rows, mini_batch, learning_rates, dropout,
    buffers, gradient, costs, norms, keep_after, keep_every, kept_parameters, kept_state, least,
    is_held,
):  # fmt: skip
    """Take mini-batch steps over `rows`; give the number of steps taken.

    Ends early, before the update, at a mini-batch whose cost is not finite: the number
    returned is then smaller than ``len(learning_rates)``, and `costs` holds that cost.
    Parameters and state are copied after `keep_after` steps and then every `keep_every`, as
    long as there are rows for them in `kept_parameters` and `kept_state`. After `least` steps it
    also ends as soon as ``is_held[0]``, which another thread writes, is 0.
    """
    position, kept = 0, 0
    for step in range(learning_rates.size):
        if step >= least and is_held[0] == 0:
            return step
        count = min(mini_batch, rows.size - position)
        gradient[:] = np.float32(0)
        turn_weights(plan, parameters, buffers.turned)
        total = add_gradient(
            plan, parameters, images, labels, rows, position, count, np.float32(1.0 / count),
            dropout, buffers, gradient,
        )  # fmt: skip
        costs[step] = np.float32(total / count)
        if not np.isfinite(costs[step]):
            return step
        layer_norms(plan, gradient, norms[step])
        update(plan, parameters, gradient, state, optimizer, step + 1, learning_rates[step])
        position += count
        if kept < kept_parameters.shape[0] and step + 1 == keep_after + kept * keep_every:
            kept_parameters[kept] = parameters
            kept_state[kept] = state
            kept += 1
    return learning_rates.size


@compiled
def score(plan, parameters, images, labels, rows, dropout, buffers, costs, said, flag):
    """Write the cost and the answer of each example, a bufferful at a time, between frames."""
    passed = np.uint8(0)
    last = plan.sizes.size - 1
    size, width = plan.sizes[last], plan.widths[last]
    start = plan.rows_at[last]
    codes = plan.codes[last - 1], plan.cost_code
    turn_weights(plan, parameters, buffers.turned)
    for first in range(0, rows.size, plan.capacity):
        count = min(plan.capacity, rows.size - first)
        stop = start + count * width
        passed = wait_for_gap(flag, passed)
        forward(plan, parameters, images, rows, first, count, dropout, buffers)
        outputs = buffers.activations[start:stop]
        output_costs(
            buffers.weighted_inputs[start:stop], outputs, labels, rows, first, size, width, codes,
            buffers.row, buffers.errors[start:stop], costs[first : first + count],
        )  # fmt: skip
        for i in range(count):
            said[first + i] = np.argmax(outputs[i * width : i * width + size])
