"""How several starts are timed: what others take of the cores is told apart."""

import math

import bench_starts
import pytest
from bench_starts import TaskTime, Timed, own_time, timed_train
from bench_training import Extent

from gdviz.experiments.training_task import TrainingTask
from gdviz.runtime.executors import AtOnce
from gdviz.runtime.tasks import TaskRun
from gdviz.training.config import TrainingConfig


def test_if_free_leaves_out_what_was_queued_and_shares_the_rest():
    tasks = [TaskTime(5.0, 2.0, 2.9), TaskTime(8.0, 2.0, 6.0)]
    assert Timed(9.0, tasks, 1).if_free == pytest.approx(4.1)
    assert Timed(9.0, tasks, 2).if_free == pytest.approx(2.05)
    assert Timed(9.0, tasks, 2).running == 4


def test_timed_train_gives_the_time_of_its_thread(data):
    task = TrainingTask(TrainingConfig(layer_sizes=(16, 8, 3), data=data, epochs=1))
    (done,) = TaskRun(AtOnce(), timed_train, [task], lambda: False).outcomes(lambda: None)
    assert done.whole > 0
    assert math.isnan(done.running) == math.isnan(own_time().running)
    if not math.isnan(done.running):
        assert 0 < done.running <= done.whole
        assert 0 <= done.queued <= done.whole


@pytest.fixture
def data(blobs, tmp_path):
    import numpy as np

    path = tmp_path / "blobs.npz"
    np.savez(
        path, x_train=blobs.train.images.reshape(-1, 4, 4), y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4), y_test=blobs.test.labels,
    )  # fmt: skip
    return str(path)


def test_rows_stand_in_the_table_of_promises(monkeypatch):
    """With made-up times: twice as fast, whoever measures."""

    def made_up(_executor, n_workers, n_starts, epochs):
        tasks = [TaskTime(1.0 * epochs, 1.0 * epochs, 0.0)] * n_starts
        return Timed(n_starts * epochs / n_workers, tasks, n_workers)

    monkeypatch.setattr(bench_starts, "train_starts", made_up)
    monkeypatch.setattr(bench_starts, "warm", lambda *_: None)
    findings = bench_starts.starts(None, Extent(rounds=3))
    figures = {entry.target.key: entry.figure for entry in findings.rows}
    expected = {"starts": 2, "starts_processes": 2}
    if bench_starts.SCHEDULER.exists():
        expected |= {f"{key}_free": 2 for key in expected} | {f"{key}_time": 1 for key in expected}
    assert figures == expected
    assert all(entry.met for entry in findings.rows if entry.target.bound)
