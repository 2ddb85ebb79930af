"""Columns of root mean squares: as if all rows had been gone over."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.column_means import ColumnMeans


def brute(table, stride):
    pieces = [table[k : k + stride].astype(float) for k in range(0, len(table), stride)]
    return np.array([np.sqrt((piece**2).mean(axis=0)) for piece in pieces])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 5), st.integers(1, 60), st.integers(0, 99))
def test_roots_are_those_of_all_rows_however_the_table_grew(n, pieces, n_columns, seed):
    table = np.random.default_rng(seed).normal(size=(n, 2)).astype(np.float32)
    means = ColumnMeans()
    for stop in np.linspace(0, n, pieces + 1).astype(int):
        stride, roots = means.roots(table[:stop], n_columns)
        assert stride & (stride - 1) == 0
        assert len(roots) <= n_columns
        if stop:
            np.testing.assert_allclose(roots, brute(table[:stop], stride), rtol=1e-6)


def test_another_table_after_clearing():
    means = ColumnMeans()
    means.roots(np.ones((5_000, 3)), 4)
    means.clear()
    stride, roots = means.roots(np.full((5_000, 2), 2.0), 4)
    assert stride == 2048
    assert roots == pytest.approx(2 * np.ones((3, 2)))


def test_value_that_is_not_a_number_is_a_gap_in_its_column_alone():
    table = np.ones((4_096, 1))
    table[700] = np.nan
    _, roots = ColumnMeans().roots(table, 4)
    assert np.isnan(roots[:, 0]).tolist() == [True, False, False, False]
