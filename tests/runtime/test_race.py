"""Several optimizers from one point: each path is what that optimizer alone would do."""

import dataclasses

import numpy as np
import pytest

from gdviz.nn import network
from gdviz.runtime.commands import MoveBall, SetDetail, SetSurface, Step, SurfaceSettings
from gdviz.runtime.race import KEPT_POINTS, RACERS
from gdviz.training.state import state_of
from gdviz.training.trainer import Trainer

SETTINGS = SurfaceSettings(resolution=5, n_examples=100)


@pytest.fixture
def driver(drive, small_config):
    driver = drive(small_config.replace(optimizer="momentum", learning_rate=0.07))
    driver.send(SetSurface(SETTINGS))
    driver.send(SetDetail(frozenset({"surface"})))
    return driver


def ask(driver, number=1):
    driver.send(SetSurface(dataclasses.replace(SETTINGS, race=number, extras=frozenset({"race"}))))
    return driver.until(lambda s: s.surroundings.race).surroundings.race


def test_each_goes_its_own_way_from_rest_over_the_same_mini_batches(driver, blobs, small_config):
    driver.rest(Step(7))
    here = driver.snapshot
    paths = ask(driver)
    assert [path.optimizer for path in paths] == [racer.optimizer for racer in RACERS]
    assert paths[1].learning_rate == 0.07, "the run's own optimizer keeps its learning rate"
    for path in paths:
        config = small_config.replace(
            optimizer=path.optimizer, learning_rate=path.learning_rate, schedule="constant"
        )
        state = dataclasses.replace(
            state_of(config, here.parameters), position=7 * small_config.mini_batch
        )
        trainer = Trainer(config, blobs, state)
        for step, point in zip(path.steps.tolist(), path.points, strict=True):
            while trainer.step < step:
                trainer.advance(step - trainer.step)
            np.testing.assert_array_equal(point, trainer.parameters.vector)
        images = blobs.train.inputs(slice(100), np.float64)
        targets = network.one_hot(blobs.train.labels[:100], 3)
        exact = network.mean_cost(
            config.architecture, trainer.parameters, images, targets, config.cost
        )
        assert path.cost == pytest.approx(exact, rel=1e-4)
        assert path.n_examples == 100
        assert len(path.steps) <= KEPT_POINTS
        assert not path.has_diverged
        assert path.title.endswith(f"η {path.learning_rate:g}")


def test_race_is_run_once_and_given_up_when_nobody_wants_it(driver):
    driver.rest(Step(3))
    first = ask(driver)
    driver.rest(Step(4))
    assert driver.snapshot.surroundings.race is first
    driver.send(SetSurface(SETTINGS))
    driver.until(lambda s: not s.surroundings.race)
    second = ask(driver, 2)
    np.testing.assert_array_equal(second[0].points[0], driver.snapshot.parameters.vector)
    assert not np.array_equal(second[0].points[0], first[0].points[0])


def test_no_race_is_run_without_a_number_whatever_is_wanted(driver):
    driver.rest(Step(3))
    ask(driver)
    # As the window says it when another run begins, before it has seen what is in sight then.
    both = frozenset({"race", "curvature"})
    driver.send(SetSurface(dataclasses.replace(SETTINGS, race=0, extras=both)))
    driver.until(lambda s: s.surroundings.curvature is not None)
    assert not driver.snapshot.surroundings.race
    assert driver.snapshot.surroundings.race_progress is None


def test_race_stays_where_it_began_when_the_network_is_moved(driver):
    driver.rest(Step(3))
    first = ask(driver)
    moved = driver.rest(MoveBall(vector=driver.snapshot.parameters.vector * 1.5))
    # What waits for its turn after races: once it is here, no other race was run.
    both = frozenset({"race", "curvature"})
    driver.send(SetSurface(dataclasses.replace(SETTINGS, race=1, extras=both)))
    driver.until(lambda s: s.surroundings.curvature is not None)
    assert driver.snapshot.step == moved.step
    assert driver.snapshot.surroundings.race is first


def test_race_leaves_the_run_alone(drive, straight, small_config, state_bytes):
    driver = drive()
    driver.send(SetSurface(SETTINGS))
    driver.send(SetDetail(frozenset({"surface"})))
    driver.rest(Step(5))
    ask(driver)
    after = driver.rest(Step(6)).training_state
    assert state_bytes(after) == state_bytes(straight(11)[0].state())
