"""Shifted, turned and noisy images against np.roll, np.rot90 and the documented formulas."""

import math

import numpy as np
import pytest

from gdviz.data.augmentation import (
    NORMAL_QUANTILES,
    augmentation_key,
    augmented,
    moved,
)
from gdviz.nn.counter_hash import row_numbers
from gdviz.nn.dropout import dropout_key

SIDE = 9
ROWS = np.array([3, 0, 700, 59_999])
KEY = augmentation_key(7, 2)


def pictures(n=4, side=SIDE, seed=0):
    return np.random.default_rng(seed).random((n, side * side)).astype(np.float32)


def shifted_with_zeros(image, right, down):
    rolled = np.roll(image, (down, right), (0, 1))
    rolled[: max(down, 0)] = 0
    rolled[SIDE + min(down, 0) :] = 0
    rolled[:, : max(right, 0)] = 0
    rolled[:, SIDE + min(right, 0) :] = 0
    return rolled


def test_nothing_to_change_gives_the_images(mnist):
    images = pictures()
    result = augmented(images, ROWS, KEY, 0, 0, 0)
    np.testing.assert_array_equal(result, images)
    assert not np.shares_memory(result, images)
    rows = np.arange(50)
    result = augmented(mnist.train.images[:50], rows, KEY, 0, 0, 0)
    np.testing.assert_array_equal(result, mnist.train.inputs(rows))


@pytest.mark.parametrize(("right", "down"), [(0, 0), (1, 0), (0, 1), (-2, 3), (4, -1), (8, 8)])
def test_whole_pixels_are_a_roll_with_zeros(right, down):
    images = pictures()
    ones = np.ones(4)
    result = moved(images, right * ones, down * ones, 0 * ones)
    for image, found in zip(images, result, strict=True):
        expected = shifted_with_zeros(image.reshape(SIDE, SIDE), right, down)
        np.testing.assert_array_equal(found.reshape(SIDE, SIDE), expected)


@pytest.mark.parametrize("side", [8, 9])
@pytest.mark.parametrize("quarters", [-1, 1, 2, 3])
def test_quarter_turns_are_rot90(quarters, side):
    images = pictures(side=side)
    angles = np.full(4, quarters * math.pi / 2)
    result = moved(images, np.zeros(4), np.zeros(4), angles)
    for image, found in zip(images, result, strict=True):
        expected = np.rot90(image.reshape(side, side), quarters)
        np.testing.assert_allclose(found.reshape(side, side), expected, atol=1e-6)


def test_half_a_pixel_is_the_mean_of_two():
    images = pictures(1)
    image = images.reshape(SIDE, SIDE)
    found = moved(images, np.array([0.5]), np.zeros(1), np.zeros(1)).reshape(SIDE, SIDE)
    np.testing.assert_allclose(found[:, 1:], (image[:, 1:] + image[:, :-1]) / 2, rtol=1e-6)
    np.testing.assert_allclose(found[:, 0], image[:, 0] / 2, rtol=1e-6)


def test_turned_first_and_shifted_then():
    """One bright pixel right of the middle, a quarter turn, then two to the left."""
    image = np.zeros((SIDE, SIDE), np.float32)
    image[4, 7] = 1
    found = moved(
        image.reshape(1, -1), np.array([-2.0]), np.array([0.0]), np.array([math.pi / 2])
    ).reshape(SIDE, SIDE)
    assert found[1, 2] == pytest.approx(1)
    assert found.sum() == pytest.approx(1)


def bilinear(image, x, y):
    """One value with loops: zeros outside."""
    total = 0.0
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            if 0 <= row < SIDE and 0 <= column < SIDE:
                share = (1 - abs(y - row)) * (1 - abs(x - column))
                total += share * float(image[row, column])
    return total


def test_all_at_once_follows_the_documented_formulas():
    """Number by number with Python's own integers and loops."""
    images = pictures()
    result = augmented(images, ROWS, KEY, 2.5, 30, 0.2)
    for image, row, found in zip(images, ROWS, result, strict=True):
        draws = [2 * (int(h) >> 40) / 2**24 - 1 for h in row_numbers(KEY, np.array([row]), 0, 3)[0]]
        dx, dy, angle = draws[0] * 2.5, draws[1] * 2.5, math.radians(draws[2] * 30)
        bits = [int(h) for h in row_numbers(KEY, np.array([row]), 1, 21)[0]]
        for p in range(SIDE * SIDE):
            x, y = p % SIDE - 4 - dx, p // SIDE - 4 - dy
            value = bilinear(
                image.reshape(SIDE, SIDE),
                math.cos(angle) * x - math.sin(angle) * y + 4,
                math.sin(angle) * x + math.cos(angle) * y + 4,
            )
            quantile = NORMAL_QUANTILES[(bits[p // 4] >> (16 * (p % 4) + 4)) & 0xFFF]
            expected = min(max(value + 0.2 * float(quantile), 0), 1)
            assert found[p] == pytest.approx(expected, abs=1e-6)


def test_a_row_s_picture_depends_on_its_row_and_key_alone():
    images = pictures()
    whole = augmented(images, ROWS, KEY, 2, 20, 0.1)
    np.testing.assert_array_equal(whole[[2]], augmented(images[[2]], ROWS[[2]], KEY, 2, 20, 0.1))
    order = [3, 1, 0, 2]
    np.testing.assert_array_equal(
        whole[order], augmented(images[order], ROWS[order], KEY, 2, 20, 0.1)
    )
    same_image = np.repeat(images[:1], 4, axis=0)
    different = augmented(same_image, ROWS, KEY, 2, 20, 0.1)
    assert len(np.unique(different, axis=0)) == 4
    other_epoch = augmented(images, ROWS, augmentation_key(7, 3), 2, 20, 0.1)
    assert np.abs(other_epoch - whole).max() > 0.1


def test_bytes_give_what_floats_give():
    images = np.random.default_rng(0).integers(0, 256, (4, SIDE * SIDE)).astype(np.uint8)
    from_bytes = augmented(images, ROWS, KEY, 1, 10, 0.05)
    from_floats = augmented((images / 255).astype(np.float32), ROWS, KEY, 1, 10, 0.05)
    assert from_bytes.dtype == np.float32
    np.testing.assert_allclose(from_bytes, from_floats, atol=1e-6)


def test_noise_has_its_mean_and_standard_deviation():
    grey = np.full((500, 100), 0.5, np.float32)
    noise = augmented(grey, np.arange(500), KEY, 0, 0, 0.1) - 0.5
    n = noise.size
    assert noise.mean() == pytest.approx(0, abs=5 * 0.1 / math.sqrt(n))
    # The variance's own standard deviation is σ²√(2/n).
    assert noise.var() == pytest.approx(0.01, rel=5 * math.sqrt(2 / n) + 5e-4)
    assert (noise**4).mean() / noise.var() ** 2 == pytest.approx(3, abs=0.1)
    neighbours = (noise[:, 1:] * noise[:, :-1]).mean() / noise.var()
    assert neighbours == pytest.approx(0, abs=5 / math.sqrt(n))


def test_noise_is_cut_off_at_0_and_1():
    images = pictures()
    noisy = augmented(images, ROWS, KEY, 0, 0, 1.0)
    assert (noisy.min(), noisy.max()) == (0, 1)
    assert ((noisy > 0) & (noisy < 1)).any()


def test_shifts_and_turns_fill_their_ranges_evenly():
    """Where the middle of one bright spot goes, over many rows."""
    spot = np.zeros((29, 29), np.float32)
    spot[13:16, 13:16] = 1
    images = np.repeat(spot.reshape(1, -1), 3000, axis=0)
    found = augmented(images, np.arange(3000), KEY, 5, 0, 0).reshape(-1, 29, 29)
    x = (found.sum(axis=1) * np.arange(29)).sum(axis=1) / found.sum(axis=(1, 2)) - 14
    y = (found.sum(axis=2) * np.arange(29)).sum(axis=1) / found.sum(axis=(1, 2)) - 14
    for values in (x, y):
        assert np.abs(values).max() <= 5 + 1e-4
        assert values.std() == pytest.approx(5 / math.sqrt(3), rel=0.05)
        assert values.mean() == pytest.approx(0, abs=0.3)
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(0, abs=0.1)


def test_images_that_are_no_square_cannot_be_moved():
    images = np.zeros((1, 12), np.float32)
    with pytest.raises(ValueError, match="12 numbers is not square"):
        augmented(images, np.array([0]), KEY, 1, 0, 0)
    assert augmented(images, np.array([0]), KEY, 0, 0, 0.1).shape == (1, 12)


def test_quantiles_are_normal_numbers():
    assert NORMAL_QUANTILES.mean() == pytest.approx(0, abs=1e-6)
    assert NORMAL_QUANTILES.std() == pytest.approx(0.9998, abs=2e-4)
    assert np.abs(NORMAL_QUANTILES).max() == pytest.approx(3.66, abs=0.02)
    assert not NORMAL_QUANTILES.flags.writeable


def test_pictures_and_masks_have_nothing_in_common():
    assert augmentation_key(7, 2) != dropout_key(7, 2)
