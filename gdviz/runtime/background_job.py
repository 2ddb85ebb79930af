"""One piece of long work at a time, beside the training: cancellable, its errors kept.

The executor is a plain `concurrent.futures` one, so that another kind can take its place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Generic, TypeVar

from gdviz.engine.gaps import wait_for_gap
from gdviz.runtime.executors import Executor

Result = TypeVar("Result")


class Cancelled(Exception):  # noqa: N818  # not an error: the work was told to stop
    """Raised by work that was told to stop."""


class BackgroundJob(Generic[Result]):
    """Work under way on an executor.

    Any thread may call; the work itself runs on a thread of the executor.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    work : callable
        ``work(job) -> result``; it should ask `should_stop` between its parts, raise
        `Cancelled` then, and may set `progress`.
    on_done : callable
        Called from the executor's thread when the work has ended in any way, or tells a part.
    """

    def __init__(
        self,
        executor: Executor,
        work: Callable[[BackgroundJob[Result]], Result],
        on_done: Callable[[], None],
    ) -> None:
        self.progress = 0.0
        """0 to 1; written by the work only."""
        self.partial: Result | None = None
        """What is known before all is; written by `tell`."""
        self._on_done = on_done
        self._cancel = threading.Event()
        self._future: Future[Result] = executor.submit(work, self)
        self._future.add_done_callback(lambda _future: on_done())

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called."""
        return self._cancel.is_set()

    def should_stop(self) -> bool:
        """Let a frame that is in work be painted, then say whether to stop; called by the work."""
        wait_for_gap()
        return self.cancelled

    @property
    def done(self) -> bool:
        """True when the work has ended: with a result, an error, or because it was cancelled."""
        return self._future.done()

    def tell(self, partial: Result) -> None:
        """Show what is known by now; called by the work."""
        self.partial = partial
        self._on_done()

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        self._cancel.set()
        self._future.cancel()

    @property
    def future(self) -> Future[Result]:
        """The executor's own handle of the work."""
        return self._future

    def result(self) -> Result | None:
        """Give the result of work that is done, or None if it was cancelled.

        Raises
        ------
        Exception
            Whatever the work raised.
        """
        if self.cancelled or self._future.cancelled():
            return None
        return self._future.result(timeout=0)


def wait_for_any(jobs: Iterable[BackgroundJob[Any]], limit_s: float) -> bool:
    """Wait until one of some jobs has ended, at most so long; give whether one has."""
    futures = [job.future for job in jobs]
    return bool(wait(futures, limit_s, FIRST_COMPLETED).done)
