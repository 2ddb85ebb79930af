"""Reading and writing beside the window, one file after another, and a bounded end to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QSemaphore

from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.executors import AtOnce, make_executor
from gdviz.runtime.thread_turns import TRAINING_PRIORITY

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

CLOSING_LIMIT_MS = 5_000
"""Longest wait at the end for a disk that does not answer."""


class FileWork:
    """One thread that works on files; used from the GUI thread.

    Parameters
    ----------
    name : str
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._executor = make_executor(1, name, TRAINING_PRIORITY)
        self._ended = QSemaphore()
        self._waiting: list[Callable[[], bool]] = []

    def begin(self, work: Callable[[], Result]) -> BackgroundJob[Result]:
        """Begin a piece of work, or queue it behind the one under way.

        When the process ends no thread takes any, and nothing is under way: then it is done here.
        """
        return self.begin_watched(lambda _job: work())

    def begin_watched(
        self, work: Callable[[BackgroundJob[Result]], Result]
    ) -> BackgroundJob[Result]:
        """Begin work that tells how far it is and asks whether to stop; see `BackgroundJob`."""
        try:
            job = BackgroundJob(self._executor, work, self._ended.release)
        except RuntimeError as error:
            logger.info("done on the main thread: %s", error)
            job = BackgroundJob(AtOnce(), work, self._ended.release)
        self._waiting = [done for done in self._waiting if not done()]
        self._waiting.append(lambda: job.done)
        return job

    def close(self, limit_ms: int = CLOSING_LIMIT_MS) -> bool:
        """Wait for all work, at most so long; may be called again.

        Returns
        -------
        bool
            True if all of it has ended; what has not may still hold its thread.
        """
        deadline = QDeadlineTimer(limit_ms)
        ended = True
        while not all(done() for done in self._waiting):
            if not self._ended.tryAcquire(1, max(deadline.remainingTime(), 0)):
                ended = False
                break
        self._executor.shutdown(wait=ended, cancel_futures=True)
        return ended
