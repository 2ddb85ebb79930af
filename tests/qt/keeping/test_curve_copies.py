"""Copies that grow with a history are what a whole copy would be, and never change afterwards."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.history import LEAST_BOUND, CurveHistory
from gdviz.analysis.history_arrays import history_arrays
from gdviz.qt.keeping import curve_copies
from gdviz.qt.keeping.curve_copies import PART_ROWS, CurveCopies
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 3000)),
        st.tuples(st.just("rewind"), st.floats(0, 1)),
        st.tuples(st.just("restart"), st.floats(0, 1)),
        st.tuples(st.just("thin"), st.integers(LEAST_BOUND, 4000)),
        st.tuples(st.just("evaluate"), st.just(0)),
        st.tuples(st.just("follow"), st.integers(1, 3)),
        st.tuples(st.just("another"), st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


def as_bytes(arrays) -> tuple:
    """Give all of a history's arrays as values that can be compared."""
    return (
        arrays.records.tobytes(), arrays.smoothed.tobytes(), arrays.evaluations, arrays.restarts,
        arrays.stretches, arrays.smoothing_sums, arrays.most_rows,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS, seed=st.integers(0, 1000))
def test_copies_are_whole_and_stay_as_they_were(actions, seed):
    generator = np.random.default_rng(seed)
    history, step, copies, given_out = CurveHistory(2, 8192), 0, CurveCopies(), []
    for action, amount in actions:
        match action:
            case "append":
                records = np.zeros(amount, record_dtype(2))
                records["step"] = np.arange(step + 1, step + amount + 1)
                records["cost"] = generator.random(amount)
                history.append(records)
                step += amount
            case "rewind":
                step = int(amount * step)
                history.rewind(step)
            case "restart":
                history.restart_smoothing(int(amount * step))
            case "thin":
                history.thin_to(amount)
            case "evaluate":
                history.add_evaluation(Evaluation(step, 0.0, 0.5, 1, 2, 0.5, 1, 2))
            case "another":
                history = history.copy()
            case "follow":
                for _ in range(amount):
                    copies.follow(1, history)
                continue
        make = copies.arrays(1, history)
        whole = as_bytes(history_arrays(history))
        assert as_bytes(make()) == whole
        given_out.append((make, whole))
    for make, whole in given_out:
        assert as_bytes(make()) == whole


def test_a_save_finds_what_was_copied_frame_by_frame(monkeypatch):
    copied = []
    meant = curve_copies.copy_rows

    def counting(target, source, start, stop):
        copied.append(stop - start)
        meant(target, source, start, stop)

    monkeypatch.setattr(curve_copies, "copy_rows", counting)
    n_rows = 3 * PART_ROWS + 7
    history, copies = CurveHistory(1, 2**20), CurveCopies()
    records = np.zeros(n_rows, record_dtype(1))
    records["step"] = np.arange(1, n_rows + 1)
    history.append(records)
    for _ in range(4):
        copies.follow(1, history)
    assert max(copied) == PART_ROWS
    assert sum(copied) == 2 * n_rows
    copied.clear()
    assert as_bytes(copies.arrays(1, history)()) == as_bytes(history_arrays(history))
    assert sum(copied) == 0


def test_only_what_is_new_is_copied():
    history, copies = CurveHistory(1, 2**16), CurveCopies()
    records = np.zeros(5000, record_dtype(1))
    records["step"] = np.arange(1, 5001)
    history.append(records[:4000])
    before = copies.arrays(1, history)().records
    history.append(records[4000:])
    after = copies.arrays(1, history)().records
    assert np.shares_memory(before, after)
    copies.forget_others([2])
    assert not np.shares_memory(after, copies.arrays(1, history)().records)
