"""The course of a curve against curves whose course is known."""

import numpy as np
import pytest

from gdviz.experiments.courses import course_of, mean_columns, scored_epochs
from gdviz.experiments.repeats import mean_interval


def test_straight_line_falls_a_tenth_in_a_tenth():
    course = course_of(np.array([0.0, 40.0]), np.array([5.0, 1.0]))
    assert course.fall == 4.0
    assert course.duration == pytest.approx(38.0)
    assert course.steepest_tenth == pytest.approx(0.1)


@pytest.mark.parametrize("start", [0, 31, 70])
def test_step_falls_at_once_wherever_it_stands(start):
    places = np.arange(101.0)
    course = course_of(places, np.where(places <= start, 9.0, 2.0))
    assert course.fall == 7.0
    assert course.duration == pytest.approx(start + 0.95)
    # Straight between two places: over one of them all of it falls.
    assert course.steepest_tenth == pytest.approx(min(1.0, 0.1 * (start + 0.95) / 0.95), abs=1e-9)


def test_exponential_decay_by_its_formula():
    places = np.linspace(0, 40, 40_001)
    course = course_of(places, 3 + 2 * np.exp(-places))
    assert course.duration == pytest.approx(np.log(20), rel=1e-4)
    assert course.steepest_tenth == pytest.approx((1 - 20**-0.1) / 0.95, rel=1e-4)


def test_steepest_tenth_is_found_between_places():
    """Against many windows tried, on a random staircase with uneven places."""
    generator = np.random.default_rng(2)
    places = np.concatenate([[0], np.sort(generator.random(30)) * 50])
    values = np.concatenate([[1], np.sort(generator.random(30))[::-1]])
    course = course_of(places, values)
    begins = np.linspace(0, 0.9 * course.duration, 100_001)
    lows = np.interp(begins, places, values)
    highs = np.interp(begins + 0.1 * course.duration, places, values)
    tried = (lows - highs).max() / (0.95 * course.fall)
    assert course.steepest_tenth == pytest.approx(tried, abs=1e-3)
    assert course.steepest_tenth >= tried


def test_course_does_not_depend_on_units_or_on_rises():
    places, values = np.array([0.0, 1, 2, 3, 8]), np.array([9.0, 6, 7, 2, 1])
    plain = course_of(places, np.minimum.accumulate(values))
    scaled = course_of(places * 5, values * 3 + 2)
    assert scaled.duration == pytest.approx(5 * plain.duration)
    assert scaled.steepest_tenth == pytest.approx(plain.steepest_tenth)


@pytest.mark.parametrize("values", [[1.0], [2.0, 2.0], [1.0, 3.0]])
def test_curve_that_never_falls_has_no_course(values):
    assert course_of(np.arange(float(len(values))), np.array(values)) is None


@pytest.mark.parametrize("epochs", [1, 3, 200, 5_000])
def test_scored_epochs_begin_densely_and_end_at_the_end(epochs):
    moments = np.array(scored_epochs(epochs))
    assert moments[0] <= 0.1
    assert moments[-1] == epochs
    assert (np.diff(moments) > 0).all()
    assert np.diff(moments).max() <= 1.01 * epochs / 59
    assert len(moments) <= 120


def test_mean_columns_are_means_and_intervals_of_single_columns():
    values = np.random.default_rng(4).normal(3, 2, (5, 4))
    values[2:, 1] = values[1:, 3] = np.nan
    mean, low, high = mean_columns(values)
    for k, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        assert mean[k] == pytest.approx(known.mean())
        if k == 3:
            assert np.isnan([low[k], high[k]]).all()
        else:
            assert (low[k], high[k]) == pytest.approx(mean_interval(known))
    _, low, high = mean_columns(values, (2.0, 4.0))
    assert np.nanmin(low) == 2.0
    assert np.nanmax(high) == 4.0
    one, *edges = mean_columns(values[:1])
    np.testing.assert_array_equal(one, values[0])
    assert edges == [None, None]
