"""Computes a slice piece by piece: in the calling thread, or through any executor.

Threads of this process share one `ExactSlice`. Elsewhere, in other processes or on other
machines, a tile is a pure task of arrays that can be computed again by another worker: the
prepared slice goes along with the first tiles, and with any that finds no slice where it arrives.

Makes no executor: they come from `gdviz.runtime.executors`, or from whoever calls.
"""

from __future__ import annotations

import os
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import (  # noqa: TID251  # waits for what is handed in, makes none
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gdviz.engine.slices import ExactSlice

if TYPE_CHECKING:
    from gdviz.analysis.cost_surface import SliceTask

MOST_LOSSES = 3
"""So many workers may die under a tile before it is given up: perhaps it is what kills them."""

_POLL_S = 0.02
_FAR_CHUNKS = 10
"""A tile for another process is so many times larger than one for a thread: 0.15 s."""
_KEPT_SLICES = 2

_PREPARED: OrderedDict[str, ExactSlice] = OrderedDict()
"""What this process was sent: a worker has no other place that outlives a task."""

Costs = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class TileError(RuntimeError):
    """A part of a surface could not be computed; one sentence says why."""


@dataclass(slots=True)
class _Tile:
    """Points ``start`` to ``stop - 1`` of the task's order, and what has become of them."""

    start: int
    stop: int
    n_losses: int = 0
    needs_slice: bool = False


def compute_tile(
    key: str,
    exact: ExactSlice | None,
    u: npt.NDArray[np.float64],
    v: npt.NDArray[np.float64],
) -> Costs | None:
    """Compute some points of a slice: what is run in other processes and on other machines.

    Parameters
    ----------
    key : str
        Names the slice, among all that a worker may be sent.
    exact : ExactSlice or None
        None: the worker should have it from an earlier tile.
    u, v : ndarray of shape (m,)

    Returns
    -------
    mean, squared_deviations : ndarray of shape (m,)
        As from `ExactSlice.costs`.
    None
        If the worker does not have the slice; the tile is then sent again, with it.
    """
    known = _PREPARED.get(key, exact)
    if known is None:
        return None
    _PREPARED[key] = known
    while len(_PREPARED) > _KEPT_SLICES:
        _PREPARED.popitem(last=False)
    return known.costs(u, v)


def compute_here(
    task: SliceTask,
    should_stop: Callable[[], bool] | None,
    on_progress: Callable[[float], None] | None,
) -> None:
    """Compute all points in the calling thread, until told to stop."""
    size = task.points_per_chunk
    for start in range(0, task.n_points, size):
        stop = min(start + size, task.n_points)
        if not task.compute(start, stop, should_stop):
            return
        if on_progress is not None:
            on_progress(stop / task.n_points)


def compute_through(
    executor: Executor,
    task: SliceTask,
    should_stop: Callable[[], bool] | None,
    on_progress: Callable[[float], None] | None,
) -> None:
    """Compute all points through an executor, until told to stop.

    Both callables are called in the calling thread only. Threads stop within milliseconds; what
    another process has begun is not waited for.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        If it has an attribute ``n_workers``, twice so many tiles are under way at a time.
    task : SliceTask
    should_stop, on_progress : callable, optional
        As for `gdviz.analysis.cost_surface.compute_surface`.

    Raises
    ------
    TileError
        If a tile fails, or `MOST_LOSSES` workers have died under it. What other tiles gave is in
        the task.
    """
    run = _Run(executor, task)
    try:
        while run.is_under_way and not (should_stop is not None and should_stop()):
            run.submit()
            received = run.receive(_POLL_S if should_stop is not None else None)
            if received and on_progress is not None:
                on_progress(run.n_received / task.n_points)
    finally:
        run.stop()


class _Run:
    """The tiles of one task on their way through an executor."""

    def __init__(self, executor: Executor, task: SliceTask) -> None:
        self._executor, self._task = executor, task
        self._is_shared = isinstance(executor, ThreadPoolExecutor)
        self._n_workers = getattr(executor, "n_workers", None) or os.cpu_count() or 1
        self._key = uuid.uuid4().hex
        self._stopped = False
        self._n_tiles_received = 0
        self.n_received = 0
        """Points."""
        size = task.points_per_chunk
        if not self._is_shared:
            even = -(-task.n_points // (4 * self._n_workers))
            size = max(1, min(_FAR_CHUNKS * size, even))
        starts = range(0, task.n_points, size)
        self._queue = deque(_Tile(start, min(start + size, task.n_points)) for start in starts)
        self._running: dict[Future[Any], _Tile] = {}

    @property
    def is_under_way(self) -> bool:
        return bool(self._queue or self._running)

    def submit(self) -> None:
        """Keep every worker busy, with another tile at hand for each."""
        while self._queue and len(self._running) < 2 * self._n_workers:
            tile = self._queue.popleft()
            self._running[self._submitted(tile)] = tile

    def _submitted(self, tile: _Tile) -> Future[Any]:
        if self._is_shared:
            return self._executor.submit(
                self._task.compute, tile.start, tile.stop, lambda: self._stopped
            )
        # Not every worker has been heard of until so many tiles are back.
        sends_slice = tile.needs_slice or self._n_tiles_received < self._n_workers
        exact = self._task.exact if sends_slice else None
        u, v = self._task.grid.points(tile.start, tile.stop)
        try:
            return self._executor.submit(compute_tile, self._key, exact, u, v)
        except BrokenExecutor as error:
            raise TileError(f"a worker died, and the executor with it: {error}") from error

    def receive(self, timeout_s: float | None) -> bool:
        """Wait for a tile, at most so long; True if points have become known."""
        done, _ = wait(self._running, timeout_s, FIRST_COMPLETED)
        before = self.n_received
        # First those that have come: a lost worker must not lose them too.
        for future in sorted(
            done, key=lambda future: future.cancelled() or bool(future.exception())
        ):
            tile = self._running.pop(future)
            try:
                result = future.result()
            except BrokenExecutor as error:
                self._lost(tile, error)
                continue
            except CancelledError as error:
                raise TileError("the executor gave up the work: is it still there?") from error
            except Exception as error:
                sentence = " ".join(str(error).split()) or type(error).__name__
                raise TileError(f"a part of the surface failed: {sentence}") from error
            self._take(tile, result)
        return self.n_received > before

    def _lost(self, tile: _Tile, error: BrokenExecutor) -> None:
        tile.n_losses += 1
        if tile.n_losses >= MOST_LOSSES:
            raise TileError(
                f"{tile.n_losses} workers died under one part of the surface"
            ) from error
        tile.needs_slice = True
        self._queue.appendleft(tile)

    def _take(self, tile: _Tile, result: Costs | bool | None) -> None:
        if result is None:
            tile.needs_slice = True
            self._queue.appendleft(tile)
            return
        if not isinstance(result, bool):
            self._task.grid.put(tile.start, tile.stop, *result, self._task.exact.n_examples)
        self._n_tiles_received += 1
        self.n_received += tile.stop - tile.start

    def stop(self) -> None:
        """Give up what has not been begun; wait for what writes into the task."""
        self._stopped = True
        for future in self._running:
            future.cancel()
        if self._is_shared:
            wait(self._running)
