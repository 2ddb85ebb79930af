"""A window that keeps what it does: runs go into the library, the session is saved by itself."""

import errno
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction

from gdviz.runtime.commands import Pause, Restart, Run
from gdviz.runtime.snapshot import RunState
from gdviz.storage.autosave import abandoned, newest_slot
from gdviz.storage.sessions import read_session, session_of

from .conftest import autosave, autosave_folder, entries, settle


def left_behind() -> list[int]:
    """Give the steps of the sessions that the next start would be offered."""
    steps = []
    for slots in abandoned(autosave_folder()):
        steps.append(session_of(slots.read(), "slots").live_branch.state.head.step)
        slots.release()
    return steps


def trigger(driver, key: str) -> None:
    driver.named(QAction, f"action_{key}").trigger()


def restart(driver) -> None:
    """Restart and wait for the new run and for the library."""
    before = driver.snapshot.run_id
    trigger(driver, "restart")
    driver.wait(lambda: driver.snapshot.run_id > before)
    settle(driver)


# --- the library --------------------------------------------------------------------------


def test_a_restart_puts_the_run_into_the_library_first(keeper):
    keeper.take(120)
    vector = keeper.snapshot.parameters.vector
    costs = keeper.window.session.history.costs.copy()
    restart(keeper)
    assert keeper.step == 0
    (entry,) = entries()
    assert entry.step == 120
    branch = read_session(entry.path).branches[0]
    np.testing.assert_array_equal(branch.state.head.parameters.vector, vector)
    np.testing.assert_array_equal(branch.history.records["cost"], costs)


@pytest.mark.parametrize("key", ["restart", "new_start"])
def test_a_running_run_is_kept_where_it_was_left(keeper, key):
    keeper.run()
    keeper.wait(lambda: keeper.step > 200)
    trigger(keeper, key)
    keeper.wait(lambda: keeper.snapshot.run_id == 2)
    settle(keeper)
    (entry,) = entries()
    assert entry.step > 200


def test_restarts_in_quick_succession_lose_nothing_and_nothing_overtakes(keeper):
    keeper.take(150)
    for _ in range(3):
        trigger(keeper, "new_start")
    keeper.window.send(Run())
    keeper.wait(lambda: keeper.snapshot.run_id == 4 and keeper.step > 0)
    assert keeper.snapshot.config.seed == 7 + 3
    keeper.send(Pause())
    settle(keeper)
    assert [entry.step for entry in entries()] == [150]


def test_short_runs_are_not_kept(keeper, close_now):
    keeper.take(99)
    restart(keeper)
    keeper.take(5)
    close_now(keeper.window)
    assert entries() == []


def test_a_finished_run_is_kept_and_updates_its_own_entry(make_window, close_now):
    driver = make_window("--epochs", "6", keeps=True)
    driver.window.send(Run())
    driver.wait(lambda: driver.snapshot.state is RunState.FINISHED)
    settle(driver)
    assert [entry.step for entry in entries()] == [6 * 19]
    driver.take(10)
    close_now(driver.window)
    assert [entry.step for entry in entries()] == [6 * 19 + 10]


def test_an_opened_run_goes_on_in_its_own_place(keeper, close_now):
    keeper.take(130)
    restart(keeper)
    (before,) = entries()
    content = before.path.read_bytes()
    keeper.open(before.path)
    assert keeper.step == 130
    assert keeper.window.settings.recent_files == (), "the library is no folder of the user's"
    restart(keeper)
    assert before.path.read_bytes() == content, "it was looked at, and no more"
    keeper.open(before.path)
    keeper.take(20)
    close_now(keeper.window)
    assert [entry.step for entry in entries()] == [150]


def test_a_run_that_is_brought_back_goes_on_in_its_own_place(keeper):
    """As undo brings back a run that another has replaced."""
    runs = []
    keeper.take(120)
    histories = {1: keeper.window.session.history.copy()}
    keeper.window.keeping.requests.ask(lambda frame: runs.append(frame.snapshot.branched_run), 4)
    restart(keeper)
    keeper.take(110)
    keeper.acknowledge(keeper.window.session.load_run(runs[0], histories))
    assert keeper.step == 120
    keeper.take(30)
    restart(keeper)
    assert sorted(entry.step for entry in entries()) == [110, 150]


def test_an_opened_file_takes_the_place_of_a_run_that_is_kept(keeper, tmp_path):
    path = tmp_path / "net.safetensors"
    keeper.take(3)
    keeper.save(path)
    keeper.take(200)
    keeper.open(path)
    settle(keeper)
    assert keeper.step == 3
    assert [entry.step for entry in entries()] == [203]


def test_a_library_that_cannot_be_written_is_said_and_tried_again(keeper, monkeypatch):
    keeper.take(140)

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as faults:
        faults.setattr("os.fsync", full)
        restart(keeper)
        assert "The run library cannot be written" in keeper.message
        assert "no space left" in keeper.message
        keeper.take(5)
    autosave(keeper)
    settle(keeper)
    assert [entry.step for entry in entries()] == [140]


def test_without_keeping_nothing_is_written(driver, close_now):
    driver.take(150)
    driver.send(Restart(driver.snapshot.config))
    close_now(driver.window)
    assert entries() == []
    assert not autosave_folder().exists()


# --- the session --------------------------------------------------------------------------


def test_what_is_autosaved_is_the_session_to_the_bit(keeper):
    keeper.take(60)
    autosave(keeper)
    (folder,) = autosave_folder().iterdir()
    slot = newest_slot(folder)
    session = session_of(slot.path.read_bytes()[len(slot.head) :], "slot")
    head, history = session.live_branch.state.head, session.live_branch.history
    np.testing.assert_array_equal(
        head.parameters.vector, keeper.snapshot.training_state.parameters.vector
    )
    assert (head.step, head.config) == (60, keeper.snapshot.config)
    np.testing.assert_array_equal(history.records, keeper.window.session.history.records)
    assert session.view_states.keys() >= set(keeper.window.views.states())
    assert session.layout == keeper.window.dock_layout.docks_state()


def test_a_pause_is_saved_without_being_asked_for(keeper):
    saving = keeper.window.keeping.autosaving
    saving.interval_s = 1e9
    saving._last = -1e9
    saving._rest_s = 0
    keeper.run()
    before = saving.n_written
    keeper.pause()
    keeper.wait(lambda: saving.n_written > before)
    keeper.wait(lambda: saving.is_up_to_date)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "no space left"), (errno.EROFS, "read-only"), (errno.EIO, "reports an error")],
)
def test_a_disk_that_fails_is_said_once_and_training_goes_on(keeper, monkeypatch, number, words):
    def fail(*_arguments):
        raise OSError(number, "injected")

    keeper.run()
    with monkeypatch.context() as faults:
        faults.setattr("os.fsync", fail)
        autosave(keeper)
        assert "cannot be saved by itself" in keeper.message
        assert words in keeper.message
        keeper.window.message.clear()
        step = keeper.step
        keeper.wait(lambda: keeper.step > step)
        autosave(keeper)
        assert keeper.message == "", "once until it works again"
    autosave(keeper)
    assert not keeper.window.keeping.autosaving.is_in_trouble
    keeper.pause()


def test_trouble_is_told_in_the_next_run_too(keeper, monkeypatch):
    """The strip is cleared when another run begins; the disk is as full as before."""

    def fail(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    keeper.take(10)
    autosave(keeper)
    assert "cannot be saved by itself" in keeper.message
    keeper.window.message.clear()
    keeper.window.tick()
    assert keeper.message == ""
    keeper.send(Restart(keeper.snapshot.config))
    keeper.wait(lambda: "cannot be saved by itself" in keeper.message)
    monkeypatch.undo()


def test_a_folder_that_vanishes_ends_nothing(keeper):
    keeper.take(10)
    autosave(keeper)
    shutil.rmtree(autosave_folder())
    keeper.take(10)
    autosave(keeper)
    keeper.take(10)
    autosave(keeper)
    assert keeper.step == 30
    saving = keeper.window.keeping.autosaving
    assert saving.is_in_trouble or autosave_folder().exists()


def test_a_window_that_closes_leaves_nothing_to_be_offered(keeper, close_now):
    keeper.take(150)
    autosave(keeper)
    close_now(keeper.window)
    assert left_behind() == []
    assert [entry.step for entry in entries()] == [150]


def test_what_the_library_cannot_take_at_the_end_is_offered_at_the_next_start(
    keeper, close_now, monkeypatch
):
    keeper.take(150)
    monkeypatch.setattr(keeper.window.keeping.library, "add", _refuse)
    close_now(keeper.window)
    assert left_behind() == [150]


def _refuse(*_arguments):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_end_of_the_desktops_session_saves_and_waits(keeper, close_now):
    keeper.window.clock.start()
    keeper.run()
    assert keeper.window.keeping.save_before_end(), "while it runs on"
    assert keeper.window.keeping.autosaving.n_written > 0
    keeper.window.clock.stop()
    close_now(keeper.window)
    (step,) = left_behind()
    assert step > 0


@pytest.mark.parametrize("is_asked", [True, False], ids=["by the desktop", "by a signal"])
def test_an_untouched_window_that_is_ended_leaves_nothing_to_be_offered(
    keeper, close_now, is_asked
):
    keeper.acknowledge()
    keeping = keeper.window.keeping
    if is_asked:
        assert keeping.save_before_end()
    keeping.stays_for_next_start = True
    close_now(keeper.window)
    assert left_behind() == []
    assert not autosave_folder().exists()


@pytest.mark.parametrize("what", ["step", "setting", "file"])
def test_a_window_in_which_something_was_done_is_offered_when_it_is_ended(
    keeper, close_now, tmp_path, what
):
    """One step, a setting of a run without a step, an opened file without one."""
    if what == "step":
        keeper.take(1)
    elif what == "setting":
        config = keeper.snapshot.config
        keeper.window.run_settings.propose(config.replace(learning_rate=0.25), "learning_rate")
        keeper.acknowledge()
    else:
        path = tmp_path / "net.safetensors"
        keeper.save(path)
        keeper.open(path)
    keeper.window.keeping.stays_for_next_start = True
    close_now(keeper.window)
    assert left_behind() == [1 if what == "step" else 0]


def test_two_windows_have_slots_of_their_own(make_window, close_now):
    one, two = make_window(keeps=True), make_window(keeps=True)
    one.take(110)
    two.take(120)
    autosave(one)
    autosave(two)
    assert left_behind() == [], "both live"
    one.window.keeping.stays_for_next_start = True
    close_now(one.window)
    assert left_behind() == [110]
    two.take(5)
    autosave(two)
    close_now(two.window)
    assert left_behind() == [110]
    assert sorted(entry.step for entry in entries()) == [110, 125]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="Linux lists open files there")
def test_windows_come_and_go_without_leaving_files_open_or_sessions_behind(make_window, close_now):
    """Closed while running, at once, before the first look has ended, and after a save."""

    def one(kind: int) -> None:
        driver = make_window(keeps=True)
        if kind:
            driver.run()
        if kind == 2:
            autosave(driver)
        close_now(driver.window)

    one(2)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for kind in (0, 1, 2, 0, 1, 2):
        one(kind)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
    assert left_behind() == []
