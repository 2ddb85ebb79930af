"""What is undone of restarts and opened files: the run that was there, to the bit."""

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget

from gdviz.runtime.commands import Fork, Restart, SeekTo, Step
from gdviz.runtime.snapshot import RunState


def trigger(driver, key):
    """Use an action and wait until all of it is done."""
    driver.named(QAction, f"action_{key}").trigger()
    driver.acknowledge()


def seen(driver):
    """What is equal only for the same run at the same step."""
    snapshot, history = driver.snapshot, driver.window.session.history
    return (
        snapshot.step, snapshot.config, snapshot.marks, snapshot.parameters.vector.tobytes(),
        history.costs.tobytes(), driver.window.settings_panel.config,
    )  # fmt: skip


def delete(driver, branch):
    """Delete a branch as the panel of branches does while it is in sight."""
    driver.show()
    driver.named(QDockWidget, "dock_branches").raise_()
    driver.acknowledge()
    driver.window.views.views["branches"].delete(branch)
    driver.acknowledge()


@pytest.fixture
def trained(driver):
    """A window whose run has taken 25 steps."""
    driver.take(25)
    return driver


@pytest.mark.parametrize("key", ["restart", "new_start"])
def test_undo_takes_a_restart_back_and_redo_takes_it_again(key, trained):
    before = seen(trained)
    trigger(trained, key)
    assert trained.step == 0
    trained.take(4)
    after = seen(trained)
    trigger(trained, "undo")
    assert seen(trained) == before
    assert trained.snapshot.state is RunState.PAUSED
    trigger(trained, "redo")
    assert seen(trained) == after, "with the steps that it had taken"


def test_the_run_that_is_back_goes_on_as_if_nothing_had_been(trained, make_window):
    trigger(trained, "new_start")
    trigger(trained, "undo")
    trained.take(20)
    other = make_window()
    other.take(45)
    assert seen(trained) == seen(other)


def test_an_opened_file_is_undone_and_opened_again(trained, tmp_path):
    trained.save(tmp_path / "a.safetensors")
    trained.take(5)
    before = seen(trained)
    trained.open(tmp_path / "a.safetensors")
    assert trained.step == 25
    assert trained.window.undo_stack.undoText() == "opening of a.safetensors"
    trigger(trained, "undo")
    assert seen(trained) == before
    assert trained.window.windowTitle() == "gdviz"
    trigger(trained, "redo")
    assert trained.step == 25
    assert trained.window.windowTitle().startswith("a.safetensors")


def test_branches_and_their_names_come_back(trained):
    trained.send(SeekTo(10))
    trained.send(Fork((("learning_rate", 0.25),)))
    trained.take(3)
    trained.window.book.rename(2, "slower")
    first, second = (trained.window.session.histories[k].costs.copy() for k in (1, 2))
    trigger(trained, "restart")
    assert len(trained.snapshot.branches) == 1
    trigger(trained, "undo")
    assert [info.id for info in trained.snapshot.branches] == [1, 2]
    assert (trained.snapshot.branch, trained.step) == (2, 13)
    assert trained.window.book.name(2) == "slower"
    histories = trained.window.session.histories
    assert np.array_equal(histories[1].costs, first)
    assert np.array_equal(histories[2].costs, second)


def test_a_deleted_branch_comes_back_after_a_restart_was_undone(trained):
    """With its curves and its name: the run that was had back is the same run."""
    trained.send(SeekTo(10))
    trained.send(Fork((("learning_rate", 0.25),)))
    trained.take(3)
    trained.window.book.rename(1, "first")
    costs = trained.window.session.histories[1].costs.copy()
    delete(trained, 1)
    trigger(trained, "restart")
    trigger(trained, "undo")
    assert [info.id for info in trained.snapshot.branches] == [2]
    trigger(trained, "undo")
    assert [info.id for info in trained.snapshot.branches] == [1, 2]
    assert trained.window.book.name(1) == "first"
    assert np.array_equal(trained.window.session.histories[1].costs, costs)
    trigger(trained, "redo")
    assert [info.id for info in trained.snapshot.branches] == [2]
    trigger(trained, "redo")
    assert (trained.step, len(trained.snapshot.branches)) == (0, 1)


def test_a_deletion_of_a_run_that_cannot_be_had_back_is_said(trained):
    trained.send(SeekTo(10))
    trained.send(Fork())
    delete(trained, 1)
    # Not as users do it: that is undone, and then the run is there again.
    trained.send(Restart(trained.snapshot.config))
    trigger(trained, "undo")
    assert trained.window.status.notice.whole_text() == (
        "That branch is of a run that is not there any more."
    )


def test_settings_are_undone_on_their_own_sides_of_a_restart(trained):
    """Of the run that is back its own change is undone; of the newer one only its own."""
    window = trained.window
    window.run_settings.propose(trained.snapshot.config.replace(dropout=0.25), "dropout")
    trained.acknowledge()
    trigger(trained, "restart")
    window.run_settings.propose(trained.snapshot.config.replace(l2=0.001), "l2")
    trained.acknowledge()
    for dropout, l2, step in ((0.25, 0.0, 0), (0.25, 0.0, 25), (0.0, 0.0, 25)):
        trigger(trained, "undo")
        config = trained.snapshot.config
        assert (config.dropout, config.l2, trained.step) == (dropout, l2, step)
    for dropout, l2, step in ((0.25, 0.0, 25), (0.25, 0.0, 0), (0.25, 0.001, 0)):
        trigger(trained, "redo")
        config = trained.snapshot.config
        assert (config.dropout, config.l2, trained.step) == (dropout, l2, step)


def test_undo_at_once_waits_until_the_run_has_been_shown(trained):
    before = seen(trained)
    for key in ("restart", "new_start", "undo", "undo"):
        trained.named(QAction, f"action_{key}").trigger()
    trained.acknowledge()
    assert seen(trained) == before


def test_what_is_asked_before_an_undo_is_seen_is_of_the_run_that_comes_back(trained):
    before = seen(trained)
    for key in ("restart", "undo"):
        trained.named(QAction, f"action_{key}").trigger()
    trained.window.send(Step(3))
    trained.acknowledge()
    trained.wait(lambda: trained.snapshot.state is not RunState.RUNNING)
    assert trained.step == 28
    trained.send(SeekTo(25))
    assert seen(trained)[3] == before[3]


def test_a_setting_that_is_changed_before_an_undo_is_seen_replaces_no_run(trained):
    """Another seed needs another run: it is no change of a run that has taken no step."""
    window = trained.window
    for key in ("restart", "undo"):
        trained.named(QAction, f"action_{key}").trigger()
    window.run_settings.propose(window.settings_panel.config.replace(seed=9), "seed")
    trained.acknowledge()
    assert (trained.step, trained.snapshot.config.seed) == (25, 7)
    assert window.settings_panel.config.seed == 7


def test_what_is_asked_after_a_restart_is_of_the_new_run(trained):
    trained.named(QAction, "action_new_start").trigger()
    trained.take(7)
    assert trained.step == 7
    trigger(trained, "undo")
    assert trained.step == 25


def test_a_restart_while_training_is_undone_too(driver):
    driver.run()
    trigger(driver, "restart")
    assert driver.step == 0
    trigger(driver, "undo")
    assert driver.step > 0
    assert driver.window.session.history.steps[-1] == driver.step


def test_an_opened_session_is_undone(trained, tmp_path):
    path = tmp_path / "a.gdviz"
    trained.window.keeping.save_session(path)
    trained.wait(path.exists)
    trained.take(5)
    before = seen(trained)
    trained.open(path)
    assert trained.step == 25
    assert trained.window.undo_stack.undoText() == "opening of a.gdviz"
    trigger(trained, "undo")
    assert seen(trained) == before
    trigger(trained, "redo")
    assert (trained.step, trained.snapshot.title) == (25, "a.gdviz")
