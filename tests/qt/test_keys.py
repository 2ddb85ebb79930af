"""Keys, wherever the focus is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton, QSlider, QWidget

from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.segmented import Segment
from gdviz.runtime.snapshot import RunState

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(driver, key: Qt.Key, modifier=NONE) -> None:
    """Press a key where the focus is."""
    target = driver.window.focusWidget() or driver.window
    driver.qtbot.keyClick(target, key, modifier)


def is_running(driver) -> bool:
    return driver.snapshot.state is RunState.RUNNING


def test_space_runs_and_pauses(shown):
    press(shown, Qt.Key.Key_Space)
    shown.wait(lambda: is_running(shown))
    press(shown, Qt.Key.Key_Space)
    shown.wait(lambda: not is_running(shown))


def candidates(window) -> list[QWidget]:
    """One visible, enabled control of every kind that knows what to do with Space."""
    found = {}
    for kind in (QPushButton, QComboBox, Segment, QSlider):
        for control in window.findChildren(kind):
            if control.isVisible() and control.isEnabled():
                found.setdefault((kind, control.objectName() or control.accessibleName()), control)
    return list(found.values())


def test_space_does_only_that_on_every_control(shown):
    """The focused button is not pressed as well, the focused list does not open."""
    shown.take(2)
    controls = candidates(shown.window)
    assert {type(control).__name__ for control in controls} >= {"QComboBox", "Segment", "QSlider"}
    clicks = []
    for control in controls:
        if isinstance(control, QPushButton | Segment):
            control.clicked.connect(lambda *_a: clicks.append(1))
    for control in controls:
        control.setFocus()
        before = is_running(shown)
        driver_key(shown, control)
        shown.acknowledge()
        shown.wait(lambda before=before: is_running(shown) is not before)
        if isinstance(control, QComboBox):
            assert not control.view().isVisible()
    assert clicks == []
    if is_running(shown):
        shown.pause()


def driver_key(driver, control: QWidget) -> None:
    driver.qtbot.keyClick(control, Qt.Key.Key_Space)


def test_enter_presses_the_button_that_has_the_focus(shown):
    step = next(
        b for b in shown.window.transport.findChildren(QPushButton) if b.text().strip() == "Step"
    )
    step.setFocus()
    shown.qtbot.keyClick(step, Qt.Key.Key_Return)
    shown.acknowledge()
    shown.wait(lambda: shown.step == 1)


def test_steps_and_back(shown):
    press(shown, Qt.Key.Key_Period)
    shown.wait(lambda: shown.step == 1 and not is_running(shown))
    press(shown, Qt.Key.Key_Period, SHIFT)
    shown.wait(lambda: shown.step == 19 and not is_running(shown))
    # A real server also tries ">" for the same keys: a second shortcut would be ambiguous.
    assert len(shown.window.actions_by_key["step_epoch"].shortcuts()) == 1
    press(shown, Qt.Key.Key_Period, SHIFT)
    shown.wait(lambda: shown.step == 38 and not is_running(shown))
    press(shown, Qt.Key.Key_Comma)
    shown.wait(lambda: shown.step == 37)


def test_restart_and_new_start(shown):
    shown.take(3)
    config = shown.snapshot.config
    press(shown, Qt.Key.Key_R)
    shown.wait(lambda: shown.step == 0)
    assert shown.snapshot.config == config
    press(shown, Qt.Key.Key_N)
    shown.wait(lambda: shown.snapshot.config.seed == config.seed + 1)


def test_brackets_change_the_speed_and_never_the_numbers(shown):
    slider = shown.named(QSlider, "slider_speed")
    top = slider.value()
    press(shown, Qt.Key.Key_BracketLeft)
    assert slider.value() == top - 1
    assert slider.accessibleDescription() == "1000 steps/s"
    press(shown, Qt.Key.Key_BracketRight)
    press(shown, Qt.Key.Key_BracketRight)
    assert slider.value() == top
    assert shown.window.transport.speed is None


def test_l_switches_the_axis_of_costs(shown):
    view = shown.window.views.views["cost_curves"]
    before = view.state()
    press(shown, Qt.Key.Key_L)
    assert view.state() != before
    press(shown, Qt.Key.Key_L)
    assert view.state() == before


def test_control_o_and_control_s_ask(shown, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: asked.append("o") or ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: asked.append("s") or ("", ""))
    press(shown, Qt.Key.Key_O, CTRL)
    press(shown, Qt.Key.Key_S, CTRL)
    assert asked == ["o", "s"]


@pytest.mark.parametrize("field", ["field_seed", "field_hidden", None])
def test_control_z_undoes_a_setting(shown, field):
    """Also while the field that was just changed still has the focus."""
    combo = shown.named(QComboBox, "field_optimizer")
    index = combo.findData("adam")
    combo.setCurrentIndex(index)
    combo.activated.emit(index)
    shown.acknowledge()
    assert shown.snapshot.config.optimizer == "adam"
    if field:
        shown.named(QWidget, field).setFocus()
    press(shown, Qt.Key.Key_Z, CTRL)
    shown.acknowledge()
    assert shown.snapshot.config.optimizer == "gradient_descent"
    press(shown, Qt.Key.Key_Z, CTRL | SHIFT)
    shown.acknowledge()
    assert shown.snapshot.config.optimizer == "adam"


def test_what_is_typed_into_a_field_is_no_shortcut(shown):
    hidden = shown.named(QLineEdit, "field_hidden")
    hidden.setFocus()
    hidden.selectAll()
    shown.qtbot.keyClicks(hidden, "5, 4")
    assert hidden.text() == "5, 4"
    shown.acknowledge()
    assert (shown.snapshot.run_id, shown.step, is_running(shown)) == (1, 0, False)
    shown.qtbot.keyClick(hidden, Qt.Key.Key_Return)
    shown.acknowledge()
    assert shown.snapshot.config.layer_sizes == (16, 5, 4, 3)
    rate = shown.named(NumberField, "field_learning_rate")
    rate.setFocus()
    shown.qtbot.keyClicks(rate, ".25")
    assert rate.lineEdit().text() == ".25"
    shown.qtbot.keyClick(rate, Qt.Key.Key_Return)
    shown.acknowledge()
    assert shown.snapshot.config.learning_rate == 0.25
    assert shown.step == 0


def test_a_key_held_down_pauses_once(shown):
    for key in ("run", "restart", "new_start", "open", "save"):
        assert not shown.named(QAction, f"action_{key}").autoRepeat()
    assert shown.named(QAction, "action_step").autoRepeat()


def test_help_does_not_block(shown, qapp):
    for key in ("keys", "about"):
        shown.named(QAction, f"action_{key}").trigger()
        box = qapp.activeModalWidget()
        assert box is not None
        box.close()
    shown.named(QAction, "action_explain").trigger()
    from PySide6.QtWidgets import QWhatsThis

    QWhatsThis.hideText()
    qapp.processEvents()
