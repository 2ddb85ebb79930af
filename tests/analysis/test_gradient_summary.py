"""A gradient in numbers, against slow definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.gradient_summary import carried, largest_components, log_histogram
from gdviz.nn.parameters import Architecture, Parameters

LAYOUT = Architecture((5, 4, 3)).layout


def gradient_of(seed):
    return Parameters(np.random.default_rng(seed).normal(size=LAYOUT.size), LAYOUT)


@given(st.integers(0, 10**6), st.integers(0, 60))
def test_largest_components_are_the_first_of_a_full_sort(seed, count):
    gradient, parameters = gradient_of(seed), gradient_of(seed + 1)
    rows = largest_components(gradient, parameters, count)
    expected = np.argsort(-np.abs(gradient.vector), kind="stable")[:count]
    assert [row.index for row in rows] == expected.tolist()
    for row in rows:
        assert row.title == LAYOUT.component_title(row.index)
        assert row.value == parameters.vector[row.index]
        assert row.gradient == gradient.vector[row.index]


def test_largest_components_of_equal_ones_are_the_first_and_nan_comes_before_all():
    gradient = Parameters(np.zeros(LAYOUT.size), LAYOUT)
    assert [row.index for row in largest_components(gradient, gradient, 3)] == [0, 1, 2]
    gradient.vector[7] = np.nan
    assert largest_components(gradient, gradient, 1)[0].index == 7


def test_largest_components_of_another_network_are_refused():
    other = Parameters(np.zeros(10), Architecture((4, 2)).layout)
    with pytest.raises(ValueError, match="does not belong"):
        largest_components(gradient_of(0), other, 3)
    with pytest.raises(ValueError, match="not be negative"):
        largest_components(gradient_of(0), gradient_of(0), -1)


def test_carried_counts_weights_only():
    gradient = Parameters(np.zeros(LAYOUT.size), LAYOUT)
    gradient.weights[0][1, 2], gradient.weights[1][0, 0], gradient.weights[1][2, 3] = 3, -2, 1
    gradient.biases[0][:] = 100
    # Squares 9, 4, 1 of 14: 9 is 64 %, 13 is 93 %.
    assert carried(gradient, (0, 0.5, 0.9, 0.95, 1)) == (0, 1, 2, 3, 3)


@given(st.integers(0, 10**6), st.floats(0.01, 1))
def test_carried_is_the_least_number(seed, share):
    gradient = gradient_of(seed)
    (count,) = carried(gradient, (share,))
    squares = np.sort(np.concatenate([w.ravel() for w in gradient.weights]) ** 2)[::-1]
    assert squares[:count].sum() >= share * squares.sum() * (1 - 1e-12)
    assert squares[: count - 1].sum() < share * squares.sum() * (1 + 1e-12)


def test_carried_of_no_gradient_is_0_and_of_a_bad_share_an_error():
    assert carried(Parameters(np.zeros(LAYOUT.size), LAYOUT)) == (0, 0)
    with pytest.raises(ValueError, match="0 to 1"):
        carried(gradient_of(0), (50,))


@given(st.lists(st.floats(-1e6, 1e6), max_size=50), st.integers(1, 10))
def test_log_histogram_counts_every_value_in_its_bin(values, bins_per_decade):
    values = np.array([*values, np.nan, 0.0])
    histogram = log_histogram(values, bins_per_decade)
    assert histogram.counts.sum() + histogram.zeros == np.isfinite(values).sum()
    assert histogram.zeros == (values == 0).sum()
    assert len(histogram.edges) == len(histogram.counts) + 1
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if sizes.size:
        assert histogram.edges[0] <= sizes.min() * (1 + 1e-9)
        assert histogram.edges[-1] >= sizes.max() * (1 - 1e-9)
        middle = len(histogram.counts) // 2
        below = (sizes < histogram.edges[middle]).sum()
        on_edge = np.isclose(sizes, histogram.edges[middle], rtol=1e-9).sum()
        assert abs(histogram.counts[:middle].sum() - below) <= on_edge
