"""Running until a goal: the exact step, what is said, and what the goal outlives."""

import numpy as np
import pytest

from gdviz.analysis.goal_tracker import GoalTracker
from gdviz.runtime import pursuit
from gdviz.runtime.commands import (
    Pause,
    Restart,
    Run,
    RunUntil,
    SetDetail,
    SetSpeed,
    Step,
    StepBack,
)
from gdviz.runtime.pursuit import Pursuit
from gdviz.training.evaluation import evaluate
from gdviz.training.goal import Goal
from gdviz.training.trainer import Trainer

LONG = {"epochs": 100_000}


def tracked(goal, records, steps_per_epoch=19):
    """The step at which a straight run's records reach a goal."""
    tracker = GoalTracker(goal, 0, 0.0, steps_per_epoch)
    tracker.see(records)
    return tracker.reached


@pytest.mark.parametrize(
    "goal", [Goal(epochs=2.5), Goal(cost=0.1), Goal(plateau_epochs=2), Goal(cost=0.1, epochs=1)]
)
def test_run_ends_at_exactly_the_step_that_reaches_the_goal(
    drive, straight, small_config, state_bytes, goal
):
    driver = drive(small_config.replace(optimizer="momentum", learning_rate=0.05, **LONG))
    paused = driver.rest(RunUntil(goal))
    _, records = straight(paused.step + 200, paused.config)
    reached = tracked(goal, records)
    assert (paused.state, paused.step, paused.message) == ("paused", reached.step, reached.sentence)
    assert paused.goal is None
    assert state_bytes(paused.training_state) == state_bytes(
        straight(paused.step, paused.config)[0].state()
    )
    assert driver.records.tobytes() == records[: paused.step].tobytes()


def test_goal_takes_the_place_of_the_configured_epochs(drive):
    """The run is configured for three epochs."""
    snapshot = drive().rest(RunUntil(Goal(epochs=5)))
    assert (snapshot.state, snapshot.epoch) == ("paused", 5.0)


def test_accuracy_ends_the_run_with_the_network_that_was_scored(drive, blobs, small_config):
    driver = drive(small_config.replace(**LONG))
    paused = driver.rest(RunUntil(Goal(accuracy=0.9)))
    scored = evaluate(
        paused.config.architecture, paused.parameters, blobs, paused.config.cost, paused.step
    )
    assert scored.test_accuracy >= 0.9
    assert paused.message.startswith(f"Reached test accuracy {100 * scored.test_accuracy:.4g} %")
    assert f"at step {paused.step:,}" in paused.message
    assert driver.records["step"].tolist() == list(range(1, paused.step + 1))


def test_goal_is_kept_through_pauses_and_run_goes_on_towards_it(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    goal = Goal(epochs=50_000, minutes=1000)
    assert driver.send(RunUntil(goal)).goal == goal
    assert driver.send(Pause()).goal == goal
    assert driver.rest(Step(3)).goal == goal
    assert driver.send(StepBack()).goal == goal
    assert driver.send(Run()).goal == goal
    dropped = driver.send(RunUntil(None))
    assert (dropped.goal, dropped.state) == (None, "running")


def test_another_run_has_no_goal(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    driver.send(RunUntil(Goal(epochs=50_000)))
    assert driver.send(Restart(small_config)).goal is None


def test_goal_that_is_met_already_is_said_and_nothing_runs(drive):
    driver = drive()
    driver.rest(Step(19))
    for goal in (Goal(epochs=1), Goal(cost=100)):
        snapshot = driver.send(RunUntil(goal))
        assert (snapshot.state, snapshot.step, snapshot.goal) == ("paused", 19, None)
        assert "already at step 19; the goal was" in snapshot.message


def test_accuracy_that_is_known_already_ends_the_run_before_a_step(drive):
    driver = drive()
    driver.rest(Step(30))
    driver.send(SetDetail(frozenset({"evaluation"})))
    driver.until(lambda _: any(e.step == 30 for e in driver.evaluations))
    snapshot = driver.rest(RunUntil(Goal(accuracy=0.01)))
    assert (snapshot.state, snapshot.step, snapshot.is_goal_reached) == ("paused", 30, True)
    assert driver.send(Step(1)).is_goal_reached is False


def test_goal_before_a_divergence_in_one_burst_is_reached(drive, small_config):
    config = small_config.replace(
        layer_sizes=(16, 8, 8, 8, 8, 3), hidden_activation="relu", output_activation="softmax",
        cost="cross_entropy", learning_rate=1e9, **LONG,
    )  # fmt: skip
    assert drive(config).rest(Run()).state == "diverged"
    snapshot = drive(config).rest(RunUntil(Goal(epochs=0.05)))
    assert (snapshot.state, snapshot.step) == ("paused", 1)
    assert np.isfinite(snapshot.parameters.vector).all()


def test_step_is_exact_beyond_a_goal_which_is_said_at_its_end(drive, small_config):
    driver = drive(small_config.replace(**LONG))
    driver.send(SetSpeed(0.001))
    driver.rest(Step(1))
    driver.send(RunUntil(Goal(epochs=1)))
    driver.send(Pause())
    driver.send(SetSpeed(None))
    snapshot = driver.rest(Step(30))
    assert snapshot.goal is None
    assert snapshot.step in {31, 32}  # The slow run may have taken its first step.
    assert snapshot.message == "Reached epoch 1 at step 19; the goal was epoch 1."


def test_minutes_of_training_end_a_run_and_pauses_do_not_count(blobs, small_config):
    clock = [100.0]
    trainer = Trainer(small_config, blobs)
    followed = Pursuit(trainer, lambda: clock[0])
    followed.set(Goal(minutes=1))
    for _ in range(2):
        clock[0] += 1000  # a pause
        followed.resume()
        clock[0] += 29
        followed.see(trainer.advance(1))
    assert followed.reached is None
    clock[0] += 2
    followed.see(trainer.advance(1))
    assert (followed.reached.condition, followed.reached.step) == ("minutes", 3)


def test_minutes_end_a_real_run(drive, small_config):
    paused = drive(small_config.replace(**LONG)).rest(RunUntil(Goal(minutes=0.001)))
    assert paused.message.startswith("Trained for ")


def test_recent_costs_are_bounded_and_enough(blobs, small_config, monkeypatch):
    monkeypatch.setattr(pursuit, "RECENT_STEPS", 40)
    trainer = Trainer(small_config, blobs)
    followed = Pursuit(trainer)
    rows = [trainer.advance(7) for _ in range(30)]
    for piece in rows:
        followed.see(piece)
    kept = np.concatenate(list(followed._recent))
    assert 40 <= len(kept) < 40 + 7
    assert kept["step"][-1] == trainer.step
