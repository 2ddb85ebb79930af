"""Mosaics, masks and colour ranges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.weight_images import (
    image_shape,
    mosaic,
    never_lit_pixels,
    round_limit,
    steady_limit,
    symmetric_limit,
)


@pytest.mark.parametrize(
    ("n_inputs", "shape"), [(784, (28, 28)), (16, (4, 4)), (1, (1, 1)), (12, (1, 12))]
)
def test_only_a_square_number_of_inputs_is_a_picture(n_inputs, shape):
    assert image_shape(n_inputs) == shape


@given(*[st.integers(1, 9)] * 4, st.integers(0, 3))
def test_every_picture_stands_in_its_place_with_nothing_between(n, height, width, columns, gutter):
    tiles = np.arange(n * height * width).reshape(n, height, width)
    whole = mosaic(tiles, columns, gutter, -1)
    rows = -(-n // columns)
    assert whole.shape == (
        rows * (height + gutter) - gutter,
        columns * (width + gutter) - gutter,
    )
    for k in range(n):
        top, left = k // columns * (height + gutter), k % columns * (width + gutter)
        np.testing.assert_array_equal(whole[top : top + height, left : left + width], tiles[k])
    assert (whole >= 0).sum() == tiles.size


@pytest.mark.parametrize(("shape", "columns"), [((5,), 1), ((2, 4, 4), 0), ((0, 4, 4), 1)])
def test_mosaic_of_bad_input_is_refused(shape, columns):
    with pytest.raises(ValueError, match="mosaic"):
        mosaic(np.zeros(shape), columns, 1, np.nan)


def test_never_lit_pixels_are_those_without_any_light():
    images = np.zeros((5, 784), np.uint8)
    images[3, 100], images[0, 7] = 1, 255
    lit = np.flatnonzero(~never_lit_pixels(images))
    np.testing.assert_array_equal(lit, [7, 100])


def test_symmetric_limit_leaves_the_given_share_outside():
    values = np.concatenate([np.linspace(-1, 1, 9990), np.full(10, 50.0)])
    limit, share = symmetric_limit(values, 0.001)
    assert limit == pytest.approx(1)
    assert share == pytest.approx(0.001)
    assert symmetric_limit(values, 0) == (50, 0)
    assert float(symmetric_limit(values, 0)) == 50


def test_symmetric_limit_of_nothing_to_see_is_usable():
    assert symmetric_limit(np.zeros(5)) == (1, 0)
    assert symmetric_limit(np.array([np.nan, np.inf])) == (1, 0)
    sparse = np.zeros(10_000)
    sparse[3] = -2
    assert symmetric_limit(sparse) == (2, 0)
    with pytest.raises(ValueError, match="0 to below 1"):
        symmetric_limit(np.ones(3), 1.0)


@given(
    st.floats(1e-20, 1e20),
    st.one_of(st.none(), st.floats(1e-20, 1e20)),
    st.sampled_from([0.2, 0.5]),
)
def test_limit_is_never_below_what_is_wanted_and_not_far_above(wanted, before, narrows_at):
    assert wanted * (1 - 1e-9) <= round_limit(wanted) <= 1.51 * wanted
    kept = steady_limit(wanted, before, narrows_at)
    assert wanted * (1 - 1e-9) <= kept <= wanted / narrows_at * 1.01
