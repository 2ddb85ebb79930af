"""Executors outside this process: other processes here, and a cluster that somebody has started.

Both outlive a worker: a pool of which one process has died is replaced by a new one, a cluster's
scheduler gives the work to another worker. What was under way is tried again by who asked for it,
or by the scheduler.

Nothing listens here: a pool talks through pipes, and a cluster is called at the address given.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""How BLAS is told to stay on one thread: read when it is loaded, so before NumPy."""

CONNECT_S = 10
"""How long a cluster may take to answer."""


class _StaysCancelled(Future[Any]):
    """A future of a pool, which may break after the future was cancelled.

    A pool that breaks fails all its futures, and those that are cancelled refuse that: the thread
    that does it would end there with a traceback, and the others would never be answered
    (concurrent/futures/process.py, `terminate_broken`, in Python 3.11).
    """

    def set_exception(self, exception: BaseException | None) -> None:
        with suppress(InvalidStateError):
            super().set_exception(exception)


class ProcessExecutor(Executor):
    """A pool of processes that is replaced when one of them dies.

    Any thread may submit. The futures of a broken pool fail with `BrokenProcessPool`; what is
    submitted afterwards goes to a new one.

    Parameters
    ----------
    n_workers : int
        Processes; started when there is work.

    Notes
    -----
    They are spawned: a forked copy of a process with threads may hold a lock for ever. Each has
    BLAS on one thread, since there is a process for every core.
    """

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self._lock = threading.Lock()
        self._is_ended = False
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.n_workers, context, initializer=_leave_interrupts)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a function of the top level of a module called in one of the processes."""
        with self._lock, _as_children_need_it():
            if self._is_ended:
                raise RuntimeError("it has been shut down")
            try:
                future = self._pool.submit(fn, *args, **kwargs)
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = self._new_pool()
                future = self._pool.submit(fn, *args, **kwargs)
            future.__class__ = _StaysCancelled
            return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, by default when all is done."""
        self._is_ended = True
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def give_up(self) -> None:
        """End the processes at once, whatever they are doing; nothing is waited for."""
        with self._lock:
            self._is_ended = True
            # Python has `terminate_workers` from 3.14 on only; a shutdown forgets the processes.
            processes = list((self._pool._processes or {}).values())  # noqa: SLF001
            self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


class ClusterExecutor(Executor):
    """The workers of a running Dask cluster; they need gdviz in the same version.

    Parameters
    ----------
    address : str
        Of the scheduler, ``HOST:PORT``.

    Raises
    ------
    ValueError
        If `distributed` is not installed, or no scheduler with a worker answers.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415  # an extra, which takes a second
        except ImportError as error:
            raise ValueError(
                "a cluster needs the package distributed; install it with "
                f"python -m pip install 'gdviz[cluster]' ({error})"
            ) from None
        for name in ("distributed", "distributed.client"):
            # What goes wrong is raised; a lost scheduler would also be told as a traceback.
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client: Any = Client(f"tcp://{address}", timeout=CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise ValueError(
                f"no cluster answers at {address}: is its scheduler running there? "
                f"({type(error).__name__})"
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError:
            self._client.close()
            raise ValueError(f"the cluster at {address} has no worker; start one") from None
        self.n_workers = sum(self._client.nthreads().values())
        self._executor: Executor = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a function called by a worker, and by another one if that is lost."""
        with warnings.catch_warnings():
            # A slice is some megabytes, and goes along with as many tiles as there are workers.
            warnings.filterwarnings("ignore", "Sending large graph")
            return self._executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it stays as it is, but for the work that is given up."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def cluster_address(where: str) -> str | None:
    """Give ``HOST:PORT`` of ``dask://HOST:PORT``; None if it is no such address."""
    found = re.fullmatch(r"dask://(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(\d{1,5})/?", where)
    return f"{found[1]}:{found[2]}" if found and 0 < int(found[2]) < 65536 else None


def _leave_interrupts() -> None:
    """Ctrl+C reaches every process of a terminal: whoever has the work decides, not a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def _as_children_need_it() -> Iterator[None]:
    """Hold what a process that is started meanwhile inherits: BLAS limits, no Ctrl+C yet.

    It would else die with a traceback if it is interrupted while it still imports.
    """
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    can_block = hasattr(signal, "pthread_sigmask")
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if can_block else set()
    try:
        yield
    finally:
        if can_block:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
