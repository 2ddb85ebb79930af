"""Where background work runs: plain executors, made here and nowhere else.

Threads for what this process does beside the training. For work that outgrows it, `open_executor`
gives those of the command line, other processes and a cluster among them; `far_executors` has them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from gdviz.runtime.far_executors import ClusterExecutor, ProcessExecutor, cluster_address
from gdviz.runtime.thread_turns import step_aside

__all__ = [
    "EXECUTORS",
    "AtOnce",
    "Executor",
    "give_up",
    "make_executor",
    "n_cores",
    "open_executor",
]

Result = TypeVar("Result")

EXECUTORS = ("threads", "processes", "dask://HOST:PORT")
"""What `open_executor` knows."""


def n_cores() -> int:
    """Give how many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def make_executor(n_threads: int, name: str, priority: int = 0) -> Executor:
    """Give an executor of threads; who makes it shuts it down.

    Work beside the training and the window is for `background_threads.BackgroundThreads`.

    Parameters
    ----------
    n_threads : int
    name : str
        The threads are called ``<name>_0`` and so on.
    priority : int
        See `thread_turns.step_aside`; by default they are as the thread that begins them.
    """
    return ThreadPoolExecutor(n_threads, name, step_aside, (priority,))


class AtOnce(Executor):
    """Does work where it is asked for: when the process ends, no thread takes any."""

    def submit(
        self, work: Callable[..., Result], /, *arguments: Any, **named: Any
    ) -> Future[Result]:
        """Do it, and give what came of it."""
        future: Future[Result] = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:  # noqa: BLE001  # as any executor does: who asks is told
            future.set_exception(error)
        return future


def give_up(executor: Executor) -> None:
    """Shut an executor down whose work nobody wants any more; any thread may call.

    Threads end when their work looks whether to go on, other processes are ended, and a cluster
    is left.
    """
    if isinstance(executor, ProcessExecutor):
        executor.give_up()
    else:
        executor.shutdown(wait=False, cancel_futures=True)


def open_executor(where: str) -> Executor:
    """Give the executor that a word of the command line means; who asks shuts it down.

    Parameters
    ----------
    where : str
        ``"threads"`` or ``"processes"``, one for each core; or ``"dask://HOST:PORT"``, the
        scheduler of a cluster that somebody has started.

    Raises
    ------
    ValueError
        If it is none of these, `distributed` is not installed, or no cluster answers.
    """
    if where == "threads":
        return make_executor(n_cores(), "gdviz-surface")
    if where == "processes":
        return ProcessExecutor(n_cores())
    address = cluster_address(where)
    if address is None:
        raise ValueError(f"unknown executor {where!r}; one of {', '.join(EXECUTORS)}")
    return ClusterExecutor(address)
