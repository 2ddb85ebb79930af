"""A run on the clipboard: what is copied is begun, and what is no run changes nothing."""

import dataclasses

import pytest
from PySide6.QtGui import QAction, QGuiApplication

from gdviz.runtime.commands import ChangeSettings
from gdviz.runtime.snapshot import RunState
from gdviz.training.marks import BALL, Mark
from gdviz.training.run_text import read_run_text


def trigger(driver, key):
    driver.named(QAction, f"action_{key}").trigger()
    driver.acknowledge()


def notice(driver):
    return driver.window.status.notice.whole_text()


def copied():
    return QGuiApplication.clipboard().text()


def put(text):
    QGuiApplication.clipboard().setText(text)


def test_a_copied_run_is_pasted_and_comes_to_the_same_network(driver, make_window):
    driver.take(12)
    driver.send(ChangeSettings((("learning_rate", 0.25), ("optimizer", "momentum"))))
    driver.take(30)
    trigger(driver, "copy_run")
    assert notice(driver) == "Copied the run as text"
    config, changes = read_run_text(copied())
    assert config.learning_rate == 0.5
    assert changes == ((12, (("optimizer", "momentum"), ("learning_rate", 0.25))),)
    other = make_window("--seed", "99", "--hidden", "5")
    trigger(other, "paste_run")
    assert (other.step, other.snapshot.state) == (0, RunState.READY)
    assert other.window.settings_panel.config == other.snapshot.config == config
    assert notice(other) == "Pasted a run; Space begins it, 1 change on its way"
    other.take(42)
    assert other.snapshot.marks == driver.snapshot.marks
    assert other.snapshot.parameters.vector.tobytes() == driver.snapshot.parameters.vector.tobytes()


def test_a_pasted_run_is_undone(driver):
    driver.take(12)
    put("seed = 5\nlayer_sizes = [16, 4, 3]\n")
    trigger(driver, "paste_run")
    assert driver.snapshot.config.layer_sizes == (16, 4, 3)
    assert driver.window.undo_stack.undoText() == "pasted run"
    trigger(driver, "undo")
    assert (driver.step, driver.snapshot.config.layer_sizes) == (12, (16, 8, 3))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Not pasted: this is not a run as text: there is no setting in it."),
        ("hello", "Not pasted: this is not a run as text: expected '='"),
        ("seed = -1", "Not pasted: the seed must be a whole number from 0, not -1."),
        ("seed = 1", "Not pasted: the network takes 784 inputs, but an image of blobs has 16"),
        (
            "layer_sizes = [16, 3]\n[[changes]]\nstep = 4\nmini_batch = 0",
            "Not pasted: at step 4: a mini-batch needs at least one example, not 0.",
        ),
    ],
)
def test_a_text_that_is_no_run_changes_nothing(text, sentence, driver):
    driver.take(3)
    before = driver.snapshot
    put(text)
    trigger(driver, "paste_run")
    assert driver.message.startswith(sentence)
    assert driver.message.endswith(" The session is as it was.")
    assert (driver.snapshot.run_id, driver.step) == (before.run_id, 3)
    assert not driver.window.undo_stack.canUndo()


def test_a_run_of_other_data_says_so(driver):
    put('layer_sizes = [16, 3]\ndata = "elsewhere.npz"\n')
    trigger(driver, "paste_run")
    assert "it was of elsewhere.npz and goes on with " in notice(driver)
    assert driver.snapshot.config.data == driver.window.session.dataset.source


@pytest.mark.parametrize(
    ("changed", "remark"),
    [
        ({"marks": (Mark(3, BALL, "", "moved by 1"),)}, "where the network was moved by hand"),
        ({"preset": "opened"}, "not the weights of the file that it began with"),
    ],
)
def test_what_a_text_cannot_hold_is_said(changed, remark, driver):
    snapshot = driver.snapshot
    if "preset" in changed:
        changed = {"config": snapshot.config.replace(**changed)}
    driver.window.session.snapshot = dataclasses.replace(snapshot, **changed)
    driver.window.run_clipboard.copy()
    assert remark in notice(driver)
