"""What examples leave behind on their way forward, as means over them.

Imports `gdviz.nn`; any thread may call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.nn import network
from gdviz.nn.costs import cross_entropy_costs
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class ForwardMeans:
    """What a forward pass over some examples gives, as means over them; arrays of float64.

    Parameters
    ----------
    n_examples : int
    image : ndarray of shape (n_in,)
        The input.
    weighted_inputs, activations : tuple of ndarray (size,)
        z and a of each layer with weights; a as the next layer sees it.
    targets : ndarray of shape (n_out,)
        Of one example: 1 at its label. Of more: the share of each label.
    squares : ndarray of shape (n_out,)
        (a − y)², whatever the cost is.
    output_costs : ndarray of shape (n_out,)
        What each output adds to the cost: their sum is the cost.
    n_right : int
        Examples whose largest output is their label.
    """

    n_examples: int
    image: Floats
    weighted_inputs: tuple[Floats, ...]
    activations: tuple[Floats, ...]
    targets: Floats
    squares: Floats
    output_costs: Floats
    n_right: int

    @property
    def cost(self) -> float:
        """C: the mean over the examples of the sum over the outputs; without the penalties."""
        return float(self.output_costs.sum())


def forward_means(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    masks: Sequence[FloatArray] | None = None,
) -> ForwardMeans:
    """Send examples through the reference and give what they leave behind, as means.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    masks : sequence of ndarray, optional
        See `gdviz.nn.network.forward`.
    """
    targets = network.one_hot(labels, architecture.layer_sizes[-1], parameters.vector.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        passed = network.forward(architecture, parameters, images, masks)
        terms = output_terms(architecture, passed, targets, cost)
        squares = np.square(passed.outputs.astype(np.float64) - targets)
    return ForwardMeans(
        len(images),
        _mean(images),
        tuple(_mean(z) for z in passed.weighted_inputs),
        tuple(_mean(a) for a in passed.activations[1:]),
        _mean(targets),
        _mean(squares),
        _mean(terms),
        int((network.predictions(passed.outputs) == labels).sum()),
    )


def _mean(rows: FloatArray) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(rows.mean(axis=0, dtype=np.float64))


def joined(one: ForwardMeans, other: ForwardMeans) -> ForwardMeans:
    """Give the means over the examples of both."""
    count = one.n_examples + other.n_examples
    share = other.n_examples / count

    def mix(a: Floats, b: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(a + (b - a) * share)

    def mix_all(a: tuple[Floats, ...], b: tuple[Floats, ...]) -> tuple[Floats, ...]:
        return tuple(mix(x, y) for x, y in zip(a, b, strict=True))

    return ForwardMeans(
        count,
        mix(one.image, other.image),
        mix_all(one.weighted_inputs, other.weighted_inputs),
        mix_all(one.activations, other.activations),
        mix(one.targets, other.targets),
        mix(one.squares, other.squares),
        mix(one.output_costs, other.output_costs),
        one.n_right + other.n_right,
    )


def output_terms(
    architecture: Architecture, passed: network.Forward, targets: FloatArray, cost: str
) -> Floats:
    """Give what each output adds to the cost of each example, shape (n, n_out).

    Notes
    -----
    Quadratic: (a_j − y_j)². Cross-entropy of sigmoid outputs: that of each yes-or-no question. Of
    softmax: all at the label, −log a of it; the others add nothing of their own.
    """
    weighted, activations, targets, output = network.output_of(architecture, passed, targets)
    if cost == "quadratic":
        return np.square(activations.astype(np.float64) - targets)
    if output == "softmax":
        whole = cross_entropy_costs(weighted, activations, targets, output)
        return np.asarray(whole[:, np.newaxis] * targets, np.float64)
    # One output at a time: the cost's own function, over a last axis of length 1.
    z, a, y = (array[..., np.newaxis] for array in (weighted, activations, targets))
    return np.asarray(cross_entropy_costs(z, a, y, output), np.float64)
