"""Planes and slices against what they say: projections, known quadratics, brute force."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.cost_surface import CostSurface, Plane, begin_slice, compute_surface
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Architecture, Parameters

SMALL = Architecture((6, 4, 3))


def random_plane_of(size, seed, spread=0.5):
    vectors = np.random.default_rng(seed).normal(0, spread, (3, size))
    return Plane(*vectors, "random", "u", "v", 0)


def examples(architecture, n, seed):
    generator = np.random.default_rng(seed)
    images = generator.random((n, architecture.layer_sizes[0]))
    return images, generator.integers(0, architecture.layer_sizes[-1], n)


def brute_force(architecture, plane, u, v, images, labels, cost):
    targets = one_hot(labels, architecture.layer_sizes[-1], np.float64)
    return np.array(
        [
            [
                mean_cost(
                    architecture,
                    Parameters(plane.at(column, row), architecture.layout),
                    images,
                    targets,
                    cost,
                )
                for column in u
            ]
            for row in v
        ]
    )


@given(st.integers(0, 10**6), st.floats(-5, 5), st.floats(-5, 5))
def test_project_of_a_point_of_the_plane_gives_its_coordinates(seed, u, v):
    """The directions are random: not orthogonal and of different lengths."""
    plane = random_plane_of(30, seed)
    point = plane.at(u, v)
    assert plane.project(point) == pytest.approx((u, v), abs=1e-8)
    assert plane.off_plane(point) < 1e-9


def test_project_gives_the_nearest_point():
    plane = random_plane_of(30, 1)
    vector = np.random.default_rng(2).normal(size=30)
    residual = vector - plane.at(*plane.project(vector))
    assert residual @ plane.direction_u == pytest.approx(0, abs=1e-12)
    assert residual @ plane.direction_v == pytest.approx(0, abs=1e-12)
    assert plane.off_plane(vector) == pytest.approx(
        np.linalg.norm(residual) / np.linalg.norm(vector)
    )


@pytest.mark.parametrize(
    "directions", [([1, 2], [2, 4]), ([0, 0], [1, 0]), ([1, np.nan], [1, 0]), ([1, 2], [1, 2, 3])]
)
def test_directions_that_span_no_plane_are_refused(directions):
    u, v = (np.array(direction, float) for direction in directions)
    with pytest.raises(ValueError, match=r"parallel|one length"):
        Plane(np.zeros(2), u, v, "random", "u", "v", 0)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 7), st.integers(2, 7), st.floats(0.01, 20), st.integers(0, 10**6), st.booleans()
)
def test_surface_equals_brute_force_at_every_point(n_u, n_v, span, seed, is_coarse_first):
    """Rectangular grids: a transposed or shifted grid cannot pass."""
    plane = random_plane_of(SMALL.n_parameters, seed)
    images, labels = examples(SMALL, 40, seed)
    u, v = np.linspace(-span, 0.7 * span, n_u), np.linspace(-0.3, 0.5, n_v)
    task = begin_slice(
        SMALL,
        plane,
        u,
        v,
        images,
        labels,
        "quadratic",
        dtype=np.float64,
        order="coarse_first" if is_coarse_first else "rows",
    )
    surface = compute_surface(task)
    expected = brute_force(SMALL, plane, u, v, images, labels, "quadratic")
    np.testing.assert_allclose(surface.cost, expected, rtol=1e-9)
    assert surface.is_complete


def test_identity_network_gives_an_exact_quadratic():
    """One linear layer: the cost along any line is a parabola; third differences vanish."""
    architecture = Architecture((6, 3), "identity", "identity")
    plane = random_plane_of(architecture.n_parameters, 3)
    images, labels = examples(architecture, 25, 4)
    u, v = np.linspace(-2, 3, 9), np.linspace(-1, 1, 5)
    task = begin_slice(architecture, plane, u, v, images, labels, "quadratic", dtype=np.float64)
    cost = compute_surface(task).cost
    scale = cost.max()
    assert np.abs(np.diff(cost, 3, axis=0)).max() < 1e-12 * scale
    assert np.abs(np.diff(cost, 3, axis=1)).max() < 1e-12 * scale
    # The second difference along u is 2 h² mean |direction_u applied to the image|².
    along_u = Parameters(plane.direction_u, architecture.layout)
    curvature = (np.square(images @ along_u.weights[0].T + along_u.biases[0])).sum(axis=1).mean()
    step = u[1] - u[0]
    np.testing.assert_allclose(np.diff(cost, 2, axis=1), 2 * step**2 * curvature)


def test_standard_error_is_that_of_the_mean():
    plane = random_plane_of(SMALL.n_parameters, 5)
    images, labels = examples(SMALL, 60, 5)
    task = begin_slice(
        SMALL, plane, [0.0, 1.0], [0.0, 1.0], images, labels, "quadratic", dtype=np.float64
    )
    singles = np.array(
        [
            brute_force(SMALL, plane, [0], [0], images[k : k + 1], labels[k : k + 1], "quadratic")
            for k in range(60)
        ]
    )
    expected = singles.std(ddof=1) / np.sqrt(60)
    assert compute_surface(task).standard_error[0, 0] == pytest.approx(expected)


def test_surface_in_the_middle_of_the_work_has_nan_where_not_known():
    plane = random_plane_of(SMALL.n_parameters, 5)
    images, labels = examples(SMALL, 10, 5)
    task = begin_slice(
        SMALL, plane, np.arange(17.0), np.arange(9.0), images, labels, "quadratic",
        order="coarse_first",
    )  # fmt: skip
    assert task.compute(0, 6)
    known = np.argwhere(~np.isnan(task.surface().cost))
    assert known.tolist() == [[0, 0], [0, 8], [0, 16], [8, 0], [8, 8], [8, 16]]
    assert not task.surface().is_complete
    assert not task.compute(6, 9, lambda: True)
    assert (~np.isnan(task.surface().cost)).sum() == 6
    with pytest.raises(ValueError, match="read-only"):
        task.surface().cost[0, 0] = 1


def test_compute_surface_reports_progress_and_stops_when_told():
    plane = random_plane_of(SMALL.n_parameters, 5)
    images, labels = examples(SMALL, 10, 5)
    task = begin_slice(SMALL, plane, [0.0, 1.0], [0.0, 1.0], images, labels, "quadratic")
    progress = []
    assert compute_surface(task, on_progress=progress.append).is_complete
    assert progress[-1] == 1
    other = begin_slice(SMALL, plane, [0.0, 1.0], [0.0, 1.0], images, labels, "quadratic")
    assert np.isnan(compute_surface(other, should_stop=lambda: True).cost).all()


def test_trail_is_the_projected_path():
    plane = random_plane_of(SMALL.n_parameters, 5)
    images, labels = examples(SMALL, 10, 5)
    path = np.stack([plane.at(0.1, 0.2), plane.at(-1, 3)])
    task = begin_slice(
        SMALL, plane, [0.0, 1.0], [0.0, 1.0], images, labels, "quadratic", trail=path
    )
    np.testing.assert_allclose(task.surface().trail, [[0.1, 0.2], [-1, 3]])


def known_surface():
    u, v = np.array([0.0, 1, 3]), np.array([-1.0, 1])
    cost = 2 * u + 3 * v[:, None] + 1
    return CostSurface(
        random_plane_of(5, 0), u, v, cost, np.zeros_like(cost), 1, "quadratic", np.empty((0, 2))
    )


@pytest.mark.parametrize("point", [(0, -1), (3, 1), (0.5, 0), (2.5, 0.3), (1, -1)])
def test_value_at_interpolates_a_bilinear_cost_exactly(point):
    u, v = point
    assert known_surface().value_at(u, v) == pytest.approx(2 * u + 3 * v + 1)


def test_value_at_outside_or_beside_unknown_points_is_nan():
    surface = known_surface()
    surface.cost[1, 2] = np.nan
    assert np.isnan(surface.value_at(3.01, 0))
    assert np.isnan(surface.value_at(2, 0))
    assert surface.value_at(0.5, 0) == pytest.approx(2)
    assert surface.value_at(1, 0) == pytest.approx(3), "a corner of weight 0 does not matter"


@pytest.mark.parametrize("bad", [[1.0], [1.0, 1.0], [1.0, 0.0], [0.0, np.nan]])
def test_coordinates_that_do_not_rise_are_refused(bad):
    plane = random_plane_of(SMALL.n_parameters, 5)
    images, labels = examples(SMALL, 10, 5)
    with pytest.raises(ValueError, match="coordinates v must be"):
        begin_slice(SMALL, plane, [0.0, 1.0], bad, images, labels, "quadratic")


def test_two_threads_computing_disjoint_ranges_give_the_same_surface():
    plane = random_plane_of(SMALL.n_parameters, 8)
    images, labels = examples(SMALL, 300, 8)
    arguments = (SMALL, plane, np.linspace(-1, 1, 20), np.linspace(-1, 1, 10), images, labels)
    alone, shared = (begin_slice(*arguments, "quadratic") for _ in range(2))
    compute_surface(alone)
    half = shared.n_points // 2
    threads = [
        threading.Thread(target=shared.compute, args=bounds)
        for bounds in ((0, half), (half, shared.n_points))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    np.testing.assert_allclose(shared.surface().cost, alone.surface().cost, rtol=1e-6)
