"""Mosaics, masks and colour ranges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.weight_images import (
    MosaicLayout,
    mosaic,
    never_lit_pixels,
    symmetric_limit,
    tile_shape,
)


@pytest.mark.parametrize(
    ("n_inputs", "shape"),
    [
        (784, (28, 28)),
        (16, (4, 4)),
        (1, (1, 1)),
        (12, (3, 4)),
        (30, (5, 6)),
        (13, (4, 4)),
        (2, (1, 2)),
    ],
)
def test_tile_shape(n_inputs, shape):
    assert tile_shape(n_inputs) == shape


@given(st.integers(1, 20), st.integers(1, 40), st.integers(1, 7), st.integers(0, 3))
def test_every_value_stands_once_in_the_mosaic_where_the_index_says(n, n_inputs, columns, gutter):
    values = np.arange(n * n_inputs, dtype=float).reshape(n, n_inputs)
    image = mosaic(values, columns, gutter)
    layout = MosaicLayout(n, n_inputs, columns, gutter)
    assert image.shape == layout.shape
    seen = []
    for row in range(-1, image.shape[0] + 1):
        for column in range(-1, image.shape[1] + 1):
            inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
            found = layout.index(row, column)
            if found is None:
                assert not inside or np.isnan(image[row, column])
            else:
                assert inside
                assert image[row, column] == values[found]
                seen.append(found)
    assert len(seen) == len(set(seen)) == values.size


def test_mosaic_of_the_lesson_has_28_by_28_tiles_between_gutters():
    image = mosaic(np.ones((16, 784), np.float32), 4, 2)
    assert image.shape == (4 * 28 + 6, 4 * 28 + 6)
    assert image.dtype == np.float32
    assert np.isnan(image[28:30]).all()
    assert np.isfinite(image[30:58, 30:58]).all()


@pytest.mark.parametrize(("values", "columns"), [(np.zeros(5), 1), (np.zeros((2, 4)), 0)])
def test_mosaic_of_bad_input_is_refused(values, columns):
    with pytest.raises(ValueError, match="mosaic"):
        mosaic(values, columns)


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
