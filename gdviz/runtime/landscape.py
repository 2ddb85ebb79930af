"""The ground under the ball besides its map: curvature, slices along lines, random planes.

Called on the worker thread; the work itself runs on a background thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gdviz.analysis.stability import stability
from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.commands import SurfaceSettings
from gdviz.runtime.executors import Executor
from gdviz.runtime.landscape_work import Site, cut_lines, draw_planes, find_curvature
from gdviz.runtime.race import run_race
from gdviz.runtime.surroundings import NO_SURROUNDINGS, Surroundings

if TYPE_CHECKING:
    from gdviz.runtime.run import TrainingRun

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Extra:
    """One kind of work that is done again and again as the network moves.

    Parameters
    ----------
    work : callable
        ``work(site, job)``, see `landscape_work`.
    interval_s : float
        While the network moves, from one start to the next at least.
    """

    work: Callable[[Site, BackgroundJob[Any]], Any]
    interval_s: float


EXTRAS: dict[str, Extra] = {
    "race": Extra(run_race, 0.0),
    "curvature": Extra(find_curvature, 4.0),
    "lines": Extra(cut_lines, 0.5),
    "random_planes": Extra(draw_planes, 4.0),
}
"""What `SurfaceSettings.extras` may ask for, in the order of their turns."""


class Landscape:
    """Keeps at most one piece of this work under way, in turns.

    Parameters
    ----------
    executor : Executor
    wake : callable
        Called from a background thread when something is done.
    """

    def __init__(self, executor: Executor, wake: Callable[[], None]) -> None:
        self._executor, self._wake = executor, wake
        self._job: BackgroundJob[Any] | None = None
        self._kind, self._step = "", 0
        self._done: dict[str, tuple[Any, ...]] = {}
        self._started: dict[str, float] = {}
        self._found: dict[str, Any] = {}
        self._problems: dict[str, str] = {}
        self._lines_step = 0
        self._race = 0

    def forget(self) -> None:
        """Another run begins: give up what is under way and forget what is known."""
        if self._job:
            self._job.cancel()
            self._job = None
        self._done.clear()
        self._found.clear()
        self._problems.clear()
        self._started.clear()

    def interrupt(self) -> None:
        """The network was moved: what is under way is of where it was, but for a race."""
        if self._job and self._kind != "race":
            self._job.cancel()
            self._job = None
        self._done = {kind: place for kind, place in self._done.items() if kind == "race"}

    def look(self, run: TrainingRun, settings: SurfaceSettings, *, moves: bool) -> None:
        """Collect what is done, and start what is due.

        Parameters
        ----------
        run : TrainingRun
        settings : SurfaceSettings
        moves : bool
            Whether it will soon stand somewhere else: then each kind has its interval.
        """
        wanted = settings.extras if settings.race else settings.extras - {"race"}
        is_race_void = self._race != settings.race or "race" not in wanted
        if self._job and self._kind == "race" and is_race_void:
            self._job.cancel()
        self._collect()
        if self._race != settings.race:
            self._race = settings.race
            self._found.pop("race", None)
        for kind in EXTRAS.keys() - settings.extras:
            # When it is wanted again, what was found long ago would be taken for new.
            for known in (self._found, self._done, self._problems):
                known.pop(kind, None)
        if self._job:
            return
        now = time.monotonic()
        for kind, extra in EXTRAS.items():
            if kind not in wanted:
                continue
            if moves and now - self._started.get(kind, -extra.interval_s) < extra.interval_s:
                continue
            place = self._place(kind, run, settings)
            if self._done.get(kind) != place:
                self._done[kind], self._started[kind] = place, now
                self._start(kind, extra, run, settings)
                return

    def shown(self, run: TrainingRun) -> Surroundings:
        """Give what is known, with the curvature against the learning rate that holds now."""
        curvature = self._found.get("curvature")
        if not (self._found or self._problems or self._job):
            return NO_SURROUNDINGS
        trainer = run.trainer
        against = None
        if curvature is not None:
            against = stability(
                float(curvature.values[0]), trainer.next_learning_rate, trainer.config.optimizer
            )
        return Surroundings(
            curvature,
            against,
            self._found.get("lines", ()),
            self._lines_step,
            self._found.get("random_planes", ()),
            self._found.get("race", ()),
            self._job.progress if self._job and self._kind == "race" else None,
            tuple(self._problems.items()),
        )

    @staticmethod
    def _place(kind: str, run: TrainingRun, settings: SurfaceSettings) -> tuple[Any, ...]:
        """Give all on which a result depends: computed again only if it is another."""
        config = run.trainer.config
        place: tuple[Any, ...] = (
            run.run_id,
            run.trainer.step,
            run.moves.count,
            config.architecture,
            config.cost,
        )
        if kind == "race":
            # Where it began stays where it began.
            return run.run_id, settings.race
        if kind == "lines":
            return (*place, config, settings.kind, settings.weights, settings.n_examples)
        return (*place, settings.normalize) if kind == "random_planes" else place

    def _start(self, kind: str, extra: Extra, run: TrainingRun, settings: SurfaceSettings) -> None:
        trainer = run.trainer
        site = Site(
            trainer.config,
            settings,
            trainer.state(),
            trainer.next_learning_rate,
            "numpy" if trainer.engine_name == "numpy" else "auto",
            run.dataset,
            run.timeline.path()[1],
            self._found.get("curvature"),
        )
        self._kind, self._step = kind, trainer.step
        self._job = BackgroundJob(self._executor, lambda job: extra.work(site, job), self._wake)

    def _collect(self) -> None:
        if not (self._job and self._job.done):
            return
        job, self._job = self._job, None
        kind = self._kind
        try:
            found = job.result()
        except ValueError as error:
            # A network that has diverged, or one without a slope: nobody's fault.
            logger.info("no %s at this step: %s", kind, error)
            self._found.pop(kind, None)
            self._problems[kind] = str(error)
        except Exception as error:
            logger.debug("the %s failed", kind, exc_info=True)
            self._problems[kind] = f"{type(error).__name__}: {error}"
        else:
            if found is not None:
                self._found[kind] = found
                self._problems.pop(kind, None)
                if kind == "lines":
                    self._lines_step = self._step
