"""Has a network measured at a steepness, and over all of them, beside the window."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject

from gdviz.analysis.lines import descent_direction, unit_direction
from gdviz.analysis.smoothness import HARD, Smoothness, smoothness
from gdviz.analysis.steep_slice import steep_slice
from gdviz.data.dataset import Dataset, Split
from gdviz.engine import mean_reference_gradient
from gdviz.nn.parameters import Parameters
from gdviz.qt.inspecting import InspectControl
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.inspector import Answer, Inquiry, Work
from gdviz.training.config import TrainingConfig

AT, OVER = "smoothness", "smoothness: over k"
STEEPEST = 1000.0
STEEPNESSES = (*np.geomspace(1, STEEPEST, 19).tolist(), HARD)
"""Of the curves over k."""
N_POINTS = 161
_REACH_OF_DESCENT = 0.1
"""Half-length of the slice along −∇C as a share of |θ|."""
_REACH_OF_WEIGHT = 1.0
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Of which network, on which examples, at which steepness, along which line.

    Parameters
    ----------
    config : TrainingConfig
    parameters : Parameters
    step : int
    n_examples : int
        So many of the first training images.
    steepness : float
        k, or `HARD`.
    weight : int or None
        Along which component the cost is sliced; None: along −∇C of the network as it is.
    """

    config: TrainingConfig
    parameters: Parameters
    step: int
    n_examples: int
    steepness: float
    weight: int | None

    def is_same_choice(self, other: Question | None) -> bool:
        """Whether it asks for the same, wherever the network stands."""
        return other is not None and (self.n_examples, self.steepness, self.weight) == (
            other.n_examples,
            other.steepness,
            other.weight,
        )


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The network at one steepness, and the cost along the line beside that as it is.

    Parameters
    ----------
    question : Question
    here : Smoothness
    t, cost, own_cost : float64 ndarray of shape (m,)
        Distance along the line, the cost there at the steepness and at the network's own; empty
        if the gradient is zero and has no direction.
    """

    question: Question
    here: Smoothness
    t: Vector
    cost: Vector
    own_cost: Vector


@dataclass(frozen=True, eq=False, slots=True)
class Over:
    """The network at all of `STEEPNESSES`, and on all test images as it is and with steps."""

    question: Question
    curve: tuple[Smoothness, ...]
    smooth: Smoothness
    hard: Smoothness


class Asking(QObject):
    """Asks two questions at a time, one of each kind; the newest answers are kept.

    Parameters
    ----------
    control : InspectControl
    changed : callable
        Called when an answer has come.
    """

    def __init__(self, control: InspectControl, changed: Callable[[], None]) -> None:
        super().__init__()
        self._control, self._changed = control, changed
        self._asked: dict[str, Question] = {}
        self.found: Found | None = None
        self.over: Over | None = None
        self.problem = ""
        control.answered.connect(self._take)

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return any(self._control.progress(key) is not None for key in (AT, OVER))

    def ask(self, question: Question, dataset: Dataset) -> None:
        """Ask what is not known yet; another choice does not wait, another step does."""
        before = self._asked.get(AT)
        is_same = question.is_same_choice(before)
        is_known = is_same and before is not None and before.parameters is question.parameters
        if not is_known and not (is_same and self._control.progress(AT) is not None):
            self._asked[AT] = question
            work = _work_at(question, dataset.train)
            self._control.ask(AT, question, work, gives_up=not is_same, is_quick=True)
        whole = self._asked.get(OVER)
        is_known = whole is not None and (
            (whole.parameters, whole.n_examples) == (question.parameters, question.n_examples)
        )
        if not is_known and self._control.progress(OVER) is None:
            self._asked[OVER] = question
            self._control.ask(OVER, question, _work_over(question, dataset))

    def forget(self) -> None:
        """Know nothing and want nothing."""
        for key in (AT, OVER):
            self._control.cancel(key)
        self._asked = {}
        self.found, self.over, self.problem = None, None, ""

    def _take(self, key: str, answer: Answer) -> None:
        if self._asked.get(key) is not answer.about or answer.about is None:
            return
        self.problem = answer.error
        if key == AT and answer.value is not None:
            self.found = answer.value
        elif key == OVER and answer.value is not None:
            self.over = answer.value
        self._changed()


def _work_at(question: Question, split: Split) -> Work:
    images = split.first(question.n_examples)

    def work(inquiry: Inquiry) -> Found:
        inputs, config = images.inputs(slice(None)), question.config
        with np.errstate(all="ignore"):  # a diverged network: its numbers are shown as they are
            here = _measured(question, images, question.steepness, inquiry)
            direction, reach = _line_of(question, images)
            if direction is None:
                nothing = np.empty(0)
                return Found(question, here, nothing, nothing, nothing)
            t = np.linspace(-reach, reach, N_POINTS)
            problem = config.architecture, question.parameters, direction, t, inputs, images.labels
            costs = [
                steep_slice(*problem, config.cost, steepness, look=inquiry.look)
                for steepness in (question.steepness, config.architecture.steepness)
            ]
        return Found(question, here, t, costs[0], costs[1])

    return work


def _line_of(question: Question, images: Split) -> tuple[Vector | None, float]:
    """Give direction and half-length of the slice; no direction without a gradient."""
    parameters, config = question.parameters, question.config
    if question.weight is not None:
        return unit_direction(parameters.layout.size, question.weight), _REACH_OF_WEIGHT
    problem = config.architecture, parameters, images.images, images.labels, config.cost
    gradient = mean_reference_gradient(*problem)
    size = float(np.linalg.norm(gradient)) if gradient is not None else math.nan
    if gradient is None or not (math.isfinite(size) and size > 0):
        return None, 0.0
    length = float(np.linalg.norm(parameters.vector))
    return descent_direction(gradient), _REACH_OF_DESCENT * length


def _work_over(question: Question, dataset: Dataset) -> Work:
    images, test = dataset.train.first(question.n_examples), dataset.test

    def work(inquiry: Inquiry) -> Over:
        own = question.config.architecture.steepness
        with np.errstate(all="ignore"):
            smooth, hard = (_measured(question, test, k, inquiry) for k in (own, HARD))
            curve = tuple(_measured(question, images, k, inquiry) for k in STEEPNESSES)
        return Over(question, curve, smooth, hard)

    return work


def _measured(question: Question, split: Split, steepness: float, inquiry: Inquiry) -> Smoothness:
    inquiry.look()
    config = question.config
    found = smoothness(
        config.architecture,
        question.parameters,
        split.images,
        split.labels,
        config.cost,
        steepness,
        lambda: inquiry.job.cancelled,
    )
    if found is None:
        raise Cancelled
    return found
