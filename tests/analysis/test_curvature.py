"""Lanczos against all eigenvalues of matrices that are small enough to have them all."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gdviz.analysis.curvature import Curvature, start_vector, top_curvature
from gdviz.engine import mean_hessian_product, mean_reference_gradient
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture, Parameters


def generator():
    return np.random.default_rng(11)


def top_of(matrix, k=2, start=None, **settings):
    if start is None:
        start = start_vector(len(matrix), generator())
    return top_curvature(lambda v: matrix @ v, start, k, generator=generator(), **settings)


def with_eigenvalues(values, seed=0):
    draws = np.random.default_rng(seed).standard_normal((len(values), len(values)))
    basis, _ = np.linalg.qr(draws)
    matrix = basis @ np.diag(np.asarray(values, float)) @ basis.T
    return (matrix + matrix.T) / 2


def assert_eigenpairs(found, matrix, k, tolerance):
    expected = np.linalg.eigvalsh(matrix)[::-1][:k]
    scale = np.abs(np.linalg.eigvalsh(matrix)).max()
    assert found.values.shape == (k,)
    np.testing.assert_allclose(found.values, expected, atol=tolerance * scale)
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(k), atol=1e-8)
    residuals = found.vectors @ matrix - found.values[:, None] * found.vectors
    np.testing.assert_allclose(
        np.linalg.norm(residuals, axis=1), found.residuals, atol=1e-12 * (1 + scale)
    )
    assert (found.residuals <= 2 * tolerance * scale).all()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 4),
    st.sampled_from([1e-6, 1.0, 1e6]),
    st.integers(0, 2**32 - 1),
)
def test_largest_eigenpairs_of_random_symmetric_matrices(size, k, scale, seed):
    draws = np.random.default_rng(seed).standard_normal((size, size))
    matrix = scale * (draws + draws.T)
    k = min(k, size)
    assert_eigenpairs(top_of(matrix, k, tolerance=1e-9), matrix, k, 1e-8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([-3, -1, 0, 0, 1, 5]), min_size=2, max_size=30),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
)
@example([1, 0, 5, -1, 0, 0, 5, 0, 0, 0, 1, -1, -1, 5, 5, 5, 0, 0, -1, 1, -3, 5], 2, 92766)
def test_repeated_eigenvalues_are_counted_where_the_space_closes(values, k, seed):
    """Few different values: the Krylov space closes after as many steps."""
    matrix = with_eigenvalues(values, seed)
    k = min(k, len(values))
    assert_eigenpairs(top_of(matrix, k, tolerance=1e-9), matrix, k, 1e-8)


def test_no_curvature_at_all():
    found = top_of(np.zeros((50, 50)))
    np.testing.assert_array_equal(found.values, 0)
    np.testing.assert_array_equal(found.residuals, 0)
    assert abs(found.vectors[0] @ found.vectors[1]) < 1e-12
    assert found.n_products == 4  # two to see it, two to measure


def test_a_start_that_is_an_eigenvector_is_not_the_end():
    """It spans a closed space, and here the lowest of all."""
    matrix = np.diag(np.arange(30.0))
    assert_eigenpairs(top_of(matrix, 2, np.eye(30)[0], tolerance=1e-9), matrix, 2, 1e-8)


def test_largest_means_algebraically():
    matrix = with_eigenvalues([-100, -50, 0.5, 0.25, -1, -2])
    found = top_of(matrix)
    np.testing.assert_allclose(found.values, [0.5, 0.25], rtol=1e-6)


def test_it_stops_early_and_says_how_many_products_it_took():
    matrix = with_eigenvalues([10, 7, *np.linspace(-1, 1, 200)])
    taken = []

    def product(vector):
        taken.append(vector)
        return matrix @ vector

    found = top_curvature(product, start_vector(202, generator()), generator=generator())
    assert_eigenpairs(found, matrix, 2, 1e-3)
    assert found.n_products == len(taken) < 20


def test_without_time_to_converge_the_residuals_say_so():
    matrix = with_eigenvalues(np.linspace(-1, 1, 200))
    found = top_of(matrix, max_steps=4)
    assert found.n_products == 6
    assert found.residuals.max() > 0.05
    assert found.values[0] < 1 - 1e-3
    residuals = found.vectors @ matrix - found.values[:, None] * found.vectors
    np.testing.assert_allclose(np.linalg.norm(residuals, axis=1), found.residuals, rtol=1e-9)


def test_a_warm_start_takes_fewer_products_and_keeps_the_sides():
    values = np.concatenate([[5, 4], np.linspace(-3, 3, 300)])
    cold = top_of(with_eigenvalues(values), tolerance=1e-6)
    drifted = with_eigenvalues(values) + 1e-3 * with_eigenvalues(values, seed=1)
    warm = top_of(drifted, start=start_vector(302, generator(), cold), tolerance=1e-6)
    again = top_of(drifted, tolerance=1e-6)
    assert_eigenpairs(warm, drifted, 2, 1e-6)
    assert warm.n_products < again.n_products
    assert (np.sum(warm.vectors * cold.vectors, axis=1) > 0.9).all()


def test_a_warm_start_sees_a_new_steepest_direction():
    """Where the old directions are exact eigenvectors that have fallen behind."""
    before = np.diag([9.0, 8.0, *np.zeros(40)])
    after = np.diag([2.0, 1.0, *np.zeros(39), 6.0])
    start = start_vector(42, generator(), top_of(before))
    assert_eigenpairs(top_of(after, start=start, tolerance=1e-6), after, 2, 1e-6)


@pytest.mark.parametrize("before_the_end", [0, 1, 5])
def test_told_to_stop_nothing_comes_back(before_the_end):
    """Also while the residuals are measured, which are the last two products."""
    matrix = with_eigenvalues([10, 7, *np.linspace(-1, 1, 200)])
    last = top_of(matrix).n_products - before_the_end
    asked = []

    def should_stop():
        asked.append(True)
        return len(asked) == last

    assert top_of(matrix, should_stop=should_stop) is None
    assert len(asked) == last


def test_a_product_that_was_stopped_ends_the_search():
    images = iter([np.ones(3), None])
    assert top_curvature(lambda _: next(images), np.ones(3), generator=generator()) is None


@pytest.mark.parametrize(
    ("start", "settings", "message"),
    [
        (np.zeros(3), {}, "no direction"),
        (np.array([1, np.nan, 0]), {}, "no direction"),
        (np.ones(3), {"k": 4}, "no 4 eigenvalues"),
        (np.ones(3), {"k": 0}, "no 0 eigenvalues"),
        (np.ones(3), {"k": 3, "max_steps": 2}, "at least 3 steps"),
    ],
)
def test_what_does_not_fit_is_refused(start, settings, message):
    with pytest.raises(ValueError, match=message):
        top_curvature(lambda v: v, start, generator=generator(), **settings)


def test_a_diverged_network_is_refused():
    with pytest.raises(ValueError, match="diverged"):
        top_of(np.full((3, 3), np.inf))


def test_what_comes_back_is_read_only_and_keeps_what_it_was_told():
    start = np.ones(3, np.float32)
    found = top_curvature(lambda v: v, start, generator=generator(), n_examples=1000, step=7)
    assert isinstance(found, Curvature)
    assert (found.n_examples, found.step) == (1000, 7)
    assert not any(a.flags.writeable for a in (found.values, found.vectors, found.residuals))


@pytest.mark.parametrize(
    ("hidden", "output", "cost"),
    [("sigmoid", "sigmoid", "quadratic"), ("relu", "softmax", "cross_entropy")],
)
def test_largest_eigenpairs_of_a_whole_hessian(hidden, output, cost):
    """The matrix is made of differences of the gradient, which knows nothing of products."""
    architecture = Architecture((6, 5, 4), hidden, output)
    draws = np.random.default_rng(3)
    drawn = initial_parameters(architecture, "xavier", draws)
    parameters = Parameters(2 * drawn.vector.astype(np.float64), drawn.layout)
    images, labels = draws.random((40, 6)), draws.integers(0, 4, 40)

    def gradient_at(vector):
        moved = Parameters(vector, drawn.layout)
        return mean_reference_gradient(architecture, moved, images, labels, cost)

    unit = 1e-6 * np.eye(architecture.n_parameters)
    whole = np.array(
        [
            (gradient_at(parameters.vector + e) - gradient_at(parameters.vector - e)) / 2e-6
            for e in unit
        ]
    )

    def product(vector):
        return mean_hessian_product(architecture, parameters, images, labels, cost, vector)

    start = start_vector(architecture.n_parameters, generator())
    found = top_curvature(product, start, 3, generator=generator(), tolerance=1e-8)
    values, vectors = np.linalg.eigh((whole + whole.T) / 2)
    np.testing.assert_allclose(found.values, values[:-4:-1], rtol=1e-6)
    np.testing.assert_allclose(
        np.abs(np.sum(found.vectors * vectors[:, :-4:-1].T, axis=1)), 1, atol=1e-6
    )
