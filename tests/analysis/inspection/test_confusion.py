"""Counts of (label, said) against counting one image after the other."""

import dataclasses

import numpy as np
import pytest

from gdviz.analysis.inspection.confusion import Confusion, confusion_of


def test_counts_equal_counting_by_hand(drawn):
    outcomes = drawn(997, n_outputs=7)
    counts = np.zeros((7, 7), int)
    for label, outputs in zip(outcomes.labels, outcomes.outputs, strict=True):
        counts[label, outputs.argmax()] += 1
    found = confusion_of(outcomes)
    np.testing.assert_array_equal(found.counts, counts)
    assert found.n_classes == 7
    assert found.total == 997
    assert found.n_right == sum(counts[k, k] for k in range(7)) == outcomes.n_right
    np.testing.assert_array_equal(found.row_totals, np.bincount(outcomes.labels, minlength=7))
    np.testing.assert_array_equal(found.column_totals, np.bincount(outcomes.said, minlength=7))


def test_rows_of_shares_add_up_to_one(drawn):
    shares = confusion_of(drawn()).shares
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_more_outputs_than_classes_leave_empty_rows_without_a_share(made):
    found = confusion_of(made([[1, 0, 3, 0], [0, 2, 1, 0]], [0, 1]))
    assert found.counts.tolist() == [[0, 0, 1, 0], [0, 1, 0, 0], [0] * 4, [0] * 4]
    assert np.isnan(found.shares[2:]).all()
    assert found.largest(found.shares, with_diagonal=False) == 1.0
    assert found.worst() == (0, 2)


def test_the_diagonal_is_left_out_of_the_largest():
    found = Confusion(np.array([[90, 4], [7, 80]]))
    assert found.largest(found.counts, with_diagonal=True) == 90
    assert found.largest(found.counts, with_diagonal=False) == 7
    assert found.worst() == (1, 0)
    assert found.counts[0, 0] == 90, "the counts themselves are not masked"


def test_no_mistake_has_a_largest_of_zero():
    assert Confusion(np.diag([3, 4])).largest(np.diag([3, 4]), with_diagonal=False) == 0


def test_a_label_without_an_output_is_refused(made):
    outcomes = dataclasses.replace(made([[1, 0]], [0]), labels=np.array([2], np.uint8))
    with pytest.raises(ValueError, match="label 2 has no output among 2"):
        confusion_of(outcomes)
