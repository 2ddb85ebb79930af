"""The compiled engine and the NumPy engine against the reference."""

import itertools

import numpy as np
import pytest

from gdviz.engine import compiler_problem, example_results, make_engine, mean_gradient
from gdviz.engine.engine import scaled
from gdviz.nn import network
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, Parameters

COMBINATIONS = [
    (hidden, output, cost)
    for hidden, output, cost in itertools.product(ACTIVATIONS, OUTPUT_ACTIVATIONS, COSTS)
    if output in COSTS[cost].outputs
]
NAMES = ("compiled", "numpy")
TOLERANCE = 2e-5
"""Relative, on float32 sums in another order than the float64 reference."""


def test_the_compiler_is_there():
    assert compiler_problem() == ""


def start(hidden="sigmoid", output="sigmoid", sizes=(16, 7, 5, 3), seed=1):
    architecture = Architecture(sizes, hidden, output)
    return architecture, initial_parameters(architecture, "xavier", np.random.default_rng(seed))


def reference_gradient(architecture, parameters, split, rows, cost):
    exact = Parameters(parameters.vector.astype(np.float64), parameters.layout)
    targets = network.one_hot(split.labels[rows], architecture.layer_sizes[-1], np.float64)
    return network.gradient(architecture, exact, split.inputs(rows, np.float64), targets, cost)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_gradient_equals_the_reference(name, hidden, output, cost, blobs):
    architecture, parameters = start(hidden, output)
    engine = make_engine(name, architecture, cost, "gradient_descent", 32)
    rows = np.random.default_rng(2).permutation(len(blobs.train))[:32]
    total = np.zeros_like(parameters.vector)
    summed = engine.chunk_gradient(
        parameters.vector, blobs.train.images, blobs.train.labels, rows, 1 / 32, total
    )
    value, gradient = reference_gradient(architecture, parameters, blobs.train, rows, cost)
    assert summed / 32 == pytest.approx(value, rel=TOLERANCE)
    scale = np.abs(gradient.vector).max()
    np.testing.assert_allclose(total, gradient.vector, atol=TOLERANCE * scale)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_burst_equals_reference_steps(name, optimizer, blobs):
    """Six steps, the last mini-batch smaller, against the reference in float64."""
    architecture, parameters = start()
    reference = parameters.vector.astype(np.float64)
    entry = OPTIMIZERS[optimizer]
    memory = np.zeros((len(entry.arrays), reference.size), np.float32)
    exact_memory = memory.astype(np.float64)
    engine = make_engine(name, architecture, "quadratic", optimizer, 8)
    order = np.random.default_rng(3).permutation(len(blobs.train))[:44]
    costs, norms = np.zeros(6, np.float32), np.zeros((6, 3), np.float32)
    rates = np.linspace(0.02, 0.01, 6).astype(np.float32)
    taken = engine.burst(
        parameters.vector,
        memory,
        0,
        blobs.train.images,
        blobs.train.labels,
        order,
        8,
        rates,
        costs,
        norms,
    )
    assert taken == 6
    for step in range(6):
        rows = order[step * 8 : (step + 1) * 8]
        moved = Parameters(reference, architecture.layout)
        value, gradient = reference_gradient(architecture, moved, blobs.train, rows, "quadratic")
        assert costs[step] == pytest.approx(value, rel=TOLERANCE)
        for k, where in enumerate(architecture.layout.layer_slices):
            layer = gradient.vector[where]
            expected = np.linalg.norm(layer) / np.sqrt(layer.size)
            assert norms[step, k] == pytest.approx(expected, rel=1e-4)
        entry.update(reference, gradient.vector, exact_memory, step + 1, float(rates[step]))
    np.testing.assert_allclose(parameters.vector, reference, atol=1e-5)
    np.testing.assert_allclose(memory, exact_memory, atol=1e-5)
    np.testing.assert_allclose(engine.gradient, gradient.vector, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_burst_stops_before_a_cost_that_is_not_finite(name, blobs):
    architecture, parameters = start("identity", "identity")
    engine = make_engine(name, architecture, "quadratic", "gradient_descent", 16)
    costs, norms = np.zeros(18, np.float32), np.zeros((18, 3), np.float32)
    taken = engine.burst(
        parameters.vector,
        np.zeros((0, parameters.vector.size), np.float32),
        0,
        blobs.train.images,
        blobs.train.labels,
        np.arange(288),
        16,
        np.full(18, 1e6, np.float32),
        costs,
        norms,
    )
    assert 0 < taken < 18
    assert np.isfinite(costs[:taken]).all()
    assert not np.isfinite(costs[taken])


@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_example_results_equal_the_reference(hidden, output, cost, blobs):
    architecture, parameters = start(hidden, output)
    split = blobs.test
    costs, said = example_results(architecture, parameters, split.images, split.labels, cost)
    exact = Parameters(parameters.vector.astype(np.float64), parameters.layout)
    inputs = split.inputs(slice(None), np.float64)
    targets = network.one_hot(split.labels, 3, np.float64)
    expected = network.example_costs(architecture, exact, inputs, targets, cost)
    np.testing.assert_allclose(costs, expected, rtol=TOLERANCE, atol=1e-6)
    outputs = network.forward(architecture, exact, inputs).outputs
    np.testing.assert_array_equal(said, network.predictions(outputs))


def test_mean_gradient_over_several_chunks_equals_the_reference(mnist):
    architecture, parameters = start(sizes=(784, 16, 16, 10))
    split = mnist.train.first(2500)
    gradient = mean_gradient(architecture, parameters, split.images, split.labels, "quadratic")
    _, expected = reference_gradient(architecture, parameters, split, slice(None), "quadratic")
    scale = np.abs(expected.vector).max()
    np.testing.assert_allclose(gradient.vector, expected.vector, atol=1e-5 * scale)


def test_float_images_give_what_bytes_give(blobs):
    architecture, parameters = start()
    split = blobs.test
    from_bytes = example_results(architecture, parameters, split.images, split.labels, "quadratic")
    from_floats = example_results(
        architecture, parameters, scaled(split.images), split.labels, "quadratic"
    )
    np.testing.assert_allclose(from_bytes[0], from_floats[0], rtol=1e-6)


def test_without_the_compiler_the_numpy_engine_takes_over(monkeypatch, blobs):
    from gdviz.engine import availability

    architecture, parameters = start()
    split = blobs.test
    compiled = example_results(architecture, parameters, split.images, split.labels, "quadratic")
    monkeypatch.setattr(availability, "_PROBLEM", "No module named 'numba'")
    assert make_engine("auto", architecture, "quadratic", "adam", 8).name == "numpy"
    with pytest.raises(ValueError, match="No module named 'numba'"):
        make_engine("compiled", architecture, "quadratic", "adam", 8)
    plain = example_results(architecture, parameters, split.images, split.labels, "quadratic")
    np.testing.assert_allclose(plain[0], compiled[0], rtol=TOLERANCE)
    np.testing.assert_array_equal(plain[1], compiled[1])
