"""The gradient's noise in its dock: each number is of the look that it was given."""

import dataclasses

import numpy as np
import pytest

from gdviz.analysis.noise_look import look_at_noise
from gdviz.data.dataset import Dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt.views.gradient_noise import words
from gdviz.qt.views.gradient_noise.view import GradientNoiseView
from gdviz.runtime.noise_watch import GradientNoise
from gdviz.training.trainer import Trainer

SIZE = (424, 300)


@pytest.fixture(scope="module")
def few(mnist):
    """The first 600 images: a look takes a moment."""
    return Dataset("few", "few", mnist.train.first(600), mnist.test.first(100))


@pytest.fixture(scope="module")
def looks(run, few):
    """Give a function that looks after some steps with an optimizer."""

    def make(n_steps=6, **settings):
        config = run.config.replace(**settings)
        trainer = Trainer(config, few, engine="numpy")
        trainer.advance(n_steps)
        return look_at_noise(config, few, trainer.state(), "numpy")

    return make


@pytest.fixture
def open_view(show, run):
    def make(page, *found, **changes):
        shown = show(GradientNoiseView, SIZE)
        shown.view.restore({"page": page})
        shown.frame = frame_of(run, found, **changes)
        shown.view.show_frame(shown.frame)
        shown.view.widget.grab()
        return shown

    return make


def frame_of(run, found, **changes):
    newest = found[-1] if found else None
    noise = GradientNoise(tuple(look.point for look in found), newest, **changes)
    return run.frame(6, gradient_noise=noise)


def test_curves_have_a_point_for_each_look(open_view, looks):
    few_looks = [looks(n) for n in (2, 6, 9)]
    view = open_view("time", *few_looks).view
    points = [look.point for look in few_looks]
    np.testing.assert_array_equal(view.angle.steps, [2, 6, 9])
    np.testing.assert_allclose(view.angle.middle, [p.angles[1] for p in points])
    np.testing.assert_allclose(view.angle.band[0], [p.angles[0] for p in points])
    np.testing.assert_allclose(view.ratio.own, [p.norm_ratio for p in points])
    np.testing.assert_allclose(view.scale.middle, np.log10([p.noise_scale for p in points]))
    assert view.angle.caption == (
        f"angle to ∇C of all 600: {points[-1].angles[1]:.1f}°, 80 % of 100 mini-batches of 32"
    )


def test_histogram_counts_every_mini_batch(open_view, looks):
    look = looks()
    view = open_view("now", look).view
    assert view.histogram.counts.sum() == 100
    assert view.lines[0].text() == "The careful man looks at all 600 images before each step."
    assert "19 steps meanwhile" in view.lines[1].text()
    assert f"is {np.median(look.angles):.1f}° off" in view.lines[1].text()
    expected = look.scale.angle(32, 600)
    assert f"expected angle {expected:.1f}°" in view.lines[2].text()
    assert f"{look.point.angle:.1f}° off" in view.lines[3].text()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_tiles_show_what_the_optimizer_remembers_and_its_step(open_view, looks, optimizer):
    look = looks(optimizer=optimizer, learning_rate=0.01)
    view = open_view("memory", look).view
    arrays = OPTIMIZERS[optimizer].arrays
    assert view.arrays.count() == len(arrays) + 1
    shown = [*look.memory, look.next_step]
    for k, values in enumerate(shown):
        view.arrays.setCurrentIndex(k)
        view._array_chosen()
        for panel in view.tiles.panels:
            inside = panel.index >= 0
            expected = np.asarray(values, np.float32)[panel.index[inside]]
            np.testing.assert_array_equal(panel.values[inside], expected)
        is_squared = k < len(arrays) and "squared" in arrays[k]
        assert view.tiles.shows_magnitude == is_squared
    if not arrays:
        assert view.memory.text() == ("Gradient descent keeps nothing from one step to the next.")
    else:
        assert "for each weight, of 6 steps" in view.memory.text()


def test_what_is_shown_as_tiles_is_remembered(open_view, looks, run):
    view = open_view("memory", looks(optimizer="adam", learning_rate=0.01)).view
    view.arrays.setCurrentIndex(1)
    view._array_chosen()
    assert view.state() == {"page": "memory", "array": "1"}
    other = open_view("time").view
    other.restore(view.state())
    other.show_frame(frame_of(run, [looks(optimizer="adam", learning_rate=0.01)]))
    assert other.arrays.currentText() == "Mean of squared gradients"


def test_before_the_first_look_it_says_what_will_appear(open_view):
    for page in GradientNoiseView.PAGES:
        view = open_view(page).view
        assert view.describe().sentence == words.EMPTY
    assert open_view("now").view.histogram.empty_text == words.EMPTY


def test_a_look_that_failed_is_explained(open_view):
    view = open_view("time", problem="the gradient is not finite here").view
    assert "the gradient is not finite here" in view.angle.empty_text


def test_all_images_have_no_noise_and_no_histogram(open_view, looks):
    view = open_view("now", looks(mini_batch="all", n_steps=1)).view
    assert not view.histogram.has_content()
    assert "There is no noise" in view.histogram.empty_text
    assert open_view("time", looks(mini_batch="all", n_steps=1)).view.angle.has_content()


def test_the_same_look_is_not_shown_twice(open_view, looks):
    shown = open_view("time", looks())
    steps = shown.view.angle.steps
    shown.view.show_frame(shown.frame)
    assert shown.view.angle.steps is steps


def test_in_the_past_the_step_is_marked(open_view, looks):
    shown = open_view("time", looks(2), looks(9))
    snapshot = dataclasses.replace(shown.frame.snapshot, head_step=9)
    shown.view.show_frame(dataclasses.replace(shown.frame, snapshot=snapshot))
    assert shown.view.angle.shown_step == 6


def test_table_has_a_row_for_each_look(open_view, looks):
    described = open_view("time", looks(2), looks(6)).view.describe()
    assert [row[0] for row in described.rows] == [2, 6]
    assert described.rows[0][1:4] == (32, 100, 600)


def test_another_run_begins_empty(open_view, looks, run):
    view = open_view("time", looks()).view
    view.reset(run.dataset)
    assert not view.angle.has_content()
    assert view.describe().sentence == words.EMPTY
