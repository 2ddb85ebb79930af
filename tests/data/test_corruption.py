"""Shuffled labels and damaged images: how many, which, and what stays."""

import dataclasses
import tracemalloc

import numpy as np
import pytest

from gdviz.data.corruption import DAMAGES, damaged, shuffle_labels
from gdviz.data.dataset import Split
from gdviz.engine import example_results
from gdviz.nn import network
from gdviz.training.trainer import Trainer


def test_shuffle_labels_fraction_0_gives_the_same_object(blobs):
    assert shuffle_labels(blobs, 0.0, 7) is blobs


@pytest.mark.parametrize("fraction", [0.1, 0.5, 1.0])
def test_shuffle_labels_keeps_counts_images_and_test_labels(blobs, fraction):
    shuffled = shuffle_labels(blobs, fraction, 7)
    changed = shuffled.train.labels != blobs.train.labels
    assert 0 < changed.sum() <= round(fraction * len(blobs.train))
    np.testing.assert_array_equal(
        np.bincount(shuffled.train.labels), np.bincount(blobs.train.labels)
    )
    assert shuffled.train.images is blobs.train.images
    assert shuffled.test is blobs.test
    assert not shuffled.train.labels.flags.writeable


def test_shuffle_labels_same_seed_same_labels_other_seed_others(blobs):
    first, again, other = (shuffle_labels(blobs, 1.0, seed).train.labels for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_shuffle_labels_share_out_of_range_is_refused(blobs, fraction):
    with pytest.raises(ValueError, match="from 0 to 1, not"):
        shuffle_labels(blobs, fraction, 7)


def test_shuffle_pixels_one_order_for_all_images_of_both_splits(blobs):
    shuffled = damaged(blobs, "shuffled pixels", 0.0, 7)
    # Columns are told apart by what 300 images hold there: the order can be read off.
    order = [
        int(np.flatnonzero((blobs.train.images == column[:, np.newaxis]).all(axis=0))[0])
        for column in shuffled.train.images.T
    ]
    assert sorted(order) == list(range(16))
    assert order != list(range(16))
    np.testing.assert_array_equal(shuffled.test.images, blobs.test.images[:, order])


def test_random_pixels_another_order_for_each_image(blobs):
    # Each pixel names its own place, so that the images are their orders.
    images = np.broadcast_to(np.arange(16, dtype=np.uint8), (300, 16)).copy()
    named = dataclasses.replace(blobs, train=Split(images, blobs.train.labels))
    scattered = damaged(named, "random pixels", 0.0, 7)
    np.testing.assert_array_equal(np.sort(scattered.train.images, axis=1), images)
    assert len(np.unique(scattered.train.images, axis=0)) == 300
    # No place prefers a pixel: each mean is 7.5 within four standard errors.
    error = np.sqrt((16**2 - 1) / 12 / 300)
    assert np.abs(scattered.train.images.mean(axis=0) - 7.5).max() < 4 * error
    np.testing.assert_array_equal(
        np.sort(scattered.test.images, axis=1), np.sort(blobs.test.images, axis=1)
    )
    assert (scattered.test.images != scattered.train.images[:90]).any()


@pytest.mark.parametrize("stored", [np.uint8, np.float32])
def test_gaussian_images_have_the_training_pixels_mean_and_variance(blobs, stored):
    scale = np.float32(255 if stored == np.float32 else 1)
    train = Split((blobs.train.images / scale).astype(stored), blobs.train.labels)
    # Test images of another brightness: the noise must not tell them.
    test = Split(np.full_like(blobs.test.images, 255), blobs.test.labels)
    noise = damaged(dataclasses.replace(blobs, train=train, test=test), "gaussian", 0.0, 7)
    pixels = blobs.train.images / 255
    for split in (noise.train, noise.test):
        assert split.images.dtype == np.float32
        assert split.images.min() < 0
        assert split.images.max() > 1
        error = pixels.std() / np.sqrt(split.images.size)
        assert abs(split.images.mean(dtype=float) - pixels.mean()) < 4 * error
        assert abs(split.images.std(dtype=float) / pixels.std() - 1) < 4 / np.sqrt(
            2 * split.images.size
        )
    assert (noise.test.images != noise.train.images[:90]).all()


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_keeps_labels_shapes_and_storage(blobs, damage):
    found = damaged(blobs, damage, 0.0, 7)
    for split, true in ((found.train, blobs.train), (found.test, blobs.test)):
        assert split.labels is true.labels
        assert split.images.shape == true.images.shape
        assert split.images.flags.c_contiguous
        assert not split.images.flags.writeable
        assert (split.images.dtype == np.uint8) == (damage != "gaussian")


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_same_seed_same_images_other_seed_others(blobs, damage):
    first, again, other = (damaged(blobs, damage, 0.0, seed).train.images for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_damaged_labels_are_those_of_shuffle_labels(blobs):
    found = damaged(blobs, "shuffled pixels", 0.5, 7)
    np.testing.assert_array_equal(found.train.labels, shuffle_labels(blobs, 0.5, 7).train.labels)
    assert damaged(blobs, "", 0.0, 7) is blobs


def test_damaged_in_no_known_way_is_refused(blobs):
    with pytest.raises(ValueError, match="unknown damage 'blur'; one of shuffled pixels, "):
        damaged(blobs, "blur", 0.0, 7)


def test_gaussian_images_take_little_more_memory_than_they_are(blobs):
    """At 60,000 images a copy in float64 would take 376 MB."""
    images = np.zeros((20_000, 100), np.uint8)
    many = dataclasses.replace(blobs, train=Split(images, np.zeros(20_000, np.uint8)))
    tracemalloc.start()
    try:
        damaged(many, "gaussian", 0.0, 7)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.3 * 4 * images.size


def test_both_engines_learn_from_images_beyond_0_and_1(blobs, small_config):
    """The compiled engine reads only pixels that are not 0: here all of them, some below."""
    noise = damaged(blobs, "gaussian", 0.0, 7)
    ends = []
    for name in ("numpy", "compiled"):
        trainer = Trainer(small_config, noise, engine=name)
        trainer.advance(trainer.steps_per_epoch)
        ends.append(trainer.parameters.vector)
    np.testing.assert_allclose(ends[0], ends[1], rtol=0, atol=1e-4)
    parameters = trainer.parameters
    costs, said = example_results(
        small_config.architecture, parameters, noise.test.images, noise.test.labels, "quadratic"
    )
    passed = network.forward(small_config.architecture, parameters, noise.test.images)
    targets = network.one_hot(noise.test.labels, 3)
    exact = network.costs_of(small_config.architecture, passed, targets, "quadratic")
    np.testing.assert_allclose(costs, exact, rtol=1e-4)
    np.testing.assert_array_equal(said, network.predictions(passed.outputs))
