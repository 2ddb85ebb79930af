"""Where background work runs: plain executors, made here and nowhere else."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor

__all__ = ["Executor", "make_executor"]


def make_executor(n_threads: int, name: str) -> Executor:
    """Give an executor of threads; who makes it shuts it down.

    Parameters
    ----------
    n_threads : int
    name : str
        The threads are called ``<name>_0`` and so on.
    """
    return ThreadPoolExecutor(n_threads, thread_name_prefix=name)
