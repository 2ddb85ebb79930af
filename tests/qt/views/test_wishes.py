"""What does it want: climbs in parts, and real images beside what comes of them."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.inspection.wishes import FREE, SMOOTH, advanced, roughness
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.wishes.climbing import N_STEPS
from gdviz.qt.views.wishes.view import WishesView

SIZE = (728, 424)
OUTPUT_5 = NeuronPlace(2, 5)


@pytest.fixture(scope="module")
def few(mnist):
    """MNIST with few images: to look for the nearest one takes no time."""
    return Dataset(mnist.name, mnist.source, mnist.train.first(900), mnist.test.first(300))


@pytest.fixture
def wishing(look, sixteen, few):
    return look(WishesView, sixteen, SIZE, few)


def network_of(*sizes, value=0.1):
    architecture = Architecture(sizes)
    vector = np.full(architecture.n_parameters, value, np.float32)
    return InspectedNetwork(
        "made", architecture, Parameters(vector, architecture.layout), "quadratic", "file"
    )


def test_first_sight_asks_for_a_five_and_gets_one(wishing, sixteen, few):
    view = wishing.view
    assert wishing.shown.dock.subtitle() == "0 of 200 steps uphill"
    wishing.settle()
    climbing = view.climbing
    assert climbing.wish.place == OUTPUT_5
    assert climbing.ascent.n_steps == N_STEPS
    outputs = sixteen.passed(climbing.ascent.images).outputs
    assert outputs.argmax(axis=1).tolist() == [5, 5]
    assert view.pictures.tiles[FREE].says == f"5 at {outputs[FREE, 5]:.3f}"
    assert view.words.text().startswith("Asked for a 5, the network says 5 at ")
    rough, _ = roughness(climbing.ascent.images, 28)
    assert rough[SMOOTH] < 0.1 * rough[FREE]


def test_climb_in_parts_is_that_at_once(wishing, sixteen):
    wishing.settle()
    wish = wishing.view.climbing.wish
    example = wishing.inspect.inspection.example.image
    wanted = advanced(sixteen, wish.begin(784, example), wish, N_STEPS)
    np.testing.assert_array_equal(wishing.view.climbing.ascent.images, wanted.images)
    assert wishing.view.pictures.heights == wanted.heights


def test_pictures_move_while_it_climbs(wishing):
    view = wishing.view
    before = view.pictures.tiles[FREE].image
    wishing.inspect.wait(60)
    wishing.refresh()
    wishing.inspect.wait(60)
    wishing.refresh()
    assert view.climbing.is_climbing
    assert 0 < view.climbing.ascent.n_steps < N_STEPS
    assert not np.array_equal(view.pictures.tiles[FREE].image, before)


def test_real_images_stand_beside(wishing, few):
    wishing.settle()
    view = wishing.view
    fives = few.train.labels == 5
    average = few.train.images[fives].mean(axis=0) / 255
    np.testing.assert_allclose(view.pictures.tiles[2].image, average, atol=1e-5)
    assert view.pictures.tiles[2].remark == f"of {fives.sum()} images of a 5"
    smooth = view.climbing.ascent.images[SMOOTH]
    distances = np.linalg.norm(few.train.images / 255 - smooth, axis=1)
    nearest = few.train.images[distances.argmin()] / 255
    np.testing.assert_allclose(view.pictures.tiles[3].image, nearest, atol=1e-6)
    label = few.train.labels[distances.argmin()]
    assert view.pictures.tiles[SMOOTH].remark == f"nearest: a {label}, {distances.min():.1f} away"
    fives = few.test.images[few.test.labels == 5] / 255
    assert f"(median of {min(len(fives), 20)})" in view.words.text()
    table = view.describe()
    assert len(table.rows) == 4
    assert table.sentence == view.words.text()


def test_another_output_is_climbed_to(wishing, sixteen, qtbot):
    view = wishing.view
    wishing.settle()
    view.controls.target.segment("3").click()
    assert view.climbing.ascent.n_steps == 0
    wishing.settle()
    assert sixteen.passed(view.climbing.ascent.images).outputs.argmax(axis=1).tolist() == [3, 3]


def test_neuron_is_the_chosen_one(wishing, sixteen):
    view = wishing.view
    view.controls.target.segment("neuron").click()
    assert view.words.text().startswith("Choose a neuron in the network diagram")
    wishing.inspect.choose_neuron(NeuronPlace(1, 3))
    wishing.settle()
    ascent = view.climbing.ascent
    activation = sixteen.passed(ascent.images).activations[2][:, 3]
    assert activation[FREE] > ascent.heights[0][FREE]
    assert view.pictures.tiles[2].remark == "of 100 that excite it most"
    assert "hidden 2, neuron 4" in view.words.text()
    wishing.inspect.choose_neuron(NeuronPlace(0, 1))
    wishing.refresh()
    assert view.climbing.wish.place == NeuronPlace(0, 1)


def test_stop_stays_where_it_is_and_again_climbs_anew(wishing):
    view = wishing.view
    wishing.inspect.wait(60)
    wishing.refresh()
    assert view.again.text() == "Stop"
    view.again.click()
    n_steps = view.climbing.ascent.n_steps
    wishing.settle()
    assert view.climbing.ascent.n_steps == n_steps < N_STEPS
    assert view.climbing.real is not None
    assert view.again.text() == "Draw again"
    view.again.click()
    assert view.climbing.is_climbing


def test_starts_seed_and_step_are_those_chosen(wishing, qtbot):
    view, controls = wishing.view, wishing.view.controls
    first = view.climbing.ascent.images.copy()
    controls.dice.click()
    assert view.climbing.wish.seed == 1
    assert not np.array_equal(view.climbing.ascent.images, first)
    controls.start.segment("grey").click()
    assert (view.climbing.ascent.images == 0.5).all()
    controls.start.segment("example").click()
    example = wishing.inspect.inspection.example.image
    np.testing.assert_array_equal(view.climbing.ascent.images[FREE], example)
    controls.step.lineEdit().setText("0.25")
    qtbot.keyClick(controls.step, Qt.Key.Key_Return)
    assert view.climbing.wish.step_size == 0.25


def test_network_that_changes_is_followed_or_said(wishing, sixteen):
    view = wishing.view
    parameters = sixteen.parameters.copy()
    parameters.vector[:] *= np.float32(0.9)
    other = dataclasses.replace(sixteen, parameters=parameters, step=9_500)
    wishing.inspect.show_network(other)
    wishing.settle()
    # On its way it goes on with the newest.
    assert view.climbing.network is other
    wishing.inspect.show_network(sixteen)
    wishing.settle()
    assert wishing.shown.dock.subtitle() == "200 of 200 steps uphill, of step 9,500"
    edited = dataclasses.replace(sixteen, step=9_500)
    wishing.inspect.show_network(edited)
    wishing.settle()
    assert wishing.shown.dock.subtitle().endswith("before the last change")
    small = network_of(784, 6, 10)
    wishing.inspect.show_network(small)
    wishing.settle()
    assert view.climbing.network is small
    assert view.climbing.wish.place == NeuronPlace(1, 5)


def test_pictures_become_the_example(wishing, qtbot):
    view, inspect = wishing.view, wishing.inspect
    wishing.settle()
    view.pictures.grab()
    at = view.pictures.picture_place(SMOOTH).center()
    assert view.pictures.tile_at(at) == SMOOTH
    assert view.pictures.tile_at(QPointF(1, 1)) is None
    qtbot.mouseClick(view.pictures, Qt.MouseButton.LeftButton, pos=at.toPoint())
    example = inspect.inspection.example
    np.testing.assert_array_equal(example.image, view.climbing.ascent.images[SMOOTH])
    assert example.title == "a 5, with smoothness"
    qtbot.keyClick(view.pictures, Qt.Key.Key_Right)
    qtbot.keyClick(view.pictures, Qt.Key.Key_Right)
    qtbot.keyClick(view.pictures, Qt.Key.Key_Return)
    example = inspect.inspection.example
    assert (example.split, example.index) == ("train", view.climbing.real.nearest.rows[SMOOTH])
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    view.pictures.event(event)
    assert event.isAccepted()


@pytest.mark.parametrize(
    "network",
    [
        network_of(784, 10),
        network_of(50, 4),
        network_of(64, 8, 3),
        network_of(784, 20, 12),
        network_of(784, 4, 10, value=np.nan),
        network_of(784, 4, 10, value=np.inf),
    ],
    ids=["no hidden", "no square", "three outputs", "twelve outputs", "nan", "infinite"],
)
def test_any_network_is_climbed_without_an_error(look, network, few):
    looking = look(WishesView, network, SIZE, few)
    looking.settle()
    view = looking.view
    assert view.climbing.error == ""
    assert view.climbing.ascent.n_steps == N_STEPS
    assert len(view.pictures.tiles) == 4
    assert np.isfinite(view.climbing.ascent.images).all()
    view.board.grab()
    assert view.describe().rows


def test_state_comes_back(wishing, look, sixteen, few):
    controls = wishing.view.controls
    controls.target.segment("7").click()
    controls.start.segment("grey").click()
    controls.seed.set_value(12)
    controls.smoothness.set_value(0.1)
    other = look(WishesView, sixteen, SIZE, few)
    other.view.restore(wishing.view.state())
    other.refresh()
    assert other.view.climbing.wish.place == NeuronPlace(2, 7)
    assert other.view.state() == wishing.view.state()
    other.view.restore({"target": "99", "start": 3, "seed": "x", "step": 1e9, "smoothness": -1})
    assert other.view.state() == wishing.view.state()


def test_reset_begins_anew(wishing):
    wishing.settle()
    wishing.view.reset(wishing.inspect.dataset)
    assert wishing.view.pictures.tiles == ()
    wishing.refresh()
    assert wishing.view.climbing.is_climbing


def test_pictures_are_painted_in_both_themes(wishing, qapp):
    wishing.settle()
    pictures = wishing.view.pictures
    assert pictures.climb_height > 0
    for theme in (LIGHT, DARK):
        apply_theme(qapp, theme)
        seen = pictures.grab().toImage()
        place = pictures.picture_place(2)
        center, corner = place.center().toPoint(), place.topLeft().toPoint()
        level = wishing.view.climbing.average.image.reshape(28, 28)[14, 14]
        assert abs(seen.pixelColor(center).red() - 255 * level) < 40
        assert seen.pixelColor(corner.x() + 2, corner.y() + 2).red() < 10
