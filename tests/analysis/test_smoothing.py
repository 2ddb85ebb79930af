"""The smoothed curve against its definition, one value at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.smoothing import ExponentialMean


def weighted_mean(values, time_constant):
    """Σ r^(k−i) x_i / Σ r^(k−i), written out."""
    result = []
    for k in range(len(values)):
        weights = np.exp(-(k - np.arange(k + 1)) / time_constant)
        result.append((weights * values[: k + 1]).sum() / weights.sum())
    return np.array(result)


def test_extend_gives_the_weighted_mean_of_all_values_so_far():
    values = np.random.default_rng(0).normal(3, 1, 200)
    np.testing.assert_allclose(ExponentialMean(50).extend(values), weighted_mean(values, 50))


def test_extend_of_a_constant_is_that_constant_from_the_first_step():
    np.testing.assert_allclose(ExponentialMean(50).extend(np.full(5, 7.0, np.float32)), 7.0)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_extend_in_pieces_equals_extend_at_once(lengths):
    values = np.random.default_rng(1).normal(size=sum(lengths))
    mean = ExponentialMean(5)
    pieces = [mean.extend(piece) for piece in np.split(values, np.cumsum(lengths)[:-1])]
    np.testing.assert_allclose(
        np.concatenate(pieces), ExponentialMean(5).extend(values), rtol=1e-12, atol=1e-12
    )


def test_extend_with_a_value_that_is_not_finite_skips_only_that_one():
    values = np.array([1.0, np.nan, 3.0, np.inf])
    result = ExponentialMean(10).extend(values)
    gap = np.exp(-2 / 10)
    np.testing.assert_allclose(result, [1.0, np.nan, (gap * 1 + 3) / (gap + 1), np.nan])


def test_extend_starting_with_nan_is_nan_until_the_first_number():
    np.testing.assert_array_equal(ExponentialMean(3).extend(np.array([np.nan, 2.0])), [np.nan, 2])


@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf])
def test_time_constant_not_positive_is_refused(bad):
    with pytest.raises(ValueError, match="time constant must be a positive number"):
        ExponentialMean(bad)
