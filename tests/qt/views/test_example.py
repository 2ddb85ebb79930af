import dataclasses

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gdviz.nn.network import forward
from gdviz.qt.theme import LIGHT, apply_theme
from gdviz.qt.views.example.card import ExampleFigures
from gdviz.qt.views.example.view import ExampleView, next_mistake
from gdviz.runtime.commands import SetProbe
from gdviz.training.config import PRESETS

SIZE = (1160, 120)


def test_card_shows_the_probe(show, run):
    view = show(ExampleView, SIZE).view
    frame = run.frame(0)
    view.show_frame(frame)
    view.widget.grab()
    figures, probe = view.card.figures, frame.snapshot.probe
    np.testing.assert_array_equal(figures.outputs, probe.activations[-1])
    assert figures.label == run.dataset.test.labels[3]
    np.testing.assert_allclose(figures.image.ravel(), run.dataset.test.images[3] / 255, rtol=1e-6)
    assert figures.cost == probe.cost


@pytest.mark.parametrize(
    ("outputs", "label", "sentence"),
    [
        ([0.1, 0.71, 0.2], 2, "says 1 at 0.71, it is a 2"),
        ([0.1, 0.2, 0.9], 2, "says 2 at 0.90, and it is"),
        ([np.nan, 0.2, 0.9], 2, "says nothing: its outputs are not finite; it is a 2"),
    ],
)
def test_verdict_is_a_plain_sentence(outputs, label, sentence):
    values = np.array(outputs)
    figures = ExampleFigures(np.zeros((2, 2)), 0, label, values, values, 1.0, "", False)
    assert figures.verdict == sentence


def test_sigmoid_outputs_are_not_called_probabilities(show, run):
    view = show(ExampleView, SIZE).view
    view.show_frame(run.frame(0))
    assert view.card.figures.note.startswith("outputs are not probabilities")
    snapshot = dataclasses.replace(run.snapshot(0), config=PRESETS["sixteen"])
    view.show_frame(dataclasses.replace(run.frame(0), snapshot=snapshot))
    assert view.card.figures.note == "outputs add up to 1 (softmax)"


def test_buttons_ask_for_other_images(show, run):
    shown = show(ExampleView, SIZE)
    shown.view.show_frame(run.frame(0))
    shown.view.next.click()
    shown.view.previous.click()
    shown.view.another.click()
    assert [command.index for command in shown.sent] == [4, 3, 3 + 7_919]
    assert all(isinstance(command, SetProbe) for command in shown.sent)


def test_previous_of_the_first_image_is_the_last(show, run):
    shown = show(ExampleView, SIZE)
    shown.view.show_index(0)
    shown.view.previous.click()
    assert shown.sent[-1].index == 9_999


def test_next_mistake_is_the_next_wrong_image(show, run):
    shown = show(ExampleView, SIZE)
    shown.view.show_frame(run.frame(60))
    shown.view.mistake.click()
    test = run.dataset.test
    images = test.inputs(slice(0, 2_000))
    said = forward(run.config.architecture, run.path[60], images).outputs.argmax(axis=1)
    wrong = np.flatnonzero(said != test.labels[:2_000])
    assert shown.sent[-1].index == wrong[wrong > 3][0]


def test_next_mistake_goes_round_and_ends_where_there_is_none(run):
    test = run.dataset.test
    snapshot = run.snapshot(60)
    said = forward(run.config.architecture, run.path[60], test.inputs(slice(None))).outputs
    right = np.flatnonzero(said.argmax(axis=1) == test.labels)
    wrong = int(np.flatnonzero(said.argmax(axis=1) != test.labels)[0])

    def with_test(rows):
        split = dataclasses.replace(test, images=test.images[rows], labels=test.labels[rows])
        return dataclasses.replace(run.dataset, test=split)

    assert next_mistake(snapshot, with_test(right[:30]), 5) is None
    assert next_mistake(snapshot, with_test(np.append(wrong, right[:700])), 5) == 0


def test_icons_follow_the_theme(show, run, qapp):
    view = show(ExampleView, SIZE).view
    before = view.next.icon().cacheKey()
    apply_theme(qapp, LIGHT)
    QApplication.processEvents()
    assert view.next.icon().cacheKey() != before


def test_no_probe_shows_what_will_appear(show, run):
    view = show(ExampleView, SIZE).view
    view.show_frame(run.frame(0))
    view.show_frame(run.frame(0, probe=None))
    assert view.card.figures is None
    assert not view.mistake.isEnabled()
    view.widget.grab()


def test_the_image_is_not_remembered(show, run):
    """Each run begins with an image that its network gets wrong."""
    shown = show(ExampleView, SIZE)
    shown.view.restore({"index": 12})
    assert not shown.sent
    assert shown.view.state() == {}
