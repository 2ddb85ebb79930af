"""The cost surface as it comes through the mailbox, against the reference mathematics."""

import dataclasses
import threading

import numpy as np
import pytest

from gdviz.analysis.directions import DIRECTIONS
from gdviz.nn import network
from gdviz.runtime import background_job, observers, surface_job
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.commands import (
    CancelSurface,
    DeleteBranch,
    Fork,
    OtherNetwork,
    RestoreBranch,
    SeekTo,
    SetDetail,
    SetSurface,
    Step,
    SurfaceSettings,
)
from gdviz.runtime.executors import make_executor
from gdviz.training.trainer import Trainer

KINDS = [
    kind
    for kind, directions in DIRECTIONS.items()
    if not directions.needs & {"weights", "other", "fork"}
]
"""Kinds of planes for which nothing has to be chosen before."""
SETTINGS = SurfaceSettings(resolution=9, n_examples=100)


def surface_at(driver, step, accept=lambda _: True):
    found = driver.until(
        lambda s: s.surface is not None and s.surface.step == step and accept(s.surface)
    )
    return found.surface


@pytest.fixture
def driver(drive):
    """A driver with a small surface wanted."""
    driver = drive()
    driver.send(SetSurface(SETTINGS))
    driver.send(SetDetail(frozenset({"surface"})))
    return driver


def test_the_principal_plane_appears_once_there_is_a_path(driver):
    assert surface_at(driver, 0).plane.kind == "gradient"
    driver.rest(Step(30))
    surface = surface_at(driver, 30)
    assert surface.plane.kind == "principal"
    assert sum(surface.plane.explained) > 0.5
    assert surface.is_complete


def test_the_surface_is_the_reference_cost_and_the_trail_the_projected_path(
    driver, blobs, small_config
):
    driver.rest(Step(12))
    surface = surface_at(driver, 12)
    trainer = Trainer(small_config, blobs)
    path = [trainer.parameters.vector.copy()]
    for _ in range(12):
        trainer.advance(1)
        path.append(trainer.parameters.vector.copy())
    images = blobs.train.inputs(slice(100), np.float64)
    targets = network.one_hot(blobs.train.labels[:100], 3)
    layout = small_config.architecture.layout

    def cost(vector):
        parameters = type(trainer.parameters)(vector, layout)
        return network.mean_cost(
            small_config.architecture, parameters, images, targets, "quadratic"
        )

    assert surface.n_examples == 100
    assert surface.true_cost == pytest.approx(cost(path[-1].astype(float)), rel=1e-5)
    for i, j in ((0, 0), (4, 2), (len(surface.v) - 1, len(surface.u) - 1)):
        at = surface.plane.at(surface.u[j], surface.v[i])
        assert surface.cost[i, j] == pytest.approx(cost(at), rel=1e-4)
    assert surface.trail_steps[:13].tolist() == list(range(13))
    for vector, point in zip(path, surface.trail, strict=False):
        assert surface.plane.project(vector) == pytest.approx(tuple(point), abs=1e-6)
    assert not surface.trail.flags.writeable


def test_a_held_terrain_stays_while_the_ball_moves_and_another_draw_changes_it(driver):
    driver.rest(Step(30))
    first = surface_at(driver, 30, lambda s: s.plane.kind == "principal")
    held = SurfaceSettings(resolution=9, n_examples=100, follow=False)
    driver.send(SetSurface(held))
    driver.rest(Step(1))
    second = surface_at(driver, 31)
    assert second.plane is first.plane
    assert second.cost is first.cost, "inside its frame the ball needs no new terrain"
    assert second.trail[-1] == pytest.approx(
        second.plane.project(driver.snapshot.parameters.vector)
    )
    driver.send(SetSurface(SurfaceSettings(resolution=9, n_examples=100, follow=False, draw=1)))
    other = surface_at(driver, 31, lambda s: s.plane is not first.plane)
    assert other.plane.step == 31


@pytest.mark.parametrize("kind", KINDS)
def test_a_held_plane_stays_in_a_window_of_another_size(driver, kind):
    driver.rest(Step(20))
    held = SurfaceSettings(kind, follow=False, resolution=9, n_examples=100)
    driver.send(SetSurface(held))
    first = surface_at(driver, 20, lambda s: s.plane.kind == kind)
    driver.rest(Step(1))
    surface_at(driver, 21)
    for change in ({"aspect": 0.7}, {"resolution": 11}, {"n_examples": 60}):
        held = dataclasses.replace(held, **change)
        before = driver.snapshot.surface
        driver.send(SetSurface(held))
        surface = surface_at(driver, 21, lambda s, before=before: s is not before)
        assert surface.plane is first.plane
        assert surface.cost is not before.cost
    assert max(len(surface.u), len(surface.v)) == 11
    assert surface.n_examples == 60


def test_a_plane_that_stands_in_is_not_held(drive):
    driver = drive()
    driver.send(SetSurface(dataclasses.replace(SETTINGS, follow=False)))
    driver.send(SetDetail(frozenset({"surface"})))
    assert surface_at(driver, 0).plane.kind == "gradient"
    driver.rest(Step(10))
    principal = surface_at(driver, 10).plane
    assert principal.kind == "principal"
    driver.rest(Step(10))
    assert surface_at(driver, 20).plane is principal


def test_one_example_has_no_standard_error(driver):
    driver.send(SetSurface(dataclasses.replace(SETTINGS, n_examples=1)))
    surface = surface_at(driver, 0, lambda s: s.n_examples == 1)
    assert np.isnan(surface.true_error)
    assert np.isfinite(surface.true_cost)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_plane_is_laid_through_the_ball(driver, kind):
    driver.rest(Step(20))
    driver.send(SetSurface(SurfaceSettings(kind=kind, resolution=9, n_examples=50)))
    surface = surface_at(driver, 20, lambda s: s.plane.kind == kind)
    u, v = surface.plane.project(driver.snapshot.parameters.vector)
    assert surface.u[0] <= u <= surface.u[-1]
    assert surface.v[0] <= v <= surface.v[-1]


def test_a_step_without_a_slice_is_told(driver, monkeypatch):
    """Numbers near the end of float32 leave no plane; a recording must not wait for one."""
    assert surface_at(driver, 0)
    assert driver.snapshot.surface_failed_at is None

    def no_plane(*_):
        raise ValueError("a gradient of norm inf has no direction")

    with monkeypatch.context() as patch:
        patch.setattr(observers, "compute", no_plane)
        driver.rest(Step(4))
        failed = driver.until(lambda s: s.surface_failed_at is not None)
        assert (failed.surface_failed_at, failed.surface.step) == (4, 0)
        assert failed.surface_progress is None
        assert failed.message == ""
    driver.rest(Step(1))
    surface_at(driver, 5)
    assert driver.snapshot.surface_failed_at is None


def test_a_surface_that_fails_is_a_sentence_and_training_goes_on(drive, monkeypatch):
    def fail(*_):
        raise RuntimeError("torn")

    monkeypatch.setattr(observers, "compute", fail)
    driver = drive()
    driver.send(SetDetail(frozenset({"surface"})))
    said = driver.until(lambda s: s.message)
    assert said.message == (
        "The cost surface could not be computed: RuntimeError: torn. Training is not affected."
    )
    assert driver.rest(Step(3)).step == 3


def test_close_gives_up_a_surface_under_way(drive, monkeypatch):
    entered = threading.Event()

    def endless(_request, _dataset, job, _cores):
        entered.set()
        assert job._cancel.wait(60)
        raise Cancelled

    monkeypatch.setattr(observers, "compute", endless)
    driver = drive()
    driver.send(SetDetail(frozenset({"surface"})))
    assert entered.wait(60)
    assert driver.loop.close()
    assert not any(t.name.startswith("gdviz") for t in threading.enumerate())


def test_work_lets_a_frame_be_painted_whenever_it_asks_whether_to_stop(monkeypatch):
    waits, asked, go_on = [], threading.Event(), threading.Event()
    monkeypatch.setattr(background_job, "wait_for_gap", lambda: waits.append(1))

    def work(job):
        answers = [job.should_stop()]
        asked.set()
        assert go_on.wait(60)
        answers.append(job.should_stop())
        return answers

    with make_executor(1, "test-jobs") as executor:
        job = BackgroundJob(executor, work, lambda: None)
        assert asked.wait(60)
        job.cancel()
        go_on.set()
        assert job.future.result(60) == [False, True]
    assert len(waits) == 2


def test_background_job_keeps_result_and_error_and_tells_when_done():
    executor = make_executor(1, "test-jobs")
    done = threading.Event()
    try:
        job = BackgroundJob(executor, lambda _: 42, done.set)
        assert done.wait(60)
        assert (job.done, job.cancelled, job.result()) == (True, False, 42)
        done.clear()
        job = BackgroundJob(executor, lambda _: 1 // 0, done.set)
        assert done.wait(60)
        with pytest.raises(ZeroDivisionError):
            job.result()
        job.cancel()
        assert job.result() is None, "what was cancelled has no result, not even an error"
    finally:
        executor.shutdown()


def test_plane_of_two_chosen_weights_moves_only_these(driver):
    driver.rest(Step(5))
    driver.send(SetSurface(dataclasses.replace(SETTINGS, kind="weights", weights=(3, 40))))
    plane = surface_at(driver, 5, lambda s: s.plane.kind == "weights").plane
    changed = np.flatnonzero(plane.at(1.5, -0.5) - driver.snapshot.parameters.vector)
    assert changed.tolist() == [3, 40]


def test_line_to_another_network_ends_there(driver):
    driver.rest(Step(5))
    vector = driver.snapshot.parameters.vector
    other = (vector + np.linspace(-1, 1, vector.size)).astype(np.float32)
    settings = dataclasses.replace(SETTINGS, kind="networks", other=OtherNetwork(other, "other"))
    driver.send(SetSurface(settings))
    surface = surface_at(driver, 5, lambda s: s.plane.kind == "networks")
    np.testing.assert_allclose(surface.plane.at(1, 0), other, atol=1e-5)
    assert surface.u[0] < 0
    assert surface.u[-1] > 1


def test_plane_of_the_last_two_steps_holds_every_one_of_them(driver, blobs, small_config):
    driver.rest(Step(30))
    driver.send(SetSurface(dataclasses.replace(SETTINGS, kind="steps")))
    plane = surface_at(driver, 30, lambda s: s.plane.kind == "steps").plane
    trainer = Trainer(small_config, blobs)
    for step in range(1, 31):
        trainer.advance(1)
        if step >= 28:
            assert plane.off_plane(trainer.parameters.vector) < 1e-5


def why_not(driver, words):
    """Give the first snapshot whose slice says so; one of before may have words of its own."""
    return driver.until(
        lambda s: s.surface_picture is not None and words in s.surface_picture.why_not
    )


def test_plane_that_cannot_be_laid_says_why_and_another_stands_in(driver):
    driver.rest(Step(5))
    driver.send(SetSurface(dataclasses.replace(SETTINGS, kind="weights")))
    found = why_not(driver, "choose two weights first")
    assert found.surface.plane.kind == "gradient"


def test_descent_is_the_projected_slope_of_the_same_examples(driver, blobs, small_config):
    driver.rest(Step(8))
    surface = surface_at(driver, 8)
    descent = driver.snapshot.surface_picture.descent
    parameters = driver.snapshot.parameters
    images = blobs.train.inputs(slice(100), np.float64)
    targets = network.one_hot(blobs.train.labels[:100], 3)
    exact = type(parameters)(parameters.vector.astype(float), parameters.layout)
    _, slope = network.gradient(small_config.architecture, exact, images, targets, "quadratic")
    down = -slope.vector / np.linalg.norm(slope.vector)
    basis = np.stack([surface.plane.direction_u, surface.plane.direction_v]).T.astype(float)
    (u, v), *_ = np.linalg.lstsq(basis, down, rcond=None)
    assert (descent.u, descent.v) == pytest.approx((u, v), rel=1e-3)
    assert descent.share == pytest.approx(np.linalg.norm(basis @ (u, v)), rel=1e-3)


def test_looking_at_the_last_steps_leaves_the_run_as_it_is(drive, straight, state_bytes):
    driver = drive()
    driver.send(SetSurface(dataclasses.replace(SETTINGS, kind="gradients")))
    driver.send(SetDetail(frozenset({"surface"})))
    driver.rest(Step(17))
    surface_at(driver, 17, lambda s: s.plane.kind == "gradients")
    after = driver.rest(Step(4)).training_state
    assert state_bytes(after) == state_bytes(straight(21)[0].state())


def test_large_slice_is_told_grid_by_grid_the_coarsest_first(driver, monkeypatch):
    monkeypatch.setattr(surface_job, "LARGE", 0)
    driver.rest(Step(12))
    told = []

    def note(snapshot):
        if snapshot.surface is not None and snapshot.surface.step == 12:
            told.append(snapshot.surface)
        return len(told) > 0 and told[-1].cost.shape == (33, 33) and np.isfinite(told[-1].true_cost)

    driver.send(SetSurface(dataclasses.replace(SETTINGS, resolution=33)))
    whole = driver.until(note).surface
    for part in told:
        stride = 32 // (part.cost.shape[0] - 1)
        if part.plane is whole.plane:
            np.testing.assert_array_equal(part.cost, whole.cost[::stride, ::stride])
            np.testing.assert_array_equal(part.u, whole.u[::stride])
    assert {part.cost.shape for part in told} & {(9, 9), (17, 17)}, "some part was seen"
    monkeypatch.setattr(surface_job, "LARGE", 10**9)
    driver.send(SetSurface(dataclasses.replace(SETTINGS, resolution=33, draw=1)))
    again = driver.until(lambda s: s.surface is not None and s.surface.plane is not whole.plane)
    np.testing.assert_allclose(again.surface.cost.min(), whole.cost.min(), rtol=1e-4)


def test_grids_of_a_slice_share_its_edges(driver):
    driver.rest(Step(8))
    whole = surface_at(driver, 8)
    assert whole.cost.shape == (9, 9)
    part = surface_job._every(whole, 2)
    assert (part.u[0], part.u[-1]) == (whole.u[0], whole.u[-1])
    np.testing.assert_array_equal(part.cost, whole.cost[::2, ::2])
    holes = dataclasses.replace(whole, cost=np.where(np.eye(9, dtype=bool), np.nan, whole.cost))
    assert surface_job._every(holes, 2) is None


def test_slice_that_is_given_up_is_not_begun_anew_until_something_changes(driver, monkeypatch):
    driver.rest(Step(6))
    before = surface_at(driver, 6)
    entered, left = threading.Event(), threading.Event()

    def slow(_request, _dataset, job, _cores):
        entered.set()
        while not job.cancelled:
            left.wait(0.005)
        left.set()
        raise Cancelled

    monkeypatch.setattr(observers, "compute", slow)
    driver.send(SetSurface(dataclasses.replace(SETTINGS, resolution=11)))
    assert entered.wait(60)
    driver.send(CancelSurface())
    assert left.wait(60)
    after = driver.until(lambda s: s.surface_progress is None)
    assert after.surface is before
    entered.clear()
    driver.send(SetSurface(dataclasses.replace(SETTINGS, resolution=11, extras=frozenset())))
    assert not entered.wait(0.2)
    driver.rest(Step(1))
    assert entered.wait(60)


def test_trail_on_the_plane_of_the_last_steps_is_these_steps(driver):
    driver.rest(Step(30))
    driver.send(SetSurface(dataclasses.replace(SETTINGS, kind="steps")))
    surface = surface_at(driver, 30, lambda s: s.plane.kind == "steps")
    assert surface.trail_steps.tolist() == [28, 29, 30]
    assert len(surface.trail) == 3


def test_part_of_a_slice_that_was_given_up_is_not_held_for_the_whole(driver, monkeypatch):
    held = dataclasses.replace(SETTINGS, resolution=33, follow=False)
    driver.send(SetSurface(held))
    driver.rest(Step(12))
    whole = driver.until(
        lambda s: s.surface is not None and s.surface.step == 12 and s.surface.cost.shape[0] == 33
    ).surface
    monkeypatch.setattr(surface_job, "LARGE", 0)
    waits, tell = threading.Event(), BackgroundJob.tell

    def tell_and_wait(job, part):
        tell(job, part)
        waits.wait(60)

    monkeypatch.setattr(BackgroundJob, "tell", tell_and_wait)
    driver.send(SetSurface(dataclasses.replace(held, n_examples=0)))
    part = driver.until(lambda s: s.surface.cost.shape[0] < 33).surface
    assert part.n_examples > whole.n_examples
    monkeypatch.setattr(surface_job, "LARGE", 10**9)
    driver.send(SetSurface(held))
    waits.set()
    again = driver.until(lambda s: s.surface.cost.shape[0] == 33).surface
    assert again.n_examples == whole.n_examples
    assert again.plane is whole.plane


# Branches


@pytest.fixture
def forked(driver):
    """Two branches of 40 steps that part at step 20, the second live with another rate."""
    driver.rest(Step(40))
    driver.rest(SeekTo(20))
    driver.send(Fork((("learning_rate", 3.0),)))
    driver.rest(Step(20))
    return driver


def picture_with(driver, branches):
    found = driver.until(
        lambda s: (
            s.surface_picture is not None
            and s.surface.step == s.step
            and tuple(way.branch for way in s.surface_picture.ways) == branches
        )
    )
    return found.surface_picture


def test_way_of_another_branch_ends_where_its_network_is(forked, blobs, small_config):
    picture = picture_with(forked, (1,))
    trainer = Trainer(small_config, blobs)
    while trainer.step < 40:
        trainer.advance(40 - trainer.step)
    plane, (way,) = picture.surface.plane, picture.ways
    assert way.points[-1] == pytest.approx(plane.project(trainer.parameters.vector), abs=1e-4)
    assert way.off_plane == pytest.approx(plane.off_plane(trainer.parameters.vector), abs=1e-5)


def test_principal_plane_holds_the_ends_of_both_branches_in_sight(forked):
    surface = picture_with(forked, (1,)).surface
    assert surface.plane.n_path_points == 0
    (way,) = picture_with(forked, (1,)).ways
    for u, v in (way.points[-1], surface.trail[-1]):
        assert surface.u[0] <= u <= surface.u[-1]
        assert surface.v[0] <= v <= surface.v[-1]


def test_deleted_branch_leaves_the_surface_and_comes_back(forked):
    picture_with(forked, (1,))
    forked.send(DeleteBranch(1))
    assert picture_with(forked, ()).surface.plane.n_path_points > 0
    forked.send(RestoreBranch(1))
    picture_with(forked, (1,))


def test_past_shows_the_trail_up_to_it_and_the_rest_as_what_came_next(driver):
    driver.rest(Step(40))
    driver.rest(SeekTo(15))
    picture = picture_with(driver, (1,))
    assert picture.surface.trail_steps[-1] == 15
    assert (np.diff(picture.surface.trail_steps) >= 0).all()
    (way,) = picture.ways
    assert way.points[0] == pytest.approx(picture.surface.trail[-1], abs=1e-6)
    assert len(way.points) > 2


def test_fork_plane_holds_both_ends(forked, blobs, small_config):
    forked.send(SetSurface(dataclasses.replace(SETTINGS, kind="fork")))
    found = forked.until(lambda s: s.surface is not None and s.surface.plane.kind == "fork")
    (way,) = found.surface_picture.ways
    surface = found.surface
    assert way.off_plane == pytest.approx(0, abs=1e-6)
    assert surface.trail[-1] == pytest.approx([0, 0], abs=1e-6)
    u, v = way.points[-1]
    assert surface.u[0] <= u <= surface.u[-1]
    assert surface.v[0] <= v <= surface.v[-1]


def test_fork_plane_without_a_branch_is_told_in_a_sentence(driver):
    driver.rest(Step(10))
    driver.send(SetSurface(dataclasses.replace(SETTINGS, kind="fork")))
    assert why_not(driver, "fork first").surface.plane.kind == "gradient"
