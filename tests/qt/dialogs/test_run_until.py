"""The dialog that asks until when to run, by mouse and by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QLabel, QPushButton, QWidget

from gdviz.qt.dialogs.run_until import CONDITIONS, RunUntilDialog
from gdviz.qt.widgets.number_field import NumberField
from gdviz.runtime.commands import RunUntil
from gdviz.training.goal import Goal


@pytest.fixture
def dialog(shown) -> RunUntilDialog:
    """The dialog of a window, opened by its key."""
    shown.qtbot.keyClick(shown.window, Qt.Key.Key_U)
    (found,) = shown.window.findChildren(RunUntilDialog)
    assert found.isVisible()
    assert not found.isModal()
    return found


def child(dialog, kind, name):
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def choose(dialog, **values):
    """Check exactly these conditions, with these numbers as they are shown."""
    for condition in CONDITIONS:
        name = condition.field
        child(dialog, QCheckBox, f"check_until_{name}").setChecked(name in values)
        if name in values:
            child(dialog, NumberField, f"field_until_{name}").set_value(values[name])


def test_run_goes_until_the_goal_and_the_window_says_so(shown, dialog):
    choose(dialog, epochs=3)
    child(dialog, QPushButton, "button_run_until").click()
    assert not dialog.isVisible()
    shown.wait(lambda: shown.step > 0 and not shown.window.session.is_running)
    assert shown.step == 57
    assert shown.message == "Reached epoch 3 at step 57; the goal was epoch 3."
    assert shown.named(QLabel, "status_goal").isHidden()


def test_number_is_typed_and_entered_without_the_mouse(shown, dialog):
    """The first chosen number has the keyboard; Enter takes it and runs."""
    field = dialog.focusWidget()
    assert field.objectName() == "field_until_accuracy"
    shown.qtbot.keyClicks(field, "99.5")
    shown.qtbot.keyClick(field, Qt.Key.Key_Return)
    shown.wait(lambda: shown.snapshot.goal is not None or shown.message)
    assert not dialog.isVisible()
    goal = shown.snapshot.goal
    assert goal == Goal(accuracy=0.995) or "the goal was 99.5 % test accuracy" in shown.message


def test_goal_stands_in_the_status_bar_until_it_is_given_up(shown, dialog):
    goal = shown.named(QLabel, "status_goal")
    shown.send(RunUntil(Goal(cost=1e-9, minutes=99)))
    assert not goal.isHidden()
    assert goal.whole_text() == "until cost 1e-09 or 99 min"
    shown.send(RunUntil(Goal(cost=1e-9, minutes=99, epochs=90_000)))
    assert goal.whole_text() == "until one of 3 goals"
    assert goal.toolTip() == "until epoch 90,000, cost 1e-09 or 99 min"
    shown.pause()
    assert not goal.isHidden()
    child(dialog, QPushButton, "button_give_up_goal").click()
    shown.acknowledge()
    assert shown.snapshot.goal is None
    assert goal.isHidden()
    assert not child(dialog, QPushButton, "button_give_up_goal").isEnabled()


def test_setting_a_number_chooses_its_condition(shown, dialog):
    field = child(dialog, NumberField, "field_until_minutes")
    assert not child(dialog, QCheckBox, "check_until_minutes").isChecked()
    field.stepUp()
    assert child(dialog, QCheckBox, "check_until_minutes").isChecked()
    assert dialog.goal() == Goal(accuracy=0.95, minutes=10)


def test_nothing_chosen_or_a_wrong_number_is_said_and_nothing_runs(shown, dialog):
    problem = child(dialog, QLabel, "run_until_problem")
    run = child(dialog, QPushButton, "button_run_until")
    choose(dialog)
    run.click()
    assert problem.text() == "Choose at least one condition."
    choose(dialog, accuracy=95)
    field = child(dialog, NumberField, "field_until_accuracy")
    field.setFocus()
    field.lineEdit().setText("101")
    shown.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert problem.text().endswith("is at most 100, not 101.")
    assert dialog.isVisible()
    shown.acknowledge()
    assert (shown.step, shown.snapshot.goal) == (0, None)
    field.set_value(95)
    run.click()
    assert problem.isHidden()


def test_escape_closes_and_every_control_is_named_and_reached(shown, dialog):
    seen, widget = set(), dialog.nextInFocusChain()
    while widget is not dialog and id(widget) not in seen:
        seen.add(id(widget))
        widget = widget.nextInFocusChain()
    controls = [
        control
        for kind in (QCheckBox, QPushButton, QAbstractSpinBox)
        for control in dialog.findChildren(kind)
    ]
    assert len(controls) == 13
    for control in controls:
        assert id(control) in seen
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name).strip()
    shown.qtbot.keyClick(child(dialog, QWidget, "check_until_cost"), Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_present_numbers_stand_beside_what_is_asked(shown, dialog):
    shown.take(19)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "now 1.00" in texts
    cost = shown.window.session.smoothed_cost
    assert f"now {cost:.3f}" in texts


def test_conditions_are_remembered(make_window, close_now):
    first = make_window()
    first.show()
    first.window.dialogs.show_run_until()
    (dialog,) = first.window.findChildren(RunUntilDialog)
    choose(dialog, cost=0.25, plateau_epochs=4)
    close_now(first.window)
    second = make_window()
    second.show()
    second.window.dialogs.show_run_until()
    (dialog,) = second.window.findChildren(RunUntilDialog)
    assert dialog.goal() == Goal(cost=0.25, plateau_epochs=4)


@pytest.mark.parametrize("saved", [3, {"chosen": "yes", "value": 2}, {"value": -1}, {"value": "x"}])
def test_what_cannot_be_restored_is_passed_over(shown, dialog, saved):
    before = dialog.state()
    dialog.restore({"cost": saved, "nothing": {}})
    after = dialog.state()
    assert after["cost"]["chosen"] == before["cost"]["chosen"]
    assert after["cost"]["value"] in {0.1, 2.0}
    del after["cost"], before["cost"]
    assert after == before
