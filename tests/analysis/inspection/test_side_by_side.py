"""Weights in one order, and what is said of networks that differ."""

import dataclasses

import numpy as np
import pytest

from gdviz.analysis.inspection.matching import match_by_activations, match_by_weights, permuted
from gdviz.analysis.inspection.side_by_side import comparable, weights_side_by_side

from .random_networks import random_network

IMAGES = np.random.default_rng(7).random((100, 9)).astype(np.float32)


@pytest.mark.parametrize("sizes", [(9, 4), (9, 6, 4), (9, 6, 5, 4)])
def test_a_shuffled_network_differs_by_nothing(sizes):
    network = random_network(sizes)
    orders = [np.roll(np.arange(n), 2) for n in sizes[1:-1]]
    other = dataclasses.replace(network, parameters=permuted(network.parameters, orders))
    found = match_by_activations(network, other, IMAGES)
    for layer in range(len(sizes) - 1):
        a, b = weights_side_by_side(network, other, found, layer)
        np.testing.assert_array_equal(a, network.parameters.weights[layer])
        np.testing.assert_array_equal(a, b)


def test_of_equal_sizes_it_is_the_permuted_network():
    first, second = random_network((9, 6, 5, 4)), random_network((9, 6, 5, 4), 1)
    found = match_by_weights(first, second)
    for layer in range(3):
        _, b = weights_side_by_side(first, second, found, layer)
        np.testing.assert_array_equal(b, found.parameters.weights[layer])


def test_neurons_without_a_partner_have_no_weights_beside_them():
    first, second = random_network((9, 6, 4)), random_network((9, 3, 5), 1)
    found = match_by_activations(first, second, IMAGES)
    _, b = weights_side_by_side(first, second, found, 0)
    alone = found.orders[0] < 0
    assert alone.sum() == 3
    assert np.isnan(b[alone]).all()
    np.testing.assert_array_equal(
        b[~alone], second.parameters.weights[0][found.orders[0][~alone]]
    )  # fmt: skip
    a, b = weights_side_by_side(first, second, found, 1)
    assert a.shape == b.shape == (4, 6)
    assert np.isnan(b).sum() == 4 * 3


def test_layers_that_only_one_has_cannot_be_put_beside():
    first, second = random_network((9, 6, 5, 4)), random_network((9, 6, 4), 1)
    found = match_by_activations(first, second, IMAGES)
    assert weights_side_by_side(first, second, found, 0) is not None
    assert weights_side_by_side(first, second, found, 1) is None
    assert weights_side_by_side(first, second, found, 2) is None
    found = match_by_activations(second, first, IMAGES)
    assert weights_side_by_side(second, first, found, 1) is None


def test_what_can_be_compared_is_said(mnist):
    split = mnist.test
    lesson, wide = random_network(), random_network((784, 30, 10))
    found = comparable(lesson, random_network(seed=1), split)
    assert (found.neurons, found.weights, found.images) == (True, True, True)
    assert found.sentence == found.no_way == ""
    found = comparable(lesson, wide, split)
    assert (found.neurons, found.weights, found.images) == (True, False, True)
    assert "784-30-10" in found.sentence
    assert "which image" in found.sentence
    assert "pairs of neurons" in found.sentence
    found = comparable(lesson, random_network((9, 6, 4)), split)
    assert (found.neurons, found.weights, found.images) == (False, False, False)
    assert "nothing to compare" in found.sentence
    found = comparable(random_network((9, 6, 4)), random_network((9, 6, 4), 1), split)
    assert (found.neurons, found.weights, found.images) == (True, True, False)
    assert "weights can be compared" in found.sentence
    relu = random_network(hidden_activation="relu")
    found = comparable(lesson, relu, split)
    assert "activation" in found.sentence
    assert found.no_way == found.sentence
    flat = comparable(random_network((784, 10)), lesson, split)
    assert (flat.neurons, flat.images) == (False, True)
