"""Predict first: the student commits to an option, or skips; afterwards, what came true."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gdviz.experiments.experiment import Experiment
from gdviz.qt.lab.values import SKIPPED
from gdviz.qt.widgets.labels import ElidedLabel, Label
from gdviz.qt.widgets.push_button import PushButton


class PredictionBox(QWidget):
    """A question with a button for each answer.

    Attributes
    ----------
    guessed : Signal(object)
        The option, `SKIPPED`, or None to choose anew.
    """

    guessed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self.question = Label("", 12, 600)
        self.question.setWordWrap(True)
        self.said = ElidedLabel("", 12, 400, "text")
        self.options: list[PushButton] = []
        self.skip = PushButton("Skip", "Run it without a prediction", "ghost")
        self.change = PushButton("Change", "Predict anew", "ghost")
        self._answers = QVBoxLayout()
        self._answers.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.said)
        line.addWidget(self.change)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.question)
        column.addLayout(self._answers)
        column.addLayout(line)
        self.skip.clicked.connect(lambda: self.guessed.emit(SKIPPED))
        self.change.clicked.connect(lambda: self.guessed.emit(None))

    def show_guess(
        self, experiment: Experiment, guess: int | None, *, is_open: bool, is_tried: bool
    ) -> None:
        """Show what was guessed, or ask.

        Parameters
        ----------
        experiment : Experiment
        guess : int or None
        is_open : bool
            Whether the guess can be changed: not while it is run.
        is_tried : bool
            Whether a result is in sight: a guess is then one for the next run.
        """
        if experiment is not self._experiment:
            self._experiment = experiment
            self._build(experiment)
        asks = guess is None
        for button in (*self.options, self.skip):
            button.setVisible(asks)
            button.setEnabled(is_open)
        self.said.setVisible(not asks)
        self.change.setVisible(not asks and is_open)
        if guess == SKIPPED:
            self.said.set_whole_text("No prediction.")
        elif guess is not None:
            begin = "Your prediction for the next run" if is_tried else "You say"
            self.said.set_whole_text(f"{begin}: {experiment.prediction.options[guess]}")
        # What was asked stands beside its answer below.
        self.question.setVisible(asks or not is_tried)

    def _build(self, experiment: Experiment) -> None:
        self.question.setText(f"Predict first.  {experiment.prediction.question}")
        for button in self.options:
            self._answers.removeWidget(button)
            button.deleteLater()
        self._answers.removeWidget(self.skip)
        self.options = []
        for k, option in enumerate(experiment.prediction.options):
            button = PushButton(option, "Commit to this answer")
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, k=k: self.guessed.emit(k))
            self._answers.addWidget(button)
            self.options.append(button)
        self._answers.addWidget(self.skip)
        self.skip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
