"""Surgery on the inspected network: what is asked for, undone, listed and computed."""

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection import components, surgery
from gdviz.analysis.inspection.outcomes import outcomes_of
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import LIGHT, apply_theme
from gdviz.qt.views.surgery.view import TOOLS, SurgeryView

SIZE = (424, 430)


@pytest.fixture(scope="module")
def few(mnist):
    """MNIST with few test images: what is asked is answered in no time."""
    return Dataset("few", "few", mnist.train.first(400), mnist.test.first(300))


@pytest.fixture
def lesson(run):
    config = run.config
    return InspectedNetwork("lesson", config.architecture, run.path[-1], config.cost, "file")


@pytest.fixture
def seen(look, few, lesson):
    return look(SurgeryView, lesson, SIZE, few)


def slide(looking, key, *positions):
    looking.view._choose(key)
    for position in positions:
        looking.view.sliders[key].slider.setValue(position)


def now(looking):
    return looking.inspect.inspection.network


def lines(looking):
    changes = looking.view.changes
    return [changes.item(k).text() for k in range(changes.count())]


def test_pruning_follows_the_slider_and_is_undone_as_one(seen, lesson):
    slide(seen, "prune", 100, 250, 500)
    wanted = surgery.pruned(lesson.parameters, 0.5)
    np.testing.assert_array_equal(now(seen).parameters.vector, wanted.vector)
    assert seen.shown.undo_stack.count() == 1
    seen.settle()
    assert lines(seen) == ["1. smallest 50.0 % pruned: 6,480 of 12,960 weights"]
    which, largest = surgery.smallest_weights(lesson.parameters, 0.5)
    hint = seen.view.sliders["prune"].hint.text()
    assert "6,480 of 12,960" in hint
    assert float(hint.split("up to ")[1].split(". ")[0]) == pytest.approx(largest, abs=5e-4)
    assert which.size == 6_480
    seen.view.undo.click()
    assert now(seen) is lesson
    seen.refresh()
    assert seen.view.sliders["prune"].slider.value() == 0
    seen.view.redo.click()
    seen.refresh()
    assert seen.view.sliders["prune"].slider.value() == 500


def test_a_slider_at_zero_gives_the_very_parameters_back(seen, lesson):
    for key in ("prune", "noise", "steepness"):
        slide(seen, key, 30, 0)
        assert now(seen).parameters is lesson.parameters
        assert now(seen).architecture == lesson.architecture
    seen.refresh()
    assert lines(seen) == ["no changes yet"]


def test_two_sliders_are_undone_apart_and_apply_in_order(seen, lesson):
    slide(seen, "prune", 300)
    slide(seen, "noise", 40)
    slide(seen, "prune", 600)
    assert seen.shown.undo_stack.count() == 3
    wanted = surgery.noisy(surgery.pruned(lesson.parameters, 0.6), 0.4, 1)
    np.testing.assert_array_equal(now(seen).parameters.vector, wanted.vector)
    slide(seen, "noise", 0)
    wanted = surgery.pruned(lesson.parameters, 0.6)
    np.testing.assert_array_equal(now(seen).parameters.vector, wanted.vector)


def test_each_hold_of_a_slider_is_undone_by_itself(seen, lesson):
    slide(seen, "prune", 100)
    seen.view.sliders["prune"].slider.sliderPressed.emit()
    slide(seen, "prune", 200)
    seen.shown.undo_stack.undo()
    assert (now(seen).parameters.vector == 0).sum() > 0
    seen.refresh()
    assert seen.view.sliders["prune"].slider.value() == 100


def test_accuracy_before_and_after_are_those_of_the_networks(seen, few, lesson):
    slide(seen, "prune", 900)
    seen.settle()
    before = outcomes_of(lesson, "test", few.test, lambda: None).n_right
    after = outcomes_of(now(seen), "test", few.test, lambda: None).n_right
    assert f"as it was: {before} of 300" in seen.view.accuracy.before.text()
    assert f"now: {after} of 300" in seen.view.accuracy.after.text()
    assert "[" in seen.view.accuracy.after.text()
    assert seen.view.accuracy.difference.text().endswith(f"{after - before:+d}".replace("-", "−"))
    sentence = seen.view.describe().sentence
    assert f"{after} of 300" in sentence
    assert f"{before} of 300" in sentence


def test_before_is_asked_where_it_was_never_shown(look, few, lesson):
    """The network may be changed before anybody has tried it."""
    looking = look(SurgeryView, lesson, SIZE, few)
    looking.view.neurons.toggle(NeuronPlace(0, 2))
    looking.settle()
    right = outcomes_of(lesson, "test", few.test, lambda: None).n_right
    assert f"{right} of 300" in looking.view.accuracy.before.text()


def test_a_click_switches_a_neuron_off_and_another_on(seen, lesson):
    grid = seen.view.neurons.grid
    where = grid.cell_of(NeuronPlace(1, 4)).center().toPoint()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=where)
    assert not now(seen).parameters.weights[2][:, 4].any()
    assert seen.inspect.inspection.neuron == NeuronPlace(1, 4)
    seen.refresh()
    assert lines(seen) == ["1. off: hidden 2, neuron 5"]
    assert "hidden 2, neuron 5" in grid.accessibleDescription()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=where)
    assert now(seen).parameters is lesson.parameters
    assert seen.shown.undo_stack.count() == 2
    assert grid.cell_at(QPoint(390, 2).toPointF()) is None


def test_the_grid_is_reached_by_keys(seen):
    grid = seen.view.neurons.grid
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(grid, key)
        seen.refresh()
    assert seen.inspect.inspection.neuron == NeuronPlace(1, 1)
    assert lines(seen) == ["1. off: hidden 2, neuron 2"]
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(grid, key)
        seen.refresh()
    assert seen.inspect.inspection.neuron == NeuronPlace(0, 0)


def test_the_chosen_neuron_is_switched_and_an_output_is_not(seen):
    button = seen.view.neurons.switch
    assert not button.isEnabled()
    seen.inspect.choose_neuron(NeuronPlace(0, 3))
    seen.refresh()
    assert button.text() == "Switch off hidden 1, neuron 4"
    button.click()
    seen.refresh()
    assert button.text() == "Switch on hidden 1, neuron 4"
    seen.inspect.choose_neuron(NeuronPlace(2, 3))
    seen.refresh()
    assert button.text() == "output 3 has no outgoing weights"
    assert not button.isEnabled()


def test_each_neuron_is_tried_alone(seen, few, lesson):
    seen.view.neurons.try_each.click()
    assert seen.view.neurons.try_each.text() == "Cancel"
    seen.settle()
    found = seen.view.neurons.grid._changes
    whole = outcomes_of(lesson, "test", few.test, lambda: None).n_right
    alone = surgery.Surgery(lesson).with_change(surgery.SwitchOff((NeuronPlace(1, 2),)))
    wanted = outcomes_of(alone.network(), "test", few.test, lambda: None).n_right - whole
    assert found[16 + 2] == wanted
    assert found.shape == (32,)
    # They are those of the network without any neuron off, and stay while one is.
    seen.view.neurons.toggle(NeuronPlace(0, 0))
    seen.settle()
    assert seen.view.neurons.grid._changes is not None
    slide(seen, "prune", 10)
    seen.refresh()
    assert seen.view.neurons.grid._changes is None


def test_a_weight_is_picked_elsewhere_and_set_by_hand(seen, lesson):
    seen.view._choose("weight")
    seen.inspect.choose_neuron(NeuronPlace(0, 6))
    seen.inspect.point_at(406)
    seen.refresh()
    tool = seen.view.weight
    assert tool.component == components.component_index(lesson.architecture.layout, 0, 6, 406)
    assert tool.value.value() == pytest.approx(lesson.parameters.weights[0][6, 406], rel=1e-5)
    assert "row 14, column 14" in tool.hint.text()
    tool.value._accept(-2.5)
    assert now(seen).parameters.weights[0][6, 406] == -2.5
    seen.refresh()
    assert lines(seen) == ["1. hidden 1, neuron 7 ← pixel 406 = −2.5"]
    tool.zero.click()
    assert now(seen).parameters.weights[0][6, 406] == 0
    assert seen.shown.undo_stack.count() == 1


def test_a_bias_and_a_weight_of_a_later_layer_are_found_by_their_numbers(seen, lesson):
    seen.view._choose("weight")
    tool, layout = seen.view.weight, lesson.architecture.layout
    tool.layer.setCurrentIndex(1)
    tool.layer.activated.emit(1)
    tool.to.set_value(16)
    tool.source.set_value(1)
    assert tool.component == components.component_index(layout, 1, 15, 0)
    tool.layer.setCurrentIndex(2)
    tool.layer.activated.emit(2)
    tool.to.set_value(0)
    tool.kind.segment("bias").click()
    assert tool.component == layout.bias_slices[2].start
    assert not tool.source.isEnabled()
    tool.value._accept(1.0)
    assert now(seen).parameters.biases[2][0] == 1


def test_steepness_ends_in_steps(seen):
    slide(seen, "steepness", 50)
    seen.settle()
    assert now(seen).architecture.steepness == pytest.approx(math.sqrt(1000), rel=1e-2)
    slide(seen, "steepness", 101)
    seen.settle()
    assert now(seen).architecture.hidden_activation == "step"
    assert now(seen).architecture.steepness == 1
    assert "0 everywhere" in seen.view.sliders["steepness"].hint.text()


def test_outputs_that_are_equal_are_counted(seen, few):
    slide(seen, "steepness", 100)
    seen.settle()
    outputs = outcomes_of(now(seen), "test", few.test, lambda: None).outputs
    tied = int((np.sort(outputs, axis=1)[:, -2] == outputs.max(axis=1)).sum())
    assert seen.view._n_tied() == tied
    assert (f"on {tied} images" in seen.view.sliders["steepness"].hint.text()) == (tied > 0)


def test_a_network_without_sigmoids_cannot_be_made_steeper(look, few):
    architecture = Architecture((784, 8, 10), "relu", "softmax")
    vector = np.random.default_rng(0).normal(0, 0.1, architecture.n_parameters)
    parameters = Parameters(vector.astype(np.float32), architecture.layout)
    network = InspectedNetwork("relu", architecture, parameters, "cross_entropy", "file")
    looking = look(SurgeryView, network, SIZE, few)
    looking.view._choose("steepness")
    looking.settle()
    assert not looking.view.sliders["steepness"].slider.isEnabled()
    assert "No layer" in looking.view.sliders["steepness"].hint.text()


@pytest.mark.parametrize(("key", "n_values"), [("prune", 21), ("noise", 11), ("steepness", 22)])
def test_the_curve_in_sight_computes_itself_and_passes_through_the_slider(seen, key, n_values, few):
    seen.view._choose(key)
    seen.settle()
    tool = seen.view.sliders[key]
    found = tool.plot.sweep
    assert len(found.values) == n_values
    assert len(seen.view.describe().rows) == n_values
    middle = n_values // 2
    change = tool.swept()[1][middle]
    slide(seen, key, tool.position_of(change))
    seen.settle()
    after = outcomes_of(now(seen), "test", few.test, lambda: None).n_right
    assert found.right[middle] == after
    # Where the slider is makes it no other curve.
    assert tool.plot.sweep is found


def test_a_curve_that_was_given_up_does_not_begin_again_by_itself(seen):
    seen.view._choose("noise")
    seen.refresh()
    while seen.inspect.progress("surgery noise") is None:
        assert seen.inspect.wait(60)
        seen.refresh()
    seen.view.sliders["noise"].plot.button.click()
    seen.settle()
    assert seen.view.sliders["noise"].plot.sweep is None
    seen.view.sliders["noise"].plot.button.click()
    seen.settle()
    assert seen.view.sliders["noise"].plot.sweep is not None


def test_changes_of_other_panels_are_listed_and_kept(seen, lesson):
    slide(seen, "prune", 500)
    seen.inspect.edit("bias of hidden 1, neuron 1", lambda p: p.biases[0].__setitem__(0, 3.0))
    seen.refresh()
    assert lines(seen)[1] == "2. bias of hidden 1, neuron 1"
    assert seen.view.sliders["prune"].slider.value() == 0
    before = now(seen).parameters
    slide(seen, "prune", 600)
    wanted = surgery.pruned(before, 0.6)
    np.testing.assert_array_equal(now(seen).parameters.vector, wanted.vector)
    seen.refresh()
    assert len(lines(seen)) == 3
    seen.view.back.click()
    assert now(seen).parameters is lesson.parameters
    seen.refresh()
    assert lines(seen) == ["no changes yet"]
    assert not seen.view.back.isEnabled()
    seen.shown.undo_stack.undo()
    seen.refresh()
    assert len(lines(seen)) == 3


def test_a_network_in_training_is_copied(seen, lesson):
    live = dataclasses.replace(lesson, origin="live", step=40, title="the network in training")
    seen.inspect.show_network(live)
    seen.refresh()
    slide(seen, "prune", 500)
    assert now(seen).origin == "edited"
    assert now(seen).title == "copy of step 40"
    seen.refresh()
    assert len(lines(seen)) == 1


def test_saving_is_asked_for(seen):
    asked = []
    seen.inspect.save_asked.connect(lambda: asked.append(1))
    seen.view.save.click()
    assert asked == [1]


@pytest.mark.parametrize(
    ("sizes", "value"),
    [((784, 10), 0.1), ((784, 512, 10), 0.1), ((5, 3, 2), 0.1), ((784, 16, 10), np.nan),
     ((784, 16, 10), np.inf), ((784, 700, 700, 10), 0.1)],
)  # fmt: skip
def test_any_network_can_be_shown_and_changed(look, few, sizes, value):
    architecture = Architecture(sizes)
    vector = np.full(architecture.n_parameters, value, np.float32)
    network = InspectedNetwork(
        "any", architecture, Parameters(vector, architecture.layout), "quadratic", "file"
    )
    looking = look(SurgeryView, network, SIZE, few)
    for key in TOOLS:
        looking.view._choose(key)
        looking.refresh()
        looking.shown.dock.grab()
    for key in ("prune", "noise", "steepness"):
        slide(looking, key, 20)
    looking.view._choose("neurons")
    looking.settle()
    looking.shown.dock.grab()
    assert looking.view.describe().sentence.startswith("any: ")
    if sizes[0] != 784:
        assert "5-3-2 does not take these images" in looking.view.notice.text()


def test_state_is_taken_back(seen, look, lesson, few):
    seen.view._choose("noise")
    other = look(SurgeryView, lesson, SIZE, few).view
    other.restore(seen.view.state())
    assert other.switch.current() == "noise"
    other.restore({"tool": "unknown"})
    assert other.switch.current() == "noise"


def test_nothing_is_said_before_a_network_is_there(show):
    view = show(SurgeryView, SIZE).view
    view.apply(surgery.Prune(0.5))
    view.go_back()
    assert view.describe().sentence == "No network is inspected yet."


def test_controls_have_names_and_the_theme_is_followed(seen):
    seen.view._choose("prune")
    seen.settle()
    for slider in seen.view.sliders.values():
        assert slider.slider.accessibleName()
        assert slider.slider.toolTip()
    dark = seen.view.sliders["prune"].plot.curve.opts["pen"].color().name()
    apply_theme(QApplication.instance(), LIGHT)
    QApplication.processEvents()
    assert seen.view.sliders["prune"].plot.curve.opts["pen"].color().name() != dark


def test_a_curve_that_fails_is_not_asked_again_and_again(seen, monkeypatch):
    from gdviz.qt.views.surgery import curves

    asked = []

    def failing(*_):
        asked.append(1)
        raise ArithmeticError("no")

    monkeypatch.setattr(curves, "sweep", failing)
    seen.view._choose("prune")
    for _ in range(3):
        seen.settle()
    assert asked == [1]
    assert seen.view.sliders["prune"].plot.sweep is None
