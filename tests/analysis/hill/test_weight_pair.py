"""Two weights of a network as a hill: against the whole network, and finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.hill.walks import walks
from gdviz.analysis.hill.weight_pair import FEW, WeightPair
from gdviz.data.dataset import Split
from gdviz.nn import network
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, Parameters

ARCHITECTURES = (
    Architecture((12, 5, 4, 3)),
    Architecture((12, 5, 4, 3), "tanh", "softmax"),
    Architecture((12, 5, 4, 3), "sigmoid", "sigmoid", 2.5),
    Architecture((12, 3), "sigmoid", "softmax"),
)


def _made(architecture, seed=3):
    generator = np.random.default_rng(seed)
    vector = generator.normal(size=architecture.n_parameters).astype(np.float32)
    images = generator.random((20, architecture.layer_sizes[0]), np.float32)
    labels = generator.integers(0, 3, 20).astype(np.uint8)
    return Parameters(vector, architecture.layout), Split(images, labels)


def _whole(architecture, parameters, split, cost, pair, point):
    """The whole network, backpropagated with nothing left out."""
    vector = parameters.vector.astype(float)
    vector[list(pair)] = point
    targets = network.one_hot(split.labels, architecture.layer_sizes[-1], float)
    value, slope = network.gradient(
        architecture,
        Parameters(vector, architecture.layout),
        split.images.astype(float),
        targets,
        cost,
    )
    return value, slope.vector[list(pair)]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_value_and_gradient_are_the_whole_networks(data):
    architecture = data.draw(st.sampled_from(ARCHITECTURES))
    costs = ["quadratic", "cross_entropy"]
    cost = data.draw(st.sampled_from(costs))
    parameters, split = _made(architecture)
    index = st.integers(0, architecture.n_parameters - 1)
    pair = data.draw(st.tuples(index, index).filter(lambda two: two[0] != two[1]))
    point = data.draw(st.tuples(st.floats(-4, 4), st.floats(-4, 4)))
    hill = WeightPair(architecture, parameters, pair, split, cost)
    value, slope = _whole(architecture, parameters, split, cost, pair, point)
    points = np.array([point])
    np.testing.assert_allclose(hill.value(points), [value], rtol=1e-10)
    np.testing.assert_allclose(hill.gradient(points), [slope], rtol=1e-8, atol=1e-12)


def test_many_points_are_the_slice_of_the_cost():
    architecture = ARCHITECTURES[0]
    parameters, split = _made(architecture)
    hill = WeightPair(architecture, parameters, (3, 70), split, "quadratic")
    points = np.random.default_rng(1).normal(size=(FEW + 5, 2))
    singly = np.concatenate([hill.value(points[k : k + 1]) for k in range(len(points))])
    np.testing.assert_allclose(hill.value(points), singly, rtol=1e-5)


def test_start_is_the_network_as_it_is_and_nothing_of_it_is_written():
    architecture = ARCHITECTURES[0]
    parameters, split = _made(architecture)
    before = parameters.vector.copy()
    hill = WeightPair(architecture, parameters, (0, 5), split, "quadratic")
    assert hill.start == (float(before[0]), float(before[5]))
    walks(hill, hill.start, dict.fromkeys(OPTIMIZERS, 0.1), 5)
    np.testing.assert_array_equal(parameters.vector, before)


def test_gradient_descent_on_it_is_a_network_of_which_two_weights_learn():
    """Against steps taken by hand with the whole network."""
    architecture = ARCHITECTURES[1]
    parameters, split = _made(architecture)
    pair, rate = (7, 71), 0.8
    hill = WeightPair(architecture, parameters, pair, split, "cross_entropy")
    found = walks(hill, hill.start, {"gradient_descent": rate}, 8)["gradient_descent"]
    place = np.array(hill.start)
    for k in range(9):
        value, slope = _whole(architecture, parameters, split, "cross_entropy", pair, place)
        np.testing.assert_allclose(found.points[k], place, rtol=1e-9)
        assert found.costs[k] == pytest.approx(value, rel=1e-9)
        place = place - rate * slope


def test_points_that_are_not_finite_have_no_cost():
    parameters, split = _made(ARCHITECTURES[0])
    hill = WeightPair(ARCHITECTURES[0], parameters, (0, 1), split, "quadratic")
    points = np.array([[np.nan, 0.0], [np.inf, 0.0], [1e30, -1e30]])
    assert np.isnan(hill.value(points)[:2]).all()
    assert np.isfinite(hill.value(points)[2])
    assert np.isnan(hill.gradient(points)[:2]).all()


@pytest.mark.parametrize("pair", [(1, 1), (-1, 2), (0, 10_000)])
def test_what_is_no_pair_is_refused(pair):
    parameters, split = _made(ARCHITECTURES[0])
    with pytest.raises(ValueError, match="two different weights"):
        WeightPair(ARCHITECTURES[0], parameters, pair, split, "quadratic")
