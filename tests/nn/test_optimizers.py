"""Each optimizer against the textbook's formula, written out number by number."""

import math

import numpy as np
import pytest

from gdviz.nn.optimizers import OPTIMIZERS


def descend(key, gradients, learning_rate=0.1, start=(1.0, -2.0)):
    optimizer = OPTIMIZERS[key]
    vector = np.array(start)
    state = np.zeros((len(optimizer.arrays), len(vector)))
    for step, gradient in enumerate(gradients, 1):
        optimizer.update(vector, np.array(gradient), state, step, learning_rate)
    return vector


# The oracles: one weight, plain numbers, all slopes so far. They share no code with gdviz.


def plain(weight, slopes, rate):
    return weight - rate * sum(slopes)


def heavy_ball(weight, slopes, rate):
    velocity = 0.0
    for slope in slopes:
        velocity = 0.9 * velocity - rate * slope
        weight += velocity
    return weight


def looking_ahead(weight, slopes, rate):
    """Nesterov as Sutskever writes it: positions, slopes at position + 0.9 velocity."""
    position, velocity = weight, 0.0
    for slope in slopes:  # each taken, by whoever gives them, at position + 0.9 velocity
        velocity = 0.9 * velocity - rate * slope
        position += velocity
    return position + 0.9 * velocity


def all_squares(weight, slopes, rate):
    for step, slope in enumerate(slopes, 1):
        weight -= rate * slope / (math.sqrt(sum(s**2 for s in slopes[:step])) + 1e-8)
    return weight


def recent_squares(weight, slopes, rate):
    for step, slope in enumerate(slopes, 1):
        mean = sum(0.1 * 0.9 ** (step - 1 - i) * s**2 for i, s in enumerate(slopes[:step]))
        weight -= rate * slope / (math.sqrt(mean) + 1e-8)
    return weight


def kingma_ba(weight, slopes, rate):
    mean = square = 0.0
    for step, slope in enumerate(slopes, 1):
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        corrected = square / (1 - 0.999**step)
        weight -= rate * mean / (1 - 0.9**step) / (math.sqrt(corrected) + 1e-8)
    return weight


ORACLES = {
    "gradient_descent": plain,
    "momentum": heavy_ball,
    "nesterov": looking_ahead,
    "adagrad": all_squares,
    "rmsprop": recent_squares,
    "adam": kingma_ba,
    "adamw": kingma_ba,  # without L2; tests/nn/test_penalties.py has the decay
}


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_steps_equal_the_textbook(key):
    slopes = np.random.default_rng(0).normal(0, [1, 1e-3], (9, 2))
    expected = [
        ORACLES[key](weight, list(slopes[:, i]), 0.1) for i, weight in enumerate((1.0, -2.0))
    ]
    np.testing.assert_allclose(descend(key, slopes), expected, rtol=1e-12)


def test_gradient_descent_by_hand():
    np.testing.assert_allclose(
        descend("gradient_descent", [(1, 2), (0, 1)]), [1 - 0.1, -2 - 0.2 - 0.1]
    )


def test_momentum_by_hand():
    # v: -0.1, -0.09-0.1 = -0.19; -0.2, -0.18-0.1 = -0.28
    np.testing.assert_allclose(
        descend("momentum", [(1, 2), (1, 1)]), [1 - 0.1 - 0.19, -2 - 0.2 - 0.28]
    )


def test_nesterov_by_hand():
    # First v = -0.1, step 0.9(-0.1) - 0.1 = -0.19; then v = -0.09-0.1 = -0.19,
    # step 0.9(-0.19) - 0.1 = -0.271. With slope 2, then 1: v = -0.2, step -0.38;
    # v = -0.18-0.1 = -0.28, step -0.252-0.1 = -0.352.
    np.testing.assert_allclose(
        descend("nesterov", [(1, 2), (1, 1)]), [1 - 0.19 - 0.271, -2 - 0.38 - 0.352]
    )


def test_adagrad_by_hand():
    # Slopes 3 and 4: s = 9, step 0.1·3/3; s = 25, step 0.1·4/5.
    np.testing.assert_allclose(descend("adagrad", [(3, 0), (4, 0)]), [1 - 0.1 - 0.08, -2])


def test_rmsprop_by_hand():
    # Slopes 1 and 3: s = 0.1, step 0.1/√0.1; s = 0.09 + 0.9 = 0.99, step 0.3/√0.99.
    np.testing.assert_allclose(
        descend("rmsprop", [(1, 0), (3, 0)]),
        [1 - 0.1 / math.sqrt(0.1) - 0.3 / math.sqrt(0.99), -2],
    )


@pytest.mark.parametrize("key", ["adam", "adamw"])
def test_adam_first_step_is_the_learning_rate_whatever_the_gradient(key):
    moved = descend(key, [(1e-3, 50)])
    np.testing.assert_allclose(moved, [1 - 0.1, -2 - 0.1], rtol=1e-5)


def test_adam_second_step_by_hand():
    mean = (0.1 * 0.9 * 1 + 0.1 * 3) / (1 - 0.9**2)
    square = (0.001 * 0.999 * 1 + 0.001 * 9) / (1 - 0.999**2)
    moved = descend("adam", [(1, 0), (3, 0)])
    assert moved[0] == pytest.approx(1 - 0.1 - 0.1 * mean / (np.sqrt(square) + 1e-8), rel=1e-6)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_goes_down_a_bowl(key):
    optimizer = OPTIMIZERS[key]
    vector = np.array([1.0, -2.0])
    state = np.zeros((len(optimizer.arrays), 2))
    rate = 0.2 if key == "adagrad" else 0.02  # its steps shrink like 1/√step
    for step in range(1, 201):
        optimizer.update(vector, 2 * vector, state, step, rate)
    assert np.abs(vector).max() < 0.25


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_weight_without_a_slope_stays(key):
    np.testing.assert_array_equal(descend(key, [(0, 0)] * 3), [1, -2])


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_float32_stays_float32(key):
    optimizer = OPTIMIZERS[key]
    vector = np.array([1, -2], np.float32)
    state = np.zeros((len(optimizer.arrays), 2), np.float32)
    optimizer.update(vector, np.array([0.5, 0.25], np.float32), state, 1, 0.1)
    expected = descend(key, [(0.5, 0.25)])
    np.testing.assert_allclose(vector, expected, rtol=3e-7)


def test_keys_codes_and_state_names_are_unique():
    assert all(key == entry.key for key, entry in OPTIMIZERS.items())
    assert len({entry.code for entry in OPTIMIZERS.values()}) == len(OPTIMIZERS)
    assert all(len(set(entry.arrays)) == len(entry.arrays) for entry in OPTIMIZERS.values())
    assert [key for key, entry in OPTIMIZERS.items() if entry.decoupled_decay] == ["adamw"]
