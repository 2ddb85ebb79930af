"""The compiled engine and the NumPy engine against the reference."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gdviz.engine import (
    Examples,
    Method,
    compiler_problem,
    example_results,
    make_engine,
    mean_gradient,
)
from gdviz.engine.engine import Keeping, Patience, scaled
from gdviz.engine.lit_pixels import lit_pixels
from gdviz.nn import network
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.dropout import keep_mask
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.nn.penalties import decay_weights, penalised_gradient

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


def start(hidden="sigmoid", output="sigmoid", sizes=(16, 7, 5, 3), seed=1, steepness=1.0):
    architecture = Architecture(sizes, hidden, output, steepness)
    return architecture, initial_parameters(architecture, "xavier", np.random.default_rng(seed))


def reference_gradient(architecture, parameters, split, rows, cost):
    exact = Parameters(parameters.vector.astype(np.float64), parameters.layout)
    targets = network.one_hot(split.labels[rows], architecture.layer_sizes[-1], np.float64)
    return network.gradient(architecture, exact, split.inputs(rows, np.float64), targets, cost)


def made(name, architecture, parameters, method, mini_batch):
    engine = make_engine(name, architecture, method, mini_batch)
    n_arrays = len(OPTIMIZERS[method.optimizer].arrays)
    engine.load(parameters.vector, np.zeros((n_arrays, parameters.vector.size), np.float32), 0)
    return engine


def gradient_of(engine, split, rows, **options):
    cost, gradient = engine.large_gradient(
        Examples(split.images, split.labels, **options), rows, lambda: False
    )
    return cost, engine.unpacked(gradient)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
@pytest.mark.parametrize("steepness", [1.0, 2.5])
def test_gradient_equals_the_reference(name, hidden, output, cost, steepness, blobs):
    if steepness != 1 and "sigmoid" not in {hidden, output}:
        return  # There is no sigmoid to be steep.
    architecture, parameters = start(hidden, output, steepness=steepness)
    engine = made(name, architecture, parameters, Method(cost), 32)
    rows = np.random.default_rng(2).permutation(len(blobs.train))[:32]
    mean, gradient = gradient_of(engine, blobs.train, rows)
    value, expected = reference_gradient(architecture, parameters, blobs.train, rows, cost)
    assert mean == pytest.approx(value, rel=TOLERANCE)
    scale = np.abs(expected.vector).max()
    np.testing.assert_allclose(gradient, expected.vector, atol=TOLERANCE * scale)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sizes", [(16, 20, 33, 3), (16, 80, 64, 3), (16, 3), (16, 150, 3)])
def test_any_width_gives_the_reference(name, sizes, blobs):
    """Widths that are padded, cut into tiles, go through BLAS, or have no hidden layer."""
    architecture, parameters = start("tanh", "softmax", sizes)
    engine = made(name, architecture, parameters, Method("cross_entropy"), 50)
    rows = np.random.default_rng(2).permutation(len(blobs.train))[:50]
    mean, gradient = gradient_of(engine, blobs.train, rows)
    value, expected = reference_gradient(
        architecture, parameters, blobs.train, rows, "cross_entropy"
    )
    assert mean == pytest.approx(value, rel=TOLERANCE)
    scale = np.abs(expected.vector).max()
    np.testing.assert_allclose(gradient, expected.vector, atol=TOLERANCE * scale)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.01, 0.0), (0.002, 0.03)])
def test_burst_equals_reference_steps(name, optimizer, l1, l2, blobs):
    """Six steps, the last mini-batch smaller, against the reference in float64."""
    architecture, parameters = start()
    layout = architecture.layout
    reference = parameters.vector.astype(np.float64)
    entry = OPTIMIZERS[optimizer]
    exact_memory = np.zeros((len(entry.arrays), reference.size))
    method = Method("quadratic", optimizer, l1, l2)
    engine = made(name, architecture, parameters, method, 8)
    order = np.random.default_rng(3).permutation(len(blobs.train))[:44]
    costs, norms = np.zeros(6, np.float32), np.zeros((6, 3), np.float32)
    rates = np.linspace(0.02, 0.01, 6).astype(np.float32)
    examples = Examples(blobs.train.images, blobs.train.labels)
    assert engine.burst(examples, order, 8, rates, costs, norms) == 6
    assert engine.steps == 6
    for step in range(6):
        rows = order[step * 8 : (step + 1) * 8]
        moved = Parameters(reference, layout)
        value, gradient = reference_gradient(architecture, moved, blobs.train, rows, "quadratic")
        assert costs[step] == pytest.approx(value, rel=TOLERANCE)
        for k, where in enumerate(layout.layer_slices):
            layer = gradient.vector[where]
            expected = np.linalg.norm(layer) / np.sqrt(layer.size)
            assert norms[step, k] == pytest.approx(expected, rel=1e-4)
        rate, inside = float(rates[step]), 0.0 if entry.decoupled_decay else l2
        slope = penalised_gradient(reference, gradient.vector, layout, l1, inside)
        if entry.decoupled_decay:
            decay_weights(reference, layout, rate, l2)
        entry.update(reference, slope, exact_memory, step + 1, rate)
    # Adaptive optimizers divide a gradient by its own size: where that is all rounding, so is
    # the step; the largest of those is η.
    atol = 1e-5 if optimizer in {"gradient_descent", "momentum", "nesterov"} else 2e-4
    np.testing.assert_allclose(engine.vector, reference, atol=atol)
    np.testing.assert_allclose(engine.memory, exact_memory, atol=1e-5)
    np.testing.assert_allclose(engine.gradient, gradient.vector, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_dropout_equals_the_reference_with_its_masks(name, blobs):
    architecture, parameters = start("gelu", "sigmoid", (16, 20, 9, 3))
    engine = made(name, architecture, parameters, Method("quadratic", dropout=0.4), 32)
    rows = np.random.default_rng(2).permutation(len(blobs.train))[:32]
    _, gradient = gradient_of(engine, blobs.train, rows, dropout_key=2**63 + 5)
    masks = [keep_mask(2**63 + 5, rows, k, size, 0.4) for k, size in enumerate((20, 9))]
    assert 0.25 < np.mean(masks[0] == 0) < 0.55
    exact = Parameters(parameters.vector.astype(np.float64), parameters.layout)
    targets = network.one_hot(blobs.train.labels[rows], 3, np.float64)
    images = blobs.train.inputs(rows, np.float64)
    _, expected = network.gradient(architecture, exact, images, targets, "quadratic", masks)
    scale = np.abs(expected.vector).max()
    np.testing.assert_allclose(gradient, expected.vector, atol=TOLERANCE * scale)


@pytest.mark.parametrize("name", NAMES)
def test_a_large_gradient_is_the_same_on_many_threads(name, blobs):
    architecture, parameters = start()
    engine = made(name, architecture, parameters, Method("quadratic"), len(blobs.train))
    examples, rows = Examples(blobs.train.images, blobs.train.labels), np.arange(len(blobs.train))
    cost, alone = engine.large_gradient(examples, rows, lambda: False)
    with ThreadPoolExecutor(3) as executor:
        shared_cost, shared = engine.large_gradient(examples, rows, lambda: False, executor.map)
    assert shared_cost == cost
    np.testing.assert_array_equal(shared, alone)
    assert engine.large_gradient(examples, rows, lambda: True) is None


@pytest.mark.parametrize("name", NAMES)
def test_what_was_kept_comes_back_to_the_bit(name, blobs):
    architecture, parameters = start()
    engine = made(name, architecture, parameters, Method("quadratic", "adam"), 8)
    examples, rows = Examples(blobs.train.images, blobs.train.labels), np.arange(24)

    def take():
        costs, norms = np.zeros(3, np.float32), np.zeros((3, 3), np.float32)
        engine.burst(examples, rows, 8, np.full(3, 0.01, np.float32), costs, norms)
        return engine.vector, engine.memory, engine.gradient, engine.steps

    take()
    engine.keep()
    first = take()
    engine.go_back()
    assert engine.steps == 3
    for once, again in zip(first, take(), strict=True):
        np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize("name", NAMES)
def test_burst_stops_before_a_cost_that_is_not_finite(name, blobs):
    architecture, parameters = start("identity", "identity")
    engine = made(name, architecture, parameters, Method("quadratic"), 16)
    costs, norms = np.zeros(18, np.float32), np.zeros((18, 3), np.float32)
    rates = np.full(18, 1e6, np.float32)
    examples = Examples(blobs.train.images, blobs.train.labels)
    taken = engine.burst(examples, np.arange(288), 16, rates, costs, norms)
    assert 0 < taken < 18
    assert np.isfinite(costs[:taken]).all()
    assert not np.isfinite(costs[taken])


def test_images_too_large_for_the_compiled_engine_are_refused():
    with pytest.raises(ValueError, match="at most 65,536 numbers, not 65,537"):
        lit_pixels(np.zeros((1, 65537), np.uint8))


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
    assert make_engine("auto", architecture, Method("quadratic"), 8).name == "numpy"
    with pytest.raises(ValueError, match="No module named 'numba'"):
        make_engine("compiled", architecture, Method("quadratic"), 8)
    plain = example_results(architecture, parameters, split.images, split.labels, "quadratic")
    np.testing.assert_allclose(plain[0], compiled[0], rtol=TOLERANCE)
    np.testing.assert_array_equal(plain[1], compiled[1])


def patient_burst(engine, blobs, n_steps, patience):
    examples = Examples(blobs.train.images, blobs.train.labels)
    rows = np.tile(np.arange(80), n_steps // 10 + 1)[: 8 * n_steps]
    costs, norms = np.zeros(n_steps, np.float32), np.zeros((n_steps, 3), np.float32)
    rates = np.full(n_steps, 0.01, np.float32)
    keeping = Keeping(2, 2, 4)
    taken = engine.burst(examples, rows, 8, rates, costs, norms, keeping, patience)
    return taken, costs, engine.vector, [steps for _, _, steps in engine.kept()]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_held", [0, 1])
def test_a_patient_burst_is_as_one_of_fewer_steps(name, is_held, blobs):
    architecture, parameters = start()
    engine, other = (made(name, architecture, parameters, Method("quadratic"), 8) for _ in "ab")
    taken, costs, vector, kept = patient_burst(
        engine, blobs, 9, Patience(5, np.array([is_held], np.uint8))
    )
    assert taken == (9 if is_held and name == "compiled" else 5)
    assert engine.steps == taken
    expected = patient_burst(other, blobs, taken, None)
    np.testing.assert_array_equal(vector, expected[2])
    np.testing.assert_array_equal(costs[:taken], expected[1])
    assert not costs[taken:].any()
    assert kept == expected[3] == [2, 4, 6, 8][: taken // 2]


def test_a_patient_burst_ends_when_the_lock_is_free_again(blobs):
    """Another thread clears the flag meanwhile; without that, all steps would be taken."""
    architecture, parameters = start()
    engine = made("compiled", architecture, parameters, Method("quadratic"), 8)
    n_steps, is_held = 400_000, np.ones(1, np.uint8)
    timer = threading.Timer(0.05, is_held.fill, (0,))
    timer.start()
    taken, costs, _, _ = patient_burst(engine, blobs, n_steps, Patience(1, is_held))
    timer.join()
    assert 1 <= taken < n_steps
    assert np.isfinite(costs[taken])
