"""Outcomes of a split against one image at a time, and what a subject says of itself."""

import numpy as np
import pytest

from gdviz.analysis.inspection.outcomes import outcomes_of
from gdviz.analysis.inspection.subject import (
    ExampleImage,
    InspectedNetwork,
    NeuronPlace,
    example_of,
)
from gdviz.data.dataset import Split
from gdviz.nn.network import example_costs, forward, one_hot
from gdviz.nn.parameters import Architecture
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state


@pytest.fixture
def network():
    config = TrainingConfig(seed=3)
    parameters = initial_state(config).parameters
    return InspectedNetwork("start", config.architecture, parameters, config.cost, "file")


def test_outcomes_equal_one_image_at_a_time(network, mnist):
    split = mnist.test.first(1_037)
    looks = []
    found = outcomes_of(network, "test", split, lambda: looks.append(1))
    assert len(looks) == 2
    assert len(found) == 1_037
    for row in (0, 999, 1_000, 1_036):
        image = split.inputs(slice(row, row + 1))
        passed = forward(network.architecture, network.parameters, image)
        np.testing.assert_allclose(found.outputs[row], passed.outputs[0], rtol=1e-5)
        cost = example_costs(
            network.architecture,
            network.parameters,
            image,
            one_hot(split.labels[row : row + 1]),
            "quadratic",
        )
        assert found.costs[row] == pytest.approx(cost[0], rel=1e-5)
        assert found.said[row] == passed.outputs[0].argmax()
    assert found.n_right == int((found.said == split.labels).sum())


def test_a_look_that_raises_ends_the_work(network, mnist):
    def stop():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        outcomes_of(network, "test", mnist.test, stop)


def test_what_fits_is_told_by_sizes(network, mnist):
    assert network.fits(mnist.test)
    assert not network.fits(Split(mnist.test.images[:, :100], mnist.test.labels))
    assert network.side == 28
    assert InspectedNetwork(
        "", Architecture((7, 3)), network.parameters, "quadratic", "file"
    ).side is None  # fmt: skip


def test_an_example_knows_its_row_and_target(mnist):
    example = example_of(mnist.test, "test", 2_859)
    assert example.title == "test image 2,859"
    assert example.label == mnist.test.labels[2_859]
    assert example.target(10)[example.label] == 1
    assert example.target(10).sum() == 1
    assert ExampleImage(example.image, "drawn").target(10) is None
    assert not example.image.flags.writeable


def test_places_are_named_as_people_count():
    lesson = TrainingConfig().architecture
    assert NeuronPlace(0, 3).title(lesson) == "hidden 1, neuron 4"
    assert NeuronPlace(2, 7).title(lesson) == "output 7"
    assert NeuronPlace(2, 9).exists_in(lesson)
    assert not NeuronPlace(2, 10).exists_in(lesson)
    assert not NeuronPlace(3, 0).exists_in(lesson)
