"""The network: forward pass, cost, backpropagation and accuracy of given parameters.

This is the readable reference, for any dtype. Parameters are an argument everywhere: the cost
of displaced parameters is the same call with another vector. All functions are pure and may
be called from any thread.

Imports NumPy only. The compiled form of the same step is `gdviz.engine`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import Architecture, FloatArray, Parameters


@dataclass(frozen=True, slots=True)
class Forward:
    """What a forward pass leaves behind.

    Parameters
    ----------
    weighted_inputs : tuple of ndarray (n, n_out)
        z of each layer with weights, first to last.
    activations : tuple of ndarray (n, size)
        The input, then a of each layer: one more than `weighted_inputs`.
    """

    weighted_inputs: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]

    @property
    def outputs(self) -> FloatArray:
        """Activations of the last layer, shape (n, n_out)."""
        return self.activations[-1]


def check_choices(architecture: Architecture, cost: str) -> None:
    """Refuse keys that are in no table and costs that an output does not define.

    Raises
    ------
    ValueError
        One sentence that names the value and what would be accepted.
    """
    _require(architecture.hidden_activation, ACTIVATIONS, "activation")
    _require(architecture.output_activation, OUTPUT_ACTIVATIONS, "output activation")
    _require(cost, COSTS, "cost")
    if architecture.output_activation not in COSTS[cost].outputs:
        raise ValueError(
            f"the {cost} cost is not defined for {architecture.output_activation} outputs; "
            f"use {' or '.join(COSTS[cost].outputs)}"
        )


def _require(key: str, table: dict[str, Any], what: str) -> None:
    if key not in table:
        raise ValueError(f"unknown {what} {key!r}; one of {', '.join(table)}")


def activation_of(architecture: Architecture, layer_index: int) -> Activation:
    """Give the activation function of a layer; 0 is the first layer with weights."""
    if layer_index == architecture.layout.n_layers - 1:
        return OUTPUT_ACTIVATIONS[architecture.output_activation]
    return ACTIVATIONS[architecture.hidden_activation]


def one_hot(
    labels: npt.NDArray[np.integer[Any]], n_classes: int = 10, dtype: npt.DTypeLike = np.float32
) -> FloatArray:
    """Give the target outputs of labels: 1 at the label, 0 elsewhere, shape (n, n_classes)."""
    target = np.zeros((len(labels), n_classes), dtype)
    target[np.arange(len(labels)), labels] = 1
    return target


def forward(architecture: Architecture, parameters: Parameters, images: FloatArray) -> Forward:
    """Compute the activations of every layer.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
        One image a row, 0 to 1, in the dtype of the parameters.

    Returns
    -------
    Forward
    """
    weighted_inputs = []
    activations = [images]
    for k, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        weighted_inputs.append(activations[-1] @ weights.T + biases)
        activations.append(activation_of(architecture, k).function(weighted_inputs[-1]))
    return Forward(tuple(weighted_inputs), tuple(activations))


def example_costs(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    targets: FloatArray,
    cost: str,
) -> FloatArray:
    """Give the cost of each example: summed over the outputs, shape (n,)."""
    passed = forward(architecture, parameters, images)
    return COSTS[cost].example_costs(
        passed.weighted_inputs[-1], passed.outputs, targets, architecture.output_activation
    )


def mean_cost(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    targets: FloatArray,
    cost: str,
) -> float:
    """Give the cost C: the mean over the examples of the sum over the outputs."""
    return float(example_costs(architecture, parameters, images, targets, cost).mean())


def gradient(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    targets: FloatArray,
    cost: str,
) -> tuple[float, Parameters]:
    """Give the cost and its gradient by backpropagation.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
    targets : ndarray of shape (n, n_out)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.

    Returns
    -------
    cost : float
        Mean over the examples.
    gradient : Parameters
        ∂C/∂(each weight and bias), in the dtype of the parameters.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 2, equations BP1 to BP4.
    """
    passed = forward(architecture, parameters, images)
    function = COSTS[cost]
    output = architecture.output_activation
    last = (passed.weighted_inputs[-1], passed.outputs, targets, output)
    slope = Parameters(np.empty_like(parameters.vector), parameters.layout)

    # δ of the last layer, already divided by n: the sums below then are means.
    error = function.output_error(*last) / np.asarray(len(images), parameters.vector.dtype)
    for k in reversed(range(parameters.layout.n_layers)):
        np.matmul(error.T, passed.activations[k], out=slope.weights[k])
        np.sum(error, axis=0, out=slope.biases[k])
        if k > 0:
            derivative = activation_of(architecture, k - 1).derivative
            assert derivative is not None, "softmax stands only in the last layer"
            error = (error @ parameters.weights[k]) * derivative(
                passed.weighted_inputs[k - 1], passed.activations[k]
            )
    return float(function.example_costs(*last).mean()), slope


def predictions(outputs: FloatArray) -> npt.NDArray[np.intp]:
    """Give what the network says: the index of the largest output of each row.

    Of equal outputs the lowest index wins, as in the compiled engine.
    """
    return np.asarray(outputs.argmax(axis=-1))
