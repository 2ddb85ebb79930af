"""A whole session as a file: everything comes back, to the bit."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QFileDialog

from gdviz.qt import files
from gdviz.runtime.commands import Fork, SeekTo, SwitchBranch
from gdviz.storage.sessions import read_session


@pytest.fixture
def branched(driver):
    """A window whose run has two branches from step 40, the second with another η."""
    driver.take(60)
    driver.send(SeekTo(40))
    driver.send(Fork((("learning_rate", 0.05),)))
    driver.take(30)
    driver.window.book.rename(2, "slower")
    driver.window.book.set_hidden(1, True)
    return driver


@pytest.fixture
def saved(branched, tmp_path) -> Path:
    """The session of `branched` in a file."""
    path = tmp_path / "two.gdviz"
    save(branched, path)
    return path


def save(driver, path: Path) -> None:
    driver.window.keeping.save_session(path)
    assert driver.window.saving.work == f"Saving {path.name}"
    driver.saved()


def curves(driver) -> dict[int, tuple[bytes, bytes]]:
    """Give all curves of all branches, as bytes; when a network is scored is left to chance."""
    return {
        branch: (history.records.tobytes(), history.smoothed.tobytes())
        for branch, history in driver.window.session.histories.items()
    }


def assert_same(one, other) -> None:
    """Two windows show the same run, with the same names and curves, to the bit."""
    a, b = one.snapshot, other.snapshot
    assert (a.step, a.branch, a.config, a.marks) == (b.step, b.branch, b.config, b.marks)
    assert a.branches == b.branches
    np.testing.assert_array_equal(a.parameters.vector, b.parameters.vector)
    np.testing.assert_array_equal(
        a.training_state.optimizer_state, b.training_state.optimizer_state
    )
    assert curves(one) == curves(other)
    assert one.window.book.state() == other.window.book.state()


def test_everything_comes_back(branched, saved, make_window):
    assert "with 2 branches to two.gdviz" in branched.window.status.notice.whole_text()
    other = make_window()
    other.open(saved)
    assert other.message == ""
    assert_same(branched, other)
    for branch in read_session(saved).branches:
        evaluations = other.window.session.histories[branch.state.id].evaluations
        assert set(branch.history.evaluations) <= set(evaluations)
    assert other.window.book.name(2) == "slower"
    assert other.window.book.is_hidden(1)
    assert other.window.windowTitle() == "two.gdviz – gdviz"
    assert other.window.settings.existing_recent_files() == [saved]
    assert other.window.settings_panel.config == other.snapshot.config


def test_both_go_on_alike_in_every_branch(branched, saved, make_window):
    other = make_window()
    other.open(saved)
    for driver in (branched, other):
        driver.take(17)
        driver.send(SwitchBranch(1))
        driver.take(11)
    assert_same(branched, other)


def test_every_step_of_the_past_is_found_again(branched, saved, make_window):
    other = make_window()
    other.open(saved)
    for step in (0, 13, 40, 55, 70):
        for driver in (branched, other):
            driver.send(SeekTo(step))
        np.testing.assert_array_equal(
            branched.snapshot.parameters.vector, other.snapshot.parameters.vector
        )


def test_views_and_docks_come_back(branched, saved, make_window, tmp_path):
    branched.show()
    branched.window.dock_layout.docks["example"].hide()
    branched.named(QAction, "action_log_axis").trigger()
    again = tmp_path / "again.gdviz"
    save(branched, again)
    other = make_window()
    other.show()
    dock = other.named(QDockWidget, "dock_example")
    assert dock.isVisible()
    other.open(again)
    assert not dock.isVisible()
    assert other.window.views.states() == branched.window.views.states()


def test_saving_while_running_does_not_pause(branched, tmp_path, make_window):
    path = tmp_path / "running.gdviz"
    branched.run()
    save(branched, path)
    assert branched.window.session.is_running
    branched.pause()
    other = make_window()
    other.open(path)
    assert 70 < other.step <= branched.step
    other.take(branched.step - other.step)
    np.testing.assert_array_equal(
        other.snapshot.parameters.vector, branched.snapshot.parameters.vector
    )


def test_a_session_opens_from_the_command_line(branched, saved, make_window):
    other = make_window(str(saved))
    other.wait(lambda: other.step == 70)
    assert_same(branched, other)


def test_a_session_of_other_data_brings_them(branched, saved, make_window):
    other = make_window(data=None)
    other.open(saved)
    assert other.message == ""
    assert_same(branched, other)
    assert other.window.session.dataset.n_inputs == 16


@pytest.mark.parametrize("source", ["gone.npz", "//server/share/data.npz"])
def test_a_session_whose_data_cannot_be_had_is_refused(saved, make_window, monkeypatch, source):
    """They are gone, or on another machine, which a stranger's file is not to have asked."""
    session = dataclasses.replace(read_session(saved), data=source)
    monkeypatch.setattr(files, "read_session", lambda _path: session)
    other = make_window(data=None)
    other.open(saved)
    assert "two.gdviz" in other.message
    assert source in other.message
    assert other.message.endswith("The session is as it was.")
    assert other.snapshot.run_id == 1


def test_a_damaged_session_is_refused(driver, saved, tmp_path):
    path = tmp_path / "cut.gdviz"
    path.write_bytes(saved.read_bytes()[:-100])
    run_id = driver.snapshot.run_id
    driver.open(path)
    assert "cut.gdviz" in driver.message
    assert driver.snapshot.run_id == run_id


def test_an_unwritable_place_is_said(branched, tmp_path):
    branched.window.keeping.save_session(tmp_path / "nowhere" / "a.gdviz")
    branched.saved()
    assert branched.message.startswith("Not saved: ")
    assert "nowhere" in branched.message


def test_the_menu_asks_for_a_name(branched, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "by_name"), ""))
    branched.named(QAction, "action_save_session").trigger()
    branched.saved()
    assert (tmp_path / "by_name.gdviz").exists()


def test_closing_at_once_still_saves(branched, tmp_path, close_now, make_window):
    path = tmp_path / "last.gdviz"
    branched.run()
    branched.window.keeping.save_session(path)
    close_now(branched.window)
    other = make_window()
    other.open(path)
    assert other.step > 70
