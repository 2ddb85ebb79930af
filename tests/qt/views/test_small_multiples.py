"""Random planes as small multiples: where they stand, what they say, how they are chosen."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from gdviz.qt.color_maps import cost_image
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.cost_surface.multiples import (
    EMPTY,
    LEAST_SIDE,
    MOST,
    MOST_SIDE,
    SmallMultiples,
    foot_height,
    height_for,
    n_columns,
    places,
)
from gdviz.qt.views.cost_surface.thumbnail import POINT_SHARE, SurfaceThumbnail, path_words


def thumbnail(title="draw 1", extent=0.01, low=0.1):
    """A bowl with its lowest cost in the middle, and a straight path to it."""
    across = np.linspace(-1, 1, 9)
    cost = low + across[:, None] ** 2 + across**2
    path = 0.5 + extent * np.linspace(1, 0, 5)[:, None] * np.array([1.0, 0.5])
    return SurfaceThumbnail(cost, title, (0.5, 0.5), path)


def range_of(thumbnails):
    limits = ColorRange()
    limits.include(np.stack([t.cost for t in thumbnails]), math.nan)
    return limits


@pytest.fixture
def multiples(qtbot):
    apply_theme(QApplication.instance(), DARK)
    widget = SmallMultiples()
    qtbot.addWidget(widget)
    widget.resize(128, height_for(128))
    widget.show()
    yield widget
    apply_theme(QApplication.instance(), DARK)


@pytest.fixture
def six():
    return [thumbnail(f"draw {k + 1}", low=0.1 + 0.1 * k) for k in range(6)]


@given(st.integers(1, MOST), st.integers(80, 700), st.integers(60, 500))
def test_maps_are_squares_inside_the_width_and_apart(count, width, height):
    found = places(count, width, height)
    assert len(found) == count
    for where in found:
        assert where.width() == where.height()
        assert LEAST_SIDE <= where.width() <= MOST_SIDE
        assert where.left() >= 0
        assert where.right() < width
    pairs = [(a, b) for a in found for b in found if a is not b]
    assert not any(a.adjusted(-3, -3, 3, 3).intersects(b) for a, b in pairs)


@pytest.mark.parametrize(
    ("width", "columns", "side"), [(80, 3, 24), (128, 3, 40), (259, 3, 72), (400, 6, 63)]
)
def test_three_columns_in_the_instruments_and_one_row_when_wide(width, columns, side):
    found = places(MOST, width, height_for(width))
    assert n_columns(width) == columns
    assert {where.width() for where in found} == {side}
    assert len({where.top() for where in found}) == MOST // columns


@given(st.integers(80, 700))
def test_height_for_a_width_holds_the_maps_and_the_words(width):
    found = places(MOST, width, height_for(width))
    assert found == places(MOST, width, 10_000)
    assert found[-1].bottom() + 1 + foot_height(width) == height_for(width)


def test_low_widget_makes_the_maps_smaller():
    assert places(MOST, 259, height_for(259) - 40)[0].width() == 52


def test_path_extent_is_the_longer_side_of_its_box():
    assert thumbnail(extent=0.2).path_extent == pytest.approx(0.2)
    nothing = dataclasses.replace(thumbnail(), path=np.full((3, 2), np.nan))
    assert math.isnan(nothing.path_extent)
    assert math.isnan(dataclasses.replace(thumbnail(), path=np.empty((0, 2))).path_extent)


@pytest.mark.parametrize(
    ("extents", "words"),
    [
        ([0.01, 0.02], "there, the path is a point"),
        ([0.01, POINT_SHARE], "in 1 of 2 the path is a point"),
        ([0.3, 0.05], "there, the path spans up to 30 %"),
        ([], ""),
    ],
)
def test_words_on_the_path_are_computed(extents, words):
    assert path_words([thumbnail(extent=extent) for extent in extents]) == words


def test_empty_says_what_will_appear_and_how_far_it_is(multiples):
    assert multiples.caption() == EMPTY
    multiples.show_progress(0.4)
    assert multiples.caption() == f"{EMPTY} 40 %"
    assert multiples.accessibleDescription() == f"{EMPTY} 40 %"
    assert [b.isEnabled() for b in multiples.buttons] == [False] * MOST
    multiples.grab()


def test_colors_are_of_the_one_range_with_the_last_row_on_top(multiples, six):
    limits = range_of(six)
    six[0].cost[-1, 0] = limits.high
    six[0].cost[0, 0] = limits.low
    multiples.show_thumbnails(six, limits)
    button = multiples.buttons[0]
    image = button._picture(six[0], DARK)
    expected = cost_image(six[0].cost[::-1], limits.low, limits.high, limits.is_logarithmic)
    for row, column in ((0, 0), (8, 0), (4, 4)):
        assert image.pixelColor(column, row).getRgb() == tuple(expected[row, column])
    assert multiples.range_words() == f"Cost 0.100 to {limits.high:.2f}, logarithmic."


def test_ball_and_path_are_where_their_shares_say(multiples, six):
    multiples.show_thumbnails(six, range_of(six))
    button = multiples.buttons[0]
    side = button.width()
    pixels = button.to_pixels(np.array([[0.0, 0.0], [1.0, 1.0], [0.25, 0.5]]))
    np.testing.assert_allclose(pixels, [[0, side], [side, 0], [side / 4, side / 2]])
    image = button.grab().toImage()
    assert image.pixelColor(side // 2, side // 2).name() == "#f4c430"


def test_click_is_told(multiples, six, qtbot):
    multiples.show_thumbnails(six, range_of(six))
    told = []
    multiples.chosen.connect(told.append)
    qtbot.mouseClick(multiples.buttons[4], Qt.MouseButton.LeftButton)
    assert told == [4]
    assert multiples.current() == 4


def test_arrows_go_from_map_to_map_and_enter_chooses(multiples, six, qtbot):
    multiples.show_thumbnails(six[:5], range_of(six))
    told = []
    multiples.chosen.connect(told.append)

    def press(*keys):
        for key in keys:
            qtbot.keyClick(multiples.buttons[multiples.current()], key)

    press(Qt.Key.Key_Right, Qt.Key.Key_Return)
    press(Qt.Key.Key_Down, Qt.Key.Key_Enter)
    press(Qt.Key.Key_Right, Qt.Key.Key_Return)  # there is no sixth
    press(Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return)
    assert told == [1, 4, 4, 0]


def test_fewer_maps_hide_the_others_and_take_tab_back_to_the_first(multiples, six, qtbot):
    multiples.show_thumbnails(six, range_of(six))
    qtbot.mouseClick(multiples.buttons[5], Qt.MouseButton.LeftButton)
    multiples.show_thumbnails(six[:2], range_of(six))
    assert [not b.isHidden() for b in multiples.buttons] == [True, True] + [False] * 4
    assert multiples.current() == 0
    multiples.grab()


def test_map_has_its_name_and_costs_for_a_screen_reader(multiples, six):
    multiples.show_thumbnails(six, range_of(six))
    name = multiples.buttons[1].accessibleName()
    assert name == "Random planes 2 of 6: draw 2, cost 0.200 to 2.20"
    multiples._point_at(1)
    assert multiples.caption() == "draw 2, cost 0.200 to 2.20"
    multiples._point_at(-1)
    assert multiples.caption() == "there, the path is a point"


def test_unknown_costs_and_no_range_are_painted_as_unknown(multiples):
    unknown = dataclasses.replace(
        thumbnail(), cost=np.full((9, 9), np.nan), ball=(math.nan, math.nan)
    )
    multiples.show_thumbnails([unknown], ColorRange())
    assert multiples.buttons[0].words() == "draw 1, no cost known"
    image = multiples.buttons[0].grab().toImage()
    assert image.pixelColor(8, 30).name() == DARK.well


def test_theme_changes_what_is_around_the_maps(multiples, six):
    hole = six[0].cost.copy()
    hole[:4] = np.nan
    multiples.show_thumbnails([dataclasses.replace(six[0], cost=hole)], range_of(six))
    for theme in (DARK, LIGHT):
        apply_theme(QApplication.instance(), theme)
        image = multiples.buttons[0].grab().toImage()
        assert image.pixelColor(20, 37).name() == theme.window


def test_size_hint_is_that_of_the_instruments(multiples):
    hint = multiples.sizeHint()
    assert hint.width() == 128
    assert multiples.heightForWidth(128) == hint.height()
    last = places(MOST, 128, hint.height())[-1]
    assert QRect(0, 0, 128, hint.height()).contains(last)
