"""Small files of data, made for the tests."""

import numpy as np
import pytest


@pytest.fixture
def digits():
    """Forty made-up images of 4x4 and their labels, all five classes of eight."""
    generator = np.random.default_rng(5)
    labels = np.tile(np.arange(5), 8)
    images = generator.integers(0, 256, (40, 4, 4), dtype=np.uint8)
    images[0, 0, 0] = 255
    return images, labels
