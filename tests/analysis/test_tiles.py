"""Slices through executors: the same to the bit as in the calling thread, whoever dies."""

import pickle
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from gdviz.analysis import tiles
from gdviz.analysis.cost_surface import Plane, begin_slice, compute_surface
from gdviz.analysis.tiles import MOST_LOSSES, TileError, compute_tile
from gdviz.nn.parameters import Architecture

SMALL = Architecture((6, 4, 3))


def task_of(seed=0, n_u=13, n_v=9, n=300, **options):
    generator = np.random.default_rng(seed)
    plane = Plane(*generator.normal(0, 0.5, (3, SMALL.n_parameters)), "random", "u", "v", 0)
    images, labels = generator.random((n, 6)), generator.integers(0, 3, n)
    u, v = np.linspace(-2, 3, n_u), np.linspace(-1, 1, n_v)
    return begin_slice(SMALL, plane, u, v, images, labels, "quadratic", **options)


@pytest.fixture(autouse=True)
def _no_slice_left(monkeypatch):
    """What one test sent to this process is not what the next one finds there."""
    monkeypatch.setattr(tiles, "_PREPARED", tiles.OrderedDict())


class Elsewhere(Executor):
    """Calls at once, on copies as another process would, and notes what came."""

    def __init__(self, n_workers=2, answer=None):
        self.n_workers, self.calls, self._answer = n_workers, [], answer

    def submit(self, fn, /, *args):
        self.calls.append(args)
        future = Future()
        try:
            if self._answer is not None:
                self._answer(len(self.calls))
            future.set_result(fn(*pickle.loads(pickle.dumps(args))))
        except Exception as error:  # noqa: BLE001  # as executors do
            future.set_exception(error)
        return future


@pytest.mark.parametrize("order", ["rows", "coarse_first"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("compiled", [None, False])
def test_every_executor_gives_the_same_bits(order, dtype, compiled):
    options = {"order": order, "dtype": dtype, "compiled": compiled}
    alone = compute_surface(task_of(**options))
    with ThreadPoolExecutor(3) as threads:
        for executor in (threads, Elsewhere()):
            surface = compute_surface(task_of(**options), executor)
            np.testing.assert_array_equal(surface.cost, alone.cost)
            np.testing.assert_array_equal(surface.standard_error, alone.standard_error)
    assert alone.is_complete


def test_the_slice_goes_along_once_for_each_worker():
    executor = Elsewhere(n_workers=3)
    assert compute_surface(task_of(), executor).is_complete
    sent = [exact is not None for _, exact, _, _ in executor.calls]
    assert len(sent) >= 12
    assert sum(sent) == 2 * 3, "as many as are under way before the first answers"
    assert not any(sent[6:])


def test_a_worker_that_has_no_slice_is_sent_it_with_the_tile():
    executor = Elsewhere(n_workers=1)

    def forget(_share):
        tiles._PREPARED.clear()  # as a worker that has come in the place of another

    surface = compute_surface(task_of(), executor, on_progress=forget)
    np.testing.assert_array_equal(surface.cost, compute_surface(task_of()).cost)


def test_a_worker_keeps_few_slices():
    u = np.zeros(1)
    for seed in range(4):
        assert compute_tile(str(seed), task_of(seed).exact, u, u) is not None
    assert list(tiles._PREPARED) == ["2", "3"]
    assert compute_tile("0", None, u, u) is None


def test_tiles_of_workers_that_died_are_computed_again():
    def die(call):
        if call in (2, 3, 7):
            raise BrokenExecutor("a process was killed")

    executor = Elsewhere(answer=die)
    surface = compute_surface(task_of(), executor)
    np.testing.assert_array_equal(surface.cost, compute_surface(task_of()).cost)


def test_a_tile_under_which_all_workers_die_is_given_up():
    def die(_call):
        raise BrokenExecutor("a process was killed")

    executor = Elsewhere(n_workers=1, answer=die)
    with pytest.raises(TileError, match=f"{MOST_LOSSES} workers died under one part"):
        compute_surface(task_of(), executor)
    assert len(executor.calls) < 10


def test_what_came_before_a_failure_is_kept_and_the_failure_told():
    def fail(call):
        if call > 4:
            raise RuntimeError("all those workers\ndied")

    task = task_of()
    with pytest.raises(TileError, match="a part of the surface failed: all those workers died"):
        compute_surface(task, Elsewhere(answer=fail))
    known = ~np.isnan(task.surface().cost)
    assert 0 < known.sum() < known.size


def test_work_that_is_given_up_elsewhere_is_told():
    """As by a cluster whose scheduler is gone."""

    def give_up(call):
        if call > 4:
            raise CancelledError

    task = task_of()
    with pytest.raises(TileError, match="gave up the work: is it still there"):
        compute_surface(task, Elsewhere(answer=give_up))
    assert np.isfinite(task.surface().cost).any()


def test_stopping_leaves_the_rest_unknown_and_no_thread_writing():
    task, progress = task_of(n_u=40, n_v=40, n=5000), []
    with ThreadPoolExecutor(2) as threads:
        partial = compute_surface(
            task, threads, should_stop=lambda: len(progress) > 2, on_progress=progress.append
        )
        after = task.surface()
    assert np.isnan(partial.cost).any()
    np.testing.assert_array_equal(partial.cost, after.cost)


def test_progress_rises_to_one_whoever_computes():
    with ThreadPoolExecutor(2) as threads:
        for executor in (None, threads, Elsewhere()):
            progress = []
            compute_surface(task_of(), executor, on_progress=progress.append)
            assert progress == sorted(progress)
            assert progress[-1] == 1


@pytest.mark.parametrize("order", ["rows", "coarse_first"])
def test_resuming_computes_only_what_is_not_known(order):
    complete = compute_surface(task_of())
    holes = np.random.default_rng(1).random(complete.cost.shape) < 0.3
    cost = np.where(holes, np.nan, -1.0)  # no cost is negative: what is kept can be told
    task = task_of(order=order)
    task.grid.resume(cost, cost)
    assert task.n_points == holes.sum()
    executor = Elsewhere()
    surface = compute_surface(task, executor)
    np.testing.assert_array_equal(surface.cost, np.where(holes, complete.cost, -1))
    assert sum(len(u) for _, _, u, _ in executor.calls) == holes.sum()


def test_nothing_is_left_to_compute_of_a_complete_surface():
    complete = compute_surface(task_of())
    task = task_of()
    task.grid.resume(complete.cost, complete.standard_error)
    executor = Elsewhere()
    assert compute_surface(task, executor).is_complete
    assert executor.calls == []


def test_a_surface_of_another_grid_is_not_resumed():
    with pytest.raises(ValueError, match=r"\(2, 2\) does not go on one of \(9, 13\)"):
        task_of().grid.resume(np.zeros((2, 2)), np.zeros((2, 2)))
