"""The tally start by start: where a start ends is known from the tops between the valleys."""

import numpy as np
import pytest

from gdviz.analysis.hill.hills import HILLS
from gdviz.analysis.hill.tally import (
    DIMENSIONS,
    HALF_WIDTH,
    LEARNING_RATE,
    LEARNING_RATES,
    N_VALLEYS,
    ManyValleys,
    tally,
)
from gdviz.nn.optimizers import OPTIMIZERS


def top_beside_the_deepest_valley():
    """Where x² + 10 − 10 cos 2πx is highest between its valleys at 0 and about 1."""
    x = np.linspace(0.4, 0.6, 2_000_001)
    return x[(x**2 - 10 * np.cos(2 * np.pi * x)).argmax()]


@pytest.mark.parametrize("n_dimensions", DIMENSIONS)
def test_a_start_reaches_the_deepest_valley_if_it_begins_in_it_on_every_axis(n_dimensions):
    found = tally(n_dimensions, np.random.default_rng(3))
    inside = (np.abs(found.starts) < top_beside_the_deepest_valley()).all(axis=1)
    np.testing.assert_array_equal(np.abs(found.ends).max(axis=1) < 1e-3, inside)
    assert found.n_deepest == inside.sum()
    assert (found.n_starts, found.n_dimensions) == (1000, n_dimensions)
    assert found.n_valleys == 11**n_dimensions


def test_the_interval_holds_the_exact_share():
    share = top_beside_the_deepest_valley() / HALF_WIDTH
    counts = []
    for n_dimensions in DIMENSIONS:
        found = tally(n_dimensions, np.random.default_rng(0))
        assert found.low <= share**n_dimensions <= found.high
        counts.append(found.n_deepest)
    assert counts[0] > counts[1] > counts[2] == 0


def test_every_start_comes_to_rest_in_some_valley():
    found = tally(2, np.random.default_rng(1))
    function = ManyValleys()
    assert np.abs(function.gradient(found.ends)).max() < 1e-6
    np.testing.assert_allclose(found.ends / 0.995, np.round(found.ends), atol=0.01)
    np.testing.assert_allclose(found.costs, function.value(found.ends))


def test_there_are_eleven_valleys_along_an_axis_and_no_step_leaves_one():
    """Where 1 − ηC″ stays above 0 a step keeps the order of the balls: none passes a top."""
    x = np.linspace(-HALF_WIDTH, HALF_WIDTH, 20001)[:, None]
    slope = ManyValleys().gradient(x)[:, 0]
    assert ((slope[:-1] < 0) & (slope[1:] >= 0)).sum() == N_VALLEYS
    assert (np.diff(x[:, 0] - LEARNING_RATE * slope) > 0).all()


def test_it_is_the_hill_of_many_valleys():
    points = np.random.default_rng(2).uniform(-5, 5, (40, 2))
    formula = HILLS["many_valleys"].formula
    np.testing.assert_allclose(ManyValleys().value(points), formula.value(points), rtol=1e-12)
    np.testing.assert_allclose(
        ManyValleys().gradient(points), formula.gradient(points), rtol=1e-11, atol=1e-11
    )


def test_the_same_seed_gives_the_same_tally():
    one, other = (tally(2, np.random.default_rng(7), 50) for _ in range(2))
    np.testing.assert_array_equal(one.ends, other.ends)
    assert not one.ends.flags.writeable


def test_impossible_tallies_are_refused():
    with pytest.raises(ValueError, match="dimension"):
        tally(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="start"):
        tally(1, np.random.default_rng(0), 0)


def test_there_is_a_learning_rate_for_every_optimizer():
    assert set(LEARNING_RATES) == set(OPTIMIZERS)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_with_its_learning_rate_every_optimizer_comes_to_rest_in_the_valley_of_its_start(optimizer):
    """Small steps: whatever the optimizer, no ball passes a top, and the start decides."""
    rate = LEARNING_RATES[optimizer]
    found = tally(2, np.random.default_rng(4), 300, optimizer=optimizer, learning_rate=rate)
    inside = (np.abs(found.starts) < top_beside_the_deepest_valley()).all(axis=1)
    assert abs(found.n_deepest - inside.sum()) <= 3
    assert found.n_deepest + found.n_elsewhere == 300
    assert found.n_restless == 0


def test_balls_that_are_thrown_out_or_go_on_moving_are_in_no_valley():
    """At an η far above 2/C″ gradient descent never rests."""
    found = tally(1, np.random.default_rng(0), 200, learning_rate=0.02)
    assert found.n_restless > 150
    assert found.n_deepest + found.n_elsewhere + found.n_restless == 200
    lost = tally(1, np.random.default_rng(0), 50, learning_rate=1e6)
    assert lost.n_restless == 50


def test_first_steps_are_those_of_the_optimizer_by_hand():
    """Adam with the book's formulas on one variable, all steps."""
    found = tally(1, np.random.default_rng(6), 5, optimizer="adam", learning_rate=0.05)
    x, mean, square = found.starts[:, 0].copy(), np.zeros(5), np.zeros(5)
    for step in range(1, 1001):
        slope = 2 * x + 20 * np.pi * np.sin(2 * np.pi * x)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        x -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(found.ends[:, 0], x, atol=1e-9)


def test_progress_rises_to_the_end_and_may_end_the_work():
    told = []
    tally(1, np.random.default_rng(0), 10, tell=told.append)
    assert told[-1] == 1
    assert (np.diff(told) > 0).all()

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tally(1, np.random.default_rng(0), 10, tell=stop)


@pytest.mark.parametrize("wrong", [{"learning_rate": 0.0}, {"learning_rate": np.nan}])
def test_impossible_learning_rates_are_refused(wrong):
    with pytest.raises(ValueError, match="learning rate"):
        tally(1, np.random.default_rng(0), 1, **wrong)


def test_unknown_optimizers_are_refused():
    with pytest.raises(ValueError, match="unknown optimizer"):
        tally(1, np.random.default_rng(0), 1, optimizer="luck")
