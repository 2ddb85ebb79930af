"""What is computed beside the training, from copies: evaluations, cost surface, η's range.

Called on the worker thread; the work itself runs on background threads, compiled and
without the interpreter's lock, so that training goes on meanwhile.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.nn.parameters import Architecture
from gdviz.runtime.background_job import BackgroundJob, Cancelled, Result
from gdviz.runtime.background_threads import BackgroundThreads
from gdviz.runtime.commands import SurfaceSettings
from gdviz.runtime.executors import n_cores
from gdviz.runtime.landscape import Landscape
from gdviz.runtime.noise_watch import NoiseWatch
from gdviz.runtime.rate_finder import RateFinder
from gdviz.runtime.scored_steps import ScoredSteps
from gdviz.runtime.snapshot import RunState
from gdviz.runtime.surface_job import SurfaceRequest, compute
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation, evaluate
from gdviz.training.state import Keyframe

if TYPE_CHECKING:
    from gdviz.runtime.run import TrainingRun

logger = logging.getLogger(__name__)

Terrain = tuple[Architecture, str]
"""What the cost of given parameters on given examples depends on."""

RECENT_KINDS = frozenset({"steps", "gradients"})
"""Kinds of planes for which every single one of the last steps is wanted."""
EVALUATION_INTERVAL_S = 0.25
SURFACE_INTERVAL_S = 0.36
HAND_S = 0.15
"""For so long after a jump to another step a hand is taken to scrub: it is elsewhere by then, and
what is computed takes time from the painting."""
HAND_FACTOR = 3
"""While it scrubs, all is begun so many times as seldom as while training runs."""


class Observers:
    """Keeps at most one evaluation, one surface and one sweep of learning rates under way.

    Parameters
    ----------
    wake : callable
        Called from a background thread when something is done.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.picture: SurfacePicture | None = None
        """The newest slice of this run, finished or a part, with what is drawn of it."""
        self._finished: SurfacePicture | None = None
        self.surface_failed_at: int | None = None
        """Step of the newest slice if it could not be computed, else None."""
        self.message = ""
        """Why the last evaluation or slice failed, or empty."""
        self._wake = wake
        self._executor = BackgroundThreads(4, "gdviz-background", is_computing=False)
        self._cores = BackgroundThreads(n_cores(), "gdviz-slice", is_computing=True)
        self.rate_finder = RateFinder(self._executor, wake)
        self.landscape = Landscape(self._executor, wake)
        self.noise = NoiseWatch(self._executor, wake)
        self._settings = self._pending_settings = SurfaceSettings()
        self._surface_settings: SurfaceSettings | None = None
        self._surface_terrain: Terrain | None = None
        self._pending_terrain: Terrain | None = None
        self._evaluation_job: BackgroundJob[Evaluation] | None = None
        self._surface_job: BackgroundJob[SurfacePicture] | None = None
        self._evaluations: list[Evaluation] = []
        self._evaluated: tuple[int, int, Terrain] | None = None
        self._scored = ScoredSteps()
        self._surface_step = 0
        self._is_given_up = False
        self._n_moves = 0
        self._surfaced: tuple[int, int, SurfaceSettings, Terrain, tuple[int, ...]] | None = None
        self._evaluated_at = self._surfaced_at = 0.0
        self._rests_until = 0.0

    @property
    def rest_s(self) -> float | None:
        """Seconds until what waits for a resting hand is to be begun; None if nothing waits."""
        rest = self._rests_until - time.monotonic()
        if rest > 0:
            return rest
        return 0.0 if self._rests_until else None

    def jump(self) -> None:
        """Another step is looked at."""
        now = time.monotonic()
        if not self._rests_until:
            self._evaluated_at = self._surfaced_at = now
        self._rests_until = now + HAND_S

    @property
    def surface_progress(self) -> float | None:
        """0 to 1 while a slice is being computed, else None."""
        return self._surface_job.progress if self._surface_job else None

    def set_surface(self, settings: SurfaceSettings) -> None:
        """Change what the surface shows; a slice under way is given up."""
        before, self._settings = self._settings, settings
        if dataclasses.replace(settings, extras=before.extras, race=before.race) != before:
            self.surface_failed_at = None
            if self._surface_job:
                self._surface_job.cancel()

    def cancel_surface(self) -> None:
        """Give up the slice under way, and do not begin the same one again."""
        if self._surface_job:
            self._surface_job.cancel()
            self._is_given_up = True

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
        self.rate_finder.forget()
        self.landscape.forget()
        self.noise.forget()
        self._evaluations.clear()
        self._scored = ScoredSteps()
        self.picture = self._finished = self._surface_settings = self.surface_failed_at = None
        self._evaluated = self._surfaced = None
        self._evaluated_at = self._surfaced_at = 0.0
        self._n_moves = 0
        self.message = ""

    def forget_after(self, step: int) -> None:
        """The run went back: what was scored after a step is void, and so is work under way."""
        if self._evaluation_job:
            self._evaluation_job.cancel()
            self._evaluation_job = None
        if self._surface_job and self._surface_step > step:
            self._surface_job.cancel()
            self._surface_job = None
        self._evaluations = [e for e in self._evaluations if e.step <= step]
        self._scored.forget_after(step)
        self.noise.forget_after(step)
        self._evaluated = self._surfaced = None

    def _forget_place(self) -> None:
        """The network was moved, or a move is no more: what is known is of where it was."""
        for job in (self._evaluation_job, self._surface_job):
            if job:
                job.cancel()
        self._evaluation_job = self._surface_job = None
        self._evaluated = self._surfaced = None
        self.landscape.interrupt()
        self.noise.interrupt()

    def close(self) -> None:
        """Give up all work and wait for the threads; both kinds of work look when to stop."""
        self.forget()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._cores.shutdown(wait=True, cancel_futures=True)

    def look(self, run: TrainingRun, needs: frozenset[str]) -> None:
        """Collect what is done and start what is due of what is needed."""
        now = time.monotonic()
        needs |= run.pursuit.needs
        if run.moves.count != self._n_moves:
            self._n_moves = run.moves.count
            self._forget_place()
        self._collect(run)
        if now >= self._rests_until:
            self._rests_until = 0.0
        is_scrubbed = bool(self._rests_until)
        moves = run.state is RunState.RUNNING or is_scrubbed
        factor = HAND_FACTOR if is_scrubbed else 1
        if "evaluation" in needs and not self._evaluation_job:
            wanted = (run.run_id, run.trainer.step, _terrain(run.trainer.config))
            due = not moves or now - self._evaluated_at >= factor * EVALUATION_INTERVAL_S
            if due and wanted != self._evaluated:
                self._evaluated, self._evaluated_at = wanted, now
                self._evaluation_job = self._start_evaluation(run, run.trainer.keyframe())
            elif not is_scrubbed:
                keyframe = self._unevaluated_keyframe(run)
                if keyframe is not None:
                    self._evaluation_job = self._start_evaluation(run, keyframe)
        if "surface" in needs and not self._surface_job:
            # What is wanted besides the map is no reason to compute it again.
            settings = dataclasses.replace(self._settings, extras=frozenset(), race=0)
            terrain, others = _terrain(run.trainer.config), run.other_branches
            sought = (run.run_id, run.trainer.step, settings, terrain, others)
            due = not moves or now - self._surfaced_at >= factor * SURFACE_INTERVAL_S
            if self._surfaced is not None and sought[2] != self._surfaced[2]:
                due = True
            if due and sought != self._surfaced:
                self._surfaced, self._surfaced_at = sought, now
                self._surface_job = self._start_surface(run)
        if "surface" in needs:
            self.landscape.look(run, self._settings, moves=moves)
        self.noise.look(run, is_wanted="gradient_noise" in needs, is_running=moves)

    def _collect(self, run: TrainingRun) -> None:
        self.rate_finder.collect()
        if self._evaluation_job and self._evaluation_job.done:
            job, self._evaluation_job = self._evaluation_job, None
            evaluation = self._result(job, "evaluation")
            if evaluation:
                self._evaluations.append(evaluation)
                self._scored.add(evaluation.step)
                if run.take_evaluation(evaluation):
                    self.forget_after(run.trainer.step)
        if self._surface_job and self._surface_job.partial is not None:
            self.picture = self._surface_job.partial
        if self._surface_job and self._surface_job.done:
            surface_job, self._surface_job = self._surface_job, None
            picture = self._result(surface_job, "cost surface")
            if picture:
                self.picture = self._finished = picture
                self._surface_settings = self._pending_settings
                self._surface_terrain = self._pending_terrain
            elif surface_job.cancelled:
                if not self._is_given_up:
                    self._surfaced = None
                self._is_given_up = False
            else:
                self.surface_failed_at = self._surface_step

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

    def _unevaluated_keyframe(self, run: TrainingRun) -> Keyframe | None:
        """Give a keyframe in the widest gap between scored steps, or None if all are narrow.

        A gap is looked at once: of what is passed, keyframes are only ever dropped.
        """
        while (gap := self._scored.pop_gap()) is not None:
            below, middle, above = gap
            keyframe = run.timeline.at_or_before(middle)
            if below < keyframe.step < above:
                return keyframe
        return None

    def _start_evaluation(self, run: TrainingRun, keyframe: Keyframe) -> BackgroundJob[Evaluation]:
        # By the configuration of its step: what cost means may have been changed since.
        state, config, dataset = keyframe.state, keyframe.config, run.dataset
        epoch = state.epoch + state.position / run.trainer.n_examples

        def work(job: BackgroundJob[Evaluation]) -> Evaluation:
            def look() -> None:
                if job.cancelled:
                    raise Cancelled

            return evaluate(
                config.architecture, state.parameters, dataset, config.cost, state.step, epoch, look
            )

        return BackgroundJob(self._cores, work, self._wake)

    def _start_surface(self, run: TrainingRun) -> BackgroundJob[SurfacePicture]:
        trainer = run.trainer
        steps, vectors = run.timeline.path()
        # While the past is looked at, the rest of the path is ahead.
        n_taken = int(np.searchsorted(steps, trainer.step, side="right"))
        request = SurfaceRequest(
            trainer.config,
            self._settings,
            trainer.parameters,
            trainer.step,
            steps[:n_taken],
            vectors[:n_taken],
            run.recent_points(3) if self._settings.kind in RECENT_KINDS else (),
            self._finished,
            self._surface_settings,
            is_same_terrain=self._surface_terrain == _terrain(trainer.config),
            others=run.ways(),
        )
        self._pending_settings = self._settings
        self._pending_terrain = _terrain(trainer.config)
        self._surface_step, self.surface_failed_at = trainer.step, None
        dataset = run.dataset
        return BackgroundJob(
            self._executor, lambda job: compute(request, dataset, job, self._cores), self._wake
        )


def _terrain(config: TrainingConfig) -> Terrain:
    return config.architecture, config.cost
