"""The preferences: what is chosen holds at once and is remembered; memory stands beside bounds."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel

from gdviz.qt.dialogs.preferences import PreferencesDialog, megabytes
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.number_field import NumberField
from gdviz.storage.settings import load_settings


@pytest.fixture
def dialog(shown) -> PreferencesDialog:
    shown.take(30)
    shown.named(QAction, "action_preferences").trigger()
    (found,) = shown.window.findChildren(PreferencesDialog)
    assert found.isVisible()
    assert not found.isModal()
    return found


def text(dialog, name: str) -> str:
    return dialog.findChild(QLabel, name).text()


def test_a_theme_is_worn_at_once(shown, dialog):
    field = dialog.findChild(QComboBox, "field_theme")
    assert field.currentData() == "system"
    field.setCurrentIndex(field.findData("light"))
    field.activated.emit(field.currentIndex())
    assert current_theme().name == "light"
    assert shown.window.settings.theme == "light"
    shown.window.set_theme("dark")


def test_the_theme_of_the_menu_is_shown_too(shown, dialog):
    shown.window.set_theme("light")
    shown.window.tick()
    assert dialog.findChild(QComboBox, "field_theme").currentData() == "light"
    shown.window.set_theme("dark")


def test_runs_that_undo_can_bring_back_are_counted(shown, dialog):
    assert text(dialog, "memory_former").startswith("0.0 MB of ")
    shown.named(QAction, "action_restart").trigger()
    shown.acknowledge()
    shown.take(1)
    replacing = shown.window.replacing
    kept = replacing._undo_stack.command(0).kept
    branch = kept.run.branches[0]
    arrays = [frame.n_bytes for frame in {*branch.keyframes, branch.head}]
    curves = kept.histories[1].records.nbytes + kept.histories[1].smoothed.nbytes
    assert replacing.n_bytes == sum(arrays) + curves > 0
    said = text(dialog, "memory_former")
    assert said.startswith(f"{megabytes(replacing.n_bytes)} of ")


def test_an_interval_holds_at_once_and_is_remembered(shown, dialog, close_now):
    field = dialog.findChild(NumberField, "field_autosave")
    assert field.value() == 5
    field.setFocus()
    field.selectAll()
    shown.qtbot.keyClicks(field, "30")
    shown.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert shown.window.keeping.autosaving.interval_s == 30
    close_now(shown.window)
    assert load_settings()[0].autosave_s == 30


@pytest.mark.parametrize("typed", ["0", "100000", "soon"])
def test_an_interval_that_makes_no_sense_is_refused(shown, dialog, typed):
    field = dialog.findChild(NumberField, "field_autosave")
    field.setFocus()
    field.selectAll()
    shown.qtbot.keyClicks(field, typed)
    shown.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.error()
    assert shown.window.keeping.autosaving.interval_s == 5


def test_memory_is_stated_beside_its_bounds(shown, dialog):
    snapshot = shown.snapshot
    assert text(dialog, "memory_timeline").startswith(megabytes(snapshot.timeline_bytes))
    history = shown.window.session.history
    used = history.records.nbytes + history.smoothed.nbytes
    assert text(dialog, "memory_curves").startswith(megabytes(used))
    for name in ("memory_timeline", "memory_curves"):
        used, bound = text(dialog, name).split(" of ")
        assert used.endswith(" MB")
        assert float(bound.removesuffix(" MB").replace(",", "")) > 1
    assert text(dialog, "memory_process").endswith(" MB")


def test_memory_follows_the_run(shown, dialog):
    before = text(dialog, "memory_curves")
    shown.take(3000)
    assert text(dialog, "memory_curves") != before


def test_memory_that_nobody_knows_is_not_made_up(qtbot, shown):
    dialog = PreferencesDialog(shown.window, lambda: None)
    dialog.bring_up()
    frames = []
    original = shown.window.dialogs.show_frame
    shown.window.dialogs.show_frame = lambda frame: (frames.append(frame), original(frame))
    shown.take(1)
    dialog.show_frame(frames[-1], lambda: 0)
    assert text(dialog, "memory_process") == "not known"
    dialog.close()


@pytest.mark.parametrize(
    ("n_bytes", "said"), [(0, "0.0 MB"), (3_565_158, "3.4 MB"), (2 << 30, "2,048 MB")]
)
def test_sizes_are_short(n_bytes, said):
    assert megabytes(n_bytes) == said
