"""The exact cost surface: against brute force, on both cores, and how soon it can be left."""

import statistics
import sys
import threading
import time
from concurrent.futures import Future

import numpy as np
from bench_process import SCRIPTS, MeasuringProcess
from bench_report import Findings, ratios, row
from bench_slice import LARGE_POINTS, N_EXAMPLES, POINTS, ROW_STRIDE, task_on
from bench_training import Extent

from gdviz.analysis.cost_surface import SliceTask, compute_surface
from gdviz.data.dataset import Dataset
from gdviz.runtime.executors import Executor, make_executor

BRUTE_THREADS = (1, 2)
LARGE_SECONDS = 4.0
"""Of the large surface, after which it is left, unless everything is measured."""


class SharedWork:
    """A slice whose chunks are taken in turn by several threads.

    Parameters
    ----------
    task : SliceTask
    executor : Executor
    n_threads : int
        As many as the executor has.
    """

    def __init__(self, task: SliceTask, executor: Executor, n_threads: int) -> None:
        self._task = task
        self._lock = threading.Lock()
        self._next = 0
        self._leave = threading.Event()
        self.started = time.perf_counter()
        self._workers: list[Future[int]] = [executor.submit(self._work) for _ in range(n_threads)]

    def _work(self) -> int:
        """Compute chunks until there are no more; give how many points that were."""
        done = 0
        size = self._task.points_per_chunk
        while not self._leave.is_set():
            with self._lock:
                start, self._next = self._next, self._next + size
            stop = min(start + size, self._task.n_points)
            if start >= stop or not self._task.compute(start, stop, self._leave.is_set):
                break
            done += stop - start
        return done

    def leave(self) -> None:
        """Ask the threads to stop."""
        self._leave.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the threads; give whether they have all ended."""
        deadline = None if timeout_s is None else time.perf_counter() + timeout_s
        for worker in self._workers:
            rest = None if deadline is None else max(0.0, deadline - time.perf_counter())
            try:
                worker.result(rest)
            except TimeoutError:
                return False
        return True

    @property
    def points(self) -> int:
        """Points computed; the threads must have ended."""
        return sum(worker.result() for worker in self._workers)


def surface(dataset: Dataset, extent: Extent) -> Findings:
    """Both surfaces of the targets."""
    findings = Findings()
    with make_executor(2, "gdviz-bench") as executor:
        _add_small(findings, dataset, extent, executor)
        _add_large(findings, dataset, extent, executor)
    return findings


def _add_small(findings: Findings, dataset: Dataset, extent: Extent, executor: Executor) -> None:
    """41x41 points on 1,000 images, beside brute force with one and with two BLAS threads."""
    split = dataset.train.first(N_EXAMPLES)
    exact, both, error = [], [], 0.0
    command = [sys.executable, str(SCRIPTS / "bench_slice.py")]
    processes = {n: MeasuringProcess(command, n) for n in BRUTE_THREADS}
    brute: dict[int, list[float]] = {n: [] for n in BRUTE_THREADS}
    try:
        compute_surface(task_on(split, POINTS))
        for _ in range(extent.rounds):
            started = time.perf_counter()
            found = compute_surface(task_on(split, POINTS))
            exact.append(1000 * (time.perf_counter() - started))
            started = time.perf_counter()
            SharedWork(task_on(split, POINTS), executor, 2).wait()
            both.append(1000 * (time.perf_counter() - started))
            for n, process in processes.items():
                answer = process.ask()
                brute[n].append(answer["ms"])
                costs = np.array(answer["costs"])
                off = np.abs(costs - found.cost[::ROW_STRIDE]) / costs
                error = max(error, float(off.max()))
    finally:
        for process in processes.values():
            process.close()
    best = min(BRUTE_THREADS, key=lambda n: statistics.median(brute[n]))
    note = f"its best setting: {best} BLAS thread{'s' if best > 1 else ''}"
    compared = f"{len(costs)} of {POINTS} rows"
    findings.rows += [
        row("surface_exact", exact),
        row("surface_exact_both", both),
        row("surface_brute", brute[best], f"{note}, from {compared}"),
        row("surface_one_core", ratios(brute[best], exact), note),
        row("surface_both_cores", ratios(brute[best], both), note),
        row("surface_error", [error], f"over {compared}"),
    ]


def _add_large(findings: Findings, dataset: Dataset, extent: Extent, executor: Executor) -> None:
    """101x101 points on all images: how long, how many cores, how soon it is left."""
    started, used = time.perf_counter(), time.process_time()
    task = task_on(dataset.train, LARGE_POINTS)
    prepared = time.perf_counter() - started
    work = SharedWork(task, executor, 2)
    finished = work.wait(None if extent.full else LARGE_SECONDS)
    elapsed = time.perf_counter() - work.started
    busy = (time.process_time() - used) / (time.perf_counter() - started)
    work.leave()
    work.wait()
    share = work.points / task.n_points
    note = "" if finished else f"extrapolated from {100 * share:.0f} % of its points"
    cancels = [_cancel_ms(task, executor, 0.05 + 0.017 * k) for k in range(4 * extent.rounds)]
    findings.rows += [
        row("surface_large", [prepared + elapsed / share], note),
        row("surface_large_cores", [busy], "processor time over time"),
        row("surface_large_cancel", cancels, "until both threads stand", worst=True),
    ]


def _cancel_ms(task: SliceTask, executor: Executor, after_s: float) -> float:
    """Give the time from leaving a surface under way until its threads have ended."""
    work = SharedWork(task, executor, 2)
    work.wait(after_s)
    started = time.perf_counter()
    work.leave()
    work.wait()
    return 1000 * (time.perf_counter() - started)
