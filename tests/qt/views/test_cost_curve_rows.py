"""Mini-batches as they are drawn: taken in parts, and then as if taken at once."""

import numpy as np
import pytest

from gdviz.analysis.history import CurveHistory
from gdviz.qt.views.cost_curves import rows
from gdviz.qt.views.cost_curves.rows import BatchRows
from gdviz.training.records import record_dtype


def history_of(costs):
    records = np.zeros(len(costs), record_dtype(1))
    records["step"] = np.arange(1, len(costs) + 1)
    records["cost"] = costs
    history = CurveHistory(1)
    history.append(records)
    return history


@pytest.fixture
def costs():
    return np.random.default_rng(0).lognormal(0, 1, 1000).astype(np.float32)


def test_no_more_rows_than_a_part_are_taken_at_once(costs, monkeypatch):
    monkeypatch.setattr(rows, "PART_ROWS", 400)
    history, taken = history_of(costs), BatchRows()
    assert [taken.take(history) for _ in range(4)] == [False, False, True, True]
    in_parts = taken.points(history, (0, 1001), 50, logarithmic=False)
    at_once = BatchRows()
    monkeypatch.setattr(rows, "PART_ROWS", 2000)
    assert at_once.take(history)
    expected = at_once.points(history, (0, 1001), 50, logarithmic=False)
    np.testing.assert_array_equal(in_parts.raw, expected.raw)
    assert in_parts.raw[1].max() == costs.max()
    assert in_parts.raw[1].min() == costs.min()


def test_heights_are_logarithms_and_costs_are_not(costs):
    history, taken = history_of(costs), BatchRows()
    assert taken.take(history)
    points = taken.points(history, (100, 200), 500, logarithmic=True)
    np.testing.assert_allclose(points.raw[1], np.log10(points.costs))
    assert set(points.costs) <= set(costs.astype(float))


def test_what_was_forgotten_is_taken_anew(costs):
    taken = BatchRows()
    assert taken.take(history_of(costs))
    taken.forget()
    other = history_of(costs[:10] + 1)
    assert taken.take(other)
    points = taken.points(other, (0, 11), 50, logarithmic=False)
    np.testing.assert_array_equal(points.costs, (costs[:10] + 1).astype(float))


def test_of_no_history_nothing_is_drawn():
    points = BatchRows().points(None, (0, 20), 50, logarithmic=False)
    assert [len(x) for x in (*points.raw, *points.smoothed, points.costs)] == [0] * 5
