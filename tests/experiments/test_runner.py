"""The runner: progress, partial results, what is kept, and the same experiments anywhere."""

from itertools import pairwise

import pytest

from gdviz.experiments import EXPERIMENTS
from gdviz.experiments import runner as module
from gdviz.experiments.experiment import run_experiment
from gdviz.experiments.result import Result
from gdviz.experiments.runner import Runner
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import AtOnce, give_up, open_executor
from gdviz.runtime.tasks import TaskError


def never():
    return False


def double(task, channel):
    channel.tell(0.5, f"half of {task}")
    return 2 * task


@pytest.fixture
def tells_always(monkeypatch):
    """Every change is told, however soon."""
    monkeypatch.setattr(module, "TELL_EVERY_S", 0.0)
    monkeypatch.setattr(module, "_MOST_SHARE", float("inf"))


def conclude(outcomes):
    return Result(figures={"known": [outcome for outcome in outcomes if outcome is not None]})


def test_every_outcome_is_told_and_shares_grow_over_two_stages(tells_always):
    reports = []
    runner = Runner(AtOnce(), reports.append, never)
    assert runner.run_all("one", double, [1, 2], conclude, (0, 0.25)) == [2, 4]
    assert runner.run_all("two", double, [3], conclude, (0.25, 1)) == [6]
    assert [(report.share, report.doing) for report in reports] == [
        (0.125, "one"),
        (0.25, "one"),
        (1.0, "two"),
    ]
    known = [report.result.figures["known"] for report in reports]
    assert known == [[2], [2, 4], [6]]


def test_results_that_nobody_wants_are_not_concluded(tells_always):
    reports = []
    runner = Runner(AtOnce(), reports.append, never, is_result_wanted=False)
    runner.run_all("one", double, [1], lambda _outcomes: pytest.fail("concluded"))
    assert [report.result for report in reports] == [None]


def test_what_takes_long_to_conclude_is_told_less_often(monkeypatch):
    """Time stands still but while it is concluded: each takes 1 s, and a tenth may go for it."""
    now, told_at = [100.0], []
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def slowly(_outcomes):
        told_at.append(now[0])
        now[0] += 1
        return Result()

    class Later(AtOnce):
        def submit(self, work, /, *arguments):
            now[0] += 0.5
            return super().submit(work, *arguments)

    Runner(Later(), [].append, never).run_all("one", double, list(range(100)), slowly)
    gaps = [later - sooner for sooner, later in pairwise(told_at)]
    assert len(gaps) >= 3
    assert min(gaps) >= 11


def test_outcomes_that_are_kept_are_not_done_again():
    kept = {("one", 2): "known"}

    class Dictionary:
        def known(self, stage, tasks):
            return {k: kept[stage, t] for k, t in enumerate(tasks) if (stage, t) in kept}

        def keep(self, stage, task, outcome):
            kept[stage, task] = outcome

    runner = Runner(AtOnce(), [].append, never, Dictionary())
    assert runner.run_all("one", double, [1, 2]) == [2, "known"]
    assert kept == {("one", 1): 2, ("one", 2): "known"}
    assert runner.run_all("two", double, [2]) == [4], "a stage of its own"


def test_a_runner_that_is_told_to_stop_raises():
    runner = Runner(AtOnce(), [].append, lambda: True)
    with pytest.raises(Cancelled):
        runner.look()
    with pytest.raises(Cancelled):
        runner.run_all("one", double, [1])


def test_a_task_that_fails_ends_the_stage():
    runner = Runner(AtOnce(), [].append, never)
    with pytest.raises(TaskError, match="task 2 failed: ZeroDivisionError"):
        runner.run_all("one", lambda task, _channel: 1 // task, [1, 0])


def test_processes_run_the_same_experiment_to_equal_figures():
    experiment = EXPERIMENTS["interpolation"]
    settings = experiment.settings.from_plain(experiment.small)
    told = []
    for executor in (AtOnce(), open_executor("processes")):
        try:
            finished = run_experiment(experiment, settings, executor, [].append, never)
        finally:
            give_up(executor)
        told.append({key: value for key, value in finished.as_json().items() if key != "seconds"})
    assert told[0] == told[1]
