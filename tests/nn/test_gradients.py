"""Gradients against central differences and against an oracle written with loops.

The step activation needs no other oracle: its cost is flat in everything before the last
layer, so that central differences are exactly 0 there, as is its gradient (a test says so on
its own). What the comparison needs of it, and of the kinks, is that no weighted input is so
near 0 that a displacement crosses: `problem` is checked for that.
"""

import itertools
import math

import numpy as np
import pytest

from gdviz.nn import network
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.dropout import keep_mask
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture, Parameters

COMBINATIONS = [
    (hidden, output, cost)
    for hidden, output, cost in itertools.product(ACTIVATIONS, OUTPUT_ACTIVATIONS, COSTS)
    if output in COSTS[cost].outputs
]
REFUSED = [
    (output, cost)
    for output, cost in itertools.product(OUTPUT_ACTIVATIONS, COSTS)
    if output not in COSTS[cost].outputs
]
STEEPNESSES = (1.0, 2.5)


def problem(hidden, output, seed=0, sizes=(5, 4, 3, 3), n_examples=6, steepness=1.0):
    architecture = Architecture(sizes, hidden, output, steepness)
    generator = np.random.default_rng(seed)
    start = initial_parameters(architecture, "xavier", generator)
    vector = start.vector.astype(np.float64) + 0.1 * generator.standard_normal(start.vector.size)
    images = generator.random((n_examples, sizes[0]))
    labels = generator.integers(0, sizes[-1], n_examples)
    targets = network.one_hot(labels, sizes[-1], np.float64)
    return architecture, Parameters(vector, architecture.layout), images, labels, targets


def dropout_masks(architecture, n_examples):
    """One neuron in three switched off, and not all of any layer."""
    masks = [
        keep_mask(8, np.arange(n_examples), k, size, 0.3).astype(np.float64)
        for k, size in enumerate(architecture.layer_sizes[1:-1])
    ]
    assert all((mask == 0).any() and mask.any(axis=1).all() for mask in masks)
    return masks


def masked_cost(architecture, parameters, images, targets, cost, masks):
    passed = network.forward(architecture, parameters, images, masks)
    return float(network.costs_of(architecture, passed, targets, cost).mean())


@pytest.mark.parametrize("is_masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize("steepness", STEEPNESSES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_gradient_matches_central_differences(hidden, output, cost, steepness, is_masked):
    architecture, parameters, images, _, targets = problem(hidden, output, steepness=steepness)
    masks = dropout_masks(architecture, len(images)) if is_masked else None
    value, gradient = network.gradient(architecture, parameters, images, targets, cost, masks)
    assert nearest_kink(architecture, parameters, images, masks) > 1e-4
    epsilon = 6e-6
    numeric = np.empty_like(parameters.vector)
    for i in range(parameters.vector.size):
        costs = []
        for sign in (1, -1):
            moved = parameters.copy()
            moved.vector[i] += sign * epsilon
            costs.append(masked_cost(architecture, moved, images, targets, cost, masks))
        numeric[i] = (costs[0] - costs[1]) / (2 * epsilon)
    assert value == pytest.approx(
        masked_cost(architecture, parameters, images, targets, cost, masks), rel=1e-12
    )
    error = np.abs(numeric - gradient.vector).max() / np.abs(numeric).max()
    assert error < 1e-6
    assert np.abs(numeric).max() > 1e-3  # else the comparison would say nothing


def nearest_kink(architecture, parameters, images, masks=None):
    """The smallest |z| of a hidden layer, at most 1: ReLU, leaky ReLU and step bend at 0."""
    hidden = network.forward(architecture, parameters, images, masks).weighted_inputs[:-1]
    return min(1.0, *(np.abs(z).min() for z in hidden))


@pytest.mark.parametrize("steepness", STEEPNESSES)
def test_behind_a_step_nothing_has_a_slope(steepness):
    architecture, parameters, images, _, targets = problem("step", "sigmoid", steepness=steepness)
    _, gradient = network.gradient(architecture, parameters, images, targets, "quadratic")
    for layer in (0, 1):
        np.testing.assert_array_equal(gradient.weights[layer], 0)
        np.testing.assert_array_equal(gradient.biases[layer], 0)
    assert np.abs(gradient.weights[2]).max() > 1e-3


def test_a_mask_of_ones_changes_nothing():
    architecture, parameters, images, _, targets = problem("tanh", "softmax")
    ones = [np.ones((6, 4)), np.ones((6, 3))]
    plain = network.gradient(architecture, parameters, images, targets, "cross_entropy")
    masked = network.gradient(architecture, parameters, images, targets, "cross_entropy", ones)
    assert plain[0] == masked[0]
    np.testing.assert_array_equal(plain[1].vector, masked[1].vector)


def test_a_neuron_that_is_off_in_every_example_has_no_gradient():
    architecture, parameters, images, _, targets = problem("tanh", "softmax")
    masks = [np.ones((6, 4)), np.ones((6, 3))]
    masks[0][:, 2] = 0
    _, gradient = network.gradient(
        architecture, parameters, images, targets, "cross_entropy", masks
    )
    np.testing.assert_array_equal(gradient.weights[0][2], 0)
    assert gradient.biases[0][2] == 0
    np.testing.assert_array_equal(gradient.weights[1][:, 2], 0)
    assert np.abs(gradient.weights[1][:, 1]).min() > 0


def slow_cost(architecture, parameters, image, label, cost, masks=()):
    """One example with loops and the textbook's formulas: shares no code with gdviz."""
    k_of_sigmoid = architecture.steepness
    activation = list(image)
    layers = list(zip(parameters.weights, parameters.biases, strict=True))
    functions = {
        "sigmoid": lambda z: 1 / (1 + math.exp(-k_of_sigmoid * z)),
        "tanh": math.tanh,
        "relu": lambda z: z if z > 0 else 0.0,
        "leaky_relu": lambda z: z if z > 0 else z / 100,
        "silu": lambda z: z / (1 + math.exp(-z)),
        "gelu": lambda z: z / 2 * (1 + math.erf(z / math.sqrt(2))),
        "softplus": lambda z: math.log(1 + math.exp(z)),
        "step": lambda z: 1.0 if z > 0 else 0.0,
        "identity": lambda z: z,
    }
    for k, (weights, biases) in enumerate(layers):
        z = [
            sum(weights[j][i] * activation[i] for i in range(len(activation))) + biases[j]
            for j in range(len(biases))
        ]
        last = k == len(layers) - 1
        key = architecture.output_activation if last else architecture.hidden_activation
        if key == "softmax":
            total = sum(math.exp(value) for value in z)
            activation = [math.exp(value) / total for value in z]
        else:
            activation = [functions[key](value) for value in z]
        if masks and not last:
            activation = [m * a for m, a in zip(masks[k], activation, strict=True)]
    target = [1.0 if j == label else 0.0 for j in range(len(activation))]
    pairs = list(zip(activation, target, strict=True))
    if cost == "quadratic":
        return sum((a - y) ** 2 for a, y in pairs)
    if architecture.output_activation == "softmax":
        return -math.log(activation[label])
    return -sum(y * math.log(a) + (1 - y) * math.log(1 - a) for a, y in pairs)


@pytest.mark.parametrize("is_masked", [False, True], ids=["whole", "masked"])
@pytest.mark.parametrize("steepness", STEEPNESSES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_costs_match_an_oracle_with_loops(hidden, output, cost, steepness, is_masked):
    architecture, parameters, images, labels, targets = problem(
        hidden, output, seed=3, steepness=steepness
    )
    masks = dropout_masks(architecture, len(images)) if is_masked else []
    expected = [
        slow_cost(architecture, parameters, images[i], labels[i], cost, [m[i] for m in masks])
        for i in range(len(images))
    ]
    passed = network.forward(architecture, parameters, images, masks or None)
    costs = network.costs_of(architecture, passed, targets, cost)
    np.testing.assert_allclose(costs, expected, rtol=1e-10)
    if not is_masked:
        whole = network.example_costs(architecture, parameters, images, targets, cost)
        np.testing.assert_array_equal(whole, costs)


@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_without_steepness_the_network_computes_the_same(hidden, output, cost):
    architecture, parameters, images, _, targets = problem(hidden, output, steepness=2.5)
    plain, folded = network.without_steepness(architecture, parameters)
    assert plain == Architecture(architecture.layer_sizes, hidden, output)
    np.testing.assert_allclose(
        network.example_costs(plain, folded, images, targets, cost),
        network.example_costs(architecture, parameters, images, targets, cost),
        rtol=1e-12,
    )
    has_sigmoid = "sigmoid" in (hidden, output)
    assert np.array_equal(folded.vector, parameters.vector) != has_sigmoid


@pytest.mark.parametrize(("output", "cost"), REFUSED)
def test_undefined_cost_is_refused(output, cost):
    with pytest.raises(ValueError, match=f"the {cost} cost is not defined for {output} outputs"):
        network.check_choices(Architecture((2, 2), "relu", output), cost)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_cross_entropy_of_a_saturated_output_is_large_and_finite(output):
    architecture = Architecture((1, 2), "sigmoid", output)
    parameters = Parameters(np.array([1e4, -1e4, 0.0, 0.0]), architecture.layout)
    target = network.one_hot(np.array([1]), 2, np.float64)
    cost = network.mean_cost(architecture, parameters, np.ones((1, 1)), target, "cross_entropy")
    assert cost == pytest.approx(2e4)


def test_backpropagation_by_hand():
    """1-1-1 network, all numbers worked on paper: a quadratic cost with identity."""
    architecture = Architecture((1, 1, 1), "identity", "identity")
    # w1 = 2, b1 = 1, w2 = 3, b2 = -1, x = 4: hidden 9, output 26, target 1, δ = 50.
    parameters = Parameters(np.array([2.0, 1.0, 3.0, -1.0]), architecture.layout)
    value, gradient = network.gradient(
        architecture, parameters, np.array([[4.0]]), np.array([[1.0]]), "quadratic"
    )
    assert value == 625
    np.testing.assert_array_equal(gradient.vector, [50 * 3 * 4, 50 * 3, 50 * 9, 50])


def test_backpropagation_with_steepness_by_hand():
    """1-1-1 with σ(2z): the hidden neuron at z = 0 has a = ½ and slope 2 · ¼ = ½."""
    architecture = Architecture((1, 1, 1), "sigmoid", "identity", steepness=2.0)
    # w1 = 1, b1 = -4, x = 4: z = 0, a = ½; w2 = 6, b2 = 0: output 3, target 1, δ = 2·2 = 4.
    # Back: 4 · 6 · ½ = 12.
    parameters = Parameters(np.array([1.0, -4.0, 6.0, 0.0]), architecture.layout)
    value, gradient = network.gradient(
        architecture, parameters, np.array([[4.0]]), np.array([[1.0]]), "quadratic"
    )
    assert value == 4
    np.testing.assert_array_equal(gradient.vector, [12 * 4, 12, 4 * 0.5, 4])
