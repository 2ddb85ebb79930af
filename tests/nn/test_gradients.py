"""Gradients against central differences and against an oracle written with loops."""

import itertools
import math

import numpy as np
import pytest

from gdviz.nn import network
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
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


def problem(hidden, output, seed=0, sizes=(5, 4, 3, 3), n_examples=6):
    architecture = Architecture(sizes, hidden, output)
    generator = np.random.default_rng(seed)
    start = initial_parameters(architecture, "xavier", generator)
    vector = start.vector.astype(np.float64) + 0.1 * generator.standard_normal(start.vector.size)
    images = generator.random((n_examples, sizes[0]))
    labels = generator.integers(0, sizes[-1], n_examples)
    targets = network.one_hot(labels, sizes[-1], np.float64)
    return architecture, Parameters(vector, architecture.layout), images, labels, targets


@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_gradient_matches_central_differences(hidden, output, cost):
    architecture, parameters, images, _, targets = problem(hidden, output)
    value, gradient = network.gradient(architecture, parameters, images, targets, cost)
    epsilon = 6e-6
    numeric = np.empty_like(parameters.vector)
    for i in range(parameters.vector.size):
        costs = []
        for sign in (1, -1):
            moved = parameters.copy()
            moved.vector[i] += sign * epsilon
            costs.append(network.mean_cost(architecture, moved, images, targets, cost))
        numeric[i] = (costs[0] - costs[1]) / (2 * epsilon)
    assert value == pytest.approx(
        network.mean_cost(architecture, parameters, images, targets, cost), rel=1e-12
    )
    error = np.abs(numeric - gradient.vector).max() / np.abs(numeric).max()
    assert error < 1e-6
    assert np.abs(numeric).max() > 1e-3  # else the comparison would say nothing


def slow_cost(architecture, parameters, image, label, cost):
    """One example with loops and the textbook's formulas: shares no code with gdviz."""
    activation = list(image)
    layers = list(zip(parameters.weights, parameters.biases, strict=True))
    functions = {
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "tanh": math.tanh,
        "relu": lambda z: z if z > 0 else 0.0,
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
    target = [1.0 if j == label else 0.0 for j in range(len(activation))]
    pairs = list(zip(activation, target, strict=True))
    if cost == "quadratic":
        return sum((a - y) ** 2 for a, y in pairs)
    if architecture.output_activation == "softmax":
        return -math.log(activation[label])
    return -sum(y * math.log(a) + (1 - y) * math.log(1 - a) for a, y in pairs)


@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_costs_match_an_oracle_with_loops(hidden, output, cost):
    architecture, parameters, images, labels, targets = problem(hidden, output, seed=3)
    expected = [
        slow_cost(architecture, parameters, image, label, cost)
        for image, label in zip(images, labels, strict=True)
    ]
    costs = network.example_costs(architecture, parameters, images, targets, cost)
    np.testing.assert_allclose(costs, expected, rtol=1e-10)


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


def test_sigmoid_does_not_overflow():
    z = np.array([-1e4, -100, 0, 100, 1e4], np.float32)
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].function(z), [0, 0, 0.5, 1, 1], atol=1e-7)


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
