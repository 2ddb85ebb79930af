"""Has the balls let go beside the window, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from gdviz.analysis.hill.tally import DIMENSIONS, Tally, tally
from gdviz.qt.inspecting import InspectControl
from gdviz.runtime.inspector import Answer, Inquiry, Work

KEY = "tally"
LOOK_MS = 50


@dataclass(frozen=True, slots=True)
class Question:
    """Which optimizer, with which η, from which starts: a seed draws the same ones again."""

    optimizer: str
    learning_rate: float
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """The tallies so far, in the order of `DIMENSIONS`."""

    question: Question
    tallies: tuple[Tally, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every number of dimensions is counted."""
        return len(self.tallies) == len(DIMENSIONS)


class Counting(QObject):
    """Asks one question at a time.

    Parameters
    ----------
    control : InspectControl
        Whoever answers, beside the window.
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
        self._asked: Question | None = None
        self.counted: Counted | None = None
        self.problem = ""
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self._look)
        control.answered.connect(self._take)

    @property
    def progress(self) -> float | None:
        """How far the counting is, 0 to 1; None if there is none."""
        return self._control.progress(KEY) if self._asked is not None else None

    def count(self, question: Question) -> None:
        """Begin anew; what is known stays in sight until there is something of this one."""
        self._asked, self.problem = question, ""
        self._control.ask(KEY, question, work_of(question), gives_up=True)
        self._watch.start()
        self._changed()

    def cancel(self) -> None:
        """Give it up; what is counted by now stays."""
        self._asked = None
        self._control.cancel(KEY)
        self._changed()

    def _look(self) -> None:  # a slot
        part = self._control.partial(KEY)
        if self._asked is not None and part is not None and part.question is self._asked:
            self.counted = part
        if self._asked is None:
            self._watch.stop()
        self._changed()

    def _take(self, key: str, answer: Answer) -> None:
        if key != KEY or answer.about is not self._asked:
            return
        self._asked, self.problem = None, answer.error
        if answer.value is not None:
            self.counted = answer.value
        self._changed()


def work_of(question: Question) -> Work:
    """Give what counts, fewest dimensions first, and shows each as soon as it is counted."""

    def work(inquiry: Inquiry) -> Counted:
        counted = Counted(question)
        for place, n_dimensions in enumerate(DIMENSIONS):

            def tell(share: float, place: int = place) -> None:
                inquiry.tell((place + share) / len(DIMENSIONS))
                inquiry.look()

            found = tally(
                n_dimensions,
                np.random.default_rng((question.seed, n_dimensions)),
                optimizer=question.optimizer,
                learning_rate=question.learning_rate,
                tell=tell,
            )
            counted = Counted(question, (*counted.tallies, found))
            inquiry.show(counted)
        return counted

    return work
