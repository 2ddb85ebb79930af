"""What is worked on beside the window: the race, and the error over ε. Knows nothing of Qt.

Times are of the thread that does the work: what else the machine does slows both ways alike in
`time.monotonic`, and neither in `time.thread_time`, which the ratio is made of.
"""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass, replace

import numpy as np

from gdviz.analysis.difference_errors import SEED, ErrorCurve, error_curves, sampled_components
from gdviz.analysis.gradient_check import (
    Agreement,
    GradientProblem,
    agreement,
    best_epsilon,
    central_differences,
    gradient_problem,
)
from gdviz.data.dataset import Split
from gdviz.nn.parameters import Parameters
from gdviz.runtime.inspector import Inquiry, Work
from gdviz.training.config import TrainingConfig

N_TIMES = 5
"""Backpropagation is so short that it is timed several times, after one that warms up."""
SHOWN_EVERY_S = 0.05
EPSILON = best_epsilon("float64", is_central=True)
"""Of the race: central differences in float64."""


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Whose gradient is sought.

    Parameters
    ----------
    config : TrainingConfig
    parameters : Parameters
        Where the network stands: private and read-only, as snapshots are.
    step : int
    n_examples : int
        So many of the first training images.
    way : str
        One of `gdviz.analysis.gradient_check.WAYS`.
    """

    config: TrainingConfig
    parameters: Parameters
    step: int
    n_examples: int
    way: str


@dataclass(frozen=True, eq=False, slots=True)
class Race:
    """How the race stands.

    Parameters
    ----------
    question : Question
    backpropagation_s, backpropagation_processor_s : float
        Of one gradient, the median of `N_TIMES`: by the clock, and of the processor.
    n_known : int
        Components that finite differences have given by now.
    elapsed_s, processor_s : float
        What that has taken.
    agreement : Agreement or None
        When all are known.
    """

    question: Question
    backpropagation_s: float
    backpropagation_processor_s: float
    n_known: int = 0
    elapsed_s: float = 0.0
    processor_s: float = 0.0
    agreement: Agreement | None = None

    @property
    def n_components(self) -> int:
        """Number of weights and biases."""
        return self.question.parameters.layout.size

    @property
    def is_done(self) -> bool:
        """Whether finite differences have given all components."""
        return self.n_known == self.n_components

    @property
    def extrapolated_s(self) -> float:
        """How long all would take at the rate so far; NaN before there is one."""
        return self.elapsed_s * self.n_components / self.n_known if self.n_known else math.nan

    @property
    def ratio(self) -> float:
        """How many times as long finite differences took by now, in processor time."""
        if self.backpropagation_processor_s <= 0:
            return math.nan
        return self.processor_s / self.backpropagation_processor_s


@dataclass(frozen=True, eq=False, slots=True)
class Errors:
    """The error over ε, of so many components."""

    question: Question
    curves: tuple[ErrorCurve, ...]
    n_components: int


def race_work(question: Question, split: Split) -> Work:
    """Give what runs the race and shows how it stands; it ends with a `Race` that is done."""

    def work(inquiry: Inquiry) -> Race:
        problem = problem_of(question, split)
        truth = problem.backpropagated().vector
        race = Race(question, *_backpropagation_times(problem))
        inquiry.show(race)
        began, processor_began, shown = time.monotonic(), time.thread_time(), 0.0

        def tell(n_known: int) -> None:
            nonlocal race, shown
            now = time.monotonic()
            if now - shown < SHOWN_EVERY_S and n_known < problem.n_components:
                return
            shown = now
            race = replace(
                race,
                n_known=n_known,
                elapsed_s=now - began,
                processor_s=time.thread_time() - processor_began,
            )
            inquiry.tell(n_known / problem.n_components)
            inquiry.show(race)

        with np.errstate(all="ignore"):  # a diverged network: what comes of it is said
            found = central_differences(
                problem, EPSILON, question.way, look=inquiry.look, tell=tell
            )
            return replace(race, agreement=agreement(found, truth))

    return work


def errors_work(question: Question, split: Split) -> Work:
    """Give what measures the error over ε."""

    def work(inquiry: Inquiry) -> Errors:
        problem = problem_of(question, split)
        gradient = problem.backpropagated().vector
        which = sampled_components(gradient, np.random.default_rng(SEED))
        with np.errstate(all="ignore"):
            curves = error_curves(problem, which, look=inquiry.look, tell=inquiry.tell)
        return Errors(question, curves, which.size)

    return work


def problem_of(question: Question, split: Split) -> GradientProblem:
    """Give the problem, in float64 and with copies of its own."""
    examples = split.first(question.n_examples)
    config = question.config
    return gradient_problem(
        config.architecture,
        question.parameters,
        examples.inputs(slice(None)),
        examples.labels,
        config.cost,
    )


def _backpropagation_times(problem: GradientProblem) -> tuple[float, float]:
    """Give the median time of one gradient, by the clock and of the processor."""
    elapsed, processor = [], []
    for _ in range(N_TIMES):
        began, processor_began = time.perf_counter(), time.thread_time()
        problem.backpropagated()
        elapsed.append(time.perf_counter() - began)
        processor.append(time.thread_time() - processor_began)
    return statistics.median(elapsed), statistics.median(processor)
