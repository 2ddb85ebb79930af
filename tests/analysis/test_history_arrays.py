"""A history comes back from its arrays, and goes on as if nothing had been."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.history import LEAST_BOUND, CurveHistory
from gdviz.analysis.history_arrays import HistoryArrays, history_arrays, history_of
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype

N_LAYERS = 3


def records_of(costs, first_step=1):
    records = np.zeros(len(costs), record_dtype(N_LAYERS))
    records["step"] = np.arange(first_step, first_step + len(costs))
    records["cost"] = costs
    records["gradient_norm"] = np.abs(costs)[:, None] * [1, 2, 3]
    records["epoch"] = records["step"] / 100
    records["learning_rate"] = 0.5
    return records


def grown(count, most_rows, seed, restarts=(), evaluations=()):
    history = CurveHistory(N_LAYERS, most_rows)
    costs = np.random.default_rng(seed).lognormal(0, 1, count).astype(np.float32)
    costs[::97] = np.nan
    history.append(records_of(costs))
    for step in restarts:
        history.restart_smoothing(step)
    for step in evaluations:
        history.add_evaluation(Evaluation(step, step / 7, 0.1, 9, 10, 0.2, 8, 10))
    return history


def assert_same(one, other):
    for name in ("records", "smoothed"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    for name in ("evaluations", "restarts", "stretches", "smoothing_sums", "most_rows"):
        assert getattr(one, name) == getattr(other, name)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(0, 9000),
    more=st.integers(0, 3000),
    most_rows=st.sampled_from([None, LEAST_BOUND, 4000]),
    steps=st.lists(st.integers(0, 9000), max_size=4),
    seed=st.integers(0, 99),
)
def test_history_of_its_arrays_goes_on_to_the_bit(count, more, most_rows, steps, seed):
    """Thinned ones too: what comes later is merged and smoothed as it would have been."""
    history = grown(count, most_rows, seed, steps, steps)
    again = history_of(history_arrays(history))
    assert again.is_thinned == history.is_thinned
    assert_same(history_arrays(again), history_arrays(history))
    history_arrays(again).check()
    costs = np.random.default_rng(seed + 1).lognormal(0, 1, more).astype(np.float32)
    for one in (history, again):
        one.append(records_of(costs, count + 1))
        one.restart_smoothing(count + more // 2)
    assert_same(history_arrays(again), history_arrays(history))


def test_history_arrays_are_a_copy():
    history = grown(2000, LEAST_BOUND, 1)
    arrays = history_arrays(history)
    before = arrays.records.tobytes()
    again = history_of(arrays)
    again.append(records_of(np.ones(500, np.float32), 2001))
    history.append(records_of(np.zeros(900, np.float32), 2001))
    assert arrays.records.tobytes() == before
    with pytest.raises(ValueError, match="read-only"):
        arrays.smoothed[0] = 1


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"smoothed": np.zeros(3, np.float32)}, "2,000 records, and 3 smoothed costs"),
        ({"records": records_of(np.ones(2000))[::-1]}, "steps of a history do not rise"),
        ({"records": np.zeros(2000)}, "are of type float64"),
        ({"evaluations": (Evaluation(5, 0, 0, 0, 1, 0, 0, 1),) * 2}, "evaluations do not rise"),
        ({"restarts": (7, 3)}, "begins afresh do not rise"),
        ({"stretches": ((2000, 1),)}, "2,000 merged rows do not fit"),
        ({"stretches": ((40, 0),)}, "40 merged rows do not fit"),
        ({"most_rows": 1500}, "2,000 rows do not fit a history of 1,500"),
        ({"most_rows": 5}, "do not fit"),
    ],
)
def test_history_arrays_that_do_not_fit_are_refused(changes, match):
    arrays = dataclasses.replace(history_arrays(grown(2000, None, 0)), **changes)
    with pytest.raises(ValueError, match=match):
        arrays.check()


def test_history_arrays_of_an_empty_history():
    arrays = history_arrays(CurveHistory(N_LAYERS))
    assert isinstance(arrays, HistoryArrays)
    assert len(history_of(arrays)) == 0
