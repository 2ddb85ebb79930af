"""A drawing is made small and centred as MNIST's digits were."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.drawing import (
    CANVAS,
    Drawing,
    as_mnist,
    curve_points,
    draw_line,
)
from gdviz.analysis.inspection.resampling import center_of_mass


def inked(*lines, radius=14.0):
    ink = np.zeros((CANVAS, CANVAS), np.uint8)
    for start, end in lines:
        draw_line(ink, start, end, radius)
    return ink


def by_samples(ink, side, samples=16):
    """MNIST's description, done over many points in each pixel instead of areas."""
    rows, columns = np.nonzero(ink)
    top, left = rows.min(), columns.min()
    tall, wide = rows.max() + 1 - top, columns.max() + 1 - left
    box = round(side * 20 / 28)
    scale = max(tall, wide) / box
    places = (np.arange(box * samples) + 0.5) / samples * scale
    small = np.zeros((box, box))
    at_row, at_column = (top + places).astype(int), (left + places).astype(int)
    inside = np.outer(at_row < top + tall, at_column < left + wide)
    fine = ink[np.minimum(at_row, CANVAS - 1)][:, np.minimum(at_column, CANVAS - 1)] * inside
    small = fine.reshape(box, samples, box, samples).mean(axis=(1, 3))
    mass = small.sum()
    middle = (small.sum(1) @ np.arange(box) / mass, small.sum(0) @ np.arange(box) / mass)
    image = np.zeros((side, side))
    down, right = (math.floor(side / 2 - m + 0.5) for m in middle)
    for row in range(box):
        for column in range(box):
            if 0 <= row + down < side and 0 <= column + right < side:
                image[row + down, column + right] = small[row, column]
    return image


@pytest.mark.parametrize("side", [28, 14, 20, 33])
def test_as_mnist_agrees_with_sampled_points(side):
    ink = inked(((40, 50), (250, 60)), ((250, 60), (120, 300)))
    # Sixteen samples along a pixel of about 11: soft edges are a few per cent off.
    np.testing.assert_allclose(as_mnist(ink, side), by_samples(ink, side), atol=12)


@given(
    st.tuples(*[st.floats(30, 300) for _ in range(4)]).filter(
        lambda line: math.dist(line[:2], line[2:]) > 40
    ),
    st.sampled_from([28, 20, 32]),
)
def test_as_mnist_has_its_mass_in_the_middle_and_is_20_of_28(line, side):
    image = as_mnist(inked((line[:2], line[2:])), side)
    row, column = center_of_mass(image)
    assert abs(row - side / 2) <= 0.5 + 1e-9
    assert abs(column - side / 2) <= 0.5 + 1e-9
    tall = np.ptp(np.flatnonzero(image.any(1))) + 1
    wide = np.ptp(np.flatnonzero(image.any(0))) + 1
    assert max(tall, wide) == round(side * 20 / 28)


def test_real_digits_go_through_unchanged(mnist):
    """MNIST's own digits already are what the pad makes of a drawing."""
    images = mnist.test.images[:300].reshape(-1, 28, 28)
    n_same = 0
    for image in images:
        found = as_mnist(np.kron(image, np.ones((12, 12), np.uint8)), 28)
        n_same += np.allclose(found, image, atol=1e-6)
    assert n_same == len(images)


def test_where_and_how_large_it_is_drawn_does_not_matter():
    line = ((60, 60), (150, 130))
    twice = tuple((2 * x - 30, 2 * y - 40) for x, y in line)
    small, large = inked(line, radius=8), inked(twice, radius=16)
    # The soft edge of a line is one pixel of the canvas wide at any size.
    assert np.abs(as_mnist(small, 28) - as_mnist(large, 28)).max() < 40


def test_as_mnist_of_nothing_is_nothing():
    assert not as_mnist(np.zeros((CANVAS, CANVAS), np.uint8), 28).any()


def test_line_covers_what_is_near_it():
    ink = inked(((100, 100), (200, 100)), radius=10)
    rows, columns = np.mgrid[:CANVAS, :CANVAS] + 0.5
    away = np.hypot(columns - np.clip(columns, 100, 200), rows - 100)
    assert (ink[away <= 9.5] == 255).all()
    assert not ink[away >= 10.5].any()
    area = 100 * 20 + math.pi * 100
    assert ink.sum() / 255 == pytest.approx(area, rel=0.005)


def test_line_erases_and_may_leave_the_canvas():
    ink = inked(((0, 168), (CANVAS, 168)))
    draw_line(ink, (-50, 168), (CANVAS + 900, 168), 30, erases=True)
    assert not ink.any()
    draw_line(ink, (-500, -500), (-400, -300), 20)
    draw_line(ink, (math.nan, 0), (10, 10), 20)
    assert not ink.any()


def test_curve_ends_at_its_end_and_has_no_long_steps():
    points = [(0.0, 0.0), *curve_points((0, 0), (50, 0), (50, 50), 4)]
    assert points[-1] == (50, 50)
    assert max(math.dist(a, b) for a, b in itertools.pairwise(points)) < 8
    for x, y in points:  # a parabola about the diagonal: √x' + √y' is constant
        assert math.sqrt(max(50 - x, 0)) + math.sqrt(y) == pytest.approx(math.sqrt(50), abs=1e-6)


def test_drawing_changes_give_other_drawings():
    drawing = Drawing().with_ink(inked(((80, 80), (160, 240))))
    assert Drawing().is_empty
    assert not drawing.is_empty
    moved = drawing.moved(12, -24)
    np.testing.assert_array_equal(moved.ink[12:, :-24], drawing.ink[:-12, 24:])
    there_and_back = drawing.rotated(30).rotated(-30)
    assert np.abs(there_and_back.ink.astype(float) - drawing.ink).mean() < 1
    assert np.abs(drawing.rotated(30).ink.astype(float) - drawing.ink).mean() > 10
    assert Drawing().rotated(20).is_empty
    with pytest.raises(ValueError, match="read-only"):
        drawing.ink[0, 0] = 1


def test_drawing_as_it_stands_and_inverted():
    drawing = Drawing(is_centred=False).with_ink(inked(((60, 60), (60, 60)), radius=24))
    image = drawing.as_input(28).reshape(28, 28)
    assert image[4:6, 4:6].min() == 1
    assert image[3:7, 3:7].min() > 0.3
    assert not image[8:].any()
    inverted = dataclasses.replace(drawing, is_inverted=True)
    np.testing.assert_allclose(inverted.as_input(28), 1 - image.ravel())
