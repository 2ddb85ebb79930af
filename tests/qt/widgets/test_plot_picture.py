"""A plot painted in parts is the plot painted at once, and is forgotten when that changes."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QApplication

from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.widgets.dashed_curve import DashedCurve
from gdviz.qt.widgets.dense_curve import DenseCurve
from gdviz.qt.widgets.plot import Band, TextAxis, make_plot_widget
from gdviz.qt.widgets.step_cursor import StepCursor

NO_ROOM_MS = 0.0


def pixels(plot) -> np.ndarray:
    image = plot.grab().toImage().convertToFormat(plot.grab().toImage().Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.bytesPerLine())[:, : 4 * image.width()].astype(int)


@pytest.fixture
def plot(qtbot):
    apply_theme(QApplication.instance(), DARK)
    plot = make_plot_widget("costs")
    qtbot.addWidget(plot)
    plot.resize(420, 240)
    right = plot.add_right_axis(TextAxis("right", 5))
    right.setYRange(0, 1, padding=0)
    steps = np.arange(2_000.0)
    noisy = np.sin(steps / 300) + np.random.default_rng(3).normal(0, 0.3, steps.size)
    dense, dashed, band = DenseCurve(), DashedCurve("dash"), Band()
    dense.set_color("#56b4e9")
    dashed.set_pen("#e69f00", 2)
    band.set_brush("#224433")
    smooth = pg.PlotCurveItem(steps, np.sin(steps / 300), antialias=True, pen=plot.pen("#fff", 2))
    for item in (dense, dashed, smooth):
        plot.view_box.addItem(item, ignoreBounds=True)
    right.addItem(band, ignoreBounds=True)
    dense.set_points(steps, noisy)
    dashed.set_points(steps[::100], noisy[::100])
    band.set_edges(steps[::50], np.full(40, 0.2), np.full(40, 0.4))
    plot.view_box.setRange(xRange=(100, 1_800), yRange=(-1.2, 0.9), padding=0)
    plot.show()
    QApplication.processEvents()
    plot.curve = dashed
    return plot


def prepare(plot) -> int:
    """Paint a picture in the smallest parts and say how many there were."""
    plot.begin_picture()
    parts = 1
    while not plot.paint_part(NO_ROOM_MS):
        parts += 1
    return parts


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_picture_is_the_plot(plot, theme):
    apply_theme(QApplication.instance(), theme)
    QApplication.processEvents()
    direct = pixels(plot)
    assert prepare(plot) > 5
    assert plot._picture is not None
    np.testing.assert_array_equal(pixels(plot), direct)


def test_a_darkened_picture_would_be_noticed(plot):
    direct = pixels(plot)
    prepare(plot)
    plot._picture.fill("#000000")
    assert np.abs(pixels(plot) - direct).max() > 20


def test_the_former_picture_is_shown_until_the_next_is_complete(plot):
    prepare(plot)
    before = pixels(plot)
    plot.curve.set_points(np.array([200.0, 1_700.0]), np.array([0.8, -1.0]))
    plot.begin_picture()
    assert not plot.paint_part(NO_ROOM_MS)
    np.testing.assert_array_equal(pixels(plot), before)
    while not plot.paint_part(NO_ROOM_MS):
        pass
    assert np.abs(pixels(plot) - before).max() > 20


def test_what_moves_by_itself_is_painted_over_the_picture(plot):
    cursor = StepCursor(plot)
    plot.overlaid.append(cursor)
    prepare(plot)
    before = pixels(plot)
    cursor.show_step(900, "0.5")
    with_cursor = pixels(plot)
    assert np.abs(with_cursor - before).max() > 20
    plot.forget_picture()
    np.testing.assert_array_equal(pixels(plot), with_cursor)


def test_a_change_by_hand_is_seen_at_once(plot):
    prepare(plot)
    before = pixels(plot)
    plot.curve.set_points(np.array([200.0, 1_700.0]), np.array([0.8, -1.0]))
    plot.forget_picture()
    assert np.abs(pixels(plot) - before).max() > 20
    prepare(plot)
    plot.resize(440, 240)
    QApplication.processEvents()
    assert plot._picture is None
