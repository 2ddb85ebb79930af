"""Differences with intervals, against published ones and noise made for it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.differences import N_BATCHES, T_95, mean_difference, proportion_difference

N_STEPS = 1024


def test_t_quantile_holds_95_percent():
    freedom = N_BATCHES - 1
    t = np.linspace(-T_95, T_95, 200_001)
    density = (1 + t * t / freedom) ** (-(freedom + 1) / 2)
    scale = math.gamma((freedom + 1) / 2) / math.gamma(freedom / 2)
    area = np.trapezoid(density, t) * scale / math.sqrt(freedom * math.pi)
    assert area == pytest.approx(0.95, abs=1e-9)


def test_mean_difference_by_hand():
    """Sixteen batches of four with means 0 ... 15: mean 7.5, their standard deviation √(68/3)."""
    found = mean_difference(np.repeat(np.arange(16.0), 4))
    half = T_95 * math.sqrt(68 / 3) / 4
    assert (found.value, found.low, found.high) == pytest.approx((7.5, 7.5 - half, 7.5 + half))


def test_interval_holds_the_true_mean_of_correlated_noise_about_as_often_as_it_says():
    """AR(1) with 0.8: an interval that takes steps as independent holds it in half of the cases."""
    generator = np.random.default_rng(3)
    n_held = n_naive = 0
    n_trials = 600
    for _ in range(n_trials):
        series = np.empty(N_STEPS)
        series[0] = generator.normal() / 0.6
        for k, jump in enumerate(generator.normal(size=N_STEPS - 1)):
            series[k + 1] = 0.8 * series[k] + jump
        found = mean_difference(series + 3)
        n_held += found.low <= 3 <= found.high
        n_naive += abs(series.mean()) <= 1.96 * series.std() / math.sqrt(N_STEPS)
    assert 0.91 <= n_held / n_trials <= 0.97
    assert n_naive / n_trials < 0.6


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090)],
)
def test_difference_of_proportions_as_published(first, second, low, high):
    """Newcombe (1998), table II, method 10, contrasts (a) and (b)."""
    found = proportion_difference(first, second)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 50), st.integers(0, 70))
def test_difference_of_proportions_is_antisymmetric_and_bounded(k, m):
    found, back = proportion_difference((k, 50), (m, 70)), proportion_difference((m, 70), (k, 50))
    assert (found.value, found.low, found.high) == pytest.approx(
        (-back.value, -back.high, -back.low)
    )
    assert -1 - 1e-12 <= found.low <= found.value <= found.high <= 1 + 1e-12
