"""Every number of a neuron against `network.gradient`, differences of the cost, and by hand."""

import math

import numpy as np
import pytest

from gdviz.analysis.inspection.arithmetic import example_pass, neuron_arithmetic
from gdviz.analysis.inspection.subject import ExampleImage, InspectedNetwork, NeuronPlace
from gdviz.nn.activations import ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.network import gradient, mean_cost
from gdviz.nn.parameters import Architecture, Parameters

PAIRS = [(output, cost) for cost, entry in COSTS.items() for output in entry.outputs]
HIDDEN = list(ACTIVATIONS)


def made(sizes, hidden="sigmoid", output="sigmoid", cost="quadratic", steepness=1.0, vector=None):
    architecture = Architecture(sizes, hidden, output, steepness)
    if vector is None:
        vector = np.random.default_rng(11).normal(0, 1, architecture.n_parameters)
    parameters = Parameters(np.array(vector, np.float32), architecture.layout)
    return InspectedNetwork("made", architecture, parameters, cost, "file")


def example(values, label=None):
    return ExampleImage(np.array(values, np.float32), "made", label)


def places(architecture):
    for layer, size in enumerate(architecture.layer_sizes[1:]):
        for index in range(size):
            yield NeuronPlace(layer, index)


@pytest.mark.parametrize("steepness", [1.0, 2.5])
@pytest.mark.parametrize(("output", "cost"), PAIRS)
@pytest.mark.parametrize("sizes", [(6, 5, 4, 3), (6, 3)])
def test_every_neuron_agrees_with_the_gradient(sizes, output, cost, steepness):
    network = made(sizes, output=output, cost=cost, steepness=steepness)
    shown = example(np.linspace(0, 1, 6), 2)
    exact = Parameters(network.parameters.vector.astype(float), network.parameters.layout)
    image, target = shown.image[np.newaxis].astype(float), np.eye(3)[[2]]
    whole, slope = gradient(network.architecture, exact, image, target, cost)
    passed = example_pass(network, shown)
    assert passed.terms.total == pytest.approx(whole, rel=1e-9)
    for place in places(network.architecture):
        found = neuron_arithmetic(passed, place)
        back = found.backward
        assert back.error == pytest.approx(back.arriving * back.factor, rel=1e-9)
        if back.products.size:
            assert back.arriving == pytest.approx(back.products.sum(), rel=1e-9)
        expected = slope.weights[place.layer][place.index]
        np.testing.assert_allclose(back.weight_gradients, expected, rtol=1e-9, atol=1e-14)
        assert back.error == pytest.approx(slope.biases[place.layer][place.index], rel=1e-9)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_forward_sums_make_the_weighted_input_for_every_activation(hidden):
    network = made((6, 5, 3), hidden)
    passed = example_pass(network, example(np.linspace(0, 1, 6), 0))
    for place in places(network.architecture):
        found = neuron_arithmetic(passed, place)
        assert found.weighted_sum == pytest.approx(math.fsum(found.products), rel=1e-12)
        assert found.weighted_sum + found.bias == pytest.approx(found.weighted_input, rel=1e-9)
        entry = ACTIVATIONS[hidden if place.layer == 0 else "sigmoid"]
        a = entry.function(np.array([found.weighted_input]))[0]
        assert found.activation == pytest.approx(a, rel=1e-9)


@pytest.mark.parametrize(("output", "cost"), PAIRS)
def test_gradients_are_differences_of_the_cost(output, cost):
    network = made((4, 3, 2), "tanh", output, cost)
    shown = example([0.1, 0.9, 0.0, 0.4], 1)
    passed = example_pass(network, shown)
    exact = Parameters(network.parameters.vector.astype(float), network.parameters.layout)
    image, target = shown.image[np.newaxis].astype(float), np.eye(2)[[1]]
    place, input_index, step = NeuronPlace(0, 1), 3, 6e-6

    def cost_at(change):
        moved = exact.copy()
        moved.weights[0][1, 3] += change
        return mean_cost(network.architecture, moved, image, target, cost)

    found = neuron_arithmetic(passed, place).backward.weight_gradients[input_index]
    assert found == pytest.approx((cost_at(step) - cost_at(-step)) / (2 * step), rel=1e-7)
    assert passed.input_gradients(3)[1] == pytest.approx(found, rel=1e-12)


# One hidden neuron and two outputs, with numbers that a person can check.
# Inputs 1 and ½; w = (2, −2), b = 0: z = 1, and with the identity a = 1.
# Outputs: w = ln 3 and −ln 3, b = 0: z = ±1.0986, σ = ¾ and ¼, softmax = 9/10 and 1/10.
BY_HAND = [2.0, -2.0, 0.0, math.log(3), -math.log(3), 0.0, 0.0]


@pytest.mark.parametrize(
    ("output", "cost", "source", "errors"),
    [
        # 2(a − y) a (1 − a), y = (1, 0)
        ("sigmoid", "quadratic", "cost slope", (-0.5 * 3 / 16, 0.5 * 3 / 16)),
        # 2(a − y)
        (
            "identity", "quadratic", "cost slope",
            (2 * (math.log(3) - 1), -2 * math.log(3)),
        ),
        # Σ_k 2(a_k − y_k) ∂a_k/∂z: 2(−0.1)(0.09) + 2(0.1)(−0.09), and its opposite
        ("softmax", "quadratic", "all outputs", (-0.036, 0.036)),
        # a − y
        ("sigmoid", "cross_entropy", "difference", (-0.25, 0.25)),
        ("softmax", "cross_entropy", "difference", (-0.1, 0.1)),
    ],
)  # fmt: skip
def test_a_network_of_three_neurons_by_hand(output, cost, source, errors):
    network = made((2, 1, 2), "identity", output, cost, vector=BY_HAND)
    passed = example_pass(network, example([1.0, 0.5], 0))
    hidden = neuron_arithmetic(passed, NeuronPlace(0, 0))
    np.testing.assert_allclose(hidden.products, [2, -1])
    assert (hidden.weighted_sum, hidden.weighted_input, hidden.activation) == (1, 1, 1)
    for k in range(2):
        back = neuron_arithmetic(passed, NeuronPlace(1, k)).backward
        assert back.source == source
        assert back.error == pytest.approx(errors[k], rel=1e-6)
        # The hidden neuron's activation is 1: the gradient of its weight is the error.
        np.testing.assert_allclose(back.weight_gradients, [errors[k]], rtol=1e-6)
    arriving = math.log(3) * (errors[0] - errors[1])
    assert hidden.backward.source == "next layer"
    assert hidden.backward.factor == 1
    assert hidden.backward.arriving == pytest.approx(arriving, rel=1e-6)
    np.testing.assert_allclose(
        hidden.backward.weight_gradients, [arriving, arriving / 2], rtol=1e-6
    )


def test_without_a_label_there_is_no_way_back():
    network = made((4, 3, 2))
    for label in (None, 7):
        passed = example_pass(network, example([0, 1, 0, 1], label))
        assert passed.errors is None
        assert passed.terms is None
        assert passed.input_gradients(0) is None
        assert neuron_arithmetic(passed, NeuronPlace(0, 0)).backward is None


@pytest.mark.parametrize(("output", "cost"), PAIRS)
def test_parameters_that_are_not_finite_do_not_raise(output, cost):
    vector = np.full(6 * 5 + 5 + 5 * 3 + 3, 3e38)
    vector[3], vector[40] = np.nan, -np.inf
    network = made((6, 5, 3), "sigmoid", output, cost, vector=vector)
    passed = example_pass(network, example(np.ones(6), 1))
    assert passed.said is None
    for place in places(network.architecture):
        neuron_arithmetic(passed, place)


def test_an_image_of_another_size_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="made has 3 numbers, and the network takes 6"):
        example_pass(made((6, 2)), example([0, 1, 0]))
