"""The largest curvatures of a small network against all its second derivatives."""

import numpy as np
import pytest

from gdviz.analysis.cost_curvature import cost_curvature
from gdviz.nn import network
from gdviz.nn.parameters import Architecture, Parameters

TINY = Architecture((3, 4, 2))


@pytest.fixture
def problem():
    generator = np.random.default_rng(5)
    vector = generator.standard_normal(TINY.n_parameters)
    images = generator.random((30, 3))
    labels = generator.integers(0, 2, 30)
    return Parameters(vector, TINY.layout), images, labels


def second_derivatives(parameters, images, labels):
    targets = network.one_hot(labels, 2)

    def slope(vector):
        at = Parameters(vector, parameters.layout)
        return network.gradient(TINY, at, images, targets, "quadratic")[1].vector

    steps = 1e-5 * np.eye(parameters.vector.size)
    rows = [slope(parameters.vector + s) - slope(parameters.vector - s) for s in steps]
    return np.array(rows) / 2e-5


def test_two_largest_curvatures_are_those_of_the_whole_matrix(problem):
    parameters, images, labels = problem
    matrix = second_derivatives(*problem)
    exact = np.sort(np.linalg.eigvalsh((matrix + matrix.T) / 2))[::-1]
    found = cost_curvature(
        TINY, parameters, images, labels, "quadratic", np.random.default_rng(1), step=7
    )
    np.testing.assert_allclose(found.values, exact[:2], rtol=1e-3)
    assert (found.step, found.n_examples) == (7, 30)
    again = cost_curvature(
        TINY, parameters, images, labels, "quadratic", np.random.default_rng(2), previous=found
    )
    assert again.vectors[0] @ found.vectors[0] > 0.999


def test_search_that_is_told_to_stop_gives_nothing(problem):
    generator = np.random.default_rng(1)
    assert cost_curvature(TINY, *problem, "quadratic", generator, should_stop=lambda: True) is None


def test_known_curvature_of_another_network_is_no_start(problem):
    _, images, labels = problem
    found = cost_curvature(TINY, *problem, "quadratic", np.random.default_rng(1))
    wider = Architecture((3, 5, 2))
    vector = np.random.default_rng(3).standard_normal(wider.n_parameters)
    other = cost_curvature(
        wider,
        Parameters(vector, wider.layout),
        images,
        labels,
        "quadratic",
        np.random.default_rng(1),
        previous=found,
    )
    assert other.vectors.shape == (2, wider.n_parameters)
