"""Fragility: the example is disturbed in all panels, and a thousand images are counted."""

import dataclasses

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.fragility import Disturbance, shift_map
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.analysis.interval import wilson_interval
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt import accuracy_text
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.fragility.measuring import MEASURES
from gdviz.qt.views.fragility.view import FragilityView
from gdviz.qt.views.fragility.words import Measured

SIZE = (728, 200)


def nothing(*_args):
    pass


@pytest.fixture(scope="module")
def few(mnist):
    """MNIST with sixty test images: what is counted takes no time."""
    return Dataset(mnist.name, mnist.source, mnist.train, mnist.test.first(60))


@pytest.fixture
def fragile(look, sixteen, few):
    looking = look(FragilityView, sixteen, SIZE, few)
    # Tests measure a rested network by hand: on a busy machine the second passes within them.
    looking.view.measuring.rest.setInterval(3_600_000)
    looking.settle()
    return looking


def network_of(*sizes, value=0.1):
    architecture = Architecture(sizes)
    vector = np.full(architecture.n_parameters, value, np.float32)
    return InspectedNetwork(
        "made", architecture, Parameters(vector, architecture.layout), "quadratic", "file"
    )


def drag(widget, start, end):
    none = Qt.KeyboardModifier.NoModifier
    left, no = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, at, button, buttons in (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, end, no, left),
        (QEvent.Type.MouseButtonRelease, end, left, no),
    ):
        where = widget.mapToGlobal(at)
        QApplication.sendEvent(widget, QMouseEvent(kind, at, where, button, buttons, none))


def test_map_is_that_of_the_network(fragile, sixteen, few):
    wanted = shift_map(sixteen, few.test, nothing, nothing)
    np.testing.assert_array_equal(fragile.view.map.map.correct, wanted.correct)
    assert fragile.shown.dock.subtitle() == "60 test images"
    at_rest = wanted.at(0, 0)
    assert fragile.view.readings.pairs[0] == ("as they are", accuracy_text.counted(at_rest, 60))


def test_accuracies_are_said_with_counts_and_intervals():
    low, high = wilson_interval(612, 1000)
    assert accuracy_text.counted(612, 1000) == (
        f"612 of 1,000, 61.2 % [{100 * low:.1f}, {100 * high:.1f}]"
    )


def test_dragged_digit_is_the_example_of_all_panels(fragile):
    view, inspect = fragile.view, fragile.inspect
    base = inspect.inspection.example.image.reshape(28, 28)
    view.digit.grab()
    pixel = view.digit.where.width() / 28
    start = view.digit.where.center()
    drag(view.digit, start, start + QPointF(3.2 * pixel, -1.9 * pixel))
    moved = inspect.inspection.example
    np.testing.assert_array_equal(moved.image.reshape(28, 28)[:-2, 3:], base[2:, :-3])
    assert moved.title == "test image 0, 3 px right, 2 px up"
    assert moved.label == 7
    assert (view.map.down, view.map.right) == (-2, 3)
    correct = view.map.map.at(-2, 3)
    assert ("3 px right, 2 px up", accuracy_text.counted(correct, 60)) in view.readings.pairs
    fragile.refresh()
    assert view.disturbance == Disturbance(-2, 3)
    outputs = fragile.inspect.inspection.network.passed(moved.image[None]).outputs[0]
    assert view.digit.caption == f"says {outputs.argmax()} at {outputs.max():.3f}"


def test_arrow_keys_move_and_home_puts_back(fragile, qtbot):
    view = fragile.view
    for _ in range(10):
        qtbot.keyClick(view.digit, Qt.Key.Key_Right)
    qtbot.keyClick(view.map, Qt.Key.Key_Up)
    assert view.disturbance == Disturbance(-1, 8)
    qtbot.keyClick(view.map, Qt.Key.Key_Home)
    assert view.disturbance == Disturbance()
    assert fragile.inspect.inspection.example.index == 0
    for key, is_taken in ((Qt.Key.Key_Left, True), (Qt.Key.Key_Space, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        view.digit.event(event)
        assert event.isAccepted() is is_taken


def test_click_on_the_map_moves_the_digit(fragile):
    view = fragile.view
    view.map.grab()
    cell = view.map.where.width() / 17
    at = view.map.where.topLeft() + QPointF(2.5 * cell, 12.5 * cell)
    assert view.map.cell_at(at) == (4, -6)
    drag(view.map, at, at)
    assert view.disturbance == Disturbance(4, -6)
    assert view.map.cell_at(QPointF(0, 0)) is None


def test_curves_turn_and_add_noise(fragile, qtbot):
    view, inspect = fragile.view, fragile.inspect
    base = inspect.inspection.example.image
    where = view.rotation.where
    at = QPointF(where.left() + where.width() * 115 / 180, where.center().y())
    drag(view.rotation, at, at)
    assert view.disturbance.degrees == 25
    qtbot.keyClick(view.noise, Qt.Key.Key_Right)
    assert view.disturbance == Disturbance(degrees=25.0, sigma=0.05)
    wanted = view.disturbance.applied(base[None], 28, np.random.default_rng(0))[0]
    np.testing.assert_array_equal(inspect.inspection.example.image, wanted)
    captions = [caption for caption, _ in view.readings.pairs]
    assert captions == ["as they are", "turned 25° left", "noise σ 0.05", "inverted"]
    qtbot.keyClick(view.rotation, Qt.Key.Key_Home)
    assert view.disturbance.degrees == 0
    view.invert.click()
    assert view.disturbance.is_inverted
    view.back.click()
    np.testing.assert_array_equal(inspect.inspection.example.image, base)
    assert not view.back.isEnabled()


def test_another_example_is_not_disturbed(fragile):
    fragile.view.disturb(Disturbance(2, 2))
    fragile.inspect.choose_example("test", 5)
    fragile.refresh()
    assert fragile.view.disturbance == Disturbance()
    fragile.view.disturb(Disturbance(0, 1))
    assert fragile.inspect.inspection.example.title == "test image 5, 1 px right"


def test_drawn_example_comes_back_as_it_was(fragile):
    image = np.linspace(0, 1, 784, dtype=np.float32)
    fragile.inspect.use_image(image, "drawn")
    fragile.refresh()
    fragile.view.disturb(Disturbance(3, 0))
    fragile.view.disturb(Disturbance())
    example = fragile.inspect.inspection.example
    np.testing.assert_array_equal(example.image, image)
    assert example.title == "drawn"


def changed(network, factor, step):
    parameters = network.parameters.copy()
    parameters.vector[:] *= np.float32(factor)
    return dataclasses.replace(network, parameters=parameters, step=step)


def test_stale_map_says_of_which_step_it_is_and_is_measured_when_rested(fragile, sixteen):
    view, inspect = fragile.view, fragile.inspect
    inspect.show_network(changed(sixteen, 0.5, 1_200))
    fragile.settle()
    before = view.map.map
    assert before is not None
    assert fragile.shown.dock.subtitle().startswith("60 test images, of ")
    assert view.measuring.rest.isActive()
    view.measuring.measure_rested()
    fragile.settle()
    assert view.map.map is not before
    assert fragile.shown.dock.subtitle() == "60 test images"
    inspect.show_network(changed(sixteen, 0.2, 1_300))
    fragile.refresh()
    assert fragile.shown.dock.subtitle() == "60 test images, of step 1,200"


def test_network_known_already_is_not_measured_again(fragile):
    fragile.view.measuring.measure_rested()
    assert not fragile.inspect.is_busy


def test_measuring_can_be_cancelled_and_asked_for(fragile, sixteen):
    view = fragile.view
    fragile.inspect.show_network(changed(sixteen, 0.5, sixteen.step))
    fragile.refresh()
    view.again.click()
    assert view.again.text() == "Cancel"
    assert fragile.shown.dock.subtitle().startswith("measuring, ")
    view.again.click()
    fragile.settle()
    assert view.again.text() == "Measure"
    assert fragile.shown.dock.subtitle() == "60 test images, before the last change"
    view.measuring.measure_rested()
    assert not fragile.inspect.is_busy
    view.again.click()
    fragile.settle()
    assert fragile.shown.dock.subtitle() == "60 test images"


def test_edited_network_puts_an_end_to_measuring_the_one_before(fragile, sixteen):
    """Others' answers wait behind this one; only what was asked for by hand is gone on with."""
    view, inspect = fragile.view, fragile.inspect
    first = changed(sixteen, 0.5, 1)
    inspect.show_network(first)
    fragile.refresh()
    view.measuring.measure_rested()
    before = view.measuring.measured.shifts
    inspect.show_network(changed(sixteen, 0.4, 2))
    fragile.settle()
    assert view.measuring.measured.shifts is before
    view.again.click()
    asked = inspect.inspection.network
    inspect.show_network(changed(sixteen, 0.3, 3))
    fragile.settle()
    assert view.measuring.of is asked


def test_network_in_training_is_measured_although_it_changes(look, sixteen, few):
    live = dataclasses.replace(sixteen, origin="live", step=100)
    looking = look(FragilityView, live, SIZE, few)
    looking.inspect.show_network(changed(live, 0.9, 110))
    looking.settle()
    assert looking.view.measuring.of is live
    assert looking.shown.dock.subtitle() == "60 test images, of step 100"


def test_error_is_said(fragile, sixteen, monkeypatch):
    def fails(*_args):
        raise MemoryError("no room")

    monkeypatch.setitem(MEASURES, "fragility.rotation", fails)
    fragile.view.again.click()
    fragile.settle()
    assert fragile.shown.dock.subtitle() == "stopped: MemoryError: no room"


def test_timers_end_with_the_panel(fragile, sixteen):
    """A timer that fires after its panel is gone would reach for deleted buttons."""
    measuring = fragile.view.measuring
    fragile.inspect.show_network(changed(sixteen, 0.5, 1))
    fragile.refresh()
    assert measuring.rest.isActive()
    fragile.view.widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(measuring)
    assert not shiboken6.isValid(measuring.__dict__["rest"])


def test_reset_forgets_the_counts(fragile, sixteen):
    fragile.view.reset(fragile.inspect.dataset)
    assert fragile.view.measuring.measured.shifts is None
    fragile.view.measuring.follow(fragile.inspect.inspection)
    assert fragile.view.measuring.measured.shifts is None
    fragile.settle()
    assert fragile.view.measuring.measured.shifts is not None


def test_description_has_every_count(fragile):
    found = fragile.view.describe()
    assert len(found.rows) == 289 + 36 + 20 + 1
    measured = fragile.view.measuring.measured
    row = next(row for row in found.rows if row[0] == "3 px left")
    assert row[1:3] == (measured.shifts.at(0, -3), 60)
    low, high = wilson_interval(row[1], 60)
    assert row[3:] == (round(row[1] / 60, 4), round(low, 4), round(high, 4))
    assert "as they are: " in found.sentence
    assert list(Measured().rows()) == []


@pytest.mark.parametrize(
    "network", [network_of(50, 10), network_of(784, 3), network_of(64, 8, 10)], ids=str
)
def test_networks_that_do_not_fit_say_so(look, network, few):
    looking = look(FragilityView, network, SIZE, few)
    looking.settle()
    assert "cannot be counted" in looking.view.readings.pairs[0][0]
    assert not looking.view.again.isEnabled()
    assert "cannot be counted" in looking.view.describe().sentence
    looking.view.board.grab()
    looking.view.disturb(Disturbance(1, 1))


def test_counts_of_a_former_network_are_not_those_of_one_that_does_not_fit(fragile):
    view = fragile.view
    assert view.map.map is not None
    fragile.inspect.show_network(network_of(50, 10))
    fragile.settle()
    assert (view.map.map, view.rotation.curve, view.noise.curve) == (None, None, None)
    assert view.describe().rows == ()
    assert "cannot be counted" in view.describe().sentence


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_do_not_raise(look, value, few):
    looking = look(FragilityView, network_of(784, 4, 10, value=value), SIZE, few)
    looking.settle()
    assert looking.view.digit.caption == "says nothing"
    looking.view.board.grab()


def test_map_is_painted_in_the_colours_of_its_legend(fragile, qapp):
    view = fragile.view
    for theme in (LIGHT, DARK):
        apply_theme(qapp, theme)
        seen = view.map.grab().toImage()
        ratio = view.map.devicePixelRatioF()
        where, cell = view.map.where, view.map.where.width() / 17
        bright = where.topLeft() + QPointF(8.5 * cell, 9.9 * cell)
        dark = where.topLeft() + QPointF(0.5 * cell, 0.5 * cell)
        pixel = seen.pixelColor((bright * ratio).toPoint())
        assert pixel.red() > pixel.blue()
        pixel = seen.pixelColor((dark * ratio).toPoint())
        assert pixel.blue() > pixel.red()
