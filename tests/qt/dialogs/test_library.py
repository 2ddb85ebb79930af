"""The run library's dialog, by mouse and by keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton

from gdviz.qt.dialogs import run_texts
from gdviz.qt.dialogs.library import LibraryDialog
from gdviz.qt.dialogs.run_rows import ENTRY_ROLE
from gdviz.runtime.commands import Restart
from gdviz.training.config import PRESETS, TrainingConfig


@pytest.fixture
def keeper(make_window):
    """A shown window that keeps what it does."""
    driver = make_window(keeps=True)
    driver.show()
    return driver


def open_dialog(driver) -> LibraryDialog:
    """Open it by its key, and wait until it is read and has the keyboard."""
    driver.named(QAction, "action_run_library").trigger()
    (dialog,) = driver.window.findChildren(LibraryDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    driver.wait(lambda: not dialog.is_busy and dialog.isActiveWindow())
    return dialog


def settle(driver, dialog) -> None:
    driver.wait(lambda: not dialog.is_busy)


def keep_run(driver, n_steps: int, **settings) -> None:
    """Train a run and leave it for another one."""
    command = Restart(driver.snapshot.config.replace(**settings))
    driver.send(command)
    driver.take(n_steps)
    driver.send(command)
    keeping = driver.window.keeping
    driver.wait(lambda: not keeping.runs.is_under_way)


@pytest.fixture
def stocked(keeper):
    """A window whose library has runs of 110, 120 and 130 steps; the second by Adam."""
    keep_run(keeper, 110)
    keep_run(keeper, 120, optimizer="adam", learning_rate=0.01)
    keep_run(keeper, 130, optimizer="gradient_descent", seed=9)
    return keeper


def shown_steps(dialog) -> set[int]:
    """Steps of the rows that can be seen."""
    rows = [dialog.list.item(row) for row in range(dialog.list.count())]
    return {item.data(ENTRY_ROLE).step for item in rows if not item.isHidden()}


def choose(dialog, step: int) -> None:
    for row in range(dialog.list.count()):
        if dialog.list.item(row).data(ENTRY_ROLE).step == step:
            dialog.list.setCurrentRow(row)


def button(dialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, name)


def test_an_empty_library_says_how_it_fills(keeper):
    dialog = open_dialog(keeper)
    empty = dialog.findChild(QLabel, "run_library_empty")
    assert empty.isVisible()
    assert "at least 100 steps" in empty.text()
    assert not button(dialog, "button_open_run").isEnabled()
    assert not button(dialog, "button_remove_run").isEnabled()
    assert "The newest 200 runs" in " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_runs_are_listed_and_found_by_words(stocked):
    dialog = open_dialog(stocked)
    assert shown_steps(dialog) == {110, 120, 130}
    assert dialog.subtitle.whole_text() == "3 runs, the newest first"
    for words, steps in {
        "adam": {120}, "ADAM 0.01": {120}, "seed 9": {130}, "16-8-3": {110, 120, 130},
        "adam seed 9 rmsprop": set(),
    }.items():  # fmt: skip
        dialog.search.setText(words)
        assert shown_steps(dialog) == steps, words
    assert dialog.findChild(QLabel, "run_library_empty").isVisible()
    assert not button(dialog, "button_open_run").isEnabled()
    dialog.search.setText("adam")
    assert dialog.subtitle.whole_text() == "1 of 3 runs, the newest first"
    assert button(dialog, "button_open_run").isEnabled(), "what is found is chosen"


def test_enter_opens_the_run_that_was_searched_for(stocked):
    """By keys alone: the search has the keyboard, Enter opens what it has found."""
    dialog = open_dialog(stocked)
    search = dialog.focusWidget()
    assert isinstance(search, QLineEdit)
    stocked.qtbot.keyClicks(search, "adam")
    stocked.qtbot.keyClick(search, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    stocked.wait(lambda: stocked.step == 120)
    assert stocked.snapshot.config.optimizer == "adam"
    assert len(stocked.window.session.history) == 120
    assert "from the run library" in stocked.window.status.notice.whole_text()


def test_a_double_click_opens_a_run(stocked):
    dialog = open_dialog(stocked)
    choose(dialog, 110)
    stocked.qtbot.wait_signal(dialog.open_asked, timeout=1000)
    dialog.list.itemActivated.emit(dialog.list.currentItem())
    stocked.wait(lambda: stocked.step == 110)


def test_arrows_go_from_the_search_into_the_list(stocked):
    dialog = open_dialog(stocked)
    stocked.qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert isinstance(dialog.focusWidget(), QListWidget)
    stocked.qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1


def test_a_removed_run_can_be_brought_back(stocked):
    dialog = open_dialog(stocked)
    choose(dialog, 120)
    button(dialog, "button_remove_run").click()
    settle(stocked, dialog)
    assert shown_steps(dialog) == {110, 130}
    dialog.list.setFocus()
    choose(dialog, 110)
    stocked.qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    settle(stocked, dialog)
    assert shown_steps(dialog) == {130}
    stocked.qtbot.keyClick(dialog.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(stocked, dialog)
    assert shown_steps(dialog) == {110, 130}
    button(dialog, "button_undo_remove").click()
    settle(stocked, dialog)
    assert shown_steps(dialog) == {110, 120, 130}
    assert not button(dialog, "button_undo_remove").isVisible()


def test_a_run_that_is_kept_meanwhile_appears(stocked):
    dialog = open_dialog(stocked)
    keep_run(stocked, 140)
    settle(stocked, dialog)
    assert shown_steps(dialog) == {110, 120, 130, 140}


def test_a_broken_file_is_listed_with_its_reason_and_does_not_open(stocked):
    folder = stocked.window.keeping.library.folder
    (folder / "broken.gdviz").write_bytes(b"nothing")
    dialog = open_dialog(stocked)
    dialog.search.setText("broken.gdviz")
    assert dialog.list.currentItem().data(ENTRY_ROLE).path.name == "broken.gdviz"
    assert not button(dialog, "button_open_run").isEnabled()
    assert button(dialog, "button_remove_run").isEnabled()
    assert not dialog.grab().isNull()


def test_a_library_that_fails_says_so(stocked, monkeypatch):
    dialog = open_dialog(stocked)

    def fail(*_arguments):
        raise OSError("it is on a disk that is away")

    monkeypatch.setattr(stocked.window.keeping.library, "remove", fail)
    button(dialog, "button_remove_run").click()
    settle(stocked, dialog)
    problem = dialog.findChild(QLabel, "run_library_problem")
    assert problem.isVisible()
    assert "a disk that is away" in problem.text()
    assert shown_steps(dialog) == {110, 120, 130}


def test_rows_are_read_to_those_who_do_not_see(stocked):
    dialog = open_dialog(stocked)
    choose(dialog, 120)
    text = dialog.list.currentItem().data(Qt.ItemDataRole.AccessibleTextRole)
    for words in ("16-8-3", "adam", "120 steps", "epoch 6.32", "test "):
        assert words.casefold() in text.casefold()
    assert QAccessible.queryAccessibleInterface(dialog.list).childCount() == 3


def test_a_row_shows_the_first_layer_and_the_curve(stocked):
    """A row with a picture and a falling curve has more than letters: blue pixels, grey tiles."""
    dialog = open_dialog(stocked)
    image = dialog.list.viewport().grab().toImage()
    colors = {image.pixelColor(x, y).name() for x in range(12, 70) for y in range(10, 66)}
    assert len(colors) > 20, "weights in many greys"
    width = image.width()
    right = [image.pixelColor(x, y) for x in range(width // 2, width - 100) for y in range(8, 70)]
    blues = [c for c in right if c.blue() > c.red() + 60]
    assert len(blues) > 30


# --- texts --------------------------------------------------------------------------------


def test_differences_name_what_the_lesson_has_otherwise():
    lesson = PRESETS["lesson"]
    assert run_texts.differences(lesson) == run_texts.LESSON
    other = lesson.replace(
        layer_sizes=(784, 32, 10), optimizer="adam", learning_rate=0.001, mini_batch="all",
        seed=11, n_examples=1000, shuffle_labels=0.25, dropout=0.1,
    )  # fmt: skip
    said = run_texts.differences(other)
    for words in (
        "Adam", "learning rate 0.001", "all", "seed 11", "1,000 images", "25 % of labels shuffled",
        "dropout 0.1",
    ):  # fmt: skip
        assert words in said, (words, said)
    assert "layer" not in said


@pytest.mark.parametrize("name", [n for n in TrainingConfig.__slots__ if n != "layer_sizes"])
def test_every_setting_can_be_named(name):
    """Whatever is changed by itself is told, in one line without brackets of Python."""
    lesson = PRESETS["lesson"]
    values = {
        "n_examples": 50, "data": "digits.npz", "mini_batch": 7, "hidden_activation": "relu",
        "output_activation": "softmax", "cost": "cross_entropy", "optimizer": "momentum",
        "schedule": "cosine", "initializer": "normal",
    }  # fmt: skip
    before = getattr(lesson, name)
    value = values.get(name)
    if value is None:
        value = before + (1 if isinstance(before, int) else 0.5) if name != "preset" else "own"
    changes = {name: value}
    if name == "output_activation":
        changes["cost"] = "cross_entropy"
    if name == "cost":
        changes["output_activation"] = "softmax"
    said = run_texts.differences(lesson.replace(**changes))
    if name in {"preset", "epochs"}:
        assert said == run_texts.LESSON
    else:
        assert said != run_texts.LESSON
        assert not set("[](){}'_") & set(said)


def test_moments_are_told_in_local_time():
    said = run_texts.when("2026-01-02T03:04:05+00:00")
    assert "2026" in said
    assert "Jan" in said
    assert run_texts.when("some day") == "some day"


def test_found_is_what_has_all_words():
    text = "16-16 adam learning rate 0.01".casefold()
    assert run_texts.is_found("", text)
    assert run_texts.is_found("ADAM 16", text)
    assert not run_texts.is_found("adam 17", text)
    assert not run_texts.is_found("1", text), "a 1 is no 16"
    assert run_texts.is_found("ada", text)


def test_a_curve_without_values_is_no_fault(stocked):
    import dataclasses

    dialog = open_dialog(stocked)
    entry = dialog.list.item(0).data(ENTRY_ROLE)
    for curve in (np.zeros((2, 0), np.float32), np.zeros((2, 5), np.float32)):
        dialog.list.item(0).setData(ENTRY_ROLE, dataclasses.replace(entry, curve=curve))
        assert not dialog.grab().isNull()
