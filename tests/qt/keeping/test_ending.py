"""A window whose run can be kept nowhere: it asks before it closes, or puts the run elsewhere."""

import tempfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from gdviz.qt.dialogs.unsaved import UnsavedDialog
from gdviz.storage.autosave import abandoned
from gdviz.storage.paths import data_folder, state_folder
from gdviz.storage.sessions import read_session

from .conftest import autosave_folder, entries, settle


class Disk:
    """The user's folders, in whose place files stand: nothing can be written there."""

    def __init__(self) -> None:
        self.library, self.autosave = data_folder() / "runs", state_folder() / "autosave"

    def fail(self, *paths: Path) -> None:
        for path in paths or (self.library, self.autosave):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("no folder")

    def mend(self) -> None:
        for path in (self.library, self.autosave):
            if path.is_file():
                path.unlink()


@pytest.fixture
def disk():
    made = Disk()
    yield made
    made.mend()


@pytest.fixture
def keeper(disk, make_window):
    """A window that is closed while the folders can be written again."""
    driver = make_window(keeps=True)
    yield driver
    disk.mend()


def asked(driver) -> str:
    """Give what is asked, or nothing."""
    dialogs = [d for d in driver.window.findChildren(UnsavedDialog) if d.isVisible()]
    return dialogs[0].findChild(QLabel, "unsaved_text").text() if dialogs else ""


def press(driver, key: str) -> None:
    driver.named(QPushButton, f"button_{key}").click()


def is_closed(driver) -> bool:
    return driver.window.keeping.is_closed


def step_of(path: Path) -> int:
    return read_session(path).live_branch.state.head.step


def test_closing_asks_when_neither_library_nor_autosave_can_be_written(keeper, disk):
    keeper.take(150)
    disk.fail()
    assert not keeper.window.close()
    assert not is_closed(keeper)
    said = asked(keeper)
    assert said.startswith("The run library cannot be written: ")
    assert str(disk.library) in said
    assert said.endswith("If the window closes now, what the run has learned is lost.")
    press(keeper, "close_anyway")
    assert is_closed(keeper)
    assert abandoned(autosave_folder()) == []


def test_a_run_goes_on_while_it_is_asked_and_after_it_was_cancelled(keeper, disk, close_now):
    keeper.run()
    keeper.wait(lambda: keeper.step > 150)
    disk.fail()
    assert not keeper.window.close()
    step = keeper.step
    keeper.wait(lambda: keeper.step > step)
    press(keeper, "stay_open")
    assert asked(keeper) == ""
    step = keeper.step
    keeper.wait(lambda: keeper.step > step)
    disk.mend()
    close_now(keeper.window)
    (entry,) = entries()
    assert entry.step > step


def test_saved_elsewhere_the_window_closes(keeper, disk, monkeypatch, tmp_path, capsys):
    keeper.take(150)
    disk.fail()
    path = tmp_path / "kept.gdviz"
    monkeypatch.setattr(keeper.window.files, "ask_save", lambda *_: path)
    keeper.window.close()
    press(keeper, "save_unsaved")
    assert is_closed(keeper)
    assert step_of(path) == 150
    assert capsys.readouterr().err == "", "nothing else is done about it"


def test_what_cannot_be_saved_elsewhere_either_is_asked_again(keeper, disk, monkeypatch, tmp_path):
    keeper.take(150)
    disk.fail()
    path = tmp_path / "missing" / "kept.gdviz"
    monkeypatch.setattr(keeper.window.files, "ask_save", lambda *_: path)
    keeper.window.close()
    press(keeper, "save_unsaved")
    assert not is_closed(keeper)
    assert "the folder" in asked(keeper)
    assert "does not exist" in asked(keeper)
    monkeypatch.setattr(keeper.window.files, "ask_save", lambda *_: None)
    press(keeper, "save_unsaved")
    assert not is_closed(keeper), "no file was chosen"


def test_nothing_is_asked_when_the_autosave_can_be_written(keeper, disk):
    keeper.take(150)
    disk.fail(disk.library)
    assert keeper.window.close()
    (left,) = abandoned(autosave_folder())
    left.release()


def test_an_earlier_run_that_is_in_memory_alone_is_asked_about_too(
    keeper, disk, monkeypatch, tmp_path
):
    keeper.take(150)
    disk.fail(disk.library)
    keeper.window.run_settings.new_start()
    keeper.wait(lambda: keeper.snapshot.run_id == 2)
    settle(keeper)
    keeper.take(120)
    assert not keeper.window.close()
    monkeypatch.setattr(keeper.window.files, "ask_save", lambda *_: tmp_path / "kept.gdviz")
    press(keeper, "save_unsaved")
    assert is_closed(keeper)
    assert [step_of(tmp_path / name) for name in ("kept.gdviz", "kept 2.gdviz")] == [120, 150]


def test_a_worker_that_does_not_answer_is_asked_about(keeper, monkeypatch, capsys):
    """The worker may be busy for seconds: then nobody knows what would be lost."""
    keeper.take(150)
    monkeypatch.setattr("gdviz.qt.keeping.ending.ANSWER_LIMIT_MS", 0)
    monkeypatch.setattr(keeper.window.keeping.requests, "ask", lambda *_: None)
    assert not keeper.window.close()
    assert asked(keeper).startswith("The training thread has not given the run in time. ")
    keeper.window.keeping.ending.may_ask = False
    assert keeper.window.close()
    assert capsys.readouterr().err.startswith("gdviz: The training thread has not given the run")


def test_a_short_run_is_not_asked_about(keeper, disk):
    keeper.take(20)
    disk.fail()
    assert keeper.window.close()


@pytest.mark.parametrize("n_steps", [20, 150])
def test_what_is_ended_by_a_signal_is_put_aside_and_said_on_standard_error(
    keeper, disk, monkeypatch, tmp_path, capsys, n_steps
):
    keeper.take(n_steps)
    disk.fail()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    keeper.window.keeping.stays_for_next_start, keeper.window.keeping.ending.may_ask = True, False
    assert keeper.window.close()
    said = capsys.readouterr().err
    (path,) = tmp_path.glob("gdviz-*/*.gdviz")
    what = "The run library cannot be written" if n_steps == 150 else "The session cannot be saved"
    assert said.startswith(f"gdviz: The run could not be kept: {what}")
    assert said.endswith(f"It is in {path}\n")
    assert step_of(path) == n_steps


def test_what_can_be_put_nowhere_is_said(keeper, disk, monkeypatch, tmp_path, capsys):
    keeper.take(150)
    disk.fail()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    keeper.window.keeping.ending.may_ask = False
    assert keeper.window.close()
    assert "The run is lost: The run library cannot be written" in capsys.readouterr().err


def test_a_run_that_was_left_open_is_put_aside_when_the_process_ends(
    keeper, disk, monkeypatch, tmp_path, capsys
):
    """As from `atexit`: the window is not closed, it is gone."""
    keeper.take(150)
    disk.fail()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert keeper.window.shut_down()
    (path,) = tmp_path.glob("gdviz-*/*.gdviz")
    assert step_of(path) == 150
    assert str(path) in capsys.readouterr().err
