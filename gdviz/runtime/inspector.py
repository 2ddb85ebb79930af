"""Answers what the Inspect workspace asks for, beside training and window.

What takes a moment has a thread of its own: how the network does on a split, which everybody waits
for, never queues up behind what takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdviz.runtime.background_job import BackgroundJob, Cancelled, wait_for_any
from gdviz.runtime.background_threads import BackgroundThreads

QUICK_AT_ONCE = 2
"""Quick questions at once: a file is read while another network is still being tried."""
LONG_AT_ONCE = 2
"""Long questions that are worked on side by side: as many as there are panels in sight that ask."""

Look = Callable[[], None]
"""Called by work between its parts; raises when the answer is no longer wanted."""
Work = Callable[["Inquiry"], Any]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What work is given: asks whether to go on, and tells how far it is."""

    job: BackgroundJob[Any]

    def look(self) -> None:
        """Raise `Cancelled` if nobody wants the answer any more."""
        if self.job.should_stop():
            raise Cancelled

    def tell(self, progress: float) -> None:
        """Say how much is done, 0 to 1."""
        self.job.progress = progress

    def show(self, part: Any) -> None:
        """Give what is known by now, a value that is not written any more."""
        self.job.tell(part)


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What came of an inquiry.

    Parameters
    ----------
    about : object
        What was handed over with the question, for example the network.
    value : object
        None if it failed.
    error : str
        A sentence; empty if it did not fail.
    """

    about: Any
    value: Any
    error: str = ""


class Inspector:
    """Answers questions by key: of each key one is worked on and the newest other one waits.

    Used from the GUI thread; the work runs on threads that step aside.
    """

    def __init__(self) -> None:
        self._quick = BackgroundThreads(QUICK_AT_ONCE, "gdviz-inspector", is_computing=True)
        self._long = BackgroundThreads(LONG_AT_ONCE, "gdviz-inspector-long", is_computing=True)
        self._under_way: dict[str, tuple[Any, BackgroundJob[Any]]] = {}
        self._waiting: dict[str, tuple[Any, Work, bool]] = {}

    def ask(
        self,
        key: str,
        about: Any,
        work: Work,
        *,
        gives_up: bool = False,
        is_quick: bool = False,
    ) -> None:
        """Ask a question; the answer comes with `take`.

        Parameters
        ----------
        key : str
            A question of the same key that waits is forgotten.
        about : object
            Comes back with the answer.
        work : callable
            ``work(inquiry) -> value``, a pure function of what it has captured.
        gives_up : bool, default False
            Whether one of the same key that is worked on is given up for it. A network in
            training changes faster than long questions are answered: without this the answer
            about an earlier step comes first.
        is_quick : bool, default False
            Whether it takes a moment only: it then does not wait for long ones.
        """
        self._waiting[key] = (about, work, is_quick)
        if gives_up and key in self._under_way:
            self._under_way[key][1].cancel()
        self._begin()

    def cancel(self, key: str) -> None:
        """Give up a question."""
        self._waiting.pop(key, None)
        if key in self._under_way:
            self._under_way[key][1].cancel()

    def cancel_all_but(self, *prefixes: str) -> None:
        """Give up every question whose key begins with none of these."""
        for key in [*self._waiting, *self._under_way]:
            if not key.startswith(prefixes):
                self.cancel(key)

    def progress(self, key: str) -> float | None:
        """Give how far the answer is, 0 to 1; None if nothing is asked."""
        if key in self._under_way:
            return self._under_way[key][1].progress
        return 0.0 if key in self._waiting else None

    def partial(self, key: str) -> Any:
        """Give what is known by now of an answer that is worked on; None if nothing is."""
        return self._under_way[key][1].partial if key in self._under_way else None

    @property
    def is_busy(self) -> bool:
        """Whether a question is not answered yet, or its answer not taken."""
        return bool(self._under_way or self._waiting)

    def wait(self, limit_s: float) -> bool:
        """Wait until a question under way is done, at most so long; False if none is by then."""
        jobs = [job for _, job in self._under_way.values()]
        return not jobs or wait_for_any(jobs, limit_s)

    def take(self) -> dict[str, Answer]:
        """Give the answers that have come since, by key."""
        answers = {}
        for key, (about, job) in list(self._under_way.items()):
            if not job.done:
                continue
            del self._under_way[key]
            try:
                value = job.result()
            except Cancelled:
                continue
            except Exception as error:  # noqa: BLE001  # the panel says so, the others go on
                answers[key] = Answer(about, None, f"{type(error).__name__}: {error}")
                continue
            if not job.cancelled:
                answers[key] = Answer(about, value)
        self._begin()
        return answers

    def close(self) -> None:
        """Give everything up and wait for the thread to end; may be called again."""
        self._waiting.clear()
        for _, job in self._under_way.values():
            job.cancel()
        for executor in (self._quick, self._long):
            executor.shutdown(wait=True, cancel_futures=True)

    def _begin(self) -> None:
        for key in [key for key in self._waiting if key not in self._under_way]:
            about, work, is_quick = self._waiting.pop(key)
            executor = self._quick if is_quick else self._long
            job = BackgroundJob(executor, _as_job(work), _nobody)
            self._under_way[key] = (about, job)


def _as_job(work: Work) -> Callable[[BackgroundJob[Any]], Any]:
    return lambda job: work(Inquiry(job))


def _nobody() -> None:
    """Nobody waits for the end: the window looks at every tick."""
