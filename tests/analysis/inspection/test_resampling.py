"""Resampling against loops over pixels, written without the code's tricks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.resampling import (
    area_averages,
    bounds_of,
    center_of_mass,
    resized,
    rotated,
    shifted,
)


def average_by_hand(picture, top, bottom, left, right):
    """Sum each pixel's area inside the rectangle."""
    total = 0.0
    for row in range(picture.shape[0]):
        tall = max(0.0, min(bottom, row + 1) - max(top, row))
        for column in range(picture.shape[1]):
            wide = max(0.0, min(right, column + 1) - max(left, column))
            total += picture[row, column] * tall * wide
    return total / ((bottom - top) * (right - left))


def test_area_averages_equal_sums_over_pixels():
    picture = np.random.default_rng(0).random((9, 7))
    rows, columns = np.array([-1.5, 0.25, 0.5, 3.75, 9.0, 11.0]), np.array([0.0, 2.3, 2.9, 8.1])
    found = area_averages(picture, rows, columns)
    for i in range(5):
        for j in range(3):
            wanted = average_by_hand(picture, rows[i], rows[i + 1], columns[j], columns[j + 1])
            assert found[i, j] == pytest.approx(wanted, abs=1e-12)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 25))
def test_resized_keeps_the_mean(height, width, to):
    picture = np.random.default_rng(height).random((height, width))
    assert resized(picture, to, to + 3).mean() == pytest.approx(picture.mean(), abs=1e-12)


def test_resized_up_by_a_whole_factor_and_back_is_the_same():
    picture = np.random.default_rng(1).random((28, 28))
    large = resized(picture, 336, 336)
    np.testing.assert_allclose(large, np.kron(picture, np.ones((12, 12))), atol=1e-12)
    np.testing.assert_allclose(resized(large, 28, 28), picture, atol=1e-12)


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_shifted_equals_a_loop_without_wrapping(down, right):
    pictures = np.arange(1, 2 * 5 * 7 + 1).reshape(2, 5, 7)
    found = shifted(pictures, down, right)
    for row in range(5):
        for column in range(7):
            inside = 0 <= row - down < 5 and 0 <= column - right < 7
            wanted = pictures[:, row - down, column - right] if inside else [0, 0]
            np.testing.assert_array_equal(found[:, row, column], wanted)


def turned_by_hand(picture, degrees):
    """Take each pixel from where it was, bilinearly, in plain Python."""
    height, width = picture.shape
    turn, result = math.radians(degrees), np.zeros_like(picture)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    for row in range(height):
        for column in range(width):
            # Mathematics' axes: y up, so that a positive angle turns against the clock.
            x, y = column - middle_x, middle_y - row
            was_x = math.cos(turn) * x + math.sin(turn) * y
            was_y = -math.sin(turn) * x + math.cos(turn) * y
            at_row, at_column = middle_y - was_y, was_x + middle_x
            for i in range(height):
                for j in range(width):
                    near = max(0.0, 1 - abs(i - at_row)) * max(0.0, 1 - abs(j - at_column))
                    result[row, column] += near * picture[i, j]
    return result


@pytest.mark.parametrize("degrees", [0, 17.5, -40, 90, 171])
def test_rotated_equals_a_loop(degrees):
    picture = np.random.default_rng(2).random((8, 8))
    found = rotated(np.stack([picture, picture.T]), degrees)
    np.testing.assert_allclose(found[0], turned_by_hand(picture, degrees), atol=1e-5)
    np.testing.assert_allclose(found[1], turned_by_hand(picture.T, degrees), atol=1e-5)


def test_rotated_by_a_right_angle_is_numpys_own():
    picture = np.random.default_rng(3).random((28, 28)).astype(np.float32)
    np.testing.assert_allclose(rotated(picture, 90), np.rot90(picture), atol=1e-5)
    np.testing.assert_array_equal(rotated(picture, 0), picture)


def test_rotated_about_a_point_leaves_that_point():
    picture = np.zeros((20, 20), np.float32)
    picture[5, 12] = 1
    np.testing.assert_allclose(rotated(picture, 33, (5, 12))[5, 12], 1, atol=1e-6)


def test_center_and_bounds_of_nothing_and_of_a_pixel():
    picture = np.zeros((6, 9), np.uint8)
    assert center_of_mass(picture) is None
    assert bounds_of(picture) is None
    picture[4, 7] = 200
    assert center_of_mass(picture) == (4.0, 7.0)
    assert bounds_of(picture) == (4, 5, 7, 8)
