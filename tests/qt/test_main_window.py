"""The names that automation finds, what is shown of the worker, settings and their undoing."""

import gc
import os
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QWidget,
)

from gdviz.qt.actions import ACTIONS
from gdviz.qt.system_theme import system_theme
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.read_out import ReadOut
from gdviz.runtime.commands import ChangeSettings, Restart, SetSpeed, Step, TakeBackMove
from gdviz.runtime.snapshot import RunState
from gdviz.training.config import PRESETS
from gdviz.training.marks import STARTING, UNMARKED, Mark

PROMISED_ACTIONS = (
    "run", "step", "step_epoch", "step_back", "restart", "new_start", "open", "save", "record",
    "quit",
)  # fmt: skip
PROMISED_DOCKS = ("cost_curves", "cost_surface", "gradient_magnitudes", "first_layer_weights")
CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QSlider)
QT_PARTS = ("qt_spinbox_lineedit", "qt_toolbar_ext_button", "qt_menubar_ext_button")


def test_the_promised_names_are_there(driver):
    assert driver.window.objectName() == "main_window"
    for key in PROMISED_ACTIONS:
        assert driver.named(QAction, f"action_{key}").text()
    assert driver.named(QAction, "action_run").isCheckable()
    for key in PROMISED_DOCKS:
        assert driver.named(QDockWidget, f"dock_{key}").windowTitle()
    for key in ("state", "step", "cost", "accuracy"):
        assert driver.named(QLabel, f"status_{key}").text()


def test_every_action_has_words_and_shortcuts_differ(driver):
    seen = {}
    for spec in ACTIONS:
        action = driver.named(QAction, f"action_{spec.key}")
        assert action.text()
        assert action.statusTip()
        assert action.toolTip()
        for keys in action.shortcuts():
            assert keys.toString() not in seen
            seen[keys.toString()] = spec.key
    assert "Space" in seen


def test_every_control_has_an_accessible_name(shown):
    shown.take(3)
    unnamed = []
    for kind in CONTROLS:
        for control in shown.window.findChildren(kind):
            if control.objectName() in QT_PARTS:
                continue  # Qt's own parts of a control that is looked at itself
            name = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
            if not name.strip():
                unnamed.append(
                    f"{type(control).__name__} {control.objectName()} {control.parent()}"
                )
    assert not unnamed


def test_every_control_is_reached_by_the_tab_key(shown):
    """What can be clicked can be reached: by Tab, by the arrows of its switch or by a menu."""
    seen = set()
    widget = shown.window.nextInFocusChain()
    while widget is not shown.window and id(widget) not in seen:
        seen.add(id(widget))
        widget = widget.nextInFocusChain()
    for name in ("field_hidden", "field_learning_rate", "field_preset", "slider_speed"):
        assert id(shown.named(QWidget, name)) in seen


def test_the_status_counts_steps_with_thousands(driver):
    step = driver.named(QLabel, "status_step")
    assert step.text() == "step 0"
    driver.take(1204)
    assert driver.step == 1204
    assert step.text() == "step 1,204"


def test_run_is_checked_exactly_while_the_worker_runs(driver):
    action = driver.named(QAction, "action_run")
    state = driver.named(QLabel, "status_state")
    assert not action.isChecked()
    assert state.text() == "Ready"
    action.trigger()
    assert not action.isChecked(), "checked before the worker has answered"
    driver.wait(lambda: driver.snapshot.state is RunState.RUNNING)
    assert action.isChecked()
    assert action.text() == "Pause"
    assert state.text() == "Running"
    action.trigger()
    assert action.isChecked()
    driver.wait(lambda: driver.snapshot.state is RunState.PAUSED)
    assert not action.isChecked()
    assert action.text() == "Run"
    assert state.text() == "Paused"


def test_a_run_ends_at_its_last_epoch_and_goes_on_when_asked(make_window):
    driver = make_window("--epochs", "2")
    driver.window.toggle_run()
    driver.wait(lambda: driver.snapshot.state is RunState.FINISHED)
    assert driver.step == 38
    assert driver.named(QLabel, "status_state").text() == "Finished"
    driver.window.toggle_run()
    driver.wait(lambda: driver.step == 76)


def test_back_is_possible_only_after_a_step(driver):
    back = driver.named(QAction, "action_step_back")
    assert not back.isEnabled()
    driver.take(2)
    assert back.isEnabled()
    back.trigger()
    driver.acknowledge()
    assert driver.step == 1


# --- settings -----------------------------------------------------------------------------


def choose(driver, setting: str, key: str) -> None:
    """Choose an entry as a click on it would."""
    combo = driver.named(QComboBox, f"field_{setting}")
    index = combo.findData(key)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def enter(driver, setting: str, text: str) -> None:
    """Type into a field and leave it."""
    field = driver.named(QWidget, f"field_{setting}")
    edit = field if isinstance(field, QLineEdit) else field.lineEdit()
    edit.setText(text)
    field.editingFinished.emit()


CHANGES = [
    (choose, "hidden_activation", "relu", "hidden_activation", "relu"),
    (choose, "output_activation", "identity", "output_activation", "identity"),
    (choose, "cost", "cross_entropy", "cost", "cross_entropy"),
    (choose, "optimizer", "adam", "optimizer", "adam"),
    (enter, "steepness", "2.5", "steepness", 2.5),
    (choose, "schedule", "cosine", "schedule", "cosine"),
    (enter, "schedule_epochs", "12.5", "schedule_epochs", 12.5),
    (enter, "l1", "1e-6", "l1", 1e-6),
    (enter, "l2", "λ₂ 0.0001", "l2", 1e-4),
    (enter, "dropout", "20 %", "dropout", 0.2),
    (enter, "augment_shift", "± 2 px", "augment_shift", 2.0),
    (enter, "augment_rotation", "7.5°", "augment_rotation", 7.5),
    (enter, "augment_noise", "15", "augment_noise", 0.15),
    (choose, "initializer", "he", "initializer", "he"),
    (enter, "hidden", "5, 4", "layer_sizes", (16, 5, 4, 3)),
    (enter, "hidden", "", "layer_sizes", (16, 3)),
    (enter, "mini_batch", "8", "mini_batch", 8),
    (enter, "mini_batch", "300", "mini_batch", "all"),
    (enter, "n_examples", "120", "n_examples", 120),
    (enter, "shuffle_labels", "25 %", "shuffle_labels", 0.25),
    (enter, "epochs", "3", "epochs", 3),
    (enter, "seed", "0", "seed", 0),
]


def test_every_setting_holds_at_step_0_and_can_be_undone(driver):
    """Where a run begins takes another run; all else is changed in this one, without a mark."""
    for act, field, given, setting, value in CHANGES:
        before = driver.snapshot
        act(driver, field, given)
        driver.acknowledge()
        assert driver.message == "", setting
        assert getattr(driver.snapshot.config, setting) == value
        assert driver.snapshot.run_id == before.run_id + (setting in STARTING)
        assert driver.snapshot.marks == ()
        assert driver.window.settings_panel.config == driver.snapshot.config
        driver.window.undo_stack.undo()
        driver.acknowledge()
        assert driver.snapshot.config == before.config, setting
        assert driver.window.settings_panel.config == before.config
    driver.take(2)
    assert driver.step == 2


def waiting(driver) -> str:
    """What the panel says of waiting settings; empty while its button is hidden."""
    panel = driver.window.settings_panel
    button = driver.named(QPushButton, "button_apply")
    assert button.isHidden() == panel._waiting.isHidden()
    return "" if button.isHidden() else panel._waiting.text()


def test_where_a_run_begins_waits_once_training_has_begun(driver):
    driver.take(3)
    before = driver.snapshot
    enter(driver, "hidden", "5")
    choose(driver, "initializer", "he")
    driver.acknowledge()
    assert waiting(driver) == "Waits for a restart: hidden layers, initializer"
    assert driver.snapshot.config == before.config
    assert (driver.snapshot.run_id, driver.step) == (before.run_id, 3)
    driver.named(QPushButton, "button_apply").click()
    driver.acknowledge()
    assert waiting(driver) == ""
    assert driver.snapshot.config.layer_sizes == (16, 5, 3)
    assert driver.snapshot.config.initializer == "he"
    assert driver.step == 0


def test_any_other_setting_changes_live_is_marked_and_can_be_undone(driver):
    driver.take(3)
    run_id = driver.snapshot.run_id
    for act, field, given, setting, value in CHANGES:
        if setting in STARTING | UNMARKED:
            continue
        before = getattr(driver.snapshot.config, setting)
        act(driver, field, given)
        driver.acknowledge()
        assert (driver.message, waiting(driver)) == ("", ""), setting
        assert getattr(driver.snapshot.config, setting) == value
        assert driver.snapshot.marks == (Mark(driver.step, setting, before, value),)
        driver.window.undo_stack.undo()
        driver.acknowledge()
        assert getattr(driver.snapshot.config, setting) == before
        assert driver.snapshot.marks == ()
    choose(driver, "optimizer", "adam")
    driver.take(2)
    assert (driver.snapshot.run_id, driver.step) == (run_id, 5)
    assert [mark.title for mark in driver.snapshot.marks] == ["optimizer Gradient descent → Adam"]


def test_undo_takes_a_waiting_setting_back(driver):
    driver.take(3)
    enter(driver, "hidden", "5")
    driver.window.undo_stack.undo()
    assert waiting(driver) == ""
    assert driver.named(QLineEdit, "field_hidden").text() == "8"
    driver.window.undo_stack.redo()
    assert waiting(driver) == "Waits for a restart: hidden layers"


def test_the_learning_rate_changes_live_and_is_marked(driver):
    driver.take(3)
    enter(driver, "learning_rate", "0.25")
    driver.acknowledge()
    assert waiting(driver) == ""
    assert driver.snapshot.config.learning_rate == 0.25
    mark = driver.snapshot.marks[-1]
    assert (mark.step, mark.before, mark.after) == (3, 0.5, 0.25)
    driver.window.undo_stack.undo()
    driver.acknowledge()
    assert driver.snapshot.config.learning_rate == 0.5
    assert driver.named(NumberField, "field_learning_rate").value() == 0.5


def test_undo_before_the_worker_has_answered(driver):
    """The window knows what it has asked for, not only what has been answered."""
    driver.take(3)
    enter(driver, "learning_rate", "0.25")
    driver.window.undo_stack.undo()
    driver.acknowledge()
    assert driver.snapshot.config.learning_rate == 0.5
    driver.send(Restart(driver.snapshot.config))
    enter(driver, "hidden", "5")
    driver.window.undo_stack.undo()
    driver.acknowledge()
    assert driver.snapshot.config.layer_sizes == (16, 8, 3)
    assert driver.window.settings_panel.config == driver.snapshot.config


def test_showing_a_rate_between_two_notches_proposes_nothing(driver):
    """Only the user moves the slider; it stands at the nearest notch of any other rate."""
    proposals = []
    driver.window.settings_panel.proposed.connect(lambda config, _: proposals.append(config))
    driver.send(Restart(driver.snapshot.config.replace(learning_rate=0.7)))
    assert driver.window.settings_panel.config.learning_rate == 0.7
    assert proposals == []


def test_the_slider_of_the_rate_merges_into_one_undo(driver):
    slider = driver.named(QSlider, "slider_learning_rate")
    driver.take(1)
    count = driver.window.undo_stack.count()
    for position in range(130, 140):
        slider.setSliderPosition(position)
    driver.acknowledge()
    assert driver.window.undo_stack.count() == count + 1
    assert driver.snapshot.config.learning_rate != 0.5
    driver.window.undo_stack.undo()
    driver.acknowledge()
    assert driver.snapshot.config.learning_rate == 0.5


def test_slow_changes_of_the_rate_are_undone_one_by_one(driver):
    clock = [0.0]
    driver.window.run_settings.now = lambda: clock[0]
    driver.take(1)
    for rate, at in (("0.4", 10.0), ("0.3", 10.9), ("0.2", 12.0)):
        clock[0] = at
        enter(driver, "learning_rate", rate)
    driver.window.undo_stack.undo()
    assert driver.window.settings_panel.config.learning_rate == 0.3
    driver.window.undo_stack.undo()
    assert driver.window.settings_panel.config.learning_rate == 0.5
    assert not driver.window.undo_stack.canUndo()


def test_undo_of_one_setting_leaves_the_others(driver):
    enter(driver, "learning_rate", "0.25")
    driver.send(ChangeSettings((("dropout", 0.25),)))
    driver.window.undo_stack.undo()
    driver.acknowledge()
    assert driver.snapshot.config.learning_rate == 0.5
    assert driver.snapshot.config.dropout == 0.25 == driver.window.settings_panel.config.dropout


def test_an_undo_that_fits_no_longer_is_a_sentence(driver):
    driver.window.undo_stack.clear()
    driver.window.run_settings.change({"learning_rate": -1.0})
    assert driver.message.startswith("The learning rate must be")


def test_zero_epochs_are_shown(make_window):
    driver = make_window("--epochs", "0")
    assert driver.named(NumberField, "field_epochs").value() == 0


def test_a_large_seed_can_be_changed_by_one(make_window):
    driver = make_window("--seed", "1234567891")
    enter(driver, "seed", "1234567892")
    driver.acknowledge()
    assert driver.snapshot.config.seed == 1234567892


def test_the_theme_can_be_the_desktops_again(driver):
    themes = next(m for m in driver.window.findChildren(QMenu) if m.title() == "Theme")
    entries = {action.text(): action for action in themes.actions()}

    def checked() -> list[str]:
        themes.aboutToShow.emit()
        return [text for text, action in entries.items() if action.isChecked()]

    assert checked() == ["System"]
    entries["Light"].trigger()
    assert (driver.window.settings.theme, current_theme().name) == ("light", "light")
    assert checked() == ["Light"]
    entries["System"].trigger()
    assert (driver.window.settings.theme, current_theme().name) == ("system", system_theme())
    assert checked() == ["System"]


def test_stepping_back_over_a_change_of_the_rate_shows_the_old_one(driver):
    driver.take(3)
    driver.send(ChangeSettings((("learning_rate", 0.25),)))
    driver.take(1)
    assert driver.named(NumberField, "field_learning_rate").value() == 0.25
    for _ in range(2):
        driver.named(QAction, "action_step_back").trigger()
    driver.acknowledge()
    assert driver.step == 2
    assert driver.snapshot.config.learning_rate == 0.5
    assert driver.named(NumberField, "field_learning_rate").value() == 0.5


def test_bad_hidden_layers_are_refused_in_a_sentence(driver):
    before = driver.snapshot
    for text in ("sixteen", "16; 16", "0", "16, 0", "-4", "99999999", "1.5", "1e9"):
        driver.window.message.clear()
        enter(driver, "hidden", text)
        assert driver.message.endswith("."), text
        assert not driver.message[0].islower()
        assert driver.named(QLineEdit, "field_hidden").text() == "8"
    driver.acknowledge()
    assert driver.snapshot.run_id == before.run_id


def test_leaving_a_field_does_not_round_its_value(make_window):
    driver = make_window("--seed", "1234567891", "--learning-rate", "0.123456789")
    for setting in ("seed", "learning_rate"):
        field = driver.named(NumberField, f"field_{setting}")
        field.editingFinished.emit()
    driver.acknowledge()
    assert driver.window.undo_stack.count() == 0
    assert driver.window.settings_panel.config == driver.snapshot.config
    assert driver.snapshot.config.seed == 1234567891
    assert driver.snapshot.config.learning_rate == 0.123456789


def test_the_largest_seed_is_shown(make_window):
    driver = make_window("--seed", str(2**63 - 1))
    assert driver.snapshot.config.seed == 2**63 - 1


def test_presets_keep_the_data_and_its_sizes(driver):
    for preset, expected in PRESETS.items():
        choose(driver, "preset", preset)
        driver.acknowledge()
        config = driver.snapshot.config
        assert config.layer_sizes == (16, *expected.layer_sizes[1:-1], 3)
        assert config.data == driver.window.session.dataset.source
        assert config.optimizer == expected.optimizer
        assert config.learning_rate == expected.learning_rate
        assert driver.named(QComboBox, "field_preset").currentData() == preset
    enter(driver, "hidden", "7")
    assert driver.named(QComboBox, "field_preset").currentData() == "custom"


def test_a_refused_restart_shows_what_the_worker_has(driver):
    before = driver.snapshot.config
    wrong = before.replace(layer_sizes=(25, 8, 3))
    driver.window.run_settings.apply(wrong)
    driver.acknowledge()
    assert driver.snapshot.config == before
    assert "16" in driver.named(QLabel, "status_notice").accessibleDescription() or (
        "16" in driver.window.status.notice.whole_text()
    )
    assert waiting(driver) == "Waits for a restart: hidden layers"


def test_what_the_worker_said_is_taken_back_when_it_holds_no_longer(driver):
    window = driver.window
    window.send(TakeBackMove())
    driver.acknowledge()
    assert driver.snapshot.message
    assert window.status.notice.whole_text() == driver.snapshot.message
    window.send(Step())
    driver.acknowledge()
    assert not driver.snapshot.message
    assert not window.status.notice.whole_text()


def test_new_start_twice_gives_two_other_seeds(driver):
    seed = driver.snapshot.config.seed
    driver.named(QAction, "action_new_start").trigger()
    driver.named(QAction, "action_new_start").trigger()
    driver.acknowledge()
    assert driver.snapshot.config.seed == seed + 2


# --- R10: divergence ----------------------------------------------------------------------


@pytest.fixture
def diverged(make_window):
    driver = make_window("--output-activation", "identity", "--learning-rate", "1e6")
    driver.show()
    driver.window.toggle_run()
    driver.wait(lambda: driver.snapshot.state is RunState.DIVERGED)
    return driver


def test_divergence_names_the_step_and_keeps_the_last_network(diverged):
    assert f"at step {diverged.step + 1:,}" in diverged.message
    assert diverged.named(QLabel, "status_state").text() == "Diverged"
    assert np.isfinite(diverged.snapshot.parameters.vector).all()
    texts = {b.text() for b in diverged.window.message.findChildren(QPushButton)}
    assert {"Back", "Restart", "Dismiss"} <= texts


def test_divergence_once_dismissed_stays_dismissed(diverged):
    diverged.window.message.clear()
    for _ in range(3):
        diverged.acknowledge()
    assert diverged.message == ""


def test_step_back_and_restart_lead_out_of_divergence(diverged):
    step = diverged.step
    diverged.named(QAction, "action_restart").trigger()
    diverged.acknowledge()
    assert diverged.message == ""
    assert diverged.snapshot.state is RunState.READY
    diverged.window.toggle_run()
    diverged.wait(lambda: diverged.snapshot.state is RunState.DIVERGED)
    assert diverged.step == step, "the same start diverges at the same step"
    assert diverged.message
    if step:
        diverged.named(QAction, "action_step_back").trigger()
        diverged.acknowledge()
        assert diverged.message == ""
        assert diverged.step == step - 1
        assert diverged.snapshot.state is RunState.PAUSED


# --- R6, canary ---------------------------------------------------------------------------


def test_frames_do_not_lose_references_to_none_and_true(shown, qapp):
    """PySide6 6.12.0 lost them on Python 3.11; from 3.12 on they are immortal."""
    window = shown.window
    shown.send(SetSpeed(100))
    shown.run()
    gc.collect()
    before = [sys.getrefcount(value) for value in (None, True)]
    for _ in range(500):
        window.tick()
        qapp.processEvents()
    window.grab()
    gc.collect()
    after = [sys.getrefcount(value) for value in (None, True)]
    if sys.version_info < (3, 12):
        for was, now in zip(before, after, strict=True):
            assert now > was - 100, f"{was - now} references lost in 500 frames"
    shown.pause()


def test_frames_do_not_gather_objects(shown, qapp):
    window = shown.window
    shown.send(SetSpeed(100))
    shown.run()
    for _ in range(50):
        window.tick()
        qapp.processEvents()
    gc.collect()
    before = len(window.findChildren(QWidget)), len(gc.get_objects())
    for _ in range(40):
        window.tick()
        qapp.processEvents()
    shown.pause()
    gc.collect()
    assert len(window.findChildren(QWidget)) == before[0]
    assert len(gc.get_objects()) < before[1] + 3000


def test_mnist_by_default(make_window, mnist):
    driver = make_window(data=None)
    driver.show()
    assert driver.snapshot.config.layer_sizes == (784, 16, 16, 10)
    driver.take(200)
    driver.wait(
        lambda: (
            driver.window.session.evaluation is not None
            and driver.window.session.evaluation.step == 200
        )
    )
    assert "of 10,000" in driver.named(QLabel, "status_accuracy").text()
    assert driver.named(QLabel, "status_step").text() == "step 200"
    assert "MNIST" in driver.named(QLabel, "status_data").text().upper()
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_closed_window_leaves_no_widget_behind(make_window, qapp):
    before = set(QApplication.allWidgets())
    window = make_window().window
    window.show()
    window.close()
    assert window.shut_down()
    window.deleteLater()
    for _ in range(2):
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.allWidgets() if widget not in before]
    assert not left


def test_the_bar_is_as_wide_as_the_window_and_says_all_where_there_is_room(shown):
    shown.window.resize(1440, 900)
    QApplication.processEvents()
    QApplication.processEvents()
    bar = shown.window.transport
    assert bar.width() > 1400
    assert [item.isVisible() for item in bar.findChildren(ReadOut)] == [True] * 4
    assert not bar.workspaces.geometry().intersects(shown.named(QWidget, "button_run").geometry())
    assert shown.window.status.width() > 1300
