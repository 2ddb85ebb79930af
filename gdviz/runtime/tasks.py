"""Many independent pieces of work through any executor: cancellable, a lost worker's tried again.

A task is a function of the top level of a module and one picklable argument. In threads of this
process it can be stopped between its parts and tell what it has so far; in other processes and on
other machines it is done whole, or given up by whoever asked.

`gdviz.analysis.tiles` sends parts of one slice around in a similar way. They stay two: a tile is
known by its place in a grid that threads write into, a worker keeps the slice between tiles and
is sent it again when it has lost it, and a slice that is stopped is half a picture and no
exception. What is left in common is a queue.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from typing import Any, Protocol

from gdviz.data.dataset import DataError
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import AtOnce, n_cores

MOST_LOSSES = 3
"""So many workers may die under a task before it is given up: perhaps it is what kills them."""

_POLL_S = 0.05


class Channel(Protocol):
    """What a task is given besides its argument."""

    def look(self) -> None:
        """Raise `Cancelled` if nobody wants the outcome any more; called between parts."""

    def tell(self, share: float, part: Any) -> None:
        """Say how much is done, 0 to 1, and what the outcome is so far."""


Work = Callable[[Any, Channel], Any]
"""``work(task, channel) -> outcome``."""


class TaskError(RuntimeError):
    """A task could not be done; one sentence says why."""


class _NearChannel:
    """From a thread of this process to whoever waits for it."""

    def __init__(self, should_stop: Callable[[], bool], put: Callable[[float, Any], None]) -> None:
        self._should_stop, self._put = should_stop, put

    def look(self) -> None:
        if self._should_stop():
            raise Cancelled

    def tell(self, share: float, part: Any) -> None:
        self._put(share, part)


class _NoChannel:
    """Where nobody listens."""

    def look(self) -> None:
        pass

    def tell(self, share: float, part: Any) -> None:
        pass


def _done(work: Work, task: Any, channel: Channel | None = None) -> Any:
    """Do a task where it was sent; what it raises can be sent back from anywhere.

    An exception of another kind may be unknown where it arrives, or not be made again from what
    is sent of it, which would look like a worker that has died.
    """
    try:
        return work(task, channel or _NoChannel())
    except (Cancelled, TaskError):
        raise
    except DataError as error:
        raise DataError(_sentence(error)) from error
    except ValueError as error:
        raise ValueError(_sentence(error)) from error
    except OSError as error:
        raise TaskError(_sentence(error)) from error
    except Exception as error:
        text, kind = _sentence(error), type(error).__name__
        raise TaskError(text if text == kind else f"{kind}: {text}") from error


def _sentence(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


class TaskRun:
    """Tasks on their way through an executor; used by one thread, which waits in `outcomes`.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        If it has an attribute ``n_workers``, twice so many tasks are under way at a time.
    work : callable
        ``work(task, channel) -> outcome``, of the top level of a module.
    tasks : sequence
        Picklable.
    should_stop : callable
        Asked by any thread.
    known : mapping of int to object, optional
        Outcomes from before, by the tasks' places.
    """

    def __init__(
        self,
        executor: Executor,
        work: Work,
        tasks: Sequence[Any],
        should_stop: Callable[[], bool],
        known: Mapping[int, Any] | None = None,
    ) -> None:
        self._executor, self._work, self._tasks = executor, work, tasks
        self._stopped = False
        self._is_unwanted = should_stop
        known = known or {}
        self._lock = threading.Lock()
        self._parts: list[Any] = [known.get(index) for index in range(len(tasks))]
        self._shares = [1.0 if index in known else 0.0 for index in range(len(tasks))]
        self._is_near = isinstance(executor, ThreadPoolExecutor | AtOnce)
        n_workers = getattr(executor, "n_workers", None) or n_cores()
        self._n_at_once = 1 if isinstance(executor, AtOnce) else 2 * n_workers
        self._queue = deque(index for index in range(len(tasks)) if index not in known)
        self._losses = dict.fromkeys(self._queue, 0)
        self._running: dict[Future[Any], int] = {}

    def _should_stop(self) -> bool:
        return self._stopped or self._is_unwanted()

    @property
    def share(self) -> float:
        """How much of all is done, 0 to 1."""
        with self._lock:
            return sum(self._shares) / max(len(self._shares), 1)

    @property
    def parts(self) -> list[Any]:
        """What is known of each outcome: whole, in part, or None."""
        with self._lock:
            return list(self._parts)

    def outcomes(
        self,
        on_change: Callable[[], None],
        on_done: Callable[[int, Any], None] = lambda _index, _outcome: None,
    ) -> list[Any]:
        """Do all tasks; give their outcomes in order.

        Parameters
        ----------
        on_change : callable
            Called in this thread some times a second.
        on_done : callable
            ``on_done(index, outcome)``, called in this thread when a task is done.

        Raises
        ------
        Cancelled
            If it was told to stop. Threads are waited for until they look next; what other
            processes and machines have begun is left to them, see
            `gdviz.runtime.executors.give_up`.
        DataError, ValueError
            What a task said of its data or settings.
        TaskError
            If a task fails in another way, or `MOST_LOSSES` workers have died under it.
        """
        try:
            while self._queue or self._running:
                if self._should_stop():
                    raise Cancelled
                self._submit()
                self._receive(on_done)
                on_change()
        finally:
            self._stop()
        return self.parts

    def _submit(self) -> None:
        while self._queue and len(self._running) < self._most_now():
            index = self._queue.popleft()
            channel = self._channel(index) if self._is_near else None
            try:
                future = self._executor.submit(_done, self._work, self._tasks[index], channel)
            except BrokenExecutor as error:
                raise TaskError(f"a worker died, and the executor with it: {error}") from error
            except RuntimeError as error:
                raise TaskError(f"the executor takes no more work: {_sentence(error)}") from error
            self._running[future] = index

    def _most_now(self) -> int:
        """Give how many may be under way: the next loss must tell which task it is of.

        A pool that loses a process loses all that is under way. A task that has been under two
        losses is tried alone, so that only what kills its workers is given up.
        """
        next_or_under_way = (self._queue[0], *self._running.values())
        is_any_suspect = any(self._losses[k] >= MOST_LOSSES - 1 for k in next_or_under_way)
        return 1 if is_any_suspect else self._n_at_once

    def _channel(self, index: int) -> Channel:
        return _NearChannel(self._should_stop, self._putter(index))

    def _putter(self, index: int) -> Callable[[float, Any], None]:
        def put(share: float, part: Any) -> None:
            with self._lock:
                self._shares[index], self._parts[index] = share, part

        return put

    def _receive(self, on_done: Callable[[int, Any], None]) -> None:
        """Wait a moment for tasks that end, and take what has come of them."""
        ended, _ = wait(self._running, _POLL_S, FIRST_COMPLETED)
        # First those that have come: a lost worker must not lose them too.
        for future in sorted(ended, key=lambda one: one.cancelled() or bool(one.exception())):
            index = self._running.pop(future)
            try:
                outcome = future.result()
            except (Cancelled, DataError, ValueError):
                raise
            except BrokenExecutor as error:
                self._lost(index, error)
                continue
            except CancelledError as error:
                raise TaskError("the executor gave up the work: is it still there?") from error
            except Exception as error:
                if type(error).__name__ == "KilledWorker":  # A cluster has tried it again itself.
                    raise TaskError(f"the workers died under task {index + 1}") from error
                raise TaskError(f"task {index + 1} failed: {_sentence(error)}") from error
            self._putter(index)(1.0, outcome)
            on_done(index, outcome)

    def _lost(self, index: int, error: BrokenExecutor) -> None:
        self._losses[index] += 1
        if self._losses[index] >= MOST_LOSSES:
            raise TaskError(f"{MOST_LOSSES} workers died under task {index + 1}") from error
        self._queue.appendleft(index)

    def _stop(self) -> None:
        """Give up what has not been begun; wait for threads, which look whether to go on."""
        self._stopped = True
        for future in self._running:
            future.cancel()
        if self._is_near:
            wait(self._running)
