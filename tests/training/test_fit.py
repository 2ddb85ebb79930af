"""Images that make no square cannot be shifted or turned; noise does not mind."""

import numpy as np
import pytest

from gdviz.data.dataset import checked_dataset
from gdviz.training.config import TrainingConfig
from gdviz.training.fit import check_fit


def dataset_of(n_inputs):
    images = np.random.default_rng(0).integers(0, 256, (6, n_inputs)).astype(np.uint8)
    labels = np.array([0, 1, 2, 0, 1, 2])
    return checked_dataset("strips", "strips", (images, labels), (images, labels))


@pytest.mark.parametrize("change", [{"augment_shift": 1.0}, {"augment_rotation": 5.0}])
def test_images_that_are_no_square_cannot_be_moved(change):
    config = TrainingConfig(layer_sizes=(12, 3, 3), **change)
    with pytest.raises(ValueError, match="the 12 numbers of an image of strips make no square"):
        check_fit(config, dataset_of(12))
    check_fit(TrainingConfig(layer_sizes=(16, 3, 3), **change), dataset_of(16))


def test_images_of_any_shape_can_be_noisy():
    check_fit(TrainingConfig(layer_sizes=(12, 3, 3), augment_noise=0.1), dataset_of(12))
