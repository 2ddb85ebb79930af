"""Threads for what is computed beside training and window, and for the training itself.

On two cores the window's thread has to be woken on time sixty times a second, although training
takes a core and slices of the cost surface would take both. A thread that runs only when no other
wants its core (Linux: ``SCHED_IDLE``) is put aside the moment the window wakes up; one of a lower
priority is not always. Where other programs take all cores, such a thread would hardly run at all:
then others take over, which have a small share.

Measured on two cores in turns, all views in sight, 12 s each: interval of the window's frames,
99th percentile, 42 to 46 ms with all threads beside the training at priority 10, 27 to 34 ms with
``SCHED_IDLE``, and training 10 to 30 % faster; without the cost surface 22 to 31 ms, and 19 to 20
with the training at priority 5 besides.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

BACKGROUND_PRIORITY = 10
"""As of ``nice``: a tenth of the weight of a thread that does not step aside."""
TRAINING_PRIORITY = 5
"""A third of the weight of the window's thread, which needs less than half a core."""

LATE_THREADS = "-late"
"""Ends the name of threads that take over where all cores are taken by others."""
CROWDED_FOR_S = 10.0
"""So long others take over before it is tried again whether a core is left over."""
_LEAST_SHARE = 0.1
_MEASURED_S = 0.5


def step_aside(priority: int = BACKGROUND_PRIORITY) -> None:
    """Let other threads go first; called by a thread about itself.

    Where the system has no priorities for single threads, nothing is changed.
    """
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    with contextlib.suppress(OSError):  # a container may forbid it
        lowest = max(os.getpriority(os.PRIO_PROCESS, thread), priority)
        os.setpriority(os.PRIO_PROCESS, thread, lowest)


def run_when_idle() -> None:
    """Run only when no other thread wants the core; called by a thread about itself."""
    step_aside()
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))


def runs_when_idle() -> bool:
    """Say whether the calling thread runs only when no other wants its core."""
    return (
        sys.platform == "linux"
        and os.sched_getscheduler(threading.get_native_id()) == os.SCHED_IDLE
    )


class Crowding:
    """Whether all cores are taken by others, seen from how long pure computing takes.

    Any thread may call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._wall_s = self._busy_s = 0.0

    @property
    def is_crowded(self) -> bool:
        """Whether work had better not wait for a core that nobody wants."""
        return time.monotonic() < self._until

    def see(self, wall_s: float, busy_s: float) -> None:
        """Take note of a piece of computing by an idle thread.

        Parameters
        ----------
        wall_s : float
            From its begin to its end.
        busy_s : float
            Processor time of its thread meanwhile.
        """
        with self._lock:
            self._wall_s += wall_s
            self._busy_s += busy_s
            if self._wall_s < _MEASURED_S:
                return
            if self._busy_s < _LEAST_SHARE * self._wall_s:
                self._until = time.monotonic() + CROWDED_FOR_S
            self._wall_s = self._busy_s = 0.0


class BackgroundThreads(ThreadPoolExecutor):
    """An executor whose threads run when nobody else wants a core, or, crowded, at priority 10.

    Parameters
    ----------
    n_threads : int
    name : str
        The threads are called ``<name>_0`` and so on.
    crowding : Crowding
        Shared by executors that work for each other.
    is_computing : bool
        Whether its work computes all the time: `crowding` is seen from it then. Work that waits
        for other threads says nothing.
    """

    def __init__(
        self, n_threads: int, name: str, crowding: Crowding, *, is_computing: bool
    ) -> None:
        super().__init__(n_threads, name, run_when_idle)
        self._crowding, self._is_computing = crowding, is_computing
        self._late = ThreadPoolExecutor(n_threads, name + LATE_THREADS, step_aside)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have it done by one of the threads."""
        # A new thread would inherit from an idle one that it runs when idle, and cannot shed it.
        if self._crowding.is_crowded and not runs_when_idle():
            return self._late.submit(fn, *args, **kwargs)
        if not self._is_computing:
            return super().submit(fn, *args, **kwargs)
        return super().submit(self._watched, fn, *args, **kwargs)

    def _watched(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        begun, busy = time.perf_counter(), time.thread_time()
        try:
            return fn(*args, **kwargs)
        finally:
            self._crowding.see(time.perf_counter() - begun, time.thread_time() - busy)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all threads, by default when all is done."""
        self._late.shutdown(wait=wait, cancel_futures=cancel_futures)
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
