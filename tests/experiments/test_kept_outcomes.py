"""Outcomes on disk: an experiment goes on where it was stopped, and nothing else is found."""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from gdviz.experiments import EXPERIMENTS, kept_outcomes
from gdviz.experiments.experiment import run_experiment
from gdviz.experiments.kept_outcomes import KeptOutcomes, kept_folder
from gdviz.experiments.runner import Runner
from gdviz.experiments.training_task import TrainingOutcome, TrainingTask
from gdviz.runtime.background_job import Cancelled
from gdviz.runtime.executors import AtOnce
from gdviz.training.config import TrainingConfig

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENT = EXPERIMENTS["interpolation"]
SETTINGS = EXPERIMENT.settings.from_plain(
    {"epochs": 1, "n_starts": 5, "n_points": 5, "n_examples": 500}
)
NAMES = tuple(EXPERIMENTS)


def keeper_in(folder, settings=SETTINGS, **options):
    return KeptOutcomes(folder, EXPERIMENT, settings, **options)


def figures(finished):
    return {key: value for key, value in finished.as_json().items() if key != "seconds"}


def never():
    return False


class Counted:
    """A keeper that notes what is kept besides."""

    def __init__(self, keeper, stop_after=None):
        self.keeper, self.stop_after, self.n_known, self.n_done = keeper, stop_after, 0, 0

    def known(self, stage, tasks):
        found = self.keeper.known(stage, tasks)
        self.n_known += len(found)
        return found

    def keep(self, stage, task, outcome):
        self.keeper.keep(stage, task, outcome)
        self.n_done += 1

    def is_enough(self):
        return self.stop_after is not None and self.n_done >= self.stop_after


def test_a_run_that_is_killed_goes_on_to_an_equal_result(tmp_path):
    code = f"""
import os, signal
from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.experiment import run_experiment
from gdviz.experiments.kept_outcomes import KeptOutcomes
from gdviz.runtime.executors import make_executor
from pathlib import Path

class Killed(KeptOutcomes):
    def keep(self, *about):
        super().keep(*about)
        if self.n_kept == 2:
            os.kill(os.getpid(), signal.SIGKILL)

experiment = EXPERIMENTS["interpolation"]
settings = experiment.settings.from_toml({SETTINGS.to_toml()!r})
keeper = Killed(Path({str(tmp_path)!r}), experiment, settings)
run_experiment(experiment, settings, make_executor(2, "x"), print, lambda: False, keeper)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    keeper = Counted(keeper_in(tmp_path))
    gone_on = run_experiment(EXPERIMENT, SETTINGS, AtOnce(), [].append, never, keeper)
    assert (keeper.n_known, keeper.n_done) == (2, 3)
    straight = run_experiment(EXPERIMENT, SETTINGS, AtOnce(), [].append, never)
    assert figures(gone_on) == figures(straight)
    keeper.keeper.forget()
    assert not tmp_path.exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_goes_on_where_it_was_stopped(name, tmp_path):
    experiment = EXPERIMENTS[name]
    settings = experiment.settings.from_plain(experiment.small)
    first = Counted(KeptOutcomes(tmp_path, experiment, settings), stop_after=1)
    with contextlib.suppress(Cancelled):  # It may be done with one task.
        run_experiment(experiment, settings, AtOnce(), [].append, first.is_enough, first)
    assert first.n_done == 1
    assert first.keeper.problem == ""
    again = Counted(KeptOutcomes(tmp_path, experiment, settings))
    gone_on = run_experiment(experiment, settings, AtOnce(), [].append, never, again)
    assert again.n_known >= first.n_done, "equal tasks are known together"
    straight = run_experiment(experiment, settings, AtOnce(), [].append, never)
    assert figures(gone_on) == figures(straight)


def outcome_of(number):
    ones = np.full(2, float(number))
    counts = np.array([1, number])
    return TrainingOutcome(ones, ones, ones, counts, counts, 10, 10, ones.astype(np.float32))


def task_of(seed=7, **options):
    return TrainingTask(TrainingConfig(seed=seed), **options)


def test_what_is_kept_is_found_by_stage_and_task_alone(tmp_path):
    keeper = keeper_in(tmp_path)
    keeper.keep("training", task_of(1), outcome_of(1))
    found = keeper_in(tmp_path).known("training", [task_of(0), task_of(1)])
    assert list(found) == [1]
    assert found[1].train_cost.tolist() == [1, 1]
    assert not keeper_in(tmp_path).known("walking", [task_of(1)])
    assert not keeper_in(tmp_path).known("training", [task_of(1, damage="gaussian")])
    assert not keeper_in(tmp_path).known("training", [task_of(1, measures=(outcome_of,))])
    other = KeptOutcomes(tmp_path, replace(EXPERIMENT, name="other"), SETTINGS)
    assert not other.known("training", [task_of(1)])


def test_what_another_version_or_other_code_has_kept_is_not_found(tmp_path, monkeypatch):
    keeper_in(tmp_path).keep("training", task_of(), outcome_of(1))
    with monkeypatch.context() as patched:
        patched.setattr("gdviz.__version__", "0.0")
        assert not keeper_in(tmp_path).known("training", [task_of()])
    with monkeypatch.context() as patched:
        patched.setattr(kept_outcomes, "_sources_digest", lambda: "changed")
        assert not keeper_in(tmp_path).known("training", [task_of()])
    assert keeper_in(tmp_path).known("training", [task_of()])


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_was_computed_of_other_data_is_not_found(tmp_path, is_folder):
    data = tmp_path / "data"
    file = data / "x.npz" if is_folder else data
    if is_folder:
        data.mkdir()
    file.write_bytes(b"one")
    settings, folder = SETTINGS.replace(data=str(data)), tmp_path / "kept"
    keeper_in(folder, settings).keep("training", task_of(), outcome_of(1))
    assert keeper_in(folder, settings).known("training", [task_of()])
    file.write_bytes(b"another")
    assert not keeper_in(folder, settings).known("training", [task_of()])


def test_damaged_and_foreign_files_are_passed_over_and_replaced(tmp_path):
    tasks = [task_of(seed) for seed in range(3)]
    keeper = keeper_in(tmp_path)
    for task in tasks:
        keeper.keep("training", task, outcome_of(1))
    damaged, foreign = (keeper._path("training", task) for task in tasks[:2])
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    foreign.write_bytes(b"\x80\x04something else")
    again = keeper_in(tmp_path)
    assert list(again.known("training", tasks)) == [2]
    again.keep("training", tasks[0], outcome_of(2))
    assert list(keeper_in(tmp_path).known("training", tasks)) == [0, 2]


def test_anew_uses_nothing_and_says_nothing(tmp_path):
    keeper_in(tmp_path).keep("training", task_of(), outcome_of(1))
    said = []
    keeper = keeper_in(tmp_path, anew=True, on_found=lambda *about: said.append(about))
    assert keeper.known("training", [task_of()]) == {}
    assert not list(tmp_path.iterdir())
    assert said == []


def test_what_is_found_is_said_once_with_its_count(tmp_path):
    keeper_in(tmp_path).keep("training", task_of(), outcome_of(1))
    said = []
    keeper_in(tmp_path, on_found=lambda *about: said.append(about)).known(
        "training", [task_of(k) for k in range(5, 9)]
    )
    assert said == [("training", 1, 4)]


def test_forgetting_leaves_what_other_runs_have_kept(tmp_path):
    keeper_in(tmp_path).keep("training", task_of(1), outcome_of(1))
    keeper = keeper_in(tmp_path)
    keeper.keep("training", task_of(2), outcome_of(1))
    assert keeper.n_kept == 1
    keeper.forget()
    found = keeper_in(tmp_path).known("training", [task_of(1), task_of(2)])
    assert list(found) == [0]


def test_the_oldest_go_when_there_is_no_room(tmp_path):
    keeper = keeper_in(tmp_path)
    keeper.keep("training", task_of(0), outcome_of(0))
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    (tmp_path / ".gdviz-left.tmp").write_bytes(bytes(size))
    for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda one: one.suffix)):
        os.utime(path, (age, age))
    bounded = keeper_in(tmp_path, most_bytes=4 * size)
    for seed in range(1, 6):
        bounded.keep("training", task_of(seed), outcome_of(seed))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 4 * size
    found = keeper_in(tmp_path).known("training", [task_of(seed) for seed in range(6)])
    assert 5 in found
    assert 0 not in found
    assert not list(tmp_path.glob("*.tmp"))


def test_an_outcome_larger_than_all_may_be_is_not_kept_and_nothing_goes_for_it(tmp_path):
    keeper = keeper_in(tmp_path, most_bytes=2_000)
    keeper.keep("training", task_of(0), outcome_of(0))
    large = replace(outcome_of(1), vector=np.zeros(5_000, np.float32))
    keeper.keep("training", task_of(1), large)
    assert list(keeper_in(tmp_path).known("training", [task_of(0), task_of(1)])) == [0]


def test_a_folder_that_cannot_be_written_stops_no_experiment(tmp_path):
    folder = tmp_path / "file"
    folder.write_text("in the way")
    keeper = keeper_in(folder)
    runner = Runner(AtOnce(), [].append, never, keeper)
    assert runner.run_all("counting", lambda task, _channel: task, [1, 2, 3]) == [1, 2, 3]
    assert "cannot be made" in keeper.problem
    assert keeper.n_kept == 0


def test_what_cannot_be_written_or_told_apart_stops_no_experiment(tmp_path):
    runner = Runner(AtOnce(), [].append, never, keeper := keeper_in(tmp_path))
    assert len(runner.run_all("making", lambda _task, _channel: object(), [1, 2])) == 2
    assert "object cannot be kept" in keeper.problem
    runner = Runner(AtOnce(), [].append, never, keeper := keeper_in(tmp_path))
    assert runner.run_all("counting", lambda _task, _channel: 1, [object()]) == [1]
    assert "cannot be told from others" in keeper.problem


@dataclass(frozen=True)
class _Own:
    """Of no module of gdviz: written, and not made again."""

    x: int


def test_an_outcome_of_a_strange_class_is_done_again(tmp_path):
    keeper_in(tmp_path).keep("training", task_of(), _Own(1))
    assert keeper_in(tmp_path).known("training", [task_of()]) == {}


def test_the_folder_is_the_users_own():
    assert kept_folder() == Path(os.environ["GDVIZ_HOME"]) / "state" / "experiments"
