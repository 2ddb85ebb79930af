"""Several starts on one core and on both, as experiments train them: threads and processes.

On a machine that others use too, the ratio of the times says as much of them as of gdviz. Linux
counts besides how long a thread was queued for a core. Without that, what is left is what both
cores would give if they were free; threads that wait for each other still show.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, NamedTuple

from bench_report import Findings, Row, ratios, row
from bench_training import Extent

from gdviz.data.dataset import Dataset
from gdviz.experiments.training_task import TrainingTask, dataset_of, train
from gdviz.runtime.executors import make_executor
from gdviz.runtime.far_executors import ProcessExecutor
from gdviz.runtime.tasks import Channel, TaskRun, Work
from gdviz.training.config import PRESETS

FULL, SHORT = (20, 10), (6, 2)
"""Starts and epochs: of the promise, and of a quicker run."""
SCHEDULER = Path("/proc/thread-self/schedstat")
"""Nanoseconds that the thread which reads it has run, and was queued for a core."""


class TaskTime(NamedTuple):
    """What a start took, in seconds.

    Attributes
    ----------
    whole : float
    running : float
        On a core; NaN where the system does not say.
    queued : float
        Ready to run, while others had the cores.
    """

    whole: float
    running: float
    queued: float


class Timed(NamedTuple):
    """What several starts took.

    Attributes
    ----------
    seconds : float
        From the first to the last.
    tasks : list of TaskTime
    n_workers : int
    """

    seconds: float
    tasks: list[TaskTime]
    n_workers: int

    @property
    def if_free(self) -> float:
        """Seconds, if no worker had been queued for a core and all had ended at once."""
        return sum(task.whole - task.queued for task in self.tasks) / self.n_workers

    @property
    def running(self) -> float:
        """Seconds of all cores together."""
        return sum(task.running for task in self.tasks)


def own_time() -> TaskTime:
    """Give what the calling thread has had by now; only differences mean something."""
    running = queued = float("nan")
    if SCHEDULER.exists():
        os.sched_yield()  # else the figures are those of the last tick
        running, queued = (int(word) / 1e9 for word in SCHEDULER.read_text("ascii").split()[:2])
    return TaskTime(time.perf_counter(), running, queued)


def timed_train(task: TrainingTask, channel: Channel) -> TaskTime:
    """Train one start; what is given is its time, wherever it was done."""
    # The clock goes from before the first look to after the last: no part is longer than the whole.
    begun, before = time.perf_counter(), own_time()
    train(task, channel)
    after = own_time()
    whole = time.perf_counter() - begun
    return TaskTime(whole, after.running - before.running, after.queued - before.queued)


def load_dataset(_task: int, _channel: Channel) -> int:
    """Have the data where starts will be trained, and give which process that is."""
    dataset_of("mnist")
    return os.getpid()


def train_starts(executor: Executor, n_workers: int, n_starts: int, epochs: int) -> Timed:
    """Train from several starts through the runner's own queue."""
    config = PRESETS["lesson"].replace(epochs=epochs)
    tasks = [TrainingTask(config.replace(seed=seed)) for seed in range(n_starts)]
    started = time.perf_counter()
    times = outcomes(executor, timed_train, tasks)
    return Timed(time.perf_counter() - started, times, n_workers)


def outcomes(executor: Executor, work: Work, tasks: Sequence[Any]) -> list[Any]:
    """Do tasks as an experiment does."""
    return TaskRun(executor, work, tasks, lambda: False).outcomes(lambda: None)


def warm(executor: Executor, n_workers: int) -> None:
    """Start all workers: what they load and compile is not of the work."""
    known: set[int] = set()
    is_far = isinstance(executor, ProcessExecutor)
    while len(known) < (n_workers if is_far else 1):
        known |= set(outcomes(executor, load_dataset, list(range(2 * n_workers))))
    train_starts(executor, n_workers, 2 * n_workers, 1)


def starts(_dataset: Dataset, extent: Extent) -> Findings:
    """Train from several starts on one core and on both, in turn."""
    findings = Findings()
    for kind, key in (("threads", "starts"), ("processes", "starts_processes")):
        executors = [
            make_executor(n, "gdviz-bench") if kind == "threads" else ProcessExecutor(n)
            for n in (1, 2)
        ]
        try:
            findings.rows += rows_of(kind, key, executors, extent)
        finally:
            for executor in executors:
                executor.shutdown()
    return findings


def rows_of(kind: str, key: str, executors: Sequence[Executor], extent: Extent) -> list[Row]:
    """Measure one kind of workers: one of them, then two, again and again."""
    size = FULL if extent.full else SHORT
    for n_workers, executor in enumerate(executors, 1):
        warm(executor, n_workers)
    pairs = [
        [train_starts(executor, n, *size) for n, executor in enumerate(executors, 1)]
        for _ in range(extent.rounds)
    ]
    one, both = ([pair[k] for pair in pairs] for k in (0, 1))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    note = f"{size[0]} starts x {size[1]} epochs, mini-batch 32, {kind}{load}"
    rows = [row(key, ratios([t.seconds for t in one], [t.seconds for t in both]), note)]
    if SCHEDULER.exists():
        free = ratios([t.if_free for t in one], [t.if_free for t in both])
        more = ratios([t.running for t in both], [t.running for t in one])
        rows += [
            row(f"{key}_free", free, "less the time in which they were queued for a core"),
            row(f"{key}_time", more, "1: nothing is lost to each other"),
        ]
    return rows
