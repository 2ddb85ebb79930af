"""Softmax, whose outputs depend on each other, and the product with its Jacobian.

Imports NumPy only.
"""

from __future__ import annotations

import numpy as np

from gdviz.nn.parameters import FloatArray


def softmax(weighted_input: FloatArray) -> FloatArray:
    """Give exp(z_i) / Σ_j exp(z_j) along the last axis.

    The row's largest entry is subtracted first, which changes nothing but the overflow.

    References
    ----------
    Bridle, *Probabilistic interpretation of feedforward classification network outputs* (1990).
    """
    powers = np.exp(weighted_input - weighted_input.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax_error(activation: FloatArray, cost_slope: FloatArray) -> FloatArray:
    """Give the error δ = Jᵀ ∂C/∂a of a softmax layer with its full Jacobian.

    With J_ij = a_i (δ_ij − a_j) the product is a_i (g_i − Σ_j g_j a_j): no matrix is built.

    Parameters
    ----------
    activation : ndarray of shape (n, n_out)
        Softmax outputs a.
    cost_slope : ndarray of shape (n, n_out)
        g = ∂C/∂a for each example.

    Returns
    -------
    ndarray of shape (n, n_out)
    """
    mean = (cost_slope * activation).sum(axis=-1, keepdims=True)
    return np.asarray(activation * (cost_slope - mean))


def softmax_change(activation: FloatArray, weighted_change: FloatArray) -> FloatArray:
    """Give ȧ = J ż, how the outputs change with the weighted inputs.

    The Jacobian is symmetric: this is `softmax_error` of the change.

    Parameters
    ----------
    activation, weighted_change : ndarray of shape (n, n_out)

    Returns
    -------
    ndarray of shape (n, n_out)
    """
    return softmax_error(activation, weighted_change)


def softmax_error_change(
    activation: FloatArray,
    change: FloatArray,
    cost_slope: FloatArray,
    slope_change: FloatArray,
) -> FloatArray:
    """Give how `softmax_error` changes while the outputs change, and g with them.

    The product rule on δ_i = a_i (g_i − Σ_j g_j a_j): the full derivative of the Jacobian is
    in it, and no array of three indices is built.

    Parameters
    ----------
    activation, change : ndarray of shape (n, n_out)
        a and ȧ.
    cost_slope, slope_change : ndarray of shape (n, n_out)
        g = ∂C/∂a and ġ.

    Returns
    -------
    ndarray of shape (n, n_out)
        δ̇.
    """
    mean = (cost_slope * activation).sum(axis=-1, keepdims=True)
    mean_change = (slope_change * activation + cost_slope * change).sum(axis=-1, keepdims=True)
    return np.asarray(change * (cost_slope - mean) + activation * (slope_change - mean_change))
