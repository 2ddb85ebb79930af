"""PNG without a package: what another program reads of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PySide6.QtGui import QImage

from gdviz.storage.png import grey_png

PICTURES = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=9),
    elements=st.floats(-0.5, 1.5) | st.just(np.nan),
)


@given(PICTURES)
def test_grey_png_is_read_by_qt_as_the_same_shades(picture):
    image = QImage.fromData(grey_png(picture), "PNG")
    assert (image.height(), image.width()) == picture.shape
    assert image.isGrayscale()
    shades = [
        [image.pixelColor(x, y).red() for x in range(image.width())] for y in range(image.height())
    ]
    expected = 255 * np.clip(np.nan_to_num(picture, nan=0.0), 0, 1)
    assert np.abs(shades - expected).max() <= 0.5


def test_grey_png_refuses_a_picture_without_pixels():
    with pytest.raises(ValueError, match=r"shape \(0, 3\) has no pixels"):
        grey_png(np.zeros((0, 3)))
