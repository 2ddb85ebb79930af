import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdviz.analysis.inspection.arithmetic import example_pass, neuron_arithmetic
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace, example_of
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.arithmetic.spelled import (
    Written,
    activation_title,
    alone,
    backward_pieces,
    forward_pieces,
    product_words,
)
from gdviz.qt.views.arithmetic.view import ArithmeticView

PAIRS = [(output, cost) for cost, entry in COSTS.items() for output in entry.outputs]


def made(sizes, hidden="sigmoid", output="sigmoid", cost="quadratic", steepness=1.0):
    architecture = Architecture(sizes, hidden, output, steepness)
    vector = np.random.default_rng(6).normal(0, 0.5, architecture.n_parameters)
    parameters = Parameters(vector.astype(np.float32), architecture.layout)
    return InspectedNetwork("made", architecture, parameters, cost, "file")


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def turn(looking, direction):
    looking.view.direction.set_current(direction)
    looking.view.direction.changed.emit(direction)
    looking.refresh()


@pytest.fixture
def looking(look, sixteen):
    return look(ArithmeticView, sixteen)


def test_numbers_stand_alone_with_digits_that_count():
    assert alone(1.2345) == "1.234"
    assert alone(-0.0236) == "−0.02360"
    assert alone(0.0011031) == "0.001103"
    assert alone(-0.00011031) == "−1.103×10⁻⁴"
    assert alone(0.0) == "0"
    assert alone(-123.4) == "−123.4"
    assert alone(math.nan) == "–"
    assert alone(3e38) == "3.000×10³⁸"
    assert product_words("pixel (9, 16)", 0.42, -1.31, -0.5502) == (
        "pixel (9, 16): 0.4200 × −1.310 = −0.5502"
    )


def test_a_column_has_its_power_of_ten_in_its_head():
    column = Written.for_sizes(np.array([2e-5, -3.5e-4, np.nan]))
    assert column.head == " ×10⁻⁴"
    assert [column.text(value) for value in (2e-5, -3.5e-4)] == ["0.200", "−3.500"]
    assert Written.for_sizes(np.array([0.5, 12.0])).head == ""
    assert Written.for_sizes(np.empty(0)) == Written(0, 3)


@pytest.mark.parametrize(
    ("hidden", "layer", "steepness", "title"),
    [
        ("sigmoid", 0, 1.0, "sigmoid(z)"),
        ("sigmoid", 0, 2.5, "sigmoid(2.5z)"),
        ("relu", 0, 2.5, "ReLU(z)"),
        ("relu", 1, 2.5, "softmax(z)"),
    ],
)
def test_activations_are_named(hidden, layer, steepness, title):
    architecture = Architecture((4, 3, 2), hidden, "softmax", steepness)
    assert activation_title(architecture, layer) == title


@pytest.mark.parametrize(("output", "cost"), PAIRS)
@pytest.mark.parametrize("steepness", [1.0, 2.0])
def test_equations_hold_as_they_are_written(mnist, output, cost, steepness):
    network = made((784, 6, 10), output=output, cost=cost, steepness=steepness)
    passed = example_pass(network, example_of(mnist.test, "test", 4))
    for place in (NeuronPlace(0, 2), NeuronPlace(1, 4), NeuronPlace(1, 7)):
        found = neuron_arithmetic(passed, place)
        pieces = [value for _, value in forward_pieces(found, network.architecture) if value]
        total, bias, z = (number(text) for text in pieces[:3])
        assert total + bias == pytest.approx(z, abs=1e-9)
        assert z == pytest.approx(found.weighted_input, rel=1e-2)
        back = backward_pieces(found.backward)
        factors = [caption for caption, value in back if not value]
        has_slope = found.backward.source in {"next layer", "cost slope"}
        has_gain = cost == "cross_entropy" and output == "sigmoid" and steepness != 1
        is_product = has_slope or (place.layer == 1 and has_gain)
        assert factors == (["×", "="] if is_product else ["="])
        assert back[-1] == ("δ = ∂C/∂z = ∂C/∂b", alone(found.backward.error))


def test_the_first_layer_is_shown_as_pictures(looking, sixteen):
    looking.inspect.choose_neuron(NeuronPlace(0, 5))
    looking.refresh()
    pages = looking.view.pages
    assert pages.currentWidget() is pages.images
    image = looking.inspect.inspection.example.image
    weights = sixteen.parameters.weights[0][5]
    for picture, expected in zip(
        pages.images.pictures, (image, weights, image * weights), strict=True
    ):
        np.testing.assert_allclose(picture.values.ravel(), expected, rtol=1e-5, atol=1e-7)
    # No value is beyond the legend of its picture.
    assert pages.images.pictures[1].scale.limit >= np.abs(weights).max()
    assert looking.shown.dock.subtitle() == "hidden 1, neuron 6, test image 0"
    looking.view.widget.grab()


def test_pixels_are_linked_with_the_example_and_between_the_pictures(looking):
    pages = looking.view.pages
    weights = pages.images.pictures[1]
    QTest.mouseMove(weights, weights.pixel_rectangle(300).center().toPoint())
    assert looking.inspect.inspection.pixel == 300
    looking.refresh()
    assert [picture.mark for picture in pages.images.pictures] == [300, 300, 300]
    forward, backward = looking.view.sentences.lines
    found = looking.view.found
    words = product_words(
        "pixel (10, 20)",
        float(found.weights[300]),
        float(found.inputs[300]),
        float(found.products[300]),
    )
    assert forward == f"w × a  {words}"
    assert backward.startswith("∂C/∂w = a × δ  pixel (10, 20): ")
    looking.inspect.point_at(301)
    turn(looking, "backward")
    assert [picture.mark for picture in pages.gradient_images.pictures] == [301, 301]
    QTest.keyClick(pages.gradient_images.pictures[1], Qt.Key.Key_Right)
    assert looking.inspect.inspection.pixel == 302


def test_later_layers_are_tables_that_add_up(looking, sixteen):
    looking.inspect.choose_neuron(NeuronPlace(1, 3))
    looking.refresh()
    rows = looking.view.pages.products.rows
    assert looking.view.pages.currentWidget() is looking.view.pages.products
    assert rows.count == 16
    assert rows.verticalScrollBar().maximum() == 0
    texts = [rows.row_texts(row) for row in range(16)]
    assert texts[4][0] == "hidden 1, 5"
    assert number(texts[4][1]) == pytest.approx(sixteen.parameters.weights[1][3, 4], abs=1e-3)
    total = sum(number(text[3]) for text in texts)
    assert total == pytest.approx(looking.view.found.weighted_sum, abs=6e-5)
    # What a row says is what the sentence about it says, with one decimal more.
    for row, text in enumerate(texts):
        alone_words = looking.view.pages.forward_words(row).rpartition(" = ")[2]
        assert number(text[3]) == pytest.approx(looking.view.found.products[row], abs=1e-4)
        if "×" not in alone_words:
            assert number(text[3]) == pytest.approx(number(alone_words), abs=6e-4)
    looking.view.widget.grab()


def test_rows_are_walked_linked_and_lead_to_their_neuron(looking):
    looking.inspect.choose_neuron(NeuronPlace(1, 3))
    looking.refresh()
    pages = looking.view.pages
    for _ in range(3):
        QTest.keyClick(pages.products.rows, Qt.Key.Key_Down)
    assert "hidden 1, 3" in looking.view.sentences.lines[0]
    assert looking.view.sentences.lines[1].startswith("∂C/∂w = a × δ  hidden 1, 3")
    assert looking.inspect.inspection.pixel is None
    turn(looking, "backward")
    assert pages.gradients.rows.current == 2
    QTest.keyClick(pages.errors.rows, Qt.Key.Key_Down)
    assert pages.gradients.rows.current is None
    assert looking.view.sentences.lines[0].startswith("w × δ  output 0: ")
    QTest.keyClick(pages.errors.rows, Qt.Key.Key_Return)
    assert looking.inspect.inspection.neuron == NeuronPlace(2, 0)
    looking.refresh()
    QTest.keyClick(pages.gradients.rows, Qt.Key.Key_End)
    QTest.keyClick(pages.gradients.rows, Qt.Key.Key_Return)
    assert looking.inspect.inspection.neuron == NeuronPlace(1, 15)


def test_boxes_choose_layer_and_neuron(looking):
    view = looking.view
    assert [view.layer.itemText(k) for k in range(3)] == ["hidden 1", "hidden 2", "output"]
    view.neuron.activated.emit(15)
    looking.refresh()
    assert looking.inspect.inspection.neuron == NeuronPlace(0, 15)
    assert view.neuron.currentText() == "16"
    view.layer.activated.emit(2)
    looking.refresh()
    # There are ten outputs: the sixteenth is none of them.
    assert looking.inspect.inspection.neuron == NeuronPlace(2, 9)
    assert view.neuron.currentText() == "9"
    assert view.neuron.count() == 10


@pytest.mark.parametrize(("output", "cost"), PAIRS)
@pytest.mark.parametrize("sizes", [(784, 5, 10), (784, 10), (100, 4, 10), (10, 512, 3)])
def test_every_output_and_cost_is_shown_both_ways(look, output, cost, sizes):
    looking = look(ArithmeticView, made(sizes, "relu", output, cost))
    image = np.linspace(0, 1, sizes[0]).astype(np.float32)
    looking.inspect.use_image(image, "made", 2)
    for place in (NeuronPlace(0, 1), NeuronPlace(len(sizes) - 2, 2)):
        looking.inspect.choose_neuron(place)
        for direction in ("forward", "backward"):
            turn(looking, direction)
            looking.view.widget.grab()
            assert looking.view.sentences.lines
        found = looking.view.describe()
        assert len(found.rows) == sizes[place.layer]
        assert found.rows[1][3] == pytest.approx(found.rows[1][1] * found.rows[1][2], abs=1e-12)


def test_without_a_label_there_is_no_way_back_and_that_is_said(looking):
    looking.inspect.use_image(np.ones(784, np.float32), "drawn")
    turn(looking, "backward")
    looking.view.widget.grab()
    assert looking.view.pages.errors.rows.empty_words.startswith("No output is known to be wanted")
    assert looking.view.equation.pieces == []
    assert "no way back" in looking.view.describe().sentence
    looking.inspect.point_at(5)
    looking.refresh()
    assert looking.view.sentences.lines[1].startswith("No output is known to be wanted")


def test_an_error_of_zero_is_said(look, sixteen):
    vector = np.array(sixteen.parameters.vector)
    parameters = Parameters(vector, sixteen.parameters.layout)
    # A ReLU far below 0: nothing comes through it, neither way.
    parameters.biases[0][2] = -1_000
    looking = look(ArithmeticView, dataclasses.replace(sixteen, parameters=parameters))
    looking.inspect.choose_neuron(NeuronPlace(0, 2))
    turn(looking, "backward")
    assert looking.view.sentences.lines[0].startswith("δ is 0: ")


def test_another_network_keeps_the_neuron_if_it_has_it(looking):
    looking.inspect.choose_neuron(NeuronPlace(1, 9))
    looking.refresh()
    looking.inspect.show_network(made((784, 12, 12, 10)))
    looking.refresh()
    assert looking.view.place == NeuronPlace(1, 9)
    looking.inspect.show_network(made((784, 12, 10)))
    looking.refresh()
    assert looking.view.place == NeuronPlace(1, 9)
    looking.inspect.show_network(made((784, 3)))
    looking.refresh()
    assert looking.view.place == NeuronPlace(0, 0)


def test_a_network_of_other_inputs_is_said(look):
    looking = look(ArithmeticView, made((50, 10)))
    looking.view.widget.grab()
    assert looking.view.describe().sentence == (
        "This network takes 50 numbers, and test image 0 has 784."
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -3e38])
def test_parameters_that_are_not_finite_do_not_raise(look, sixteen, value):
    vector = sixteen.parameters.vector.copy()
    vector[::5] = value
    parameters = Parameters(vector, sixteen.parameters.layout)
    looking = look(ArithmeticView, dataclasses.replace(sixteen, parameters=parameters))
    looking.inspect.point_at(300)
    for layer in range(3):
        looking.inspect.choose_neuron(NeuronPlace(layer, 0))
        for direction in ("forward", "backward"):
            turn(looking, direction)
            looking.view.widget.grab()
    looking.view.describe()


def test_the_direction_is_remembered(looking):
    turn(looking, "backward")
    state = looking.view.state()
    turn(looking, "forward")
    looking.view.restore({"direction": "up"})
    assert looking.view.state() == {"direction": "forward"}
    looking.view.restore(state)
    assert looking.view.pages.currentWidget() is not looking.view.pages.images
    looking.view.reset(looking.inspect.dataset)
    assert looking.view.describe().sentence.startswith("What one neuron computes")


def test_the_theme_reaches_the_pictures(looking, qapp):
    weights = looking.view.pages.images.pictures[1]
    corner = weights.pixel_rectangle(0).center().toPoint()
    dark = weights.grab().toImage().pixelColor(corner).name()
    apply_theme(qapp, LIGHT)
    assert weights.grab().toImage().pixelColor(corner).name() != dark
    apply_theme(qapp, DARK)


def test_names_of_rows_follow_the_layer(looking):
    def name_pixels():
        rows = looking.view.pages.products.rows
        shot = rows.grab().toImage()
        return [shot.pixelColor(x, y).name() for x in range(4, 80) for y in range(60)]

    looking.inspect.show_network(made((30, 20, 20, 10)))
    looking.inspect.use_image(np.linspace(0, 1, 30).astype(np.float32), "made", 1)
    seen = []
    for place in (NeuronPlace(1, 0), NeuronPlace(1, 1), NeuronPlace(2, 0)):
        looking.inspect.choose_neuron(place)
        looking.refresh()
        seen.append(name_pixels())
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_a_network_that_changed_meanwhile_is_shown_after_the_parts(looking, sixteen):
    """While rows are painted in parts nothing else is shown, and nothing is left out."""
    looking.inspect.choose_neuron(NeuronPlace(1, 3))
    looking.refresh()
    looking.frame = dataclasses.replace(looking.frame, is_repeated=True)
    for factor in (2, 3):
        vector = factor * sixteen.parameters.vector
        changed = Parameters(vector, sixteen.parameters.layout)
        looking.inspect.show_network(dataclasses.replace(sixteen, parameters=changed))
        looking.refresh()
    for _ in range(50):
        if not looking.view.is_unfinished:
            break
        looking.refresh()
    assert not looking.view.is_unfinished
    expected = 3 * sixteen.parameters.weights[1][3]
    np.testing.assert_allclose(looking.view.found.weights, expected, rtol=1e-6)
