"""Chooses what is trained on: a file or a folder, its classes, how many images, label noise.

::

    digits.csv                        [File…] [Folder…] [Back to MNIST]
    ████████░░░░ Reading 62 %                                  [Cancel]
    8 × 8 = 64 numbers an image ...
    ┌──────────────────────────┐  Classes          [All] [None]
    │ pictures with their      │  [x] 0  ▇▇▇▇▇▇▇  5,923
    │ classes                  │  [ ] 1  ▇▇▇▇▇▇▇▇ 6,742
    └──────────────────────────┘  Training images, Label noise
    Train begins a new run ...                       [Close] [Train]
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.data.classes import (
    FEWEST,
    choose_classes,
    class_counts,
    present_classes,
    split_source,
)
from gdviz.data.dataset import Dataset
from gdviz.qt.dialogs import data_texts
from gdviz.qt.dialogs.class_list import ClassList, ClassRow
from gdviz.qt.dialogs.data_source import SourceRow
from gdviz.qt.dialogs.example_preview import ExamplePreview
from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.files import dropped_path
from gdviz.qt.panels.numbers import NUMBERS
from gdviz.qt.panels.setting_texts import EXPLANATIONS
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.settings_form import SettingsForm
from gdviz.training.config import TrainingConfig
from gdviz.training.fit import check_fit


class DataDialog(PanelDialog):
    """Reads, shows and offers data; the run is left alone until Train.

    Parameters
    ----------
    parent : QWidget
    config : callable
        Gives the settings with which the next run would begin.

    Attributes
    ----------
    asked : Signal(object, object)
        A `Dataset` and the `TrainingConfig` of a run on it, which fit each other.
    """

    asked = Signal(object, object)

    def __init__(self, parent: QWidget, config: Callable[[], TrainingConfig]) -> None:
        super().__init__("data", "Data", parent)
        self._config = config
        self._dataset: Dataset | None = None
        self._wanted: tuple[str, ...] = ()
        self._n_examples: int | None = None
        self._n_read_anew: int | None = None
        self.setAcceptDrops(True)
        self.source = SourceRow(self)
        self.source.arrived.connect(self._take)
        self.source.busy_changed.connect(self._show_ready)
        self.body.addWidget(self.source)
        self._facts = HintLabel()
        self._facts.setObjectName("data_facts")
        self.body.addWidget(self._facts)
        self._build_middle()
        self._outcome = HintLabel()
        self._outcome.setObjectName("data_outcome")
        self.body.addWidget(self._outcome)
        self._build_buttons()
        self.resize(820, 620)
        self.setMinimumSize(640, 460)

    # --- building -------------------------------------------------------------------------

    def _build_middle(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        self.strip = ExamplePreview()
        row.addWidget(self.strip, 1)
        side = QWidget(self)
        side.setFixedWidth(284)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.classes = ClassList(self)
        self.classes.changed.connect(self._choice_changed)
        column.addWidget(self.classes, 1)
        form = SettingsForm(self)
        self.count = self._number("n_examples", "Training images")
        self.count.value_changed.connect(self._count_entered)
        form.add_row("Training images", self.count)
        self.noise = self._number("shuffle_labels", "Label noise")
        self.noise.value_changed.connect(lambda _value: self._show_outcome())
        form.add_row("Label noise", self.noise)
        column.addWidget(form)
        row.addWidget(side)
        self.body.addLayout(row, 1)

    def _number(self, setting: str, name: str) -> NumberField:
        about = NUMBERS[setting]
        field = NumberField(
            name, max(about.low, 0), about.low, about.high, self, whole=about.whole,
            zero=about.zero, suffix=about.suffix, step=about.step,
        )  # fmt: skip
        field.setObjectName(f"field_data_{setting}")
        field.set_explanation(EXPLANATIONS[setting].partition(" Waits")[0])
        return field

    def _build_buttons(self) -> None:
        self.buttons.addStretch(1)
        self.add_button("Close").clicked.connect(self.reject)
        self._train = self.add_button("Train", "primary")
        self._train.setObjectName("button_data_train")
        self._train.setDefault(True)
        self._train.clicked.connect(self._ask)

    # --- reading --------------------------------------------------------------------------

    def show_present(self, dataset: Dataset, config: TrainingConfig) -> None:
        """Show the data of the run; those of which it takes some classes are read whole."""
        self._n_examples = config.n_examples
        self.noise.set_value(100 * config.shuffle_labels)
        place, chosen = split_source(dataset.source)
        if chosen:
            self.read(dataset.source)
            # What was shown before is another dataset, or these classes alone.
            self._n_read_anew = config.n_examples
        else:
            self.source.cancel()
            self.source.say("")
            self._show(dataset, ())
        self.source.show_place(place)

    def read(self, source: str) -> None:
        """Begin to read a source, with the classes that it chooses chosen."""
        place, self._wanted = split_source(source)
        self._n_read_anew = None
        self.source.read(place)

    def poll(self) -> None:
        """Show what has been read; called at every tick of the window's clock."""
        self.source.poll()

    def _take(self, dataset: Dataset) -> None:
        self._n_examples = self._n_read_anew
        self._show(dataset, self._wanted)

    # --- what is shown --------------------------------------------------------------------

    def _show(self, dataset: Dataset, names: tuple[str, ...]) -> None:
        """Show another dataset with some of its classes chosen; all by default."""
        self._dataset = dataset
        self.source.show_place(dataset.source)
        self._facts.setText(data_texts.facts(dataset))
        n_train, n_test = class_counts(dataset)
        rows = [
            ClassRow(int(k), dataset.class_title(int(k)), int(n_train[k]), int(n_test[k]))
            for k in present_classes(dataset)
        ]
        chosen = {r.label for r in rows if not names or dataset.class_name(r.label) in names}
        self.classes.show_classes(rows, chosen)
        self._choice_changed()

    def _choice_changed(self) -> None:
        """Other classes are chosen: other pictures, other numbers."""
        dataset = self._dataset
        if dataset is None:
            return
        chosen = self.classes.chosen()
        self.strip.show_examples(dataset, chosen)
        n_train, n_test = self._totals()
        self.subtitle.set_whole_text(f"{n_train:,} training, {n_test:,} test images chosen")
        self.count.set_value(max(min(self._n_examples or n_train, n_train), 1))
        self._show_outcome()

    def _totals(self) -> tuple[int, int]:
        """Give the training and the test images of the chosen classes."""
        assert self._dataset is not None
        chosen = self.classes.chosen()
        n_train, n_test = class_counts(self._dataset)
        return int(n_train[chosen].sum()), int(n_test[chosen].sum())

    def _count_entered(self, number: float) -> None:
        n_train, _ = self._totals()
        self._n_examples = None if number >= n_train else int(number)
        self.count.set_value(max(min(number, n_train), 1))
        self._show_outcome()

    # --- what would happen ----------------------------------------------------------------

    def _is_ready(self) -> bool:
        return (
            self._dataset is not None
            and not self.source.is_busy
            and len(self.classes.chosen()) >= FEWEST
        )

    def _show_ready(self) -> None:
        self._train.setEnabled(self._is_ready())

    def config(self) -> TrainingConfig:
        """Give the settings of a run on what is chosen.

        Raises
        ------
        ValueError
            If there can be none.
        """
        dataset, config = self._dataset, self._config()
        assert dataset is not None
        n_train, _ = self._totals()
        n_examples = self._n_examples
        return config.replace(
            layer_sizes=(dataset.n_inputs, *config.layer_sizes[1:-1], dataset.n_classes),
            n_examples=None if n_examples is None or n_examples >= n_train else n_examples,
            shuffle_labels=self.noise.value() / 100,
        )

    def _show_outcome(self) -> None:
        self._show_ready()
        if self._dataset is None:
            return
        chosen = self.classes.chosen()
        if len(chosen) < FEWEST:
            self._outcome.setText("Choose at least two classes to train on.")
            return
        try:
            config = self.config()
        except ValueError as error:
            self._outcome.setText(f"{error}.")
            return
        n_train, n_test = self._totals()
        names = [self._dataset.class_name(label) for label in chosen]
        self._outcome.setText(
            data_texts.outcome(
                config, names, config.n_examples or n_train, n_test,
                leaves_out=len(chosen) < len(present_classes(self._dataset)),
            )
        )  # fmt: skip

    def _ask(self) -> None:
        """Hand over what is chosen; what cannot be trained is said here."""
        if not self._is_ready() or self._dataset is None:
            return
        names = [self._dataset.class_name(label) for label in self.classes.chosen()]
        try:
            dataset = choose_classes(self._dataset, names)
            config = self.config().replace(data=dataset.source)
            check_fit(config, dataset)
        except ValueError as error:
            self.source.say(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            return
        self.source.say("")
        self.asked.emit(dataset, config)
        self.accept()

    # --- Qt's own names -------------------------------------------------------------------

    def reject(self) -> None:
        """Qt override: Escape gives up what is being read."""
        self.source.cancel()
        super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt override: the settings may have been changed since."""
        super().showEvent(event)
        self._show_outcome()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt override: one local file or folder is welcome."""
        if dropped_path(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt override: read what was dropped."""
        path = dropped_path(event.mimeData())
        if path:
            event.acceptProposedAction()
            self.source.choose(path)
