"""A saved run taken again goes through the places it came through."""

import numpy as np
import pytest

from gdviz.training.marks import ENGINE
from gdviz.training.replay import ReplayError, replay_path
from gdviz.training.state import initial_state, state_of
from gdviz.training.trainer import Trainer


def taken(trainer, steps):
    """Advance to each of the steps and give the parameters there."""
    path = []
    for step in steps:
        while trainer.step < step:
            trainer.advance(step - trainer.step)
        path.append(trainer.parameters.vector)
    return np.stack(path)


def test_the_path_is_that_of_the_run(blobs, small_config):
    steps = [0, 5, 19, 20, 31]
    trainer = Trainer(small_config, blobs)
    expected = taken(trainer, steps)
    path = replay_path(small_config, trainer.state(), blobs, steps)
    np.testing.assert_array_equal(path, expected)


def test_what_was_changed_on_the_way_is_changed_again(blobs, small_config):
    trainer = Trainer(small_config, blobs)
    taken(trainer, [7])
    trainer.change(trainer.config.replace(learning_rate=0.1, mini_batch=4))
    taken(trainer, [15])
    trainer.change(trainer.config.replace(learning_rate=1.0))
    taken(trainer, [20])
    trainer.use_engine("numpy" if trainer.engine_name == "compiled" else "compiled")
    assert any(mark.setting == ENGINE for mark in trainer.marks)
    end = taken(trainer, [33])[0]
    path = replay_path(trainer.config, trainer.state(), blobs, [3, 33])
    np.testing.assert_array_equal(path[1], end)
    np.testing.assert_array_equal(path[0], taken(Trainer(small_config, blobs), [3])[0])


def test_a_run_that_began_elsewhere_is_told(blobs, small_config):
    start = initial_state(small_config.replace(seed=9)).parameters
    trainer = Trainer(small_config, blobs, state_of(small_config, start))
    taken(trainer, [12])
    with pytest.raises(ReplayError, match="it began elsewhere or on other data"):
        replay_path(small_config, trainer.state(), blobs, [0, 12])


def test_replaying_stops_when_told_and_says_how_far_it_is(blobs, small_config):
    trainer = Trainer(small_config, blobs)
    taken(trainer, [40])
    progress = []
    arguments = small_config, trainer.state(), blobs, [0, 10, 40]
    assert replay_path(*arguments, on_progress=progress.append) is not None
    assert progress == sorted(progress)
    assert progress[-1] == 1
    assert replay_path(*arguments, should_stop=lambda: True) is None
