"""The sweep beside the training: its result, its progress, cancelling, and a run untouched."""

import numpy as np
import pytest

from gdviz.analysis.rate_range import find_rate_range
from gdviz.runtime import rate_finder
from gdviz.runtime.commands import (
    CancelLearningRate,
    FindLearningRate,
    Pause,
    Restart,
    Run,
    Step,
    StepBack,
)
from gdviz.training.trainer import Trainer

LONG = {"epochs": 100_000}


def is_found(snapshot):
    return snapshot.rate_search.found is not None and snapshot.rate_search.progress is None


def test_paused_run_gives_the_sweep_of_its_state(drive, blobs, small_config):
    driver = drive()
    paused = driver.rest(Step(5))
    driver.send(FindLearningRate())
    found = driver.until(is_found).rate_search.found
    expected = find_rate_range(small_config, blobs, paused.training_state)
    assert found.step == 5
    assert np.array_equal(found.costs, expected.costs)
    assert (found.suggestion, found.reason) == (expected.suggestion, expected.reason)
    assert driver.snapshot.step == 5


def test_training_goes_on_and_its_numbers_are_the_same(drive, blobs, small_config):
    config = small_config.replace(optimizer="adam", learning_rate=0.01, **LONG)
    driver = drive(config)
    driver.send(Run())
    driver.send(FindLearningRate())
    driver.until(is_found)
    paused = driver.send(Pause())
    trainer = Trainer(config, blobs)
    while trainer.step < paused.step:
        trainer.advance(paused.step - trainer.step)
    assert paused.parameters.vector.tobytes() == trainer.parameters.vector.tobytes()
    assert paused.config.learning_rate == 0.01
    assert paused.marks == ()


@pytest.fixture
def held(monkeypatch):
    """A sweep that goes on until it is told to stop."""

    def endless(config, dataset, state, *, should_stop, progress):
        while not should_stop():
            progress(0.25)

    monkeypatch.setattr(rate_finder, "find_rate_range", endless)
    monkeypatch.setattr(rate_finder, "PROGRESS_INTERVAL_S", 0.01)


def test_progress_of_a_paused_run_is_shown_and_cancel_ends_it(drive, held):
    driver = drive()
    driver.send(FindLearningRate())
    driver.until(lambda s: s.rate_search.progress == 0.25)
    cancelled = driver.send(CancelLearningRate())
    assert cancelled.rate_search == rate_finder.RateSearch()


def test_another_sweep_or_run_gives_up_the_one_under_way(drive, held, small_config):
    driver = drive()
    driver.send(FindLearningRate())
    driver.until(lambda s: s.rate_search.progress == 0.25)
    driver.send(FindLearningRate())
    driver.until(lambda s: s.rate_search.progress == 0.25)
    assert driver.send(Restart(small_config)).rate_search.progress is None


def test_what_was_found_outlives_a_step_back_but_not_the_run(drive, small_config):
    driver = drive()
    driver.rest(Step(5))
    driver.send(FindLearningRate())
    found = driver.until(is_found).rate_search.found
    assert driver.send(StepBack()).rate_search.found is found
    assert driver.send(Restart(small_config)).rate_search.found is None


def test_a_failure_becomes_a_sentence_and_the_next_sweep_takes_it_back(
    drive, monkeypatch, blobs, small_config
):
    def broken(*_arguments, **_options):
        raise MemoryError("no room")

    driver = drive()
    with monkeypatch.context() as patched:
        patched.setattr(rate_finder, "find_rate_range", broken)
        driver.send(FindLearningRate())
        search = driver.until(lambda s: s.rate_search.message != "").rate_search
        assert search.message == "The sweep failed: MemoryError: no room."
        assert (search.progress, search.found) == (None, None)
    driver.send(FindLearningRate())
    assert driver.until(is_found).rate_search.message == ""
