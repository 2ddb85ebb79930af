"""Intervals of a difference of means, against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gdviz.experiments.gains import gain_interval, percent_interval, percent_words, with_interval
from gdviz.experiments.repeats import t_quantile


def test_gain_interval_is_scipys_but_for_whole_degrees():
    random = np.random.default_rng(1)
    first, second = random.normal(3, 2, 9), random.normal(4, 1, 6)
    found = stats.ttest_ind(second, first, equal_var=False)
    low, high = gain_interval(first, second)
    gain = second.mean() - first.mean()
    error = gain / found.statistic
    assert (low + high) / 2 == pytest.approx(gain)
    assert (high - low) / 2 == pytest.approx(t_quantile(int(found.df)) * error)
    exact = found.confidence_interval(0.95)
    assert low <= exact.low <= exact.high <= high
    assert high - low < 1.05 * (exact.high - exact.low)


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=6),
    st.lists(st.floats(-100, 100), min_size=2, max_size=6),
)
def test_gain_interval_turns_with_its_sides(first, second):
    low, high = gain_interval(np.array(first), np.array(second))
    back = gain_interval(np.array(second), np.array(first))
    assert back == pytest.approx((-high, -low))
    assert low <= np.mean(second) - np.mean(first) + 1e-9


def test_gain_of_equal_values_is_certain():
    assert gain_interval(np.array([1.0, 1.0]), np.array([3.0, 3.0, 3.0])) == (2, 2)


def test_gain_of_single_values_has_no_interval():
    assert gain_interval(np.array([1.0]), np.array([3.0, 4.0])) is None


def test_figures_are_written_with_their_interval():
    assert with_interval(-0.26, (-1.04, 0.5)) == "−0.3 [−1.0, 0.5]"
    assert with_interval(95.06, None, 2) == "95.06"


def test_percentages_stay_within_0_and_100():
    assert percent_interval(np.array([1.0, 9.0]))[0] == 0
    assert percent_interval(np.array([99.0, 91.0]))[1] == 100
    assert percent_words(np.array([50.0, 50.0])) == "50.0 [50.0, 50.0] %"
    assert percent_words(np.array([50.0])) == "50.0 %"
