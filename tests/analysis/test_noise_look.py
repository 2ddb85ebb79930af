"""A look at the noise against gradients of the reference and an update worked out apart."""

import numpy as np
import pytest

from gdviz.analysis.noise_look import (
    FEWEST_BATCHES,
    Unwanted,
    angle_histogram,
    look_at_noise,
    n_batches,
)
from gdviz.data.dataset import Dataset, Split
from gdviz.nn import network
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state
from gdviz.training.trainer import Trainer


@pytest.fixture(scope="module")
def dataset():
    generator = np.random.default_rng(5)
    images = generator.random((90, 16)).astype(np.float32)
    split = Split(images, generator.integers(0, 10, 90).astype(np.uint8))
    return Dataset("small", "small", split, split)


def config_of(**settings):
    settings = {"layer_sizes": (16, 5, 10), "mini_batch": 8, "learning_rate": 0.3} | settings
    return TrainingConfig().replace(**settings)


def gradient_of(config, parameters, dataset, rows):
    images, labels = dataset.train.images[rows], dataset.train.labels[rows]
    targets = network.one_hot(labels)
    slope = network.gradient(config.architecture, parameters, images, targets, config.cost)[1]
    return slope.vector.astype(np.float64)


def angle(a, b):
    return np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))


def test_the_next_mini_batch_stands_beside_the_full_gradient(dataset):
    config = config_of()
    state = initial_state(config)
    look = look_at_noise(config, dataset, state, "numpy")
    order = np.random.default_rng([config.seed, 1, 0]).permutation(90)
    full = gradient_of(config, state.parameters, dataset, slice(None))
    mini = gradient_of(config, state.parameters, dataset, order[:8])
    assert look.point.angle == pytest.approx(angle(mini, full), abs=1e-3)
    ratio = np.linalg.norm(mini) / np.linalg.norm(full)
    assert look.point.norm_ratio == pytest.approx(ratio, rel=1e-5)
    assert (look.point.mini_batch, look.point.n_batches, look.point.n_examples) == (8, 100, 90)


def test_angles_of_random_mini_batches_are_those_of_that_size(dataset):
    """Against others of the same size: mean angle and noise scale agree within their spread."""
    config = config_of()
    state = initial_state(config)
    look = look_at_noise(config, dataset, state, "numpy")
    full = gradient_of(config, state.parameters, dataset, slice(None))
    generator = np.random.default_rng(99)
    angles, distances = [], []
    for _ in range(400):
        rows = generator.choice(90, 8, replace=False)
        mini = gradient_of(config, state.parameters, dataset, rows)
        angles.append(angle(mini, full))
        distances.append(((mini - full) ** 2).sum())
    error = np.std(angles) * np.sqrt(1 / 100 + 1 / 400)
    assert abs(look.angles.mean() - np.mean(angles)) < 4 * error
    expected = np.mean(distances) * 8 * 89 / 82 / (full @ full)
    assert look.point.noise_scale == pytest.approx(expected, rel=0.2)
    assert look.point.angles[1] == pytest.approx(np.median(look.angles))
    assert look.point.angles[0] < look.point.angles[1] < look.point.angles[2]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_next_step_is_the_one_that_the_run_takes(dataset, optimizer):
    config = config_of(optimizer=optimizer, learning_rate=0.05)
    trainer = Trainer(config, dataset, engine="numpy")
    trainer.advance(5)
    state = trainer.state()
    look = look_at_noise(config, dataset, state, "numpy")
    trainer.advance(1)
    moved = trainer.parameters.vector.astype(np.float64) - state.parameters.vector
    np.testing.assert_allclose(look.next_step, moved, rtol=1e-3, atol=1e-7)
    assert look.memory.shape == (len(OPTIMIZERS[optimizer].arrays), moved.size)
    np.testing.assert_array_equal(look.memory, state.optimizer_state)
    assert look.n_updates == 5


def test_all_examples_have_no_noise(dataset):
    config = config_of(mini_batch="all")
    look = look_at_noise(config, dataset, initial_state(config), "numpy")
    assert look.scale is None
    assert np.isnan(look.point.noise_scale)
    assert look.point.angle == pytest.approx(0, abs=0.01)
    assert look.point.norm_ratio == pytest.approx(1, abs=1e-5)


def test_the_same_place_gives_the_same_look(dataset):
    config = config_of(dropout=0.2)
    state = initial_state(config)
    one, other = (look_at_noise(config, dataset, state, "numpy") for _ in range(2))
    np.testing.assert_array_equal(one.angles, other.angles)
    assert one.point == other.point


def test_fewer_mini_batches_are_tried_where_they_are_large():
    assert n_batches(13_002, 32) == 100
    assert n_batches(13_002, 10_000) == 20
    assert n_batches(10_000_000, 32) == FEWEST_BATCHES


def test_a_gradient_that_is_not_finite_is_refused(dataset):
    config = config_of(hidden_activation="relu", output_activation="identity")
    state = initial_state(config)
    state.parameters.vector.flags.writeable = True
    state.parameters.vector[:] = 1e30
    with pytest.raises(ValueError, match="not finite"):
        look_at_noise(config, dataset, state, "numpy")


def test_told_to_stop_it_stops(dataset):
    config = config_of()
    with pytest.raises(Unwanted):
        look_at_noise(config, dataset, initial_state(config), "numpy", lambda: True)


@pytest.mark.parametrize("spread", [0.01, 1.0, 12.0, 60.0])
def test_every_angle_is_counted_once_where_it_is(spread):
    angles = np.clip(80 + spread * np.random.default_rng(3).standard_normal(200), 0, 180)
    edges, counts = angle_histogram(angles)
    assert counts.sum() == 200
    assert len(counts) <= 20
    for left, right, count in zip(edges, edges[1:], counts, strict=False):
        assert abs(((angles >= left) & (angles < right)).sum() - count) <= 1


def test_angles_that_are_not_known_are_not_counted():
    assert angle_histogram(np.array([np.nan]))[1].size == 0
    assert angle_histogram(np.array([np.nan, 40.0]))[1].sum() == 1
