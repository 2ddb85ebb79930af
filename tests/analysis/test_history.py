"""The history of a run: exact up to its bound, bounded beyond it, and no spike is ever lost."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gdviz.analysis import thinning
from gdviz.analysis.history import LEAST_BOUND, MAXIMUM_ROWS, SMOOTHING_STEPS, CurveHistory
from gdviz.analysis.smoothing import ExponentialMean
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype

N_LAYERS = 2


def records_of(costs, first_step=1):
    """Give records of steps with these costs; the norms follow from them."""
    records = np.zeros(len(costs), record_dtype(N_LAYERS))
    records["step"] = np.arange(first_step, first_step + len(costs))
    records["cost"] = costs
    records["gradient_norm"] = np.abs(costs)[:, None] * [1, 2]
    records["epoch"] = records["step"] / 100
    records["learning_rate"] = 0.5
    return records


def noise(count, seed=0):
    return np.random.default_rng(seed).lognormal(0, 1, count).astype(np.float32)


def filled(costs, most_rows=None, piece=700):
    history = CurveHistory(N_LAYERS, most_rows)
    records = records_of(costs)
    for start in range(0, len(records), piece):
        history.append(records[start : start + piece])
    return history


def smoothed(costs):
    return ExponentialMean(SMOOTHING_STEPS).extend(costs)


def test_history_below_its_bound_is_exact():
    costs = noise(LEAST_BOUND)
    history = filled(costs, LEAST_BOUND)
    assert not history.is_thinned
    assert history.revision == 0
    np.testing.assert_array_equal(history.records, records_of(costs))
    np.testing.assert_allclose(history.smoothed, smoothed(costs), rtol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 30_000), st.integers(200, 3000), st.integers(0, 1000), st.integers(0, 2))
def test_history_beyond_its_bound_keeps_every_spike(count, piece, seed, n_spikes):
    generator = np.random.default_rng(seed)
    costs = noise(count, seed)
    if count:
        costs[generator.integers(0, count, n_spikes)] = [1e6, -1e6][:n_spikes]
    history = filled(costs, LEAST_BOUND, piece)
    assert len(history) <= LEAST_BOUND
    assert len(history._records) <= LEAST_BOUND
    steps = history.steps
    # Rows are steps of the run, in their order, with their own cost and smoothed cost.
    assert np.all(np.diff(steps) > 0)
    np.testing.assert_array_equal(history.costs, costs[steps - 1])
    np.testing.assert_allclose(history.smoothed, smoothed(costs)[steps - 1], rtol=1e-4, atol=1e-2)
    assert set(costs[np.abs(costs) >= 1e6]) <= set(history.costs)
    if count:
        assert (steps[0], steps[-1]) == (1, count)
        newest = steps[-(LEAST_BOUND // 4) :]
        assert newest[-1] - newest[0] == len(newest) - 1
    assert history.is_thinned == (count > LEAST_BOUND)


@pytest.mark.parametrize("count", [3_000, 20_000, 200_000])
def test_history_of_a_long_run_has_rows_everywhere(count):
    """The start of a run is not worn away: its curve can be drawn as long as the run lasts."""
    history = filled(noise(count), LEAST_BOUND)
    edges = np.linspace(0, count, 9)
    rows, _ = np.histogram(history.steps, edges)
    assert rows.min() >= 0.01 * len(history)


def test_merged_rows_keep_the_root_mean_square_of_their_norms():
    costs = noise(5 * LEAST_BOUND)
    history = filled(costs, LEAST_BOUND)
    weights = np.diff(np.concatenate([[0], history.steps]))
    exact = np.sqrt(np.mean(np.square(costs, dtype=float)))
    # Each row stands for about as many steps as lie between it and the one before.
    found = np.sqrt((weights * history.gradient_norms[:, 0].astype(float) ** 2).sum() / len(costs))
    assert found == pytest.approx(exact, rel=0.1)
    np.testing.assert_allclose(
        history.gradient_norms[:, 1], 2 * history.gradient_norms[:, 0], rtol=1e-5
    )


@settings(deadline=None)
@given(
    st.integers(0, 6000),
    st.lists(st.integers(1, 400), min_size=1, max_size=8),
    st.integers(0, 2**32 - 1),
    st.sampled_from((1024, 1100, 4096)),
)
@example(40_000, [7], 1, 4096)
def test_what_is_merged_ahead_is_what_would_be_merged_at_once(count, pieces, seed, most_rows):
    costs = np.random.default_rng(seed).random(count)
    records = records_of(costs)
    ahead, at_once = (CurveHistory(records["gradient_norm"].shape[1], most_rows) for _ in range(2))
    at_once._merge_ahead = lambda _n_rows: None
    first = 0
    for piece in itertools.cycle(pieces):
        if first >= count:
            break
        for history in (ahead, at_once):
            history.append(records[first : first + piece])
        first += piece
    assert ahead.stretches == at_once.stretches
    assert ahead.revision == at_once.revision
    assert ahead.records.tobytes() == at_once.records.tobytes()
    assert ahead.smoothed.tobytes() == at_once.smoothed.tobytes()


def test_merging_begins_before_the_bound_and_little_is_left_for_it(monkeypatch):
    merged = []
    meant = thinning.merged_fours

    def counting(costs, norms):
        merged.append(len(costs))
        return meant(costs, norms)

    monkeypatch.setattr(thinning, "merged_fours", counting)
    records = records_of(np.random.default_rng(0).random(2**16 + 100))
    history = CurveHistory(records["gradient_norm"].shape[1], 2**16)
    for first in range(0, len(records), 50):
        history.append(records[first : first + 50])
    assert history.is_thinned
    assert sum(merged) == 2**16 // 4
    assert max(merged) <= 16 * 50


def test_thinning_raises_the_revision():
    history = filled(noise(LEAST_BOUND), LEAST_BOUND)
    history.append(records_of(noise(1), LEAST_BOUND + 1))
    assert history.revision == 1


def test_a_million_steps_are_exact_and_five_million_take_no_more_memory():
    """Under the window's bound; the arrays are a part of the 512 MB that it may take."""
    history = CurveHistory(3, MAXIMUM_ROWS)
    piece = np.zeros(250_000, record_dtype(3))
    for start in range(0, 5_000_000, len(piece)):
        piece["step"] = np.arange(start + 1, start + len(piece) + 1)
        piece["cost"] = 1.0
        if start == 500_000:
            piece["cost"][1234] = 99.0
        history.append(piece)
        if start == 750_000:
            assert len(history) == 1_000_000
            assert not history.is_thinned
    assert len(history) <= MAXIMUM_ROWS
    assert history._records.nbytes + history._smoothed.nbytes < 50_000_000
    assert history.steps[np.argmax(history.costs)] == 501_235
    assert np.diff(history.steps).max() <= 256


@pytest.mark.parametrize("most_rows", [None, LEAST_BOUND])
@pytest.mark.parametrize("back", [0, 1, 60, 900, 4_999])
def test_rewound_history_goes_on_as_if_it_had_never_been_further(most_rows, back):
    costs, others = noise(5_000), noise(300, 1)
    history = filled(costs, most_rows)
    history.add_evaluation(Evaluation(4_000, 0.0, 1.0, 1, 2, 1.0, 1, 2))
    before = history.revision
    history.rewind(back)
    assert history.revision > before
    assert len(history.evaluations) == (back >= 4_000)
    assert not len(history) or history.steps[-1] <= back
    history.append(records_of(others, back + 1))
    newest = smoothed(np.concatenate([costs[:back], others]))[back:]
    if most_rows is None or back in {0, 4_999}:
        np.testing.assert_allclose(history.smoothed[-300:], newest, rtol=1e-5)
    else:
        # Of the steps before only extremes may be left: their last smoothed cost is what counts.
        np.testing.assert_allclose(history.smoothed[-100:], newest[-100:], rtol=0.05)
    np.testing.assert_array_equal(history.costs[-300:], others)


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_smoothing_begins_afresh_where_the_cost_function_changed(when):
    costs = noise(500)
    records = records_of(costs)
    history = CurveHistory(N_LAYERS)
    if when == "before":
        history.restart_smoothing(200)
    history.append(records[:150])
    if when == "between":
        history.restart_smoothing(200)
    history.append(records[150:])
    if when == "after":
        assert history.revision == 0
        history.restart_smoothing(200)
        assert history.revision == 1
    expected = np.concatenate([smoothed(costs[:200]), smoothed(costs[200:])])
    np.testing.assert_allclose(history.smoothed, expected, rtol=1e-6)
    assert history.smoothed[200] == pytest.approx(costs[200])
    revision = history.revision
    history.restart_smoothing(200)
    assert history.revision == revision
    np.testing.assert_allclose(history.smoothed, expected, rtol=1e-6)


@given(st.lists(st.integers(0, 320), max_size=5), st.integers(1, 90), st.integers(0, 300))
def test_restarts_do_not_depend_on_when_they_are_asked_for(restarts, piece, asked_at):
    costs = noise(300)
    history = CurveHistory(N_LAYERS)
    records = records_of(costs)
    for start in range(0, 300, piece):
        if start >= asked_at:
            for step in restarts:
                history.restart_smoothing(step)
        history.append(records[start : start + piece])
    for step in restarts:
        history.restart_smoothing(step)
    parts = np.split(costs, sorted({step for step in restarts if 0 < step < 300}))
    expected = np.concatenate([smoothed(part) for part in parts])
    np.testing.assert_allclose(history.smoothed, expected, rtol=1e-5)


def test_restart_that_lies_ahead_is_forgotten_when_the_run_goes_back():
    costs = noise(100)
    history = filled(costs)
    history.restart_smoothing(80)
    history.rewind(50)
    history.append(records_of(costs[50:], 51))
    np.testing.assert_allclose(history.smoothed, smoothed(costs), rtol=1e-5)


def test_restart_stays_in_force_when_the_run_goes_back_to_after_it():
    costs = noise(100)
    history = filled(costs)
    history.restart_smoothing(40)
    history.rewind(60)
    history.append(records_of(costs[60:], 61))
    expected = np.concatenate([smoothed(costs[:40]), smoothed(costs[40:])])
    np.testing.assert_allclose(history.smoothed, expected, rtol=1e-5)


@pytest.mark.parametrize("back", [None, 60])
def test_restart_that_is_taken_back_at_its_step_leaves_no_trace(back):
    costs = noise(100)
    history = filled(costs if back else costs[:60])
    history.restart_smoothing(30)
    history.restart_smoothing(60)
    if back is not None:
        history.rewind(back)
    history.forget_restarts({30})
    history.append(records_of(costs[60:], 61))
    expected = np.concatenate([smoothed(costs[:30]), smoothed(costs[30:])])
    np.testing.assert_allclose(history.smoothed, expected, rtol=1e-5)


def test_views_of_a_history_cannot_be_written():
    history = filled(noise(10))
    for view in (history.records, history.smoothed):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = view[1]


def test_bound_that_is_too_low_is_refused():
    with pytest.raises(ValueError, match="at least 1024"):
        CurveHistory(N_LAYERS, 10)


def test_smoothed_cost_at_a_step_is_that_of_the_newest_row_before_it():
    history = CurveHistory(N_LAYERS)
    assert history.smoothed_at(5) is None
    history.append(records_of([4.0, 2.0, 1.0], first_step=11))
    assert history.smoothed_at(10) is None
    for step, row in ((11, 0), (12, 1), (13, 2), (99, 2)):
        assert history.smoothed_at(step) == float(history.smoothed[row])
    history.append(records_of([np.nan], first_step=14))
    assert history.smoothed_at(14) is None
