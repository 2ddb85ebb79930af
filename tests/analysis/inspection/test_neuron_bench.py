"""A neuron's answers against the whole network's forward pass, and its curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.neuron_bench import (
    NeuronAnswers,
    answers_of,
    curve_of,
    neuron_now,
    reach_of,
)
from gdviz.analysis.inspection.subject import ExampleImage, NeuronPlace, example_of
from gdviz.data.dataset import Split
from gdviz.nn.activations import ACTIVATIONS
from gdviz.nn.softmax import softmax


def split_of(n, n_inputs, n_classes=4):
    rng = np.random.default_rng(2)
    labels = rng.integers(0, n_classes, n).astype(np.uint8)
    return Split(rng.random((n, n_inputs)).astype(np.float32), labels)


def nothing():
    pass


def answers_with(activations, weighted=None, labels=None, slopes=None):
    activations = np.array(activations, np.float32)
    n = len(activations)
    return NeuronAnswers(
        None,
        NeuronPlace(0, 0),
        np.zeros(n, np.uint8) if labels is None else np.array(labels, np.uint8),
        np.zeros(n, np.float32) if weighted is None else np.array(weighted, np.float32),
        activations,
        np.ones(n, np.float32) if slopes is None else np.array(slopes, np.float32),
    )


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
@pytest.mark.parametrize("hidden", list(ACTIVATIONS))
def test_answers_equal_the_networks_forward_pass(make_network, hidden, output):
    network = make_network((9, 6, 5, 4), hidden, output, steepness=1.7)
    split = split_of(1_203, 9)
    passed = network.passed(split.images)
    for place in (NeuronPlace(0, 2), NeuronPlace(1, 4), NeuronPlace(2, 3)):
        found = answers_of(network, place, split, nothing)
        z = passed.weighted_inputs[place.layer][:, place.index]
        activations = passed.activations[place.layer + 1][:, place.index]
        np.testing.assert_allclose(found.weighted_inputs, z, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found.activations, activations, rtol=1e-5, atol=1e-6)
        example = example_of(split, "test", 7)
        now = neuron_now(network, place, example)
        assert now.weighted_input == pytest.approx(z[7], rel=1e-5, abs=1e-6)
        assert now.activation == pytest.approx(activations[7], rel=1e-5, abs=1e-6)
        assert now.bias == network.parameters.biases[place.layer][place.index]


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "silu", "softplus"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("layer", [0, 1])
def test_slopes_are_difference_quotients_of_the_curve(make_network, hidden, output, layer):
    network = make_network((9, 5, 4), hidden, output, dtype=np.float64, steepness=1.7)
    split, place = split_of(20, 9), NeuronPlace(layer, 1)
    found = answers_of(network, place, split, nothing)
    for row in range(20):
        now = neuron_now(network, place, example_of(split, "test", row))
        ends = now.weighted_input + np.array([-1e-4, 1e-4])
        low, high = curve_of(network, place, ends, now.layer_inputs)
        assert found.slopes[row] == pytest.approx((high - low) / 2e-4, rel=1e-3, abs=1e-5)


def test_curve_of_a_softmax_holds_the_other_outputs(make_network):
    network, place = make_network((9, 4), output="softmax"), NeuronPlace(0, 2)
    layer_inputs = np.array([0.3, -2.0, 1.0, 5.0])
    wanted = np.linspace(-30, 800, 7)
    curve = curve_of(network, place, wanted, layer_inputs)
    for z, activation in zip(wanted, curve, strict=True):
        moved = layer_inputs.copy()
        moved[2] = z
        assert activation == pytest.approx(softmax(moved[None])[0, 2], rel=1e-9, abs=1e-12)
    assert curve_of(network, place, wanted) is None


def test_single_softmax_output_is_always_1(make_network):
    network = make_network((9, 1), output="softmax")
    curve = curve_of(network, NeuronPlace(0, 0), np.array([-3.0, 9.0]), np.array([1.0]))
    np.testing.assert_array_equal(curve, [1, 1])


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, float("nan")]), max_size=30), st.integers(0, 40))
def test_extremes_are_ranked_by_activation_then_by_weighted_input(values, count):
    weighted = np.arange(len(values))[::-1] % 7
    found = answers_with(values, weighted)
    known = [k for k, value in enumerate(values) if not np.isnan(value)]
    most = sorted(known, key=lambda k: (-values[k], -weighted[k], k))
    least = sorted(known, key=lambda k: (values[k], weighted[k], k))
    assert found.most(count).tolist() == most[:count]
    assert found.least(count).tolist() == least[:count]
    assert found.n_unknown == len(values) - len(known)


def test_class_means_and_counts_by_hand():
    means, counts = answers_with([1, 2, 6, 4], labels=[0, 0, 3, 3]).class_means()
    np.testing.assert_array_equal(counts, [2, 0, 0, 2])
    np.testing.assert_array_equal(means, [1.5, np.nan, np.nan, 5])


def test_saturated_and_silent_images_are_counted():
    found = answers_with([0, 0, 0.5, 1], slopes=[0, -0.06, 0.2, 0.049])
    assert (found.n_saturated, found.n_silent, len(found)) == (2, 2, 4)


def test_a_look_that_raises_ends_the_work(make_network):
    def stop():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        answers_of(make_network((9, 4)), NeuronPlace(0, 0), split_of(5, 9), stop)


def test_an_image_that_does_not_fit_has_no_weighted_input(make_network):
    network = make_network((20, 5, 3))
    now = neuron_now(network, NeuronPlace(1, 2), ExampleImage(np.zeros(784, np.float32), "drawn"))
    assert now.weighted_input is None
    assert now.activation is None
    np.testing.assert_array_equal(now.weights, network.parameters.weights[1][2])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_numbers_that_are_not_finite_are_survived(make_network, value, output):
    network, split = make_network((9, 5, 4), output=output), split_of(12, 9)
    network.parameters.vector[::3] = value
    for place in (NeuronPlace(0, 1), NeuronPlace(1, 2)):
        found = answers_of(network, place, split, nothing)
        now = neuron_now(network, place, example_of(split, "test", 0))
        reach = reach_of(network, place, now.weighted_input, found)
        assert reach.low < reach.high
        curve_of(network, place, np.linspace(reach.low, reach.high, 5), now.layer_inputs)
        found.class_means()


def test_reach_holds_the_bend_the_example_and_nearly_all_images(make_network):
    network = make_network((9, 5, 4), steepness=3.0)
    assert reach_of(network, NeuronPlace(0, 0), None, None).share(-2) == pytest.approx(0)
    weighted = np.linspace(-40, 10, 1_001)
    found = answers_with(np.zeros(1_001), weighted)
    reach = reach_of(network, NeuronPlace(0, 0), 25.0, found)
    assert reach.low <= -39.7
    assert reach.high >= 25
    assert reach.high - reach.low < 90
