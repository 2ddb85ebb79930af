"""The dialog of the sweep: what is drawn, and that only the button changes the run."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton

from gdviz.qt.dialogs.rate_range import RateRangeDialog
from gdviz.runtime import rate_finder


@pytest.fixture
def dialog(shown) -> RateRangeDialog:
    """The dialog of a window, opened by its key, which begins a sweep."""
    shown.qtbot.keyClick(shown.window, Qt.Key.Key_F)
    (found,) = shown.window.findChildren(RateRangeDialog)
    assert found.isVisible()
    assert not found.isModal()
    return found


def wait_found(shown):
    shown.wait(lambda: shown.snapshot.rate_search.found is not None)
    return shown.snapshot.rate_search.found


def button(dialog, name) -> QPushButton:
    found = dialog.findChild(QPushButton, f"button_{name}")
    assert found is not None
    return found


def test_the_curve_is_the_sweep(shown, dialog):
    assert dialog.plot.widget.isHidden() or not dialog.plot.widget.isVisible()
    found = wait_found(shown)
    assert dialog.plot.widget.isVisible()
    for item, values in ((dialog.plot.raw, found.costs), (dialog.plot.smoothed, found.smoothed)):
        places, shown_values = item.getData()
        assert np.array_equal(places, np.log10(found.learning_rates))
        assert np.array_equal(shown_values, values)
    lines = dialog.plot.lines
    assert lines["suggestion"].value() == pytest.approx(np.log10(found.suggestion))
    assert lines["lowest"].value() == pytest.approx(np.log10(found.lowest_at))
    assert lines["now"].value() == pytest.approx(np.log10(0.5))
    assert lines["breaks out"].isVisible() == (found.broke_at is not None)
    assert dialog.findChild(QLabel, "rate_range_sentence").text() == found.reason


def test_only_the_button_changes_the_rate_and_it_can_be_undone(shown, dialog):
    suggestion = wait_found(shown).suggestion
    assert suggestion != 0.5
    use = button(dialog, "use_learning_rate")
    assert use.text() == f"Use η = {suggestion:g}"
    shown.acknowledge()
    assert (shown.snapshot.config.learning_rate, shown.step) == (0.5, 0)
    use.click()
    shown.acknowledge()
    assert shown.snapshot.config.learning_rate == suggestion
    assert shown.window.settings_panel.config.learning_rate == suggestion
    assert (use.text(), use.isEnabled()) == (f"η is {suggestion:g}", False)
    shown.named(QAction, "action_undo").trigger()
    shown.acknowledge()
    assert shown.snapshot.config.learning_rate == 0.5


def test_enter_alone_applies_nothing(shown, dialog):
    wait_found(shown)
    shown.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    shown.acknowledge()
    assert shown.snapshot.config.learning_rate == 0.5


@pytest.fixture
def held(monkeypatch):
    """A sweep that goes on until it is told to stop."""

    def endless(config, dataset, state, *, should_stop, progress):
        while not should_stop():
            progress(0.25)

    monkeypatch.setattr(rate_finder, "find_rate_range", endless)


def test_while_it_sweeps_there_is_progress_and_cancel(held, shown, dialog):
    progress = dialog.findChild(QProgressBar)
    shown.wait(lambda: progress.isVisible() and progress.value() == 25)
    assert not dialog.plot.widget.isVisible()
    assert not button(dialog, "use_learning_rate").isEnabled()
    # The key again does not begin another one.
    shown.window.actions_by_key["find_learning_rate"].trigger()
    button(dialog, "cancel_sweep").click()
    shown.acknowledge()
    assert not progress.isVisible()
    assert button(dialog, "sweep_again").isVisible()


def test_another_run_empties_it_and_a_sweep_fills_it_again(shown, dialog):
    wait_found(shown)
    shown.named(QAction, "action_new_start").trigger()
    shown.acknowledge()
    assert not dialog.plot.widget.isVisible()
    assert not button(dialog, "use_learning_rate").isEnabled()
    button(dialog, "sweep_again").click()
    wait_found(shown)
    assert dialog.plot.widget.isVisible()


def test_failure_is_said(shown, dialog, monkeypatch):
    wait_found(shown)

    def broken(*_arguments, **_options):
        raise MemoryError

    monkeypatch.setattr(rate_finder, "find_rate_range", broken)
    button(dialog, "sweep_again").click()
    shown.wait(lambda: shown.snapshot.rate_search.message)
    sentence = dialog.findChild(QLabel, "rate_range_sentence").text()
    assert sentence.startswith("The sweep failed: MemoryError")


def test_escape_closes_and_every_button_is_named(shown, dialog):
    wait_found(shown)
    for control in dialog.findChildren(QPushButton):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name).strip()
    description = dialog.plot.widget.accessibleDescription()
    assert shown.snapshot.rate_search.found.reason in description
    shown.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_colours_follow_the_theme(shown, dialog):
    wait_found(shown)
    colours = []
    for theme in ("dark", "light"):
        shown.window.set_theme(theme)
        image = dialog.grab().toImage()
        colours.append(image.pixelColor(3, 3).name())
        plot = dialog.plot.widget.grab().toImage()
        assert plot.pixelColor(3, 3).name() == colours[-1]
    assert colours == ["#171c22", "#ffffff"]


def test_f1_explains_the_dialog(shown, dialog, monkeypatch):
    from PySide6.QtWidgets import QWhatsThis

    said = []
    monkeypatch.setattr(QWhatsThis, "showText", lambda _at, text, _widget: said.append(text))
    shown.qtbot.keyClick(dialog, Qt.Key.Key_F1)
    assert said
    assert said[0].startswith("A copy of the network takes one mini-batch at each learning rate")
