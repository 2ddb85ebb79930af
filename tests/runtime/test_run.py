"""The run inside the worker, with a clock of the test's own."""

import numpy as np
import pytest

from gdviz.engine.engine import Patience
from gdviz.runtime import run as run_module
from gdviz.runtime.observers import Observers
from gdviz.runtime.run import Detail, TrainingRun


class Clock:
    """Says how long things take; a step takes a hundredth of a second."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(run_module, "time", clock)
    return clock


@pytest.fixture
def shown_speed():
    observers = Observers(lambda: None)
    yield lambda run: run.snapshot(0, observers, Detail()).examples_per_second
    observers.close()


def take(run, clock, steps, seconds_each=0.01):
    """Take steps one at a time; each is over when the clock has moved on."""
    advance = run.trainer.advance

    def timed(count, *others):
        clock.now += seconds_each
        return advance(count, *others)

    run.trainer.advance = timed
    for _ in range(steps):
        run.advance(1, lambda: False)
    run.trainer.advance = advance


def test_the_speed_counts_the_examples_that_were_taken(small_config, blobs, clock, shown_speed):
    """101 examples in mini-batches of 100: every second step takes one."""
    config = small_config.replace(n_examples=101, mini_batch=100, epochs=1000)
    run = TrainingRun(1, config, blobs, None, "auto")
    run.begin()
    take(run, clock, 100)
    assert shown_speed(run) == pytest.approx(101 / 0.02, rel=0.03)


def test_a_burst_that_was_put_aside_makes_the_next_no_shorter(small_config, blobs, clock):
    """Each has to wait for its turn where other programs take the cores."""
    run = TrainingRun(1, small_config.replace(epochs=1000), blobs, None, "auto")
    run.begin()
    take(run, clock, 5, seconds_each=10.0)
    assert run.steps_in(0.01) > 1


def test_a_large_step_is_measured_by_the_clock(blobs, small_config, clock, monkeypatch):
    """Others work on it, too."""
    monkeypatch.setattr(run_module, "CHUNK", 10)
    run = TrainingRun(1, small_config.replace(epochs=1000), blobs, None, "auto")
    run.begin()
    take(run, clock, 2, seconds_each=10.0)
    assert run.steps_in(25.0) == 2


def test_the_speed_of_an_earlier_stretch_is_not_shown(small_config, blobs, clock, shown_speed):
    config = small_config.replace(epochs=1000)
    run = TrainingRun(1, config, blobs, None, "auto")
    run.begin()
    assert shown_speed(run) == 0
    take(run, clock, 19)
    # 0.1 s are enough for a first figure; an epoch's mini-batches are of 16, the last of 12.
    assert shown_speed(run) == pytest.approx(1600)
    run.pause()
    assert shown_speed(run) == 0
    clock.now += 1000
    run.begin()
    assert shown_speed(run) == 0
    take(run, clock, 11, seconds_each=0.1)
    assert shown_speed(run) == pytest.approx(160)


def test_steps_added_do_not_begin_the_measure_anew(small_config, blobs, clock, shown_speed):
    run = TrainingRun(1, small_config.replace(epochs=1000), blobs, None, "auto")
    run.step(1)
    for _ in range(15):
        run.step(1)
        take(run, clock, 1)
    assert shown_speed(run) == pytest.approx(1600)


@pytest.mark.parametrize(("is_held", "steps"), [(0, 3), (1, 8)])
def test_a_burst_goes_on_while_a_frame_is_painted(small_config, blobs, is_held, steps):
    run = TrainingRun(1, small_config.replace(epochs=1000), blobs, None, "compiled")
    run.begin()
    run.advance(8, lambda: False, Patience(3, np.array([is_held], np.uint8)))
    assert run.trainer.step == steps
