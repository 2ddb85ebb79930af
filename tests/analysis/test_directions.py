"""Directions against their definitions, and frames that hold what they must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.directions import (
    fork_plane,
    frame_coordinates,
    gradient_plane,
    principal_plane,
    random_plane,
    random_walk_explained,
)
from gdviz.nn.parameters import Architecture, Parameters

ARCHITECTURE = Architecture((20, 6, 4))


def parameters_of(seed=0, spread=1.0):
    vector = np.random.default_rng(seed).normal(0, spread, ARCHITECTURE.n_parameters)
    return Parameters(vector.astype(np.float32), ARCHITECTURE.layout)


def walk(n, size, seed):
    return np.random.default_rng(seed).normal(size=(n, size)).cumsum(axis=0)


def test_random_plane_by_neuron_has_each_neurons_norm_and_each_layers_bias_norm():
    parameters = parameters_of()
    plane = random_plane(parameters, np.random.default_rng(1), 7)
    for vector in (plane.direction_u, plane.direction_v):
        direction = Parameters(vector, ARCHITECTURE.layout)
        for k in range(2):
            np.testing.assert_allclose(
                np.linalg.norm(direction.weights[k], axis=1),
                np.linalg.norm(parameters.weights[k], axis=1),
                rtol=1e-6,
            )
            assert np.linalg.norm(direction.biases[k]) == pytest.approx(
                np.linalg.norm(parameters.biases[k]), rel=1e-6
            )
            ratio = np.abs(direction.biases[k]) / np.abs(parameters.biases[k])
            assert ratio.std() > 0.01, "entry by entry it would be ±bias"
    assert (plane.direction_u < 0).mean() == pytest.approx(0.5, abs=0.15), "of both signs"
    assert abs(plane.cosine) < 0.4
    assert plane.step == 7


def test_random_plane_by_layer_keeps_layer_norms_only():
    parameters = parameters_of()
    plane = random_plane(parameters, np.random.default_rng(1), 0, "layer")
    direction = Parameters(plane.direction_u, ARCHITECTURE.layout)
    norm = np.linalg.norm
    assert norm(direction.weights[0]) == pytest.approx(norm(parameters.weights[0]), rel=1e-6)
    assert norm(direction.weights[0][0]) != pytest.approx(norm(parameters.weights[0][0]), rel=1e-3)


def test_random_plane_of_the_same_seed_is_the_same():
    first, second = (
        random_plane(parameters_of(), np.random.default_rng(5), 0, "none") for _ in range(2)
    )
    np.testing.assert_array_equal(first.direction_v, second.direction_v)


def test_random_plane_with_bad_input_is_refused():
    with pytest.raises(ValueError, match="unknown normalisation 'filter'"):
        random_plane(parameters_of(), np.random.default_rng(0), 0, "filter")
    with pytest.raises(ValueError, match="all parameters are zero"):
        random_plane(parameters_of(spread=0), np.random.default_rng(0), 0)


def test_gradient_plane_goes_down_and_is_orthonormal():
    gradient = parameters_of(3, 1e-6)
    plane = gradient_plane(parameters_of(), gradient, np.random.default_rng(0), 0)
    assert plane.direction_u @ gradient.vector == pytest.approx(-np.linalg.norm(gradient.vector))
    assert np.linalg.norm(plane.direction_v) == pytest.approx(1)
    assert abs(plane.cosine) < 1e-14


def test_gradient_plane_of_no_gradient_is_refused():
    with pytest.raises(ValueError, match=r"norm 0\.0 has no direction"):
        gradient_plane(parameters_of(), parameters_of(spread=0), np.random.default_rng(0), 0)


def test_principal_plane_equals_the_singular_vectors():
    path = walk(30, 80, 0)
    plane = principal_plane(path, 3)
    _, values, vectors = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    assert abs(plane.direction_u @ vectors[0]) == pytest.approx(1)
    assert abs(plane.direction_v @ vectors[1]) == pytest.approx(1)
    np.testing.assert_allclose(plane.explained, (values**2 / (values**2).sum())[:2])
    np.testing.assert_array_equal(plane.origin, path[-1])
    assert plane.n_path_points == 30


def test_locate_gives_projection_and_distance_at_once():
    path = walk(20, 80, 3)
    plane = principal_plane(path[:10], 3)
    u, v, off_plane = plane.locate(path[15])
    assert (u, v) == pytest.approx(plane.project(path[15]))
    away = np.linalg.norm(path[15] - plane.at(u, v))
    assert off_plane == pytest.approx(away / np.linalg.norm(path[15]))


def test_principal_plane_with_other_ways_equals_the_singular_vectors_of_all_points():
    path, others = walk(12, 60, 3), walk(9, 60, 4)
    plane = principal_plane(path, 12, others=others)
    points = np.concatenate([path, others])
    _, values, rows = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    for direction, row in zip((plane.direction_u, plane.direction_v), rows, strict=False):
        assert abs(direction @ row) == pytest.approx(1)
    shares = values**2 / (values**2).sum()
    assert plane.explained == pytest.approx(tuple(shares[:2]))
    assert plane.n_path_points == 0, "no one walk to compare with"
    np.testing.assert_array_equal(plane.origin, path[-1])


def test_fork_plane_holds_both_ends_and_the_fork():
    here, parted, end = walk(3, 60, 5)
    plane = fork_plane(here, parted, end, 9)
    for point in (here, parted, end):
        assert plane.locate(point)[2] == pytest.approx(0, abs=1e-12)
    (u_fork, v_fork), (u_end, v_end) = plane.project(parted), plane.project(end)
    assert u_fork < u_end / 2, "the ends lie away from the fork"
    assert v_end < 0, "the ball is above the other end"
    assert v_end < v_fork


@pytest.mark.parametrize(
    ("points", "words"),
    [(([1, 0], [1, 0], [0, 1]), "no step"), (([1, 1], [0, 0], [3, 3]), "on one line")],
)
def test_fork_plane_of_points_that_span_none_is_refused(points, words):
    with pytest.raises(ValueError, match=words):
        fork_plane(*(np.array(point, float) for point in points), 0)


def test_principal_plane_of_a_path_in_a_plane_holds_it():
    coordinates = walk(12, 2, 1)
    path = coordinates @ np.random.default_rng(2).normal(size=(2, 50)) + 4
    plane = principal_plane(path, 0)
    assert sum(plane.explained) == pytest.approx(1)
    assert max(plane.off_plane(point) for point in path) < 1e-10


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_principal_plane_keeps_its_signs(seed):
    """u goes from start to end; with a previous plane both agree with it, even reversed."""
    path = walk(15, 40, seed)
    plane = principal_plane(path, 0)
    assert plane.direction_u @ (path[-1] - path[0]) >= 0
    longer = np.vstack([path, path[-1] + 0.1])
    after = principal_plane(longer, 1, previous=plane)
    assert after.direction_u @ plane.direction_u >= 0
    assert after.direction_v @ plane.direction_v >= 0
    reversed_after = principal_plane(path[::-1], 1, previous=plane)
    np.testing.assert_allclose(reversed_after.direction_v, plane.direction_v, atol=1e-9)


@pytest.mark.parametrize(
    "path", [np.zeros((2, 9)), np.outer(np.arange(5.0), np.ones(9)), np.ones((4, 9))]
)
def test_principal_plane_without_two_directions_is_refused(path):
    with pytest.raises(ValueError, match="principal direction"):
        principal_plane(path, 0)


@pytest.mark.parametrize("n", [2, 3, 10, 100])
def test_random_walk_explained_equals_the_expected_gram_matrix(n):
    """E[x_i · x_j] of a walk is min(i, j); centre it and take its eigenvalues."""
    steps = np.arange(1, n + 1)
    centering = np.eye(n) - 1 / n
    values = np.linalg.eigvalsh(centering @ np.minimum.outer(steps, steps) @ centering)[::-1]
    np.testing.assert_allclose(random_walk_explained(n), values[:2] / values.sum(), atol=1e-12)


def test_random_walk_explained_is_what_a_walk_in_many_dimensions_does():
    explained = principal_plane(walk(60, 20_000, 0), 0).explained
    np.testing.assert_allclose(explained, random_walk_explained(60), atol=0.01)
    assert sum(random_walk_explained(10_000)) == pytest.approx(7.5 / np.pi**2, abs=1e-4)


@given(st.integers(0, 10**6), st.floats(0.3, 4), st.floats(1e-6, 100))
def test_frame_holds_the_path_and_the_ball_at_equal_scale(seed, aspect, size):
    path = walk(10, 30, seed) * size
    plane = principal_plane(path, 0)
    u, v = frame_coordinates(plane, path, 41, 31, aspect)
    assert (len(u), len(v)) == (41, 31)
    assert (u[-1] - u[0]) / (v[-1] - v[0]) == pytest.approx(aspect)
    points = np.vstack([plane.project_path(path), [[0, 0]]])
    extent = np.ptp(points, axis=0)
    slack = 0.14 * extent
    assert np.all(points.min(axis=0) - slack >= [u[0], v[0]])
    assert np.all(points.max(axis=0) + slack <= [u[-1], v[-1]])


def test_frame_of_no_path_has_a_size_of_its_own_about_the_ball():
    plane = random_plane(parameters_of(), np.random.default_rng(0), 0)
    u, v = frame_coordinates(plane, np.empty((0, ARCHITECTURE.n_parameters)), 5, 5, 2.0)
    assert v[-1] == pytest.approx(1, rel=0.2)
    assert u[2] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("n_u", "aspect", "margin"), [(1, 1, 0), (5, 0, 0), (5, 1, -1)])
def test_frame_of_impossible_sizes_is_refused(n_u, aspect, margin):
    plane = random_plane(parameters_of(), np.random.default_rng(0), 0)
    with pytest.raises(ValueError, match=r"grid needs|must be positive"):
        frame_coordinates(plane, np.empty((0, ARCHITECTURE.n_parameters)), n_u, 5, aspect, margin)
