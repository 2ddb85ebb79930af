"""Reliability, temperature and cross-entropy against definitions written out one by one."""

import math

import numpy as np
import pytest

from gdviz.analysis.inspection.calibration import (
    COOLEST,
    HOTTEST,
    best_temperature,
    cross_entropy,
    reliability,
    suggestion,
    takes_temperature,
    tempered,
)
from gdviz.analysis.interval import wilson_interval


def test_bins_and_expected_error_equal_the_definition():
    random = np.random.default_rng(1)
    largest = random.random(2_000)
    right = random.random(2_000) < largest**2
    found = reliability(largest, right)
    error = 0.0
    for k in range(10):
        members = [i for i in range(2_000) if k / 10 < largest[i] <= (k + 1) / 10]
        accuracy = sum(right[i] for i in members) / len(members)
        mean = sum(largest[i] for i in members) / len(members)
        assert found.counts[k] == len(members)
        assert found.accuracy[k] == pytest.approx(accuracy)
        assert found.mean_output[k] == pytest.approx(mean)
        low, high = wilson_interval(int(found.n_right[k]), len(members))
        assert (found.intervals[0][k], found.intervals[1][k]) == pytest.approx((low, high))
        error += len(members) / 2_000 * abs(accuracy - mean)
    assert found.expected_error == pytest.approx(error)


def test_right_as_often_as_it_sounds_has_no_expected_error():
    largest = np.repeat([0.25, 0.75], 400)
    right = np.concatenate([np.arange(400) < 100, np.arange(400) < 300])
    assert reliability(largest, right).expected_error == pytest.approx(0)


def test_ends_and_what_is_not_a_number():
    found = reliability(np.array([0.0, 1.0, np.nan]), np.array([True, True, True]))
    assert found.counts.tolist() == [1, *[0] * 8, 1]
    assert np.isnan(found.accuracy[1:9]).all()
    assert np.isnan(found.intervals[0][1:9]).all()
    assert found.expected_error == pytest.approx(0.5)
    assert math.isnan(reliability(np.empty(0), np.empty(0, bool)).expected_error)


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_tempered_outputs_are_those_of_divided_weighted_inputs(made, temperature):
    weighted = [[1.0, -2.0, 0.5], [3.0, 3.0, -1.0]]
    found = tempered(made(weighted, [0, 1], "softmax"), temperature)
    for row, z in zip(found, weighted, strict=True):
        powers = [math.exp(value / temperature) for value in z]
        np.testing.assert_allclose(row, np.array(powers) / sum(powers), rtol=1e-6)
    found = tempered(made(weighted, [0, 1], "sigmoid", steepness=2.0), temperature)
    for row, z in zip(found, weighted, strict=True):
        wanted = [1 / (1 + math.exp(-2 * value / temperature)) for value in z]
        np.testing.assert_allclose(row, wanted, rtol=1e-6)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_temperature_never_changes_what_is_said(drawn, output):
    outcomes = drawn(output=output, scale=1.0)
    assert takes_temperature(outcomes)
    assert tempered(outcomes, 1.0) is outcomes.outputs
    for temperature in (0.5, 4.0):
        np.testing.assert_array_equal(tempered(outcomes, temperature).argmax(axis=1), outcomes.said)


def test_outputs_without_bounds_take_no_temperature(made):
    assert not takes_temperature(made([[1, 2]], [0], "identity"))


def written_out(z, labels, temperature, *, is_softmax):
    """Give the mean cross-entropy, an output at a time."""
    total = 0.0
    for row, label in zip(z, labels, strict=True):
        powers = [math.exp(value / temperature) for value in row]
        if is_softmax:
            total -= math.log(powers[label] / sum(powers))
            continue
        for k, power in enumerate(powers):
            output = power / (1 + power)
            total -= math.log(output if k == label else 1 - output)
    return total / len(labels)


@pytest.mark.parametrize("is_softmax", [True, False])
def test_cross_entropy_equals_the_definition(is_softmax):
    random = np.random.default_rng(2)
    z, labels = random.normal(0, 2, (20, 4)), random.integers(0, 4, 20)
    for temperature in (0.7, 1.0, 5.0):
        found = cross_entropy(z, labels, temperature, is_softmax=is_softmax)
        assert found == pytest.approx(
            written_out(z, labels, temperature, is_softmax=is_softmax), rel=1e-9
        )


@pytest.mark.parametrize("is_softmax", [True, False])
def test_no_other_temperature_has_less_cross_entropy(is_softmax):
    random = np.random.default_rng(3)
    labels = random.integers(0, 4, 300)
    z = random.normal(0, 3, (300, 4))
    z[np.arange(300), labels] += 3
    best = best_temperature(z, labels, is_softmax=is_softmax)
    least = cross_entropy(z, labels, best, is_softmax=is_softmax)
    others = np.geomspace(COOLEST, HOTTEST, 400)
    found = [cross_entropy(z, labels, t, is_softmax=is_softmax) for t in others]
    assert least <= min(found) + 1e-12
    assert best == pytest.approx(others[int(np.argmin(found))], rel=0.02)


def test_a_known_temperature_is_found_again():
    """Labels drawn from softmax(z) and z then doubled: the temperature is 2."""
    random = np.random.default_rng(4)
    z = random.normal(0, 2, (40_000, 5))
    powers = np.exp(z)
    shares = (powers / powers.sum(axis=1, keepdims=True)).cumsum(axis=1)
    labels = (random.random((40_000, 1)) > shares).sum(axis=1).clip(0, 4)
    assert best_temperature(2 * z, labels, is_softmax=True) == pytest.approx(2, rel=0.03)


def test_the_best_beyond_what_is_tried_is_an_end():
    always = np.array([[9.0, 0.0]] * 5)
    assert best_temperature(always, np.zeros(5, int), is_softmax=True) == COOLEST
    assert best_temperature(always, np.ones(5, int), is_softmax=True) == HOTTEST
    assert best_temperature(np.full((3, 2), np.nan), np.zeros(3, int), is_softmax=True) is None


def test_a_suggestion_is_fitted_on_one_half_and_tried_on_the_other(drawn):
    outcomes = drawn(4_000, output="softmax")
    found = suggestion(outcomes)
    z = outcomes.weighted_inputs.astype(float)
    assert found.temperature == best_temperature(z[::2], outcomes.labels[::2], is_softmax=True)
    assert (found.n_fitted, found.n_tried) == (2_000, 2_000)
    before = reliability(outcomes.largest[1::2], outcomes.is_right[1::2]).expected_error
    assert found.error_before == pytest.approx(before)
    assert found.error_after < found.error_before
    assert not found.is_at_an_end


def test_no_suggestion_without_two_images_or_numbers(made):
    assert suggestion(made([[1.0, 2.0]], [0])) is None
    assert suggestion(made(np.full((4, 2), np.nan), [0] * 4)) is None
