"""What a neuron wants to see: gradient ascent on the image, with the parameters held.

The gradient of training goes on one layer further down, to the pixels; the image then takes a
step uphill and is clipped to 0 to 1. Two images climb side by side: one freely, one with a prior
for smoothness. `likeness` finds what real images are near.

Any thread may call.

References
----------
Erhan, Bengio, Courville, Vincent, *Visualizing higher-layer features of a deep network* (2009):
activation maximization.
Simonyan, Vedaldi, Zisserman, *Deep inside convolutional networks* (2014), section 2: the
unnormalised score of a class instead of its share.
Mahendran, Vedaldi, *Understanding deep image representations by inverting them* (2015),
section 3: the total-variation prior, their equation with β = 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.nn.network import Forward, slope_of
from gdviz.nn.parameters import FloatArray

Start = Literal["noise", "grey", "example"]
FREE, SMOOTH = 0, 1
"""Rows of the two images that climb."""
MOST_BLUR = 1 / 16
"""Step size times smoothness: beyond it a step of smoothing overshoots and roughens, since the
largest curvature of the roughness, on a chess-board, is 16."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, and how it is climbed to.

    Parameters
    ----------
    place : NeuronPlace
    step_size : float
        Length of a step in the space of images, in which black and white are 28 apart.
    smoothness : float
        λ of the smooth image: steps against the roughness for each step uphill; at most
        ``MOST_BLUR / step_size``.
    start : {"noise", "grey", "example"}
        Uniform from 0 to 1, 0.5 everywhere, or the present example.
    seed : int
        Of the noise.
    """

    place: NeuronPlace
    step_size: float = 0.5
    smoothness: float = 0.05
    start: Start = "noise"
    seed: int = 0

    def begin(self, n_inputs: int, example: npt.NDArray[np.float32]) -> Ascent:
        """Give both images as they begin, which is the same."""
        if self.start == "noise":
            random = np.random.default_rng(self.seed)
            image = random.random(n_inputs, np.float32)
        elif self.start == "example" and len(example) == n_inputs:
            image = np.clip(np.nan_to_num(example), 0, 1).astype(np.float32)
        else:
            image = np.full(n_inputs, 0.5, np.float32)
        return Ascent(np.stack([image, image]))


@dataclass(frozen=True, eq=False, slots=True)
class Ascent:
    """How far both images have come.

    Parameters
    ----------
    images : ndarray of shape (2, n_inputs), float32
        Freely, and with smoothness.
    heights : tuple of (float, float)
        The neuron's activation for both, before each step.
    """

    images: npt.NDArray[np.float32]
    heights: tuple[tuple[float, float], ...] = ()

    @property
    def n_steps(self) -> int:
        """Steps that were taken."""
        return len(self.heights)


def input_gradient(
    network: InspectedNetwork, passed: Forward, place: NeuronPlace
) -> tuple[FloatArray, FloatArray]:
    """Give what is climbed, and its gradient with respect to every pixel.

    Parameters
    ----------
    network : InspectedNetwork
    passed : Forward
        Of the images, shape (n, n_inputs).
    place : NeuronPlace

    Returns
    -------
    height : ndarray of shape (n,)
        The neuron's weighted input z; for an output of a softmax the logarithm of its
        activation, since there the activation depends on the other outputs too.
    gradient : ndarray of shape (n, n_inputs)

    Notes
    -----
    z and not the activation: both grow together, but a saturated sigmoid has no slope left.
    """
    architecture, weights = network.architecture, network.parameters.weights
    is_last = place.layer == architecture.layout.n_layers - 1
    weighted = passed.weighted_inputs[place.layer]
    error = np.zeros_like(weighted)
    error[:, place.index] = 1
    height = weighted[:, place.index]
    if is_last and architecture.output_activation == "softmax":
        error = error - passed.outputs
        largest = weighted.max(axis=1, keepdims=True)
        height = height - largest[:, 0] - np.log(np.exp(weighted - largest).sum(axis=1))
    for k in range(place.layer, 0, -1):
        error = (error @ weights[k]) * slope_of(architecture, passed, k - 1)
    return height, error @ weights[0]


def roughness(images: FloatArray, side: int) -> tuple[FloatArray, FloatArray]:
    """Give the sum of squared differences of neighbours, and its gradient.

    Parameters
    ----------
    images : ndarray of shape (n, side * side)

    Returns
    -------
    roughness : ndarray of shape (n,)
    gradient : ndarray of shape (n, side * side)

    Notes
    -----
    Mahendran and Vedaldi's Σ((x right of it − x)² + (x below it − x)²)^(β/2) with β = 2.
    """
    pictures = images.reshape(-1, side, side)
    down, right = np.diff(pictures, axis=1), np.diff(pictures, axis=2)
    total = (down * down).sum(axis=(1, 2)) + (right * right).sum(axis=(1, 2))
    slope = np.zeros_like(pictures)
    slope[:, 1:] += 2 * down
    slope[:, :-1] -= 2 * down
    slope[:, :, 1:] += 2 * right
    slope[:, :, :-1] -= 2 * right
    return total, slope.reshape(images.shape)


def advanced(network: InspectedNetwork, ascent: Ascent, wish: Wish, n_steps: int) -> Ascent:
    """Take steps uphill with both images.

    Parameters
    ----------
    network : InspectedNetwork
        With a neuron at the wish's place.
    ascent : Ascent
    wish : Wish
    n_steps : int

    Returns
    -------
    Ascent

    Raises
    ------
    ValueError
        If step size and smoothness together overshoot.

    Notes
    -----
    One step: x ← clip(x + η (∇h/‖∇h‖ − λ ∇R)), with the height h of `input_gradient` and the
    `roughness` R; λ is 0 for the image that climbs freely. The slope uphill has length 1, so that
    η and λ mean the same for every network; where there is none the image stays. A network for
    images that are no squares knows no neighbours: both climb freely.
    """
    if wish.step_size * wish.smoothness > MOST_BLUR * (1 + 1e-9):
        raise ValueError(
            f"a step of {wish.step_size:g} with smoothness {wish.smoothness:g} overshoots: "
            f"their product must be at most {MOST_BLUR:g}"
        )
    images, heights = ascent.images.copy(), list(ascent.heights)
    for _ in range(n_steps):
        passed = network.passed(images)
        activation = passed.unmasked[wish.place.layer][:, wish.place.index]
        heights.append((float(activation[FREE]), float(activation[SMOOTH])))
        with np.errstate(over="ignore", invalid="ignore"):
            _, uphill = input_gradient(network, passed, wish.place)
            move = _unit(uphill)
        if network.side is not None:
            move[SMOOTH] -= wish.smoothness * roughness(images[SMOOTH:], network.side)[1][0]
        np.clip(images + np.float32(wish.step_size) * move, 0, 1, out=images)
    images.flags.writeable = False
    return replace(ascent, images=images, heights=tuple(heights))


def _unit(vectors: FloatArray) -> npt.NDArray[np.float32]:
    """Give directions of length 1; where there is no direction, 0."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    is_known = np.isfinite(vectors).all(axis=1, keepdims=True) & (largest > 0)
    # Divided by the largest first: squares of very large or small slopes are not numbers.
    scaled = np.divide(vectors, largest, out=np.zeros_like(vectors), where=is_known)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(np.divide(scaled, length, out=scaled, where=length > 0), np.float32)
