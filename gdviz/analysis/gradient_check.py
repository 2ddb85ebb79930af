"""The gradient the slow way: every component from two costs, compared with backpropagation.

Central differences move one weight or bias at a time by ±ε and evaluate the cost each time: two
costs for every component, 26,004 for 784-16-16-10, where backpropagation needs one pass forward
and one back. Pure functions: any thread may call, with arrays that nobody writes meanwhile.

Imports `gdviz.nn.network`, the reference in any dtype. Next: `difference_errors`, how large ε is
best.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.nn.network import (
    Forward,
    activation_of,
    costs_of,
    forward,
    gain_of,
    gradient,
    mean_cost,
    one_hot,
)
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

Vector = npt.NDArray[np.float64]

WHOLE, CHANGED = "whole", "changed"
"""Ways to evaluate a cost: all layers anew, or only those that the moved weight reaches."""
WAYS = (WHOLE, CHANGED)

GOOD_AGREEMENT = 1e-6
"""Relative difference below which two gradients count as the same."""

_ROWS = 2048
"""Examples times components that are passed through the upper layers at once: in the cache."""

Look = Callable[[], None]
"""Called between the costs; raises when the answer is no longer wanted."""
Tell = Callable[[int], None]
"""Told how many components are known."""


@dataclass(frozen=True, eq=False, slots=True)
class GradientProblem:
    """A cost whose gradient is sought: a network and examples, all in one dtype.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
        Private to whoever made the problem: components are moved in copies of it.
    images : ndarray of shape (n, n_in)
        0 to 1.
    targets : ndarray of shape (n, n_out)
    cost : str
        A key of `gdviz.nn.costs.COSTS`. Mean over the examples, sum over the outputs; dropout,
        L1 and L2 are no part of it.
    """

    architecture: Architecture
    parameters: Parameters
    images: FloatArray
    targets: FloatArray
    cost: str

    @property
    def n_examples(self) -> int:
        """Over which the cost is the mean."""
        return len(self.images)

    @property
    def n_components(self) -> int:
        """Number of weights and biases."""
        return self.parameters.layout.size

    def value(self, parameters: Parameters) -> float:
        """Give C of other parameters: a whole forward pass."""
        return mean_cost(self.architecture, parameters, self.images, self.targets, self.cost)

    def backpropagated(self) -> Parameters:
        """Give ∇C by backpropagation: one pass forward, one back."""
        return gradient(self.architecture, self.parameters, self.images, self.targets, self.cost)[1]

    def in_dtype(self, dtype: npt.DTypeLike) -> GradientProblem:
        """Give the same problem in another precision."""
        vector = self.parameters.vector.astype(dtype)
        return GradientProblem(
            self.architecture,
            Parameters(vector, self.parameters.layout),
            self.images.astype(dtype),
            self.targets.astype(dtype),
            self.cost,
        )


def gradient_problem(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    labels: npt.NDArray[np.integer],
    cost: str,
) -> GradientProblem:
    """Give the problem in float64, with copies of all arrays.

    Raises
    ------
    ValueError
        If there is no example.
    """
    if len(labels) < 1:
        raise ValueError("the gradient of a mean over no examples is not defined")
    copy = Parameters(parameters.vector.astype(np.float64), parameters.layout)
    targets = one_hot(labels, architecture.layer_sizes[-1], np.float64)
    return GradientProblem(architecture, copy, images.astype(np.float64), targets, cost)


def best_epsilon(dtype: npt.DTypeLike, *, is_central: bool) -> float:
    """Give the ε that theory recommends: √eps for forward, ∛eps for central differences.

    Notes
    -----
    Round-off adds about eps·|C|/ε to the error, truncation ε|C″|/2 or ε²|C‴|/6. The sum is
    smallest near √eps or ∛eps where C and its derivatives are of order 1.

    References
    ----------
    Press, Teukolsky, Vetterling, Flannery, *Numerical Recipes* (2007), section 5.7.
    """
    rounding = float(np.finfo(np.dtype(dtype)).eps)
    return math.cbrt(rounding) if is_central else math.sqrt(rounding)


def central_differences(
    problem: GradientProblem, epsilon: float, way: str = WHOLE, *, look: Look, tell: Tell
) -> Vector:
    """Give every component of ∇C as (C(θ + εe) − C(θ − εe)) / 2ε.

    Parameters
    ----------
    problem : GradientProblem
    epsilon : float
        Above 0.
    way : {"whole", "changed"}
        How each of the 2P costs is evaluated; they differ by rounding alone.
    look : callable
        Called at least once for each block of components; may raise.
    tell : callable
        Told how many components are known, rising to P.

    Returns
    -------
    float64 ndarray of shape (P,)

    Raises
    ------
    ValueError
        If ε is not a finite number above 0, or the way is unknown.
    """
    if not (math.isfinite(epsilon) and epsilon > 0):
        raise ValueError(f"ε must be a finite number above 0, not {epsilon}")
    if way not in WAYS:
        raise ValueError(f"unknown way {way!r}; one of {', '.join(WAYS)}")
    found, n_known = np.zeros(problem.n_components), 0
    parts = _whole_parts if way == WHOLE else _changed_parts
    for where, above, below in parts(problem, epsilon):
        found[where] = (above - below) / (2 * epsilon)
        n_known += where.stop - where.start
        tell(n_known)
        look()
    return found


Part = tuple[slice, npt.NDArray[np.floating], npt.NDArray[np.floating]]
"""Which components, and their costs at +ε and −ε."""


def _whole_parts(problem: GradientProblem, epsilon: float) -> Iterator[Part]:
    """Evaluate each cost by a forward pass through all layers."""
    moved = problem.parameters.copy()
    for index, value in enumerate(problem.parameters.vector):
        moved.vector[index] = value + epsilon
        above = problem.value(moved)
        moved.vector[index] = value - epsilon
        below = problem.value(moved)
        moved.vector[index] = value
        yield slice(index, index + 1), np.array([above]), np.array([below])


def _changed_parts(problem: GradientProblem, epsilon: float) -> Iterator[Part]:
    """Evaluate each cost from the layer on that the moved weight leads to.

    A weight from i to j changes z of neuron j alone, by ±ε a_i; a bias changes it by ±ε. The
    layers before keep what one forward pass has computed.
    """
    passed = forward(problem.architecture, problem.parameters, problem.images)
    n_block = max(1, _ROWS // problem.n_examples)
    layout = problem.parameters.layout
    for layer, (weights, biases) in enumerate(
        zip(layout.weight_slices, layout.bias_slices, strict=True)
    ):
        before = passed.activations[layer]
        n_in, n_out = layout.layer_sizes[layer : layer + 2]
        ones = np.ones((problem.n_examples, 1), before.dtype)
        for neuron in range(n_out):
            first = weights.start + neuron * n_in
            for start in range(0, n_in, n_block):
                stop = min(start + n_block, n_in)
                where = slice(first + start, first + stop)
                shift = epsilon * before[:, start:stop]
                yield where, *_pair(problem, passed, layer, neuron, shift)
            bias = biases.start + neuron
            shift = epsilon * ones
            yield slice(bias, bias + 1), *_pair(problem, passed, layer, neuron, shift)


def _pair(
    problem: GradientProblem, passed: Forward, layer: int, neuron: int, shift: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the costs as z of a neuron is moved up and down, shape (k,) for shifts (n, k)."""
    return (
        _costs_from(problem, passed, layer, neuron, shift),
        _costs_from(problem, passed, layer, neuron, -shift),
    )


def _costs_from(
    problem: GradientProblem, passed: Forward, layer: int, neuron: int, shift: FloatArray
) -> FloatArray:
    """Give the mean cost for each column of shifts: the network from a layer on, k times."""
    n_examples, n_moves = shift.shape
    z = np.repeat(passed.weighted_inputs[layer][np.newaxis], n_moves, axis=0)
    z[:, :, neuron] += shift.T
    z = z.reshape(n_moves * n_examples, -1)
    architecture, parameters = problem.architecture, problem.parameters
    n_layers = parameters.layout.n_layers
    for k in range(layer, n_layers):
        activation = activation_of(architecture, k).function(gain_of(architecture, k) * z)
        if k < n_layers - 1:
            z = activation @ parameters.weights[k + 1].T + parameters.biases[k + 1]
    # Costs look at the last layer alone; the others need to be there.
    last = Forward((z,) * n_layers, (activation,) * (n_layers + 1), (activation,) * n_layers)
    targets = np.tile(problem.targets, (n_moves, 1))
    costs = costs_of(architecture, last, targets, problem.cost)
    return np.asarray(costs.reshape(n_moves, n_examples).mean(axis=1))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two gradients agree.

    Parameters
    ----------
    largest : float
        The largest |difference| of a component; NaN if one is not finite.
    largest_index : int
        Which component that is.
    relative : float
        |difference| / |gradient| of the whole vectors; 0 if both are zero, infinite if only the
        gradient is.
    cosine : float
        Of the angle between them; NaN if one is zero.
    """

    largest: float
    largest_index: int
    relative: float
    cosine: float

    @property
    def is_good(self) -> bool:
        """Whether the relative difference is below `GOOD_AGREEMENT`."""
        return self.relative < GOOD_AGREEMENT


def agreement(differences: FloatArray, backpropagated: FloatArray) -> Agreement:
    """Compare finite differences with backpropagation, both of shape (P,)."""
    apart = np.abs(differences - backpropagated)
    index = int(apart.argmax())
    if not np.isfinite(apart).all():
        return Agreement(math.nan, index, math.nan, math.nan)
    one, other = float(np.linalg.norm(differences)), float(np.linalg.norm(backpropagated))
    distance = float(np.linalg.norm(apart))
    relative = distance / other if other > 0 else (math.inf if distance > 0 else 0.0)
    is_zero = one == 0 or other == 0
    cosine = math.nan if is_zero else float(differences @ backpropagated) / (one * other)
    return Agreement(float(apart[index]), index, relative, cosine)
