"""The preferences: theme, how often the session is saved by itself, and what memory is used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from gdviz.analysis.history import MAXIMUM_ROWS
from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.fonts import font
from gdviz.qt.memory import resident_bytes
from gdviz.qt.replacing import MOST_FORMER_RUNS
from gdviz.qt.session import PARKED_ROWS
from gdviz.qt.theme import THEMES
from gdviz.qt.views.view import Frame
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.settings_form import VALUE_WIDTH, SettingsForm
from gdviz.qt.widgets.ticks import next_whole
from gdviz.runtime.branches import PARKED_BYTES
from gdviz.storage.settings import AUTOSAVE_S, Settings
from gdviz.training.timeline import BYTE_LIMIT

MEGABYTE = 1 << 20
WIDTH, MARGIN = 440, 16
MEMORY = (
    "The bounds hold for a run of any length with all its branches. Steps between two keyframes "
    f"are computed again, exactly. Beyond {MAXIMUM_ROWS:,} steps the older ones of a curve are "
    "merged by fours; their highest and lowest cost stay."
)


class PreferencesDialog(PanelDialog):
    """Shows what the user may choose, and changes it at once.

    Parameters
    ----------
    parent : QWidget
    measure : callable, optional
        Gives the memory of this process in bytes, or None if nobody knows.

    Attributes
    ----------
    theme_chosen : Signal(str)
    autosave_chosen : Signal(float)
        Seconds.
    """

    theme_chosen = Signal(str)
    autosave_chosen = Signal(float)

    def __init__(self, parent: QWidget, measure: Callable[[], int | None] = resident_bytes) -> None:
        super().__init__("preferences", "Preferences", parent)
        self._measure = measure
        form = SettingsForm(self)
        form.add_section("Window")
        self.theme = QComboBox(self)
        self.theme.setObjectName("field_theme")
        self.theme.setFont(font(12, 400))
        for name in ("system", *THEMES):
            self.theme.addItem(name.replace("_", " ").capitalize(), name)
        self.theme.activated.connect(lambda _index: self.theme_chosen.emit(self._theme()))
        form.add_row("Theme", self.theme)
        form.add_section("Autosave")
        self.autosave = NumberField(
            "Save the session every", 5, *AUTOSAVE_S, self, suffix=" s", step=next_whole
        )
        self.autosave.setObjectName("field_autosave")
        self.autosave.value_changed.connect(self.autosave_chosen)
        form.add_row("Save the session every", self.autosave)
        saving = form.add_hint(
            "While something changes, and at every pause. If gdviz or the machine stops, the "
            "next start offers to go on from there. Nothing leaves this machine."
        )
        form.add_section("Memory")
        self._timeline = self._figure(form, "Keyframes of the timeline", "memory_timeline")
        self._curves = self._figure(form, "Curves", "memory_curves")
        self._former = self._figure(form, "Former runs, for undo", "memory_former")
        self._process = self._figure(form, "This process", "memory_process")
        self._hint = form.add_hint()
        self.body.addWidget(form)
        self.buttons.addStretch(1)
        close = self.add_button("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        self.setFixedWidth(WIDTH)
        # A form asks a text that wraps for no height by its width.
        self._hint.setText(MEMORY)
        for hint in (saving, self._hint):
            hint.ensurePolished()
            hint.setFixedHeight(hint.heightForWidth(WIDTH - 2 * MARGIN))

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self.show_theme(settings.theme)
        self.autosave.set_value(settings.autosave_s)

    def show_theme(self, name: str) -> None:
        """Show which theme is worn: the menu changes it too."""
        index = max(self.theme.findData(name), 0)
        if index != self.theme.currentIndex():
            self.theme.setCurrentIndex(index)

    def show_frame(self, frame: Frame, measure_former: Callable[[], int]) -> None:
        """Show what memory is used now.

        Parameters
        ----------
        frame : Frame
        measure_former : callable
            Gives that of the runs which undo can bring back.
        """
        if not self.isVisible():
            return
        snapshot = frame.snapshot
        used = sum(
            history.records.nbytes + history.smoothed.nbytes for history in frame.histories.values()
        )
        row = frame.history.records.dtype.itemsize + frame.history.smoothed.dtype.itemsize
        bound = (MAXIMUM_ROWS + PARKED_ROWS) * row
        self._timeline.set_running_text(
            f"{megabytes(snapshot.timeline_bytes)} of {megabytes(BYTE_LIMIT + PARKED_BYTES)}"
        )
        self._curves.set_running_text(f"{megabytes(used)} of {megabytes(bound)}")
        former = MOST_FORMER_RUNS * (BYTE_LIMIT + PARKED_BYTES + bound)
        self._former.set_running_text(f"{megabytes(measure_former())} of {megabytes(former)}")
        process = self._measure()
        self._process.set_running_text("not known" if process is None else megabytes(process))

    def _figure(self, form: SettingsForm, name: str, key: str) -> Label:
        label = Label("–", 12, 400, "text")
        label.setObjectName(key)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setMinimumWidth(VALUE_WIDTH)
        form.add_row(name, label)
        return label

    def _theme(self) -> str:
        return str(self.theme.currentData())


def megabytes(n_bytes: int) -> str:
    """Give a size, for example ``3.4 MB``."""
    size = n_bytes / MEGABYTE
    return f"{size:.1f} MB" if size < 100 else f"{size:,.0f} MB"
