"""Assignments against all of them, and against SciPy's."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gdviz.analysis.inspection.assignment import best_assignment

WHOLE = st.integers(-9, 9).map(float)
SHAPES = st.integers(1, 6).flatmap(
    lambda m: st.tuples(st.integers(1, m), st.just(m))
)  # fmt: skip


@given(SHAPES.flatmap(lambda shape: arrays(np.float64, shape, elements=WHOLE)))
def test_no_assignment_has_a_larger_sum(scores):
    """Whole numbers, so that there are ties and sums are exact."""
    n, m = scores.shape
    found = best_assignment(scores)
    assert len(set(found.tolist())) == n
    rows = np.arange(n)
    best = max(scores[rows, list(columns)].sum() for columns in permutations(range(m), n))
    assert scores[rows, found].sum() == best


@pytest.mark.parametrize("shape", [(40, 40), (30, 70)])
def test_large_ones_are_as_good_as_scipy(shape):
    from scipy.optimize import linear_sum_assignment

    scores = np.random.default_rng(1).normal(size=shape)
    rows, columns = linear_sum_assignment(scores, maximize=True)
    np.testing.assert_array_equal(best_assignment(scores)[rows], columns)


def test_what_cannot_be_assigned_is_refused():
    with pytest.raises(ValueError, match="3 rows"):
        best_assignment(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="finite"):
        best_assignment(np.array([[np.nan]]))
    assert best_assignment(np.zeros((0, 4))).size == 0
