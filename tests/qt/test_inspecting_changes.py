"""Changes of the inspected network by hand: undone, told, kept to compare with, saved."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication

from gdviz.qt.inspected_files import inspected
from gdviz.qt.inspecting import InspectControl
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.storage.readers import read_network
from gdviz.training.config import TrainingConfig
from gdviz.training.records import record_dtype
from gdviz.training.state import initial_state

LIMIT_S = 20


@pytest.fixture
def stack(qapp):
    return QUndoStack()


@pytest.fixture
def control(stack, mnist):
    refused, told = [], []
    control = InspectControl(mnist, stack, refused.append)
    control.refused, control.told_ones = refused, told
    control.told.connect(told.append)
    control.is_on = True
    yield control
    control.close()


@pytest.fixture
def network():
    from gdviz.bundled import resources_folder

    path = resources_folder() / "networks" / "sixteen.safetensors"
    return inspected(read_network(path), path.name)


def snapshot_of(config, step=0):
    parameters = initial_state(config).parameters
    records = np.zeros(0, record_dtype(config.architecture.layout.n_layers))
    return Snapshot(1, RunState.PAUSED, 0, config, step, 0.0, parameters, records)


def settle(control):
    control.tick()
    while control.is_busy:
        assert control.wait(LIMIT_S), "no answer in time"
        control.tick()


def add(amount):
    def change(parameters):
        parameters.vector[0] += amount

    return change


def test_the_change_before_a_network_is_found_as_long_as_it_can_be_undone(control, stack, network):
    control.show_network(network)
    assert control.change_before(network) is None
    control.edit("one", add(1))
    first = control.inspection.network
    control.edit("two", add(1))
    second = control.inspection.network
    assert control.change_before(second) == ("two", first)
    assert control.change_before(first) == ("one", network)
    stack.undo()
    assert control.inspection.network is first
    assert control.change_before(second) is None


def test_changes_of_one_slider_are_undone_together(control, stack, network):
    control.show_network(network)
    for _ in range(3):
        control.edit("slider", add(1), "slider 1")
    assert stack.count() == 1
    assert control.change_before(control.inspection.network) == ("slider", network)
    stack.undo()
    assert control.inspection.network is network


def test_undo_never_leads_past_a_network_that_was_opened_in_between(control, stack, network):
    control.show_network(network)
    control.edit("slider", add(1), "slider 1")
    other = dataclasses.replace(network, title="other")
    control.show_network(other)
    control.edit("slider", add(1), "slider 1")
    stack.undo()
    assert control.inspection.network is other


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ".json"])
def test_a_changed_network_is_saved_and_opens_again(control, network, tmp_path, suffix):
    control.show_network(network)
    control.edit("one", add(0.5))
    path = tmp_path / f"changed{suffix}"
    control.save(path)
    settle(control)
    assert control.told_ones == [f"Saved {path}"]
    again = read_network(path)
    shown = control.inspection.network
    np.testing.assert_array_equal(
        again.parameters_for_unit_inputs().vector, shown.parameters.vector
    )
    assert again.architecture == shown.architecture


def test_steps_and_steepness_are_kept_by_the_format_that_knows_them(control, network, tmp_path):
    steep = dataclasses.replace(
        network.architecture, hidden_activation="step", steepness=30.0
    )  # fmt: skip
    control.show_network(dataclasses.replace(network, architecture=steep))
    control.save(tmp_path / "steps.safetensors")
    settle(control)
    assert read_network(tmp_path / "steps.safetensors").architecture == steep


@pytest.mark.parametrize(
    ("name", "reason"), [("network.txt", "must end in"), ("none/network.npz", "cannot be saved")]
)
def test_what_cannot_be_saved_is_refused_in_a_sentence_with_the_file(
    control, network, tmp_path, name, reason
):
    control.show_network(network)
    control.save(tmp_path / name)
    settle(control)
    assert control.told_ones == [], "what went wrong is said where it is not missed"
    (sentence,) = control.refused
    assert reason in sentence
    assert name in sentence
    assert not sentence.startswith(("ValueError", "SaveError"))


def test_closing_writes_what_was_to_be_saved(control, network, tmp_path):
    control.show_network(network)
    control.ask("long", None, lambda inquiry: [inquiry.look() for _ in range(10**9)])
    paths = [tmp_path / f"{k}.safetensors" for k in range(3)]
    for path in paths:
        control.save(path)
    control.close()
    assert all(path.exists() for path in paths)
    assert len(control.told_ones) == 3


def test_a_saved_file_is_told_while_another_workspace_is_in_sight(control, network, tmp_path):
    control.show_network(network)
    control.save(tmp_path / "network.safetensors")
    control.is_on = False
    settle(control)
    assert len(control.told_ones) == 1


def test_the_network_in_training_is_kept_as_it_is(control):
    control.follow(snapshot_of(TrainingConfig(), step=40))
    control.tick()
    control.keep_as_other()
    other = control.inspection.other
    assert other.title == "copy of step 40, kept"
    assert other.origin == "edited"
    assert other.parameters is control.inspection.network.parameters


def test_the_start_of_the_run_can_be_compared_with(control):
    control.choose_start_as_other()
    assert "no run" in control.refused[0]
    config = TrainingConfig(seed=5)
    control.follow(snapshot_of(config, step=9))
    control.tick()
    control.choose_start_as_other()
    other = control.inspection.other
    np.testing.assert_array_equal(
        other.parameters.vector, initial_state(config).parameters.vector
    )  # fmt: skip
    assert (other.step, other.cost) == (0, "quadratic")


def test_no_network_means_nothing_to_do(control, tmp_path, qapp):
    control.save(tmp_path / "x.npz")
    control.keep_as_other()
    QApplication.processEvents()
    assert not control.is_busy
    assert control.inspection is None


def test_of_other_data_nothing_is_known_that_was_asked_of_the_former(control, network, mnist):
    control.show_network(network)
    control.want_outcomes("test")
    control.ask("of images", None, lambda _: 1)
    settle(control)
    assert control.inspection.answers["of images"].value == 1
    few = dataclasses.replace(mnist, test=mnist.test.first(100))
    control.edit("one", add(1))
    control.ask("of images", None, lambda _: 2)
    control.tick()
    control.reset(few)
    assert control.inspection.answers == {}
    settle(control)
    assert control.inspection.answers == {}
    settle(control)  # what was given up is out of the way now
    assert len(control.inspection.outcomes["test"]) == 100
