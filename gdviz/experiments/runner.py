"""Runs the parts of an experiment through an executor, and tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gdviz.experiments.result import Result
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import Executor
from gdviz.runtime.tasks import TaskRun, Work

TELL_EVERY_S = 0.25
"""A partial result is concluded and shown so often at most: it takes a moment itself."""
_MOST_SHARE = 0.1
"""Of the time that concluding may take from the workers, which share the interpreter's lock."""


@dataclass(frozen=True, eq=False, slots=True)
class Report:
    """How far an experiment is.

    Parameters
    ----------
    share : float
        0 to 1.
    doing : str
        What is being done, in a few words.
    result : Result or None
        What is known by now.
    """

    share: float
    doing: str
    result: Result | None = None


class Keeper(Protocol):
    """Keeps outcomes of tasks, so that an experiment that was stopped goes on where it was."""

    def known(self, stage: str, tasks: Sequence[Any]) -> dict[int, Any]:
        """Give what is kept of these tasks, by their places."""

    def keep(self, stage: str, task: Any, outcome: Any) -> None:
        """Keep an outcome."""


class KeepsNothing:
    """For experiments that are begun anew each time."""

    def known(self, stage: str, tasks: Sequence[Any]) -> dict[int, Any]:  # noqa: ARG002  # see `Keeper`
        """Nothing is known."""
        return {}

    def keep(self, stage: str, task: Any, outcome: Any) -> None:
        """Nothing is kept."""


@dataclass(slots=True)
class Runner:
    """What an experiment is given to run with; used by the one thread that conducts it.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    progress : callable
        Called with a `Report` in the conducting thread, a few times a second.
    should_stop : callable
        Asked by any thread.
    keeper : Keeper
    is_result_wanted : bool
        False: reports hold no results, and nothing is concluded before the end.
    """

    executor: Executor
    progress: Callable[[Report], None]
    should_stop: Callable[[], bool]
    keeper: Keeper = field(default_factory=KeepsNothing)
    is_result_wanted: bool = True
    _tell_from: float = 0.0

    def look(self) -> None:
        """Raise `Cancelled` if it was told to stop."""
        if self.should_stop():
            raise Cancelled

    def run_all(
        self,
        stage: str,
        work: Work,
        tasks: Sequence[Any],
        conclude: Callable[[list[Any]], Result] | None = None,
        shares: tuple[float, float] = (0.0, 1.0),
    ) -> list[Any]:
        """Do some tasks; give their outcomes in order.

        Parameters
        ----------
        stage : str
            What is done, in a few words: shown, and part of what outcomes are kept under.
        work : callable
            ``work(task, channel) -> outcome``, of the top level of a module.
        tasks : sequence
            Frozen, picklable; equal tasks have equal outcomes.
        conclude : callable, optional
            ``conclude(outcomes) -> Result``, where an outcome may be partial or None: for what
            is shown meanwhile.
        shares : (float, float)
            The share of the whole experiment before and after this stage.

        Raises
        ------
        Cancelled
            If it was told to stop.
        DataError, ValueError
            What a task said of its data or settings.
        TaskError
            If a task fails in another way.
        """
        run = TaskRun(self.executor, work, tasks, self.should_stop, self.keeper.known(stage, tasks))

        def show() -> None:
            now = time.monotonic()
            if now < self._tell_from:
                return
            low, high = shares
            partial = conclude(run.parts) if conclude and self.is_result_wanted else None
            self.progress(Report(low + (high - low) * run.share, stage, partial))
            ended = time.monotonic()
            self._tell_from = ended + max(TELL_EVERY_S, (ended - now) / _MOST_SHARE)

        return run.outcomes(
            show, lambda index, outcome: self.keeper.keep(stage, tasks[index], outcome)
        )
