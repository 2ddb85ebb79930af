"""What an experiment is: a line in a table that says what is claimed, by whom, how it is tried."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gdviz.experiments.result import Result
from gdviz.experiments.runner import Keeper, KeepsNothing, Report, Runner
from gdviz.experiments.settings import Settings
from gdviz.runtime.executors import Executor


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from.

    Parameters
    ----------
    text : str
        Authors, title, year; section or figure.
    address : str
        An address, or empty.
    """

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a student commits to before the experiment is run.

    Parameters
    ----------
    question : str
    options : tuple of str
        Two to five answers.
    answer : callable
        ``answer(result) -> int or None``: which option came true, by the figures; None if none.
    """

    question: str
    options: tuple[str, ...]
    answer: Callable[[Result], int | None]


@dataclass(frozen=True, slots=True)
class Experiment:
    """One line of `EXPERIMENTS`.

    Parameters
    ----------
    name : str
        As on the command line: ``shuffled-labels``.
    title : str
        What people read.
    claim : str
        What is claimed, in one or two sentences.
    sources : tuple of Source
    seconds : float
        Measured with the default settings on two cores.
    settings : type
        A subclass of `Settings`.
    run : callable
        ``run(settings, runner) -> Result``; headless, any thread, reproducible from its seed.
    prediction : Prediction
    small : dict
        Settings of a run of a second or two: for a first look, and for the tests.
    """

    name: str
    title: str
    claim: str
    sources: tuple[Source, ...]
    seconds: float
    settings: type[Settings]
    run: Callable[[Any, Runner], Result]
    prediction: Prediction
    small: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Finished:
    """An experiment that was run.

    Parameters
    ----------
    name : str
    settings : Settings
    result : Result
    seconds : float
    """

    name: str
    settings: Settings
    result: Result
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Give what a script reads: the experiment's own figures beside name, seed and claims."""
        claims = [
            {
                "claim": claim.claim,
                "measured": _finite(claim.measured),
                "interval": None if claim.interval is None else list(claim.interval),
                "unit": claim.unit,
                "holds": claim.holds,
                "verdict": claim.verdict,
            }
            for claim in self.result.claims
        ]
        return dict(self.result.figures) | {
            "name": self.name,
            "seed": self.settings.seed,
            "settings": self.settings.plain(),
            "claims": claims,
            "seconds": self.seconds,
        }


def run_experiment(
    experiment: Experiment,
    settings: Settings,
    executor: Executor,
    progress: Callable[[Report], None],
    cancel: Callable[[], bool],
    keeper: Keeper | None = None,
    *,
    is_result_wanted: bool = True,
) -> Finished:
    """Run an experiment; waits until it is done.

    Any thread may call, but not one of the executor's.

    Parameters
    ----------
    experiment : Experiment
    settings : Settings
        Of the experiment's own kind.
    executor : concurrent.futures.Executor
        Threads, processes or a cluster: see `gdviz.runtime.executors.open_executor`.
    progress : callable
        Called in this thread with a `Report`, some times a second.
    cancel : callable
        Asked by any thread whether to stop.
    keeper : Keeper, optional
        Where outcomes are kept, so that the same experiment goes on where it was stopped.
    is_result_wanted : bool
        False: `progress` is told how far it is and no results, which saves their time.

    Raises
    ------
    Cancelled
        If it was told to stop.
    TaskError, DataError, ValueError
        One sentence: a part of it failed, or the data cannot be used.
    """
    begun = time.perf_counter()
    runner = Runner(executor, progress, cancel, keeper or KeepsNothing(), is_result_wanted)
    result = experiment.run(settings, runner)
    return Finished(experiment.name, settings, result, time.perf_counter() - begun)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
