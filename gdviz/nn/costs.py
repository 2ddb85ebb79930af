"""Cost functions: the cost of each example, its slope and how that changes, side by side.

One convention everywhere: *sum over the outputs, mean over the examples*. Another convention
(½Σ, or the mean over outputs) would change the right learning rate by a factor of 2 to 20,
so the convention is printed beside every cost.

Imports NumPy only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdviz.nn.activations import OUTPUT_ACTIVATIONS
from gdviz.nn.parameters import FloatArray
from gdviz.nn.softmax import softmax_change, softmax_error, softmax_error_change


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost function.

    Parameters
    ----------
    key : str
        What files, options and the configuration say.
    title : str
        What people read.
    convention : str
        What is summed and what is averaged; stands beside every cost on the screen.
    code : int
        What the compiled engine is told.
    outputs : tuple of str
        The output activations for which the cost is defined.
    example_costs : callable
        ``(weighted_input, activation, target, output_key) -> (n,)``.
    output_error : callable
        ``(weighted_input, activation, target, output_key) -> (n, n_out)``: the error
        δ = ∂C_example/∂z of the last layer, not yet divided by the number of examples.
    error_change : callable
        ``(weighted_input, activation, target, output_key, weighted_change) -> (n, n_out)``:
        δ̇, how the error changes while the weighted inputs change by ż, `weighted_change`
        (n, n_out). It is linear in ż: the second derivatives of the cost, times it.

    Notes
    -----
    With a steepness k the weighted input that all take is t = kz, and the error is ∂/∂t:
    `network` knows the factor, a cost does not.
    """

    key: str
    title: str
    convention: str
    code: int
    outputs: tuple[str, ...]
    example_costs: Callable[[FloatArray, FloatArray, FloatArray, str], FloatArray]
    output_error: Callable[[FloatArray, FloatArray, FloatArray, str], FloatArray]
    error_change: Callable[[FloatArray, FloatArray, FloatArray, str, FloatArray], FloatArray]


def quadratic_costs(
    _weighted_input: FloatArray, activation: FloatArray, target: FloatArray, _output: str
) -> FloatArray:
    """Give Σ_j (a_j − y_j)² of each example: the lesson's cost.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1, equation (6), there with ½.
    """
    difference = activation - target
    return np.asarray((difference * difference).sum(axis=-1))


def quadratic_error(
    weighted_input: FloatArray, activation: FloatArray, target: FloatArray, output: str
) -> FloatArray:
    """Give 2(a − y) through the derivative of the output activation."""
    slope = 2 * (activation - target)
    derivative = OUTPUT_ACTIVATIONS[output].derivative
    if derivative is None:
        return softmax_error(activation, slope)
    return np.asarray(slope * derivative(weighted_input, activation))


def quadratic_error_change(
    weighted_input: FloatArray,
    activation: FloatArray,
    target: FloatArray,
    output: str,
    weighted_change: FloatArray,
) -> FloatArray:
    """Give 2(f′² + (a − y) f″) ż; for softmax with the derivative of the full Jacobian."""
    entry = OUTPUT_ACTIVATIONS[output]
    difference = activation - target
    if entry.derivative is None or entry.second_derivative is None:
        change = softmax_change(activation, weighted_change)
        return softmax_error_change(activation, change, 2 * difference, 2 * change)
    slope = entry.derivative(weighted_input, activation)
    bend = entry.second_derivative(weighted_input, activation)
    return np.asarray(2 * (slope * slope + difference * bend) * weighted_change)


def cross_entropy_costs(
    weighted_input: FloatArray, _activation: FloatArray, target: FloatArray, output: str
) -> FloatArray:
    """Give the cross-entropy of each example, from the weighted inputs.

    Softmax: log Σ_j exp(z_j) − Σ_j y_j z_j. Sigmoid: Σ_j log(1+exp(z_j)) − y_j z_j, the sum
    of ten yes-or-no cross-entropies. Neither takes the logarithm of an activation, so that a
    saturated output costs a large number and not infinity.

    References
    ----------
    Bishop, *Pattern Recognition and Machine Learning* (2006), section 4.3.
    """
    agreement = (target * weighted_input).sum(axis=-1)
    if output == "softmax":
        highest = weighted_input.max(axis=-1, keepdims=True)
        total = np.exp(weighted_input - highest).sum(axis=-1)
        return np.asarray(np.log(total) + highest[..., 0] - agreement)
    positive = np.maximum(weighted_input, 0) + np.log1p(np.exp(-np.abs(weighted_input)))
    return np.asarray(positive.sum(axis=-1) - agreement)


def cross_entropy_error(
    _weighted_input: FloatArray, activation: FloatArray, target: FloatArray, _output: str
) -> FloatArray:
    """Give a − y: the slope of the activation cancels, for softmax and sigmoid alike."""
    return activation - target


def cross_entropy_error_change(
    weighted_input: FloatArray,
    activation: FloatArray,
    _target: FloatArray,
    output: str,
    weighted_change: FloatArray,
) -> FloatArray:
    """Give ȧ, since the error is a − y."""
    derivative = OUTPUT_ACTIVATIONS[output].derivative
    if derivative is None:
        return softmax_change(activation, weighted_change)
    return np.asarray(derivative(weighted_input, activation) * weighted_change)


_CONVENTION = "sum over outputs, mean over examples"

QUADRATIC = Cost(
    "quadratic",
    "Quadratic",
    _CONVENTION,
    0,
    ("sigmoid", "softmax", "identity"),
    quadratic_costs,
    quadratic_error,
    quadratic_error_change,
)
CROSS_ENTROPY = Cost(
    "cross_entropy",
    "Cross-entropy",
    _CONVENTION,
    1,
    ("sigmoid", "softmax"),
    cross_entropy_costs,
    cross_entropy_error,
    cross_entropy_error_change,
)

COSTS: dict[str, Cost] = {entry.key: entry for entry in (QUADRATIC, CROSS_ENTROPY)}
