"""Dashes are cut from a curve: their lengths, and that they lie on it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtWidgets import QApplication

from gdviz.qt.theme import DARK
from gdviz.qt.widgets.dashed_curve import LONGEST, DashedCurve, cut_dashes
from gdviz.qt.widgets.plot import make_plot_widget

pixels = arrays(np.float64, st.integers(2, 12), elements=st.floats(-500, 500, width=16))


def lengths(pieces):
    return np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])


def test_straight_line_is_cut_into_its_pattern():
    pieces = cut_dashes(np.array([0.0, 30.0]), np.array([5.0, 5.0]), 8.0, 5.0)
    np.testing.assert_allclose(pieces, [[0, 5, 8, 5], [13, 5, 21, 5], [26, 5, 30, 5]])


def test_dash_goes_around_a_corner():
    pieces = cut_dashes(np.array([0.0, 3.0, 3.0]), np.array([0.0, 0.0, 9.0]), 8.0, 5.0)
    np.testing.assert_allclose(pieces, [[0, 0, 3, 0], [3, 0, 3, 5]])


def test_gap_is_left_where_a_point_is_unknown():
    x = np.array([0.0, 10, 20, 30, 40])
    pieces = cut_dashes(x, np.array([0.0, 0, np.nan, 0, 0]), 100.0, 1.0)
    np.testing.assert_allclose(pieces, [[0, 0, 10, 0], [30, 0, 40, 0]])
    assert cut_dashes(x, np.full(5, np.nan), 8, 5).shape == (0, 4)
    assert cut_dashes(x[:1], x[:1], 8, 5).shape == (0, 4)
    assert cut_dashes(x[:0], x[:0], 8, 5).shape == (0, 4)


@given(pixels, st.floats(1, 20), st.floats(1, 20))
def test_dashes_have_the_length_of_their_share_of_the_curve(y, drawn, left_out):
    x = np.arange(len(y)) * 10.0
    whole = float(np.hypot(np.diff(x), np.diff(y)).sum())
    full, rest = divmod(whole, drawn + left_out)
    pieces = cut_dashes(x, y, drawn, left_out)
    assert lengths(pieces).sum() == pytest.approx(full * drawn + min(rest, drawn), abs=1e-5)
    on_curve = np.interp(pieces[:, 0], x, y)
    np.testing.assert_allclose(pieces[:, 1], on_curve, atol=1e-6)


def test_curve_that_leaves_the_view_far_behind_is_drawn_whole():
    pieces = cut_dashes(np.array([0.0, 2 * LONGEST]), np.zeros(2), 8.0, 5.0)
    np.testing.assert_allclose(pieces, [[0, 0, 2 * LONGEST, 0]])


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_curve_is_painted_in_dashes_of_screen_pixels(qtbot, qapp: QApplication):
    del qapp
    plot = make_plot_widget("Plot")
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.setXRange(0, 5000, padding=0)
    plot.setYRange(0, 1, padding=0)
    curve = DashedCurve("dash")
    curve.set_pen("#ff0000", 2)
    plot.view_box.addItem(curve, ignoreBounds=True)
    curve.set_points(np.array([0.0, 5000.0]), np.array([0.55, 0.55]))
    plot.show()
    image, where = plot.grab().toImage(), plot.view_box.sceneBoundingRect()
    y = round(where.top() + 0.45 * where.height())
    rows = [
        [image.pixelColor(x, y + k).name() for x in range(round(where.left()), 390)]
        for k in (-1, 0)
    ]
    painted = max(sum(color not in {DARK.panel, DARK.hairline} for color in row) for row in rows)
    # Four widths drawn, two and a half left out.
    assert painted / len(rows[0]) == pytest.approx(8 / 13, abs=0.08)
