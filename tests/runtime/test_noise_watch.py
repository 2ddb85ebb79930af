"""Looks at the gradient's noise beside the training: only while wanted, and nothing changes."""

import dataclasses

import numpy as np

from gdviz.analysis.noise_look import look_at_noise
from gdviz.runtime import noise_watch
from gdviz.runtime.commands import (
    Pause,
    Restart,
    Run,
    SeekTo,
    SetDetail,
    SetSpeed,
    Step,
    SwitchBranch,
)
from gdviz.runtime.noise_watch import MOST_POINTS, NO_NOISE, with_point

WANTED = SetDetail(frozenset({"gradient_noise"}))
LONG = {"epochs": 100_000}


def looked(driver, step):
    return driver.until(
        lambda s: s.gradient_noise.newest and s.gradient_noise.newest.point.step == step
    )


def test_nothing_is_looked_at_unless_it_is_wanted(drive):
    driver = drive()
    assert driver.rest(Step(3)).gradient_noise is NO_NOISE


def test_a_run_that_rests_is_looked_at_where_it_stands(drive, blobs, small_config):
    driver = drive()
    driver.send(WANTED)
    snapshot = driver.rest(Step(5))
    noise = looked(driver, 5).gradient_noise
    expected = look_at_noise(small_config, blobs, snapshot.training_state, snapshot.engine)
    assert noise.newest.point == expected.point
    np.testing.assert_array_equal(noise.newest.angles, expected.angles)
    assert noise.points[-1] == expected.point
    assert not driver.until(lambda s: not s.gradient_noise.is_looking).gradient_noise.problem


def test_looks_follow_a_run_and_change_nothing(drive, straight, small_config, monkeypatch):
    monkeypatch.setattr(noise_watch, "INTERVAL_S", 0.01)
    monkeypatch.setattr(noise_watch, "REST_SHARE", 0.0)
    config = small_config.replace(**LONG)
    driver = drive(config)
    driver.send(WANTED)
    driver.send(SetSpeed(500.0))
    driver.send(Run())
    driver.until(lambda s: len(s.gradient_noise.points) >= 4)
    paused = driver.send(Pause())
    steps = [point.step for point in paused.gradient_noise.points]
    assert steps == sorted(set(steps))
    trainer, _ = straight(paused.step, config)
    assert paused.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()


def test_looking_at_the_past_keeps_the_points(drive):
    driver = drive()
    driver.send(WANTED)
    driver.rest(Step(8))
    looked(driver, 8)
    driver.rest(SeekTo(3))
    noise = looked(driver, 3).gradient_noise
    assert {3, 8} <= {point.step for point in noise.points}


def test_another_future_forgets_what_was_after_the_fork(drive):
    driver = drive()
    driver.send(WANTED)
    driver.rest(Step(8))
    looked(driver, 8)
    driver.rest(SeekTo(3))
    looked(driver, 3)
    driver.send(Run())
    driver.send(Pause())
    snapshot = driver.until(lambda s: s.branch != 1)
    assert 8 not in {p.step for p in snapshot.gradient_noise.points if p.step > snapshot.step}
    driver.rest(SwitchBranch(1))
    noise = looked(driver, 8).gradient_noise
    assert all(point.step <= 8 for point in noise.points)


def test_another_run_knows_nothing(drive, small_config):
    driver = drive()
    driver.send(WANTED)
    driver.rest(Step(4))
    looked(driver, 4)
    driver.send(Restart(small_config.replace(seed=11)))
    noise = looked(driver, 0).gradient_noise
    assert [point.step for point in noise.points] == [0]


def test_points_stay_in_order_and_old_ones_are_thinned(drive):
    driver = drive()
    driver.send(WANTED)
    point = looked(driver, 0).gradient_noise.newest.point
    points = ()
    for step in (5, 2, 9, 5):
        points = with_point(points, dataclasses.replace(point, step=step))
    assert [known.step for known in points] == [2, 5, 9]
    for step in range(1000):
        points = with_point(points, dataclasses.replace(point, step=10 + step))
    steps = [known.step for known in points]
    assert len(steps) <= MOST_POINTS
    assert steps == sorted(set(steps))
    assert steps[0] == 2
    assert steps[-1] == 1009
