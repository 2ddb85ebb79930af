"""The past in a whole window: seen everywhere, and never overwritten."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gdviz.qt.playback import BACKWARD, FORWARD
from gdviz.runtime.commands import Run, SeekTo, SwitchBranch
from gdviz.runtime.snapshot import RunState

HEAD = 60


@pytest.fixture
def trained(shown):
    """A window whose run has taken sixty steps."""
    shown.take(HEAD)
    return shown


def look_at(driver, step: int) -> None:
    driver.window.time_control.seek(step)
    driver.wait(lambda: driver.step == step)


def text_of(driver, name: str) -> str:
    return driver.named(QLabel, name).text()


def action(driver, key: str) -> QAction:
    return driver.named(QAction, f"action_{key}")


def test_status_and_read_outs_say_that_it_is_past(trained):
    assert not trained.named(QLabel, "status_newest").isVisible()
    look_at(trained, 20)
    assert text_of(trained, "status_state") == "Past"
    assert text_of(trained, "status_step") == "step 20"
    assert text_of(trained, "status_newest") == "of 60"
    assert trained.window.transport._step.text() == "past step 20 of 60"
    look_at(trained, HEAD)
    assert text_of(trained, "status_state") == "Paused"
    assert not trained.named(QLabel, "status_newest").isVisible()
    assert trained.window.transport._step.text() == "step 60"


def test_read_outs_show_what_was_so_then(trained):
    history = trained.window.session.history
    look_at(trained, 20)
    assert trained.window.session.smoothed_cost == pytest.approx(float(history.smoothed[19]))
    assert len(history) == HEAD


def test_run_says_that_it_begins_a_branch_and_does(trained):
    newest = trained.snapshot.parameters.vector.copy()
    run = trained.named(QPushButton, "button_run")
    assert run.text().strip() == "Run"
    look_at(trained, 20)
    assert run.text().strip() == "Fork"
    assert action(trained, "run").text() == "Run from here: a new branch"
    assert "a new branch begins" in run.toolTip()
    action(trained, "run").trigger()
    trained.wait(lambda: trained.snapshot.branch == 2 and trained.step > 25)
    assert run.text().strip() == "Pause"
    trained.pause()
    assert run.text().strip() == "Run"
    infos = {info.id: info for info in trained.snapshot.branches}
    assert (infos[2].parent, infos[2].fork_step, infos[1].step) == (1, 20, HEAD)
    strip = trained.window.views.views["timeline"].strip
    assert [(fork.branch, fork.step) for fork in strip.shown.forks] == [(1, 20)]
    trained.send(SwitchBranch(1))
    np.testing.assert_array_equal(trained.snapshot.parameters.vector, newest)


def test_comma_steps_back_and_full_stop_forward_on_the_same_way(trained):
    newest = trained.snapshot.parameters.vector.copy()
    focus = trained.window.focusWidget() or trained.window
    trained.qtbot.keyClick(focus, Qt.Key.Key_Comma)
    trained.wait(lambda: trained.step == HEAD - 1)
    assert trained.snapshot.is_past
    trained.qtbot.keyClick(focus, Qt.Key.Key_Period)
    trained.wait(lambda: trained.step == HEAD)
    assert len(trained.snapshot.branches) == 1
    np.testing.assert_array_equal(trained.snapshot.parameters.vector, newest)


def test_back_is_offered_after_the_first_step_only(shown):
    assert not action(shown, "step_back").isEnabled()
    shown.take(1)
    assert action(shown, "step_back").isEnabled()
    look_at(shown, 0)
    assert not action(shown, "step_back").isEnabled()


def test_keys_on_the_strip_and_newest(trained):
    strip = trained.named(QWidget, "timeline")
    strip.setFocus()
    trained.qtbot.keyClick(strip, Qt.Key.Key_Home)
    trained.wait(lambda: trained.step == 0)
    assert action(trained, "newest").isEnabled()
    action(trained, "newest").trigger()
    trained.wait(lambda: trained.step == HEAD)
    assert not action(trained, "newest").isEnabled()
    trained.qtbot.keyClick(strip, Qt.Key.Key_Space)
    trained.wait(lambda: trained.snapshot.state is RunState.RUNNING)
    trained.pause()


def test_space_stops_what_is_played_and_begins_no_branch(trained):
    control = trained.window.time_control
    control.now = lambda: 0.0
    action(trained, "play").trigger()
    trained.wait(lambda: trained.step == 0)
    action(trained, "run").trigger()
    assert control.direction is None
    trained.acknowledge()
    assert trained.snapshot.state is not RunState.RUNNING
    assert len(trained.snapshot.branches) == 1


def test_playing_shows_the_run_again_by_the_clock(trained):
    time_s = 0.0
    control = trained.window.time_control
    control.now = lambda: time_s
    control.set_speed("10")
    action(trained, "play").trigger()
    assert action(trained, "play").isChecked()
    trained.wait(lambda: trained.step == 0)
    time_s = 2.5
    trained.wait(lambda: trained.step == 25)
    time_s = 100.0
    trained.wait(lambda: trained.step == HEAD)
    trained.wait(lambda: control.direction is None)
    assert not action(trained, "play").isChecked()


def test_playing_needs_no_timeline_in_sight(trained):
    time_s = 0.0
    control = trained.window.time_control
    control.now = lambda: time_s
    control.set_speed("10")
    trained.named(QWidget, "dock_timeline").close()
    action(trained, "play_backward").trigger()
    time_s = 2.0
    trained.wait(lambda: trained.step == HEAD - 20)


def test_playing_stops_at_run_and_at_a_changed_setting(trained):
    control = trained.window.time_control
    for key, direction in (("play", FORWARD), ("play_backward", BACKWARD)):
        action(trained, key).trigger()
        assert control.direction == direction
    trained.window.send(Run())
    assert control.direction is None
    trained.wait(lambda: trained.snapshot.state is RunState.RUNNING)
    trained.pause()
    action(trained, "play").trigger()
    config = trained.window.settings_panel.config.replace(learning_rate=0.125)
    trained.window.settings_panel.proposed.emit(config, "learning_rate")
    assert control.direction is None
    trained.acknowledge()
    assert trained.snapshot.config.learning_rate == 0.125


def test_run_pressed_while_a_drag_is_catching_up_forks_where_it_was_let_go(trained):
    control = trained.window.time_control
    for step in (50, 40, 30):
        control.seek(step)
    action(trained, "run").trigger()
    trained.wait(lambda: trained.snapshot.branch == 2)
    trained.pause()
    assert trained.snapshot.branches[-1].fork_step == 30


def test_a_saved_network_is_marked(trained, tmp_path):
    trained.save(tmp_path / "network.safetensors")
    strip = trained.window.views.views["timeline"].strip
    assert [(mark.kind, mark.step) for mark in strip.shown.marks if mark.kind == "save"] == [
        ("save", HEAD)
    ]


def test_a_saved_session_is_marked_where_its_branch_ends(trained, tmp_path):
    look_at(trained, 20)
    trained.window.keeping.save_session(tmp_path / "session.gdviz")
    trained.saved()
    strip = trained.window.views.views["timeline"].strip
    assert [(mark.kind, mark.step) for mark in strip.shown.marks if mark.kind == "save"] == [
        ("save", HEAD)
    ]


def test_scrubbing_asks_for_one_step_at_a_time(trained, monkeypatch):
    sent = []
    session = trained.window.session
    send = session.send
    monkeypatch.setattr(session, "send", lambda c: (sent.append(c), send(c))[1])
    strip = trained.named(QWidget, "timeline")
    for step in range(HEAD, 10, -1):
        strip.setSliderPosition(step - 1)
    seeks = [command for command in sent if isinstance(command, SeekTo)]
    assert len(seeks) == 1
    trained.wait(lambda: trained.step == 10)
    seeks = [command for command in sent if isinstance(command, SeekTo)]
    assert [command.step for command in seeks] == [59, 10]


def test_the_timeline_lies_below_everything(shown):
    docks = shown.window.dock_layout.docks
    top = docks["timeline"].geometry().top()
    assert all(dock.geometry().bottom() < top for key, dock in docks.items() if key != "timeline")
    assert docks["timeline"].width() >= shown.window.width() - 16
