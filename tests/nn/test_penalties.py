"""L1 and L2: their slope, the decay, and that biases are left alone."""

import numpy as np
import pytest

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Layout, Parameters
from gdviz.nn.penalties import decay_weights, penalised_gradient

LAYOUT = Layout((3, 2, 2))


def values(seed, dtype=np.float64):
    return np.random.default_rng(seed).normal(0, 1, LAYOUT.size).astype(dtype)


def penalty(vector, l1, l2):
    """λ₁ Σ|w| + ½ λ₂ Σw², from the matrices."""
    weights = Parameters(vector, LAYOUT).weights
    return sum(l1 * np.abs(w).sum() + l2 / 2 * (w**2).sum() for w in weights)


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0), (0, 0.2), (0.05, 0.7)])
def test_the_penalty_s_gradient_is_what_is_added(l1, l2):
    vector, gradient = values(0), values(1)
    added = penalised_gradient(vector, gradient, LAYOUT, l1, l2) - gradient
    epsilon = 1e-6
    for i in range(vector.size):
        step = np.zeros_like(vector)
        step[i] = epsilon
        slope = (penalty(vector + step, l1, l2) - penalty(vector - step, l1, l2)) / (2 * epsilon)
        assert added[i] == pytest.approx(slope, abs=1e-9)


def test_without_penalties_it_is_the_gradient_and_another_array():
    vector, gradient = values(0, np.float32), values(1, np.float32)
    result = penalised_gradient(vector, gradient, LAYOUT, 0.0, 0.0)
    np.testing.assert_array_equal(result, gradient)
    assert not np.shares_memory(result, gradient)


def test_a_weight_of_zero_is_not_pulled():
    vector = np.zeros(LAYOUT.size)
    result = penalised_gradient(vector, np.zeros(LAYOUT.size), LAYOUT, 0.5, 0.5)
    np.testing.assert_array_equal(result, 0)


def test_inputs_are_not_changed_and_float32_stays_float32():
    vector, gradient = values(0, np.float32), values(1, np.float32)
    result = penalised_gradient(vector, gradient, LAYOUT, 0.1, 0.1)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(vector, values(0, np.float32))
    np.testing.assert_array_equal(gradient, values(1, np.float32))


def test_decay_shrinks_weights_and_no_bias():
    vector = values(0)
    decay_weights(vector, LAYOUT, 0.5, 0.2)
    before, after = Parameters(values(0), LAYOUT), Parameters(vector, LAYOUT)
    for old, new in zip(before.weights, after.weights, strict=True):
        np.testing.assert_allclose(new, 0.9 * old, rtol=1e-15)
    for old, new in zip(before.biases, after.biases, strict=True):
        np.testing.assert_array_equal(new, old)


def test_gradient_descent_with_decay_is_gradient_descent_with_l2():
    """For plain gradient descent the two ways are the same formula; for Adam they are not."""
    results = {}
    for key in ("gradient_descent", "adam"):
        optimizer = OPTIMIZERS[key]
        through, decayed = values(0), values(0)
        state = np.zeros((2, len(optimizer.arrays), LAYOUT.size))
        gradient = values(1)
        pulled = penalised_gradient(through, gradient, LAYOUT, 0.0, 0.3)
        optimizer.update(through, pulled, state[0], 1, 0.1)
        decay_weights(decayed, LAYOUT, 0.1, 0.3)
        optimizer.update(decayed, gradient, state[1], 1, 0.1)
        results[key] = np.abs(through - decayed).max()
    assert results["gradient_descent"] < 1e-15
    assert results["adam"] > 1e-3


def test_adamw_with_decay_equals_the_paper_s_algorithm():
    """Algorithm 2 of Loshchilov & Hutter for one weight, α = 0.1, λ = 0.3, three steps."""
    layout = Layout((1, 1))
    vector, state = np.array([2.0, 2.0]), np.zeros((2, 2))
    weight, mean, square = 2.0, 0.0, 0.0
    for step, slope in enumerate((1.0, -0.5, 2.0), 1):
        decay_weights(vector, layout, 0.1, 0.3)
        OPTIMIZERS["adamw"].update(vector, np.array([slope, slope]), state, step, 0.1)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        ratio = (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)) ** 0.5 + 1e-8)
        weight -= 0.1 * ratio + 0.1 * 0.3 * weight
    assert vector[0] == pytest.approx(weight, rel=1e-12)
    assert vector[1] > vector[0]  # the bias did not decay
