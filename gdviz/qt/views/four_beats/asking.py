"""Has the beats of the next step worked out beside the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject

from gdviz.analysis.beat_diagrams import BEATS, Beat, beat_diagram
from gdviz.analysis.beats import Beats, Scope, Unwanted, beats_of
from gdviz.analysis.inspection.edges import Diagram
from gdviz.data.corruption import shuffle_labels
from gdviz.data.dataset import Dataset
from gdviz.engine.engine import EngineName
from gdviz.qt.inspecting import InspectControl
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.inspector import Answer, Inquiry, Work
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState

KEY = "four beats"


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Which step is to be worked out.

    Parameters
    ----------
    place : tuple
        What tells one network of a run from another: run, branch, step, moves by hand, engine.
    config : TrainingConfig
    state : TrainingState
        Before the step.
    engine : str
    scope : {"example", "mini_batch", "all"}
    position : int
        Of one example: which of the next mini-batch.
    """

    place: tuple[object, ...]
    config: TrainingConfig
    state: TrainingState
    engine: EngineName
    scope: Scope
    position: int

    def is_same(self, other: Question | None) -> bool:
        """Whether it asks for the same step."""
        return other is not None and (self.place, self.config, self.scope, self.position) == (
            other.place,
            other.config,
            other.scope,
            other.position,
        )


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The answer: a step, and each of its beats as a diagram."""

    question: Question
    beats: Beats
    diagrams: Mapping[Beat, Diagram]


def place_of(snapshot: Snapshot) -> tuple[object, ...]:
    """Give what tells one network of a run from another."""
    return snapshot.run_id, snapshot.branch, snapshot.step, snapshot.n_moves, snapshot.engine


def question_of(snapshot: Snapshot, scope: Scope, position: int) -> Question | None:
    """Ask about the step that a run would take next; None while it takes steps."""
    if snapshot.training_state is None:
        return None
    engine: EngineName = "numpy" if snapshot.engine == "numpy" else "compiled"
    return Question(
        place_of(snapshot),
        snapshot.config,
        snapshot.training_state,
        engine,
        scope,
        position if scope == "example" else 0,
    )


class Asking(QObject):
    """Asks one question at a time; the newest answer is kept.

    Parameters
    ----------
    control : InspectControl
        Whoever answers; its threads step aside for the training.
    answered : callable
        Called when `found` or `error` is another one.
    """

    def __init__(self, control: InspectControl, answered: Callable[[], None]) -> None:
        super().__init__()
        self._control, self._answered = control, answered
        self.asked: Question | None = None
        self.found: Found | None = None
        self.error = ""
        control.answered.connect(self._take)

    def ask(self, question: Question, dataset: Dataset) -> None:
        """Ask, unless the same was asked; the former question is given up."""
        if question.is_same(self.asked):
            return
        self.asked, self.error = question, ""
        self._control.ask(KEY, question, _work(question, dataset), gives_up=True)

    def give_up(self) -> None:
        """Want nothing for now: the run goes on."""
        if self.asked is not None:
            self._control.cancel(KEY)
            self.asked = None

    def forget(self) -> None:
        """Know nothing, and want nothing: another run begins."""
        self.give_up()
        self.found, self.error = None, ""

    def _take(self, key: str, answer: Answer) -> None:
        if key != KEY or answer.about is not self.asked:
            return
        self.error, self.found = answer.error, answer.value
        self._answered()


def _work(question: Question, dataset: Dataset) -> Work:
    config = question.config

    def work(inquiry: Inquiry) -> Found:
        trained = shuffle_labels(dataset, config.shuffle_labels, config.seed)
        try:
            beats = beats_of(
                config,
                trained,
                question.state,
                question.engine,
                question.scope,
                question.position,
                lambda: inquiry.job.cancelled,
            )
        except Unwanted:
            raise Cancelled from None
        shown = BEATS if beats.after is not None else BEATS[:-1]
        return Found(question, beats, {beat: beat_diagram(beats, beat) for beat in shown})

    return work
