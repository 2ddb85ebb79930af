"""Guesses: right where the digits tell, labelled with the runner-up, honest where they do not."""

import dataclasses

import numpy as np
import pytest

from gdviz.data.dataset import DataError
from gdviz.nn.network import gradient, one_hot
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.readers import guessing
from gdviz.storage.readers.guessing import with_guesses
from gdviz.storage.readers.network_file import INPUT_SCALINGS, NetworkFile
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

ALL_OPEN = {"hidden_activation": "", "output_activation": "", "input_scaling": ""}


def _trained(mnist, hidden, output, cost, scaling, n_steps=500):
    """A network of 784-16-10 after a few hundred steps of Adam on scaled inputs."""
    config = TrainingConfig(
        layer_sizes=(784, 16, 10),
        hidden_activation=hidden,
        output_activation=output,
        cost=cost,
        optimizer="adam",
    )
    parameters = initial_state(config).parameters.copy()
    shift, factor = INPUT_SCALINGS[scaling]
    memory = np.zeros((2, parameters.layout.size), np.float32)
    generator = np.random.default_rng(3)
    if scaling == "0-255":
        parameters.weights[0][:] /= 255
    # Where most inputs are far from 0, larger steps leave every ReLU dead.
    rate = {"0-255": 0.0002, "centred": 0.001}.get(scaling, 0.005)
    for step in range(1, n_steps + 1):
        which = generator.integers(0, 60_000, 50)
        images = ((mnist.train.inputs(which) - shift) * factor).astype(np.float32)
        targets = one_hot(mnist.train.labels[which])
        _, slope = gradient(config.architecture, parameters, images, targets, cost)
        OPTIMIZERS["adam"].update(parameters.vector, slope.vector, memory, step, rate)
    return NetworkFile("test", config.architecture, parameters, scaling)


@pytest.mark.parametrize(
    ("hidden", "output", "cost", "scaling"),
    [
        ("sigmoid", "sigmoid", "quadratic", "0-1"),
        ("relu", "softmax", "cross_entropy", "0-1"),
        ("relu", "softmax", "cross_entropy", "standardised"),
        ("tanh", "softmax", "cross_entropy", "0-1"),
        ("tanh", "identity", "quadratic", "standardised"),
        ("relu", "softmax", "cross_entropy", "0-255"),
        ("relu", "softmax", "cross_entropy", "centred"),
        ("tanh", "identity", "quadratic", "centred"),
    ],
)
def test_with_guesses_finds_what_a_network_was_trained_with(mnist, hidden, output, cost, scaling):
    network = _trained(mnist, hidden, output, cost, scaling)
    usual = Architecture(network.architecture.layer_sizes)
    unknown = dataclasses.replace(
        network, architecture=usual, input_scaling="0-1", guessed=dict(ALL_OPEN)
    )
    found = with_guesses(unknown, mnist.test)
    assert found.architecture == network.architecture
    assert found.input_scaling == scaling
    assert set(found.guessed) == set(ALL_OPEN)
    for reason in found.guessed.values():
        assert "of 1,000 test digits right" in reason
        assert "runner-up" in reason


def test_with_guesses_leaves_what_the_file_says(mnist):
    network = _trained(mnist, "relu", "softmax", "cross_entropy", "0-1", 100)
    said = dataclasses.replace(network, guessed={"input_scaling": "", "biases": "none"})
    found = with_guesses(said, mnist.test)
    assert found.architecture == network.architecture
    assert set(found.guessed) == {"input_scaling", "biases"}
    assert found.guessed["biases"] == "none"
    assert with_guesses(network, mnist.test) is network


def test_with_guesses_untrained_network_says_that_nothing_tells(mnist):
    config = TrainingConfig()
    network = NetworkFile(
        "test", config.architecture, initial_state(config).parameters, guessed=dict(ALL_OPEN)
    )
    found = with_guesses(network, mnist.test)
    assert found.architecture == config.architecture
    assert all("with any choice" in reason for reason in found.guessed.values())


@pytest.mark.parametrize("sizes", [(4, 3, 2), (784, 5, 3)])
def test_with_guesses_other_sizes_are_not_tried(mnist, sizes):
    architecture = Architecture(sizes)
    zeros = Parameters(np.zeros(architecture.n_parameters, np.float32), architecture.layout)
    found = with_guesses(
        NetworkFile("test", architecture, zeros, guessed=dict(ALL_OPEN)), mnist.test
    )
    assert all("only a network of 784" in reason for reason in found.guessed.values())


@pytest.mark.parametrize("scaling", INPUT_SCALINGS)
def test_parameters_for_unit_inputs_give_the_same_weighted_inputs(scaling):
    architecture = Architecture((6, 4, 2))
    generator = np.random.default_rng(0)
    vector = generator.normal(size=architecture.n_parameters).astype(np.float32)
    network = NetworkFile("t", architecture, Parameters(vector, architecture.layout), scaling)
    unit = network.parameters_for_unit_inputs()
    images = generator.random((5, 6))
    shift, factor = INPUT_SCALINGS[scaling]
    expected = (images - shift) * factor @ network.parameters.weights[0].T.astype(float)
    expected += network.parameters.biases[0]
    found = images @ unit.weights[0].T.astype(float) + unit.biases[0]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(unit.weights[1], network.parameters.weights[1])
    assert unit is network.parameters or not unit.vector.flags.writeable


def test_with_guesses_damaged_test_digits_do_not_keep_a_network_from_opening(monkeypatch):
    def damaged():
        raise DataError("t10k.gz: the file is damaged")

    monkeypatch.setattr(guessing, "load_mnist", damaged)
    config = TrainingConfig()
    network = NetworkFile(
        "test", config.architecture, initial_state(config).parameters, guessed=dict(ALL_OPEN)
    )
    found = with_guesses(network)
    assert all("t10k.gz: the file is damaged" in reason for reason in found.guessed.values())
