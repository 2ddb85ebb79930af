"""Walks against closed forms on parabolas and against optimizers written a second time."""

import math

import numpy as np
import pytest

from gdviz.analysis.hill.formula import parse_formula
from gdviz.analysis.hill.hills import HILLS
from gdviz.analysis.hill.walks import FAR, stability_limit, walk, walks
from gdviz.nn.optimizers import OPTIMIZERS

BOWL = parse_formula("(3x^2 + y^2)/2", ("x", "y"))
BENDS = np.array([3.0, 1.0])
RAVINE = parse_formula("(x^2 + 40y^2)/2 + 0.1x y", ("x", "y"))
START = (1.0, -2.0)


def ravine_gradient(x, y):
    return [x + 0.1 * y, 40 * y + 0.1 * x]


def shown_ravine_gradient(x, y):
    return [x / 5, 4 * y]


def textbook(key, rate, n_steps, gradient=ravine_gradient, start=START):
    """Each optimizer written once more, in plain Python numbers, from its paper."""
    theta, path = list(start), [start]
    first, second = [0.0, 0.0], [0.0, 0.0]
    for t in range(1, n_steps + 1):
        ahead = [theta[i] + 0.9 * first[i] if key == "nesterov" else theta[i] for i in (0, 1)]
        slopes = gradient(*ahead)
        for i, slope in enumerate(slopes):
            if key in ("momentum", "nesterov"):
                first[i] = 0.9 * first[i] - rate * slope
                theta[i] += first[i]
            elif key == "adagrad":
                second[i] += slope**2
                theta[i] -= rate * slope / (math.sqrt(second[i]) + 1e-8)
            elif key == "rmsprop":
                second[i] = 0.9 * second[i] + 0.1 * slope**2
                theta[i] -= rate * slope / (math.sqrt(second[i]) + 1e-8)
            elif key in ("adam", "adamw"):
                first[i] = 0.9 * first[i] + 0.1 * slope
                second[i] = 0.999 * second[i] + 0.001 * slope**2
                mean, square = first[i] / (1 - 0.9**t), second[i] / (1 - 0.999**t)
                theta[i] -= rate * mean / (math.sqrt(square) + 1e-8)
            else:
                theta[i] -= rate * slope
        shown = [theta[i] + 0.9 * first[i] if key == "nesterov" else theta[i] for i in (0, 1)]
        path.append(tuple(shown))
    return np.array(path)


RATES = {
    "gradient_descent": 0.03,
    "momentum": 0.01,
    "nesterov": 0.01,
    "adagrad": 0.5,
    "rmsprop": 0.05,
    "adam": 0.1,
    "adamw": 0.1,
}


def test_every_optimizer_is_tried():
    assert RATES.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_path_on_the_ravine_is_that_of_the_textbook(key):
    """60 steps: at the bottom RMSProp divides slopes of rounding errors by their own size."""
    found = walk(RAVINE, START, key, RATES[key], 60)
    np.testing.assert_allclose(found.points, textbook(key, RATES[key], 60), rtol=1e-8, atol=1e-11)
    assert found.diverged_at is None


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_path_on_the_ravine_that_is_shown_is_that_of_the_textbook(key):
    """From the start and at the rate of the table, 60 steps."""
    hill = HILLS["ravine"]
    rate = {"gradient_descent": hill.learning_rate, "momentum": 0.1, "nesterov": 0.1}.get(key, 0.5)
    found = walk(hill.formula, hill.start, key, rate, 60)
    exact = textbook(key, rate, 60, shown_ravine_gradient, hill.start)
    np.testing.assert_allclose(found.points, exact, rtol=1e-8, atol=1e-10)


def test_gradient_descent_on_a_bowl_is_a_power():
    found = walk(BOWL, START, "gradient_descent", 0.1, 50)
    k = np.arange(51)[:, None]
    np.testing.assert_allclose(found.points, np.array(START) * (1 - 0.1 * BENDS) ** k, rtol=1e-12)
    np.testing.assert_allclose(found.costs, found.points**2 @ BENDS / 2, rtol=1e-12)
    np.testing.assert_allclose(found.gradients, found.points * BENDS, rtol=1e-12)


def test_momentum_on_a_bowl_follows_its_two_eigenvalues():
    """e ← (1 + β − ηλ) e − βe′, so e is a sum of powers of the roots of z² − (1+β−ηλ) z + β."""
    rate, beta = 0.05, 0.9
    found = walk(BOWL, START, "momentum", rate, 60)
    k = np.arange(61)
    for axis, bend in enumerate(BENDS):
        roots = np.roots([1, -(1 + beta - rate * bend), beta])
        # e₀ = start and e₁ = (1 − ηλ) start, from a standing start.
        weights = np.linalg.solve(
            np.vstack([roots**0, roots]), START[axis] * np.array([1, 1 - rate * bend])
        )
        exact = (weights * roots ** k[:, None]).sum(axis=1).real
        np.testing.assert_allclose(found.points[:, axis], exact, rtol=1e-9, atol=1e-12)


def test_states_are_what_the_optimizer_remembers_after_each_step():
    found = walk(RAVINE, START, "momentum", 0.01, 30)
    assert found.states.shape == (31, 1, 2)
    assert not found.states[0].any()
    np.testing.assert_allclose(found.states[1:, 0], found.updates, rtol=1e-9, atol=1e-12)
    square = walk(RAVINE, START, "adagrad", 0.5, 30)
    np.testing.assert_allclose(
        square.states[1:, 0], np.cumsum(square.gradients[:-1] ** 2, axis=0), rtol=1e-12
    )
    assert walk(RAVINE, START, "gradient_descent", 0.01, 5).states.shape == (6, 0, 2)


def test_together_or_alone_a_walk_is_the_same_to_the_bit():
    together = walks(RAVINE, START, RATES, 40)
    assert list(together) == list(RATES)
    for key, rate in RATES.items():
        alone = walk(RAVINE, START, key, rate, 40)
        np.testing.assert_array_equal(together[key].points, alone.points)
        np.testing.assert_array_equal(together[key].costs, alone.costs)
        np.testing.assert_array_equal(together[key].states, alone.states)


def test_a_walk_that_diverges_ends_where_it_left_the_hill():
    one = parse_formula("w^2", ("w",))
    both = walks(one, [1.0], {"gradient_descent": 2.0, "momentum": 0.01}, 40)
    found = both["gradient_descent"]
    # Every step multiplies by 1 − 2η = −3: beyond a million at step 13.
    assert found.diverged_at == math.ceil(math.log(FAR) / math.log(3))
    assert found.points[found.diverged_at, 0] == (-3.0) ** 13
    assert np.isnan(found.points[found.diverged_at + 1 :]).all()
    assert np.isnan(found.costs[found.diverged_at + 1 :]).all()
    assert both["momentum"].diverged_at is None
    assert np.isfinite(both["momentum"].points).all()


def test_a_step_to_where_the_cost_is_undefined_ends_the_walk():
    found = walk(parse_formula("log(w)", ("w",)), [1.0], "gradient_descent", 2.0, 5)
    assert found.diverged_at == 1
    assert found.points[:2, 0].tolist() == [1.0, -1.0]
    assert np.isnan(found.points[2:]).all()
    assert walk(parse_formula("log(w)", ("w",)), [-1.0], "adam", 0.1, 5).diverged_at == 0


def test_overflow_within_an_optimizer_does_not_warn():
    """The squared slope is infinite, and the step divided by its root is 0."""
    found = walk(parse_formula("10^200 w^2", ("w",)), [1.0], "adagrad", 0.1, 5)
    assert np.isinf(found.states[1:]).all()
    assert (found.points == 1).all()


def test_without_an_optimizer_nobody_walks():
    assert walks(BOWL, START, {}, 5) == {}


def test_a_walk_of_no_steps_is_its_start():
    found = walk(BOWL, START, "adam", 0.1, 0)
    assert found.points.tolist() == [list(START)]
    assert found.costs.tolist() == [3.5]
    assert found.lengths.shape == (0,)


def test_steps_get_shorter_with_the_slope():
    found = walk(BOWL, START, "gradient_descent", 0.1, 20)
    np.testing.assert_allclose(
        found.lengths, 0.1 * np.linalg.norm(found.gradients[:-1], axis=1), rtol=1e-9
    )


def test_arrays_of_a_walk_are_read_only():
    found = walk(BOWL, START, "adam", 0.1, 3)
    for array in (found.points, found.costs, found.gradients, found.states):
        assert not array.flags.writeable


@pytest.mark.parametrize("w", [-0.4, 0.0, 1.3])
def test_the_stability_limit_is_where_steps_stop_shrinking(w):
    parabola = parse_formula("2.5(w-0.3)^2+1", ("w",))
    limit = stability_limit(parabola, w)
    assert limit == pytest.approx(0.4)
    below = walk(parabola, [w], "gradient_descent", 0.99 * limit, 400).points[-1, 0]
    above = walk(parabola, [w], "gradient_descent", 1.01 * limit, 400).points[-1, 0]
    assert abs(below - 0.3) < 0.1 * abs(w - 0.3)
    assert abs(above - 0.3) > 10 * abs(w - 0.3)


def test_where_a_curve_does_not_bend_upwards_there_is_no_limit():
    assert math.isnan(stability_limit(parse_formula("-w^2", ("w",)), 1.0))
    assert math.isnan(stability_limit(parse_formula("2w", ("w",)), 1.0))


def test_impossible_walks_are_refused_by_name():
    with pytest.raises(ValueError, match="unknown optimizer 'sled'"):
        walk(BOWL, START, "sled", 0.1, 5)
    with pytest.raises(ValueError, match="learning rate"):
        walk(BOWL, START, "adam", -0.1, 5)
    with pytest.raises(ValueError, match="0 steps"):
        walk(BOWL, START, "adam", 0.1, -1)
    with pytest.raises(ValueError, match="start"):
        walk(BOWL, (math.nan, 1), "adam", 0.1, 1)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99])
def test_momentum_is_the_share_that_is_kept(momentum):
    """Against recursions written here; without any both are gradient descent."""
    bowl = parse_formula("(x^2 + 20y^2)/10", ("x", "y"))
    slope = np.array([0.2, 4.0])
    rates = {"momentum": 0.05, "nesterov": 0.05, "gradient_descent": 0.05}
    found = walks(bowl, [-9.0, 2.5], rates, 30, momentum)
    place, ahead = np.array([-9.0, 2.5]), np.array([-9.0, 2.5])
    velocity, other = np.zeros(2), np.zeros(2)
    for k in range(31):
        np.testing.assert_allclose(found["momentum"].points[k], place, rtol=1e-9)
        np.testing.assert_allclose(found["nesterov"].points[k], ahead, rtol=1e-9)
        velocity = momentum * velocity - 0.05 * slope * place
        place = place + velocity
        step = 0.05 * slope * ahead
        other = momentum * other - step
        ahead = ahead + momentum * other - step
    if momentum == 0:
        for key in ("momentum", "nesterov"):
            np.testing.assert_allclose(
                found[key].points, found["gradient_descent"].points, rtol=1e-12
            )


@pytest.mark.parametrize("momentum", [-0.1, 1.0, float("nan")])
def test_momentum_out_of_range_is_refused(momentum):
    with pytest.raises(ValueError, match="momentum must be from 0"):
        walks(parse_formula("x^2 + y^2", ("x", "y")), [1.0, 1.0], {"momentum": 0.1}, 3, momentum)
