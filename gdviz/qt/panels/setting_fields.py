"""The fields of the settings panel: choices, numbers and the hidden layers, by setting."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.panels.numbers import NUMBERS, shown_number
from gdviz.qt.panels.setting_texts import EXPLANATIONS
from gdviz.qt.panels.waiting import preset_of
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.settings_form import SettingsForm
from gdviz.training.config import TrainingConfig


def explain(widget: QWidget, text: str) -> None:
    """Say what a control is: to the pointer, to F1 and to a screen reader."""
    widget.setToolTip(text)
    widget.setWhatsThis(text)
    widget.setAccessibleDescription(text)


class SettingFields(QObject):
    """Makes the fields, shows a configuration in them and tells what the user enters.

    Each is called ``field_<setting>`` and explains itself.

    Attributes
    ----------
    chosen : Signal(str, str)
        A setting and the key of the entry that the user chose.
    entered : Signal(str, float)
        A setting and the number that the user entered, as shown.
    typed : Signal(str, str)
        A setting and the text that the user typed.
    done : Signal()
        Enter was pressed in a field of text.
    """

    chosen = Signal(str, str)
    entered = Signal(str, float)
    typed = Signal(str, str)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._combos: dict[str, QComboBox] = {}
        self._numbers: dict[str, NumberField] = {}
        self._rows: dict[str, tuple[SettingsForm, QWidget]] = {}

    def add_combo(
        self, form: SettingsForm, setting: str, name: str, titles: dict[str, str]
    ) -> None:
        """Add a choice between entries, given as titles by key."""
        combo = QComboBox()
        combo.setFont(font(12))
        for key, title in titles.items():
            combo.addItem(title, key)
        combo.activated.connect(lambda _index: self.chosen.emit(setting, combo.currentData()))
        self._combos[setting] = combo
        explain(combo, EXPLANATIONS[setting])
        self._add_row(form, setting, name, combo)

    def add_numbers(self, form: SettingsForm, *settings: str) -> None:
        """Add fields of numbers."""
        for setting in settings:
            self._add_number(form, setting)

    def add_text(self, form: SettingsForm, setting: str, name: str) -> QLineEdit:
        """Add a field of text and give it."""
        edit = QLineEdit()
        edit.setFont(font(12))
        edit.editingFinished.connect(lambda: self.typed.emit(setting, edit.text()))
        # The keys go back to the window: Space would be typed into the field.
        edit.returnPressed.connect(self.done)
        edit.installEventFilter(self)
        explain(edit, EXPLANATIONS[setting])
        self._add_row(form, setting, name, edit)
        return edit

    def set_visible(self, setting: str, is_visible: bool) -> None:
        """Show or hide a field, with its name."""
        form, field = self._rows[setting]
        form.set_row_visible(field, is_visible)

    def show(self, config: TrainingConfig, n_train: int) -> None:
        """Show a configuration in the choices and the numbers.

        Parameters
        ----------
        config : TrainingConfig
        n_train : int
            Training examples of the dataset.
        """
        for setting, combo in self._combos.items():
            key = preset_of(config) if setting == "preset" else getattr(config, setting)
            combo.setCurrentIndex(combo.findData(key))
        for setting, field in self._numbers.items():
            value = shown_number(config, setting, n_train)
            if not field.hasFocus() or field.value() != value:
                field.set_value(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: Ctrl+Z in a field with nothing typed undoes the last setting."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            edit = watched.lineEdit() if isinstance(watched, NumberField) else watched
            if isinstance(edit, QLineEdit) and not edit.isModified():
                keys = QKeySequence.StandardKey
                if event.matches(keys.Undo) or event.matches(keys.Redo):
                    event.ignore()
                    return True
        return super().eventFilter(watched, event)

    def _add_number(self, form: SettingsForm, setting: str) -> None:
        about = NUMBERS[setting]
        field = NumberField(
            about.name,
            max(about.low, 1),
            about.low,
            about.high,
            whole=about.whole,
            zero=about.zero,
            prefix=about.prefix,
            suffix=about.suffix,
            step=about.step,
        )
        field.set_explanation(EXPLANATIONS[setting])
        field.value_changed.connect(lambda value: self.entered.emit(setting, value))
        field.installEventFilter(self)
        self._numbers[setting] = field
        self._add_row(form, setting, about.name, field)

    def _add_row(self, form: SettingsForm, setting: str, name: str, field: QWidget) -> None:
        field.setObjectName(f"field_{setting}")
        form.add_row(name, field)
        self._rows[setting] = form, field
