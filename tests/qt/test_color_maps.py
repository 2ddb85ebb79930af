"""The maps from numbers to colours: exact points, symmetry, what is not a number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gdviz.qt.color_maps import (
    cost_image,
    diverging_table,
    grey_image,
    sequential_table,
    signed_image,
)
from gdviz.qt.theme import DARK, LIGHT, THEMES, Theme

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def rgb(color: str) -> list[int]:
    return list(bytes.fromhex(color[1:]))


def test_sequential_table_ends_are_cividis():
    """The published ends of cividis, and a luminance that only rises."""
    table = sequential_table()
    assert table.shape == (256, 4)
    assert table[0].tolist() == [0, 32, 77, 255]
    assert table[255].tolist() == [255, 234, 70, 255]
    luminance = table[:, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert np.diff(luminance).min() > -0.6  # rounding of the channels


@EVERY_THEME
def test_diverging_table_zero_is_the_panel(theme: Theme):
    assert diverging_table(theme)[255].tolist() == [*rgb(theme.panel), 255]


@EVERY_THEME
def test_diverging_table_blue_below_orange_above(theme: Theme):
    table = diverging_table(theme).astype(int)
    assert (table[:200, 2] > table[:200, 0]).all()
    assert (table[311:, 0] > table[311:, 2]).all()


@pytest.mark.parametrize(
    ("theme", "row", "color"),
    [
        (DARK, 0, "#9fd0ff"),
        (DARK, 510, "#ffc078"),
        (LIGHT, 0, "#06376f"),
        (LIGHT, 510, "#7a3200"),
        (LIGHT, 255, "#ffffff"),
    ],
)
def test_diverging_table_stops_are_exact(theme: Theme, row: int, color: str):
    assert diverging_table(theme)[row, :3].tolist() == rgb(color)


def test_diverging_table_middle_is_mixed_in_oklab():
    """Half-way between white and #e2883c: recomputed by hand with the published matrices."""
    mixed = diverging_table(LIGHT)[255 + 64, :3].astype(int)
    assert np.abs(mixed - [244, 196, 163]).max() <= 3


@given(
    hnp.arrays(np.float64, (3, 4), elements=st.floats(-5, 5)),
    st.floats(0.01, 10),
)
def test_signed_image_of_the_negative_mirrors_the_table(values, limit: float):
    table = diverging_table(DARK)
    position = {tuple(row): i for i, row in enumerate(table[:, :3].tolist())}
    plus = signed_image(values, limit, DARK)[..., :3]
    minus = signed_image(-values, limit, DARK)[..., :3]
    for a, b in zip(plus.reshape(-1, 3).tolist(), minus.reshape(-1, 3).tolist(), strict=True):
        # Neighbouring rows may round to one colour: allow their distance.
        assert abs(position[tuple(a)] + position[tuple(b)] - 510) <= 2


@EVERY_THEME
def test_signed_image_oracle_points(theme: Theme):
    table = diverging_table(theme)
    image = signed_image(np.array([-9.0, -2.0, -1.001, 0.0, 1.001, 2.0, 9.0]), 2.0, theme)
    assert image.tolist() == table[[0, 0, 127, 255, 383, 510, 510]].tolist()


def test_signed_image_nan_and_mask_get_the_window_color():
    masked = np.array([[False, True], [False, False]])
    image = signed_image(np.array([[np.nan, 1.0], [0.0, 1.0]]), 1.0, DARK, masked)
    assert image[0, 0].tolist() == image[0, 1].tolist() == [*rgb(DARK.window), 255]
    assert image[1, 0, :3].tolist() == rgb(DARK.panel)


def test_signed_image_leaves_its_input_alone():
    values = np.array([np.nan, 3.0])
    signed_image(values, 1.0, DARK)
    np.testing.assert_array_equal(values, [np.nan, 3.0])


@pytest.mark.parametrize("limit", [0.0, -1.0, np.nan, np.inf])
def test_signed_image_limit_not_positive_is_refused(limit: float):
    with pytest.raises(ValueError, match="limit"):
        signed_image(np.zeros(3), limit, DARK)


def test_cost_image_linear_and_logarithmic_points():
    values = np.array([0.001, 0.01, 1.01, 100.0, 1000.0])
    table = sequential_table()
    assert cost_image(values, 0.01, 100.0, logarithmic=True).tolist() == (
        table[[0, 0, 128, 255, 255]].tolist()
    )
    assert cost_image(np.array([0.0, 1.0, 4.0]), 0.0, 4.0, logarithmic=False).tolist() == (
        table[[0, 64, 255]].tolist()
    )


def test_cost_image_nan_is_the_window_color_or_transparent():
    values = np.array([np.nan, 1.0])
    assert cost_image(values, 0.0, 1.0, False, DARK)[0].tolist() == [*rgb(DARK.window), 255]
    assert cost_image(values, 0.0, 1.0, False)[0, 3] == 0


@pytest.mark.parametrize(
    ("low", "high", "logarithmic"), [(1, 1, False), (2, 1, False), (0, 1, True), (np.nan, 1, False)]
)
def test_cost_image_bad_range_is_refused(low: float, high: float, logarithmic: bool):
    with pytest.raises(ValueError, match="cost"):
        cost_image(np.ones(2), low, high, logarithmic)


def test_grey_image_is_grey_and_clipped():
    image = grey_image(np.array([-1.0, 0.0, 0.5, 2.0]))
    assert image.tolist() == [[v, v, v, 255] for v in (0, 0, 128, 255)]
