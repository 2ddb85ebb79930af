"""What one layer's numbers are like, against the plain formulas."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gdviz.analysis.layer_summary import counted, layer_summary, written

_MATRICES = arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    elements=st.floats(-1000, 1000, width=32),
)


@given(weights=_MATRICES)
def test_layer_summary_is_that_of_the_plain_formulas(weights):
    biases = weights[:, 0]
    summary = layer_summary(weights, biases)
    exact = weights.astype(float)
    assert summary.shape == weights.shape
    assert summary.mean == pytest.approx(exact.mean(), abs=1e-9)
    assert summary.deviation == pytest.approx(exact.std(), abs=1e-6)
    assert summary.norm == pytest.approx(np.linalg.norm(exact), rel=1e-6, abs=1e-6)
    assert (summary.smallest, summary.largest) == (exact.min(), exact.max())
    assert (summary.bias_smallest, summary.bias_largest) == (biases.min(), biases.max())
    assert (summary.n_not_finite, summary.n_never_lit) == (0, None)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_layer_summary_counts_what_is_not_finite(value):
    weights = np.ones((2, 3), np.float32)
    weights[1, 1] = value
    summary = layer_summary(weights, np.array([1.0, value]))
    assert summary.n_not_finite == 2
    assert not math.isfinite(summary.norm)
    assert not math.isfinite(summary.bias_mean)
    assert summary.sentence(2) == "layer 2: 6 weights; 2 biases; 2 of them NaN or infinite"


def test_layer_summary_sentence_is_whole():
    weights = np.array([[0.5, -1.5, 0.0]])
    never_lit = np.array([False, True, True])
    assert layer_summary(weights, np.array([-2.0]), never_lit).sentence(1) == (
        "layer 1: 3 weights, mean −0.3333, standard deviation 0.8498, from −1.5 to 0.5, "
        "2 on pixels never lit; 1 bias from −2 to −2"
    )


def test_written_and_counted():
    assert written(-12345.678) == "−1.235e+04"
    assert (counted(1, "bias", "biases"), counted(1200, "weight")) == ("1 bias", "1,200 weights")
