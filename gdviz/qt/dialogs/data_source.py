"""Where data are read from: a file, a folder or the bundled digits, and how far reading is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.data.dataset import DataError
from gdviz.data.sources import MNIST
from gdviz.qt.data_reading import DataReading
from gdviz.qt.widgets.labels import ElidedLabel, Label
from gdviz.qt.widgets.meter_bar import MeterBar

FILTER = "Data (*.csv *.tsv *.txt *.npz *.gz *ubyte *.tra);;All files (*)"


class SourceRow(QWidget):
    """Names what is shown, reads something else beside the window and says why it could not.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    arrived : Signal(object)
        A `Dataset` has been read.
    busy_changed : Signal()
        Reading begins or ends.
    folder_chosen : Signal(str)
        Where the user chose something.
    """

    arrived = Signal(object)
    busy_changed = Signal()
    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._reading = DataReading()
        self.folder = ""
        """Where file dialogs begin."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._place = ElidedLabel("", 12, 400, "text")
        self._place.setObjectName("data_place")
        row.addWidget(self._place, 1)
        row.addWidget(self._button("File…", "file", "A table (CSV), an NPZ or one of IDX files",
                                   self.ask_file))  # fmt: skip
        row.addWidget(
            self._button(
                "Folder…",
                "folder",
                "A folder with a sub-folder of pictures for each class, or with IDX files",
                self.ask_folder,
            )
        )
        row.addWidget(
            self._button("Back to MNIST", "mnist", "The bundled digits", lambda: self.read(MNIST))
        )
        column.addLayout(row)
        column.addWidget(self._build_waiting())
        self._problem = Label("", 12, 400, "error")
        self._problem.setObjectName("data_problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        column.addWidget(self._problem)

    def _button(
        self, text: str, key: str, explanation: str, act: Callable[[], None]
    ) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"button_data_{key}")
        button.setAutoDefault(False)
        button.setToolTip(explanation)
        button.setAccessibleDescription(explanation)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _build_waiting(self) -> QWidget:
        self._waiting = QWidget(self)
        row = QHBoxLayout(self._waiting)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._progress = MeterBar("Reading", parent=self._waiting)
        row.addWidget(self._progress, 1)
        self._doing = Label("", 12, 400, "muted")
        row.addWidget(self._doing)
        row.addWidget(self._button("Cancel", "cancel", "Give up reading", self.cancel))
        self._waiting.hide()
        return self._waiting

    @property
    def is_busy(self) -> bool:
        """Whether something is being read."""
        return self._reading.progress is not None

    def show_place(self, place: str) -> None:
        """Name what is shown."""
        self._place.set_whole_text(
            "MNIST, bundled: handwritten digits" if place == MNIST else place
        )

    def say(self, sentence: str) -> None:
        """Show a problem; an empty text takes it away."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def choose(self, path: Path) -> None:
        """Begin to read what the user chose."""
        self.folder = str(path.absolute().parent)
        self.folder_chosen.emit(self.folder)
        self.read(str(path.absolute()))

    def read(self, place: str) -> None:
        """Begin to read a source; what is shown stays until that is done."""
        self.say("")
        self._reading.begin(place)
        self._show_progress()
        self.busy_changed.emit()

    def cancel(self) -> None:
        """Give up reading."""
        self._reading.cancel()
        self._show_progress()
        self.busy_changed.emit()

    def poll(self) -> None:
        """Hand over what has been read; called at every tick of the window's clock."""
        if not self.is_busy:
            return
        try:
            dataset = self._reading.take()
        except DataError as error:
            self.say(f"{error}. What is shown is as it was.")
            dataset = None
        self._show_progress()
        if dataset is not None:
            self.arrived.emit(dataset)
        if self._reading.progress is None:
            self.busy_changed.emit()

    def close_work(self) -> bool:
        """Give up reading and wait for its thread; False if it has not ended in time."""
        return self._reading.close()

    def ask_file(self) -> None:
        """Let the user choose a file."""
        name, _ = QFileDialog.getOpenFileName(self, "Choose data", self.folder, FILTER)
        if name:
            self.choose(Path(name))

    def ask_folder(self) -> None:
        """Let the user choose a folder."""
        name = QFileDialog.getExistingDirectory(self, "Choose a folder of data", self.folder)
        if name:
            self.choose(Path(name))

    def _show_progress(self) -> None:
        progress = self._reading.progress
        self._waiting.setVisible(progress is not None)
        if progress is not None:
            self._progress.set_share(progress)
            name = Path(self._reading.source).name
            self._doing.set_running_text(f"Reading {name}, {100 * progress:.0f} %")
