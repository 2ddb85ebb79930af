"""Small networks answer at once; a large one beside the window, and never about another image."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack

from gdviz.analysis.inspection.arithmetic import example_pass
from gdviz.analysis.inspection.subject import InspectedNetwork
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt import example_passes
from gdviz.qt.example_passes import ExamplePasses
from gdviz.qt.inspecting import InspectControl

KEY = "outputs: pass"


@pytest.fixture
def control(qapp, blobs):
    control = InspectControl(blobs, QUndoStack(), lambda _sentence: None)
    control.is_on = True
    yield control
    control.close()


def made(seed=0, n_inputs=16):
    architecture = Architecture((n_inputs, 8, 3))
    vector = np.random.default_rng(seed).normal(0, 1, architecture.n_parameters)
    parameters = Parameters(vector.astype(np.float32), architecture.layout)
    return InspectedNetwork("made", architecture, parameters, "quadratic", "file")


def answered(control):
    while control.is_busy:
        assert control.wait(60)
        control.tick()


def test_a_small_network_answers_at_once_and_once(control):
    control.show_network(made())
    passes = ExamplePasses(control, KEY)
    first = passes.of(control.inspection)
    expected = example_pass(control.inspection.network, control.inspection.example)
    np.testing.assert_array_equal(first.outputs, expected.outputs)
    control.point_at(3)
    assert passes.of(control.inspection) is first


def test_a_large_network_answers_later_and_of_the_image_that_is_shown(control, monkeypatch):
    monkeypatch.setattr(example_passes, "AT_ONCE", 10)
    control.show_network(made())
    passes = ExamplePasses(control, KEY)
    assert passes.of(control.inspection) is None
    answered(control)
    first = passes.of(control.inspection)
    assert first.network is control.inspection.network
    # A newer network of the same shape: the older answer is shown until there is a new one.
    control.show_network(made(1))
    assert passes.of(control.inspection) is first
    control.choose_example("test", 5)
    assert passes.of(control.inspection) is None
    answered(control)
    assert passes.of(control.inspection).example is control.inspection.example
    control.show_network(
        dataclasses.replace(made(2), architecture=Architecture((16, 8, 3), "relu"))
    )
    assert passes.of(control.inspection) is None
    answered(control)


def test_images_that_do_not_fit_have_no_pass(control):
    control.show_network(made(n_inputs=9))
    assert ExamplePasses(control, KEY).of(control.inspection) is None
    assert not control.is_busy
