"""Mini-batch gradients beside the full one, against sums written out and all possible samples."""

import itertools
import math

import numpy as np
import pytest

from gdviz.analysis.gradient_noise import (
    NoiseScale,
    compare_gradients,
    estimated_noise_scale,
    example_square_norms,
    noise_scale,
    sampling_factor,
)
from gdviz.nn import network
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture, Parameters

NETWORKS = [
    (Architecture((5, 4, 3)), "quadratic"),
    (Architecture((5, 4, 4, 3), steepness=2.5), "quadratic"),
    (Architecture((5, 6, 4, 3), "relu", "softmax"), "cross_entropy"),
    (Architecture((5, 6, 3), "tanh", "softmax"), "quadratic"),
]


def example_gradients(architecture, cost, n_examples=8, seed=3):
    """A network's parameters and examples, and the gradient of every example by itself."""
    generator = np.random.default_rng(seed)
    vector = generator.standard_normal(architecture.n_parameters)
    parameters = Parameters(vector, architecture.layout)
    images = generator.random((n_examples, architecture.layer_sizes[0]))
    targets = network.one_hot(generator.integers(0, 3, n_examples), 3, float)
    gradients = [
        network.gradient(architecture, parameters, images[i : i + 1], targets[i : i + 1], cost)
        for i in range(n_examples)
    ]
    return parameters, images, targets, np.array([slope.vector for _, slope in gradients])


@pytest.mark.parametrize(("architecture", "cost"), NETWORKS)
def test_example_square_norms_are_those_of_single_gradients(architecture, cost):
    parameters, images, targets, gradients = example_gradients(architecture, cost)
    found = example_square_norms(architecture, parameters, images, targets, cost)
    np.testing.assert_allclose(found, np.square(gradients).sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize(("architecture", "cost"), NETWORKS)
def test_noise_scale_is_the_trace_of_the_covariance_matrix(architecture, cost):
    *_, gradients = example_gradients(architecture, cost)
    full = gradients.mean(axis=0)
    found = noise_scale(np.square(gradients).sum(axis=1), full)
    covariance = np.cov(gradients, rowvar=False, bias=True)
    assert found.spread == pytest.approx(np.trace(covariance), rel=1e-10)
    assert found.simple == pytest.approx(np.trace(covariance) / (full @ full), rel=1e-10)


@pytest.mark.parametrize("mini_batch", [1, 2, 3, 7, 8])
def test_square_distance_is_the_mean_over_all_samples_there_are(mini_batch):
    *_, gradients = example_gradients(*NETWORKS[0])
    full = gradients.mean(axis=0)
    minis = np.array(
        [
            gradients[list(rows)].mean(axis=0)
            for rows in itertools.combinations(range(8), mini_batch)
        ]
    )
    compared = compare_gradients(minis, full)
    scale = noise_scale(np.square(gradients).sum(axis=1), full)
    expected = scale.square_distance(mini_batch, 8)
    assert compared.square_distances.mean() == pytest.approx(expected, rel=1e-10, abs=1e-25)
    if mini_batch < 8:
        estimated = estimated_noise_scale(compared, mini_batch, 8)
        assert estimated.spread == pytest.approx(scale.spread, rel=1e-10)
        assert estimated.square_norm == pytest.approx(scale.square_norm, rel=1e-10)


def test_compare_gradients_known_triangle():
    full = np.array([3.0, 0.0])
    minis = np.array([[3.0, 0.0], [0.0, 6.0], [-1.5, 0.0], [3.0, 3.0], [0.0, 0.0]])
    compared = compare_gradients(minis, full)
    assert compared.full_norm == 3.0
    np.testing.assert_allclose(compared.angles, [0, 90, 180, 45, np.nan], atol=1e-12)
    np.testing.assert_allclose(compared.norm_ratios, [1, 2, 0.5, math.sqrt(2), 0])
    np.testing.assert_allclose(compared.square_distances, [0, 45, 20.25, 9, 9])


def test_compare_gradients_angle_too_small_for_an_arc_cosine_is_right():
    compared = compare_gradients(np.array([[1.0, 1e-9]]), np.array([1.0, 0.0]))
    assert compared.angles[0] == pytest.approx(math.degrees(1e-9), rel=1e-6)


def test_compare_gradients_beside_zero_has_distances_alone():
    compared = compare_gradients(np.array([[3.0, 4.0]]), np.zeros(2))
    assert np.isnan(compared.angles[0])
    assert np.isnan(compared.norm_ratios[0])
    assert compared.square_distances[0] == 25.0
    assert noise_scale(np.array([25.0]), np.zeros(2)).simple == math.inf


@pytest.mark.parametrize("shape", [(3,), (2, 4), (1, 2, 3)])
def test_compare_gradients_that_do_not_fit_are_refused(shape):
    with pytest.raises(ValueError, match="do not stand beside"):
        compare_gradients(np.zeros(shape), np.zeros(3))


def test_angle_to_be_expected_is_found_where_noise_has_many_directions():
    """Gaussian gradients in 2,000 directions; at B = B_simple the angle is 45 degrees."""
    generator = np.random.default_rng(0)
    full = np.zeros(2_000)
    full[0] = 1.0
    scale = NoiseScale(spread=50.0, square_norm=1.0)
    assert scale.simple == 50.0
    assert scale.angle(50) == pytest.approx(45.0)
    for mini_batch in (1, 10, 50, 400):
        deviation = math.sqrt(50.0 / mini_batch / 2_000)
        minis = full + deviation * generator.standard_normal((400, 2_000))
        angle = compare_gradients(minis, full).angles.mean()
        assert angle == pytest.approx(scale.angle(mini_batch), abs=0.5)


def test_all_examples_together_have_no_noise():
    scale = NoiseScale(2.0, 1.0)
    assert sampling_factor(1, 1) == 0.0
    assert sampling_factor(1, 100) == 1.0
    assert scale.square_distance(100, 100) == 0.0
    assert scale.angle(100, 100) == 0.0
    assert scale.square_distance(4) == 0.5


@pytest.mark.parametrize("mini_batch", [0, 11])
def test_sample_that_cannot_be_drawn_is_refused(mini_batch):
    with pytest.raises(ValueError, match="of 10 examples"):
        sampling_factor(mini_batch, 10)


def test_example_square_norms_are_right_in_float32_too():
    architecture = Architecture((784, 16, 16, 10))
    generator = np.random.default_rng(1)
    parameters = initial_parameters(architecture, "scaled", generator)
    images = generator.random((5, 784), np.float32)
    targets = network.one_hot(np.arange(5))
    found = example_square_norms(architecture, parameters, images, targets, "quadratic")
    for i, square_norm in enumerate(found):
        one = slice(i, i + 1)
        slope = network.gradient(architecture, parameters, images[one], targets[one], "quadratic")
        assert square_norm == pytest.approx(float(np.square(slope[1].vector).sum()), rel=1e-4)
