"""L1 and L2: a pull of the weights towards 0 that is part of the update alone.

The update follows ∇(C + λ₁ Σ|w| + ½ λ₂ Σw²), summed over the weights and never over the
biases. The cost that is plotted is C and the gradient that is shown is ∇C: two curves stay
comparable when only λ differs, and cost and gradient always belong together.

Imports NumPy only.
"""

from __future__ import annotations

import numpy as np

from gdviz.nn.parameters import FloatArray, Layout


def penalised_gradient(
    vector: FloatArray, gradient: FloatArray, layout: Layout, l1: float, l2: float
) -> FloatArray:
    """Give ∇C + λ₁ sign(w) + λ₂ w on the weights and ∇C on the biases, as a new array.

    Parameters
    ----------
    vector, gradient : ndarray of shape (P,)
        The parameters and ∇C there.
    layout : Layout
    l1, l2 : float
        λ₁ and λ₂. Nielsen's λ of either is n times this, n the number of training examples.

    Returns
    -------
    ndarray of shape (P,)
        In the gradient's dtype. At w = 0 the subgradient 0 of |w| is taken.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, equations 88 and 95 to 97.
    """
    number = gradient.dtype.type
    result = gradient.copy()
    for where in layout.weight_slices:
        weights = vector[where]
        result[where] += number(l1) * np.sign(weights) + number(l2) * weights
    return result


def decay_weights(vector: FloatArray, layout: Layout, learning_rate: float, l2: float) -> None:
    """Take w ← (1 − ηλ₂) w on the weights, in place, before a decoupled optimizer's update.

    Parameters
    ----------
    vector : ndarray of shape (P,)
    layout : Layout
    learning_rate : float
        η of this step, its schedule's factor included.
    l2 : float
        λ₂.

    References
    ----------
    Loshchilov, Hutter, *Decoupled weight decay regularization* (2019), algorithm 2, with their
    αλ for λ₂: the decay follows the learning rate, as it does in PyTorch.
    """
    factor = vector.dtype.type(1 - learning_rate * l2)
    for where in layout.weight_slices:
        vector[where] *= factor
