"""Cost functions: the cost of each example and its slope, side by side.

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
from gdviz.nn.softmax import softmax_error


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

    Notes
    -----
    With a steepness k the weighted input that both take is t = kz, and the error is ∂/∂t:
    `network` knows the factor, a cost does not.
    """

    key: str
    title: str
    convention: str
    code: int
    outputs: tuple[str, ...]
    example_costs: Callable[[FloatArray, FloatArray, FloatArray, str], FloatArray]
    output_error: Callable[[FloatArray, FloatArray, FloatArray, str], FloatArray]


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


_CONVENTION = "sum over outputs, mean over examples"

QUADRATIC = Cost(
    "quadratic",
    "Quadratic",
    _CONVENTION,
    0,
    ("sigmoid", "softmax", "identity"),
    quadratic_costs,
    quadratic_error,
)
CROSS_ENTROPY = Cost(
    "cross_entropy",
    "Cross-entropy",
    _CONVENTION,
    1,
    ("sigmoid", "softmax"),
    cross_entropy_costs,
    cross_entropy_error,
)

COSTS: dict[str, Cost] = {entry.key: entry for entry in (QUADRATIC, CROSS_ENTROPY)}
