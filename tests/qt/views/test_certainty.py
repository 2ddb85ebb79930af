"""Noise, reliability and abstaining: what is shown is what the network gives."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.noise_images import Noise, noise_images
from gdviz.analysis.inspection.sample import Sample
from gdviz.nn.network import forward
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.accuracy_text import accuracy
from gdviz.qt.number_text import percent
from gdviz.qt.theme import DARK, HIGH_CONTRAST, LIGHT, apply_theme
from gdviz.qt.views.certainty.view import PAGES, CertaintyView

SIZE = (728, 196)


@pytest.fixture
def shown(look, sixteen):
    looking = look(CertaintyView, sixteen, SIZE)
    looking.settle()
    return looking


@pytest.fixture
def open_page(shown):
    """Give a function that opens a page and waits for all that it asks."""

    def open_it(key):
        shown.view.switch.segment(key).click()
        shown.settle()
        return shown.view

    return open_it


def network_of(sixteen, sizes, output="sigmoid", scale=1.0):
    """Give a random network of other sizes."""
    architecture = Architecture(sizes, output_activation=output)
    vector = np.random.default_rng(5).normal(0, scale, architecture.layout.size)
    parameters = Parameters(vector.astype(np.float32), architecture.layout)
    return dataclasses.replace(
        sixteen, architecture=architecture, parameters=parameters, cost="quadratic"
    )


def test_the_share_of_noise_above_the_limit_is_counted(shown, sixteen):
    images = noise_images(Noise(), 784)
    outputs = forward(sixteen.architecture, sixteen.parameters, images).outputs
    n = int((outputs.max(axis=1) > 0.9).sum())
    wanted = f"{n} of 1,000 noise images above 0.9, {accuracy(n, 1_000)}"
    assert shown.view.subtitle.text() == wanted
    assert shown.view.noise.bars.noise.counts.sum() == 1_000
    favourite = np.bincount(outputs.argmax(axis=1)).argmax()
    assert f"Most often the network says {favourite}," in shown.view.describe().sentence


def test_real_images_stand_beside_the_noise(shown):
    outcomes = shown.inspect.inspection.outcomes["test"]
    wanted = np.histogram(outcomes.outputs.max(axis=1), 40, (0, 1))[0]
    np.testing.assert_array_equal(shown.view.noise.bars.real.counts, wanted)


def test_other_noise_is_tried_and_its_images_shown(shown, sixteen):
    page = shown.view.noise
    page.mean.slider.setValue(20)
    page.blur.slider.setValue(10)
    shown.settle()
    noise = Noise(0.1, 0.25, 1.0)
    assert page.answers.noise == noise
    wanted = noise_images(noise, 784)
    np.testing.assert_array_equal(page.answers.images, wanted)
    np.testing.assert_array_equal(page._picture(3), wanted[3].reshape(28, 28))
    title, detail = page._words(3)
    outputs = forward(sixteen.architecture, sixteen.parameters, wanted[3:4]).outputs[0]
    assert title == f"says {outputs.argmax()}"
    assert float(detail.removeprefix("at ")) == pytest.approx(outputs.max(), abs=0.0006)


def test_images_of_a_setting_are_made_once(shown, sixteen):
    before = shown.view.noise.answers
    again = dataclasses.replace(sixteen, title="the same, changed")
    shown.inspect.show_network(again)
    shown.settle()
    assert shown.view.noise.answers.network is again
    assert shown.view.noise.answers.images is before.images


def test_a_noise_image_can_be_the_example(shown, qtbot):
    strip = shown.view.noise.strip
    place = strip._cell(1).center().toPoint()
    qtbot.mousePress(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    example = shown.inspect.inspection.example
    assert example.title == "noise image 1"
    assert example.label is None
    np.testing.assert_array_equal(example.image, shown.view.noise.answers.images[1])


def test_reliability_is_that_of_the_outcomes(shown, open_page):
    view = open_page("reliability")
    outcomes = shown.inspect.inspection.outcomes["test"]
    largest, right = outcomes.outputs.max(axis=1), outcomes.is_right
    error = 0.0
    for k in range(10):
        inside = (largest > k / 10) & (largest <= (k + 1) / 10)
        assert view.reliability.plot.found.counts[k] == inside.sum()
        if inside.any():
            gap = abs(right[inside].mean() - largest[inside].astype(float).mean())
            error += inside.mean() * gap
    text = dict(view.reliability.figures.rows())["expected calibration error"]
    assert text == percent(error, 2)
    assert view.subtitle.text() == (
        f"calibration error {text}, softmax outputs, 10,000 test images"
    )


def test_a_better_temperature_is_suggested_and_used_only_when_asked(shown, open_page):
    view = open_page("reliability")
    found = view.reliability.found
    assert found.error_after < found.error_before
    assert view.reliability.temperature.value() == 1
    before = view.reliability.certainty.reliability.expected_error
    view.reliability.use.click()
    shown.settle()
    assert view.reliability.temperature.value() == pytest.approx(found.temperature)
    assert view.reliability.certainty.temperature == found.temperature
    assert view.reliability.certainty.reliability.expected_error < before
    assert view.abstain.certainty.temperature == found.temperature


def test_sigmoid_outputs_are_not_called_probabilities(look, sixteen):
    looking = look(CertaintyView, network_of(sixteen, (784, 10), scale=0.05), SIZE)
    looking.view.switch.segment("reliability").click()
    looking.settle()
    assert looking.view.reliability.temperature.slider.accessibleName() == "σ(z/T)"
    assert "sigmoid outputs, not probabilities" in looking.view.subtitle.text()
    assert looking.view.reliability.found is not None


def test_abstaining_counts_what_is_answered(shown, open_page):
    view = open_page("abstain")
    view.abstain.coverage.slider.setValue(184)
    outcomes = shown.inspect.inspection.outcomes["test"]
    order = np.sort(outcomes.outputs.max(axis=1))[::-1]
    answered = outcomes.outputs.max(axis=1) >= order[9_199]
    n, right = int(answered.sum()), int((answered & outcomes.is_right).sum())
    found = view.abstain.answered()
    assert (found.n_answered, found.n_right) == (n, right)
    assert f"that is {n:,} of 10,000 images, {right:,} of {n:,} right" in dict(
        view.abstain.figures.rows()
    )
    assert view.subtitle.text() == (
        f"answers {percent(n / 10_000)} of the images, {accuracy(right, n)} of those right"
    )
    assert view.abstain.plot.answered == found


def test_a_click_on_the_curve_chooses_a_coverage(open_page, qtbot):
    view = open_page("abstain")
    plot = view.abstain.plot
    middle = QPointF(plot.room().center().x(), plot.room().top() + 5)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert view.abstain.coverage.value() == pytest.approx(50, abs=0.5)
    assert view.abstain.answered().coverage == pytest.approx(0.5, abs=0.01)


def test_nothing_answered_is_said(open_page):
    view = open_page("abstain")
    view.abstain.coverage.slider.setValue(0)
    assert dict(view.abstain.figures.rows())["of those right"] == "–"
    view.widget.grab()


@pytest.mark.parametrize("page", PAGES)
def test_the_first_images_only(shown, open_page, page):
    shown.inspect.choose_sample(Sample("test", 300))
    view = open_page(page)
    assert len(view.abstain.certainty.outcomes) == 300
    if page != "noise":
        assert "300" in view.describe().sentence


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_a_sentence_and_a_table(open_page, page):
    found = open_page(page).describe()
    assert found.sentence.endswith(".")
    assert len(found.rows) == 10
    assert all(len(row) == len(found.columns) for row in found.rows)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
def test_every_page_is_painted_in_every_theme(open_page, qapp, page, theme):
    view = open_page(page)
    apply_theme(qapp, theme)
    QApplication.processEvents()
    image = view.widget.grab().toImage()
    colors = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    wanted = {"noise": theme.curve_1, "abstain": theme.curve_1, "reliability": theme.text}
    assert wanted[page] in colors
    apply_theme(qapp, DARK)


@pytest.mark.parametrize("page", PAGES)
def test_a_network_that_does_not_fit_is_still_given_noise(look, sixteen, page):
    looking = look(CertaintyView, network_of(sixteen, (30, 4)), SIZE)
    looking.view.switch.segment(page).click()
    looking.settle()
    looking.view.widget.grab()
    if page == "noise":
        assert looking.view.noise.answers.images.shape == (1_000, 30)
    else:
        assert "do not fit" in looking.view.describe().sentence


@pytest.mark.parametrize("page", PAGES)
def test_outputs_without_bounds_can_only_abstain(look, sixteen, page):
    looking = look(CertaintyView, network_of(sixteen, (784, 10), "identity"), SIZE)
    looking.view.switch.segment(page).click()
    looking.settle()
    looking.view.widget.grab()
    assert looking.view.reliability.plot.found is None
    assert looking.view.abstain.answered().total == 10_000
    if page == "reliability":
        assert "not between 0 and 1" in looking.view.describe().sentence


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_raise_nothing(look, sixteen, page, value):
    vector = sixteen.parameters.vector.copy()
    vector[-1] = value
    network = dataclasses.replace(sixteen, parameters=Parameters(vector, sixteen.parameters.layout))
    looking = look(CertaintyView, network, SIZE)
    looking.view.switch.segment(page).click()
    looking.settle()
    looking.view.widget.grab()
    looking.view.describe()
    assert all(not answer.error for answer in looking.inspect.inspection.answers.values())


def test_a_network_that_fits_again_is_tried_again(shown, open_page, sixteen):
    view = open_page("abstain")
    shown.inspect.show_network(network_of(sixteen, (30, 4)))
    shown.settle()
    assert view.abstain.answered() is None
    shown.inspect.show_network(sixteen)
    shown.settle()
    assert view.abstain.answered().total == 10_000


def test_choices_are_remembered_and_bad_ones_ignored(shown, open_page, look, sixteen):
    view = open_page("abstain")
    view.noise.deviation.slider.setValue(100)
    view.abstain.coverage.slider.setValue(150)
    view.reliability.temperature.slider.setValue(20)
    state = view.state()
    other = look(CertaintyView, sixteen, SIZE).view
    before = other.state()
    other.restore({"page": 3, "noise": [0.5, -1, 0], "temperature": "hot", "coverage": np.nan})
    other.restore({"noise": [1, 2]})
    assert other.state() == before
    other.restore(state)
    assert other.state() == state
    shown.settle()


def test_another_dataset_forgets_what_was_known(shown, mnist):
    shown.view.reset(mnist)
    assert shown.view.abstain.answered() is None
    shown.settle()
    assert shown.view.abstain.answered() is not None
