"""The strip of all parameters: its colours, its zoom from all to one, and what it says."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gdviz.analysis.parameter_strip import columns, segments
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Layout
from gdviz.qt.color_maps import signed_image
from gdviz.qt.theme import DARK, LIGHT
from gdviz.qt.views.ruler import words
from gdviz.qt.views.ruler.pictures import DECADES, Strip, profile
from gdviz.qt.views.ruler.ruler_paint import sum_spans
from gdviz.qt.views.ruler.stretch import Stretch
from gdviz.qt.views.ruler.view import READING, RulerView
from gdviz.qt.views.view import Frame
from gdviz.runtime.snapshot import RunState
from gdviz.training.state import TrainingState

SIZE = (424, 300)
ALL = 13_002


@pytest.fixture
def ruler(show, run):
    """The view at step 10."""
    shown = show(RulerView, SIZE)
    shown.view.show_frame(run.frame(10))
    shown.dock.grab()
    return shown


def quantity(shown, key):
    shown.view.quantity.segment(key).click()
    shown.dock.grab()
    return shown.view.ruler.strip


def wheel(widget, where, notches):
    event = QWheelEvent(
        where,
        widget.mapToGlobal(where),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_quantities_are_the_arrays_of_the_snapshot(ruler, run):
    np.testing.assert_array_equal(quantity(ruler, "value").values, run.path[10].vector)
    np.testing.assert_array_equal(quantity(ruler, "gradient").values, run.gradients[9].vector)
    change = quantity(ruler, "change")
    np.testing.assert_array_equal(change.values, run.path[10].vector - run.path[0].vector)
    assert change.symbol == "W − W at the start"


def test_change_of_a_run_from_a_file_is_counted_from_what_was_seen_first(show, run):
    shown = show(RulerView, SIZE)
    shown.view.restore({"quantity": "change"})
    shown.view.show_frame(run.frame(20, title="some.npz"))
    shown.view.show_frame(run.frame(30, title="some.npz"))
    strip = shown.view.ruler.strip
    np.testing.assert_array_equal(strip.values, run.path[30].vector - run.path[20].vector)
    assert strip.symbol == "W − W at step 20"


def test_memory_of_the_optimizer_is_shown_while_training_rests(show, run):
    shown = show(RulerView, SIZE)
    shown.view.restore({"quantity": "memory"})
    shown.view.show_frame(run.frame(10))
    assert shown.view.ruler.empty_text == words.no_memory(OPTIMIZERS["gradient_descent"].title)
    config = run.config.replace(optimizer="adam")
    memory = np.random.default_rng(0).normal(size=(2, ALL)).astype(np.float32)
    state = TrainingState(run.path[10], memory)
    shown.view.show_frame(_with(run, config, state))
    np.testing.assert_array_equal(shown.view.ruler.strip.values, memory[0])
    assert shown.view.ruler.strip.symbol == "Adam: mean of gradients"
    shown.view.next_array.click()
    np.testing.assert_array_equal(shown.view.ruler.strip.values, memory[1])
    shown.view.show_frame(_with(run, config, None, RunState.RUNNING))
    assert shown.view.ruler.strip is None
    assert "while training rests" in shown.view.ruler.empty_text
    shown.dock.grab()


def _with(run, config, state, run_state=RunState.PAUSED):
    snapshot = dataclasses.replace(
        run.snapshot(10), config=config, training_state=state, state=run_state
    )
    return Frame(snapshot, run.history(10), None)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_colours_are_those_of_the_largest_above_the_smallest(run, theme):
    values = run.path[10].vector
    strip = Strip(values, run.path[10].layout, "W", 0.3, 0.0, "minmax")
    found = columns(values, 0, ALL, 100)
    high = [values[a:b].max() for a, b in zip(found.first, found.last, strict=True)]
    low = [values[a:b].min() for a, b in zip(found.first, found.last, strict=True)]
    picture = strip.colors(found, theme)
    np.testing.assert_array_equal(picture[0], signed_image(np.array(high), 0.3, theme))
    np.testing.assert_array_equal(picture[1], signed_image(np.array(low), 0.3, theme))


@pytest.mark.parametrize("way", ["minmax", "size"])
def test_profile_is_as_high_as_the_values(way):
    values = np.array([1.0, -0.5, 0.0, 0.01, -2.0])
    strip = Strip(values, Layout((1, 1)), "W", 1.0, 0.0, way)
    found = columns(values, 0, 5, 5)
    painted = (profile(strip, found, 400, DARK)[..., 3] > 0).sum(axis=0)
    if way == "minmax":
        expected = 200 * np.minimum(np.abs(values), 1)
    else:
        sizes = np.maximum(np.abs(values), 10.0**-DECADES)
        expected = 400 * np.minimum(1 + np.log10(sizes) / DECADES, 1)
    np.testing.assert_allclose(painted, expected, atol=1)


def test_legend_says_ends_and_what_is_clipped(ruler, run):
    strip = quantity(ruler, "value")
    beyond = (np.abs(run.path[10].vector) > strip.limit).mean()
    assert strip.clipped == pytest.approx(beyond)
    text = ruler.view.legend.text()
    assert text.startswith(f"{words.number(-strip.limit)} to {words.number(strip.limit)}, W")
    assert f"{100 * beyond:.2f} % clipped" in text
    ruler.view.way.segment("size").click()
    assert "logarithmic" in ruler.view.legend.text()


def test_whole_strip_says_how_many_share_a_pixel(ruler):
    ratio = ruler.view.ruler.devicePixelRatioF()
    most = int(-(-ALL // round(ruler.view.ruler.width() * ratio)))
    assert f"{most} in a pixel: the largest above" in ruler.view.sharing.text()
    ruler.view.way.segment("size").click()
    assert "the mean of their sizes" in ruler.view.sharing.text()


def test_plus_zooms_from_all_to_one_number_and_escape_shows_all(ruler, qtbot, run):
    widget = ruler.view.ruler
    widget.setFocus()
    widget._point_at(12_550)
    for _ in range(20):
        qtbot.keyClick(widget, Qt.Key.Key_Plus)
    assert widget.stretch.width == 1
    assert widget.stretch.start <= 12_550.5 <= widget.stretch.stop
    assert ruler.view.sharing.text().endswith("every parameter has a place of its own")
    assert widget.component_at(QPointF(widget.rooms().part.center())) == 12_550
    ruler.dock.grab()
    slope, value = run.gradients[9].vector[12_550], run.path[10].vector[12_550]
    name = words.name_of(run.path[10].layout, 12_550)
    expected = f"{name}: W {words.number(float(value))}, ∂C/∂w {words.number(float(slope))}"
    assert ruler.view.reading.text() == expected
    qtbot.keyClick(widget, Qt.Key.Key_Escape)
    assert (widget.stretch.start, widget.stretch.stop) == (0, ALL)


def test_wheel_zooms_about_the_pointer(ruler):
    widget = ruler.view.ruler
    where = QPointF(0.75 * widget.width(), widget.rooms().part.center().y())
    before = widget.position_at(where.x())
    wheel(widget, where, 3)
    assert widget.stretch.width == pytest.approx(ALL * 0.8**3)
    assert widget.position_at(where.x()) == pytest.approx(before)
    wheel(widget, where, -30)
    assert widget.stretch.width == ALL


def test_drag_moves_what_is_in_sight_with_the_pointer(ruler, qtbot):
    widget = ruler.view.ruler
    widget.stretch.show(6000, 7000)
    y = round(widget.rooms().part.center().y())
    held = widget.position_at(200)
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=QPoint(200, y))
    qtbot.mouseMove(widget, QPoint(260, y))
    assert widget.position_at(260) == pytest.approx(held)
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=QPoint(260, y))
    qtbot.mouseMove(widget, QPoint(100, y))
    assert widget.position_at(260) == pytest.approx(held)


def test_pointer_on_the_strip_names_the_component(ruler, qtbot, run):
    widget = ruler.view.ruler
    assert ruler.view.reading.text() == READING
    widget.stretch.show(12_544, 12_560)
    y = round(widget.rooms().part.center().y())
    qtbot.mouseMove(widget, QPoint(round(widget.x_of(12_547.5)), y))
    assert ruler.view.reading.text().startswith("hidden 1, bias 3: W ")


def test_number_of_the_sum_brings_its_layer_into_sight(ruler, qtbot, run):
    widget = ruler.view.ruler
    found = segments(run.path[0].layout)
    left, right = sum_spans(found)[2]
    point = QPoint(round((left + right) / 2), 8)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point)
    assert (widget.stretch.start, widget.stretch.stop) == (found[2].start, found[2].stop)


def test_page_keys_go_from_layer_to_layer(ruler, qtbot, run):
    widget = ruler.view.ruler
    widget.setFocus()
    for segment in segments(run.path[0].layout):
        qtbot.keyClick(widget, Qt.Key.Key_PageDown)
        assert (widget.stretch.start, widget.stretch.stop) == (segment.start, segment.stop)
    qtbot.keyClick(widget, Qt.Key.Key_PageUp)
    assert widget.stretch.start == segments(run.path[0].layout)[4].start


def test_arrows_walk_by_what_a_pixel_shows_and_stay_in_sight(ruler, qtbot):
    widget = ruler.view.ruler
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Home)
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget.stretch.pointed == -(-ALL // widget.width())
    widget.stretch.show(100, 110)
    widget._point_at(108)
    for _ in range(5):
        qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget.stretch.pointed == 113
    assert widget.stretch.start <= 113 < widget.stretch.stop


def test_click_and_enter_select_a_weight_for_all_views(ruler, qtbot):
    widget = ruler.view.ruler
    y = round(widget.rooms().part.center().y())
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(100, y))
    assert ruler.picker.selected is None, "33 parameters share that pixel"
    widget.stretch.show(500, 510)
    x = round(widget.x_of(504.5))
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert ruler.picker.selected == 504
    assert widget.selected == 504
    widget._point_at(507)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert ruler.picker.selected == 507


def test_stretch_of_another_network_begins_anew():
    stretch = Stretch(100)
    stretch.show(10, 20)
    stretch.point_at(12)
    stretch.resize(100)
    assert (stretch.start, stretch.stop, stretch.pointed) == (10, 20, 12)
    stretch.resize(50)
    assert (stretch.start, stretch.stop, stretch.pointed) == (0, 50, None)


def test_description_has_every_part_in_numbers(ruler, run):
    described = ruler.view.describe()
    assert "12,544+16+256+16+160+10" in described.sentence
    title, count, low, high, mean = described.rows[5]
    part = run.path[10].biases[2]
    assert (title, count) == ("output biases", 10)
    assert (low, high) == (part.min(), part.max())
    assert mean == pytest.approx(np.abs(part).mean())


def test_view_remembers_its_choices_and_forgets_the_run(ruler, run):
    ruler.view.restore({"quantity": "gradient", "way": "size"})
    assert ruler.view.state() == {"quantity": "gradient", "way": "size"}
    ruler.view.restore({"quantity": "weather", "way": 7})
    assert ruler.view.state() == {"quantity": "gradient", "way": "size"}
    ruler.view.reset(run.dataset)
    assert ruler.view.ruler.strip is None
    assert ruler.view.describe().rows == ()
    ruler.dock.grab()


def test_colours_are_found_in_one_frame_and_painted_in_the_next(ruler, run):
    view = ruler.view
    before = view.ruler.grab().toImage()
    view.show_frame(dataclasses.replace(run.frame(50), is_repeated=True))
    assert view.is_unfinished
    view.show_frame(dataclasses.replace(run.frame(50), is_repeated=True))
    assert not view.is_unfinished
    np.testing.assert_array_equal(view.ruler.strip.values, run.path[50].vector)
    assert view.ruler.grab().toImage() != before
