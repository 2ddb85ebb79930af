"""Matched neurons: what permuting keeps, and that a shuffled network is found again."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.inspection.matching import (
    correlations,
    distance,
    match_by_activations,
    match_by_weights,
    n_moved,
    permuted,
)
from gdviz.nn.network import forward

from .random_networks import random_network

IMAGES = np.random.default_rng(7).random((200, 9)).astype(np.float32)


def orders_of(sizes, seed):
    generator = np.random.default_rng(seed)
    return [generator.permutation(size) for size in sizes[1:-1]]


HIDDEN = st.lists(st.integers(1, 8), max_size=3)


@settings(deadline=None)
@given(HIDDEN, st.integers(0, 99))
def test_a_permuted_network_gives_the_same_outputs(hidden, seed):
    sizes = (9, *hidden, 4)
    network = random_network(sizes, seed)
    other = permuted(network.parameters, orders_of(sizes, seed))
    # The sums are those of other orders: rounding, and nothing else, may differ.
    np.testing.assert_allclose(
        forward(network.architecture, other, IMAGES).outputs,
        forward(network.architecture, network.parameters, IMAGES).outputs,
        rtol=2e-5,
        atol=1e-6,
    )


@settings(deadline=None)
@given(HIDDEN, st.integers(0, 99))
def test_a_shuffled_network_is_brought_back_by_either_method(hidden, seed):
    sizes = (9, *hidden, 4)
    network = random_network(sizes, seed)
    orders = orders_of(sizes, seed + 1)
    shuffled = dataclasses.replace(network, parameters=permuted(network.parameters, orders))
    found = match_by_activations(network, shuffled, IMAGES)
    for order, wanted in zip(found.orders, orders, strict=True):
        np.testing.assert_array_equal(order, np.argsort(wanted))
    np.testing.assert_array_equal(found.parameters.vector, network.parameters.vector)
    for agreement in found.agreements:
        np.testing.assert_allclose(agreement, 1, atol=1e-5)


@settings(deadline=None)
@given(st.integers(0, 50))
def test_weights_of_a_shuffled_network_are_brought_back(seed):
    sizes = (9, 8, 7, 4)
    network = random_network(sizes, seed)
    shuffled = dataclasses.replace(
        network, parameters=permuted(network.parameters, orders_of(sizes, seed + 1))
    )
    found = match_by_weights(network, shuffled)
    # Coordinate descent may stay in a local optimum; it is never farther than it began.
    apart = distance(network.parameters, found.parameters)
    assert apart <= distance(network.parameters, shuffled.parameters) * (1 + 1e-6)
    for agreement in found.agreements:
        assert (agreement <= 1 + 1e-9).all()


def test_weights_of_one_hidden_layer_are_found_exactly():
    """With one hidden layer there is one assignment, and no local optimum."""
    sizes = (9, 8, 4)
    network = random_network(sizes, 3)
    orders = orders_of(sizes, 5)
    shuffled = dataclasses.replace(network, parameters=permuted(network.parameters, orders))
    found = match_by_weights(network, shuffled)
    np.testing.assert_array_equal(found.orders[0], np.argsort(orders[0]))
    assert distance(network.parameters, found.parameters) == 0


def test_correlations_are_those_of_numpy():
    generator = np.random.default_rng(0)
    a, b = generator.random((50, 3)), generator.random((50, 4))
    wanted = np.corrcoef(a, b, rowvar=False)[:3, 3:]
    np.testing.assert_allclose(correlations(a, b), wanted, atol=1e-12)


def test_neurons_that_never_vary_or_are_no_numbers_correlate_with_none():
    a = np.random.default_rng(0).random((50, 3))
    a[:, 1], a[4, 2] = 0.25, np.nan
    found = correlations(a, a)
    np.testing.assert_allclose(found, [[1, 0, 0], [0, 0, 0], [0, 0, 0]], atol=1e-12)


@pytest.mark.parametrize(("one", "other"), [((9, 5, 4), (9, 8, 4)), ((9, 8, 6, 4), (9, 5, 4))])
def test_different_sizes_are_paired_as_far_as_they_go(one, other):
    first, second = random_network(one), random_network(other, 1)
    found = match_by_activations(first, second, IMAGES)
    assert found.parameters is None
    assert len(found.orders) == 1
    paired = found.orders[0][found.orders[0] >= 0]
    assert len(found.orders[0]) == one[1]
    assert len(set(paired.tolist())) == len(paired) == min(one[1], other[1])
    assert np.isnan(found.agreements[0][found.orders[0] < 0]).all()
    with pytest.raises(ValueError, match="9-"):
        match_by_weights(first, second)


def test_parameters_that_are_no_numbers_do_not_raise():
    network = random_network((9, 5, 4))
    vector = network.parameters.vector.copy()
    vector[3], vector[60] = np.nan, np.inf
    broken = dataclasses.replace(
        network, parameters=type(network.parameters)(vector, network.parameters.layout)
    )
    for found in (match_by_activations(network, broken, IMAGES), match_by_weights(network, broken)):
        assert sorted(found.orders[0].tolist()) == [0, 1, 2, 3, 4]


def test_steepness_is_part_of_the_weights():
    """σ(kz) of W is σ(z) of kW: the two are the same network."""
    network = random_network((9, 6, 4))
    steep = dataclasses.replace(
        network, architecture=dataclasses.replace(network.architecture, steepness=2.0)
    )
    halved = network.parameters.copy()
    halved.vector[:] /= 2
    found = match_by_weights(network, dataclasses.replace(steep, parameters=halved))
    assert n_moved(found.orders) == 0
    np.testing.assert_allclose(found.agreements[0], 1)
