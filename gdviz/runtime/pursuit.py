"""A run on its way to a goal: the tracker, the clock, and what was known when it was set.

Used on the worker thread only.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.goal_tracker import RECENT_STEPS, GoalTracker, Reached
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import Goal
from gdviz.training.trainer import Trainer


class Pursuit:
    """Follows the goal of one run, if it has one.

    A goal is kept through pauses and steps until it is reached, another one is set, or the run
    is replaced. A step back begins it anew from there, with the minutes it has had.

    Parameters
    ----------
    trainer : Trainer
        Asked where the run is; never moved.
    now : callable, optional
        The time in seconds.
    """

    def __init__(self, trainer: Trainer, now: Callable[[], float] = time.perf_counter) -> None:
        self._trainer, self._now = trainer, now
        self._tracker: GoalTracker | None = None
        self._seconds = self._looked_at = 0.0
        self._recent: deque[npt.NDArray[Any]] = deque()
        self._n_recent = 0
        self._evaluation: Evaluation | None = None

    @property
    def goal(self) -> Goal | None:
        """What the run runs until, or None."""
        return self._tracker.goal if self._tracker else None

    @property
    def reached(self) -> Reached | None:
        """The condition that was met first, or None."""
        return self._tracker.reached if self._tracker else None

    @property
    def needs(self) -> frozenset[str]:
        """What must be computed beside the training, whatever the views want."""
        goal = self.goal
        return frozenset({"evaluation"} if goal and goal.accuracy is not None else ())

    def set(self, goal: Goal | None) -> None:
        """Begin a goal where the run is now; None gives up the present one."""
        self._seconds = 0.0
        self._begin(goal)

    def resume(self) -> None:
        """The run goes on after a pause, which does not count as training."""
        self._looked_at = self._now()

    def see(self, records: npt.NDArray[Any]) -> None:
        """Take the steps that follow, and the time they took."""
        now = self._now()
        self._seconds += now - self._looked_at
        self._looked_at = now
        if len(records):
            self._recent.append(records)
            self._n_recent += len(records)
            while self._n_recent - len(self._recent[0]) >= RECENT_STEPS:
                self._n_recent -= len(self._recent.popleft())
        if self._tracker:
            self._tracker.see(records)
            self._tracker.see_time(self._seconds, self._trainer.step)

    def see_evaluation(self, evaluation: Evaluation) -> None:
        """Take an evaluation that has become known, of whatever step of this run."""
        if self._evaluation is None or evaluation.step >= self._evaluation.step:
            self._evaluation = evaluation
        if self._tracker:
            self._tracker.see_evaluation(evaluation)

    def begin_anew(self) -> None:
        """What is trained, or how, has changed: costs before do not count for the goal."""
        self._recent.clear()
        self._n_recent = 0
        self._begin(self.goal)

    def went_back(self) -> None:
        """The run went back to where the trainer is now: what came after is void."""
        step = self._trainer.step
        kept = [rows[rows["step"] <= step] for rows in self._recent]
        self._recent = deque(rows for rows in kept if len(rows))
        self._n_recent = sum(len(rows) for rows in self._recent)
        if self._evaluation and self._evaluation.step > step:
            self._evaluation = None
        self._begin(self.goal)

    def _begin(self, goal: Goal | None) -> None:
        if goal is None:
            self._tracker = None
            return
        trainer = self._trainer
        costs = [rows["cost"] for rows in self._recent]
        self._tracker = GoalTracker(
            goal,
            trainer.step,
            trainer.epoch_progress,
            trainer.steps_per_epoch,
            np.concatenate(costs) if costs else None,
        )
        if self._evaluation:
            self._tracker.see_evaluation(self._evaluation)
