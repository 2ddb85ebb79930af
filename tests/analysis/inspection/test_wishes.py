"""Gradients with respect to pixels against central differences, and what an ascent does."""

import numpy as np
import pytest

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.inspection.wishes import (
    FREE,
    MOST_BLUR,
    SMOOTH,
    Ascent,
    Wish,
    advanced,
    input_gradient,
    roughness,
)
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters

EPSILON = 1e-6
SIDE = 5
CURVED = [key for key in ACTIVATIONS if key != "step"]


def network_of(sizes, hidden="sigmoid", output="sigmoid", steepness=1.0, dtype=np.float64):
    architecture = Architecture(sizes, hidden, output, steepness)
    random = np.random.default_rng(5)
    vector = random.standard_normal(architecture.n_parameters).astype(dtype) * 0.6
    return InspectedNetwork(
        "made", architecture, Parameters(vector, architecture.layout), "quadratic", "file"
    )


def height_by_hand(network, image, place):
    """The weighted input, or the logarithm of a softmax's output, of one image."""
    passed = forward(network.architecture, network.parameters, image[None])
    is_last = place.layer == network.architecture.layout.n_layers - 1
    if is_last and network.architecture.output_activation == "softmax":
        return float(np.log(passed.outputs[0, place.index]))
    return float(passed.weighted_inputs[place.layer][0, place.index])


def differences(function, image):
    found = np.empty(len(image))
    for k in range(len(image)):
        ahead, behind = image.copy(), image.copy()
        ahead[k] += EPSILON
        behind[k] -= EPSILON
        found[k] = (function(ahead) - function(behind)) / (2 * EPSILON)
    return found


@pytest.mark.parametrize("output", OUTPUT_ACTIVATIONS)
@pytest.mark.parametrize("hidden", CURVED)
def test_input_gradient_equals_central_differences(hidden, output):
    network = network_of((SIDE * SIDE, 7, 6, 4), hidden, output, 1.7)
    images = np.random.default_rng(1).random((2, SIDE * SIDE))
    passed = network.passed(images)
    for place in (NeuronPlace(2, 3), NeuronPlace(1, 0), NeuronPlace(0, 6)):
        heights, found = input_gradient(network, passed, place)
        for row, image in enumerate(images):
            assert heights[row] == pytest.approx(height_by_hand(network, image, place))
            wanted = differences(lambda x, at=place: height_by_hand(network, x, at), image)
            np.testing.assert_allclose(found[row], wanted, atol=2e-8, rtol=1e-6)


def test_input_gradient_without_hidden_layers_is_the_weights():
    network = network_of((9, 3))
    passed = network.passed(np.zeros((1, 9)))
    _, found = input_gradient(network, passed, NeuronPlace(0, 2))
    np.testing.assert_array_equal(found[0], network.parameters.weights[0][2])


def test_roughness_is_its_sum_and_its_gradient():
    image = np.random.default_rng(2).random(SIDE * SIDE)

    def by_hand(flat):
        total = 0.0
        for row in range(SIDE):
            for column in range(SIDE):
                here = flat[row * SIDE + column]
                if column + 1 < SIDE:
                    total += (flat[row * SIDE + column + 1] - here) ** 2
                if row + 1 < SIDE:
                    total += (flat[(row + 1) * SIDE + column] - here) ** 2
        return total

    value, slope = roughness(image[None], SIDE)
    assert value[0] == pytest.approx(by_hand(image))
    np.testing.assert_allclose(slope[0], differences(by_hand, image), atol=1e-8)


@pytest.mark.parametrize("start", ["noise", "grey", "example"])
def test_ascent_climbs_and_stays_within_black_and_white(start):
    network = network_of((SIDE * SIDE, 8, 4), dtype=np.float32)
    wish = Wish(NeuronPlace(1, 2), 0.1, 0.1, start, seed=4)
    example = np.linspace(0, 1, SIDE * SIDE, dtype=np.float32)
    ascent = wish.begin(SIDE * SIDE, example)
    np.testing.assert_array_equal(ascent.images[FREE], ascent.images[SMOOTH])
    done = advanced(network, ascent, wish, 60)
    assert done.n_steps == 60
    assert done.images.min() >= 0
    assert done.images.max() <= 1
    assert done.heights[-1][FREE] > done.heights[0][FREE]
    assert done.heights[-1][FREE] >= done.heights[-1][SMOOTH]
    rough, _ = roughness(done.images, SIDE)
    assert rough[SMOOTH] < rough[FREE]


def test_ascent_in_parts_is_the_same_as_at_once():
    network = network_of((SIDE * SIDE, 8, 4), dtype=np.float32)
    wish = Wish(NeuronPlace(1, 0), 0.2, 0.05)
    start = wish.begin(SIDE * SIDE, np.zeros(SIDE * SIDE, np.float32))
    at_once = advanced(network, start, wish, 12)
    parts = start
    for count in (5, 1, 6):
        parts = advanced(network, parts, wish, count)
    np.testing.assert_array_equal(parts.images, at_once.images)
    assert parts.heights == at_once.heights
    assert not start.heights


def test_one_step_is_as_long_as_asked():
    network = network_of((SIDE * SIDE, 8, 4), dtype=np.float32)
    wish = Wish(NeuronPlace(1, 0), 0.05, 0.0, "grey")
    start = wish.begin(SIDE * SIDE, np.zeros(1, np.float32))
    moved = advanced(network, start, wish, 1).images - start.images
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 0.05, rtol=1e-4)


def test_beginning_is_that_of_the_seed():
    place, example = NeuronPlace(0, 0), np.zeros(16, np.float32)
    first = Wish(place, seed=1).begin(16, example)
    np.testing.assert_array_equal(Wish(place, seed=1).begin(16, example).images, first.images)
    assert not np.array_equal(Wish(place, seed=2).begin(16, example).images, first.images)
    assert (Wish(place, start="grey").begin(16, example).images == 0.5).all()
    # An example of another size cannot be begun with.
    assert (Wish(place, start="example").begin(9, example).images == 0.5).all()


def test_smoothing_that_overshoots_is_refused():
    network = network_of((16, 3), dtype=np.float32)
    wish = Wish(NeuronPlace(0, 0), 1.0, 1.01 * MOST_BLUR)
    with pytest.raises(ValueError, match="overshoots"):
        advanced(network, wish.begin(16, np.zeros(16, np.float32)), wish, 1)


@pytest.mark.parametrize("factor", [0.0, np.nan, np.inf, 1e38, 1e-30])
def test_without_a_slope_the_image_stays_and_nothing_warns(factor):
    network = network_of((16, 6, 3), "relu", "identity", dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        network.parameters.vector[:] *= np.float32(factor)
    wish = Wish(NeuronPlace(1, 0), 0.1, 0.0)
    start = wish.begin(16, np.zeros(16, np.float32))
    done = advanced(network, start, wish, 3)
    assert np.isfinite(done.images).all()
    if factor in {0.0, np.inf} or np.isnan(factor):
        np.testing.assert_array_equal(done.images, start.images)


def test_images_that_are_no_squares_climb_without_smoothness():
    network = network_of((10, 3), dtype=np.float32)
    wish = Wish(NeuronPlace(0, 1), 0.1, 0.1)
    done = advanced(network, wish.begin(10, np.zeros(10, np.float32)), wish, 5)
    np.testing.assert_array_equal(done.images[FREE], done.images[SMOOTH])


def test_images_are_read_only():
    network = network_of((16, 3), dtype=np.float32)
    wish = Wish(NeuronPlace(0, 0))
    done = advanced(network, Ascent(np.zeros((2, 16), np.float32)), wish, 1)
    assert not done.images.flags.writeable
