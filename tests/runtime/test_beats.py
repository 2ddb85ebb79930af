"""What is foretold of a step is what the run in its thread comes to, to the bit."""

import numpy as np
import pytest

from gdviz.analysis.beats import beats_of
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.runtime.commands import SeekTo, Step

DISTURBED = {"dropout": 0.2, "l1": 1e-4, "l2": 1e-3, "schedule": "one_cycle", "augment_noise": 0.1}


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("settings", [{}, DISTURBED], ids=["plain", "disturbed"])
def test_the_next_snapshot_has_the_foretold_weights(
    drive, blobs, small_config, engine, optimizer, settings
):
    config = small_config.replace(optimizer=optimizer, learning_rate=0.02, **settings)
    driver = drive(config, engine=engine)
    before = driver.rest(Step(7))
    state = before.training_state
    beats = beats_of(before.config, blobs, state, before.engine, "mini_batch")
    after = driver.rest(Step(1))
    assert after.step == before.step + 1
    np.testing.assert_array_equal(after.parameters.vector, beats.after.vector)
    cost = float(driver.records["cost"][-1])
    assert beats.forward.cost == pytest.approx(cost, rel=1e-5)


def test_a_mini_batch_of_all_comes_as_foretold(drive, blobs, small_config):
    config = small_config.replace(mini_batch="all")
    driver = drive(config)
    before = driver.rest(Step(2))
    beats = beats_of(config, blobs, before.training_state, before.engine, "mini_batch")
    after = driver.rest(Step(1))
    np.testing.assert_array_equal(after.parameters.vector, beats.after.vector)
    assert beats.forward.n_examples == len(blobs.train)


def test_in_the_past_too(drive, blobs, small_config):
    driver = drive(small_config.replace(optimizer="adam", learning_rate=0.01))
    driver.rest(Step(9))
    past = driver.rest(SeekTo(4))
    beats = beats_of(past.config, blobs, past.training_state, past.engine, "mini_batch")
    after = driver.rest(Step(1))
    assert after.is_past
    np.testing.assert_array_equal(after.parameters.vector, beats.after.vector)
