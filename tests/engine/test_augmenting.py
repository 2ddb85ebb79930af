"""The compiled augmentation against the reference."""

import numpy as np
import pytest

from gdviz.data.augmentation import (
    GEOMETRY_STREAM,
    NOISE_STREAM,
    NORMAL_QUANTILES,
    augmentation_key,
    augmented,
)
from gdviz.engine.augmenting import compiled_augmented


@pytest.mark.parametrize(
    "settings",
    [(2.5, 0.0, 0.0), (0.0, 25.0, 0.0), (0.0, 0.0, 0.2), (14.0, 180.0, 0.0), (3.0, 10.0, 0.1)],
)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_compiled_equals_the_reference(settings, dtype, mnist):
    rows = np.array([5, 59_999, 17, 5])
    images = mnist.train.images[rows]
    if dtype == np.float32:
        images = mnist.train.inputs(rows)
    key = augmentation_key(3, 11)
    expected = augmented(images, rows, key, *settings)
    streams = GEOMETRY_STREAM, NOISE_STREAM
    found = compiled_augmented(images, rows, key, *settings, streams, NORMAL_QUANTILES)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_array_equal(found[0], found[3])
    assert np.abs(found[0] - mnist.train.inputs(rows)[0]).max() > 0.1


def test_images_that_are_not_square_may_be_noisy():
    images, rows = np.full((2, 6), 128, np.uint8), np.arange(2)
    expected = augmented(images, rows, 9, 0.0, 0.0, 0.3)
    streams = GEOMETRY_STREAM, NOISE_STREAM
    found = compiled_augmented(images, rows, 9, 0.0, 0.0, 0.3, streams, NORMAL_QUANTILES)
    np.testing.assert_allclose(found, expected, atol=1e-6)
