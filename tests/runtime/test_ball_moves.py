"""The network moved by hand: training goes on from there, and everything can be taken back."""

import numpy as np
import pytest

from gdviz.runtime.commands import (
    ChangeSettings,
    Fork,
    MoveBall,
    RequestState,
    Run,
    SeekTo,
    SetDetail,
    Step,
    StepBack,
    SwitchBranch,
    TakeBackMove,
)
from gdviz.training.marks import BALL
from gdviz.training.trainer import Trainer


def elsewhere(snapshot, seed=0):
    """Give a point near where the network is."""
    noise = np.random.default_rng(seed).standard_normal(snapshot.parameters.vector.size)
    return (snapshot.parameters.vector + 0.1 * noise).astype(np.float32)


@pytest.fixture
def straight_from(blobs, small_config):
    """Train on from a state, without a loop."""

    def run(state, steps, **settings):
        trainer = Trainer(small_config.replace(**settings), blobs, state)
        while trainer.step < state.step + steps:
            trainer.advance(state.step + steps - trainer.step)
        return trainer

    return run


def test_moved_network_trains_on_from_there(drive, straight_from, state_bytes):
    driver = drive()
    driver.rest(Step(5))
    there = elsewhere(driver.snapshot)
    moved = driver.rest(MoveBall(vector=there))
    assert moved.step == 5
    np.testing.assert_array_equal(moved.parameters.vector, there)
    assert [(mark.step, mark.setting) for mark in moved.marks] == [(5, BALL)]
    assert moved.marks[0].title.startswith("ball moved by ")
    assert (moved.n_moves, moved.path_from) == (1, 5)
    after = driver.rest(Step(7)).training_state
    assert state_bytes(after) == state_bytes(straight_from(moved.training_state, 7).state())


def test_move_is_at_rest_whatever_the_optimizer_remembered(drive, small_config):
    driver = drive(small_config.replace(optimizer="adam", learning_rate=0.01))
    driver.rest(Step(4))
    moved = driver.rest(MoveBall(vector=elsewhere(driver.snapshot)))
    assert not moved.training_state.optimizer_state.any()
    assert moved.training_state.optimizer_step == 0


def test_taking_a_move_back_is_exact_also_after_steps(drive, state_bytes):
    driver = drive()
    before = driver.rest(Step(6)).training_state
    driver.rest(MoveBall(vector=elsewhere(driver.snapshot)))
    driver.rest(ChangeSettings(settings=(("learning_rate", 0.25),)))
    driver.rest(Step(9))
    back = driver.rest(TakeBackMove())
    assert back.step == 6
    assert back.marks == ()
    assert state_bytes(back.training_state) == state_bytes(before)
    assert driver.records["step"].tolist() == list(range(1, 7))
    assert back.path_from is None
    assert driver.rest(TakeBackMove()).message.startswith("There is no such move")


def test_step_back_across_a_move_finds_what_was_before_it(drive, state_bytes):
    driver = drive()
    states = {0: driver.snapshot.training_state}
    for step in range(1, 5):
        states[step] = driver.rest(Step()).training_state
    moved = driver.rest(MoveBall(vector=elsewhere(driver.snapshot))).training_state
    driver.rest(Step(2))
    assert driver.rest(StepBack()).step == 5
    at_move = driver.rest(StepBack())
    assert at_move.step == 4
    assert state_bytes(at_move.training_state) == state_bytes(moved)
    for step in (3, 2, 1, 0):
        back = driver.rest(StepBack())
        assert state_bytes(back.training_state) == state_bytes(states[step])
    assert driver.snapshot.marks == ()


def test_two_moves_are_taken_back_one_after_the_other(drive, state_bytes):
    driver = drive()
    first = driver.rest(Step(3)).training_state
    driver.rest(MoveBall(vector=elsewhere(driver.snapshot, 1)))
    second = driver.rest(Step(3)).training_state
    driver.rest(MoveBall(vector=elsewhere(driver.snapshot, 2)))
    assert state_bytes(driver.rest(TakeBackMove()).training_state) == state_bytes(second)
    assert driver.snapshot.path_from == 3
    assert state_bytes(driver.rest(TakeBackMove()).training_state) == state_bytes(first)


@pytest.mark.parametrize("steps", [0, 5])
def test_first_of_two_moves_of_one_step_holds_when_the_second_is_taken_back(
    drive, state_bytes, steps
):
    driver = drive()
    if steps:
        driver.rest(Step(steps))
    first = driver.rest(MoveBall(vector=elsewhere(driver.snapshot, 1))).training_state
    driver.rest(MoveBall(vector=elsewhere(driver.snapshot, 2)))
    back = driver.rest(TakeBackMove())
    assert state_bytes(back.training_state) == state_bytes(first)
    assert back.path_from == steps
    after = driver.rest(Step()).training_state
    driver.rest(Step())
    assert state_bytes(driver.rest(StepBack()).training_state) == state_bytes(after)
    assert state_bytes(driver.rest(StepBack()).training_state) == state_bytes(first)


def test_looking_at_what_was_before_a_move_takes_nothing_back(drive, state_bytes):
    driver = drive()
    driver.rest(Step(5))
    first, second = elsewhere(driver.snapshot, 1), elsewhere(driver.snapshot, 2)
    driver.rest(MoveBall(vector=first))
    at_ten = driver.rest(Step(5))
    driver.rest(MoveBall(vector=second))
    before = driver.rest(StepBack())
    assert (before.step, before.is_past) == (9, True)
    refused = driver.rest(TakeBackMove(vector=first))
    assert state_bytes(refused.training_state) == state_bytes(before.training_state)
    assert refused.message.startswith("There is no such move")
    after = driver.rest(TakeBackMove(vector=second))
    assert state_bytes(after.training_state) == state_bytes(at_ten.training_state)
    assert driver.rest(TakeBackMove(vector=first)).step == 5


def test_a_branch_from_before_a_move_does_not_have_it(drive):
    driver = drive()
    driver.rest(Step(5))
    driver.rest(MoveBall(vector=elsewhere(driver.snapshot)))
    moved = driver.rest(Step(3))
    driver.rest(SeekTo(4))
    forked = driver.rest(Fork())
    assert forked.n_moves > moved.n_moves, "the network is elsewhere than the steps alone say"
    assert (forked.path_from, forked.marks) == (None, ())
    assert driver.rest(TakeBackMove()).message.startswith("There is no such move")
    back = driver.rest(SwitchBranch(1))
    assert (back.path_from, back.step) == (5, 8)
    assert driver.rest(TakeBackMove()).step == 5


def test_move_at_the_very_start(drive, state_bytes):
    driver = drive()
    before = driver.snapshot.training_state
    moved = driver.rest(MoveBall(vector=elsewhere(driver.snapshot)))
    assert moved.step == 0
    driver.rest(Step(2))
    driver.rest(StepBack())
    at_move = driver.rest(StepBack()).training_state
    assert state_bytes(at_move) == state_bytes(moved.training_state)
    assert state_bytes(driver.rest(TakeBackMove()).training_state) == state_bytes(before)


def test_move_while_running_goes_on_running(drive, small_config):
    driver = drive(small_config.replace(epochs=100_000))
    driver.send(Run())
    moved = driver.send(MoveBall(vector=elsewhere(driver.snapshot)))
    assert moved.state == "running"
    driver.until(lambda s: s.step > moved.step)
    assert driver.send(RequestState()).n_moves == 1


@pytest.mark.parametrize("spoil", [lambda v: v[1:], lambda v: v * np.nan])
def test_point_that_does_not_fit_moves_nothing(drive, spoil):
    driver = drive()
    before = driver.rest(Step(2))
    after = driver.rest(MoveBall(vector=spoil(before.parameters.vector)))
    assert after.message.startswith("The network was not moved")
    np.testing.assert_array_equal(after.parameters.vector, before.parameters.vector)
    assert after.n_moves == 0


def test_evaluation_of_the_step_is_made_anew_after_a_move(drive):
    driver = drive()
    driver.send(SetDetail(needs=frozenset({"evaluation"})))
    driver.rest(Step(3))
    driver.until(lambda _: any(e.step == 3 for e in driver.evaluations))
    first = driver.evaluations[-1]
    driver.evaluations.clear()
    driver.rest(MoveBall(vector=np.zeros_like(driver.snapshot.parameters.vector)))
    driver.until(lambda _: driver.evaluations)
    assert driver.evaluations[-1].test_cost != first.test_cost
