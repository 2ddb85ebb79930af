"""Has the race run and the error over ε measured, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from gdviz.data.dataset import Split
from gdviz.qt.inspecting import InspectControl
from gdviz.qt.views.race_of_gradients.racing import (
    Errors,
    Question,
    Race,
    errors_work,
    race_work,
)
from gdviz.runtime.inspector import Answer

RACE, ERRORS = "race of gradients", "race of gradients: errors"
LOOK_MS = 50


class Asking(QObject):
    """One race and one measurement at a time; the last race stays, complete or given up.

    Parameters
    ----------
    control : InspectControl
        Whoever answers; its threads step aside for the training.
    changed : callable
        Called when something is to be said anew.
    widget : QWidget
        With it the timer ends.
    """

    def __init__(
        self, control: InspectControl, changed: Callable[[], None], widget: QWidget
    ) -> None:
        super().__init__(widget)
        self._control, self._changed = control, changed
        self.race: Race | None = None
        self.errors: Errors | None = None
        self.problem = ""
        """Why the last question could not be answered; empty if it could."""
        self._asked: dict[str, Question] = {}
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self._look)
        control.answered.connect(self._take)

    @property
    def is_racing(self) -> bool:
        """Whether the race is under way."""
        return self._control.progress(RACE) is not None and RACE in self._asked

    @property
    def errors_progress(self) -> float | None:
        """How far the error over ε is, 0 to 1; None if it is not measured now."""
        return self._control.progress(ERRORS) if ERRORS in self._asked else None

    def start_race(self, question: Question, split: Split) -> None:
        """Begin a race; what is known of another is forgotten."""
        self.race = None
        self._ask(RACE, question, race_work(question, split))

    def start_errors(self, question: Question, split: Split) -> None:
        """Begin to measure the error over ε; the former curves stay until there are new ones."""
        self._ask(ERRORS, question, errors_work(question, split))

    def cancel(self, key: str) -> None:
        """Give a question up; the race stays as it stands."""
        if key == RACE:
            self._take_part()
        self._asked.pop(key, None)
        self._control.cancel(key)
        self._changed()

    def forget(self) -> None:
        """Know nothing and want nothing: another run begins."""
        for key in (RACE, ERRORS):
            self._asked.pop(key, None)
            self._control.cancel(key)
        self.race = self.errors = None
        self.problem = ""

    def _ask(self, key: str, question: Question, work: Callable[..., object]) -> None:
        self._asked[key], self.problem = question, ""
        self._control.ask(key, question, work, gives_up=True)
        self._watch.start()
        self._changed()

    def _take_part(self) -> None:
        part = self._control.partial(RACE)
        # Of a race that was given up something may come still.
        if part is not None and part.question is self._asked.get(RACE):
            self.race = part

    def _look(self) -> None:  # a slot
        self._take_part()
        if not self._asked:
            self._watch.stop()
        self._changed()

    def _take(self, key: str, answer: Answer) -> None:
        if self._asked.get(key) is not answer.about or answer.about is None:
            return
        del self._asked[key]
        self.problem = answer.error
        if key == RACE and answer.value is not None:
            self.race = answer.value
        elif key == ERRORS and answer.value is not None:
            self.errors = answer.value
        self._changed()
