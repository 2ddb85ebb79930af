"""Two variables: all optimizers on one map, every step of them, and the compass."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gdviz.analysis.component_places import component_places
from gdviz.nn.network import gradient, one_hot
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.qt.theme import THEMES, apply_theme
from gdviz.qt.views.hill_map.places import MapPlaces
from gdviz.qt.views.hill_map.view import HillMapView

SIZE = (1424, 440)


@pytest.fixture
def hill(show):
    return show(HillMapView, SIZE)


def test_every_optimizer_walks_from_the_same_start(hill):
    view = hill.view
    view.move_start(1.5, -2.0)
    assert set(view.model.shown_keys()) == set(OPTIMIZERS)
    for key in OPTIMIZERS:
        np.testing.assert_array_equal(view.model.path(key)[0], [1.5, -2.0])


def test_momentum_on_the_ravine_is_the_textbooks(hill):
    """Against a recursion written here: v ← 0.9 v − η ∇C, θ ← θ + v; no step is left out."""
    view = hill.view
    view.choose_hill("ravine")
    view._go_to(50)
    rate, place, velocity = view.model.rates["momentum"], np.array([-9.0, 2.5]), np.zeros(2)
    wanted = [place]
    for _ in range(50):
        velocity = 0.9 * velocity - rate * np.array([0.2 * place[0], 4 * place[1]])
        place = place + velocity
        wanted.append(place)
    np.testing.assert_allclose(view.model.path("momentum"), wanted, rtol=1e-9)
    reading = view.model.reading("momentum")
    np.testing.assert_allclose(dict(reading.inner)["velocity"], velocity, rtol=1e-9)


def test_gradient_of_three_to_one_is_three_one(hill):
    """The lesson's ∇C = (3, 1): x matters three times as much."""
    view = hill.view
    view.choose_hill("three_to_one")
    assert view.model.reading("gradient_descent").gradient == pytest.approx((3, 1))
    assert ("−∇C", "(−3, −1)") in view.rows.rows()
    compass = view.compass
    law = compass.around
    assert law.law(0) == pytest.approx(3 * law.law(math.pi / 2))
    compass.choose(90)
    true = law.change_at(math.pi / 2)
    assert true == pytest.approx(law.radius + 0.5 * law.radius**2, rel=1e-2)


def test_axes_have_one_scale_and_pixels_come_back():
    places = MapPlaces(700, 300, (-10, 10), (-4, 4))
    right = places.pixel(1, 0) - places.pixel(0, 0)
    up = places.pixel(0, 1) - places.pixel(0, 0)
    assert right.x() == pytest.approx(-up.y())
    assert places.point_at(places.pixel(2.5, -1.5)) == pytest.approx((2.5, -1.5))


def test_start_is_dragged_and_typed(hill, qtbot, qapp):
    view = hill.view
    at = view.canvas.places().pixel(2, 2)
    qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPointF(at).toPoint())
    qapp.processEvents()
    assert view.model.start == pytest.approx((2, 2), abs=0.05)
    assert view.controls.start_x.value() == view.model.start[0]
    view.controls.start_x.value_changed.emit(0.0)
    view.canvas.setFocus()
    before = view.model.start
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    qapp.processEvents()
    assert view.model.start[0] > before[0]


def test_keys_and_slider_go_through_the_steps(hill, qtbot):
    view = hill.view
    for _ in range(3):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Period)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Comma)
    assert view.model.step == view.slider.value() == 2
    view.slider.setValue(40)
    assert len(view.model.path("adam")) == 41
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    assert view.model.step == 0


def test_divergence_is_said(hill):
    view = hill.view
    view.choose_hill("bowl")
    view.table.rate_changed.emit("gradient_descent", 5.0)
    view._go_to(100)
    assert any(name.startswith("left the hill") for name, _ in view.rows.rows())
    assert not view.canvas.grab().isNull()


def test_playing_ends_at_the_last_step_and_when_hidden(hill):
    view = hill.view
    view._go_to(view.model.n_steps - 1)
    view.play.toggle()
    view.play.stepped.emit(1)
    assert not view.play.is_running
    view._go_to(0)
    view.play.toggle()
    hill.dock.hide()
    assert not view.play.is_running


def test_wrong_formula_is_said_and_the_last_good_one_stays(hill, qtbot):
    view = hill.view
    field, before = view.controls.formula, view.model.formula
    for text, is_good in (("x^2 + q", False), ("x^2 + 5y^2", True)):
        field.line.setText(text)
        qtbot.keyClick(field.line, Qt.Key.Key_Return)
        assert (field.error() == "") is is_good
        assert (view.model.formula is before) is not is_good


def test_hidden_optimizer_has_no_numbers(hill):
    view = hill.view
    view.table.boxes["adam"].setChecked(False)
    assert "adam" not in view.model.shown_keys()
    assert not any(view.table.figures["adam"].texts)
    assert len(view.describe().rows) == len(OPTIMIZERS) - 1


def test_state_comes_back(hill, show):
    view = hill.view
    view.choose_hill("rosenbrock")
    view.move_start(0.5, 2.0)
    view.table.boxes["adamw"].setChecked(False)
    other = show(HillMapView, SIZE).view
    other.restore(view.state())
    assert other.state() == view.state()
    other.restore({"formula": 3})
    assert other.state() == view.state()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_valley_is_darker_than_the_rim_in_every_theme(hill, qapp, theme):
    apply_theme(qapp, theme)
    view = hill.view
    view.choose_hill("bowl")
    image, places = view.canvas.grab().toImage(), view.canvas.places()
    ratio = image.devicePixelRatio()
    low, high = (places.pixel(x, 0.4) * ratio for x in (0.4, places.shown_x[1] - 0.2))
    assert (
        image.pixelColor(low.toPoint()).lightness() < image.pixelColor(high.toPoint()).lightness()
    )


@pytest.fixture
def on_network(hill, run):
    """The hill of two weights of a network that has learned a little."""
    hill.view.show_frame(run.frame(40))
    hill.view.choose_hill("network")
    return hill


def _whole_cost(run, step, pair, point):
    """The network's mean cost with two components replaced, nothing left out."""
    vector = run.path[step].vector.astype(float)
    vector[list(pair)] = point
    images = run.dataset.train.inputs(slice(256), float)
    targets = one_hot(run.dataset.train.labels[:256], dtype=float)
    parameters = Parameters(vector, run.config.architecture.layout)
    return gradient(run.config.architecture, parameters, images, targets, run.config.cost)


def test_network_two_weights_are_walked_by_every_optimizer(on_network, run):
    view = on_network.view
    pair = view.model.formula.pair.pair
    assert view.model.start == pytest.approx(tuple(run.path[40].vector[list(pair)]))
    view._go_to(30)
    for key in OPTIMIZERS:
        reading = view.model.reading(key)
        cost, slope = _whole_cost(run, 40, pair, (reading.x, reading.y))
        assert reading.cost == pytest.approx(cost, rel=1e-5)
        assert reading.gradient == pytest.approx(tuple(slope.vector[list(pair)]), rel=1e-6)
    assert "step 40 on 256 training images" in view.describe().sentence
    assert not view.canvas.grab().isNull()


def test_network_weights_are_the_largest_of_the_gradient_or_the_selected_one(hill, run):
    view, layout = hill.view, run.config.architecture.layout
    hill.picker.select(777)
    view.show_frame(run.frame(40))
    view.choose_hill("network")
    first, second = view.model.formula.pair.pair
    assert first == 777
    _, slope = _whole_cost(run, 40, (0,), run.path[40].vector[:1])
    weights = component_places(layout).source >= 0
    assert abs(slope.vector[second]) == pytest.approx(np.abs(slope.vector[weights]).max())


def test_network_weights_are_named_and_wrong_names_change_nothing(on_network):
    view = on_network.view
    field = view.controls.network.fields[1]
    before = view.model.formula
    for text, problem in (("output", "170 weights, not one"), ("nonsense", "finds nothing")):
        field.line.setText(text)
        field.line.editingFinished.emit()
        assert problem in field.error()
        assert view.model.formula is before
    field.line.setText("output 7 <- 3")
    field.line.editingFinished.emit()
    assert view.model.formula.titles[1] == "output 7 ← 3"
    assert view.model.formula.titles[0] == before.titles[0]


def test_network_is_kept_until_it_is_taken_anew(on_network, run, qtbot):
    view = on_network.view
    pair = view.model.formula.pair.pair
    view.show_frame(run.frame(60))
    assert view.model.formula.step == 40
    qtbot.mouseClick(view.controls.network.now, Qt.MouseButton.LeftButton)
    assert view.model.formula.step == 60
    assert view.model.formula.pair.pair == pair
    view.choose_hill("bowl")
    assert view.controls.formula.isVisible()
    assert not view.controls.network.isVisible()


def test_network_hill_is_not_remembered_and_nothing_breaks(on_network, show):
    other = show(HillMapView, SIZE).view
    before = other.model.formula.text
    other.restore(on_network.view.state())
    assert other.model.formula.text == before


def test_network_before_there_is_one_changes_nothing(hill):
    before = hill.view.model.formula
    hill.view.choose_hill("network")
    assert hill.view.model.formula is before
    assert hill.view.controls.hill.currentData() != "network"


@pytest.fixture
def block(hill):
    """The hill as a block."""
    hill.view.show_face("relief")
    return hill.view.relief


def test_block_is_made_when_it_is_seen_and_anew_for_another_hill(hill, block):
    view = hill.view
    assert block.isVisible()
    first = block.surface
    view._go_to(30)
    assert block.surface is first
    view.choose_hill("ravine")
    assert block.surface is not first
    x, y = np.meshgrid(block.surface.u, block.surface.v)
    expected = (x**2 + 20 * y**2) / 10
    np.testing.assert_allclose(block.surface.cost, np.maximum(expected, block.range.low))
    view.show_face("map")
    shown = block.surface
    view.choose_hill("bowl")
    assert block.surface is shown, "nobody sees it"
    view.show_face("relief")
    assert block.surface is not shown


def test_block_says_the_functions_own_cost(hill, block):
    hill.view.choose_hill("bowl")
    at = block.to_pixels(np.array([[1.0, -0.5]]))[0]
    x, y = block.coordinates_at(QPointF(*at))
    assert (x, y) == pytest.approx((1.0, -0.5), abs=0.05)
    assert block.hover_text(QPointF(*at)).startswith(f"cost {(x * x + y * y) / 2:.3g}"[:8])


def test_block_paints_every_theme_and_a_path_that_leaves_it(hill, block, qapp):
    view = hill.view
    view.choose_hill("bowl")
    view.table.rate_changed.emit("gradient_descent", 5.0)
    view._go_to(100)
    for theme in THEMES.values():
        apply_theme(qapp, theme)
        assert not block.grab().isNull()


def test_face_and_camera_are_remembered(hill, block, show):
    block.turn(20, 5)
    other = show(HillMapView, SIZE).view
    other.restore(hill.view.state())
    assert other.face.current() == "relief"
    assert other.faces.currentWidget() is other.relief
    assert other.relief.camera == block.camera
    other.restore({**hill.view.state(), "face": "cube", "camera": "near"})
    assert other.face.current() == "relief"


def test_momentum_is_typed_and_remembered(hill, show):
    view = hill.view
    view._go_to(20)
    descent, before = view.model.path("gradient_descent"), view.model.path("momentum")
    view.controls.momentum.value_changed.emit(0.5)
    assert not np.array_equal(view.model.path("momentum"), before)
    np.testing.assert_array_equal(view.model.path("gradient_descent"), descent)
    other = show(HillMapView, SIZE).view
    other.restore(view.state())
    assert other.model.momentum == other.controls.momentum.value() == 0.5
