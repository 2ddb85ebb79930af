"""The sweep of learning rates as work beside the training, one at a time.

Called on the worker thread; the sweep itself runs on a background thread, on a copy of the
run, so that training goes on meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdviz.analysis.rate_range import RateRange, find_rate_range
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.executors import Executor

if TYPE_CHECKING:
    from gdviz.runtime.run import TrainingRun

logger = logging.getLogger(__name__)

PROGRESS_INTERVAL_S = 0.1
"""How often a sweep says how far it is: a paused worker is woken for it."""


@dataclass(frozen=True, slots=True)
class RateSearch:
    """What a snapshot says of the sweep.

    Parameters
    ----------
    progress : float or None
        0 to 1 while one is under way.
    found : RateRange or None
        The newest that is finished, of this run.
    message : str
        Why the last one failed, or empty.
    """

    progress: float | None = None
    found: RateRange | None = None
    message: str = ""


NO_SEARCH = RateSearch()
"""Before the first sweep of a run."""


class RateFinder:
    """Keeps at most one sweep under way, and the newest result.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    wake : callable
        Called from a background thread when there is something new.
    """

    def __init__(self, executor: Executor, wake: Callable[[], None]) -> None:
        self._executor, self._wake = executor, wake
        self._job: BackgroundJob[RateRange] | None = None
        self._found: RateRange | None = None
        self._message = ""

    @property
    def shown(self) -> RateSearch:
        """What is to be shown of it now."""
        return RateSearch(self._job.progress if self._job else None, self._found, self._message)

    def start(self, run: TrainingRun) -> None:
        """Begin a sweep from where a run is now; one under way is given up."""
        self.cancel()
        self._message = ""
        config, dataset, state = run.trainer.config, run.dataset, run.trainer.state()
        told_at = 0.0

        def work(job: BackgroundJob[RateRange]) -> RateRange:
            def progress(share: float) -> None:
                nonlocal told_at
                job.progress = share
                now = time.monotonic()
                if now - told_at >= PROGRESS_INTERVAL_S:
                    told_at = now
                    self._wake()

            found = find_rate_range(
                config, dataset, state, should_stop=job.should_stop, progress=progress
            )
            if found is None:
                raise Cancelled
            return found

        self._job = BackgroundJob(self._executor, work, self._wake)

    def cancel(self) -> None:
        """Give up the sweep under way; what was found before stays."""
        if self._job:
            self._job.cancel()
            self._job = None

    def forget(self) -> None:
        """Another run begins."""
        self.cancel()
        self._found, self._message = None, ""

    def collect(self) -> None:
        """Take the result of a sweep that is done; an error becomes a sentence."""
        if not (self._job and self._job.done):
            return
        job, self._job = self._job, None
        try:
            self._found = job.result() or self._found
        except Exception as error:
            logger.debug("the sweep failed", exc_info=True)
            self._message = f"The sweep failed: {type(error).__name__}: {error}."
