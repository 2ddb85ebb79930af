"""Thinned-out curves: no spike is lost, however the curve arrived."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.decimation import MinMaxPyramid, decimate


def filled(values, pieces=1):
    pyramid = MinMaxPyramid()
    for piece in np.array_split(values, pieces):
        pyramid.append(piece)
    return pyramid


@settings(max_examples=60)
@given(
    st.integers(1, 5000),
    st.integers(1, 9),
    st.integers(1, 60),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.integers(0, 10**6),
)
def test_view_covers_every_value_of_the_range(n, pieces, n_buckets, ends, seed):
    """For each value left out, one at least as extreme is shown within two buckets."""
    values = np.random.default_rng(seed).standard_cauchy(n)
    start, stop = sorted(round(end * n) for end in ends)
    positions, shown = filled(values, pieces).view(start, stop, n_buckets)
    if start == stop:
        assert len(positions) == 0
        return
    np.testing.assert_array_equal(shown, values[positions])
    assert np.all(np.diff(positions) > 0)
    assert (positions[0], positions[-1]) == (start, stop - 1)
    assert len(positions) <= 2 * n_buckets + 2
    reach = 2 * (stop - start) / n_buckets
    for i in range(start, stop, max(1, (stop - start) // 50)):
        near = np.abs(positions - i) < reach
        assert shown[near].max() >= values[i] or len(positions) == stop - start
        assert shown[near].min() <= values[i] or len(positions) == stop - start
    assert shown.max() == values[start:stop].max()
    assert shown.min() == values[start:stop].min()


def test_view_of_a_long_curve_keeps_single_spikes():
    values = np.zeros(300_000, np.float32)
    values[[17, 150_001, 299_998]] = [5, -7, 9]
    positions, shown = filled(values, 40).view(0, 300_000, 500)
    assert {17, 150_001, 299_998} <= set(positions.tolist())
    assert len(positions) <= 1002
    assert sorted(shown[shown != 0].tolist()) == [-7, 5, 9]


def test_view_outside_the_sequence_is_cut_to_it():
    pyramid = filled(np.arange(10.0))
    assert len(pyramid) == 10
    np.testing.assert_array_equal(pyramid.view(-5, 99, 100)[0], np.arange(10))
    assert len(pyramid.view(50, 60, 5)[0]) == 0
    assert len(MinMaxPyramid().view(0, 1, 5)[0]) == 0


def test_nan_hides_no_extreme():
    values = np.sin(np.arange(10_000.0))
    values[::3] = np.nan
    values[5000], values[5001] = np.nan, 3
    _, shown = filled(values).view(0, 10_000, 20)
    assert np.nanmax(shown) == 3
    assert len(filled(np.full(5000, np.nan)).view(0, 5000, 10)[0]) == 2


@given(st.integers(0, 300), st.integers(1, 40), st.integers(0, 10**6))
def test_decimate_gives_the_extremes_of_each_bucket_and_both_ends(n, n_buckets, seed):
    y = np.random.default_rng(seed).normal(size=n)
    x = np.arange(n) * 0.5
    short_x, short_y = decimate(x, y, n_buckets)
    assert len(short_x) <= max(2 * n_buckets + 2, 0)
    where = (short_x * 2).astype(int)
    np.testing.assert_array_equal(y[where], short_y)
    if n == 0:
        return
    assert (where[0], where[-1]) == (0, n - 1)
    bucket = np.arange(n) * n_buckets // n
    for k in np.unique(bucket):
        assert y[bucket == k].max() in short_y
        assert y[bucket == k].min() in short_y


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one length"):
        decimate(np.zeros(3), np.zeros(4), 5)
    with pytest.raises(ValueError, match="at least one bucket"):
        filled(np.zeros(30)).view(0, 30, 0)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 300_000),
    st.floats(0, 1),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.integers(50, 1500),
    st.sampled_from([5.0, -5.0]),
)
def test_spike_of_one_step_is_seen_at_any_zoom(n, at, ends, n_buckets, height):
    """Whatever part of the curve is in sight, if the spike is in it, it is drawn."""
    values = np.zeros(n, np.float32)
    where = min(int(at * n), n - 1)
    values[where] = height
    start, stop = sorted(round(end * n) for end in ends)
    positions, shown = filled(values, 3).view(start, stop, n_buckets)
    assert len(positions) <= 2 * n_buckets + 2
    assert (where in positions) == (start <= where < stop) or len(positions) == stop - start
    assert (height in shown) == (start <= where < stop)
