"""Curvature: the exact product of the cost's Hessian with a direction.

The Hessian of 13,002 parameters has 169 million numbers; its product with one vector takes two
backpropagations' work and no more memory. Every quantity of forward pass and backpropagation is
followed by its derivative along the direction, the parameters moving as θ + rv at r = 0:
R{·} = ∂/∂r. The gradient's R{∇C} is Hv.

Imports NumPy only. Next: `gdviz.engine.mean_hessian` for many examples, and
`gdviz.analysis.curvature` for the directions in which the cost curves most.

References
----------
Pearlmutter, *Fast exact multiplication by the Hessian* (1994).
Bishop, *Pattern Recognition and Machine Learning* (2006), section 5.4.6.
"""

from __future__ import annotations

import numpy as np

from gdviz.nn.costs import COSTS
from gdviz.nn.network import Forward, activation_of, forward, gain_of, output_of, slope_of
from gdviz.nn.parameters import Architecture, FloatArray, Parameters


def hessian_product(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    targets: FloatArray,
    cost: str,
    direction: FloatArray,
) -> FloatArray:
    """Give Hv, the change of the cost's gradient along a direction.

    Any thread may call.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
        θ; their dtype is the one in which all is computed.
    images : ndarray of shape (n, n_in)
        One image a row, 0 to 1, in the dtype of the parameters.
    targets : ndarray of shape (n, n_out)
        In the dtype of the parameters.
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    direction : ndarray of shape (P,)
        v, of any length: Hv is linear in it.

    Returns
    -------
    ndarray of shape (P,)
        ∂∇C(θ + rv)/∂r at r = 0, C the mean over the examples of the sum over the outputs, of
        the whole network: no dropout, no penalty. In the dtype of the parameters.

    Raises
    ------
    ValueError
        If the direction is not as long as the parameters.

    Notes
    -----
    Activations of straight pieces (ReLU, step) have second derivative 0: between their kinks
    the product is exact, and what the kinks themselves add to the curvature of a mean over
    many examples is not in it.
    """
    layout, dtype = parameters.layout, parameters.vector.dtype
    moved = Parameters(direction.astype(dtype, copy=False), layout)
    passed = forward(architecture, parameters, images)
    slopes = [slope_of(architecture, passed, k) for k in range(layout.n_layers - 1)]
    weighted_changes, changes = _forward_changes(parameters, moved, passed, slopes)

    # δ and R{δ} of the last layer, already divided by n: the sums below then are means.
    gain = gain_of(architecture, layout.n_layers - 1)
    output = output_of(architecture, passed, targets)
    error = COSTS[cost].output_error(*output) * (gain / len(images))
    error_change = COSTS[cost].error_change(*output, gain * weighted_changes[-1])
    error_change = error_change * (gain / len(images))

    product = Parameters(np.empty_like(parameters.vector), layout)
    for k in reversed(range(layout.n_layers)):
        # The input does not change, so that the largest layer has one product less.
        product.weights[k][:] = error_change.T @ passed.activations[k]
        product.biases[k][:] = error_change.sum(axis=0)
        if k > 0:
            product.weights[k][:] += error.T @ changes[k - 1]
            behind = error @ parameters.weights[k]
            behind_change = error_change @ parameters.weights[k] + error @ moved.weights[k]
            bend = _bend_of(architecture, passed, k - 1)
            error = behind * slopes[k - 1]
            error_change = behind_change * slopes[k - 1] + behind * bend * weighted_changes[k - 1]
    return product.vector


def _forward_changes(
    parameters: Parameters, moved: Parameters, passed: Forward, slopes: list[FloatArray]
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Give R{z} of each layer with weights, and R{a} of each hidden one: (n, size)."""
    weighted_changes: list[FloatArray] = []
    changes: list[FloatArray] = []
    for k in range(parameters.layout.n_layers):
        change = passed.activations[k] @ moved.weights[k].T + moved.biases[k]
        if k > 0:
            change += changes[-1] @ parameters.weights[k].T
        weighted_changes.append(change)
        if k < len(slopes):
            changes.append(slopes[k] * change)
    return weighted_changes, changes


def _bend_of(architecture: Architecture, passed: Forward, layer_index: int) -> FloatArray:
    """Give ∂²a/∂z² of a hidden layer, entry by entry: g² times the second derivative at t = gz."""
    gain = gain_of(architecture, layer_index)
    entry = activation_of(architecture, layer_index)
    assert entry.second_derivative is not None, "softmax stands only in the last layer"
    scaled = gain * passed.weighted_inputs[layer_index]
    return gain * gain * entry.second_derivative(scaled, passed.unmasked[layer_index])
