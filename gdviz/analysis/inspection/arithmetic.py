"""One image through a network and back, number by number, in float64.

`example_pass` computes what every neuron needs, `neuron_arithmetic` spells one neuron out:
a = σ(Σ w_j a_j + b) forward, δ = (Σ w_k δ_k) σ′(z) and ∂C/∂w_j = a_j δ backward.

It is written out here once more, beside `gdviz.nn.network.gradient`, because that keeps no
summand; the tests hold the two together. Any thread may call.

References
----------
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 2, equations BP1 to BP4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gdviz.analysis.inspection.cost_terms import CostTerms, cost_terms
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork, NeuronPlace
from gdviz.nn.costs import COSTS
from gdviz.nn.network import Forward, activation_of, forward, gain_of, output_of, slope_of
from gdviz.nn.parameters import FloatArray, Parameters


@dataclass(frozen=True, eq=False, slots=True)
class ExamplePass:
    """What one image makes of a network, and what its cost asks of every neuron.

    Parameters
    ----------
    network : InspectedNetwork
    example : ExampleImage
    weighted_inputs : tuple of ndarray (size,)
        z of each layer with weights.
    activations : tuple of ndarray (size,)
        The image, then a of each layer.
    slopes : tuple of ndarray (size,)
        ∂a/∂z of each hidden layer.
    errors : tuple of ndarray (size,), or None
        δ = ∂C/∂z of each layer with weights; None where nobody says what is wanted.
    terms : CostTerms or None
        The cost; None likewise.
    """

    network: InspectedNetwork
    example: ExampleImage
    weighted_inputs: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]
    slopes: tuple[FloatArray, ...]
    errors: tuple[FloatArray, ...] | None
    terms: CostTerms | None

    @property
    def outputs(self) -> FloatArray:
        """Activations of the last layer, shape (n_outputs,)."""
        return self.activations[-1]

    @property
    def said(self) -> int | None:
        """The largest output, the first of equals; None if one of them is no finite number."""
        return int(self.outputs.argmax()) if np.isfinite(self.outputs).all() else None

    def input_gradients(self, index: int) -> FloatArray | None:
        """Give ∂C/∂w of all weights behind one input of the network, shape (n_out,)."""
        if self.errors is None:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self.errors[0] * self.activations[0][index])


Source = Literal["next layer", "cost slope", "all outputs", "difference"]


@dataclass(frozen=True, eq=False, slots=True)
class Backward:
    """How the error of a neuron comes about, and what follows from it.

    ``error = arriving * factor``, and where there are summands ``arriving`` is their sum.

    Parameters
    ----------
    source : {"next layer", "cost slope", "all outputs", "difference"}
        A hidden neuron sums over the next layer: w_k δ_k. An output takes ∂C/∂a = 2(a − y); if
        it is a softmax's, the sum over all outputs of ∂C/∂a_k ∂a_k/∂z. With cross-entropy the
        slope of the activation cancels, and a − y is left.
    left, right, products : ndarray of shape (n,)
        Of each summand: w_k, δ_k; or ∂C/∂a_k, ∂a_k/∂z. Empty where there is only one.
    arriving : float
        ∂C/∂a; for "all outputs" ∂C/∂z, for "difference" a − y.
    factor : float
        ∂a/∂z; 1 for "all outputs", the steepness for "difference".
    error : float
        δ = ∂C/∂z, which is also ∂C/∂b.
    weight_gradients : ndarray of shape (n_in,)
        ∂C/∂w_j = a_j δ.
    """

    source: Source
    left: FloatArray
    right: FloatArray
    products: FloatArray
    arriving: float
    factor: float
    error: float
    weight_gradients: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class NeuronArithmetic:
    """What one neuron computes.

    Parameters
    ----------
    place : NeuronPlace
    inputs, weights, products : ndarray of shape (n_in,)
        a_j, w_j and w_j a_j.
    weighted_sum, bias, weighted_input : float
        Σ w_j a_j, b, and z, their sum.
    activation : float
    backward : Backward or None
        None where nobody says what is wanted.
    """

    place: NeuronPlace
    inputs: FloatArray
    weights: FloatArray
    products: FloatArray
    weighted_sum: float
    bias: float
    weighted_input: float
    activation: float
    backward: Backward | None


def example_pass(network: InspectedNetwork, example: ExampleImage) -> ExamplePass:
    """Send one image through a network, and the error of its cost back.

    Parameters
    ----------
    network : InspectedNetwork
    example : ExampleImage
        With as many numbers as the network takes.

    Raises
    ------
    ValueError
        If it has not.
    """
    if example.image.shape != (network.n_inputs,):
        raise ValueError(
            f"{example.title} has {example.image.size:,} numbers, "
            f"and the network takes {network.n_inputs:,}"
        )
    architecture = network.architecture
    parameters = Parameters(network.parameters.vector.astype(np.float64), architecture.layout)
    n_layers = architecture.layout.n_layers
    with np.errstate(all="ignore"):
        passed = forward(architecture, parameters, example.image.astype(np.float64)[np.newaxis])
        slopes = [slope_of(architecture, passed, k) for k in range(n_layers - 1)]
        terms, errors = _backward(network, parameters, passed, slopes, example)
    return ExamplePass(
        network,
        example,
        tuple(z[0] for z in passed.weighted_inputs),
        tuple(a[0] for a in passed.activations),
        tuple(slope[0] for slope in slopes),
        errors,
        terms,
    )


def _backward(
    network: InspectedNetwork,
    parameters: Parameters,
    passed: Forward,
    slopes: list[FloatArray],
    example: ExampleImage,
) -> tuple[CostTerms | None, tuple[FloatArray, ...] | None]:
    """Give the cost and δ of every layer, first to last."""
    target = example.target(network.n_outputs)
    if target is None:
        return None, None
    architecture, cost = network.architecture, COSTS[network.cost]
    scaled, outputs, wanted, key = output_of(architecture, passed, target[np.newaxis])
    terms = cost_terms(scaled[0], outputs[0], target, key, network.cost)
    last = architecture.layout.n_layers - 1
    errors = [cost.output_error(scaled, outputs, wanted, key) * gain_of(architecture, last)]
    for k in reversed(range(last)):
        errors.insert(0, (errors[0] @ parameters.weights[k + 1]) * slopes[k])
    return terms, tuple(error[0] for error in errors)


def neuron_arithmetic(passed: ExamplePass, place: NeuronPlace) -> NeuronArithmetic:
    """Spell out what one neuron computes.

    Parameters
    ----------
    passed : ExamplePass
    place : NeuronPlace
        One that the network has.
    """
    parameters, layer = passed.network.parameters, place.layer
    inputs = passed.activations[layer]
    weights = parameters.weights[layer][place.index].astype(np.float64)
    with np.errstate(all="ignore"):
        products = weights * inputs
        return NeuronArithmetic(
            place,
            inputs,
            weights,
            products,
            float(products.sum()),
            float(parameters.biases[layer][place.index]),
            float(passed.weighted_inputs[layer][place.index]),
            float(passed.activations[layer + 1][place.index]),
            _neuron_backward(passed, place, inputs),
        )


def _neuron_backward(
    passed: ExamplePass, place: NeuronPlace, inputs: FloatArray
) -> Backward | None:
    if passed.errors is None:
        return None
    layer, index = place.layer, place.index
    error = float(passed.errors[layer][index])
    left: FloatArray = np.empty(0)
    right: FloatArray = np.empty(0)
    source: Source = "next layer"
    if layer < len(passed.errors) - 1:
        left = passed.network.parameters.weights[layer + 1][:, index].astype(np.float64)
        right = passed.errors[layer + 1]
        factor = float(passed.slopes[layer][index])
        arriving = float((left * right).sum())
    else:
        source, left, right, arriving, factor = _output_backward(passed, index)
    return Backward(
        source, left, right, left * right, arriving, factor, error, np.asarray(inputs * error)
    )


def _output_backward(
    passed: ExamplePass, index: int
) -> tuple[Source, FloatArray, FloatArray, float, float]:
    """Give source, summands, what arrives and its factor, for an output."""
    architecture = passed.network.architecture
    target = passed.example.target(passed.network.n_outputs)
    assert target is not None
    outputs, none = passed.outputs, np.empty(0)
    difference = outputs - target
    last = len(passed.weighted_inputs) - 1
    gain = gain_of(architecture, last)
    if passed.network.cost == "cross_entropy":
        return "difference", none, none, float(difference[index]), gain
    if architecture.output_activation == "softmax":
        # ∂a_k/∂z_i = a_k ([k = i] − a_i)
        jacobian = -outputs * outputs[index]
        jacobian[index] += outputs[index]
        cost_slopes = 2 * difference
        return "all outputs", cost_slopes, jacobian, float((cost_slopes * jacobian).sum()), 1.0
    derivative = activation_of(architecture, last).derivative
    assert derivative is not None, "only softmax has none"
    factor = gain * derivative(gain * passed.weighted_inputs[last], outputs)[index]
    return "cost slope", none, none, 2 * float(difference[index]), float(factor)
