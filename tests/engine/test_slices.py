"""The exact slice against a full forward pass per point in float64."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.engine import slices
from gdviz.engine.slices import ExactSlice
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.network import example_costs, one_hot
from gdviz.nn.parameters import Architecture, Parameters

FLOAT32_RELATIVE = 1e-5
FLOAT64_RELATIVE = 1e-9
IS_COMPILED = [
    pytest.param(True, marks=pytest.mark.skipif(slices.slice_kernel() is None, reason="no Numba")),
    False,
]
COMBINATIONS = [
    (hidden, output, cost)
    for hidden, output, cost in itertools.product(ACTIVATIONS, OUTPUT_ACTIVATIONS, COSTS)
    if output in COSTS[cost].outputs
]


def problem(architecture, n, seed, spread=0.5):
    """A plane and examples, in float32 values, so that both types see the same numbers."""
    generator = np.random.default_rng(seed)
    plane = generator.normal(0, spread, (3, architecture.n_parameters)).astype(np.float32)
    images = generator.random((n, architecture.layer_sizes[0])).astype(np.float32)
    labels = generator.integers(0, architecture.layer_sizes[-1], n).astype(np.uint8)
    return plane, images, labels


def brute_force(architecture, plane, images, labels, cost, u, v):
    """Costs of all examples at all points, (m, n), by the reference in float64."""
    origin, along_u, along_v = plane.astype(np.float64)
    targets = one_hot(labels, architecture.layer_sizes[-1], np.float64)
    return np.array(
        [
            example_costs(
                architecture,
                Parameters(origin + p * along_u + q * along_v, architecture.layout),
                images.astype(np.float64),
                targets,
                cost,
            )
            for p, q in zip(u, v, strict=True)
        ]
    )


def assert_equal_to_brute_force(result, costs, relative):
    mean, squares = result
    scale = np.abs(costs).mean()
    np.testing.assert_allclose(mean, costs.mean(axis=1), rtol=relative, atol=relative * scale)
    np.testing.assert_allclose(
        squares,
        costs.var(axis=1) * costs.shape[1],
        rtol=30 * relative,
        atol=relative * (1 + scale**2) * costs.shape[1],
    )


@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
@pytest.mark.parametrize("is_compiled", IS_COMPILED)
@pytest.mark.parametrize(
    ("dtype", "relative"), [(np.float32, FLOAT32_RELATIVE), (np.float64, FLOAT64_RELATIVE)]
)
@pytest.mark.parametrize("steepness", [1.0, 2.5])
def test_costs_equal_brute_force(hidden, output, cost, steepness, is_compiled, dtype, relative):
    architecture = Architecture((20, 7, 6, 4), hidden, output, steepness)
    plane, images, labels = problem(architecture, 150, 3)
    u, v = np.array([0.0, 1.0, -0.5, 0.25]), np.array([0.0, -1.0, 0.5, 2.0])
    piece = ExactSlice(
        architecture, *plane, images, labels, cost, dtype=dtype, compiled=is_compiled
    )
    expected = brute_force(architecture, plane, images, labels, cost, u, v)
    assert_equal_to_brute_force(piece.costs(u, v), expected, relative)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.integers(1, 300),
    st.integers(1, 70),
    st.sampled_from(COMBINATIONS),
    st.integers(0, 2**32 - 1),
    st.sampled_from([True, False]),
    st.sampled_from([0.5, 1.0, 20.0]),
)
def test_costs_of_any_sizes_equal_brute_force(
    sizes, n, m, combination, seed, is_compiled, steepness
):
    """Also single layers, one example, blocks that are not full, and more points than a tile."""
    hidden, output, cost = combination
    architecture = Architecture(tuple(sizes), hidden, output, steepness)
    plane, images, labels = problem(architecture, n, seed)
    u, v = np.random.default_rng(seed).normal(0, 1, (2, m)).round(3)
    piece = ExactSlice(
        architecture,
        *plane,
        images,
        labels,
        cost,
        dtype=np.float64,
        compiled=is_compiled and slices.slice_kernel() is not None,
    )
    expected = brute_force(architecture, plane, images, labels, cost, u, v)
    assert_equal_to_brute_force(piece.costs(u, v), expected, FLOAT64_RELATIVE)


@pytest.mark.parametrize("is_compiled", IS_COMPILED)
def test_wide_layers_and_the_lesson_network_equal_brute_force(is_compiled):
    """Wide layers go through BLAS."""
    for sizes in [(784, 16, 16, 10), (30, 40, 50, 10)]:
        architecture = Architecture(sizes)
        plane, images, labels = problem(architecture, 300, 1, 0.1)
        u, v = np.array([0.5, -1.0]), np.array([0.1, 0.2])
        result = ExactSlice(
            architecture, *plane, images, labels, "quadratic", compiled=is_compiled
        ).costs(u, v)
        expected = brute_force(architecture, plane, images, labels, "quadratic", u, v)
        assert_equal_to_brute_force(result, expected, FLOAT32_RELATIVE)


@pytest.mark.parametrize("is_compiled", IS_COMPILED)
def test_slice_of_steps_is_a_staircase(is_compiled):
    """Along a direction of the first layer the cost takes a few values and jumps between them.

    With one hidden neuron z = u·x, so that example i jumps where u passes −b/(w·x_i).
    """
    architecture = Architecture((1, 1, 2), "step", "identity")
    #                  w, b, then two outputs' weights and biases
    origin = np.array([0, -1, 1, 0.25, 0, 0], np.float32)
    along = np.array([1, 0, 0, 0, 0, 0], np.float32)
    images = np.array([[1.0], [0.5], [0.25]], np.float32)
    labels = np.array([0, 0, 1], np.uint8)
    piece = ExactSlice(
        architecture, origin, along, 0 * along, images, labels, "quadratic", compiled=is_compiled
    )
    u = np.array([0.0, 0.99, 1.01, 1.99, 2.01, 3.99, 4.01, 1e3])
    mean, _ = piece.costs(u, 0 * u)
    # Off: output (0, 0), cost 1. On: output (1, ¼): label 0 costs 1/16, label 1 costs 1 + 9/16.
    off, label_0, label_1 = 1, 1 / 16, 25 / 16
    steps = [3 * off, 2 * off + label_0, off + 2 * label_0, 2 * label_0 + label_1]
    np.testing.assert_allclose(mean, np.repeat(steps, 2) / 3, rtol=1e-6)


@pytest.mark.parametrize("is_compiled", IS_COMPILED)
def test_a_steep_sigmoid_s_slice_is_nearly_that_of_steps(is_compiled):
    steep, steps = (
        Architecture((12, 5, 4), hidden, "identity", 1000.0) for hidden in ("sigmoid", "step")
    )
    plane, images, labels = problem(steep, 200, 4)
    u, v = np.linspace(-1, 1, 7), np.linspace(1, -1, 7)
    means = [
        ExactSlice(which, *plane, images, labels, "quadratic", compiled=is_compiled).costs(u, v)[0]
        for which in (steep, steps)
    ]
    np.testing.assert_allclose(means[0], means[1], rtol=0.02)


@pytest.mark.parametrize("is_compiled", IS_COMPILED)
def test_work_cut_into_pieces_gives_the_same_costs(is_compiled, monkeypatch):
    """Small pieces cut both the points and the examples."""
    architecture = Architecture((12, 5, 4))
    plane, images, labels = problem(architecture, 700, 2)
    u, v = np.random.default_rng(0).normal(0, 1, (2, 9))
    piece = ExactSlice(architecture, *plane, images, labels, "quadratic", compiled=is_compiled)
    whole = piece.costs(u, v)
    monkeypatch.setattr(slices, "_WORK", piece.operations_per_point / 2)
    np.testing.assert_allclose(piece.costs(u, v), whole, rtol=1e-6)


def test_uint8_images_are_scaled_to_0_1():
    architecture = Architecture((12, 5, 4))
    plane, _, labels = problem(architecture, 50, 2)
    images = np.random.default_rng(0).integers(0, 256, (50, 12)).astype(np.uint8)
    expected = brute_force(architecture, plane, images / 255, labels, "quadratic", [1], [2])
    piece = ExactSlice(architecture, *plane, images, labels, "quadratic", dtype=np.float64)
    assert_equal_to_brute_force(piece.costs([1], [2]), expected, FLOAT64_RELATIVE)


def test_costs_told_to_stop_gives_none(monkeypatch):
    architecture = Architecture((12, 5, 4))
    plane, images, labels = problem(architecture, 50, 2)
    piece = ExactSlice(architecture, *plane, images, labels, "quadratic")
    monkeypatch.setattr(slices, "_WORK", 40 * piece.operations_per_point)
    answers = iter([False, True])
    assert piece.costs(np.zeros(100), np.zeros(100), lambda: next(answers)) is None


@pytest.mark.parametrize("is_compiled", IS_COMPILED)
def test_costs_of_a_diverged_network_are_not_finite_and_warn_of_nothing(is_compiled):
    architecture = Architecture((12, 5, 4), "relu", "softmax")
    plane, images, labels = problem(architecture, 50, 2)
    plane[0, :3] = np.nan
    piece = ExactSlice(architecture, *plane, images, labels, "cross_entropy", compiled=is_compiled)
    mean, _ = piece.costs([0.0], [0.0])
    assert np.isnan(mean).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"origin": np.zeros(3)}, "origin has shape"),
        ({"images": np.zeros((2, 5))}, "images of shape"),
        ({"images": np.zeros((0, 12)), "labels": np.zeros(0, int)}, "images of shape"),
        ({"labels": np.zeros(3, int)}, "labels of shape"),
        ({"labels": np.array([0, 4])}, "labels go from 0 to 4"),
        ({"cost": "hinge"}, "unknown cost 'hinge'"),
        ({"dtype": np.float16}, "float32 or float64, not float16"),
    ],
)
def test_input_that_does_not_fit_is_refused(change, sentence):
    architecture = Architecture((12, 5, 4))
    vector = np.zeros(architecture.n_parameters)
    arguments = {
        "origin": vector,
        "direction_u": vector,
        "direction_v": vector,
        "images": np.zeros((2, 12)),
        "labels": np.zeros(2, int),
        "cost": "quadratic",
    }
    with pytest.raises(ValueError, match=sentence):
        ExactSlice(architecture, **(arguments | change))


def test_without_numba_the_numpy_form_is_taken():
    program = (
        "import sys; sys.modules['numba'] = None\n"
        "import numpy as np\n"
        "from gdviz.engine.slices import ExactSlice, warm_up\n"
        "from gdviz.nn.parameters import Architecture\n"
        "warm_up()\n"
        "p = np.zeros(9)\n"
        "x, y = np.ones((1, 2)), np.zeros(1, int)\n"
        "s = ExactSlice(Architecture((2, 1, 3)), p, p, p, x, y, 'quadratic')\n"
        "assert not s.is_compiled\n"
        "assert abs(s.costs([0.0], [0.0])[0][0] - 0.75) < 1e-6\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_cross_entropy_of_a_saturated_network_is_large_and_finite():
    architecture = Architecture((3, 2, 4), "tanh", "softmax")
    plane, images, labels = problem(architecture, 20, 0, 200.0)
    piece = ExactSlice(architecture, *plane, images, labels, "cross_entropy")
    expected = brute_force(architecture, plane, images, labels, "cross_entropy", [1.0], [1.0])
    assert_equal_to_brute_force(piece.costs([1.0], [1.0]), expected, FLOAT32_RELATIVE)
