"""Accuracy under disturbances, against one image at a time and disturbances made by loops."""

import math

import numpy as np
import pytest

from gdviz.analysis.inspection.fragility import (
    DEGREES,
    N_IMAGES,
    SIGMAS,
    Disturbance,
    correct_under,
    inverted_count,
    noise_curve,
    rotation_curve,
    shift_map,
    spread_rows,
)
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.bundled import resources_folder
from gdviz.data.dataset import Split
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage.readers import read_network


@pytest.fixture(scope="module")
def network():
    file = read_network(resources_folder() / "networks" / "sixteen.safetensors")
    parameters = file.parameters_for_unit_inputs()
    return InspectedNetwork("sixteen", file.architecture, parameters, "cross_entropy", "file")


@pytest.fixture(scope="module")
def few(mnist):
    return mnist.test.first(30)


def nothing(*_args):
    pass


def moved_by_hand(image, down, right):
    result = np.zeros((28, 28), np.float32)
    for row in range(28):
        for column in range(28):
            if 0 <= row + down < 28 and 0 <= column + right < 28:
                result[row + down, column + right] = image[row, column]
    return result


def says(network, image):
    passed = forward(network.architecture, network.parameters, image.reshape(1, -1))
    return int(passed.outputs[0].argmax())


def test_shift_map_equals_one_image_at_a_time(network, few):
    reach = 2
    found = shift_map(network, few, nothing, nothing, reach)
    images = few.inputs(slice(None)).reshape(-1, 28, 28)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            right_ones = sum(
                says(network, moved_by_hand(image, down, right)) == label
                for image, label in zip(images, few.labels, strict=True)
            )
            assert found.at(down, right) == right_ones
            assert found.correct[down + reach, right + reach] == right_ones
    assert found.at(3, 0) is None
    assert found.n_images == 30


def test_shift_map_falls_from_the_middle(network, mnist):
    """The product's own figures: 93.6 % in the middle, 43.9 % three pixels away, roughly."""
    found = shift_map(network, mnist.test, nothing, nothing, 3)
    assert found.n_images == N_IMAGES
    assert found.at(0, 0) > 930
    assert found.at(0, 3) < 700
    np.testing.assert_allclose(found.shares, found.correct / 1000)


def turned_by_hand(image, degrees):
    turn, result = math.radians(degrees), np.zeros((28, 28), np.float32)
    for row in range(28):
        for column in range(28):
            x, y = column - 13.5, 13.5 - row
            at_column = math.cos(turn) * x + math.sin(turn) * y + 13.5
            at_row = 13.5 - (math.cos(turn) * y - math.sin(turn) * x)
            for i in (math.floor(at_row), math.floor(at_row) + 1):
                for j in (math.floor(at_column), math.floor(at_column) + 1):
                    if 0 <= i < 28 and 0 <= j < 28:
                        share = (1 - abs(i - at_row)) * (1 - abs(j - at_column))
                        result[row, column] += share * image[i, j]
    return result


def test_rotation_curve_equals_one_image_at_a_time(network, mnist):
    split = mnist.test.first(6)
    found = rotation_curve(network, split, nothing, nothing)
    images = split.inputs(slice(None)).reshape(-1, 28, 28)
    for degrees in (-90.0, -25.0, 0.0, 40.0):
        right = sum(
            says(network, turned_by_hand(image, degrees)) == label
            for image, label in zip(images, split.labels, strict=True)
        )
        assert found.correct[DEGREES.index(degrees)] == right
    assert found.nearest(38.0) == DEGREES.index(40.0)


def test_inverted_count_equals_one_minus_each(network, few):
    found = inverted_count(network, few, nothing, nothing)
    images = few.inputs(slice(None))
    right = sum(says(network, 1 - x) == y for x, y in zip(images, few.labels, strict=True))
    assert found.correct.tolist() == [right]


def test_noise_has_its_sigma_is_clipped_and_repeats():
    grey = np.full((50, 784), 0.5, np.float32)
    found = Disturbance(sigma=0.1).applied(grey, 28, np.random.default_rng(3))
    assert found.std() == pytest.approx(0.1, rel=0.02)
    assert found.mean() == pytest.approx(0.5, abs=0.002)
    loud = Disturbance(sigma=2.0).applied(grey, 28, np.random.default_rng(3))
    assert loud.min() == 0
    assert loud.max() == 1
    again = Disturbance(sigma=0.1).applied(grey, 28, np.random.default_rng(3))
    np.testing.assert_array_equal(found, again)


def test_noise_curve_begins_without_noise(network, few):
    found = noise_curve(network, few, nothing, nothing)
    undisturbed = sum(
        says(network, x) == y for x, y in zip(few.inputs(slice(None)), few.labels, strict=True)
    )
    assert SIGMAS[0] == 0
    assert found.correct[0] == undisturbed
    assert found.correct[-1] < found.correct[0]


def test_disturbance_turns_before_it_moves_and_inverts_last(few):
    image = few.inputs(slice(0, 1))
    all_of_it = Disturbance(2, -3, 30.0, 0.0, is_inverted=True)
    found = all_of_it.applied(image, 28, np.random.default_rng(0)).reshape(28, 28)
    wanted = 1 - moved_by_hand(turned_by_hand(image[0].reshape(28, 28), 30.0), 2, -3)
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    assert all_of_it.words() == "turned 30° left, 3 px left, 2 px down, inverted"
    assert Disturbance().words() == ""


def test_work_tells_how_far_it_is_and_can_be_ended(network, few):
    told = []
    images = few.inputs(slice(None))
    correct_under(network, images, few.labels, [Disturbance()] * 4, nothing, told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]

    def stop():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        shift_map(network, few, stop, nothing)


@pytest.mark.parametrize(("n", "wanted"), [(10_000, 1000), (1_000, 1000), (37, 37), (1, 1)])
def test_spread_rows_are_distinct_and_reach_both_ends(n, wanted):
    rows = spread_rows(n)
    assert len(np.unique(rows)) == len(rows) == wanted
    assert rows[0] == 0
    assert rows[-1] >= n - -(-n // wanted)


def test_other_sides_and_floating_images(network):
    architecture = Architecture((36, 4))
    vector = np.random.default_rng(0).standard_normal(architecture.n_parameters)
    parameters = Parameters(vector.astype(np.float32), architecture.layout)
    small = InspectedNetwork("small", architecture, parameters, "quadratic", "file")
    images = np.random.default_rng(1).random((20, 36)).astype(np.float32)
    split = Split(images, np.arange(20, dtype=np.uint8) % 4)
    found = shift_map(small, split, nothing, nothing, 8)
    assert found.correct.shape == (17, 17)
    # Moved by more than its side nothing is left: all images look the same.
    assert found.at(8, 0) == found.at(-8, 8)
