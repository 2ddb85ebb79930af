"""Noise images have the mean, deviation and smoothness that is asked for."""

import numpy as np
import pytest

from gdviz.analysis.inspection.noise_images import (
    Noise,
    kernel,
    noise_answers,
    noise_images,
    output_histogram,
)
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.network import forward
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

NARROW = 0.05
"""So narrow around 0.5 that nothing is cut off."""


@pytest.mark.parametrize("blur", [0.0, 0.7, 2.0])
def test_mean_and_deviation_are_those_asked_for_whatever_the_blur(blur):
    images = noise_images(Noise(0.5, NARROW, blur), 784)
    assert images.shape == (1_000, 784)
    # 784,000 pixels; blurred by 2 there are still some 15,000 independent ones.
    assert images.mean() == pytest.approx(0.5, abs=0.002)
    assert images.std() == pytest.approx(NARROW, rel=0.03)


def test_neighbours_are_alike_as_the_blur_says():
    """White noise smoothed with a Gaussian has the correlation exp(−d²/4s²) at a distance d."""
    blur = 1.5
    images = noise_images(Noise(0.5, NARROW, blur), 784).reshape(-1, 28, 28) - 0.5
    for distance in (1, 2, 3):
        wanted = np.exp(-(distance**2) / (4 * blur**2))
        for axis in (1, 2):
            # It goes round: the last column is a neighbour of the first.
            found = (images * np.roll(images, distance, axis)).mean() / (images**2).mean()
            assert found == pytest.approx(wanted, abs=0.02)


def test_the_kernel_keeps_the_variance_and_is_symmetric():
    for length in (1, 7, 28):
        for blur in (0.0, 0.5, 4.0):
            weights = kernel(blur, length)
            assert np.square(weights).sum() == pytest.approx(1)
            np.testing.assert_allclose(weights[1:], weights[1:][::-1])


def test_smoothing_equals_a_sum_over_pixels():
    """One image, its pixels summed one by one with the kernel, going round."""
    white = noise_images(Noise(0.5, NARROW, 0.0), 49, 1).reshape(7, 7) - 0.5
    smooth = noise_images(Noise(0.5, NARROW, 1.0), 49, 1).reshape(7, 7) - 0.5
    weights = kernel(1.0, 7)
    wanted = np.zeros((7, 7))
    for y in range(7):
        for x in range(7):
            for dy in range(7):
                for dx in range(7):
                    value = white[(y + dy) % 7, (x + dx) % 7]
                    wanted[y, x] += weights[dy] * weights[dx] * value
    np.testing.assert_allclose(smooth, wanted, atol=1e-6)


def test_images_stay_between_0_and_1_and_are_the_same_each_time():
    noise = Noise(0.9, 0.8, 1.0)
    images = noise_images(noise, 784, 50)
    assert images.min() == 0
    assert images.max() == 1
    assert not images.flags.writeable
    np.testing.assert_array_equal(images, noise_images(noise, 784, 50))


def test_no_deviation_is_a_flat_grey():
    assert (noise_images(Noise(0.3, 0.0, 2.0), 784, 3) == np.float32(0.3)).all()


def test_inputs_that_make_no_square_are_a_row():
    assert noise_images(Noise(blur=1.0), 7, 5).shape == (5, 7)
    assert noise_images(Noise(), 1, 5).shape == (5, 1)


@pytest.mark.parametrize("noise", [Noise(0.5, -0.1), Noise(blur=-1), Noise(np.nan)])
def test_impossible_noise_is_refused(noise):
    with pytest.raises(ValueError, match="at least 0"):
        noise_images(noise, 784, 1)


def test_answers_are_those_of_the_network():
    config = TrainingConfig(seed=3)
    network = InspectedNetwork(
        "start", config.architecture, initial_state(config).parameters, config.cost, "file"
    )
    noise = Noise()
    images = noise_images(noise, 784, 200)
    found = noise_answers(network, noise, images)
    sure = 0
    for k, image in enumerate(images):
        outputs = forward(network.architecture, network.parameters, image[None]).outputs[0]
        assert found.largest[k] == pytest.approx(outputs.max(), rel=1e-5)
        sure += bool(outputs.max() > 0.9)
    assert found.n_sure == sure
    assert found.said_counts.sum() == 200
    assert output_histogram(found.largest).counts.sum() == 200


def test_a_histogram_leaves_out_what_is_not_finite_and_reaches_as_far_as_the_outputs():
    found = output_histogram(np.array([np.nan, -2.0, 5.0, np.inf, 0.5], np.float32))
    assert (found.edges[0], found.edges[-1]) == (-2.0, 5.0)
    assert found.counts.sum() == 3
    assert output_histogram(np.array([0.5], np.float32)).edges[[0, -1]].tolist() == [0, 1]
