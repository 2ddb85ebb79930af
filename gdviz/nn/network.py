"""The network: forward pass, cost, backpropagation and accuracy of given parameters.

This is the readable reference, for any dtype. Parameters are an argument everywhere: the cost
of displaced parameters is the same call with another vector. All functions are pure and may
be called from any thread.

Steepness: a sigmoid layer computes σ(kz). With its gain g (k for a sigmoid layer, else 1) every
activation and cost is a function of t = gz, and the error δ = ∂C/∂z is g ∂C/∂t.

Imports NumPy only. The compiled form of the same step is `gdviz.engine`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
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
        The input, then a of each layer as the next one sees it, dropout's mask included: one
        more than `weighted_inputs`.
    unmasked : tuple of ndarray (n, n_out)
        a of each layer with weights before its mask; the same arrays where there is none.
    """

    weighted_inputs: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]
    unmasked: tuple[FloatArray, ...]

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


def gain_of(architecture: Architecture, layer_index: int) -> float:
    """Give g of a layer's t = gz: the steepness if it is a sigmoid layer, else 1."""
    is_sigmoid = activation_of(architecture, layer_index).key == "sigmoid"
    return architecture.steepness if is_sigmoid else 1.0


def without_steepness(
    architecture: Architecture, parameters: Parameters
) -> tuple[Architecture, Parameters]:
    """Give the network of steepness 1 that computes the same: σ(kz) of W, b is σ(z) of kW, kb.

    The parameters are new, and linear in the old ones: a direction becomes the direction of the
    other network.
    """
    folded = parameters.copy()
    for k, where in enumerate(architecture.layout.layer_slices):
        with np.errstate(over="ignore"):  # beyond the dtype it is infinite, and seen to be
            folded.vector[where] *= folded.vector.dtype.type(gain_of(architecture, k))
    return dataclasses.replace(architecture, steepness=1.0), folded


def one_hot(
    labels: npt.NDArray[np.integer[Any]], n_classes: int = 10, dtype: npt.DTypeLike = np.float32
) -> FloatArray:
    """Give the target outputs of labels: 1 at the label, 0 elsewhere, shape (n, n_classes)."""
    target = np.zeros((len(labels), n_classes), dtype)
    target[np.arange(len(labels)), labels] = 1
    return target


def forward(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    masks: Sequence[FloatArray] | None = None,
) -> Forward:
    """Compute the activations of every layer.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
        One image a row, 0 to 1, in the dtype of the parameters.
    masks : sequence of ndarray (n, size), optional
        Dropout: what the activations of each hidden layer are multiplied by, first to last;
        see `gdviz.nn.dropout`.

    Returns
    -------
    Forward
    """
    weighted_inputs = []
    activations = [images]
    unmasked = []
    for k, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        weighted_inputs.append(activations[-1] @ weights.T + biases)
        scaled = gain_of(architecture, k) * weighted_inputs[-1]
        unmasked.append(activation_of(architecture, k).function(scaled))
        is_hidden = k < parameters.layout.n_layers - 1
        activations.append(unmasked[-1] * masks[k] if masks and is_hidden else unmasked[-1])
    return Forward(tuple(weighted_inputs), tuple(activations), tuple(unmasked))


def costs_of(
    architecture: Architecture, passed: Forward, targets: FloatArray, cost: str
) -> FloatArray:
    """Give the cost of each example of a forward pass: summed over the outputs, shape (n,)."""
    return COSTS[cost].example_costs(*output_of(architecture, passed, targets))


def output_of(
    architecture: Architecture, passed: Forward, targets: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, str]:
    """Give what the functions of a cost take, the output's key last; their inputs are t = gz."""
    scaled = gain_of(architecture, len(passed.weighted_inputs) - 1) * passed.weighted_inputs[-1]
    return scaled, passed.outputs, targets, architecture.output_activation


def example_costs(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    targets: FloatArray,
    cost: str,
) -> FloatArray:
    """Give the cost of each example: summed over the outputs, shape (n,)."""
    return costs_of(architecture, forward(architecture, parameters, images), targets, cost)


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
    masks: Sequence[FloatArray] | None = None,
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
    masks : sequence of ndarray (n, size), optional
        See `forward`; cost and gradient are those of the network thinned out by them.

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
    passed = forward(architecture, parameters, images, masks)
    slope = Parameters(np.empty_like(parameters.vector), parameters.layout)
    n_layers = parameters.layout.n_layers

    # δ of the last layer, already divided by n: the sums below then are means.
    error = COSTS[cost].output_error(*output_of(architecture, passed, targets))
    error = error * gain_of(architecture, n_layers - 1) / len(images)
    for k in reversed(range(n_layers)):
        np.matmul(error.T, passed.activations[k], out=slope.weights[k])
        np.sum(error, axis=0, out=slope.biases[k])
        if k > 0:
            error = error @ parameters.weights[k]
            if masks:
                error = error * masks[k - 1]
            error = error * slope_of(architecture, passed, k - 1)
    return float(costs_of(architecture, passed, targets, cost).mean()), slope


def slope_of(architecture: Architecture, passed: Forward, layer_index: int) -> FloatArray:
    """Give ∂a/∂z of a hidden layer, entry by entry (n, size): g times the derivative at t = gz."""
    gain = gain_of(architecture, layer_index)
    derivative = activation_of(architecture, layer_index).derivative
    assert derivative is not None, "softmax stands only in the last layer"
    scaled = gain * passed.weighted_inputs[layer_index]
    return gain * derivative(scaled, passed.unmasked[layer_index])


def predictions(outputs: FloatArray) -> npt.NDArray[np.intp]:
    """Give what the network says: the index of the largest output of each row.

    Of equal outputs the lowest index wins, as in the compiled engine.
    """
    return np.asarray(outputs.argmax(axis=-1))
