"""Opening, saving, dropping and remembering files while the session goes on."""

import csv
import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu

from gdviz.nn.parameters import Parameters
from gdviz.qt import files
from gdviz.runtime.commands import Run, SetSpeed, StepEpoch
from gdviz.runtime.snapshot import RunState
from gdviz.storage.checkpoint import load_checkpoint, save_checkpoint, weights_bytes
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state


@pytest.fixture
def saved(driver, tmp_path) -> Path:
    """What the window saved at step 30."""
    driver.take(30)
    path = tmp_path / "thirty.safetensors"
    driver.save(path)
    return path


def assert_same(one, other) -> None:
    """Two states are equal to the bit."""
    np.testing.assert_array_equal(one.parameters.vector, other.parameters.vector)
    np.testing.assert_array_equal(one.optimizer_state, other.optimizer_state)
    assert (one.step, one.epoch, one.position, one.optimizer_step, one.marks) == (
        other.step, other.epoch, other.position, other.optimizer_step, other.marks,
    )  # fmt: skip


def test_a_saved_state_is_the_shown_one(driver, saved):
    config, state = load_checkpoint(saved)
    assert config == driver.snapshot.config
    assert_same(state, driver.snapshot.training_state)
    assert "Saved thirty.safetensors at step 30" in driver.window.status.notice.whole_text()


def test_an_opened_state_goes_on_bit_for_bit(driver, saved):
    driver.take(25)
    straight = driver.snapshot.training_state
    run_id = driver.snapshot.run_id
    driver.open(saved)
    assert driver.snapshot.run_id == run_id + 1
    assert driver.step == 30
    assert driver.window.windowTitle() == "thirty.safetensors – gdviz"
    assert "Opened" in driver.window.status.notice.whole_text()
    driver.take(25)
    assert_same(driver.snapshot.training_state, straight)


def test_a_plain_npz_opens_with_its_own_layers(driver, tmp_path):
    generator = np.random.default_rng(0)
    path = tmp_path / "plain.npz"
    weights = [generator.normal(size=shape).astype(np.float32) for shape in ((5, 16), (3, 5))]
    np.savez(path, W1=weights[0], b1=np.zeros(5), W2=weights[1], b2=np.ones(3))
    driver.open(path)
    assert driver.message == ""
    assert driver.snapshot.config.layer_sizes == (16, 5, 3)
    np.testing.assert_array_equal(driver.snapshot.parameters.weights[0], weights[0])
    driver.take(2)


def bad_files(folder: Path) -> dict[str, Path]:
    """One of every kind of file that must be refused."""
    config = TrainingConfig(layer_sizes=(16, 8, 3))
    good = folder / "good.safetensors"
    save_checkpoint(good, config, initial_state(config))
    content = good.read_bytes()
    other = TrainingConfig(layer_sizes=(25, 8, 3))
    n_parameters = config.architecture.n_parameters
    infinite = Parameters(np.full(n_parameters, np.inf, np.float32), config.architecture.layout)
    made = {
        "text.txt": b"Dear network,\n" * 20,
        "empty.safetensors": b"",
        "cut.safetensors": content[: len(content) // 2],
        "cut.npz": b"PK\x03\x04" + bytes(40),
        "broken.json": b'{"sizes": [16, 8',
        "other_input.safetensors": None,
        "infinite.safetensors": weights_bytes(config.architecture, infinite),
    }
    paths = {"folder": folder, "missing": folder / "nothing.safetensors"}
    for name, bytes_ in made.items():
        paths[name] = folder / name
        if bytes_ is not None:
            paths[name].write_bytes(bytes_)
    save_checkpoint(paths["other_input.safetensors"], other, initial_state(other))
    return paths


def test_a_bad_file_is_refused_in_a_sentence_and_training_goes_on(driver, tmp_path):
    driver.run()
    run_id = driver.snapshot.run_id
    text = driver.named(QLabel, "message_text")
    for kind, path in bad_files(tmp_path).items():
        driver.window.message.clear()
        step = driver.step
        driver.open(path)
        assert driver.message, kind
        assert path.name in text.text(), kind
        assert text.text().endswith("The session is as it was."), kind
        assert "\n" not in text.text()
        assert driver.snapshot.run_id == run_id
        assert driver.snapshot.state is RunState.RUNNING
        driver.wait(lambda step=step: driver.step > step)
    driver.pause()


def test_another_input_size_is_named(driver, tmp_path):
    driver.open(bad_files(tmp_path)["other_input.safetensors"])
    assert "25 inputs" in driver.message
    assert "16 numbers" in driver.message


def test_a_refused_file_of_the_command_line_is_said(make_window, tmp_path):
    """The first run's first frame comes after the refusal and must not wipe it away."""
    missing = tmp_path / "missing.safetensors"
    driver = make_window(str(missing))
    driver.wait(lambda: not driver.window.files.work)
    driver.acknowledge()
    assert "missing.safetensors" in driver.message


def test_a_file_of_the_command_line_opens_ready_to_inspect(make_window, driver, saved):
    other = make_window(str(saved), str(saved), str(saved))
    other.wait(lambda: other.step == 30)
    assert other.window.dock_layout.workspace.key == "inspect"
    assert "Two networks can be compared" in other.message


def drop_event(*urls: QUrl) -> tuple[QDropEvent, QMimeData]:
    data = QMimeData()
    data.setUrls(list(urls))
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    return event, data


def test_one_local_file_can_be_dropped(driver, saved):
    url = QUrl.fromLocalFile(str(saved))
    data = QMimeData()
    data.setUrls([url])
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    enter.ignore()
    driver.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    driver.take(5)
    event, _data = drop_event(url)
    driver.window.dropEvent(event)
    driver.wait(lambda: driver.step == 30)


@pytest.mark.parametrize("urls", [(), ("https://example.org/net.npz",), ("file:///a", "file:///b")])
def test_nothing_else_can_be_dropped(driver, urls):
    event, _data = drop_event(*map(QUrl, urls))
    driver.window.dropEvent(event)
    assert driver.window.files.work == ""


def menu_named(driver, title: str) -> QMenu:
    main = driver.window.transport.menu
    found = [m for m in main.findChildren(QMenu) if m.title() == title]
    assert len(found) == 1
    found[0].aboutToShow.emit()
    return found[0]


def test_recent_files_can_be_opened_again(driver, saved, tmp_path):
    driver.take(1)
    recent = menu_named(driver, "Open recent").actions()
    assert [action.text() for action in recent] == ["thirty.safetensors"]
    recent[0].trigger()
    driver.wait(lambda: driver.step == 30)
    saved.unlink()
    assert [a.text() for a in menu_named(driver, "Open recent").actions()] == ["No files yet"]
    assert driver.window.settings.last_folder == str(tmp_path)


def test_examples_are_listed_and_bring_the_digits_that_they_fit(driver):
    actions = menu_named(driver, "Examples").actions()
    shipped = [path.name for path in files.example_networks()]
    assert [action.text() for action in actions] == (shipped or ["No files yet"])
    if shipped:
        actions[0].trigger()
        driver.wait(lambda: not driver.window.files.work)
        driver.acknowledge()
        assert driver.message == ""
        assert driver.window.session.dataset.name == "MNIST"


def test_an_example_opens_on_mnist(make_window, mnist):
    shipped = files.example_networks()
    driver = make_window(data=None)
    for path in shipped:
        driver.open(path)
        assert driver.message == "", path
        assert driver.snapshot.title == path.name


def test_saving_while_running_saves_an_exact_state_without_a_pause(driver, tmp_path):
    one, two = tmp_path / "one.safetensors", tmp_path / "two.safetensors"
    states = set()
    driver.run()
    driver.window.save_to(one)
    driver.window.save_to(two)
    assert not one.exists(), "saved before the worker has given its state"

    def saved() -> bool:
        states.add(driver.snapshot.state)
        return not driver.window.saving.work

    driver.wait(saved)
    assert states == {RunState.RUNNING}
    assert "Saved two.safetensors at step" in driver.window.status.notice.whole_text()
    driver.pause()
    config, state = load_checkpoint(one)
    assert load_checkpoint(two)[1].step >= state.step > 0
    driver.take(max(0, driver.step - state.step) % 7 + 1)
    last = driver.snapshot.training_state
    driver.open(one)
    assert driver.step == state.step
    assert config == driver.snapshot.config
    driver.take(last.step - state.step)
    assert_same(driver.snapshot.training_state, last)


def test_saving_does_not_turn_one_epoch_into_an_endless_run(driver, tmp_path):
    driver.send(SetSpeed(100))
    driver.send(StepEpoch())
    driver.save(tmp_path / "one.safetensors")
    driver.wait(lambda: driver.snapshot.state is RunState.PAUSED)
    for _ in range(3):
        driver.acknowledge()
    assert (driver.snapshot.state, driver.step) == (RunState.PAUSED, 19)


def test_saving_does_not_undo_a_pause(driver, tmp_path):
    driver.run()
    driver.window.save_to(tmp_path / "one.safetensors")
    driver.window.toggle_run()
    driver.saved()
    for _ in range(3):
        driver.acknowledge()
    assert driver.snapshot.state is RunState.PAUSED


def test_saving_a_run_that_has_just_finished_does_not_begin_another(make_window, tmp_path):
    driver = make_window("--epochs", "1")
    driver.window.send(Run())
    path = tmp_path / "end.safetensors"
    driver.save(path)
    driver.wait(lambda: driver.snapshot.state is RunState.FINISHED)
    assert path.exists()
    driver.acknowledge()
    assert driver.snapshot.state is RunState.FINISHED
    assert driver.step == 19


def test_a_slow_disk_does_not_hold_the_window_up(driver, tmp_path, monkeypatch):
    go_on = threading.Event()
    fsync = os.fsync

    def slow(descriptor):
        go_on.wait(60)
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", slow)
    path = tmp_path / "one.safetensors"
    driver.run()
    driver.window.save_to(path)
    step = driver.step
    driver.wait(lambda: driver.step > step + 500)
    assert driver.window.saving.work == "Saving one.safetensors"
    driver.window.saving.save_curves(tmp_path / "curves.csv", driver.window.session.history)
    assert not path.exists()
    go_on.set()
    driver.saved()
    assert path.exists()
    assert (tmp_path / "curves.csv").exists()
    driver.pause()


def test_closing_at_once_still_saves(driver, tmp_path, close_now):
    path = tmp_path / "last.safetensors"
    driver.run()
    driver.window.save_to(path)
    close_now(driver.window)
    _, state = load_checkpoint(path)
    assert state.step > 0


@pytest.mark.parametrize("running", [False, True])
def test_an_unwritable_place_is_said_and_training_goes_on(driver, tmp_path, monkeypatch, running):
    path = tmp_path / "net.safetensors"
    path.write_bytes(b"old")

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    driver.run()
    if not running:
        driver.pause()
    step = driver.step
    monkeypatch.setattr("os.replace", full)
    monkeypatch.setattr("os.rename", full)
    monkeypatch.setattr("os.fsync", full)
    driver.window.save_to(path)
    driver.wait(lambda: driver.message != "")
    assert driver.message.startswith("Not saved: ")
    assert "no space left" in driver.message
    assert path.read_bytes() == b"old"
    if running:
        driver.wait(lambda: driver.snapshot.state is RunState.RUNNING and driver.step > step)
        driver.pause()
    else:
        driver.take(1)
    monkeypatch.undo()


def test_a_folder_that_is_not_there_is_said(driver, tmp_path):
    driver.save(tmp_path / "nowhere" / "net.safetensors")
    assert driver.message.startswith("Not saved: ")
    assert "nowhere" in driver.message


# --- dialogs ------------------------------------------------------------------------------


def test_open_and_save_ask_for_a_name(driver, tmp_path, monkeypatch):
    answers = {"save": str(tmp_path / "by_name"), "open": ""}
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (answers["save"], ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (answers["open"], ""))
    driver.take(4)
    driver.named(QAction, "action_save").trigger()
    driver.saved()
    path = tmp_path / "by_name.safetensors"
    assert path.exists()
    driver.named(QAction, "action_open").trigger()
    assert driver.window.files.work == ""
    answers["open"] = str(path)
    driver.take(4)
    driver.named(QAction, "action_open").trigger()
    assert driver.window.files.work == "Reading by_name.safetensors"
    driver.wait(lambda: driver.step == 4)
    answers["save"] = ""
    driver.named(QAction, "action_save").trigger()
    driver.saved()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["by_name.safetensors"]


def test_curves_and_picture_are_written(driver, tmp_path, monkeypatch):
    def answer(_parent, _title, name, _filter):
        return str(tmp_path / Path(name).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    driver.take(7)
    driver.named(QAction, "action_curves").trigger()
    driver.saved()
    with (tmp_path / "curves.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    assert len(rows) == 1 + 7
    driver.named(QAction, "action_record").trigger()
    driver.saved()
    assert (tmp_path / "gdviz.png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "no" / "gdviz.png"), "")
    )
    driver.named(QAction, "action_record").trigger()
    driver.saved()
    assert driver.message.startswith("Not saved: ")


# --- reading takes long -------------------------------------------------------------------


@pytest.fixture
def slow_reading(monkeypatch):
    """Reading stands still until the event is set."""
    go_on = threading.Event()
    prepare = files.prepare

    def slow(path, dataset):
        go_on.wait(60)
        return prepare(path, dataset)

    monkeypatch.setattr(files, "prepare", slow)
    yield go_on
    go_on.set()


def test_reading_is_shown_and_can_be_cancelled(shown, tmp_path, slow_reading):
    config = TrainingConfig(layer_sizes=(16, 8, 3))
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, config, initial_state(config))
    run_id = shown.snapshot.run_id
    shown.window.open_path(path)
    shown.window.tick()
    assert shown.window.status._cancel.isVisible()
    progress = shown.window.status._progress
    assert (progress.minimum(), progress.maximum()) == (0, 0), "nobody knows how far it is"
    shown.window.status._cancel.click()
    assert shown.window.files.work == ""
    shown.window.tick()
    assert not shown.window.status._cancel.isVisible()
    slow_reading.set()
    shown.acknowledge()
    assert shown.snapshot.run_id == run_id


def test_the_later_of_two_files_wins(driver, tmp_path, slow_reading):
    config = TrainingConfig(layer_sizes=(16, 8, 3))
    for name in "ab":
        save_checkpoint(tmp_path / f"{name}.safetensors", config, initial_state(config))
        driver.window.open_path(tmp_path / f"{name}.safetensors")
    slow_reading.set()
    driver.wait(lambda: driver.snapshot.title == "b.safetensors")
    assert driver.snapshot.run_id == 2


def test_closing_while_a_file_is_read(driver, tmp_path, slow_reading, close_now):
    driver.run()
    driver.window.open_path(tmp_path / "missing.safetensors")
    threading.Timer(0.05, slow_reading.set).start()
    close_now(driver.window)


def test_closing_does_not_wait_for_ever_for_a_file(driver, tmp_path, slow_reading, monkeypatch):
    driver.window.open_path(tmp_path / "missing.safetensors")
    assert not driver.window.files.close(50)
    slow_reading.set()
    assert driver.window.files.close(5000)


def test_other_data_than_it_was_trained_on_is_said(driver, tmp_path):
    config = TrainingConfig(layer_sizes=(16, 8, 3), data="other.npz")
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, config, initial_state(config))
    driver.open(path)
    notice = driver.window.status.notice.whole_text()
    assert "trained on other.npz" in notice
    assert driver.window.session.dataset.source in notice
