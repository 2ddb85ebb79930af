"""Activation functions, each beside its first and second derivative.

`ACTIVATIONS` may stand in hidden layers, `OUTPUT_ACTIVATIONS` in the last one. An entry
added here appears in the gradient check, in the settings panel and on the command line; the
compiled engine must know its ``code`` (see `gdviz.engine.activation_kernels`).

None knows of the sigmoid's steepness: `network` multiplies the weighted inputs by it first.

Imports NumPy only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdviz.nn import normal_distribution
from gdviz.nn.parameters import FloatArray
from gdviz.nn.softmax import softmax

LEAK = 0.01
"""Slope of the leaky ReLU below 0."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function.

    Parameters
    ----------
    key : str
        What files, options and the configuration say.
    title : str
        What people read.
    code : int
        What the compiled engine is told.
    function : callable
        ``function(weighted_input) -> activation``, same shape and dtype.
    derivative : callable or None
        ``derivative(weighted_input, activation)``, entry by entry; None for softmax, whose
        entries depend on each other (see `gdviz.nn.softmax`).
    second_derivative : callable or None
        ``second_derivative(weighted_input, activation)``, for curvature
        (`gdviz.nn.curvature`); None where `derivative` is.
    """

    key: str
    title: str
    code: int
    function: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray, FloatArray], FloatArray] | None
    second_derivative: Callable[[FloatArray, FloatArray], FloatArray] | None


def straight(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give 0, the second derivative of what is made of straight lines.

    At the kink or jump between two of them there is none; 0 is taken there too, so that the
    curvature of the cost knows nothing of kinks.
    """
    return np.zeros_like(weighted_input)


def sigmoid(weighted_input: FloatArray) -> FloatArray:
    """Give σ(z) = 1/(1+exp(−z)) without overflow.

    The exponential is only ever taken of −|z|, so that large inputs of either sign neither
    overflow nor warn.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1.
    """
    decay = np.exp(-np.abs(weighted_input))
    return np.asarray(np.where(weighted_input >= 0, 1, decay) / (1 + decay))


def sigmoid_derivative(_weighted_input: FloatArray, activation: FloatArray) -> FloatArray:
    """Give σ′(z) = σ(z)(1−σ(z))."""
    return activation * (1 - activation)


def sigmoid_second_derivative(_weighted_input: FloatArray, activation: FloatArray) -> FloatArray:
    """Give σ″(z) = σ(z)(1−σ(z))(1−2σ(z))."""
    return activation * (1 - activation) * (1 - 2 * activation)


def tanh(weighted_input: FloatArray) -> FloatArray:
    """Give the hyperbolic tangent.

    References
    ----------
    LeCun, Bottou, Orr, Müller, *Efficient BackProp* (1998), section 4.4.
    """
    return np.asarray(np.tanh(weighted_input))


def tanh_derivative(_weighted_input: FloatArray, activation: FloatArray) -> FloatArray:
    """Give 1 − tanh²(z)."""
    return 1 - activation * activation


def tanh_second_derivative(_weighted_input: FloatArray, activation: FloatArray) -> FloatArray:
    """Give −2 tanh(z) (1 − tanh²(z))."""
    return -2 * activation * (1 - activation * activation)


def relu(weighted_input: FloatArray) -> FloatArray:
    """Give max(0, z).

    References
    ----------
    Nair, Hinton, *Rectified linear units improve restricted Boltzmann machines* (2010).
    """
    return np.maximum(weighted_input, 0)


def relu_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give 1 where z > 0, else 0; at the kink itself the subgradient 0 is taken."""
    return (weighted_input > 0).astype(weighted_input.dtype)


def leaky_relu(weighted_input: FloatArray) -> FloatArray:
    """Give z where z > 0, else 0.01 z: a neuron that is never quite dead.

    References
    ----------
    Maas, Hannun, Ng, *Rectifier nonlinearities improve neural network acoustic models* (2013),
    section 2.
    """
    return np.asarray(np.where(weighted_input > 0, weighted_input, LEAK * weighted_input))


def leaky_relu_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give 1 where z > 0, else 0.01."""
    return np.where(weighted_input > 0, 1, LEAK).astype(weighted_input.dtype)


def silu(weighted_input: FloatArray) -> FloatArray:
    """Give z σ(z), also called swish.

    References
    ----------
    Elfwing, Uchibe, Doya, *Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning* (2018), equation 5.
    Ramachandran, Zoph, Le, *Searching for activation functions* (2017).
    """
    return weighted_input * sigmoid(weighted_input)


def silu_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give σ(z) (1 + z (1 − σ(z)))."""
    gate = sigmoid(weighted_input)
    return gate * (1 + weighted_input * (1 - gate))


def silu_second_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give σ′(z) (2 + z (1 − 2σ(z)))."""
    gate = sigmoid(weighted_input)
    return gate * (1 - gate) * (2 + weighted_input * (1 - 2 * gate))


def gelu(weighted_input: FloatArray) -> FloatArray:
    """Give z Φ(z), Φ the normal distribution; exact, not its approximation by tanh.

    References
    ----------
    Hendrycks, Gimpel, *Gaussian error linear units* (2016), section 2.
    """
    return weighted_input * normal_distribution.cumulative(weighted_input)


def gelu_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give Φ(z) + z φ(z)."""
    return normal_distribution.cumulative(
        weighted_input
    ) + weighted_input * normal_distribution.density(weighted_input)


def gelu_second_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give φ(z) (2 − z²)."""
    density = normal_distribution.density(weighted_input)
    # z (z φ) and not z² φ: z² overflows where φ is long 0.
    return 2 * density - weighted_input * (weighted_input * density)


def softplus(weighted_input: FloatArray) -> FloatArray:
    """Give log(1 + exp(z)) without overflow: a ReLU without a kink.

    References
    ----------
    Dugas and others, *Incorporating second-order functional knowledge for better option
    pricing* (2001). Glorot, Bordes, Bengio, *Deep sparse rectifier neural networks* (2011).
    """
    return np.asarray(np.maximum(weighted_input, 0) + np.log1p(np.exp(-np.abs(weighted_input))))


def softplus_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give σ(z)."""
    return sigmoid(weighted_input)


def softplus_second_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give σ(z)(1−σ(z))."""
    gate = sigmoid(weighted_input)
    return gate * (1 - gate)


def step(weighted_input: FloatArray) -> FloatArray:
    """Give 1 where z > 0, else 0; NaN stays NaN, so that divergence is seen.

    References
    ----------
    Rosenblatt, *The perceptron* (1958). Nielsen, *Neural Networks and Deep Learning* (2015),
    chapter 1, equation 2, for what happens at 0.
    """
    return np.asarray(np.heaviside(weighted_input, weighted_input.dtype.type(0)))


def step_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give 0: flat everywhere but at the jump, so that gradient descent learns nothing here."""
    return np.zeros_like(weighted_input)


def identity(weighted_input: FloatArray) -> FloatArray:
    """Give z itself: the layer is affine.

    References
    ----------
    Widrow, Hoff, *Adaptive switching circuits* (1960).
    """
    return weighted_input.copy()


def identity_derivative(weighted_input: FloatArray, _activation: FloatArray) -> FloatArray:
    """Give 1."""
    return np.ones_like(weighted_input)


IDENTITY = Activation("identity", "Identity", 0, identity, identity_derivative, straight)
SIGMOID = Activation(
    "sigmoid", "Sigmoid", 1, sigmoid, sigmoid_derivative, sigmoid_second_derivative
)
TANH = Activation("tanh", "Tanh", 2, tanh, tanh_derivative, tanh_second_derivative)
RELU = Activation("relu", "ReLU", 3, relu, relu_derivative, straight)
LEAKY_RELU = Activation("leaky_relu", "Leaky ReLU", 4, leaky_relu, leaky_relu_derivative, straight)
SILU = Activation("silu", "SiLU", 5, silu, silu_derivative, silu_second_derivative)
GELU = Activation("gelu", "GELU", 6, gelu, gelu_derivative, gelu_second_derivative)
SOFTPLUS = Activation(
    "softplus", "Softplus", 7, softplus, softplus_derivative, softplus_second_derivative
)
STEP = Activation("step", "Step", 8, step, step_derivative, straight)
SOFTMAX = Activation("softmax", "Softmax", 10, softmax, None, None)

ACTIVATIONS: dict[str, Activation] = {
    entry.key: entry
    for entry in (IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, SILU, GELU, SOFTPLUS, STEP)
}
OUTPUT_ACTIVATIONS: dict[str, Activation] = {
    entry.key: entry for entry in (SIGMOID, SOFTMAX, IDENTITY)
}
