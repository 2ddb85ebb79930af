import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from gdviz.analysis.inspection.arithmetic import example_pass
from gdviz.analysis.inspection.browsing import ImageFilter
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.network import gradient, one_hot
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.inspect_example.digit import weight_table
from gdviz.qt.views.inspect_example.filters import KINDS, filter_of, filter_state
from gdviz.qt.views.inspect_example.view import ExampleView

SIZE = (256, 410)


@pytest.fixture
def looking(look, sixteen):
    return look(ExampleView, sixteen, SIZE)


def shown_index(looking):
    example = looking.inspect.inspection.example
    return example.split, example.index


def facts(looking):
    return dict(looking.view.facts.rows)


def choose(looking, key):
    box = looking.view.kind
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())
    looking.settle()


def test_the_digit_and_what_the_network_makes_of_it(looking, sixteen, mnist):
    looking.inspect.choose_example("test", 2_859)
    looking.refresh()
    expected = mnist.test.images[2_859].reshape(28, 28) / 255
    np.testing.assert_allclose(looking.view.digit.values, expected, rtol=1e-6)
    # At the size of the panel every pixel is eight wide: none is blurred.
    assert looking.view.digit.picture_rectangle().width() == 224
    passed = example_pass(sixteen, looking.inspect.inspection.example)
    assert facts(looking) == {
        "label": "8",
        "network says": f"8 at {passed.outputs[8]:.3f}",
        "cost of this example": f"{passed.terms.total:.6f}",
    }
    assert looking.shown.dock.subtitle() == "test image 2,859"
    looking.view.widget.grab()


def test_buttons_go_through_the_images(looking):
    looking.view.next.click()
    looking.refresh()
    assert shown_index(looking) == ("test", 1)
    looking.view.previous.click()
    looking.view.previous.click()
    looking.refresh()
    assert shown_index(looking) == ("test", 9_999)
    looking.view.another.click()
    looking.refresh()
    assert shown_index(looking)[1] not in {0, 1, 9_998, 9_999}
    looking.view.popup.number.value_changed.emit(123.0)
    looking.refresh()
    assert shown_index(looking) == ("test", 123)


def test_wrong_images_are_browsed_when_the_network_was_tried(looking):
    assert "test" not in looking.inspect.inspection.outcomes
    choose(looking, "wrong")
    outcomes = looking.inspect.inspection.outcomes["test"]
    wrong = np.flatnonzero(~outcomes.is_right)
    assert shown_index(looking) == ("test", wrong[0])
    assert looking.view.note.text == f"1 of {len(wrong)} wrong test images"
    looking.view.next.click()
    looking.refresh()
    assert shown_index(looking) == ("test", wrong[1])
    assert facts(looking)["network says"][0] != facts(looking)["label"]


def test_training_images_are_browsed_too(looking, mnist):
    choose(looking, "train")
    assert shown_index(looking) == ("train", 0)
    assert looking.shown.dock.subtitle() == "training image 0"
    assert facts(looking)["label"] == str(mnist.train.labels[0])


def test_digits_verdict_and_order_go_together(looking):
    looking.view.set_filter(ImageFilter("test", "wrong", 9, 4, "most_sure"))
    looking.settle()
    outcomes = looking.inspect.inspection.outcomes["test"]
    chosen = np.flatnonzero((outcomes.labels == 9) & (outcomes.said == 4))
    expected = chosen[np.argsort(-outcomes.largest[chosen], kind="stable")]
    seen = []
    for _ in expected:
        seen.append(shown_index(looking)[1])
        looking.view.next.click()
        looking.refresh()
    assert seen == list(expected)
    assert looking.view.filter_button.isChecked()


def test_an_empty_result_is_said_and_nothing_moves(look, sixteen):
    # A network that says 0 to everything is right on all zeros.
    vector = np.zeros_like(sixteen.parameters.vector)
    parameters = Parameters(vector, sixteen.parameters.layout)
    looking = look(ExampleView, dataclasses.replace(sixteen, parameters=parameters), SIZE)
    looking.view.set_filter(ImageFilter("test", "wrong", 0))
    looking.settle()
    assert looking.view.note.text == "There are no wrong test images of a 0."
    assert not looking.view.next.isEnabled()
    assert shown_index(looking) == ("test", 0)
    looking.view.widget.grab()


def test_the_popup_chooses_and_takes_back(looking):
    popup = looking.view.popup
    looking.view.filter_button.click()
    assert popup.isVisible()
    popup.label.setCurrentIndex(popup.label.findData(3))
    popup.label.activated.emit(popup.label.currentIndex())
    popup.close()
    looking.settle()
    assert looking.view.browser.filter == ImageFilter(label=3)
    assert facts(looking)["label"] == "3"
    popup.reset.click()
    assert looking.view.browser.filter == ImageFilter()
    assert not looking.view.filter_button.isChecked()


def test_a_pixel_is_pointed_at_and_says_its_weights_and_gradients(looking, sixteen, mnist):
    digit = looking.view.digit
    place = digit.pixel_rectangle(300).center().toPoint()
    QTest.mouseMove(digit, place)
    assert looking.inspect.inspection.pixel == 300
    looking.refresh()
    value = mnist.test.images[0, 300] / 255
    assert facts(looking)["pixel (10, 20)"] == f"{value:.3f}"
    image = mnist.test.inputs(slice(0, 1)).astype(float)
    exact = Parameters(sixteen.parameters.vector.astype(float), sixteen.parameters.layout)
    target = one_hot(mnist.test.labels[:1], dtype=float)
    _, slope = gradient(sixteen.architecture, exact, image, target, sixteen.cost)
    found = looking.view.describe()
    assert [row[0] for row in found.rows] == list(range(1, 17))
    np.testing.assert_array_equal(
        [row[1] for row in found.rows], sixteen.parameters.weights[0][:, 300]
    )
    np.testing.assert_allclose(
        [row[2] for row in found.rows], slope.weights[0][:, 300], rtol=1e-9, atol=1e-18
    )
    tip = digit.pixel_tip(300)
    assert tip.count("<tr>") == 17
    assert "pixel (10, 20)" in tip


def test_of_many_weights_the_largest_are_said():
    weights = np.arange(-50.0, 50.0)
    text = weight_table("pixel", weights, None)
    assert "the 16 largest of 100 weights" in text
    assert text.count("<tr>") == 17
    assert "−50.000" in text
    assert "−1.000" not in text


def test_the_keyboard_points_too(looking):
    digit = looking.view.digit
    QTest.keyClick(digit, Qt.Key.Key_Left)
    assert looking.inspect.inspection.pixel == 14 * 28 + 14
    QTest.keyClick(digit, Qt.Key.Key_Left)
    assert looking.inspect.inspection.pixel == 14 * 28 + 13
    assert "pixel" in digit.accessibleDescription()


def test_painted_pixels_change_the_image_its_cost_and_nothing_of_the_data(looking, mnist):
    before = facts(looking)["cost of this example"]
    digit = looking.view.digit
    press = Qt.MouseButton.LeftButton
    dark, bright = 5 * 28 + 5, int(mnist.test.images[0].argmax())
    QTest.mouseClick(digit, press, pos=digit.pixel_rectangle(dark).center().toPoint())
    assert looking.inspect.inspection.example.split == "test"
    looking.view.edit.click()
    for pixel in (dark, bright):
        QTest.mouseClick(digit, press, pos=digit.pixel_rectangle(pixel).center().toPoint())
    looking.refresh()
    example = looking.inspect.inspection.example
    assert (example.image[dark], example.image[bright]) == (1, 0)
    assert (example.title, example.label) == ("test image 0, edited", 7)
    assert facts(looking)["cost of this example"] != before
    assert mnist.test.images[0, dark] == 0
    assert looking.view.put_back.isVisible()
    looking.view.put_back.click()
    looking.refresh()
    assert shown_index(looking) == ("test", 0)
    assert facts(looking)["cost of this example"] == before
    assert not looking.view.put_back.isVisible()


def test_a_stroke_goes_on_with_what_it_began(looking):
    editing = looking.view.editing
    editing.begin(0)
    editing.go_on(1)
    image = looking.inspect.inspection.example.image
    assert list(image[:3]) == [1, 1, 0]
    editing.begin(1)
    editing.go_on(0)
    assert list(looking.inspect.inspection.example.image[:2]) == [0, 0]


def test_nudges_stop_at_black_and_white(looking):
    editing = looking.view.editing
    for _ in range(12):
        editing.nudge(0, 1)
    assert looking.inspect.inspection.example.image[0] == 1
    for _ in range(12):
        editing.nudge(0, -1)
    assert looking.inspect.inspection.example.image[0] == 0


def test_browsing_goes_on_from_where_the_edited_image_was(looking):
    looking.inspect.choose_example("test", 40)
    looking.refresh()
    looking.view.editing.begin(0)
    looking.refresh()
    looking.view.next.click()
    looking.refresh()
    assert shown_index(looking) == ("test", 41)
    assert not looking.view.editing.is_edited


def test_a_drawn_image_that_is_edited_is_put_back_as_it_was(looking):
    drawn = np.linspace(0, 1, 784).astype(np.float32)
    looking.inspect.use_image(drawn, "drawn")
    looking.refresh()
    assert facts(looking)["label"] == "none"
    assert facts(looking)["cost of this example"] == "no label, no cost"
    looking.view.editing.begin(0)
    looking.view.editing.put_back()
    looking.refresh()
    np.testing.assert_array_equal(looking.inspect.inspection.example.image, drawn)
    assert looking.inspect.inspection.example.title == "drawn"


def test_a_label_without_an_output_has_no_cost(look):
    architecture = Architecture((784, 2))
    vector = np.zeros(architecture.n_parameters, np.float32)
    parameters = Parameters(vector, architecture.layout)
    network = InspectedNetwork("two", architecture, parameters, "quadratic", "file")
    looking = look(ExampleView, network, SIZE)
    assert facts(looking)["label"] == "7"
    assert facts(looking)["cost of this example"] == "no output 7, no cost"


def test_a_network_of_other_inputs_still_shows_the_image(look):
    architecture = Architecture((100, 10))
    parameters = Parameters(np.zeros(1_010, np.float32), architecture.layout)
    network = InspectedNetwork("small", architecture, parameters, "quadratic", "file")
    looking = look(ExampleView, network, SIZE)
    assert looking.view.digit.values.shape == (28, 28)
    assert facts(looking)["network takes"] == "100 numbers, not 784"
    choose(looking, "wrong")
    assert "does not take these images" in looking.view.note.text
    looking.view.digit.pixel_tip(5)
    assert looking.view.describe().columns == ("row", "column", "value")
    looking.view.widget.grab()


@pytest.mark.parametrize("value", [np.nan, np.inf, -3e38])
def test_parameters_that_are_not_finite_do_not_raise(look, sixteen, value):
    vector = sixteen.parameters.vector.copy()
    vector[::7] = value
    parameters = Parameters(vector, sixteen.parameters.layout)
    looking = look(ExampleView, dataclasses.replace(sixteen, parameters=parameters), SIZE)
    looking.inspect.point_at(300)
    looking.view.set_filter(ImageFilter(order="least_sure"))
    looking.settle()
    looking.view.digit.pixel_tip(300)
    looking.view.widget.grab()
    looking.view.describe()


def test_choices_are_remembered_and_bad_ones_ignored(looking):
    wanted = ImageFilter("train", "wrong", 3, 5, "least_sure")
    looking.view.set_filter(wanted)
    state = looking.view.state()
    looking.view.restore({})
    assert looking.view.browser.filter == ImageFilter()
    looking.view.restore(state)
    assert looking.view.browser.filter == wanted
    assert looking.view.kind.currentData() == "train_wrong"
    for bad in (None, {"split": "mars"}, {"label": "x", "said": -1, "order": 7, "verdict": []}):
        assert filter_of(bad) == ImageFilter()
    for _, kind in KINDS.values():
        assert filter_of(filter_state(kind)) == kind


def test_the_window_puts_a_menu_into_the_header(looking):
    assert not looking.view.source.isVisible()
    menu = QMenu(looking.shown.dock)
    looking.view.set_source_menu(menu)
    assert looking.view.source.isVisible()
    assert looking.view.source.menu() is menu


def test_the_theme_reaches_icons_and_digit(looking, qapp):
    before = looking.view.next.icon().cacheKey()
    apply_theme(qapp, LIGHT)
    assert looking.view.next.icon().cacheKey() != before
    looking.view.widget.grab()
    apply_theme(qapp, DARK)


def test_other_data_are_browsed_from_their_beginning(looking, blobs):
    looking.inspect.reset(blobs)
    looking.view.reset(blobs)
    looking.refresh()
    assert looking.view.digit.values.shape == (4, 4)
    assert looking.view.note.text == "90 test images, the first is 0"
    assert looking.view.popup.label.count() == 1 + blobs.n_classes
