"""Threads for what is computed beside training and window, and for the training itself.

They have lower priorities than the window's thread, see `gdviz.runtime.thread_turns`. That turns
against the window where other programs take all cores. A thread that is put aside while it holds
the interpreter's lock stops all that wait for the lock, and the lower its priority, the longer.
Then other threads take over, which step aside no further than the training does.

Besides, they wait while a frame is in work, see `gdviz.runtime.frame_in_work`; those that take over
do not.

Measured before they waited, on two cores in turns, all views in sight, 8 to 12 s each, by the
priority of what is computed beside the training, which itself has `TRAINING_PRIORITY`; the first
two rows with nothing else on the machine, the last two beside two programs that compute without
end:

=========================  ===================  ======================  ===============
priority                   frames, 99th perc.   training, examples/s    slices a second
=========================  ===================  ======================  ===============
`BACKGROUND_PRIORITY`      24 to 34 ms          349,000 to 537,000      1.8 to 2.6
that of the training       35 to 43 ms          373,000 to 416,000      2.4 to 2.5
`BACKGROUND_PRIORITY`      77 to 102 ms         9,000 to 18,000         none
that of the training       70 to 117 ms         169,000 to 219,000      1.4 to 1.6
=========================  ===================  ======================  ===============

Threads that run only when no other wants a core (``SCHED_IDLE``) were no better than the first row
(32 to 38 ms), and beside other programs the window stood still for up to two seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from gdviz.engine.gaps import work_in_gaps
from gdviz.runtime.frame_in_work import FRAMES
from gdviz.runtime.thread_turns import (
    TRAINING_PRIORITY,
    has_stepped_aside,
    queued_s,
    step_aside,
)

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

LATE_THREADS = "-late"
"""Ends the name of threads that take over where all cores are taken by others."""
CROWDED_FOR_S = 10.0
"""So long others take over before it is tried again whether a core is left over; each time that
there is none it is twice as long, up to `LONGEST_CROWDED_S`."""
LONGEST_CROWDED_S = 160.0
_LEAST_SHARE = 0.1
_MEASURED_S = 0.5


def _step_aside_for_frames() -> None:
    step_aside()
    work_in_gaps(FRAMES.flag)


class Crowding:
    """Whether all cores are taken by others, seen from how long computing waits for one.

    Any thread may call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._next_s = CROWDED_FOR_S
        self._queued_s = self._busy_s = 0.0

    @property
    def is_crowded(self) -> bool:
        """Whether work had better not wait for a core that nobody wants."""
        return time.monotonic() < self._until

    def see(self, busy_s: float, queued_s: float) -> None:
        """Take note of a piece of computing by a thread that has stepped aside.

        Parameters
        ----------
        busy_s : float
            Processor time of its thread.
        queued_s : float
            For how long it could have run and had no core.
        """
        with self._lock:
            self._busy_s += busy_s
            self._queued_s += queued_s
            wanted = self._busy_s + self._queued_s
            if wanted < _MEASURED_S:
                return
            if self._busy_s < _LEAST_SHARE * wanted:
                logger.info(
                    "others take all cores: work beside the training had %.0f of %.0f ms; for "
                    "%.0f s it steps aside no further than the training",
                    1000 * self._busy_s, 1000 * wanted, self._next_s,
                )  # fmt: skip
                self._until = time.monotonic() + self._next_s
                self._next_s = min(2 * self._next_s, LONGEST_CROWDED_S)
            else:
                self._next_s = CROWDED_FOR_S
            self._queued_s = self._busy_s = 0.0


MACHINE = Crowding()
"""Of the machine that this process runs on: what one executor has found out, all know."""


class BackgroundThreads(ThreadPoolExecutor):
    """An executor whose threads step aside, but not where all cores are taken by others.

    Parameters
    ----------
    n_threads : int
    name : str
        The threads are called ``<name>_0`` and so on.
    is_computing : bool
        Whether its work computes all the time: `crowding` is seen from it then. Work that waits
        for other threads says nothing.
    crowding : Crowding, optional
        That of the machine by default.
    """

    def __init__(
        self, n_threads: int, name: str, *, is_computing: bool, crowding: Crowding = MACHINE
    ) -> None:
        super().__init__(n_threads, name, _step_aside_for_frames)
        self._crowding, self._is_computing = crowding, is_computing
        self._late = ThreadPoolExecutor(
            n_threads, name + LATE_THREADS, step_aside, (TRAINING_PRIORITY,)
        )

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have it done by one of the threads."""
        # A new thread has the priority of the one that begins it, and cannot raise it.
        if self._crowding.is_crowded and not has_stepped_aside():
            return self._late.submit(fn, *args, **kwargs)
        if not self._is_computing:
            return super().submit(fn, *args, **kwargs)
        return super().submit(self._watched, fn, *args, **kwargs)

    def _watched(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        busy, queued = time.thread_time(), queued_s()
        try:
            return fn(*args, **kwargs)
        finally:
            if queued is not None:
                self._crowding.see(time.thread_time() - busy, (queued_s() or queued) - queued)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all threads, by default when all is done."""
        self._late.shutdown(wait=wait, cancel_futures=cancel_futures)
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
