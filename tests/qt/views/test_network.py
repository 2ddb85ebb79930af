"""The network diagram in its dock: what is drawn, chosen and said."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.edges import diagram_of
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import HIGH_CONTRAST, LIGHT, apply_theme
from gdviz.qt.views.network import view as network_view
from gdviz.qt.views.network.view import NetworkView


def drawn_network(sizes, hidden="sigmoid", output="sigmoid", seed=1):
    architecture = Architecture(sizes, hidden, output)
    drawn = np.random.default_rng(seed).normal(size=architecture.n_parameters)
    parameters = Parameters((0.1 * drawn).astype(np.float32), architecture.layout)
    return InspectedNetwork("drawn", architecture, parameters, "quadratic", "file")


def center(looking, layer, index) -> QPointF:
    found = looking.view.canvas.places.center(layer, index)
    assert found is not None
    return found


def click(looking, where: QPointF) -> None:
    QTest.mouseClick(
        looking.view.canvas,
        Qt.MouseButton.LeftButton,
        pos=QPoint(round(where.x()), round(where.y())),
    )
    looking.refresh()


@pytest.fixture
def looking(look, sixteen):
    looking = look(NetworkView, sixteen)
    looking.inspect.choose_example("test", 2_859)
    looking.refresh()
    looking.view.canvas.grab()
    return looking


def test_diagram_is_of_the_network_and_the_example(looking):
    diagram = looking.view.canvas.shown.diagram
    inspection = looking.inspect.inspection
    assert diagram.network is inspection.network
    assert diagram.example is inspection.example
    assert looking.shown.dock.subtitle() == "784-16-16-10, 13,002 parameters"
    assert "416 as lines, 12,544 in the pictures" in looking.view.canvas.words()


def test_a_click_chooses_a_neuron_and_a_second_lets_it_go(looking):
    click(looking, center(looking, 1, 4))
    assert looking.inspect.inspection.neuron == NeuronPlace(1, 4)
    assert looking.view.canvas.shown.chosen == NeuronPlace(1, 4)
    click(looking, center(looking, 1, 4))
    assert looking.inspect.inspection.neuron is None


def test_arrow_keys_walk_over_the_neurons(looking):
    canvas = looking.view.canvas
    keys = Qt.Key
    walked = []
    for key in (keys.Key_Left, keys.Key_Down, keys.Key_Left, keys.Key_Left, keys.Key_Up):
        QTest.keyClick(canvas, key)
        looking.refresh()
        walked.append(looking.inspect.inspection.neuron)
    # Nothing was chosen: the first key chooses the largest output, an 8.
    assert walked[0] == NeuronPlace(2, 8)
    assert walked[1] == NeuronPlace(2, 9)
    assert walked[2].layer == 1
    assert walked[3].layer == 0
    assert walked[4] == NeuronPlace(0, walked[3].index - 1)
    QTest.keyClick(canvas, keys.Key_Escape)
    assert looking.inspect.inspection.neuron is None


def test_pointing_says_the_numbers(looking):
    canvas, diagram = looking.view.canvas, looking.view.canvas.shown.diagram
    parameters = diagram.network.parameters
    passed = diagram.network.passed(diagram.example.image[None])
    activations = passed.activations[1][0]
    neuron = int(np.flatnonzero((activations >= 1) & (activations < 9.99))[0])  # two decimals
    canvas._point_at(canvas.spot_at(center(looking, 0, neuron)))
    assert canvas.words().startswith(f"hidden 1, neuron {neuron + 1}: bias ")
    assert f"activation {activations[neuron]:.2f}" in canvas.words()
    # On the strongest edge: nothing stronger can lie over it.
    edges = diagram.edges[1]
    to, source = int(edges.targets[-1]), int(edges.sources[-1])
    start = QPointF(canvas.places.columns[1].right, center(looking, 1, source).y())
    end = QPointF(canvas.places.columns[2].left, center(looking, 2, to).y())
    canvas._point_at(canvas.spot_at(start + 0.8 * (end - start)))
    words = canvas.words()
    assert words.startswith(f"hidden 2, neuron {source + 1} → output {to}: weight ")
    value = parameters.weights[2][to, source] * passed.activations[2][0, source]
    assert words.endswith(f"= {value:+.2f}".replace("-", "−"))


def test_pixels_are_linked_with_the_other_panels(looking):
    canvas = looking.view.canvas
    canvas._point_at(canvas.spot_at(canvas.places.picture.center()))
    pixel = looking.inspect.inspection.pixel
    assert pixel == 28 * 14 + 14
    assert canvas.words().startswith("pixel (14, 14): ")
    canvas._point_at(canvas.spot_at(canvas.places.tiles[2].center()))
    assert "→ hidden 1, neuron 3: weight " in canvas.words()
    canvas._point_at(None)
    assert looking.inspect.inspection.pixel is None


@pytest.mark.parametrize("quantity", ["weight", "gradient", "downhill"])
def test_switch_changes_what_edges_show(looking, quantity):
    looking.view.switch.set_current(quantity)
    looking.view._choice_changed()
    inspection = looking.inspect.inspection
    expected = diagram_of(inspection.network, inspection.example, quantity)
    shown = looking.view.canvas.shown.diagram
    for mine, theirs in zip(shown.edges, expected.edges, strict=True):
        np.testing.assert_array_equal(mine.values, theirs.values)
    beyond = np.abs(shown.told) > looking.view.canvas.shown.limits.edges
    assert looking.view.canvas.shown.share_clipped == beyond.mean() <= 0.011


def test_what_varies_is_told_from_what_is_fixed(looking):
    before = looking.view.canvas.grab().toImage()
    looking.view.varying.setChecked(True)
    assert looking.view.canvas.words().startswith("The cost is a function of 13,002 numbers")
    assert looking.view.canvas.grab().toImage() != before


def test_painting_in_parts_gives_the_same_picture(looking):
    view = looking.view
    looking.inspect.choose_example("test", 3)
    frame = dataclasses.replace(
        looking.frame, inspection=looking.inspect.inspection, is_repeated=True
    )
    n_frames = 0
    while n_frames == 0 or view.is_unfinished:
        view.show_frame(frame)
        n_frames += 1
        assert n_frames < 10
    assert n_frames > 2
    assert view.canvas.shown.diagram.example.index == 3
    in_parts = view.canvas.grab().toImage()
    view.canvas.show_diagram(view.canvas.shown)
    assert view.canvas.grab().toImage() == in_parts


@pytest.mark.parametrize(
    "network",
    [
        drawn_network((784, 10), output="softmax"),
        drawn_network((20, 5, 3)),
        drawn_network((784, 60, 10), "tanh"),
        drawn_network((784, *[12] * 9, 10)),
        drawn_network((784, 1, 1)),
    ],
    ids=lambda network: network.architecture.name,
)
@pytest.mark.parametrize("size", [(728, 424), (360, 240), (1_400, 900)])
def test_any_network_is_drawn(look, network, size):
    looking = look(NetworkView, network, size)
    for key in ("contribution", "gradient"):
        looking.view.switch.set_current(key)
        looking.view._choice_changed()
        for varies in (False, True):
            looking.view.varying.setChecked(varies)
            assert not looking.view.canvas.grab().isNull()
    places = looking.view.canvas.places
    assert places.columns[-1].column.layer == network.architecture.layout.n_layers - 1
    looking.view.canvas.move_choice(0, 0)
    looking.refresh()
    assert looking.inspect.inspection.neuron is not None
    assert network.architecture.name in looking.view.describe().sentence


def test_a_network_of_wrong_size_says_so(look):
    looking = look(NetworkView, drawn_network((20, 5, 3)))
    assert "takes 20 numbers, the image has 784" in looking.view.canvas.words()


def test_numbers_that_are_not_finite_are_counted(look):
    network = drawn_network((784, 16, 10))
    network.parameters.vector[-3:] = np.nan
    looking = look(NetworkView, network)
    looking.view.canvas.grab()
    assert looking.shown.dock.subtitle().endswith("3 not finite")
    assert looking.view.canvas.shown.diagram.said is None


def test_a_large_network_is_worked_out_beside_the_window(look, monkeypatch):
    monkeypatch.setattr(network_view, "AT_ONCE", 1_000)
    looking = look(NetworkView, drawn_network((784, 40, 10)))
    looking.settle()
    diagram = looking.view.canvas.shown.diagram
    assert diagram.network is looking.inspect.inspection.network
    looking.inspect.choose_example("test", 7)
    looking.settle()
    assert looking.view.canvas.shown.diagram.example.index == 7


def test_table_has_a_row_for_each_neuron(looking):
    description = looking.view.describe()
    assert description.columns == ("neuron", "bias", "z", "activation")
    assert len(description.rows) == 42
    diagram = looking.view.canvas.shown.diagram
    name, bias, z, activation = description.rows[-2]
    assert name == "output 8"
    assert bias == pytest.approx(diagram.network.parameters.biases[2][8], rel=1e-5)
    assert z == pytest.approx(diagram.columns[2].weighted_inputs[8], rel=1e-5)
    assert activation == pytest.approx(diagram.columns[2].activations[8], rel=1e-5)


def test_state_comes_back_and_bad_ones_are_ignored(looking):
    looking.view.restore({"edges": "gradient", "varying": True})
    assert looking.view.state() == {"edges": "gradient", "varying": True}
    looking.view.restore({"edges": "colour", "varying": "yes"})
    assert looking.view.state() == {"edges": "gradient", "varying": True}


def test_themes_repaint(looking):
    before = looking.view.canvas.grab().toImage()
    for theme in (LIGHT, HIGH_CONTRAST):
        apply_theme(QApplication.instance(), theme)
        after = looking.view.canvas.grab().toImage()
        assert after != before
        before = after


def test_reset_and_nothing_to_inspect_show_the_empty_state(looking):
    looking.view.reset(looking.inspect.dataset)
    assert looking.view.canvas.shown is None
    looking.view.show_frame(looking.frame)
    looking.view.canvas.grab()
    assert looking.view.describe().sentence == "No network is shown."
    looking.refresh()
    assert looking.view.canvas.shown is not None
