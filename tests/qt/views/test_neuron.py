"""The bench of a neuron in its dock: numbers, the bias that is dragged, images."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.interval import wilson_interval
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import LIGHT, apply_theme
from gdviz.qt.views.neuron import view as neuron_view
from gdviz.qt.views.neuron.view import NeuronView, neighbour

SIZE = (424, 430)
PLACE = NeuronPlace(0, 8)


def drawn_network(sizes, hidden="sigmoid", output="sigmoid"):
    architecture = Architecture(sizes, hidden, output)
    drawn = np.random.default_rng(1).normal(size=architecture.n_parameters)
    parameters = Parameters((0.1 * drawn).astype(np.float32), architecture.layout)
    return InspectedNetwork("drawn", architecture, parameters, "quadratic", "file")


@pytest.fixture
def looking(look, sixteen):
    looking = look(NeuronView, sixteen, SIZE)
    looking.inspect.choose_example("test", 2_859)
    looking.inspect.choose_neuron(PLACE)
    looking.settle()
    return looking


def bias_of(looking, place=PLACE) -> float:
    network = looking.inspect.inspection.network
    return float(network.parameters.biases[place.layer][place.index])


def drag(looking, *distances) -> None:
    """Drag the dot along the curve, a frame after each move."""
    curve = looking.view.bench.curve
    start = curve.dot()
    assert start is not None
    start = QPoint(round(start.x()), round(start.y()))
    QTest.mousePress(curve, Qt.MouseButton.LeftButton, pos=start)
    for distance in distances:
        QTest.mouseMove(curve, start + QPoint(distance, 0))
        looking.refresh()
    QTest.mouseRelease(curve, Qt.MouseButton.LeftButton, pos=start + QPoint(distances[-1], 0))
    looking.settle()


def test_without_a_neuron_the_panel_says_how_to_choose_one(look, sixteen):
    looking = look(NeuronView, sixteen, SIZE)
    assert looking.view.bench.currentIndex() == 0
    assert looking.shown.dock.subtitle() == "none chosen"
    assert looking.view.describe().sentence == "No neuron is chosen."
    looking.view.next.click()
    looking.settle()
    assert looking.inspect.inspection.neuron == NeuronPlace(0, 0)
    assert looking.view.bench.currentIndex() == 1


def test_numbers_are_those_of_the_forward_pass(looking):
    inspection, bench = looking.inspect.inspection, looking.view.bench
    passed = inspection.network.passed(inspection.example.image[None])
    z, activation = (float(a[0, 8]) for a in (passed.weighted_inputs[0], passed.activations[1]))
    assert looking.shown.dock.subtitle() == "hidden 1, neuron 9"
    assert bench.sum.text.endswith(f"= {z:.3f}")
    assert bench.sum.result == f"activation {activation:.3f}"
    assert bench.bias.value() == pytest.approx(bias_of(looking), abs=5e-4)
    assert bench.curve.figures.weighted_input == pytest.approx(z, rel=1e-5)


def test_images_and_means_are_of_the_whole_test_split(looking, mnist):
    network, bench = looking.inspect.inspection.network, looking.view.bench
    activations = network.passed(mnist.test.inputs(slice(None))).activations[1][:, 8]
    images = bench.images.images
    assert images.activations[0].max() == pytest.approx(activations.max(), rel=1e-5)
    assert images.most[0] == activations.argmax()
    assert images.heads()[0] == "excite it most: 6 of 10,000 test images"
    means = [activations[mnist.test.labels == label].mean() for label in range(10)]
    np.testing.assert_allclose(bench.bars.means, means, rtol=1e-4)
    assert bench.bars.label == 8
    k = int((activations == 0).sum())
    low, high = wilson_interval(k, 10_000)
    assert bench.saturation.text == (
        f"Off (activation 0): {k:,} of 10,000 images, {k / 100:.1f} % "
        f"[{100 * low:.1f}, {100 * high:.1f}]"
    )
    assert len(bench.curve.figures.others) == 1_000


def test_dragging_the_dot_moves_the_bias_and_is_undone_as_one(looking):
    before, curve = bias_of(looking), looking.view.bench.curve
    reach = curve.figures.reach
    drag(looking, 10, 30, 50)
    moved = 50 / curve.room().width() * (reach.high - reach.low)
    assert bias_of(looking) == pytest.approx(before + moved, rel=1e-2)
    assert looking.inspect.inspection.network.origin == "edited"
    first = bias_of(looking)
    drag(looking, -5, -20)
    assert bias_of(looking) < first
    assert looking.shown.undo_stack.count() == 2
    assert looking.shown.undo_stack.undoText() == "bias of hidden 1, neuron 9"
    looking.shown.undo_stack.undo()
    assert bias_of(looking) == first
    looking.shown.undo_stack.undo()
    assert bias_of(looking) == before


def test_a_press_beside_the_dot_does_not_drag(looking):
    before, curve = bias_of(looking), looking.view.bench.curve
    start = curve.dot().toPoint() + QPoint(-60, 0)
    QTest.mousePress(curve, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(curve, start + QPoint(20, 0))
    looking.settle()
    assert bias_of(looking) == before
    assert not curve.is_dragged


def test_arrow_keys_change_the_bias(looking):
    before, curve = bias_of(looking), looking.view.bench.curve
    QTest.keyClick(curve, Qt.Key.Key_Right)
    looking.settle()
    assert bias_of(looking) == pytest.approx(before + 0.1, abs=1e-3)
    QTest.keyClick(curve, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    looking.settle()
    assert bias_of(looking) == pytest.approx(before - 0.9, abs=1e-3)
    assert looking.shown.undo_stack.count() == 2


def test_typed_bias_is_taken_exactly(looking):
    field = looking.view.bench.bias
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "-1.23456")
    QTest.keyClick(field, Qt.Key.Key_Return)
    looking.settle()
    assert bias_of(looking) == np.float32(-1.23456)
    assert looking.view.bench.curve.figures.bias == pytest.approx(-1.23456)


def test_answers_follow_an_edited_bias(looking):
    before = looking.view.bench.curve.figures.others.copy()
    looking.view.change_bias(bias_of(looking) + 2)
    looking.settle()
    np.testing.assert_allclose(looking.view.bench.curve.figures.others, before + 2, atol=1e-4)


def test_a_click_on_an_image_shows_it_to_the_network(looking):
    rows = looking.view.bench.images
    where = rows.rectangle(7).center()
    QTest.mouseClick(rows, Qt.MouseButton.LeftButton, pos=where.toPoint())
    assert looking.inspect.inspection.example.index == rows.images.least[1]
    QTest.keyClick(rows, Qt.Key.Key_Up)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert looking.inspect.inspection.example.index == rows.images.most[1]


def test_weights_are_a_picture_or_bars(looking):
    incoming = looking.view.bench.incoming
    assert incoming.incoming.side == 28
    where = incoming.picture()
    incoming._point_at(incoming.index_at(where.left() + 1, where.top() + 1))
    assert looking.inspect.inspection.pixel == 0
    assert incoming.words().startswith("(0, 0): ")
    incoming._point_at(None)
    looking.inspect.choose_neuron(NeuronPlace(1, 3))
    looking.settle()
    assert incoming.incoming.side is None
    incoming._point_at(incoming.index_at(40, 20))
    weight = looking.inspect.inspection.network.parameters.weights[1][3, 0]
    assert incoming.words() == f"from 1: {weight:+.3f}".replace("-", "−")


def test_buttons_walk_over_all_neurons(look):
    looking = look(NeuronView, drawn_network((784, 2, 3)), SIZE)
    seen = []
    for _ in range(6):
        looking.view.next.click()
        looking.refresh()
        seen.append(looking.inspect.inspection.neuron)
    assert seen == [NeuronPlace(0, 0), NeuronPlace(0, 1), *(NeuronPlace(1, k) for k in range(3)),
                    NeuronPlace(0, 0)]  # fmt: skip
    architecture = Architecture((784, 2, 3))
    assert neighbour(architecture, NeuronPlace(0, 0), -1) == NeuronPlace(1, 2)


@pytest.mark.parametrize(
    ("network", "place"),
    [
        (drawn_network((784, 10), output="softmax"), NeuronPlace(0, 9)),
        (drawn_network((784, 60, 10), "tanh", "softmax"), NeuronPlace(1, 9)),
        (drawn_network((784, 3), "step"), NeuronPlace(0, 1)),
        (drawn_network((784, 4, 10), "step"), NeuronPlace(0, 1)),
        (drawn_network((20, 5, 3), "relu"), NeuronPlace(0, 1)),
        (drawn_network((20, 3), output="softmax"), NeuronPlace(0, 1)),
    ],
)
@pytest.mark.parametrize("size", [SIZE, (300, 200), (900, 800)])
def test_any_neuron_is_shown(look, network, place, size):
    looking = look(NeuronView, network, size)
    looking.inspect.choose_neuron(place)
    looking.settle()
    bench = looking.view.bench
    assert not bench.grab().isNull()
    does_not_fit = network.n_inputs != 784
    assert bench.note.isVisibleTo(bench) == does_not_fit
    assert bench.images.isVisibleTo(bench) != does_not_fit
    assert (looking.view.describe().columns == ()) == does_not_fit


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_shown_as_such(look, value):
    network = drawn_network((784, 5, 10))
    network.parameters.biases[0][2] = value
    network.parameters.weights[0][2, :9] = value
    looking = look(NeuronView, network, SIZE)
    looking.inspect.choose_neuron(NeuronPlace(0, 2))
    looking.settle()
    bench = looking.view.bench
    bench.grab()
    assert not bench.bias.isEnabled()
    assert bench.curve.dot() is None
    assert ("NaN" if np.isnan(value) else "∞") in looking.view.describe().sentence
    QTest.keyClick(bench.curve, Qt.Key.Key_Right)
    assert looking.shown.undo_stack.count() == 0


def test_a_large_network_is_worked_out_beside_the_window(look, monkeypatch):
    monkeypatch.setattr(neuron_view, "AT_ONCE", 1_000)
    looking = look(NeuronView, drawn_network((784, 30, 10)), SIZE)
    for place in (NeuronPlace(0, 2), NeuronPlace(1, 7)):
        looking.inspect.choose_neuron(place)
        looking.settle()
        assert looking.shown.dock.subtitle() == place.title(Architecture((784, 30, 10)))
        assert looking.view.bench.bars.means is not None


def test_a_large_network_in_training_is_shown_as_it_was_a_moment_ago(look, monkeypatch):
    monkeypatch.setattr(neuron_view, "AT_ONCE", 1_000)
    first = dataclasses.replace(drawn_network((784, 30, 10)), origin="live")
    looking = look(NeuronView, first, SIZE)
    looking.inspect.choose_neuron(NeuronPlace(0, 2))
    looking.refresh()
    for _ in range(20):
        assert looking.inspect.wait(60)
        # It has learned something else before the answer is taken.
        looking.inspect.show_network(dataclasses.replace(first))
        looking.refresh()
    assert looking.view.describe().sentence.startswith("Hidden 1, neuron 3: bias ")
    assert looking.view.bench.bars.means is not None


def test_frames_that_come_in_parts_show_everything(looking):
    looking.inspect.choose_neuron(NeuronPlace(1, 4))
    looking.settle()
    images = looking.view.bench.images.images
    looking.view.reset(looking.inspect.dataset)
    frame = dataclasses.replace(
        looking.frame, inspection=looking.inspect.inspection, is_repeated=True
    )
    looking.view.show_frame(frame)
    assert looking.view.is_unfinished
    looking.view.show_frame(frame)
    assert not looking.view.is_unfinished
    np.testing.assert_array_equal(looking.view.bench.images.images.most, images.most)


def test_table_has_a_row_for_each_label(looking, mnist):
    description = looking.view.describe()
    assert "bias " in description.sentence
    assert len(description.rows) == 10
    assert sum(row[1] for row in description.rows) == len(mnist.test)


def test_themes_repaint(looking):
    before = looking.view.bench.grab().toImage()
    apply_theme(QApplication.instance(), LIGHT)
    assert looking.view.bench.grab().toImage() != before


def test_the_dot_is_on_the_curve(looking):
    curve = looking.view.bench.curve
    figures, dot = curve.figures, curve.dot()
    share = (dot.x() - curve.room().left()) / curve.room().width()
    z = figures.reach.low + share * (figures.reach.high - figures.reach.low)
    assert z == pytest.approx(figures.weighted_input, abs=1e-6)
    assert curve._is_grip(QPointF(dot.x() + 5, dot.y() - 5))
