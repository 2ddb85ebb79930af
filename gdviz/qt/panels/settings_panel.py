"""The settings of a run: what can be chosen, and what of it waits for a restart."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from gdviz.data.dataset import Dataset
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import INITIALIZERS
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.qt.actions import Actions
from gdviz.qt.fonts import font
from gdviz.qt.panels.waiting import preset_of, waiting_settings
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.settings_form import SettingsForm
from gdviz.qt.widgets.ticks import format_number, next_doubled, next_whole
from gdviz.training.config import PRESETS, TrainingConfig

PRESET_TITLES = {"lesson": "Lesson", "sixteen": "Sixteen", "tweaked": "Tweaked"}
SCROLL_BAR_WIDTH = 10
MINIMUM_WIDTH = 234
"""Names and fields side by side; a narrower dock would cut the fields."""
_RATE_LOW, _RATE_HIGH, _RATE_NOTCHES = -4.0, 2.0, 240
"""The learning rate's slider is logarithmic, from 0.0001 to 100."""


class SettingsPanel(QScrollArea):
    """Fields for every setting of a `TrainingConfig`.

    The panel shows one configuration and proposes another; it applies nothing itself.

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
        self._dataset = dataset
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._form = SettingsForm()
        self._combos: dict[str, QComboBox] = {}
        self._numbers: dict[str, NumberField] = {}
        self._build_network()
        self._build_descent()
        self._build_data()
        self._build_start(actions)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, SCROLL_BAR_WIDTH, 0)
        column.addWidget(self._form)
        column.addStretch(1)
        self.setWidget(body)
        # setWidget switches this on: the dock's own ground must show through.
        body.setAutoFillBackground(False)
        # A scroll bar takes the place of the margin, so that it never lies over the fields.
        self.verticalScrollBar().rangeChanged.connect(
            lambda _low, high: column.setContentsMargins(0, 0, 0 if high else SCROLL_BAR_WIDTH, 0)
        )
        self.viewport().setAutoFillBackground(False)
        self.setMinimumWidth(MINIMUM_WIDTH)
        self.show_config(config, None)

    @property
    def config(self) -> TrainingConfig:
        """What the fields show."""
        return self._config

    def set_dataset(self, dataset: Dataset) -> None:
        """Show another dataset's name and limits."""
        self._dataset = dataset
        self._show_values()

    def show_config(self, config: TrainingConfig, active: TrainingConfig | None) -> None:
        """Show a configuration and, where it differs from the active one, what waits.

        Parameters
        ----------
        config : TrainingConfig
        active : TrainingConfig or None
            That of the run under way; None if nothing can be waiting.
        """
        self._config = config
        self._show_values()
        waiting = [] if active is None else waiting_settings(config, active)
        self._restart.setVisible(bool(waiting))
        self._waiting.setVisible(bool(waiting))
        self._waiting.setText(f"Waits for a restart: {', '.join(waiting)}")

    # --- fields ---------------------------------------------------------------------------

    def _build_network(self) -> None:
        form = self._form
        form.add_section("Network")
        self._add_combo("preset", "Preset", {**PRESET_TITLES, "custom": "Own settings"})
        self._hidden = QLineEdit()
        self._hidden.setObjectName("field_hidden")
        self._hidden.setFont(font(12))
        self._hidden.setToolTip("Neurons in each hidden layer, for example 16, 16")
        self._hidden.editingFinished.connect(self._hidden_edited)
        # The keys go back to the window: Space would be typed into the field.
        self._hidden.returnPressed.connect(self._give_keys_back)
        self._hidden.installEventFilter(self)
        form.add_row("Hidden layers", self._hidden)
        self._add_combo("hidden_activation", "Activation", _titles(ACTIVATIONS))
        self._add_combo("output_activation", "Output", _titles(OUTPUT_ACTIVATIONS))
        self._summary = form.add_hint()
        form.add_section("Cost")
        self._add_combo("cost", "Function", _titles(COSTS))
        self._convention = form.add_hint()

    def _build_descent(self) -> None:
        form = self._form
        form.add_section("Optimizer")
        self._add_combo("optimizer", "Method", _titles(OPTIMIZERS))
        self._add_number("learning_rate", "Learning rate", 0, 1e9, prefix="η  ")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("slider_learning_rate")
        self._slider.setAccessibleName("Learning rate, logarithmic")
        self._slider.setRange(0, _RATE_NOTCHES)
        self._slider.setPageStep(20)
        self._slider.sliderMoved.connect(self._slider_moved)
        self._slider.actionTriggered.connect(
            lambda _action: self._slider_moved(self._slider.sliderPosition())
        )
        form.add_wide(self._slider)
        self._add_number("mini_batch", "Mini-batch", 1, math.inf, whole=True, step=next_doubled)
        self._add_combo("schedule", "Schedule", _titles(SCHEDULES))

    def _build_data(self) -> None:
        form = self._form
        form.add_section("Data")
        self._add_number("n_examples", "Examples", 1, math.inf, whole=True)
        self._add_number("shuffle_labels", "Label noise", 0, 100, zero=True, suffix=" %")
        self._add_number("epochs", "Epochs", 0, 100_000, whole=True, zero=True, step=next_whole)

    def _build_start(self, actions: Actions) -> None:
        form = self._form
        form.add_section("Start")
        self._add_combo("initializer", "Initializer", _titles(INITIALIZERS))
        self._add_number("seed", "Seed", 0, 2**63, whole=True, zero=True, step=next_whole)
        new_start = QPushButton("New random start")
        new_start.setObjectName("button_new_start")
        new_start.setToolTip(actions["new_start"].toolTip())
        new_start.setFont(font(12, 500))
        new_start.clicked.connect(actions["new_start"].trigger)
        action = actions["new_start"]
        action.changed.connect(lambda: new_start.setIcon(action.icon()))
        form.add_wide(new_start)
        self._waiting = form.add_hint()
        self._restart = QPushButton("Restart with these settings")
        self._restart.setObjectName("button_apply")
        self._restart.setFont(font(12, 500))
        self._restart.clicked.connect(self.restart_asked)
        form.add_wide(self._restart)

    def _add_combo(self, setting: str, name: str, titles: dict[str, str]) -> None:
        combo = QComboBox()
        combo.setObjectName(f"field_{setting}")
        combo.setFont(font(12))
        for key, title in titles.items():
            combo.addItem(title, key)
        combo.activated.connect(lambda _index: self._chosen(setting, combo.currentData()))
        self._combos[setting] = combo
        self._form.add_row(name, combo)

    def _add_number(self, setting: str, name: str, low: float, high: float, **options: Any) -> None:
        field = NumberField(name, max(low, 1), low, high, **options)
        field.setObjectName(f"field_{setting}")
        field.value_changed.connect(lambda value: self._number_entered(setting, value))
        field.installEventFilter(self)
        self._numbers[setting] = field
        self._form.add_row(name, field)

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

    def _hidden_edited(self) -> None:
        # 16-16 is read as architectures are written; the sign in -16 is not swallowed.
        words = re.sub(r"(?<=\d)-(?=\d)|,", " ", self._hidden.text()).split()
        try:
            hidden = tuple(int(word) for word in words)
        except ValueError:
            self._refuse(
                f"hidden layers are whole numbers such as 16, 16, not {self._hidden.text()!r}"
            )
            return
        if hidden != self._config.layer_sizes[1:-1]:
            sizes = (self._config.layer_sizes[0], *hidden, self._config.layer_sizes[-1])
            self._propose("layer_sizes", layer_sizes=sizes)

    def _slider_moved(self, position: int) -> None:
        exponent = _RATE_LOW + (_RATE_HIGH - _RATE_LOW) * position / _RATE_NOTCHES
        # Two significant digits: a slider promises no more.
        self._propose("learning_rate", learning_rate=float(f"{10**exponent:.2g}"))

    def _number_entered(self, setting: str, value: float) -> None:
        shown = self._values()[setting]
        rounded = float(format_number(shown).replace(",", "").replace("−", "-"))
        if value in {shown, rounded}:
            # Leaving a field reads its rounded text: that is no wish for a rounded value.
            self._show_values()
        elif setting == "shuffle_labels":
            self._propose(setting, shuffle_labels=value / 100)
        elif setting == "learning_rate":
            self._propose(setting, learning_rate=value)
        else:
            whole = int(value)
            everything = {"n_examples": None, "mini_batch": "all"}
            limit = self._n_examples() if setting == "mini_batch" else len(self._dataset.train)
            if setting in everything and whole >= limit:
                self._propose(setting, **{setting: everything[setting]})
            else:
                self._propose(setting, **{setting: whole})

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

    def _n_examples(self) -> int:
        return self._config.n_examples or len(self._dataset.train)

    def _values(self) -> dict[str, float]:
        """Give what the fields of numbers show."""
        config = self._config
        return {
            "learning_rate": config.learning_rate,
            "mini_batch": self._n_examples() if config.mini_batch == "all" else config.mini_batch,
            "n_examples": self._n_examples(),
            "shuffle_labels": 100 * config.shuffle_labels,
            "epochs": config.epochs,
            "seed": config.seed,
        }

    def _show_values(self) -> None:
        config = self._config
        for setting, combo in self._combos.items():
            key = preset_of(config) if setting == "preset" else getattr(config, setting)
            combo.setCurrentIndex(combo.findData(key))
        for setting, value in self._values().items():
            if not self._numbers[setting].hasFocus() or self._numbers[setting].value() != value:
                self._numbers[setting].set_value(value)
        self._hidden.setText(", ".join(str(size) for size in config.layer_sizes[1:-1]))
        exponent = math.log10(config.learning_rate)
        notch = (exponent - _RATE_LOW) / (_RATE_HIGH - _RATE_LOW) * _RATE_NOTCHES
        if not self._slider.isSliderDown():
            # setSliderPosition would count as the user's action and propose the notch's rate.
            self._slider.setValue(round(min(max(notch, 0), _RATE_NOTCHES)))
        architecture = config.architecture
        self._summary.setText(f"{architecture.name} · {architecture.n_parameters:,} parameters")
        self._convention.setText(COSTS[config.cost].convention)


def _titles(table: dict[str, Any]) -> dict[str, str]:
    return {key: entry.title for key, entry in table.items()}
