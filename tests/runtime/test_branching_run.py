"""The past of a run is looked at and left for another future; nothing is overwritten."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.runtime import branches
from gdviz.runtime.commands import (
    ChangeSettings,
    DeleteBranch,
    Fork,
    LoadRun,
    MoveBall,
    Pause,
    RequestRun,
    Restart,
    RestoreBranch,
    Run,
    RunUntil,
    SeekTo,
    SetDetail,
    Step,
    StepBack,
    StepEpoch,
    SwitchBranch,
)
from gdviz.training.goal import Goal

FAST = (("learning_rate", 5.0),)


def noisy(config, optimizer):
    """Everything that draws numbers on the way, at once."""
    return config.replace(
        optimizer=optimizer, learning_rate=0.02, dropout=0.3, augment_shift=1.0,
        augment_rotation=10.0, augment_noise=0.1, schedule="cosine", l2=1e-4,
    )  # fmt: skip


def ids(snapshot):
    return [info.id for info in snapshot.branches]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(back=st.integers(1, 60), looks=st.lists(st.integers(0, 60), max_size=4))
def test_to_seek_back_and_run_is_never_to_have_gone_back(
    optimizer, back, looks, drive, straight, small_config, state_bytes
):
    """For every optimizer, with dropout and augmentation: bit for bit, on both branches."""
    driver = drive(noisy(small_config, optimizer))
    whole = driver.rest(Step(60))
    trainer, records = straight(60, driver.snapshot.config)
    assert state_bytes(whole.training_state) == state_bytes(trainer.state())
    for step in looks:
        seen = driver.rest(SeekTo(step))
        assert (seen.step, seen.head_step, seen.is_past) == (step, 60, step < 60)
        assert state_bytes(seen.training_state) == state_bytes(
            straight(step, whole.config)[0].state()
        )
    driver.rest(SeekTo(60 - back))
    driver.rest(Fork())
    again = driver.rest(Step(back))
    assert again.branch == 2
    assert state_bytes(again.training_state) == state_bytes(trainer.state())
    assert driver.records.tobytes() == records.tobytes()
    first = driver.rest(SwitchBranch(1))
    assert state_bytes(first.training_state) == state_bytes(trainer.state())
    driver.loop.close()


def test_looking_keeps_the_newest_step_and_what_was_recorded(drive, state_bytes):
    driver = drive()
    newest = driver.rest(Step(40))
    past = driver.rest(SeekTo(10))
    assert (past.state, past.is_past, past.branch, ids(past)) == ("paused", True, 1, [1])
    assert driver.records["step"].tolist() == list(range(1, 41))
    assert driver.rest(Step(5)).step == 15
    assert driver.rest(StepEpoch()).step == 19
    assert driver.rest(StepBack()).step == 18
    back = driver.rest(SeekTo(10**9))
    assert (back.step, back.is_past) == (40, False)
    assert state_bytes(back.training_state) == state_bytes(newest.training_state)
    assert driver.rest(SeekTo(-5)).step == 0


@pytest.mark.parametrize(
    "command", [Run(), RunUntil(Goal(epochs=50.0)), ChangeSettings(FAST), Fork(FAST)]
)
def test_another_future_from_the_past_is_a_branch(drive, command, small_config, state_bytes):
    driver = drive(small_config.replace(epochs=100_000))
    newest = driver.rest(Step(40))
    driver.rest(SeekTo(10))
    driver.send(command)
    forked = driver.rest(Pause())
    assert (forked.branch, ids(forked)) == (2, [1, 2])
    left, live = forked.branches
    assert (left.step, left.config) == (40, newest.config)
    assert (live.parent, live.fork_step) == (1, 10)
    back = driver.rest(SwitchBranch(1))
    assert state_bytes(back.training_state) == state_bytes(newest.training_state)
    assert driver.records["step"].tolist() == list(range(1, 41))


def test_a_change_that_changes_nothing_begins_no_branch(drive):
    driver = drive()
    rate = driver.rest(Step(5)).config.learning_rate
    driver.rest(SeekTo(2))
    seen = driver.rest(ChangeSettings((("learning_rate", rate),)))
    assert (seen.branch, seen.step, seen.is_past) == (1, 2, True)


def test_the_ball_is_moved_in_the_past_on_a_branch(drive):
    driver = drive()
    driver.rest(Step(20))
    there = 0.5 * driver.rest(SeekTo(7)).parameters.vector
    moved = driver.rest(MoveBall(vector=there))
    assert (moved.branch, moved.step, moved.path_from) == (2, 7, 7)
    assert driver.rest(SwitchBranch(1)).path_from is None


def test_settings_that_cannot_be_had_fork_nothing(drive):
    driver = drive()
    driver.rest(Step(20))
    driver.rest(SeekTo(5))
    refused = driver.rest(Fork((("seed", 3),)))
    assert refused.message == "The seed of a run cannot be changed; restart with it."
    assert (refused.branch, refused.step, refused.head_step, ids(refused)) == (1, 5, 20, [1])


def test_branches_of_branches_share_what_they_left(drive, straight):
    driver = drive()
    driver.rest(Step(30))
    driver.rest(SeekTo(20))
    driver.rest(ChangeSettings(FAST))
    driver.rest(Step(20))
    driver.rest(SeekTo(10))
    third = driver.rest(Fork((("learning_rate", 0.1),)))
    assert [(i.id, i.parent, i.fork_step) for i in third.branches] == [
        (1, None, 0), (2, 1, 20), (3, 2, 10)
    ]  # fmt: skip
    last = driver.rest(Step(25))
    expected, records = straight(35, changes=[(10, 0.1)])
    assert last.parameters.vector.tobytes() == expected.parameters.vector.tobytes()
    assert driver.records.tobytes() == records.tobytes()
    second = driver.rest(SwitchBranch(2))
    assert (
        second.parameters.vector.tobytes()
        == straight(40, changes=[(20, 5.0)])[0].parameters.vector.tobytes()
    )
    assert driver.records.tobytes() == straight(40, changes=[(20, 5.0)])[1].tobytes()


def test_what_was_not_read_yet_stays_with_its_branch(drive, straight):
    """Nobody looks into the mailbox between the commands."""
    driver = drive()
    for commands, step in (([Step(30)], 30), ([SeekTo(12), Fork(FAST), Step(7)], 19)):
        for command in commands:
            driver.post(command)
        while driver.loop._run.trainer.step != step:
            threading.Event().wait(0.001)
    driver.rest(SwitchBranch(1))
    assert driver.records.tobytes() == straight(30)[1].tobytes()
    driver.rest(SwitchBranch(2))
    assert driver.records.tobytes() == straight(19, changes=[(12, 5.0)])[1].tobytes()


def test_evaluations_stay_with_their_branch(drive):
    driver = drive()
    driver.send(SetDetail(frozenset({"evaluation"})))
    driver.rest(Step(30))
    driver.until(lambda _: any(e.step == 30 for e in driver.evaluations))
    before = {e.step: e.test_cost for e in driver.evaluations}
    driver.rest(SeekTo(10))
    driver.rest(ChangeSettings(FAST))
    driver.evaluations.clear()
    driver.rest(Step(20))
    driver.until(lambda _: any(e.step == 30 for e in driver.evaluations))
    after = {e.step: e.test_cost for e in driver.evaluations}
    assert after[30] != before[30]


def test_deleted_branches_come_back_and_the_shown_one_cannot_go(drive):
    driver = drive()
    driver.rest(Step(10))
    driver.rest(Fork())
    assert ids(driver.rest(DeleteBranch(1))) == [2]
    gone = driver.rest(SwitchBranch(1))
    assert (gone.branch, gone.message) == (2, "There is no such branch any more.")
    assert ids(driver.rest(RestoreBranch(1))) == [1, 2]
    refused = driver.rest(DeleteBranch(2))
    assert refused.message.startswith("The branch that is shown cannot be deleted")
    assert driver.rest(RestoreBranch(7)).message == "That branch is not kept any more."
    assert ids(driver.rest(SwitchBranch(1))) == [1, 2]


def test_a_branch_that_diverged_is_still_diverged_when_one_comes_back(drive, small_config):
    config = small_config.replace(
        hidden_activation="relu", output_activation="identity", learning_rate=1e6
    )
    driver = drive(config)
    diverged = driver.rest(Run())
    assert diverged.state == "diverged"
    past = driver.rest(SeekTo(diverged.step - 1))
    assert (past.state, past.message) == ("paused", "")
    again = driver.rest(SeekTo(diverged.step))
    assert (again.state, again.message) == ("diverged", diverged.message)
    driver.rest(SeekTo(0))
    saved = driver.rest(Fork((("learning_rate", 1e-3),)))
    assert (saved.state, saved.branch) == ("paused", 2)
    assert driver.rest(Step(10)).step == 10


@pytest.mark.parametrize("most_keyframes", [1, 5, 1000])
def test_a_whole_run_goes_on_elsewhere_bit_for_bit(
    drive, small_config, most_keyframes, state_bytes
):
    driver = drive(noisy(small_config, "adam"))
    driver.rest(Step(50))
    driver.rest(SeekTo(20))
    driver.rest(ChangeSettings(FAST))
    driver.rest(MoveBall(vector=0.9 * driver.snapshot.parameters.vector))
    newest = driver.rest(Step(30))
    whole = driver.send(RequestRun(most_keyframes)).branched_run
    assert [(b.id, b.head.step, b.keyframes[0].step) for b in whole.branches] == [
        (1, 50, 0), (2, 50, 0)
    ]  # fmt: skip
    assert whole.branches[1].pinned == (20,)
    assert all(len(b.keyframes) <= most_keyframes + len(b.pinned) for b in whole.branches)
    there = drive(noisy(small_config, "adam"))
    loaded = there.rest(LoadRun(whole))
    assert (loaded.branch, loaded.step, loaded.head_step) == (2, 50, 50)
    assert state_bytes(loaded.training_state) == state_bytes(newest.training_state)
    for step in (35, 20, 19, 3):
        assert state_bytes(there.rest(SeekTo(step)).training_state) == state_bytes(
            driver.rest(SeekTo(step)).training_state
        )
    for one in (driver, there):
        one.rest(SwitchBranch(1))
    assert state_bytes(there.rest(Step(15)).training_state) == state_bytes(
        driver.rest(Step(15)).training_state
    )


def test_a_run_is_taken_again_with_its_changes(drive, straight, small_config):
    driver = drive()
    changes = ((0, (("learning_rate", 0.1),)), (12, FAST), (30, (("learning_rate", 0.2),)))
    driver.send(Restart(small_config, changes))
    last = driver.rest(Step(40))
    expected = straight(40, small_config.replace(learning_rate=0.1), changes=[(12, 5.0), (30, 0.2)])
    assert last.parameters.vector.tobytes() == expected[0].parameters.vector.tobytes()
    assert [(mark.step, mark.after) for mark in last.marks] == [(12, 5.0), (30, 0.2)]


PLAN = ((12, FAST), (30, (("learning_rate", 0.2),)))


def test_what_is_planned_for_a_run_stays_its_plan_when_it_is_had_back(drive, state_bytes):
    """It is left before its last change has come, and goes on elsewhere."""
    driver = drive()
    driver.send(Restart(driver.snapshot.config, PLAN))
    driver.rest(Step(20))
    whole = driver.send(RequestRun(3)).branched_run
    expected = driver.rest(Step(20))
    assert [mark.step for mark in expected.marks] == [12, 30]
    there = drive()
    there.rest(LoadRun(whole))
    found = there.rest(Step(20))
    assert found.marks == expected.marks
    assert state_bytes(found.training_state) == state_bytes(expected.training_state)


def test_what_is_planned_is_of_its_branch_alone(drive):
    driver = drive()
    driver.send(Restart(driver.snapshot.config, PLAN))
    driver.rest(Step(20))
    driver.rest(SeekTo(5))
    driver.rest(Fork())
    other = driver.rest(Step(40))
    assert other.marks == ()
    driver.rest(SwitchBranch(1))
    assert [mark.step for mark in driver.rest(Step(20)).marks] == [12, 30]
    driver.rest(SwitchBranch(2))
    assert driver.rest(Step(20)).marks == ()


def test_a_run_that_is_had_back_has_its_deleted_branches(drive, state_bytes):
    driver = drive()
    left = driver.rest(Step(30))
    driver.rest(SeekTo(10))
    driver.rest(Fork())
    driver.rest(DeleteBranch(1))
    whole = driver.send(RequestRun(3)).branched_run
    assert ([b.id for b in whole.branches], [b.id for b in whole.deleted]) == ([2], [1])
    driver.rest(Restart(driver.snapshot.config))
    for refused in (DeleteBranch(1, left.origin), RestoreBranch(1, left.origin)):
        told = driver.rest(refused)
        assert told.message == "That branch is of a run that is not there any more."
        assert ids(told) == [1]
    back = driver.rest(LoadRun(whole))
    assert ids(back) == [2]
    assert (back.run_id, back.origin) == (3, left.origin)
    assert ids(driver.rest(RestoreBranch(1, left.origin))) == [1, 2]
    found = driver.rest(SwitchBranch(1))
    assert state_bytes(found.training_state) == state_bytes(left.training_state)
    driver.rest(SeekTo(3))
    assert driver.rest(Fork()).branch == 3, "no id is used again"


def test_memory_of_keyframes_is_told_and_what_is_shared_counts_once(drive):
    driver = drive()
    alone = driver.rest(Step(50)).timeline_bytes
    forked = driver.rest(Fork())
    one = driver.snapshot.training_state.n_bytes
    assert alone <= forked.timeline_bytes <= alone + 2 * one
    assert forked.keyframe_steps[0] == 0
    assert list(forked.keyframe_steps) == sorted(set(forked.keyframe_steps))


def test_branches_are_bounded_and_share_their_memory(drive, monkeypatch):
    monkeypatch.setattr(branches, "MOST_BRANCHES", 5)
    driver = drive()
    one = driver.snapshot.training_state.n_bytes
    monkeypatch.setattr(branches, "PARKED_BYTES", 40 * one)
    driver.rest(Step(200))
    for count in range(2, 6):
        driver.rest(SeekTo(0))
        forked = driver.rest(Run() if count == 2 else Fork())
        driver.rest(Pause())
        assert (len(forked.branches), forked.branch) == (count, count)
        driver.rest(Step(100))
    # What is live has 500 at most; the others share 40, and each keeps two and its head.
    assert driver.snapshot.timeline_bytes <= (500 + 40 + 4 * 3) * one
    driver.rest(SeekTo(10))
    for command in (Run(), Fork(), ChangeSettings(FAST), RunUntil(Goal(epochs=50.0))):
        refused = driver.rest(command)
        assert refused.message == "There are 5 branches: delete some before another is begun."
        assert (refused.branch, refused.step, refused.state) == (5, 10, "paused")
        assert refused.config.learning_rate == 0.5
    driver.rest(DeleteBranch(1))
    assert driver.rest(Fork()).branch == 6
