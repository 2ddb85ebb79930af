"""Finite differences and backpropagation against a complex step through a network of our own."""

import math
from itertools import pairwise

import numpy as np
import pytest

from gdviz.analysis import gradient_check
from gdviz.analysis.gradient_check import (
    CHANGED,
    WAYS,
    WHOLE,
    agreement,
    best_epsilon,
    central_differences,
    gradient_problem,
)
from gdviz.nn.parameters import Architecture, Parameters

SIZES = (6, 5, 4, 3)
CHOICES = [
    ("sigmoid", "sigmoid", "quadratic", 1.0),
    ("sigmoid", "sigmoid", "quadratic", 3.0),
    ("tanh", "softmax", "cross_entropy", 1.0),
    ("softplus", "identity", "quadratic", 1.0),
    ("silu", "softmax", "quadratic", 1.0),
]


def problem(hidden="sigmoid", output="sigmoid", cost="quadratic", steepness=1.0, n=7):
    draws = np.random.default_rng(0)
    architecture = Architecture(SIZES, hidden, output, steepness)
    vector = draws.normal(0, 0.7, architecture.n_parameters)
    parameters = Parameters(vector, architecture.layout)
    images, labels = draws.random((n, SIZES[0])), draws.integers(0, SIZES[-1], n)
    return gradient_problem(architecture, parameters, images, labels, cost), labels


def all_differences(asked, epsilon=6e-6, way=WHOLE):
    told = []
    found = central_differences(asked, epsilon, way, look=lambda: None, tell=told.append)
    assert told[-1] == asked.n_components
    assert (np.diff(told) > 0).all()
    return found


def complex_step(vector, images, labels, index):
    """∂C/∂w of a sigmoid network by Im C(w + ih)/h, without a difference that could cancel."""
    moved = vector.astype(complex)
    moved[index] += 1e-30j
    activation, start = images.astype(complex), 0
    for n_in, n_out in pairwise(SIZES):
        weights = moved[start : start + n_in * n_out].reshape(n_out, n_in)
        biases = moved[start + n_in * n_out : start + n_in * n_out + n_out]
        activation = 1 / (1 + np.exp(-(activation @ weights.T + biases)))
        start += n_in * n_out + n_out
    targets = np.eye(SIZES[-1])[labels]
    return float(((activation - targets) ** 2).sum(axis=1).mean().imag / 1e-30)


@pytest.mark.parametrize("way", WAYS)
def test_both_ways_and_backpropagation_give_the_gradient_of_a_complex_step(way):
    asked, labels = problem()
    vector = asked.parameters.vector
    truth = [complex_step(vector, asked.images, labels, k) for k in range(vector.size)]
    np.testing.assert_allclose(all_differences(asked, way=way), truth, atol=2e-10)
    np.testing.assert_allclose(asked.backpropagated().vector, truth, atol=1e-15)


@pytest.mark.parametrize("choices", CHOICES)
def test_ways_differ_by_rounding_alone_and_agree_with_backpropagation(choices):
    asked, _ = problem(*choices)
    whole, changed = (all_differences(asked, way=way) for way in WAYS)
    np.testing.assert_allclose(whole, changed, atol=1e-9)
    found = agreement(whole, asked.backpropagated().vector)
    assert found.is_good
    assert found.cosine == pytest.approx(1, abs=1e-12)


def test_blocks_of_components_fall_into_place(monkeypatch):
    """However many are passed at once."""
    asked, _ = problem()
    expected = all_differences(asked, way=CHANGED)
    monkeypatch.setattr(gradient_check, "_ROWS", 14)
    np.testing.assert_allclose(all_differences(asked, way=CHANGED), expected, atol=1e-10)


def test_whole_way_really_evaluates_the_cost_twice_for_each_component(monkeypatch):
    asked, _ = problem()
    evaluated = []
    inner = gradient_check.mean_cost

    def counted(*arguments):
        evaluated.append(arguments[1].vector.copy())
        return inner(*arguments)

    monkeypatch.setattr(gradient_check, "mean_cost", counted)
    all_differences(asked, 0.25)
    moves = np.array(evaluated) - asked.parameters.vector
    assert moves.shape == (2 * asked.n_components, asked.n_components)
    np.testing.assert_allclose(moves[0::2], 0.25 * np.eye(asked.n_components), atol=1e-15)
    np.testing.assert_allclose(moves[1::2], -0.25 * np.eye(asked.n_components), atol=1e-15)


def test_what_is_asked_about_stays_as_it_is():
    asked, _ = problem()
    before = asked.parameters.vector.copy()
    for way in WAYS:
        all_differences(asked, way=way)
    np.testing.assert_array_equal(asked.parameters.vector, before)


@pytest.mark.parametrize("way", WAYS)
def test_work_ends_where_look_raises(way):
    asked, _ = problem()
    told = []

    def look():
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        central_differences(asked, 1e-5, way, look=look, tell=told.append)
    assert len(told) == 3


def test_gradient_at_a_kink_does_not_agree_and_is_not_called_good():
    """A ReLU at z = 0: the differences give the mean of both slopes."""
    architecture = Architecture((1, 1, 1), "relu", "identity")
    parameters = Parameters(np.array([0.0, 0.0, 1.0, 0.0]), architecture.layout)
    asked = gradient_problem(architecture, parameters, np.ones((1, 1)), np.array([0]), "quadratic")
    found = agreement(all_differences(asked), asked.backpropagated().vector)
    assert not found.is_good
    assert found.largest == pytest.approx(1, abs=1e-4)
    assert found.largest_index in {0, 1}


def test_agreement_in_numbers():
    found = agreement(np.array([3.0, 4.5]), np.array([3.0, 4.0]))
    assert found.largest == 0.5
    assert found.largest_index == 1
    assert found.relative == pytest.approx(0.1)
    assert found.cosine == pytest.approx((9 + 18) / (5 * math.hypot(3, 4.5)))
    assert not found.is_good


@pytest.mark.parametrize(
    ("one", "other", "relative"), [(0.0, 0.0, 0.0), (1.0, 0.0, math.inf), (0.0, 1.0, 1.0)]
)
def test_zero_gradients_have_no_angle(one, other, relative):
    found = agreement(np.full(3, one), np.full(3, other))
    assert found.relative == pytest.approx(relative)
    assert math.isnan(found.cosine)


def test_what_is_not_finite_agrees_with_nothing():
    found = agreement(np.array([1.0, np.nan]), np.array([1.0, 2.0]))
    assert not found.is_good
    assert math.isnan(found.relative)


def test_recommended_steps_are_roots_of_the_rounding_unit():
    assert best_epsilon("float64", is_central=False) == pytest.approx(2**-26)
    assert best_epsilon("float64", is_central=True) == pytest.approx(2 ** (-52 / 3))
    assert best_epsilon("float32", is_central=False) == pytest.approx(2**-11.5)


@pytest.mark.parametrize("epsilon", [0.0, -1e-3, math.nan, math.inf])
def test_step_that_is_none_is_refused(epsilon):
    with pytest.raises(ValueError, match="above 0"):
        all_differences(problem()[0], epsilon)


def test_unknown_ways_and_empty_means_are_refused():
    with pytest.raises(ValueError, match="unknown way"):
        all_differences(problem()[0], way="half")
    with pytest.raises(ValueError, match="no examples"):
        problem(n=0)
