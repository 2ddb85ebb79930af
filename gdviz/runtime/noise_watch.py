"""The gradient's noise, looked at now and then beside the training, from copies.

Called on the worker thread; the work itself runs on a background thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gdviz.analysis.noise_look import NoiseLook, NoisePoint, Unwanted, look_at_noise
from gdviz.engine.engine import EngineName
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.executors import Executor

if TYPE_CHECKING:
    from gdviz.runtime.run import TrainingRun

logger = logging.getLogger(__name__)

INTERVAL_S = 1.0
"""While training runs, from one look to the next at least."""
REST_SHARE = 4.0
"""And so many times what one takes of a core: it shares few of them with the training."""
MOST_POINTS = 400
"""Of the curves; then every second of the older half is dropped."""


@dataclass(frozen=True, eq=False, slots=True)
class GradientNoise:
    """What is known of the gradient's noise, as a value for the window.

    Parameters
    ----------
    points : tuple of NoisePoint
        By rising step; looks that were taken while somebody watched.
    newest : NoiseLook or None
        The last look taken.
    is_looking : bool
        Whether one is under way.
    problem : str
        Why the last one failed, or empty.
    """

    points: tuple[NoisePoint, ...] = ()
    newest: NoiseLook | None = None
    is_looking: bool = False
    problem: str = ""


NO_NOISE = GradientNoise()
"""Before anything is known."""


class NoiseWatch:
    """Keeps at most one look under way.

    Parameters
    ----------
    executor : Executor
    wake : callable
        Called from a background thread when something is done.
    """

    def __init__(self, executor: Executor, wake: Callable[[], None]) -> None:
        self._executor, self._wake = executor, wake
        self._job: BackgroundJob[tuple[NoiseLook, float]] | None = None
        self._place: tuple[Any, ...] | None = None
        self._points: tuple[NoisePoint, ...] = ()
        self._newest: NoiseLook | None = None
        self._problem = ""
        self._started, self._pause_s = 0.0, 0.0
        self._shown = NO_NOISE

    @property
    def shown(self) -> GradientNoise:
        """What is to be shown of it now; the same object as long as nothing is new."""
        now = self._points, self._newest, self._job is not None, self._problem
        before = self._shown
        if now != (before.points, before.newest, before.is_looking, before.problem):
            self._shown = GradientNoise(*now)
        return self._shown

    def look(self, run: TrainingRun, *, is_wanted: bool, is_running: bool) -> None:
        """Collect what is done, and start what is due."""
        trainer = run.trainer
        place = run.run_id, trainer.step, run.moves.count, trainer.config, trainer.engine_name
        if self._job and not (is_wanted and (is_running or place == self._place)):
            self.interrupt()  # Nobody looks, or not there any more.
        self._collect()
        if self._job or not is_wanted or place == self._place:
            return
        now = time.monotonic()
        if is_running and now - self._started < max(INTERVAL_S, self._pause_s):
            return
        self._place, self._started = place, now
        self._start(run)

    def interrupt(self) -> None:
        """Give up what is under way: the network was moved, or nobody looks."""
        if self._job:
            self._job.cancel()
        self._job = self._place = None

    def forget(self) -> None:
        """Another run begins: give up what is under way and forget what is known."""
        self.interrupt()
        self._points, self._newest, self._problem = (), None, ""
        self._started = self._pause_s = 0.0

    def forget_after(self, step: int) -> None:
        """The run went back, or to another branch: what is after a step is of another past."""
        self.interrupt()
        self._points = tuple(point for point in self._points if point.step <= step)
        if self._newest is not None and self._newest.point.step > step:
            self._newest = None

    def _start(self, run: TrainingRun) -> None:
        trainer = run.trainer
        config, state, dataset = trainer.config, trainer.state(), run.dataset
        engine: EngineName = "numpy" if trainer.engine_name == "numpy" else "auto"

        def work(job: BackgroundJob[tuple[NoiseLook, float]]) -> tuple[NoiseLook, float]:
            started = time.thread_time()
            try:
                look = look_at_noise(config, dataset, state, engine, job.should_stop)
            except Unwanted:
                raise Cancelled from None
            return look, time.thread_time() - started

        self._job = BackgroundJob(self._executor, work, self._wake)

    def _collect(self) -> None:
        if not (self._job and self._job.done):
            return
        job, self._job = self._job, None
        try:
            found = job.result()
        except ValueError as error:
            # A network that has diverged: nobody's fault.
            logger.info("no look at the gradient's noise: %s", error)
            self._problem = str(error)
        except Exception as error:
            logger.debug("the look at the gradient's noise failed", exc_info=True)
            self._problem = f"{type(error).__name__}: {error}"
        else:
            if found is not None:
                (self._newest, seconds), self._problem = found, ""
                self._pause_s = REST_SHARE * seconds
                self._points = with_point(self._points, self._newest.point)


def with_point(points: tuple[NoisePoint, ...], point: NoisePoint) -> tuple[NoisePoint, ...]:
    """Give the points with another one in its place; one of the same step gives way to it."""
    before = tuple(known for known in points if known.step < point.step)
    after = tuple(known for known in points if known.step > point.step)
    joined = (*before, point, *after)
    if len(joined) <= MOST_POINTS:
        return joined
    half = len(joined) // 2
    return joined[:half:2] + joined[half:]
