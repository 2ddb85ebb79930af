"""The lines of the cost as a widget: items, choice, read-out, gaps and themes."""

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.cost_surface import line_figures as figures
from gdviz.qt.views.cost_surface.line_legend import HEADS, ROW, STYLES, column_widths
from gdviz.qt.views.cost_surface.line_marks import WORD_HEIGHT, word_place
from gdviz.qt.views.cost_surface.lines import EMPTY, CostLines


def line_of(title, slope=-0.4, curvature=1.0, step=0.3):
    t = np.linspace(-2, 2, 41)
    cost = 0.5 + slope * t + curvature * t**2 / 2
    return LineSlice(title, t, cost, np.full(41, 0.01), slope, curvature, step, 1.0, 1000, 0.75)


STEEP = line_of("the most important weight")
FLAT = line_of("the least important weight", -1e-5, 1e-6, 7.5e-6)
TOO_FAR = line_of("1st curvature direction", step=1.2)


@pytest.fixture
def lines(qtbot):
    apply_theme(QApplication.instance(), DARK)
    widget = CostLines()
    qtbot.addWidget(widget)
    widget.resize(560, 380)
    widget.show()
    yield widget
    apply_theme(QApplication.instance(), DARK)


def pixel_colors(widget):
    image = widget.grab().toImage()
    size = (image.height(), image.width(), 4)
    colors = np.frombuffer(image.constBits(), np.uint8).reshape(size)[..., 2::-1]
    return {"#" + bytes(c).hex() for c in np.unique(colors.reshape(-1, 3), axis=0)}


def test_empty_says_what_will_appear_and_nothing_is_read(lines, qtbot):
    lines.show_lines([])
    lines.show_progress(0.4)
    lines.read_at(0.0)
    assert lines.describe() == EMPTY
    assert math.isnan(lines.reading)
    assert lines.curves == []


def test_exact_curves_are_drawn_on_one_scale(lines):
    lines.range.logarithmic = False
    lines.show_lines([STEEP, FLAT])
    x, y = lines.curves[0].curve.getData()
    np.testing.assert_array_equal((x, y), (STEEP.t, STEEP.cost))
    np.testing.assert_array_equal(lines.curves[1].curve.points()[1], FLAT.cost)
    (left, right), (low, high) = lines.plot.view_box.viewRange()
    assert (left, right) == (-2.0, 2.0)
    assert low < STEEP.cost.min()
    assert high > STEEP.cost.max()
    band = lines.bands[0]
    np.testing.assert_allclose(band.high - band.low, 0.02)


def test_logarithmic_axis_is_drawn_in_logarithms(lines):
    lines.range.logarithmic = True
    lines.show_lines([STEEP])
    np.testing.assert_allclose(lines.curves[0].curve.getData()[1], np.log10(STEEP.cost))
    scale = lines.marks.scale()
    at_ball = figures.drawn(np.array([0.5]), logarithmic=True)[0]
    share = (at_ball - scale.low) / (scale.high - scale.low)
    expected = scale.area.bottom() - share * scale.area.height()
    assert scale.y(0.5) == pytest.approx(expected)
    assert math.isnan(scale.y(0.0))


def test_ball_and_landing_are_at_the_exact_cost(lines):
    lines.show_lines([STEEP])
    QApplication.processEvents()
    scale, view = lines.marks.scale(), lines.plot.view_box
    for t in (0.0, STEEP.step):
        cost = figures.cost_at(STEEP, t)
        height = math.log10(cost) if lines.range.is_logarithmic else cost
        expected = view.mapViewToScene(QPointF(t, height))
        assert scale.x(t) == pytest.approx(expected.x(), abs=1)
        assert scale.y(cost) == pytest.approx(expected.y(), abs=1)


def test_gap_parts_curve_and_band(lines):
    cost = STEEP.cost.copy()
    cost[10:13], cost[30] = np.nan, np.inf
    lines.show_lines([dataclasses.replace(STEEP, cost=cost)])
    drawn = lines.curves[0].curve.getData()[1]
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(drawn)), [10, 11, 12, 30])
    assert [len(band.x) for band in lines.bands] == [10, 17, 10]
    lines.show_lines([STEEP])
    assert [len(band.x) for band in lines.bands] == [41, 0, 0]
    lines.grab()


def test_slices_that_diverged_are_shown_without_a_ball(lines):
    nothing = np.full(41, np.nan)
    unknown = dataclasses.replace(STEEP, cost=nothing, error=nothing, slope=math.nan)
    lines.show_lines([unknown])
    lines.grab()
    assert "–" in lines.describe()


def test_no_more_than_there_are_styles_and_fewer_hide_the_others(lines):
    lines.show_lines([line_of(str(k)) for k in range(8)])
    assert len(lines.lines) == len(lines.curves) == len(STYLES) == len(set(STYLES))
    lines.grab()
    lines.show_lines([STEEP, FLAT])
    assert all(len(curves.tangent.getData()[0]) == 0 for curves in lines.curves[2:])


def test_of_many_slices_only_the_chosen_one_has_its_parabola(lines):
    lines.show_lines([STEEP, FLAT, TOO_FAR])
    assert [len(c.parabola.points()[0]) > 0 for c in lines.curves] == [True, False, False]
    lines.show_lines([STEEP, FLAT])
    assert [len(c.parabola.points()[0]) > 0 for c in lines.curves] == [True, True, False]


def test_click_in_the_legend_and_its_arrows_choose_whose_words_are_shown(lines, qtbot):
    lines.show_lines([STEEP, TOO_FAR])
    assert "stays within" in lines.words.text()
    row = QPointF(40, 2.5 * ROW).toPoint()
    qtbot.mouseClick(lines.legend, Qt.MouseButton.LeftButton, pos=row)
    assert lines.chosen == 1
    assert "goes too far along this direction" in lines.words.text()
    qtbot.keyClick(lines.legend, Qt.Key.Key_Up)
    assert lines.chosen == 0
    qtbot.keyClick(lines.legend, Qt.Key.Key_Up)
    assert lines.chosen == 0
    lines.show_lines([STEEP, TOO_FAR, FLAT])
    qtbot.keyClick(lines.legend, Qt.Key.Key_Down)
    qtbot.keyClick(lines.legend, Qt.Key.Key_Down)
    lines.show_lines([STEEP])
    assert lines.chosen == 0


def test_arrows_move_the_read_out_and_escape_puts_it_away(lines, qtbot):
    lines.show_lines([STEEP])
    qtbot.keyClick(lines.plot, Qt.Key.Key_Right)
    assert lines.reading == 0.0
    qtbot.keyClick(lines.plot, Qt.Key.Key_Right)
    assert lines.reading == pytest.approx(0.08)
    lines.grab()
    for _ in range(60):
        qtbot.keyClick(lines.plot, Qt.Key.Key_Left)
    assert lines.reading == -2.0
    qtbot.keyClick(lines.plot, Qt.Key.Key_Escape)
    assert math.isnan(lines.reading)


def test_pointer_reads_the_distance_under_it(lines):
    lines.show_lines([STEEP])
    QApplication.processEvents()
    at = lines.plot.view_box.mapViewToScene(QPointF(0.7, lines.plot.view_box.viewRange()[1][0]))
    lines._pointer_moved(at - QPointF(0, 5))
    assert lines.reading == pytest.approx(0.7, abs=0.01)
    lines._pointer_moved(QPointF(-10, -10))
    assert math.isnan(lines.reading)


def test_locked_axis_stands_still_and_an_unlocked_one_follows(lines):
    lines.show_lines([STEEP])
    before = lines.plot.view_box.viewRange()[1]
    lines.show_lines([FLAT])
    assert lines.plot.view_box.viewRange()[1] == before
    lines.range.locked = False
    lines.show_lines([FLAT])
    assert lines.plot.view_box.viewRange()[1] != before


def test_theme_reaches_curves_and_band(lines):
    lines.show_lines([STEEP, FLAT])
    assert {DARK.curve_1, DARK.curve_2} <= pixel_colors(lines)
    apply_theme(QApplication.instance(), LIGHT)
    QApplication.processEvents()
    colors = pixel_colors(lines)
    assert {LIGHT.curve_1, LIGHT.curve_2} <= colors
    assert not {DARK.curve_2, DARK.panel} & colors


def test_columns_of_numbers_give_way_to_the_names(lines):
    rows = [("−0.400", "1.00", "0.300", "0.800")]
    counts = [len(column_widths(rows, room)) for room in (560, 300, 220, 100)]
    assert counts[0] == len(HEADS)
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0


@pytest.mark.parametrize("x", [0.0, 50.0, 199.0, 200.0])
@pytest.mark.parametrize("y", [0.0, 50.0, 100.0])
def test_words_are_beside_their_point_and_inside(x, y):
    area = QRectF(0, 0, 200, 100)
    where = word_place(QPointF(x, y), 80, area)
    assert area.contains(where)
    assert where.height() == WORD_HEIGHT
    assert where.left() > x or where.right() < x


def test_description_has_numbers_for_a_screen_reader(lines):
    lines.show_lines([TOO_FAR])
    said = lines.accessibleDescription()
    assert said == lines.describe() == lines.plot.accessibleDescription()
    assert "slope −0.400" in said
    assert "slope −0.400, curvature 1.00" in lines.legend.accessibleDescription()


def test_low_widget_keeps_the_plot_and_the_chosen_row(lines, qtbot):
    lines.show_lines([line_of(str(k)) for k in range(6)])
    assert lines.legend.shown_rows() == [0, 1, 2, 3, 4, 5]
    lines.resize(360, 240)
    QApplication.processEvents()
    assert lines.legend.shown_rows() == [0]
    assert lines.plot.height() >= figures.LEAST_PLOT - 20
    qtbot.keyClick(lines.legend, Qt.Key.Key_Down)
    assert lines.legend.shown_rows() == [1]
    assert lines.words.text().startswith("1: ")
    lines.grab()
    lines.resize(560, 420)
    QApplication.processEvents()
    assert len(lines.legend.shown_rows()) == 6


def test_numbers_at_the_axes_are_fewer_where_there_is_less_room(lines):
    lines.show_lines([STEEP, FLAT])
    QApplication.processEvents()
    before = len(lines.plot.left_axis.ticks()), len(lines.plot.bottom_axis.ticks())
    lines.resize(280, 190)
    QApplication.processEvents()
    after = len(lines.plot.left_axis.ticks()), len(lines.plot.bottom_axis.ticks())
    assert after[0] < before[0]
    assert after[1] < before[1]
