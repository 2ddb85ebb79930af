import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdviz.analysis.inspection.arithmetic import example_pass
from gdviz.analysis.inspection.subject import (
    ExampleImage,
    InspectedNetwork,
    NeuronPlace,
    example_of,
)
from gdviz.nn.costs import COSTS
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.views.outputs.figures import OutputFigures
from gdviz.qt.views.outputs.view import OutputsView

SIZE = (424, 300)
PAIRS = [(output, cost) for cost, entry in COSTS.items() for output in entry.outputs]


def made(sizes, output="sigmoid", cost="quadratic", scale=0.3):
    architecture = Architecture(sizes, "sigmoid", output)
    vector = np.random.default_rng(4).normal(0, scale, architecture.n_parameters)
    parameters = Parameters(vector.astype(np.float32), architecture.layout)
    return InspectedNetwork("made", architecture, parameters, cost, "file")


@pytest.fixture
def figures(mnist):
    def make(network, index=8):
        return OutputFigures.of(example_pass(network, example_of(mnist.test, "test", index)))

    return make


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize(("output", "cost"), PAIRS)
def test_the_column_adds_up_to_the_cost_as_written(figures, mnist, output, cost):
    network = made((784, 16, 10), output, cost)
    shown = figures(network)
    total = sum(number(text) for text in shown.term_texts())
    assert total == pytest.approx(number(shown.total_text), abs=1e-9)
    true = mean_cost(
        network.architecture,
        network.parameters,
        mnist.test.inputs(slice(8, 9)),
        one_hot(mnist.test.labels[8:9]),
        cost,
    )
    assert number(shown.total_text) == pytest.approx(true, abs=6e-5)


def test_only_a_softmax_is_called_probabilities(figures):
    notes = {output: figures(made((784, 10), output)).note for output, _ in PAIRS}
    assert notes == {
        "sigmoid": "not probabilities",
        "identity": "not probabilities",
        "softmax": "probabilities",
    }


def test_rows_spell_their_terms_out(figures):
    shown = figures(made((784, 16, 10)))
    value = f"{shown.outputs[5]:.3f}"
    assert shown.label == 5
    assert shown.row_words(5).startswith(f"output 5: {value}, target 1; ({value} − 1)² = 0.")
    shown = figures(made((784, 16, 10), cost="cross_entropy"))
    words, term = shown.row_words(5).split(" = ")
    assert words.endswith(f"−ln {shown.outputs[5]:.3f}")
    assert float(term) == pytest.approx(-math.log(shown.outputs[5]), abs=1e-4)
    assert "−ln(1 − 0." in shown.row_words(4)
    shown = figures(made((784, 16, 10), "softmax", "cross_entropy"))
    assert shown.row_words(4).endswith("adds nothing to the cost itself")


def test_bars_of_identity_outputs_have_room_beyond_0_and_1(figures):
    shown = figures(made((784, 16, 10), "identity", scale=2.0))
    low, high = shown.range
    assert low <= shown.outputs.min() < 0
    assert 1 < shown.outputs.max() <= high
    assert (low, high) == (round(low), round(high))
    assert figures(made((784, 10))).range == (0, 1)


def test_the_panel_shows_the_last_layer_and_chooses_its_neurons(look, sixteen):
    looking = look(OutputsView, sixteen, SIZE)
    bars = looking.view.table.bars
    passed = example_pass(sixteen, looking.inspect.inspection.example)
    np.testing.assert_array_equal(bars.figures.outputs, passed.outputs)
    assert looking.shown.dock.subtitle() == "probabilities"
    assert bars.verticalScrollBar().maximum() == 0
    place = bars.row_rectangle(4).center().toPoint()
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert looking.inspect.inspection.neuron == NeuronPlace(2, 4)
    looking.refresh()
    assert bars.chosen_output == 4
    looking.inspect.choose_neuron(NeuronPlace(0, 4))
    looking.refresh()
    assert bars.chosen_output is None
    looking.view.widget.grab()


def test_many_outputs_scroll(look):
    looking = look(OutputsView, made((784, 5, 40)), SIZE)
    assert looking.view.table.bars.verticalScrollBar().maximum() > 0
    looking.view.widget.grab()


def test_without_a_label_there_is_no_target_and_that_is_said(look, sixteen):
    looking = look(OutputsView, sixteen, SIZE)
    looking.inspect.use_image(np.ones(784, np.float32), "drawn")
    looking.refresh()
    figures = looking.view.table.bars.figures
    assert figures.target is None
    assert figures.head == ""
    looking.view.widget.grab()
    assert "no label: no target, no cost" in looking.view.describe().sentence
    assert looking.view.describe().columns == ("output", "value")


def test_a_label_without_an_output_is_said(mnist):
    image = ExampleImage(np.zeros(784, np.float32), "test image 1", 7)
    shown = OutputFigures.of(example_pass(made((784, 3)), image))
    assert shown.no_target_words == "no output for label 7: no target, no cost"


def test_a_network_of_other_inputs_is_said(look):
    looking = look(OutputsView, made((100, 10)), SIZE)
    looking.view.widget.grab()
    assert looking.view.describe().sentence == (
        "This network takes 100 numbers, and test image 0 has 784."
    )


@pytest.mark.parametrize(("output", "cost"), PAIRS)
@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_what_is_not_finite_is_painted_without_an_error(look, output, cost, value):
    network = made((784, 10), output, cost)
    vector = network.parameters.vector.copy()
    vector[-3:] = value
    vector[:100] = -value
    parameters = Parameters(vector, network.parameters.layout)
    looking = look(OutputsView, dataclasses.replace(network, parameters=parameters), SIZE)
    looking.view.widget.grab()
    looking.view.describe()


def test_the_table_gives_output_target_and_term(look, sixteen):
    looking = look(OutputsView, sixteen, SIZE)
    found = looking.view.describe()
    assert found.columns == ("output", "value", "target", "−target · ln a")
    assert len(found.rows) == 10
    assert found.rows[7][2] == 1
    assert found.sentence.startswith("test image 0: the network says 7 at ")
    looking.view.reset(looking.inspect.dataset)
    assert "appear here" in looking.view.widget.bars.empty_words
