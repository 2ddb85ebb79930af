"""When a goal is reached: against the rules written out step by step, however it is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.goal_tracker import RECENT_STEPS, GoalTracker
from gdviz.analysis.history import SMOOTHING_STEPS, CurveHistory
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import Goal
from gdviz.training.records import record_dtype

PER_EPOCH = 20


def records_of(costs, first_step=1, per_epoch=PER_EPOCH):
    """Records of consecutive steps with these costs."""
    rows = np.zeros(len(costs), record_dtype(2))
    rows["step"] = np.arange(first_step, first_step + len(costs))
    rows["epoch"] = rows["step"] / per_epoch
    rows["cost"] = costs
    return rows


def tracker_of(goal, step=0, costs=None, per_epoch=PER_EPOCH):
    return GoalTracker(goal, step, step / per_epoch, per_epoch, costs)


def scored(step, correct, total=1000):
    return Evaluation(step, step / PER_EPOCH, 0.1, correct, total, 0.1, correct, total)


def reached_by_the_book(goal, rows, per_epoch=PER_EPOCH):
    """The first condition met and its step, by looking at every step in turn."""
    costs = rows["cost"].astype(float)
    level = since = None
    for k, row in enumerate(rows):
        weights = np.exp(-(k - np.arange(k + 1)) / SMOOTHING_STEPS)
        smoothed = np.float32((weights * costs[: k + 1]).sum() / weights.sum())
        counts = k + 1 >= min(SMOOTHING_STEPS, per_epoch)
        if goal.epochs is not None and row["epoch"] >= goal.epochs:
            return "epochs", int(row["step"])
        if not counts:
            continue
        if goal.cost is not None and smoothed <= np.float32(goal.cost):
            return "cost", int(row["step"])
        if goal.plateau_epochs is not None:
            if level is None or smoothed <= np.float32(0.99 * float(level)):
                level, since = smoothed, row["epoch"]
            elif row["epoch"] >= since + goal.plateau_epochs:
                return "plateau", int(row["step"])
    return None


goals = st.builds(
    Goal,
    epochs=st.none() | st.sampled_from([0.5, 2.0, 9.5]),
    cost=st.none() | st.sampled_from([0.2, 0.8, 1.5]),
    plateau_epochs=st.sampled_from([0.3, 1.0, 4.0]),
)


@given(
    goals,
    st.integers(0, 2**32 - 1),
    st.integers(1, 250),
    st.sampled_from([0.0, 0.3, 3.0]),
    st.sampled_from([3, 20, 200]),
    st.lists(st.integers(0, 250), max_size=6),
)
def test_goal_is_reached_where_the_rules_say_however_it_is_cut(
    goal, seed, count, fall, per_epoch, cuts
):
    generator = np.random.default_rng(seed)
    costs = np.exp(-fall * np.arange(count) / 100) * generator.uniform(0.5, 2, count)
    rows = records_of(costs.astype(np.float32), per_epoch=per_epoch)
    tracker = tracker_of(goal, per_epoch=per_epoch)
    for piece in np.split(rows, sorted(cut for cut in cuts if cut <= count)):
        tracker.see(piece)
    found = tracker.reached
    expected = reached_by_the_book(goal, rows, per_epoch)
    assert (found and (found.condition, found.step)) == expected


def test_smoothed_cost_is_that_of_the_curves():
    costs = np.random.default_rng(1).uniform(0.1, 1, 300).astype(np.float32)
    history = CurveHistory(2)
    history.append(records_of(costs))
    lowest = int(np.argmin(history.smoothed[PER_EPOCH - 1 :])) + PER_EPOCH
    tracker = tracker_of(Goal(cost=float(history.smoothed[lowest - 1])))
    tracker.see(records_of(costs))
    assert tracker.reached.step == lowest


def test_costs_before_the_goal_are_part_of_the_smoothed_cost():
    """A run whose curve stands at 1 does not end at once because one mini-batch was easy."""
    before = np.full(RECENT_STEPS, 1.0, np.float32)
    tracker = tracker_of(Goal(cost=0.5), 100, before)
    tracker.see(records_of(np.zeros(200, np.float32), 101))
    # r^k <= 0.5 for the first time at k = 50 ln 2 = 34.66.
    assert tracker.reached.step == 135


def test_few_mini_batches_do_not_reach_a_cost_but_a_full_batch_does():
    tracker = tracker_of(Goal(cost=0.5), per_epoch=1000)
    tracker.see(records_of(np.full(SMOOTHING_STEPS - 1, 0.1, np.float32)))
    assert tracker.reached is None
    tracker.see(records_of([0.1], SMOOTHING_STEPS))
    assert tracker.reached.step == SMOOTHING_STEPS
    full = tracker_of(Goal(cost=0.5), per_epoch=1)
    full.see(records_of([0.4], per_epoch=1))
    assert full.reached.step == 1


def test_goal_that_is_met_already_is_reached_without_a_step():
    costs = np.full(60, 0.25, np.float32)
    cost = tracker_of(Goal(cost=0.25), 60, costs).reached
    assert (cost.condition, cost.step) == ("cost", 60)
    assert cost.sentence == "The smoothed cost is 0.25 already at step 60; the goal was cost 0.25."
    epochs = tracker_of(Goal(epochs=3), 60).reached
    assert epochs.sentence == "The run is at epoch 3 already at step 60; the goal was epoch 3."


@pytest.mark.parametrize(("correct", "reached"), [(949, False), (950, True), (1000, True)])
def test_accuracy_is_reached_at_exactly_its_share(correct, reached):
    tracker = tracker_of(Goal(accuracy=0.95))
    tracker.see_evaluation(scored(1234, correct))
    assert (tracker.reached is not None) == reached


def test_accuracy_is_told_with_its_interval_and_step():
    tracker = tracker_of(Goal(accuracy=0.95))
    tracker.see_evaluation(scored(12345, 9510, 10_000))
    assert tracker.reached.sentence == (
        "Reached test accuracy 95.1 % [94.7, 95.5] at step 12,345; the goal was 95 % test accuracy."
    )


def test_accuracy_from_before_the_goal_does_not_count():
    tracker = tracker_of(Goal(accuracy=0.9), 100)
    tracker.see_evaluation(scored(99, 1000))
    assert tracker.reached is None
    tracker.see_evaluation(scored(100, 1000))
    assert tracker.reached.step == 100


def test_time_is_reached_at_its_minutes():
    tracker = tracker_of(Goal(minutes=0.5))
    tracker.see_time(29.9, 10)
    assert tracker.reached is None
    tracker.see_time(30.0, 11)
    assert (tracker.reached.condition, tracker.reached.step) == ("minutes", 11)


def test_first_condition_stays_whatever_is_reached_later():
    tracker = tracker_of(Goal(accuracy=0.5, minutes=1))
    tracker.see_time(60, 5)
    first = tracker.reached
    tracker.see_evaluation(scored(6, 1000))
    assert tracker.reached is first


def test_plateau_is_told_with_the_level_it_did_not_leave():
    tracker = tracker_of(Goal(plateau_epochs=2))
    tracker.see(records_of(np.full(100, 0.5, np.float32)))
    # The first smoothed cost that counts is that of step 20; two epochs are 40 steps.
    assert tracker.reached.step == 60
    assert tracker.reached.sentence == (
        "The smoothed cost has not fallen by 1 % since step 20 (epoch 1): it was 0.5 there and "
        "is 0.5 at step 60; the goal was no fall for 2 epochs."
    )
