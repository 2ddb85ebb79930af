"""Intervals of means and spreads, against SciPy and against what they promise."""

import numpy as np
import pytest
from scipy import stats

from gdviz.experiments.repeats import (
    is_above,
    is_below,
    mean_interval,
    spread_of,
    t_quantile,
)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 9, 10, 39, 100, 999])
def test_t_quantile_is_scipys(degrees):
    assert t_quantile(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-9)


def test_t_quantile_without_a_degree_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        t_quantile(0)


def test_mean_interval_is_scipys():
    values = np.random.default_rng(1).normal(3, 2, 12)
    wanted = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert mean_interval(values) == pytest.approx(wanted)


def test_mean_interval_of_one_value_is_not_known():
    assert mean_interval(np.array([1.0])) is None


def test_spread_jackknife_is_the_slow_one():
    """The closed form leaves out one value after the other, as the definition says."""
    values = np.random.default_rng(2).exponential(1, 15)
    left = [np.log(np.delete(values, i).var(ddof=1)) for i in range(15)]
    pseudo = 15 * np.log(values.var(ddof=1)) - 14 * np.array(left)
    spread = spread_of(values)
    assert spread.deviation == pytest.approx(values.std(ddof=1))
    assert spread.log_error == pytest.approx(pseudo.std(ddof=1) / np.sqrt(15) / 2)


@pytest.mark.parametrize("draw", ["normal", "laplace"])
def test_spread_interval_holds_the_true_one_about_19_times_in_20(draw):
    random = np.random.default_rng(3)
    true = 1.0 if draw == "normal" else np.sqrt(2)
    held = 0
    for _ in range(1_000):
        low, high = spread_of(getattr(random, draw)(size=40)).interval
        held += low <= true <= high
    assert 900 <= held <= 980


def test_spread_ratio_of_two_holds_the_true_one_about_19_times_in_20():
    random = np.random.default_rng(4)
    held = 0
    for _ in range(1_000):
        wide, narrow = (spread_of(random.normal(0, scale, 30)) for scale in (3, 1))
        ratio, (low, high) = wide.ratio_to(narrow)
        assert low <= ratio <= high
        held += low <= 3 <= high
    assert 920 <= held <= 980


@pytest.mark.parametrize("values", [[1, 2, 3], [2, 2, 2, 2, 2], [0, 0, 0, 0, 1]])
def test_spread_that_cannot_be_told_is_none(values):
    assert spread_of(np.array(values, float)) is None


def test_threshold_within_an_interval_cannot_be_told():
    assert is_above((1.0, 2.0), 0.5) is True
    assert is_above((1.0, 2.0), 2.5) is False
    assert is_above((1.0, 2.0), 1.5) is None
    assert is_above(None, 1.5) is None
    assert is_below((1.0, 2.0), 2.5) is True
    assert is_below((1.0, 2.0), 0.5) is False
    assert is_below((1.0, 2.0), 1.5) is None
