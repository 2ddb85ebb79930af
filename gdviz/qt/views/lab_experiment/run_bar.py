"""Run and cancel, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gdviz.qt.lab import words
from gdviz.qt.lab.values import LabState
from gdviz.qt.widgets.labels import ElidedLabel
from gdviz.qt.widgets.push_button import PushButton

RUN = "Run experiment"


class RunButtons(QWidget):
    """The buttons, in the panel's header.

    Attributes
    ----------
    run_asked, cancel_asked : Signal()
    """

    run_asked = Signal()
    cancel_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.run = PushButton(RUN, "Run it with these settings (Enter)")
        self.run.setObjectName("button_lab_run")
        self.cancel = PushButton("Cancel", "Give the run up; nothing of it is kept (Escape)")
        self.cancel.setObjectName("button_lab_cancel")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.cancel)
        line.addWidget(self.run)
        self.run.clicked.connect(self.run_asked)
        self.cancel.clicked.connect(self.cancel_asked)

    def show_state(self, state: LabState) -> None:
        """Offer what can be done now."""
        is_here = state.is_under_way(state.chosen)
        self.cancel.setVisible(state.under_way is not None)
        self.run.setVisible(not is_here)
        is_valid = state.draft is not None and state.draft.settings is not None
        self.run.setEnabled(state.under_way is None and is_valid)
        has_guessed = state.guess is not None
        self.run.set_role("offered" if has_guessed else "")
        if state.under_way is not None:
            why = f"{state.under_way.experiment.title} is being run"
        elif not is_valid:
            why = "A setting is not valid: its sentence stands below it"
        else:
            why = "Run it with these settings (Enter)"
        self.run.explain(why)


class Progress(QWidget):
    """A bar and how far the run is, while there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setFixedWidth(200)
        self.bar.setAccessibleName("Progress of the experiment")
        self.text = ElidedLabel("", 11)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 8)
        line.setSpacing(12)
        line.addWidget(self.bar)
        line.addWidget(self.text, 1)
        self.hide()

    def show_state(self, state: LabState) -> None:
        """Say how far it is; nothing while nothing is run."""
        work = state.under_way
        self.setVisible(work is not None)
        if work is None:
            return
        self.bar.setValue(round(1000 * work.share))
        elsewhere = "" if work.experiment is state.chosen else f"{work.experiment.title}: "
        self.text.set_whole_text(elsewhere + words.progress(work))
