"""Plots without boxes."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.widgets.plot import Band, Plot, TextAxis, make_plot_widget

# What Qt's own offscreen platform says about any window that is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def plot(qtbot) -> Plot:
    result = make_plot_widget("Cost curves", first_prefix="step ")
    qtbot.addWidget(result)
    result.resize(400, 240)
    result.setXRange(0, 5000, padding=0)
    result.setYRange(0, 100, padding=0)
    result.show()
    return result


def test_plot_has_only_ground_hairlines_and_letters(plot: Plot):
    """Down a column in the middle: the panel, and hairlines at the labels; no box."""
    plot.clearFocus()
    image = plot.grab().toImage()
    column = [image.pixelColor(200, y).name() for y in range(image.height() - 20)]
    assert set(column) == {DARK.panel, DARK.hairline, DARK.base_line}
    assert column.count(DARK.hairline) == len(plot.left_axis.ticks()) - 1  # 0 is the base line
    assert column.count(DARK.base_line) == 1


def test_text_axis_log_ticks_are_placed_at_logarithms(plot: Plot):
    plot.setLogMode(y=True)
    plot.setYRange(-1, 1, padding=0)
    ticks = plot.left_axis.ticks()
    assert [label for _, label in ticks] == ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
    assert ticks[3][0] == pytest.approx(0.0)


def test_text_axis_fixed_ticks_outside_the_range_are_left_out(plot: Plot):
    plot.bottom_axis.set_tick_values([(0, "0"), (2500, "half"), (9000, "far")])
    assert [label for _, label in plot.bottom_axis.ticks()] == ["0", "half"]


def test_plot_restyles_when_the_theme_changes(qtbot, qapp: QApplication, plot: Plot):
    with qtbot.waitSignal(plot.restyled, timeout=1000) as told:
        apply_theme(qapp, LIGHT)
    assert told.args == [LIGHT]
    assert plot.grab().toImage().pixelColor(200, 3).name() == LIGHT.panel


def test_plot_pen_is_cosmetic_in_device_pixels(plot: Plot):
    pen = plot.pen("#ffffff", 2.0, "dash")
    assert pen.isCosmetic()
    assert pen.widthF() == 2.0 * plot.devicePixelRatioF()
    assert pen.dashPattern() == [4.0, 2.5]


def test_right_axis_has_its_own_range_over_the_same_place(qtbot, plot: Plot):
    view = plot.add_right_axis(TextAxis("right", 5))
    view.addItem(pg.PlotCurveItem([0, 5000], [0, 1]))
    view.setYRange(0, 1, padding=0)
    plot.resize(500, 300)
    qtbot.waitUntil(lambda: view.geometry() == plot.view_box.geometry())
    assert view.viewRange()[0] == plot.view_box.viewRange()[0]
    assert plot.view_box.viewRange()[1] == [0, 100]


def test_plot_shows_that_it_has_the_keyboard(qtbot, plot: Plot):
    plot.activateWindow()
    plot.clearFocus()
    qtbot.waitUntil(lambda: not plot.hasFocus())
    assert plot.grab().toImage().pixelColor(200, 0).name() == DARK.panel
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(plot.hasFocus)
    assert plot.grab().toImage().pixelColor(200, 0).name() == DARK.accent


def test_band_fills_between_its_edges_and_nothing_where_they_are_unknown(plot: Plot):
    band = Band()
    band.set_brush("#ff0000")
    plot.view_box.addItem(band, ignoreBounds=True)
    x = np.array([0.0, 3000.0, 3500.0, 4000.0, 5000.0])
    band.set_edges(x, np.array([20.0, 20, np.nan, 20, 20]), np.full(5, 60.0))
    image, where = plot.grab().toImage(), plot.view_box.sceneBoundingRect()
    column = [
        image.pixelColor(round(where.center().x()), y).name()
        for y in range(round(where.top()), round(where.bottom()))
    ]
    share = column.count("#ff0000") / len(column)
    assert share == pytest.approx(0.4, abs=0.02)
    middle = round(where.top() + 0.6 * where.height())
    row = [
        image.pixelColor(x, middle).name()
        for x in range(round(where.left()) + 2, round(where.right()) - 2)
    ]
    assert row.count("#ff0000") / len(row) == pytest.approx(0.8, abs=0.03)
    band.set_edges(*(np.empty(0),) * 3)
    assert band.boundingRect().isEmpty()


def test_text_axis_places_its_labels_where_the_values_are(plot: Plot):
    plot.grab()
    axis, view = plot.bottom_axis, plot.view_box
    for range_ in ((0, 5000), (1000, 3000)):
        plot.setXRange(*range_, padding=0)
        plot.grab()
        for (value, label), (rect, text, _) in zip(
            axis.ticks()[1:-1], axis._laid_out(view)[1:-1], strict=True
        ):
            at = axis.mapFromItem(view, view.mapFromView(QPointF(value, 0))).x()
            assert text == label
            assert rect.center().x() == pytest.approx(at, abs=0.01)


def test_text_axis_moves_its_labels_with_a_range_that_has_the_same_ones(plot: Plot):
    """Both ranges have labels up to 40,000: a curve beside labels of before would be a lie."""
    axis, view = plot.bottom_axis, plot.view_box
    texts, places = [], []
    for end in (45_056, 49_152):
        plot.setXRange(0, end, padding=0)
        plot.grab()
        rect, text, _ = axis._laid_out(view)[-1]
        value, _ = axis.ticks()[-1]
        expected = axis.mapFromItem(view, view.mapFromView(QPointF(value, 0))).x()
        assert rect.center().x() == pytest.approx(expected, abs=1)
        texts.append(text)
        places.append(rect.center().x())
    assert texts[0] == texts[1]
    assert places[0] > places[1] + 5
