"""A network at other steepnesses against slow sums over single examples, and its limits."""

import math

import numpy as np
import pytest

from gdviz.analysis.smoothness import HARD, smoothness, with_steepness
from gdviz.nn import network
from gdviz.nn.parameters import Architecture, Parameters

ARCHITECTURE = Architecture((6, 5, 4, 3))


@pytest.fixture
def problem():
    generator = np.random.default_rng(5)
    vector = generator.standard_normal(ARCHITECTURE.n_parameters).astype(np.float32)
    images = generator.integers(0, 256, (40, 6)).astype(np.uint8)
    labels = generator.integers(0, 3, 40)
    return Parameters(vector, ARCHITECTURE.layout), images, labels


def by_hand(architecture, parameters, images, labels, cost):
    """Cost and gradient of each example by the reference, one at a time, in float64."""
    precise = Parameters(parameters.vector.astype(float), parameters.layout)
    inputs, targets = images / 255, network.one_hot(labels, 3, float)
    return [
        network.gradient(architecture, precise, inputs[i : i + 1], targets[i : i + 1], cost)
        for i in range(len(labels))
    ]


@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("steepness", [0.5, 1.0, 7.0])
def test_cost_and_gradients_are_those_of_the_reference(problem, steepness, output, cost):
    architecture = Architecture((6, 5, 4, 3), output_activation=output, steepness=3.0)
    found = smoothness(architecture, *problem, cost, steepness)
    steep = Architecture((6, 5, 4, 3), output_activation=output, steepness=steepness)
    each = by_hand(steep, *problem, cost)
    mean = np.mean([slope.vector for _, slope in each], axis=0)
    assert found.cost == pytest.approx(np.mean([value for value, _ in each]))
    assert found.gradient_norm == pytest.approx(np.linalg.norm(mean))
    lengths = [np.linalg.norm(slope.vector) for _, slope in each]
    assert found.typical_gradient_norm == pytest.approx(np.median(lengths))
    assert (found.n_examples, found.steepness) == (40, steepness)


def test_hard_steps_count_wrong_outputs_and_have_no_slope(problem):
    parameters, images, labels = problem
    found = smoothness(ARCHITECTURE, *problem, "quadratic", HARD)
    wrong, correct, alone = 0, 0, 0
    for image, label in zip(images / 255, labels, strict=True):
        signal = image
        for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
            z = [sum(w * a for w, a in zip(row, signal, strict=True)) for row in weights.tolist()]
            z = [value + bias for value, bias in zip(z, biases.tolist(), strict=True)]
            signal = [float(value > 0) for value in z]
        right = [float(j == label) for j in range(3)]
        n_wrong = sum(a != y for a, y in zip(signal, right, strict=True))
        wrong, correct = wrong + n_wrong, correct + (max(range(3), key=z.__getitem__) == label)
        alone += n_wrong == 0
    assert found.cost == pytest.approx(wrong / 40)
    assert (found.n_correct, found.n_alone) == (correct, alone)
    assert (found.gradient_norm, found.typical_gradient_norm) == (0, 0)
    assert found.saturated == (1, 1)
    assert found.accuracy == correct / 40


def test_very_steep_sigmoids_are_nearly_steps(problem):
    steep = smoothness(ARCHITECTURE, *problem, "quadratic", 1000.0)
    hard = smoothness(ARCHITECTURE, *problem, "quadratic", HARD)
    assert steep.cost == pytest.approx(hard.cost, abs=0.1)
    assert abs(steep.n_correct - hard.n_correct) <= 1
    assert min(steep.saturated) > 0.95
    # The image in the middle feels next to nothing.
    assert steep.typical_gradient_norm < 1e-3
    gentle = smoothness(ARCHITECTURE, *problem, "quadratic", 1.0)
    assert gentle.typical_gradient_norm > 0.1


def test_answers_do_not_depend_on_how_steep_the_output_is():
    """Large outputs round to 1 alike; the largest weighted input is still the answer."""
    architecture = Architecture((2, 3))
    vector = np.array([1, 0, 2, 0, 3, 0, 0, 0, 0], np.float32)
    parameters = Parameters(vector, architecture.layout)
    images, labels = np.ones((1, 2), np.float32), np.array([2])
    for steepness in (0.01, 1.0, 1000.0, HARD):
        found = smoothness(architecture, parameters, images, labels, "quadratic", steepness)
        assert (found.n_correct, found.n_alone) == (1, 0)


def test_cross_entropy_of_steps_that_are_wrong_is_infinite(problem):
    assert smoothness(ARCHITECTURE, *problem, "cross_entropy", HARD).cost == math.inf


def test_blocks_of_examples_add_up(problem):
    parameters, images, labels = problem
    once = smoothness(ARCHITECTURE, parameters, images, labels, "quadratic", 2.0)
    many = smoothness(
        ARCHITECTURE, parameters, np.tile(images, (60, 1)), np.tile(labels, 60), "quadratic", 2.0
    )
    assert (many.n_examples, many.n_correct) == (2_400, 60 * once.n_correct)
    assert many.cost == pytest.approx(once.cost)
    assert many.gradient_norm == pytest.approx(once.gradient_norm)
    assert many.saturated == pytest.approx(once.saturated)


def test_what_is_told_to_stop_gives_nothing(problem):
    assert smoothness(ARCHITECTURE, *problem, "quadratic", 1.0, lambda: True) is None


@pytest.mark.parametrize(
    ("architecture", "steepness", "words"),
    [
        (Architecture((6, 5, 3), hidden_activation="relu"), 2.0, "relu"),
        (ARCHITECTURE, 0.0, "steepness"),
        (ARCHITECTURE, math.nan, "steepness"),
    ],
)
def test_impossible_steepness_is_refused(architecture, steepness, words):
    with pytest.raises(ValueError, match=words):
        with_steepness(architecture, steepness)


def test_mean_over_no_examples_is_refused(problem):
    parameters, images, labels = problem
    with pytest.raises(ValueError, match="no examples"):
        smoothness(ARCHITECTURE, parameters, images[:0], labels[:0], "quadratic", 1.0)
