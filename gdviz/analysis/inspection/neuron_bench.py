"""One neuron on the bench: its curve, how it answers to every image, what it listens to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.example_gradient import takes
from gdviz.analysis.inspection.outcomes import EXAMPLES_AT_ONCE
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork, NeuronPlace
from gdviz.data.dataset import Split
from gdviz.nn.network import activation_of, gain_of
from gdviz.nn.parameters import FloatArray

FLAT_SLOPE = 0.05
"""A neuron is saturated where |∂a/∂z| is below this: a sigmoid below 0.053 or above 0.947."""


@dataclass(frozen=True, eq=False, slots=True)
class NeuronNow:
    """A neuron and what it makes of one example.

    Parameters
    ----------
    network : InspectedNetwork
    place : NeuronPlace
    example : ExampleImage
    bias : float
    weights : ndarray of shape (n_in,)
        Into it.
    layer_inputs : ndarray of shape (size,), or None
        z of its whole layer; None if the network does not take the example.
    activation : float or None
    """

    network: InspectedNetwork
    place: NeuronPlace
    example: ExampleImage
    bias: float
    weights: FloatArray
    layer_inputs: FloatArray | None
    activation: float | None

    @property
    def weighted_input(self) -> float | None:
        """Its z."""
        return None if self.layer_inputs is None else float(self.layer_inputs[self.place.index])


def neuron_now(network: InspectedNetwork, place: NeuronPlace, example: ExampleImage) -> NeuronNow:
    """Give a neuron's numbers for one example; later layers are not computed.

    Any thread may call.
    """
    layer, index = place.layer, place.index
    weights = network.parameters.weights[layer][index]
    bias = float(network.parameters.biases[layer][index])
    if not takes(network, example):
        return NeuronNow(network, place, example, bias, weights, None, None)
    with np.errstate(over="ignore", invalid="ignore"):
        before = _before(network, layer, example.image[np.newaxis])
        z = before @ network.parameters.weights[layer].T + network.parameters.biases[layer]
        entry, gain = (
            activation_of(network.architecture, layer),
            gain_of(network.architecture, layer),
        )
        activation = float(entry.function(gain * z)[0, index])
    return NeuronNow(network, place, example, bias, weights, z[0], activation)


@dataclass(frozen=True, eq=False, slots=True)
class NeuronAnswers:
    """How a neuron answers to each image of a split; all arrays read-only.

    Parameters
    ----------
    network : InspectedNetwork
    place : NeuronPlace
    labels : ndarray of shape (n,), uint8
    weighted_inputs, activations : ndarray of shape (n,), float32
    slopes : ndarray of shape (n,), float32
        ∂a/∂z.
    """

    network: InspectedNetwork
    place: NeuronPlace
    labels: npt.NDArray[np.uint8]
    weighted_inputs: npt.NDArray[np.float32]
    activations: npt.NDArray[np.float32]
    slopes: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def n_saturated(self) -> int:
        """On how many images the neuron is on a flat part of its curve."""
        return int((np.abs(self.slopes) < FLAT_SLOPE).sum())

    @property
    def n_silent(self) -> int:
        """On how many images its activation is exactly 0."""
        return int((self.activations == 0).sum())

    @property
    def n_unknown(self) -> int:
        """On how many images its activation is not a number."""
        return int(np.isnan(self.activations).sum())

    def most(self, count: int) -> npt.NDArray[np.intp]:
        """Give the images that excite it most, the strongest first; NaN is none of them."""
        return self._ranked(-1)[:count]

    def least(self, count: int) -> npt.NDArray[np.intp]:
        """Give the images that excite it least, the weakest first."""
        return self._ranked(1)[:count]

    def class_means(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Give the mean activation over the images of each label, and how many they are.

        Returns
        -------
        means : ndarray of shape (n_classes,), float64
            NaN for a label without images.
        counts : ndarray of shape (n_classes,), int64
        """
        counts = np.bincount(self.labels)
        sums = np.bincount(self.labels, weights=self.activations)
        with np.errstate(invalid="ignore"):
            return sums / counts, counts

    def _ranked(self, sign: int) -> npt.NDArray[np.intp]:
        # In float32 many activations are exactly 1: the weighted input tells them apart.
        order = np.lexsort((sign * self.weighted_inputs, sign * self.activations))
        known = ~np.isnan(self.activations[order])
        return np.asarray(order[known])


def answers_of(
    network: InspectedNetwork, place: NeuronPlace, split: Split, look: Callable[[], None]
) -> NeuronAnswers:
    """Ask a neuron about every image of a split.

    Any thread may call.

    Parameters
    ----------
    network : InspectedNetwork
        One whose inputs are the split's pixels.
    place : NeuronPlace
    split : Split
    look : callable
        Called between parts; what it raises ends the work.
    """
    n = len(split)
    weighted, activations, slopes = (np.empty(n, np.float32) for _ in range(3))
    for start in range(0, n, EXAMPLES_AT_ONCE):
        look()
        part = slice(start, min(start + EXAMPLES_AT_ONCE, n))
        with np.errstate(over="ignore", invalid="ignore"):
            found = _answers(network, place, split.inputs(part))
        weighted[part], activations[part], slopes[part] = found
    for array in (weighted, activations, slopes):
        array.flags.writeable = False
    return NeuronAnswers(network, place, split.labels, weighted, activations, slopes)


def _answers(
    network: InspectedNetwork, place: NeuronPlace, images: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give z, a and ∂a/∂z of a neuron, shapes (n,); of its layer only what it needs."""
    architecture, parameters = network.architecture, network.parameters
    before = _before(network, place.layer, images)
    entry, gain = activation_of(architecture, place.layer), gain_of(architecture, place.layer)
    weights, biases = parameters.weights[place.layer], parameters.biases[place.layer]
    if entry.derivative is None:
        whole = before @ weights.T + biases
        activations = entry.function(whole)[:, place.index]
        return whole[:, place.index], activations, activations * (1 - activations)
    z = before @ weights[place.index] + biases[place.index]
    activations = entry.function(gain * z)
    return z, activations, gain * entry.derivative(gain * z, activations)


def _before(network: InspectedNetwork, layer: int, images: FloatArray) -> FloatArray:
    """Give what a layer is given: the images, or the activations of the layer before."""
    architecture, parameters = network.architecture, network.parameters
    activations = images
    for k in range(layer):
        z = activations @ parameters.weights[k].T + parameters.biases[k]
        activations = activation_of(architecture, k).function(gain_of(architecture, k) * z)
    return activations


def curve_of(
    network: InspectedNetwork,
    place: NeuronPlace,
    weighted_inputs: npt.NDArray[np.float64],
    layer_inputs: FloatArray | None = None,
) -> npt.NDArray[np.float64] | None:
    """Give the activation of a neuron as a function of its own weighted input.

    Parameters
    ----------
    network : InspectedNetwork
    place : NeuronPlace
    weighted_inputs : ndarray of shape (n,)
        Where the curve is wanted.
    layer_inputs : ndarray of shape (size,), optional
        z of the whole layer for an example: an output of a softmax depends on the others, and
        its curve is the one with the others held.

    Returns
    -------
    ndarray of shape (n,), or None
        None for a softmax without an example.

    Notes
    -----
    Softmax with the others held is a sigmoid: a = σ(z − log Σ_{j≠k} exp(z_j)).
    """
    entry = activation_of(network.architecture, place.layer)
    gain = gain_of(network.architecture, place.layer)
    if entry.derivative is not None:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(entry.function(gain * weighted_inputs), np.float64)
    if layer_inputs is None:
        return None
    others = np.delete(np.asarray(layer_inputs, np.float64), place.index)
    if not len(others):
        return np.ones_like(weighted_inputs)
    with np.errstate(over="ignore", invalid="ignore"):
        highest = others.max()
        total = highest + math.log(np.exp(others - highest).sum())
        return np.asarray(1 / (1 + np.exp(np.clip(total - weighted_inputs, -700, 700))))


@dataclass(frozen=True, slots=True)
class ReachOfCurve:
    """The range of weighted inputs that a curve is drawn for."""

    low: float
    high: float

    def share(self, weighted_input: float) -> float:
        """Give where a weighted input stands, 0 at the low end to 1 at the high one."""
        return (weighted_input - self.low) / (self.high - self.low)


def reach_of(
    network: InspectedNetwork,
    place: NeuronPlace,
    weighted_input: float | None,
    answers: NeuronAnswers | None,
) -> ReachOfCurve:
    """Give the range of z that shows a curve's bend, an example and nearly all images.

    It is at least −6 to 6 over the steepness, and holds all but the 0.5 % of images at either
    end, rounded outwards.
    """
    least = 6 / gain_of(network.architecture, place.layer)
    ends = [-least, least]
    if weighted_input is not None and math.isfinite(weighted_input):
        ends.append(weighted_input)
    if answers is not None:
        finite = answers.weighted_inputs[np.isfinite(answers.weighted_inputs)]
        if finite.size:
            ends.extend(float(end) for end in np.quantile(finite, [0.005, 0.995]))
    size = max(max(ends) - min(ends), 1e-6)
    unit = 10.0 ** math.floor(math.log10(size / 5))
    return ReachOfCurve(
        math.floor(min(ends) / unit + 1e-9) * unit, math.ceil(max(ends) / unit - 1e-9) * unit
    )
