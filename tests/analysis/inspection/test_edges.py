"""The diagram's numbers against their definitions, and networks of every shape."""

import numpy as np
import pytest

from gdviz.analysis.inspection.edges import (
    MOST_EDGES,
    diagram_of,
    example_gradient,
    takes,
)
from gdviz.analysis.inspection.folding import FOLDED_TO
from gdviz.analysis.inspection.subject import ExampleImage, NeuronPlace, example_of
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Parameters


def image_of(n_inputs, label=None, dtype=np.float32):
    pixels = np.random.default_rng(5).random(n_inputs).astype(dtype)
    return ExampleImage(pixels, "drawn", label)


def test_contributions_and_bias_add_up_to_the_weighted_input(make_network):
    network = make_network((9, 7, 6, 4), "tanh")
    diagram = diagram_of(network, image_of(9), "contribution")
    for edges in diagram.edges:
        column = diagram.columns[edges.layer]
        sums = np.zeros(column.size)
        np.add.at(sums, edges.targets, edges.values)
        np.testing.assert_allclose(sums + column.biases, column.weighted_inputs, rtol=1e-5)


@pytest.mark.parametrize(
    ("output", "cost"), [("sigmoid", "quadratic"), ("softmax", "cross_entropy")]
)
def test_gradient_edges_are_difference_quotients_of_the_cost(make_network, output, cost):
    network = make_network((9, 5, 4), "tanh", output, cost, np.float64)
    example = image_of(9, 2, np.float64)
    diagram = diagram_of(network, example, "gradient")
    downhill = diagram_of(network, example, "downhill")
    (edges,), (opposite,) = diagram.edges, downhill.edges
    target = one_hot(np.array([2]), 4, np.float64)

    def cost_at(vector):
        moved = Parameters(vector, network.parameters.layout)
        return mean_cost(network.architecture, moved, example.image[None], target, cost)

    assert diagram.cost == pytest.approx(cost_at(network.parameters.vector))
    start = network.parameters.layout.weight_slices[1].start
    for source, to, value in zip(edges.sources, edges.targets, edges.values, strict=True):
        nudge = np.zeros_like(network.parameters.vector)
        nudge[start + to * 5 + source] = 1e-6
        upper = cost_at(network.parameters.vector + nudge)
        lower = cost_at(network.parameters.vector - nudge)
        assert value == pytest.approx((upper - lower) / 2e-6, abs=1e-7)
    np.testing.assert_array_equal(opposite.values, -edges.values)
    np.testing.assert_array_equal(downhill.pictures, -diagram.pictures)


def test_weights_are_the_networks_own(make_network):
    network = make_network((9, 5, 4))
    (edges,) = diagram_of(network, image_of(9), "weight").edges
    weights = network.parameters.weights[1]
    assert edges.n_all == 20
    np.testing.assert_array_equal(edges.values, weights[edges.targets, edges.sources])
    assert (np.diff(np.abs(edges.values)) >= 0).all()


def test_a_wide_network_is_folded_and_its_strongest_edges_drawn(make_network):
    network = make_network((16, 300, 40, 10), "relu")
    example = image_of(16, 9)
    diagram = diagram_of(network, example, "contribution")
    first, second, output = diagram.columns
    assert (first.n_folded, second.n_folded, output.n_folded) == (280, 20, 0)
    assert len(diagram.pictures) == FOLDED_TO
    passed = network.passed(example.image[None])
    table = network.parameters.weights[1] * passed.activations[1][0]
    strength = np.abs(network.parameters.weights[1]).sum(axis=0) * passed.activations[1][0]
    assert set(first.indices.tolist()) == set(np.argsort(-strength)[:FOLDED_TO].tolist())
    edges = diagram.edges[0]
    assert len(edges.values) == MOST_EDGES // 2
    drawn = np.abs(table[np.ix_(second.indices, first.indices)]).ravel()
    np.testing.assert_allclose(
        np.abs(edges.values), np.sort(drawn)[-len(edges.values) :], rtol=1e-6
    )
    assert edges.n_all == 12_000


def test_a_chosen_neuron_is_drawn_with_all_its_edges(make_network):
    network = make_network((16, 300, 300, 10), "relu")
    example = image_of(16)
    silent = int(np.argmin(network.passed(example.image[None]).activations[1][0]))
    diagram = diagram_of(network, example, "contribution", NeuronPlace(0, silent))
    row = diagram.columns[0].row_of(silent)
    assert row is not None
    assert (diagram.edges[0].sources == row).sum() == FOLDED_TO


def test_without_a_label_there_is_no_gradient_and_it_is_said(make_network):
    diagram = diagram_of(make_network((9, 5, 4)), image_of(9), "gradient")
    assert diagram.quantity == "weight"
    assert "no cost" in diagram.missing
    assert diagram.cost is None
    assert example_gradient(diagram.network, diagram.example) is None


def test_an_image_that_does_not_fit_leaves_the_weights(make_network, mnist):
    network, example = make_network((20, 5, 3)), example_of(mnist.test, "test", 0)
    assert not takes(network, example)
    diagram = diagram_of(network, example, "contribution")
    assert diagram.quantity == "weight"
    assert "takes 20 numbers, the image has 784" in diagram.missing
    assert all(column.activations is None for column in diagram.columns)
    assert diagram.said is None
    assert diagram.n_drawn == 15
    with pytest.raises(ValueError, match="784 pixels are not 20 inputs"):
        example_gradient(network, example)


def test_no_hidden_layer_has_pictures_and_no_edges(make_network):
    diagram = diagram_of(make_network((9, 4), output="softmax"), image_of(9, 1), "contribution")
    assert diagram.edges == ()
    assert diagram.pictures.shape == (4, 9)
    assert diagram.said == int(np.argmax(diagram.columns[0].activations))


@pytest.mark.parametrize("quantity", ["contribution", "weight", "gradient", "downhill"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_numbers_that_are_not_finite_are_survived(make_network, quantity, value):
    network = make_network((9, 30, 5, 4))
    network.parameters.vector[::7] = value
    diagram = diagram_of(network, image_of(9, 1), quantity, NeuronPlace(1, 2))
    assert not any(np.isnan(edges.values).any() for edges in diagram.edges)
    assert diagram.columns[0].n_folded == 10
