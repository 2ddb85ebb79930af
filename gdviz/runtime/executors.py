"""Where background work runs: plain executors, made here and nowhere else."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ThreadPoolExecutor

__all__ = ["Executor", "make_executor", "n_cores"]


def n_cores() -> int:
    """Give how many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def make_executor(n_threads: int, name: str) -> Executor:
    """Give an executor of threads; who makes it shuts it down.

    Parameters
    ----------
    n_threads : int
    name : str
        The threads are called ``<name>_0`` and so on.
    """
    return ThreadPoolExecutor(n_threads, thread_name_prefix=name)
