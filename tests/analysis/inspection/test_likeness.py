"""Averages and nearest images against loops over all images."""

import numpy as np
import pytest

from gdviz.analysis.inspection.likeness import (
    N_COMPARED,
    N_STRONGEST,
    class_average,
    nearest_images,
    strongest_average,
    usual_images,
)
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.nn.network import forward
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state


def nothing(*_args):
    pass


@pytest.fixture(scope="module")
def part(mnist):
    """More images than are worked on at once."""
    return mnist.train.first(4_300)


def test_class_average_is_the_mean(part):
    found = class_average(part, 5, nothing)
    fives = part.images[part.labels == 5] / 255
    assert found.n_images == len(fives)
    np.testing.assert_allclose(found.image, fives.mean(axis=0), atol=1e-6)
    assert class_average(part, 77, nothing) is None


def test_nearest_images_are_those_of_a_loop(part, mnist):
    images = mnist.test.inputs(slice(0, 5))
    told = []
    found = nearest_images(part, images, nothing, told.append)
    known = part.images / 255
    for k, image in enumerate(images):
        distances = np.sqrt(((known - image.astype(float)) ** 2).sum(axis=1))
        assert found.rows[k] == distances.argmin()
        assert found.distances[k] == pytest.approx(distances.min(), rel=1e-5)
        assert found.labels[k] == part.labels[distances.argmin()]
    assert told[-1] == 1.0
    assert len(told) == 3


def test_nearest_of_a_training_image_is_itself(part):
    found = nearest_images(part, part.inputs(np.array([7, 4_200])), nothing, nothing)
    np.testing.assert_array_equal(found.rows, [7, 4_200])
    np.testing.assert_allclose(found.distances, 0, atol=1e-6)


def test_nearest_work_can_be_ended(part):
    def stop():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        nearest_images(part, part.inputs(slice(0, 1)), stop, nothing)


def test_strongest_average_is_of_the_images_with_the_largest_z(part):
    config = TrainingConfig(seed=3)
    parameters = initial_state(config).parameters
    network = InspectedNetwork("start", config.architecture, parameters, config.cost, "file")
    found = strongest_average(network, NeuronPlace(1, 4), part, nothing)
    passed = forward(config.architecture, parameters, part.inputs(slice(None)))
    order = np.argsort(passed.weighted_inputs[1][:, 4])[-N_STRONGEST:]
    assert found.n_images == N_STRONGEST
    np.testing.assert_allclose(found.image, part.images[order].mean(axis=0) / 255, atol=1e-6)


def test_usual_images_have_the_label(part):
    found = usual_images(part, 3)
    assert len(found) == N_COMPARED
    threes = part.inputs(np.flatnonzero(part.labels == 3))
    for image in found:
        assert (threes == image).all(axis=1).any()
    assert len(usual_images(part, None)) == N_COMPARED
    assert len(usual_images(part, 77)) == 0
