"""What is computed beside the training, from copies: evaluations and the cost surface.

Called on the worker thread; the work itself runs on two background threads, compiled and
without the interpreter's lock, so that training goes on meanwhile.
"""

from __future__ import annotations

import bisect
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.runtime.background_job import BackgroundJob, Result
from gdviz.runtime.commands import SurfaceSettings
from gdviz.runtime.executors import make_executor
from gdviz.runtime.snapshot import RunState
from gdviz.runtime.surface_job import SurfaceRequest, compute
from gdviz.training.evaluation import Evaluation, evaluate
from gdviz.training.state import TrainingState

if TYPE_CHECKING:
    from gdviz.runtime.run import TrainingRun

logger = logging.getLogger(__name__)

EVALUATION_INTERVAL_S = 0.25
SURFACE_INTERVAL_S = 0.45
WIDE_GAP = 0.25
"""A ratio of steps, as a difference of logarithms, that is worth another evaluation."""


class Observers:
    """Keeps at most one evaluation and one surface under way.

    Parameters
    ----------
    wake : callable
        Called from a background thread when something is done.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.picture: SurfacePicture | None = None
        """The newest finished slice of this run, with what is drawn of it."""
        self.message = ""
        """Why the last evaluation or slice failed, or empty."""
        self._wake = wake
        self._executor = make_executor(2, "gdviz-background")
        self._settings = self._pending_settings = SurfaceSettings()
        self._surface_settings: SurfaceSettings | None = None
        self._evaluation_job: BackgroundJob[Evaluation] | None = None
        self._surface_job: BackgroundJob[SurfacePicture] | None = None
        self._evaluations: list[Evaluation] = []
        self._evaluated: tuple[int, int] | None = None
        self._evaluated_steps: list[int] = []
        self._surfaced: tuple[int, int, SurfaceSettings] | None = None
        self._evaluated_at = self._surfaced_at = 0.0

    @property
    def surface_progress(self) -> float | None:
        """0 to 1 while a slice is being computed, else None."""
        return self._surface_job.progress if self._surface_job else None

    def set_surface(self, settings: SurfaceSettings) -> None:
        """Change what the surface shows; a slice under way is given up."""
        if settings != self._settings:
            self._settings = settings
            if self._surface_job:
                self._surface_job.cancel()

    def take_evaluations(self) -> tuple[Evaluation, ...]:
        """Give the evaluations finished since the last call."""
        evaluations, self._evaluations = tuple(self._evaluations), []
        return evaluations

    def forget(self) -> None:
        """Another run begins: give up what is under way and forget what is known."""
        for job in (self._evaluation_job, self._surface_job):
            if job:
                job.cancel()
        self._evaluation_job = self._surface_job = None
        self._evaluations.clear()
        self._evaluated_steps.clear()
        self.picture = self._surface_settings = None
        self._evaluated = self._surfaced = None
        self._evaluated_at = self._surfaced_at = 0.0
        self.message = ""

    def forget_after(self, step: int) -> None:
        """The run went back: what was scored after a step is void, and so is work under way."""
        if self._evaluation_job:
            self._evaluation_job.cancel()
            self._evaluation_job = None
        self._evaluations = [e for e in self._evaluations if e.step <= step]
        self._evaluated_steps = [s for s in self._evaluated_steps if s <= step]
        self._evaluated = self._surfaced = None

    def close(self) -> None:
        """Give up all work and wait for the threads, which look often."""
        self.forget()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def look(self, run: TrainingRun, needs: frozenset[str]) -> None:
        """Collect what is done and start what is due of ``evaluation`` and ``surface``."""
        running = run.state is RunState.RUNNING
        now = time.monotonic()
        self._collect()
        if "evaluation" in needs and not self._evaluation_job:
            wanted = (run.run_id, run.trainer.step)
            due = not running or now - self._evaluated_at >= EVALUATION_INTERVAL_S
            if due and wanted != self._evaluated:
                self._evaluated, self._evaluated_at = wanted, now
                state = run.trainer.state()
                self._evaluation_job = self._start_evaluation(run, state)
            else:
                keyframe = self._unevaluated_keyframe(run)
                if keyframe is not None:
                    self._evaluation_job = self._start_evaluation(run, keyframe)
        if "surface" in needs and not self._surface_job:
            sought = (run.run_id, run.trainer.step, self._settings)
            due = not running or now - self._surfaced_at >= SURFACE_INTERVAL_S
            if self._surfaced is not None and sought[2] != self._surfaced[2]:
                due = True
            if due and sought != self._surfaced:
                self._surfaced, self._surfaced_at = sought, now
                self._surface_job = self._start_surface(run)

    def _collect(self) -> None:
        if self._evaluation_job and self._evaluation_job.done:
            job, self._evaluation_job = self._evaluation_job, None
            evaluation = self._result(job, "evaluation")
            if evaluation:
                self._evaluations.append(evaluation)
        if self._surface_job and self._surface_job.done:
            surface_job, self._surface_job = self._surface_job, None
            picture = self._result(surface_job, "cost surface")
            if picture:
                self.picture = picture
                self._surface_settings = self._pending_settings
            elif surface_job.cancelled:
                self._surfaced = None

    def _result(self, job: BackgroundJob[Result], what: str) -> Result | None:
        """Give what a job that is done has found; an error becomes a sentence.

        Training is not to suffer from what is only watched, and the same work is not tried
        again before something has changed.
        """
        try:
            result = job.result()
        except ValueError as error:
            # Numbers near the end of float32 leave no plane to be drawn: nobody's fault.
            logger.info("no %s at this step: %s", what, error)
        except Exception as error:
            logger.debug("the %s failed", what, exc_info=True)
            self.message = (
                f"The {what} could not be computed: {type(error).__name__}: {error}".rstrip(": ")
                + ". Training is not affected."
            )
        else:
            if result is not None:
                self.message = ""
            return result
        return None

    def _unevaluated_keyframe(self, run: TrainingRun) -> TrainingState | None:
        """Give a keyframe in the widest gap between evaluated steps, or None if all are narrow.

        The first thousand steps pass in less than the interval between two evaluations; they
        are scored afterwards, from the keyframes, so that the curves show how it began.
        """
        steps = self._evaluated_steps
        del steps[bisect.bisect_right(steps, run.trainer.step) :]
        if len(steps) < 2:
            return None
        places = np.log1p(np.asarray(steps, float) - steps[0])
        gap = int(np.argmax(np.diff(places)))
        if places[gap + 1] - places[gap] < WIDE_GAP:
            return None
        middle = steps[0] + math.expm1((places[gap] + places[gap + 1]) / 2)
        keyframe = run.timeline.at_or_before(round(middle))
        return keyframe if steps[gap] < keyframe.step < steps[gap + 1] else None

    def _start_evaluation(
        self, run: TrainingRun, state: TrainingState
    ) -> BackgroundJob[Evaluation]:
        config, dataset = run.trainer.config, run.dataset
        epoch = state.epoch + state.position / run.trainer.n_examples
        bisect.insort(self._evaluated_steps, state.step)

        def work(_job: BackgroundJob[Evaluation]) -> Evaluation:
            return evaluate(
                config.architecture, state.parameters, dataset, config.cost, state.step, epoch
            )

        return BackgroundJob(self._executor, work, self._wake)

    def _start_surface(self, run: TrainingRun) -> BackgroundJob[SurfacePicture]:
        trainer = run.trainer
        steps, vectors = run.timeline.path()
        request = SurfaceRequest(
            trainer.config,
            self._settings,
            trainer.parameters.frozen_copy(),
            trainer.step,
            steps,
            vectors,
            self.picture,
            self._surface_settings,
        )
        self._pending_settings = self._settings
        dataset = run.dataset
        return BackgroundJob(self._executor, lambda job: compute(request, dataset, job), self._wake)
