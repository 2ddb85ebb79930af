"""The settings of a run: what can be chosen, and what of it waits for a restart."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSlider, QVBoxLayout, QWidget

from gdviz.data.dataset import Dataset
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import INITIALIZERS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.qt.actions import Actions
from gdviz.qt.fonts import font
from gdviz.qt.panels import setting_texts
from gdviz.qt.panels.augmentation_preview import AugmentationPreview
from gdviz.qt.panels.data_button import DataButton
from gdviz.qt.panels.numbers import entered_value, is_shown, shown_number
from gdviz.qt.panels.setting_fields import SettingFields, explain
from gdviz.qt.panels.waiting import waiting_settings
from gdviz.qt.widgets.folding_section import FoldingSection
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.scrolled import MARGIN, scrolled
from gdviz.qt.widgets.settings_form import SettingsForm
from gdviz.training.config import PRESETS, TrainingConfig

PRESET_TITLES = {"lesson": "Lesson", "sixteen": "Sixteen", "tweaked": "Tweaked"}
MINIMUM_WIDTH = 234
"""Names and fields side by side; a narrower dock would cut the fields."""
_RATE_LOW, _RATE_HIGH, _RATE_NOTCHES = -4.0, 2.0, 240
"""The learning rate's slider is logarithmic, from 0.0001 to 100."""


class SettingsPanel(QWidget):
    """Fields for every setting of a `TrainingConfig`.

    The panel shows one configuration and proposes another; it applies nothing itself. What
    waits for a restart stands below the fields, in sight wherever they are scrolled to.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
    actions : Actions

    Attributes
    ----------
    proposed : Signal(object, str)
        A new, valid `TrainingConfig` and the name of the setting that the user changed.
    refused : Signal(str)
        Why a change makes no valid configuration; the fields show the old one again.
    restart_asked : Signal()
        The button under waiting changes was pressed.
    """

    proposed = Signal(object, str)
    refused = Signal(str)
    restart_asked = Signal()

    def __init__(self, config: TrainingConfig, dataset: Dataset, actions: Actions) -> None:
        super().__init__()
        self._config = config
        self._active = config
        self._dataset = dataset
        self._form = SettingsForm()
        self._fields = SettingFields()
        self._fields.chosen.connect(self._chosen)
        self._fields.entered.connect(self._number_entered)
        self._fields.typed.connect(self._hidden_edited)
        self._fields.done.connect(self._give_keys_back)
        self._build_network()
        self._build_descent()
        self._build_regularisation()
        self._build_data(actions)
        self._build_start(actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(scrolled(self._form), 1)
        column.addWidget(self._build_waiting())
        self.setMinimumWidth(MINIMUM_WIDTH)
        self.show_config(config, None)
        self._regularisation.set_open(bool(config.l1 or config.l2 or config.dropout))
        self._augmentation.set_open(
            bool(config.augment_shift or config.augment_rotation or config.augment_noise)
        )

    @property
    def config(self) -> TrainingConfig:
        """What the fields show."""
        return self._config

    def show_dataset(self, dataset: Dataset) -> None:
        """Take other data to be those of the run; `show_config` follows."""
        self._dataset = dataset
        self._preview.show_dataset(dataset)

    def show_config(self, config: TrainingConfig, active: TrainingConfig | None) -> None:
        """Show a configuration and, where it differs from the active one, what waits.

        Parameters
        ----------
        config : TrainingConfig
        active : TrainingConfig or None
            That of the run under way; None if nothing can be waiting.
        """
        self._config, self._active = config, active or config
        self._show_values()
        waiting = waiting_settings(config, self._active)
        self._footer.setVisible(bool(waiting))
        self._waiting.setText(f"Waits for a restart: {', '.join(waiting)}" if waiting else "")

    # --- fields ---------------------------------------------------------------------------

    def _build_network(self) -> None:
        form, fields = self._form, self._fields
        form.add_section("Network")
        fields.add_combo(form, "preset", "Preset", {**PRESET_TITLES, "custom": "Own settings"})
        self._hidden = fields.add_text(form, "hidden", "Hidden layers")
        fields.add_combo(form, "hidden_activation", "Activation", _titles(ACTIVATIONS))
        fields.add_combo(form, "output_activation", "Output", _titles(OUTPUT_ACTIVATIONS))
        fields.add_numbers(form, "steepness")
        self._summary = form.add_hint()
        form.add_section("Cost")
        fields.add_combo(form, "cost", "Function", _titles(COSTS))
        self._convention = form.add_hint()

    def _build_descent(self) -> None:
        form, fields = self._form, self._fields
        form.add_section("Optimizer")
        fields.add_combo(form, "optimizer", "Method", _titles(OPTIMIZERS))
        self._optimizer_hint = form.add_hint()
        fields.add_numbers(form, "learning_rate")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("slider_learning_rate")
        self._slider.setAccessibleName("Learning rate, logarithmic")
        explain(self._slider, setting_texts.EXPLANATIONS["learning_rate"])
        self._slider.setRange(0, _RATE_NOTCHES)
        self._slider.setPageStep(20)
        self._slider.sliderMoved.connect(self._slider_moved)
        self._slider.actionTriggered.connect(
            lambda _action: self._slider_moved(self._slider.sliderPosition())
        )
        form.add_wide(self._slider)
        fields.add_numbers(form, "mini_batch")
        fields.add_combo(form, "schedule", "Schedule", _titles(SCHEDULES))
        fields.add_numbers(form, "schedule_epochs")

    def _build_regularisation(self) -> None:
        self._regularisation = self._add_folding("Regularisation", "regularisation")
        form = self._regularisation.form
        self._fields.add_numbers(form, "l1", "l2")
        self._penalties_hint = form.add_hint()
        self._fields.add_numbers(form, "dropout")

    def _build_data(self, actions: Actions) -> None:
        form, fields = self._form, self._fields
        form.add_section("Data")
        self._data_button = DataButton(actions["data"])
        form.add_row("Images", self._data_button)
        self._class_names = form.add_hint()
        fields.add_numbers(form, "n_examples", "shuffle_labels", "epochs")
        self._augmentation = self._add_folding("Augmentation", "augmentation")
        folded = self._augmentation.form
        fields.add_numbers(folded, "augment_shift", "augment_rotation", "augment_noise")
        self._preview = AugmentationPreview(self._dataset)
        folded.add_wide(self._preview)

    def _build_start(self, actions: Actions) -> None:
        form, fields = self._form, self._fields
        form.add_section("Start")
        fields.add_combo(form, "initializer", "Initializer", _titles(INITIALIZERS))
        fields.add_numbers(form, "seed")
        new_start = QPushButton("New random start")
        new_start.setObjectName("button_new_start")
        explain(new_start, actions["new_start"].toolTip())
        new_start.setFont(font(12, 500))
        new_start.clicked.connect(actions["new_start"].trigger)
        action = actions["new_start"]
        action.changed.connect(lambda: new_start.setIcon(action.icon()))
        form.add_wide(new_start)

    def _build_waiting(self) -> QWidget:
        self._footer = QWidget()
        column = QVBoxLayout(self._footer)
        column.setContentsMargins(0, 0, MARGIN, 0)
        column.setSpacing(4)
        self._waiting = HintLabel()
        column.addWidget(self._waiting)
        restart = QPushButton("Restart with these settings")
        restart.setObjectName("button_apply")
        restart.setFont(font(12, 500))
        explain(restart, "Begin another run with what the fields show.")
        restart.clicked.connect(self.restart_asked)
        column.addWidget(restart)
        return self._footer

    def _add_folding(self, title: str, name: str) -> FoldingSection:
        section = FoldingSection(title, name)
        explain(section.head, setting_texts.FOLDED[name])
        self._form.add_gap(4)
        self._form.add_wide(section)
        return section

    # --- from the user --------------------------------------------------------------------

    def _chosen(self, setting: str, key: str) -> None:
        if setting != "preset":
            self._propose(setting, **{setting: key})
        elif key in PRESETS:
            preset = PRESETS[key]
            first, *_, last = self._config.layer_sizes
            sizes = (first, *preset.layer_sizes[1:-1], last)
            self._offer(preset.replace(data=self._config.data, layer_sizes=sizes), "preset")
        else:
            self._show_values()

    def _give_keys_back(self) -> None:
        self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    def _hidden_edited(self, _setting: str, text: str) -> None:
        # 16-16 is read as architectures are written; the sign in -16 is not swallowed.
        words = re.sub(r"(?<=\d)-(?=\d)|,", " ", text).split()
        try:
            hidden = tuple(int(word) for word in words)
        except ValueError:
            self._refuse(f"hidden layers are whole numbers such as 16, 16, not {text!r}")
            return
        if hidden != self._config.layer_sizes[1:-1]:
            sizes = (self._config.layer_sizes[0], *hidden, self._config.layer_sizes[-1])
            self._propose("layer_sizes", layer_sizes=sizes)

    def _slider_moved(self, position: int) -> None:
        exponent = _RATE_LOW + (_RATE_HIGH - _RATE_LOW) * position / _RATE_NOTCHES
        # Two significant digits: a slider promises no more.
        self._propose("learning_rate", learning_rate=float(f"{10**exponent:.2g}"))

    def _number_entered(self, setting: str, number: float) -> None:
        n_train = len(self._dataset.train)
        if is_shown(number, shown_number(self._config, setting, n_train)):
            self._show_values()
        else:
            value = entered_value(self._config, setting, number, n_train)
            self._propose(setting, **{setting: value})

    def _propose(self, setting: str, **changes: Any) -> None:
        try:
            config = self._config.replace(**changes)
        except ValueError as error:
            self._refuse(str(error))
            return
        self._offer(config, setting)

    def _offer(self, config: TrainingConfig, setting: str) -> None:
        if config != self._config:
            self.proposed.emit(config, setting)
        else:
            self._show_values()

    def _refuse(self, sentence: str) -> None:
        self._show_values()
        self.refused.emit(sentence[:1].upper() + sentence[1:] + ".")

    # --- to the user ----------------------------------------------------------------------

    def _show_values(self) -> None:
        config = self._config
        self._fields.show(config, len(self._dataset.train))
        self._fields.set_visible("steepness", setting_texts.has_sigmoid(config))
        self._fields.set_visible("schedule_epochs", config.schedule != "constant")
        self._data_button.show_dataset(self._dataset)
        self._class_names.setText(setting_texts.class_names(self._dataset.class_names))
        self._class_names.setVisible(bool(self._dataset.class_names))
        self._hidden.setText(", ".join(str(size) for size in config.layer_sizes[1:-1]))
        exponent = math.log10(config.learning_rate)
        notch = (exponent - _RATE_LOW) / (_RATE_HIGH - _RATE_LOW) * _RATE_NOTCHES
        if not self._slider.isSliderDown():
            # setSliderPosition would count as the user's action and propose the notch's rate.
            self._slider.setValue(round(min(max(notch, 0), _RATE_NOTCHES)))
        architecture = config.architecture
        self._summary.setText(f"{architecture.name} · {architecture.n_parameters:,} parameters")
        self._convention.setText(COSTS[config.cost].convention)
        self._optimizer_hint.setText(setting_texts.optimizer_hint(config))
        self._optimizer_hint.setVisible(bool(setting_texts.optimizer_hint(config)))
        self._penalties_hint.setText(setting_texts.penalties_hint(config))
        self._regularisation.head.set_summary(setting_texts.regularisation_summary(config))
        self._augmentation.head.set_summary(setting_texts.augmentation_summary(config))
        # Its seed may wait; what the epochs of this run see does not.
        self._preview.show_config(config.replace(seed=self._active.seed))


def _titles(table: dict[str, Any]) -> dict[str, str]:
    return {key: entry.title for key, entry in table.items()}
