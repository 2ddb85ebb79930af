"""Tasks through executors: the same outcomes wherever, whoever dies, and stopped at once."""

import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.data.dataset import DataError
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import AtOnce, give_up, make_executor
from gdviz.runtime.far_executors import ProcessExecutor
from gdviz.runtime.tasks import MOST_LOSSES, TaskError, TaskRun

LIMIT_S = 30


@pytest.fixture
def far(monkeypatch):
    """Give the module of tasks that other processes can import."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import work_elsewhere

    return work_elsewhere


@pytest.fixture
def processes():
    executor = ProcessExecutor(2)
    yield executor
    give_up(executor)


def never():
    return False


def square(task, channel):
    channel.look()
    channel.tell(0.5, -task)
    return task * task


def outcomes_of(executor, work, tasks, should_stop=never, on_change=lambda: None, **known):
    return TaskRun(executor, work, tasks, should_stop, **known).outcomes(on_change)


class Elsewhere(Executor):
    """Calls at once as another process would; `answer` says before each whether it works."""

    def __init__(self, answer=lambda _task: None, n_workers=2):
        self.n_workers, self._answer, self.tasks = n_workers, answer, []
        self.under_way = []

    def submit(self, fn, /, *arguments):
        self.tasks.append(arguments[1])
        future = Future()
        try:
            self._answer(arguments[1])
            future.set_result(fn(*arguments))
        except Exception as error:  # noqa: BLE001  # as executors do
            future.set_exception(error)
        return future


@given(st.lists(st.integers(), max_size=12), st.sets(st.integers(0, 11)))
def test_outcomes_come_in_order_and_what_is_known_is_not_done_again(tasks, places):
    known = {place: "known" for place in places if place < len(tasks)}
    executor = Elsewhere()
    run = TaskRun(executor, square, tasks, never, known)
    expected = [known.get(k, task * task) for k, task in enumerate(tasks)]
    assert run.outcomes(lambda: None) == expected
    assert len(executor.tasks) == len(tasks) - len(known)
    assert run.share == (1 if tasks else 0)


def test_threads_processes_and_the_caller_give_the_same(processes, far):
    tasks = list(range(20))
    with make_executor(2, "test") as threads:
        for executor in (AtOnce(), threads, processes):
            done = []
            run = TaskRun(executor, far.square, tasks, never)
            assert run.outcomes(lambda: None, lambda k, outcome: done.append((k, outcome))) == [  # noqa: B023  # used at once
                task * task for task in tasks
            ]
            assert sorted(done) == [(task, task * task) for task in tasks]


def test_what_a_thread_tells_is_known_before_it_ends():
    told, may_end, seen = threading.Event(), threading.Event(), []

    def work(task, channel):
        channel.tell(0.25, f"part of {task}")
        told.set()
        assert may_end.wait(LIMIT_S)
        return task

    with make_executor(1, "test") as executor:
        run = TaskRun(executor, work, ["all"], never)

        def look():
            if told.is_set() and not may_end.is_set():
                seen.append((run.share, run.parts))
                may_end.set()

        assert run.outcomes(look) == ["all"]
    assert seen == [(0.25, ["part of all"])]


def test_a_run_that_is_stopped_waits_for_its_threads_alone():
    stop, begun, ended = threading.Event(), threading.Event(), []

    def work(_task, channel):
        begun.set()
        try:
            while True:
                channel.look()
        finally:
            ended.append(time.perf_counter())

    stopped_at = []

    def stop_it():
        if begun.is_set() and not stop.is_set():
            stopped_at.append(time.perf_counter())
            stop.set()

    with make_executor(1, "test") as executor, pytest.raises(Cancelled):
        outcomes_of(executor, work, list(range(5)), stop.is_set, stop_it)
    assert len(ended) == 1, "what was not begun is not begun any more"
    assert ended[0] >= stopped_at[0]


def test_processes_that_are_given_up_are_not_waited_for(far, tmp_path):
    executor = ProcessExecutor(2)
    tasks = [str(tmp_path)] * 4
    with pytest.raises(Cancelled):
        outcomes_of(executor, far.never_end, tasks, lambda: len(list(tmp_path.iterdir())) == 2)
    workers = list(executor._pool._processes.values())
    give_up(executor)
    for worker in workers:
        # A thread of the pool may be told of the end before this one is.
        while worker.exitcode is None:
            worker.join(0.01)
        assert worker.exitcode != 0, "it has ended, and not by itself"
    with pytest.raises(TaskError, match="the executor takes no more work"):
        outcomes_of(executor, far.square, [1])


@pytest.mark.parametrize("is_far", [True, False])
@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (DataError("x.npz: no labels"), DataError, r"^x\.npz: no labels$"),
        (ValueError("two\nlines"), ValueError, "^two lines$"),
        (FileNotFoundError("gone"), TaskError, "^task 2 failed: gone$"),
        (KeyError("a"), TaskError, "^task 2 failed: KeyError: 'a'$"),
        (MemoryError(), TaskError, "^task 2 failed: MemoryError$"),
        (UnicodeDecodeError("ascii", b"", 0, 1, "no"), ValueError, "ascii"),
    ],
)
def test_what_a_task_raises_comes_back_as_one_sentence(error, kind, says, is_far, far):
    tasks = [1, error]
    executor = Elsewhere() if is_far else AtOnce()
    with pytest.raises(kind, match=says) as raised:
        outcomes_of(executor, far.raise_it, tasks)
    assert type(raised.value) is kind


def test_an_error_that_cannot_be_sent_is_no_dead_worker(processes, far):
    with pytest.raises(TaskError, match="task 1 failed: AwkwardError: this and that"):
        outcomes_of(processes, far.raise_it, ["awkward"])
    assert outcomes_of(processes, far.square, [3]) == [9], "the pool goes on"


def test_tasks_of_processes_that_are_killed_are_done_again(processes, far, tmp_path):
    tasks = [(value, str(tmp_path), value == 2) for value in range(6)]
    assert outcomes_of(processes, far.die_at_first, tasks) == list(range(6))
    assert [path.name for path in tmp_path.iterdir()] == ["2-0"]


def test_a_task_that_kills_its_workers_is_named_and_no_other(processes, far, tmp_path):
    tasks = [(value, str(tmp_path), 100 * (value == 1)) for value in range(6)]
    with pytest.raises(TaskError, match=f"^{MOST_LOSSES} workers died under task 2$"):
        outcomes_of(processes, far.die_at_first, tasks)


def test_work_that_was_cancelled_does_not_silence_a_pool_that_breaks(processes, far, tmp_path):
    """Others wait for what the pool has under way: they must hear that it is lost."""
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    others = [processes.submit(far.never_end, folder, None) for folder in folders]
    queued = [processes.submit(far.square, 1, None) for _ in range(6)]
    while not all(any(folder.iterdir()) for folder in folders):
        assert not any(other.done() for other in others)
        threading.Event().wait(0.01)
    assert queued[-1].cancel()
    os.kill(int(next(folders[0].iterdir()).name), signal.SIGKILL)
    for other in others:
        assert isinstance(other.exception(LIMIT_S), BrokenExecutor)


def test_a_task_under_two_losses_is_tried_alone():
    """The pool loses all that is under way: who was beside it is not to blame."""
    under_way, together = {}, []

    class Pool(Executor):
        n_workers = 2

        def submit(self, _fn, /, *arguments):
            under_way[arguments[1]] = future = Future()
            if len(under_way) == 4 or len(together) >= 2:
                together.append(sorted(under_way))
                for task, one in under_way.items():
                    if "bad" in under_way:
                        one.set_exception(BrokenExecutor("a process was killed"))
                    else:
                        one.set_result(task)
                under_way.clear()
            return future

    with pytest.raises(TaskError, match="3 workers died under task 4"):
        outcomes_of(Pool(), square, ["a", "b", "c", "bad"])
    assert together[:2] == [["a", "b", "bad", "c"]] * 2
    assert all(len(tasks) == 1 for tasks in together[2:])
    assert together[-1] == ["bad"]


def test_work_that_an_executor_gives_up_is_told():
    def give_it_up(_task):
        raise CancelledError

    with pytest.raises(TaskError, match="gave up the work: is it still there"):
        outcomes_of(Elsewhere(give_it_up), square, [1])


def test_a_clusters_own_word_for_a_killer_is_one_sentence():
    class KilledWorker(Exception):  # noqa: N818  # its name in distributed
        pass

    def kill(_task):
        raise KilledWorker("Attempted to run task on 4 workers. Inspecting logs is a good step.")

    with pytest.raises(TaskError, match=r"^the workers died under task 1$"):
        outcomes_of(Elsewhere(kill), square, [1])


def test_what_is_done_is_told_before_a_failure_is():
    """The first that come are kept, so that they need not be done again."""
    done = []
    run = TaskRun(Elsewhere(), lambda task, _channel: 1 / task, [1, 2, 0, 4], never)
    with pytest.raises(TaskError, match="task 3 failed: ZeroDivisionError"):
        run.outcomes(lambda: None, lambda index, _outcome: done.append(index))
    assert 0 in done
    assert 1 in done
