"""What the worker hands out goes through a file and comes back as the same run."""

import dataclasses

import numpy as np
import pytest

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import history_arrays
from gdviz.runtime.commands import (
    ChangeSettings,
    LoadRun,
    MoveBall,
    RequestRun,
    Restart,
    Run,
    SeekTo,
    Step,
    SwitchBranch,
)
from gdviz.storage.autosave import Autosave, abandoned
from gdviz.storage.sessions import SavedBranch, SavedSession, session_bytes, session_of


def saved(run, histories):
    """Give the content of a file with a run."""
    branches = tuple(
        SavedBranch(branch, history_arrays(histories[branch.id])) for branch in run.branches
    )
    return session_bytes(SavedSession(branches, run.live, title=run.title))


@pytest.mark.parametrize("most_keyframes", [1, 9])
@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_a_run_with_branches_goes_on_from_its_file(
    drive, small_config, state_bytes, optimizer, most_keyframes
):
    config = small_config.replace(
        optimizer=optimizer, learning_rate=0.02, dropout=0.2, augment_noise=0.1
    )
    driver = drive(config)
    driver.rest(Step(40))
    driver.rest(SeekTo(20))
    driver.rest(ChangeSettings((("learning_rate", 0.05), ("mini_batch", 8))))
    driver.rest(Step(5))
    driver.rest(MoveBall(vector=0.9 * driver.snapshot.parameters.vector))
    driver.rest(Step(10))
    run = driver.send(RequestRun(most_keyframes)).branched_run
    opened = session_of(saved(run, {1: CurveHistory(2), 2: CurveHistory(2)}), "a")
    there = drive(config)
    there.rest(LoadRun(opened.run))
    for command in (SeekTo(7), SeekTo(22), SeekTo(35), Step(8), SwitchBranch(1), Step(9)):
        one, other = driver.rest(command), there.rest(command)
        assert (one.branch, one.step) == (other.branch, other.step)
        assert state_bytes(one.training_state) == state_bytes(other.training_state)


# --- divergence is a lesson, not a crash --------------------------------------------------------


def far_start(size, scale):
    """Give parameters as large as can be, in every direction."""
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size)
    return (scale * signs).astype(np.float32)


@pytest.mark.parametrize("output", ["sigmoid", "identity"])
@pytest.mark.parametrize("scale", [0.0, 1.0, 1e10, 3e38])
@pytest.mark.parametrize("learning_rate", [1e-30, 1.0, 1e3, 1e6])
def test_any_start_and_learning_rate_end_with_a_finite_network_that_is_kept(
    drive, tmp_path, small_config, learning_rate, scale, output
):
    """It learns, or says at which step it could not; either way it is kept and comes back."""
    config = small_config.replace(
        learning_rate=learning_rate, output_activation=output, hidden_activation="relu", epochs=2
    )
    driver = drive(config)
    size = config.architecture.n_parameters
    moved = driver.rest(MoveBall(vector=far_start(size, scale)))
    assert moved.n_moves == 1, moved.message
    ended = driver.rest(Run())
    assert ended.state in {"finished", "diverged"}, ended.message
    if ended.state == "diverged":
        # A step may lead to numbers that are not finite, and the next one finds out.
        named = [f"at step {ended.step + k}:" for k in (1, 2)]
        assert any(text in ended.message for text in named), (ended.step, ended.message)
    assert np.isfinite(ended.parameters.vector).all()
    history = CurveHistory(2)
    history.append(driver.records)
    run = driver.send(RequestRun(5)).branched_run
    autosave = Autosave(tmp_path)
    autosave.write(saved(run, {1: history}))
    autosave.close()
    (left,) = abandoned(tmp_path)
    kept = session_of(left.read(), "the slot").live_branch
    left.discard()
    assert kept.state.head.step == ended.step
    assert kept.state.head.parameters.vector.tobytes() == ended.parameters.vector.tobytes()
    assert kept.history.records.tobytes() == driver.records.tobytes()


def test_a_learning_rate_of_zero_is_refused_in_a_sentence(drive, small_config):
    refused = drive().rest(ChangeSettings((("learning_rate", 0.0),)))
    assert "learning rate must be above 0" in refused.message
    assert refused.config == small_config


def test_images_that_are_no_numbers_are_refused_before_they_are_learned_from():
    from gdviz.data.dataset import DataError, checked_dataset

    images = np.zeros((30, 16))
    images[4, 3] = np.nan
    labels = np.arange(30) % 3
    whole = (np.zeros((30, 16), np.uint8), labels)
    with pytest.raises(DataError, match="values that are not finite"):
        checked_dataset("a", "a", (images, labels), whole)


def test_a_diverged_run_is_kept_and_goes_on_by_other_settings(drive, small_config):
    config = small_config.replace(
        hidden_activation="relu", output_activation="identity", learning_rate=1e9
    )
    driver = drive(config)
    driver.rest(Step(1))
    diverged = driver.rest(Run())
    assert diverged.state == "diverged"
    run = driver.send(RequestRun(5)).branched_run
    history = CurveHistory(2)
    history.append(driver.records)
    opened = session_of(saved(run, {1: history}), "a")
    there = drive(small_config)
    loaded = there.rest(LoadRun(opened.run))
    assert loaded.parameters.vector.tobytes() == diverged.parameters.vector.tobytes()
    assert (loaded.state, loaded.message) == ("diverged", diverged.message)
    assert there.rest(Run()).step == diverged.step, "there is no finite step to be taken"
    there.rest(SeekTo(0))
    there.rest(ChangeSettings((("learning_rate", 1e-3), ("output_activation", "sigmoid"))))
    assert there.rest(Step(5)).step == 5
    assert dataclasses.replace(opened, title="x").live == 1


def test_a_finished_run_is_finished_when_it_is_opened_again(drive, small_config):
    driver = drive(small_config.replace(epochs=2))
    assert driver.rest(Run()).state == "finished"
    run = driver.send(RequestRun(5)).branched_run
    opened = session_of(saved(run, {1: CurveHistory(2)}), "a")
    there = drive(small_config)
    loaded = there.rest(LoadRun(opened.run))
    assert (loaded.state, loaded.message) == ("finished", "")
    assert there.rest(Run()).epoch == 4.0, "for as long again"


def test_what_is_planned_goes_through_a_file(drive, small_config, state_bytes):
    plan = ((12, (("learning_rate", 0.1), ("mini_batch", 8))), (30, (("cost", "cross_entropy"),)))
    driver = drive()
    driver.send(Restart(small_config, plan))
    driver.rest(Step(20))
    run = driver.send(RequestRun(5)).branched_run
    assert run.branches[0].planned == plan[1:]
    there = drive()
    there.rest(LoadRun(session_of(saved(run, {1: CurveHistory(2)}), "a").run))
    one, other = driver.rest(Step(20)), there.rest(Step(20))
    assert one.config.cost == "cross_entropy"
    assert state_bytes(one.training_state) == state_bytes(other.training_state)
