"""The cost along a line as neurons get steeper: a smooth curve becomes a staircase.

Pure functions; any thread may call. Imports `smoothness`, whose costs these are, and
`gdviz.nn.network`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gdviz.analysis.smoothness import HARD, with_steepness
from gdviz.nn.costs import COSTS
from gdviz.nn.network import activation_of, gain_of, one_hot
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

Vector = npt.NDArray[np.float64]


def steep_slice(
    architecture: Architecture,
    parameters: Parameters,
    direction: FloatArray,
    t: Vector,
    images: FloatArray,
    labels: npt.NDArray[np.integer],
    cost: str,
    steepness: float,
    *,
    look: Callable[[], None] = lambda: None,
) -> Vector:
    """Give the cost at θ + t·direction of the network at another steepness.

    Parameters
    ----------
    architecture : Architecture
        Of sigmoids in its hidden layers; its own steepness does not matter.
    parameters : Parameters
        θ; computed with in float64.
    direction : ndarray of shape (P,)
    t : float64 ndarray of shape (m,)
    images : ndarray of shape (n, n_in)
        0 to 1.
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    steepness : float
        k of every sigmoid, or `gdviz.analysis.smoothness.HARD` for steps, also in the output.
    look : callable, optional
        Called at each point; may raise to end the work.

    Returns
    -------
    float64 ndarray of shape (m,)
        Mean over the examples, sum over the outputs, as `Smoothness.cost`.

    Raises
    ------
    ValueError
        If hidden layers are no sigmoids, or the steepness is out of its range.

    Notes
    -----
    The first layer is affine in t: what the images give it is computed twice for the whole line.
    """
    steep = with_steepness(architecture, steepness)
    point = Parameters(parameters.vector.astype(np.float64), parameters.layout)
    way = Parameters(direction.astype(np.float64), parameters.layout)
    inputs = images.astype(np.float64)
    targets = one_hot(labels, architecture.layer_sizes[-1], np.float64)
    first = inputs @ point.weights[0].T + point.biases[0]
    change = inputs @ way.weights[0].T + way.biases[0]
    found = np.empty(t.size)
    for k, place in enumerate(t):
        look()
        moved = Parameters(point.vector + place * way.vector, point.layout)
        z = _last_weighted_inputs(steep, moved, first + place * change)
        found[k] = _mean_cost(steep, z, targets, cost, is_hard=steepness == HARD)
    return found


def _last_weighted_inputs(
    architecture: Architecture, parameters: Parameters, z: FloatArray
) -> FloatArray:
    """Give z of the last layer, of z of the first."""
    for k in range(1, parameters.layout.n_layers):
        scaled = gain_of(architecture, k - 1) * z
        activation = activation_of(architecture, k - 1).function(scaled)
        z = activation @ parameters.weights[k].T + parameters.biases[k]
    return z


def _mean_cost(
    architecture: Architecture, z: FloatArray, targets: FloatArray, cost: str, *, is_hard: bool
) -> float:
    """Give the mean cost; sigmoid outputs of a network of steps are steps themselves."""
    output = architecture.output_activation
    if is_hard and output == "sigmoid":
        n_wrong = ((z > 0) != (targets > 0)).sum(axis=1)
        if cost == "quadratic":
            return float(n_wrong.mean())
        return np.inf if n_wrong.any() else 0.0
    last = architecture.layout.n_layers - 1
    scaled = gain_of(architecture, last) * z
    outputs = activation_of(architecture, last).function(scaled)
    return float(COSTS[cost].example_costs(scaled, outputs, targets, output).mean())
