"""Smoothness: numbers at a steepness, curves over k, the staircase, and other activations."""

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gdviz.analysis.smoothness import HARD, smoothness
from gdviz.nn.network import gradient, one_hot
from gdviz.nn.parameters import Parameters
from gdviz.qt.theme import THEMES, apply_theme
from gdviz.qt.views.smoothness import words
from gdviz.qt.views.smoothness.plots import place_of
from gdviz.qt.views.smoothness.steepness_slider import PLACES, SteepnessSlider
from gdviz.qt.views.smoothness.view import SmoothnessView

SIZE = (728, 372)
LIMIT_S = 60


@pytest.fixture
def smooth(show, run):
    shown = show(SmoothnessView, SIZE)
    shown.view.restore({"examples": 40})
    return shown


def settle(shown):
    while shown.inspect.is_busy:
        assert shown.inspect.wait(LIMIT_S), "no answer in time"
        shown.inspect.tick()
    QApplication.processEvents()


def test_at_its_own_steepness_the_numbers_are_those_of_the_network(smooth, run):
    smooth.view.show_frame(run.frame(40))
    settle(smooth)
    found = smooth.view.asking.found
    point = Parameters(run.path[40].vector.astype(float), run.path[40].layout)
    images = run.dataset.train.inputs(slice(40), np.float64)
    targets = one_hot(run.dataset.train.labels[:40], dtype=np.float64)
    cost, slope = gradient(run.config.architecture, point, images, targets, run.config.cost)
    assert found.here.cost == pytest.approx(cost)
    assert found.here.gradient_norm == pytest.approx(np.linalg.norm(slope.vector))
    middle = found.t.size // 2
    assert found.t[middle] == 0
    assert found.cost[middle] == pytest.approx(cost, rel=1e-6)
    np.testing.assert_array_equal(found.cost, found.own_cost)
    # It goes downhill along −∇C, as steep as |∇C| says.
    rise = (found.cost[middle + 1] - found.cost[middle - 1]) / (2 * found.t[middle + 1])
    assert rise == pytest.approx(-found.here.gradient_norm, rel=0.02)
    assert "step 40, first 40 training images" in smooth.dock.subtitle()


def test_hard_steps_have_no_slope_and_a_staircase(smooth, run):
    smooth.view.show_frame(run.frame(40))
    smooth.view.slider.slider.setValue(PLACES + 1)
    settle(smooth)
    found = smooth.view.asking.found
    assert found.question.steepness == HARD
    assert found.here.gradient_norm == 0
    # Every cost is a whole number of wrong outputs, over 40 images.
    np.testing.assert_allclose(found.cost * 40, np.round(found.cost * 40), atol=1e-9)
    assert not np.array_equal(found.cost, found.own_cost)


def test_accuracies_are_of_all_test_images_beside_each_other(smooth, run):
    smooth.view.show_frame(run.frame(60))
    settle(smooth)
    over, test = smooth.view.asking.over, run.dataset.test
    for found, k in ((over.smooth, 1.0), (over.hard, HARD)):
        expected = smoothness(
            run.config.architecture, run.path[60], test.images, test.labels, run.config.cost, k
        )
        assert (found.n_correct, found.n_examples) == (expected.n_correct, len(test))
    texts = [text for _, text in smooth.view.figures.rows()]
    assert sum(" of 10,000, " in text for text in texts) == 2
    assert len(smooth.view.describe().rows) == len(over.curve)


def test_slice_follows_the_weight_that_is_selected(smooth, run):
    smooth.view.show_frame(run.frame(40))
    smooth.view.line.set_current("weight")
    smooth.view._chosen()
    settle(smooth)
    assert smooth.view.asking.found.question.weight == 0
    smooth.picker.select(12_900)
    settle(smooth)
    found = smooth.view.asking.found
    assert found.question.weight == 12_900
    assert (found.t[0], found.t[-1]) == (-1, 1)


def test_later_step_is_asked_about_and_the_same_one_is_not(smooth, run):
    smooth.view.show_frame(run.frame(40))
    settle(smooth)
    first = smooth.view.asking.found
    smooth.view.show_frame(run.frame(40))
    assert not smooth.inspect.is_busy
    smooth.view.show_frame(run.frame(60))
    settle(smooth)
    assert smooth.view.asking.found is not first
    assert smooth.view.asking.found.question.step == 60


@pytest.mark.parametrize(("activation", "word"), [("relu", "ReLU"), ("step", "k = ∞")])
def test_network_without_sigmoids_says_what_k_would_mean(smooth, run, activation, word):
    frame = run.frame(0)
    config = run.config.replace(hidden_activation=activation)
    snapshot = dataclasses.replace(frame.snapshot, config=config)
    smooth.view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
    assert not smooth.inspect.is_busy
    assert word in smooth.view.slice.empty_text
    assert not smooth.view.slice.has_content()
    assert not smooth.view.slider.isEnabled()
    assert smooth.view.describe().sentence == words.refusal(config)


def test_another_run_forgets(smooth, run):
    smooth.view.show_frame(run.frame(40))
    settle(smooth)
    smooth.view.reset(run.dataset)
    assert smooth.view.asking.found is None
    assert not smooth.view.slice.has_content()
    assert smooth.view.describe().sentence == words.EMPTY


def test_last_frame_of_a_window_that_closes_asks_nothing(smooth, run):
    """Else a thread would be left behind."""
    smooth.view.show_frame(run.frame(40))
    smooth.inspect.close()
    smooth.view.show_frame(run.frame(60))
    assert not smooth.inspect.is_busy


def test_choices_are_remembered_and_bad_ones_ignored(smooth):
    smooth.view.restore({"k": "step", "line": "weight", "examples": 7})
    good = {"k": "step", "line": "weight", "examples": 7}
    assert smooth.view.state() == good
    smooth.view.restore({"k": -3, "line": "arc", "examples": 0})
    assert smooth.view.state() == good
    smooth.view.restore({"k": 10.0})
    assert smooth.view.state()["k"] == pytest.approx(10, rel=0.05)


def test_slider_goes_from_one_to_hard_steps_by_keyboard(qtbot):
    slider = SteepnessSlider()
    qtbot.addWidget(slider)
    told = []
    slider.changed.connect(told.append)
    qtbot.keyClick(slider.slider, Qt.Key.Key_End)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Home)
    assert told == [HARD, 1000.0, 1.0]
    assert slider.slider.accessibleDescription() == "1"


def test_places_on_the_axis_rise_with_k():
    places = [place_of(k) for k in (1.0, 10.0, 1000.0, HARD)]
    assert places[:3] == pytest.approx([0, 1, 3])
    assert places[3] > 3
    assert math.isfinite(places[3])


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_both_slices_are_painted_in_every_theme(smooth, run, theme):
    apply_theme(QApplication.instance(), theme)
    smooth.view.slider.set_value(4.0)
    smooth.view.show_frame(run.frame(40))
    settle(smooth)
    image = smooth.view.slice.grab().toImage()
    colors = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(25, image.height())
    }
    assert {theme.curve_1, theme.curve_2, theme.ball} <= colors
