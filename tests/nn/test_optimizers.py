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


def test_gradient_descent_by_hand():
    np.testing.assert_allclose(
        descend("gradient_descent", [(1, 2), (0, 1)]), [1 - 0.1, -2 - 0.2 - 0.1]
    )


def test_momentum_by_hand():
    # v: -0.1, -0.09-0.1 = -0.19; -0.2, -0.18-0.1 = -0.28
    np.testing.assert_allclose(
        descend("momentum", [(1, 2), (1, 1)]), [1 - 0.1 - 0.19, -2 - 0.2 - 0.28]
    )


def test_adam_first_step_is_the_learning_rate_whatever_the_gradient():
    moved = descend("adam", [(1e-3, 50)])
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
    for step in range(1, 201):
        optimizer.update(vector, 2 * vector, state, step, 0.02)
    assert np.abs(vector).max() < 0.25
