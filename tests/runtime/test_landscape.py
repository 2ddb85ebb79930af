"""What is found about the ground under the ball, as it comes through the mailbox."""

import dataclasses

import numpy as np
import pytest

from gdviz.nn import network
from gdviz.runtime.commands import ChangeSettings, MoveBall, SetDetail, SetSurface, Step
from gdviz.runtime.commands import SurfaceSettings as Settings
from gdviz.runtime.landscape import EXTRAS
from gdviz.training.trainer import Trainer

SETTINGS = Settings(resolution=5, n_examples=100, extras=frozenset(EXTRAS))


@pytest.fixture
def driver(drive):
    """A driver in which everything is wanted."""
    driver = drive()
    driver.send(SetSurface(SETTINGS))
    driver.send(SetDetail(frozenset({"surface"})))
    return driver


def found(driver, step, accept=lambda _: True):
    """Wait until everything is known of a step."""

    def is_known(snapshot):
        s = snapshot.surroundings
        return (
            s.curvature is not None
            and s.curvature.step == step
            and s.lines_step == step
            and bool(s.random_planes)
            and s.random_planes[0].plane.step == step
            and accept(s)
        )

    return driver.until(is_known).surroundings


def hessian(config, dataset, parameters, count):
    """Give the second derivatives by central differences of the gradient, in float64."""
    images = dataset.train.inputs(slice(count), np.float64)
    targets = network.one_hot(dataset.train.labels[:count], config.architecture.layer_sizes[-1])
    point = parameters.vector.astype(float)

    def slope(vector):
        at = type(parameters)(vector, parameters.layout)
        return network.gradient(config.architecture, at, images, targets, config.cost)[1].vector

    step = 1e-5
    rows = [
        (slope(point + step * unit) - slope(point - step * unit)) / (2 * step)
        for unit in np.eye(point.size)
    ]
    return np.array(rows)


def test_curvature_is_that_of_all_second_derivatives(driver, blobs, small_config):
    driver.rest(Step(20))
    surroundings = found(driver, 20)
    matrix = hessian(small_config, blobs, driver.snapshot.parameters, 1000)
    exact = np.linalg.eigvalsh((matrix + matrix.T) / 2)[::-1]
    assert surroundings.curvature.values[0] == pytest.approx(exact[0], rel=5e-3)
    limit = 2 / small_config.learning_rate
    assert surroundings.stability.limit == pytest.approx(limit)
    assert surroundings.stability.is_stable == bool(exact[0] < limit)


def test_curvature_is_set_against_the_learning_rate_of_now(driver):
    driver.rest(Step(5))
    before = found(driver, 5)
    after = driver.rest(ChangeSettings(settings=(("learning_rate", 0.125),))).surroundings
    assert after.curvature is before.curvature
    assert after.stability.limit == pytest.approx(2 / 0.125)


def test_lines_say_where_the_next_step_really_goes(driver, blobs, small_config):
    driver.rest(ChangeSettings(settings=(("optimizer", "momentum"),)))
    driver.rest(Step(9))
    lines = found(driver, 9).lines
    trainer = Trainer(small_config.replace(optimizer="momentum"), blobs)
    points = []
    for _ in range(10):
        trainer.advance(1)
        points.append(trainer.parameters.vector.astype(float))
    step = points[9] - points[8]
    images = blobs.train.inputs(slice(100), np.float64)
    targets = network.one_hot(blobs.train.labels[:100], 3)
    at = type(trainer.parameters)(points[8], trainer.parameters.layout)
    _, slope = network.gradient(small_config.architecture, at, images, targets, "quadratic")
    down = -slope.vector / np.linalg.norm(slope.vector)
    assert lines[0].title == "−∇C"
    assert lines[0].slope == pytest.approx(-np.linalg.norm(slope.vector), rel=1e-3)
    assert lines[0].step == pytest.approx(step @ down, rel=1e-3)
    assert {line.n_examples for line in lines} == {100}
    titles = [line.title for line in lines]
    assert any(title.startswith("matters most: ") for title in titles)
    assert any(title.startswith("matters least: ") for title in titles)


def test_random_planes_are_six_and_hold_the_whole_path(driver):
    driver.rest(Step(12))
    planes = found(driver, 12).random_planes
    assert len(planes) == 6
    for surface in planes:
        assert surface.is_complete
        assert surface.plane.kind == "random"
        low, high = surface.trail.min(axis=0), surface.trail.max(axis=0)
        assert surface.u[0] <= low[0]
        assert high[0] <= surface.u[-1]
    assert not np.allclose(planes[0].plane.direction_u, planes[1].plane.direction_u)


def test_moving_the_network_makes_everything_anew(driver):
    driver.rest(Step(3))
    before = found(driver, 3)
    vector = driver.snapshot.parameters.vector * np.float32(0.5)
    driver.rest(MoveBall(vector=vector))
    after = found(
        driver,
        3,
        lambda s: (
            s.curvature is not before.curvature
            and s.lines is not before.lines
            and s.random_planes is not before.random_planes
        ),
    )
    np.testing.assert_array_equal(after.random_planes[0].plane.origin, vector)


def test_nothing_is_computed_that_nobody_wants(drive):
    driver = drive()
    driver.send(SetSurface(dataclasses.replace(SETTINGS, extras=frozenset())))
    driver.send(SetDetail(frozenset({"surface"})))
    driver.rest(Step(2))
    driver.until(lambda s: s.surface is not None and s.surface.step == 2)
    surroundings = driver.snapshot.surroundings
    assert surroundings.curvature is None
    assert surroundings.lines == surroundings.random_planes == ()


def test_what_nobody_wants_any_more_is_forgotten(driver):
    driver.rest(Step(4))
    found(driver, 4)
    after = driver.send(SetSurface(dataclasses.replace(SETTINGS, extras=frozenset({"lines"}))))
    assert after.surroundings.curvature is None
    assert after.surroundings.random_planes == ()


def test_network_without_a_slope_says_so(drive, small_config):
    driver = drive(small_config.replace(initializer="zeros", hidden_activation="relu"))
    driver.send(SetSurface(SETTINGS))
    driver.send(SetDetail(frozenset({"surface"})))
    driver.until(lambda s: s.surroundings.random_planes)
    zero = np.zeros_like(driver.snapshot.parameters.vector)
    huge = np.full_like(zero, 1e30)
    driver.rest(MoveBall(vector=huge))
    problems = driver.until(lambda s: s.surroundings.problems).surroundings.problems
    assert all(reason for _, reason in problems)


def test_everything_is_of_the_examples_that_are_trained_on(drive, small_config):
    driver = drive(small_config.replace(n_examples=50))
    driver.send(SetSurface(SETTINGS))
    driver.send(SetDetail(frozenset({"surface"})))
    driver.rest(Step(3))
    known = found(driver, 3)
    assert known.curvature.n_examples == 50
    assert known.lines[0].n_examples == 50
    assert known.random_planes[0].n_examples == 50
    assert driver.until(lambda s: s.surface is not None).surface.n_examples == 50


def test_chosen_weights_have_lines_only_while_their_plane_is_shown(driver):
    settings = dataclasses.replace(SETTINGS, kind="weights", weights=(3, 40))
    driver.send(SetSurface(settings))
    driver.rest(Step(5))
    lines = driver.until(
        lambda s: s.surroundings.lines_step == 5 and len(s.surroundings.lines) == 6
    ).surroundings.lines
    names = [
        " ".join(driver.snapshot.parameters.layout.component_title(k).split()) for k in (3, 40)
    ]
    assert [line.title for line in lines[-2:]] == names
    driver.send(SetSurface(dataclasses.replace(settings, kind="random")))
    driver.until(lambda s: 0 < len(s.surroundings.lines) < 6)
