"""What is computed beside the training, from copies: evaluations and the cost surface.

Called on the worker thread; the work itself runs on two background threads, compiled and
without the interpreter's lock, so that training goes on meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gdviz.analysis.cost_surface import CostSurface
from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.commands import SurfaceSettings
from gdviz.runtime.executors import make_executor
from gdviz.runtime.snapshot import RunState
from gdviz.runtime.surface_job import SurfaceRequest, compute
from gdviz.training.evaluation import Evaluation, evaluate

if TYPE_CHECKING:
    from gdviz.runtime.run import TrainingRun

logger = logging.getLogger(__name__)

EVALUATION_INTERVAL_S = 0.25
SURFACE_INTERVAL_S = 0.45


class Observers:
    """Keeps at most one evaluation and one surface under way.

    Parameters
    ----------
    wake : callable
        Called from a background thread when something is done.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.needs: frozenset[str] = frozenset()
        self.surface: CostSurface | None = None
        """The newest finished slice of this run."""
        self._wake = wake
        self._executor = make_executor(2, "gdviz-background")
        self._settings = self._pending_settings = SurfaceSettings()
        self._surface_settings: SurfaceSettings | None = None
        self._evaluation_job: BackgroundJob[Evaluation] | None = None
        self._surface_job: BackgroundJob[CostSurface] | None = None
        self._evaluations: list[Evaluation] = []
        self._evaluated: tuple[int, int] | None = None
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
        self.surface = self._surface_settings = None
        self._evaluated = self._surfaced = None
        self._evaluated_at = self._surfaced_at = 0.0

    def close(self) -> None:
        """Give up all work and wait for the threads, which look often."""
        self.forget()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def look(self, run: TrainingRun) -> None:
        """Collect what is done and start what is due."""
        running = run.state is RunState.RUNNING
        now = time.monotonic()
        self._collect()
        if "evaluation" in self.needs and not self._evaluation_job:
            wanted = (run.run_id, run.trainer.step)
            due = not running or now - self._evaluated_at >= EVALUATION_INTERVAL_S
            if due and wanted != self._evaluated:
                self._evaluated, self._evaluated_at = wanted, now
                self._evaluation_job = self._start_evaluation(run)
        if "surface" in self.needs and not self._surface_job:
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
            evaluation = job.result()
            if evaluation:
                self._evaluations.append(evaluation)
        if self._surface_job and self._surface_job.done:
            surface_job, self._surface_job = self._surface_job, None
            surface = surface_job.result()
            if surface:
                self.surface = surface
                self._surface_settings = self._pending_settings
            else:
                self._surfaced = None

    def _start_evaluation(self, run: TrainingRun) -> BackgroundJob[Evaluation]:
        trainer, dataset = run.trainer, run.dataset
        config = trainer.config
        parameters = trainer.parameters.frozen_copy()
        step, epoch = trainer.step, trainer.epoch_progress

        def work(_job: BackgroundJob[Evaluation]) -> Evaluation:
            return evaluate(config.architecture, parameters, dataset, config.cost, step, epoch)

        return BackgroundJob(self._executor, work, self._wake)

    def _start_surface(self, run: TrainingRun) -> BackgroundJob[CostSurface]:
        trainer = run.trainer
        steps, vectors = run.timeline.path()
        request = SurfaceRequest(
            trainer.config,
            self._settings,
            trainer.parameters.frozen_copy(),
            trainer.step,
            steps,
            vectors,
            self.surface,
            self._surface_settings,
        )
        self._pending_settings = self._settings
        dataset = run.dataset
        return BackgroundJob(self._executor, lambda job: compute(request, dataset, job), self._wake)
