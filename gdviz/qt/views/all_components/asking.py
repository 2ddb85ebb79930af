"""Has slices and nudges of single weights computed beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from gdviz.analysis.line_slice import LineSlice
from gdviz.analysis.nudge import Nudge, nudge, weight_slices
from gdviz.data.dataset import Split
from gdviz.nn.parameters import Parameters
from gdviz.qt.inspecting import InspectControl
from gdviz.runtime.inspector import Answer, Inquiry, Work
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.config import TrainingConfig

KEY = "all weights"
EXAMPLES = 1000


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Of which weights slices are wanted, and by how much one is moved.

    Parameters
    ----------
    config : TrainingConfig
    parameters : Parameters
        Where the network stands.
    step : int
    indices : tuple of int
        Positions in the vector, each once; the first is the chosen one.
    roles : tuple of int
        What each stands for: 0 the chosen one, 1 the one that matters most, 2 least.
    change : float
        Δ of the first; 0: it is not moved.
    """

    config: TrainingConfig
    parameters: Parameters
    step: int
    indices: tuple[int, ...]
    roles: tuple[int, ...]
    change: float

    def is_same_choice(self, other: Question | None) -> bool:
        """Whether it asks for the same weights and move, wherever the network stands."""
        return other is not None and (self.indices, self.roles, self.change) == (
            other.indices,
            other.roles,
            other.change,
        )


def question_of(
    snapshot: Snapshot, index: int, extremes: tuple[int, ...], change: float
) -> Question:
    """Ask about a weight, beside those that matter most and least; none is asked for twice."""
    indices, roles = [index], [0]
    for role, other in enumerate(extremes, start=1):
        if other not in indices:
            indices.append(other)
            roles.append(role)
    return Question(
        snapshot.config, snapshot.parameters, snapshot.step, tuple(indices), tuple(roles), change
    )


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The answer: a slice for each index, and the nudge if there is one."""

    question: Question
    lines: tuple[LineSlice, ...]
    nudge: Nudge | None


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
        self._asked: Question | None = None
        self.found: Found | None = None
        self.error = ""
        control.answered.connect(self._take)

    @property
    def is_waiting(self) -> bool:
        """Whether a question is being worked on."""
        return self._control.progress(KEY) is not None

    def ask(self, question: Question, split: Split) -> None:
        """Ask, unless the same was asked; another choice does not wait for the former one."""
        before = self._asked
        is_same = question.is_same_choice(before)
        if is_same and before is not None and before.parameters is question.parameters:
            return
        self._asked = question
        self._control.ask(KEY, question, _work(question, split), gives_up=not is_same)

    def forget(self) -> None:
        """Know nothing, and want nothing: another run begins."""
        self._control.cancel(KEY)
        self._asked, self.found, self.error = None, None, ""

    def _take(self, key: str, answer: Answer) -> None:
        if key != KEY or self._asked is None or not answer.about.is_same_choice(self._asked):
            return
        self.error = answer.error
        if answer.value is not None:
            self.found = answer.value
        self._answered()


def examples_of(split: Split, config: TrainingConfig) -> Split:
    """Give the first images of those that are trained on, at most `EXAMPLES`."""
    return split.first(min(EXAMPLES, config.n_examples or EXAMPLES))


def _work(question: Question, split: Split) -> Work:
    images = examples_of(split, question.config)
    config, parameters = question.config, question.parameters
    problem = config.architecture, parameters, images.images, images.labels, config.cost

    def work(inquiry: Inquiry) -> Found:
        def should_stop() -> bool:
            return inquiry.job.cancelled

        lines = weight_slices(*problem, question.indices, should_stop)
        inquiry.look()
        inquiry.tell(0.5)
        moved = None
        if question.change:
            moved = nudge(*problem, question.indices[0], question.change, should_stop)
        inquiry.look()
        return Found(question, tuple(lines or ()), moved)

    return work
