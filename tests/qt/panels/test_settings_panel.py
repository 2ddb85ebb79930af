"""The panel in its window: what is shown when, what folds, and what explains itself."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QWhatsThis,
    QWidget,
)

from gdviz.qt import help_texts
from gdviz.qt.widgets.folding_section import FoldHead
from gdviz.runtime.commands import ChangeSettings
from gdviz.training.config import PRESETS


def field(driver, setting: str) -> QWidget:
    return driver.named(QWidget, f"field_{setting}")


def change(driver, **settings):
    driver.send(ChangeSettings(tuple(settings.items())))


def test_steepness_is_shown_while_a_layer_has_a_sigmoid(shown):
    assert field(shown, "steepness").isVisible()
    change(shown, hidden_activation="relu")
    assert field(shown, "steepness").isVisible()
    change(shown, output_activation="softmax", cost="cross_entropy")
    assert not field(shown, "steepness").isVisible()


def test_length_is_shown_with_a_schedule(shown):
    assert not field(shown, "schedule_epochs").isVisible()
    change(shown, schedule="cosine")
    assert field(shown, "schedule_epochs").isVisible()


def test_sections_are_folded_until_something_in_them_is_on(make_window):
    plain = make_window()
    heads = {head.objectName(): head for head in plain.window.findChildren(FoldHead)}
    assert {name: head.isChecked() for name, head in heads.items()} == {
        "fold_regularisation": False, "fold_augmentation": False
    }  # fmt: skip
    change(plain, l2=1e-4)
    assert heads["fold_regularisation"].summary == "L2 0.0001"
    assert heads["fold_augmentation"].summary == "off"
    used = make_window("--l2", "0.001")
    assert used.named(FoldHead, "fold_regularisation").isChecked()


def test_every_control_of_the_panel_explains_itself_to_the_keyboard(shown, monkeypatch):
    said = []
    monkeypatch.setattr(QWhatsThis, "showText", lambda _at, text, _widget: said.append(text))
    panel = shown.window.settings_panel
    for head in panel.findChildren(FoldHead):
        head.setChecked(True)
    change(shown, schedule="cosine", augment_noise=0.1)
    kinds = (QAbstractSpinBox, QComboBox, QLineEdit, QSlider, QPushButton, FoldHead)
    controls = [
        control
        for kind in kinds
        for control in panel.findChildren(kind)
        if control.isVisible() and control.objectName() != "qt_spinbox_lineedit"
    ]
    assert len(controls) > 20
    for control in controls:
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.objectName()
        control.setFocus()
        help_texts.explain(shown.window)
        assert said.pop() == control.whatsThis() != "", control.objectName()
        assert control.accessibleDescription(), control.objectName()


def test_tab_goes_from_top_to_bottom(shown):
    panel = shown.window.settings_panel
    for head in panel.findChildren(FoldHead):
        head.setChecked(True)
    change(shown, schedule="cosine", augment_noise=0.1)
    first = field(shown, "preset")
    visited, widget = [], first
    while not visited or widget is not first:
        takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if panel.isAncestorOf(widget) and widget.isVisible() and takes_tab:
            visited.append(widget)
        widget = widget.nextInFocusChain()
    assert len(visited) > 20
    heights = [widget.mapTo(panel, widget.rect().center()).y() for widget in visited]
    names = [widget.objectName() for widget in visited]
    assert heights == sorted(heights), names


def test_a_preset_while_running_holds_at_once_but_for_where_a_run_begins(shown):
    """What waits is in sight, however far down the fields are scrolled."""
    shown.take(3)
    combo = shown.named(QComboBox, "field_preset")
    combo.setCurrentIndex(combo.findData("tweaked"))
    combo.activated.emit(combo.currentIndex())
    shown.acknowledge()
    preset = PRESETS["tweaked"]
    config = shown.snapshot.config
    assert (config.optimizer, config.cost) == (preset.optimizer, preset.cost)
    assert config.layer_sizes == (16, 8, 3)
    assert {mark.step for mark in shown.snapshot.marks} == {3}
    assert "optimizer Gradient descent → Adam" in {m.title for m in shown.snapshot.marks}
    assert combo.currentData() == "tweaked"
    panel = shown.window.settings_panel
    button = shown.named(QPushButton, "button_apply")
    hint = next(label for label in panel.findChildren(QLabel) if "Waits" in label.text())
    assert hint.text() == "Waits for a restart: hidden layers, initializer"
    for widget in (hint, button):
        assert widget.isVisible()
        assert not widget.visibleRegion().isEmpty()
    button.click()
    shown.acknowledge()
    assert shown.snapshot.config.layer_sizes == (16, 256, 64, 3)
    assert not button.isVisible()


def test_the_preview_goes_by_the_seed_of_the_run_under_way(shown):
    change(shown, augment_shift=1.0)
    shown.take(2)
    panel = shown.window.settings_panel
    panel._augmentation.set_open(True)
    before = list(panel._preview.strip.images)
    seed = field(shown, "seed")
    seed.lineEdit().setText("99")
    seed.editingFinished.emit()
    shown.acknowledge()
    assert panel.config.seed == 99
    assert panel._preview.strip.images == before
    shown.named(QPushButton, "button_apply").click()
    shown.acknowledge()
    assert panel._preview.strip.images != before


@pytest.mark.parametrize("setting", ["l1", "l2", "dropout", "augment_shift", "augment_noise"])
def test_zero_can_be_typed_back(setting, driver):
    change(driver, **{setting: 0.5})
    number = field(driver, setting)
    number.lineEdit().setText("0")
    number.editingFinished.emit()
    driver.acknowledge()
    assert driver.message == ""
    assert getattr(driver.snapshot.config, setting) == 0
