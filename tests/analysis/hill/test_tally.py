"""The tally start by start: where a start ends is known from the tops between the valleys."""

import numpy as np
import pytest

from gdviz.analysis.hill.hills import HILLS
from gdviz.analysis.hill.tally import (
    DIMENSIONS,
    HALF_WIDTH,
    LEARNING_RATE,
    N_VALLEYS,
    ManyValleys,
    tally,
)


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
