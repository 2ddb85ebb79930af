"""Workspaces: each with panels of its own, and training goes on whatever is looked at."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget

from gdviz.qt.inspecting import LIVE_TITLE
from gdviz.qt.view_table import VIEWS
from gdviz.qt.workspaces import WORKSPACES
from gdviz.storage.checkpoint import save_checkpoint
from gdviz.storage.sessions import is_session
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

INSPECT = {spec.key for spec in VIEWS if "inspect" in spec.workspaces}
TRAIN = {spec.key for spec in VIEWS if "train" in spec.workspaces} | {"settings"}


def visible(driver) -> set[str]:
    docks = driver.window.findChildren(QDockWidget)
    return {
        dock.key for dock in docks if dock.isVisible() or driver.window.tabifiedDockWidgets(dock)
    }


def inspect(driver) -> None:
    """Go to Inspect, and wait until all of its views are made: one a frame."""
    driver.window.show_workspace("inspect")
    driver.wait(lambda: driver.window.views.is_complete)


@pytest.fixture
def network_file(tmp_path):
    """A network for the small data, with a state of training."""
    config = TrainingConfig(layer_sizes=(16, 5, 3), seed=3)
    path = tmp_path / "other.safetensors"
    save_checkpoint(path, config, initial_state(config))
    return path


def test_each_workspace_shows_its_own_panels(shown):
    assert visible(shown) == TRAIN
    shown.window.show_workspace("inspect")
    assert visible(shown) == INSPECT
    shown.window.show_workspace("train")
    assert visible(shown) == TRAIN


def test_digits_change_the_workspace(shown):
    for key, workspace in ((Qt.Key.Key_3, "inspect"), (Qt.Key.Key_2, "train")):
        shown.qtbot.keyClick(shown.window, key)
        assert shown.window.dock_layout.workspace.key == workspace
        assert shown.window.transport.workspaces.current() == workspace
        assert shown.window.actions_by_key[f"workspace_{workspace}"].isChecked()


def test_bar_and_menu_say_from_the_start_what_is_in_sight(shown):
    """A click on what the bar takes for chosen would do nothing."""
    bar = shown.window.transport.workspaces
    actions = shown.window.actions_by_key
    assert bar.current() == "train"
    assert [space.key for space in WORKSPACES if actions[f"workspace_{space.key}"].isChecked()] == [
        "train"
    ]
    bar._segments["hill"].click()
    assert shown.window.dock_layout.workspace.key == "hill"


def test_every_workspace_is_in_the_bar(shown):
    for space in WORKSPACES:
        assert shown.window.transport.workspaces.segment(space.key).text() == space.title


def test_each_workspace_keeps_its_own_arrangement(shown):
    shown.window.dock_layout.docks["example"].close()
    shown.window.show_workspace("inspect")
    shown.window.dock_layout.docks["drawing_pad"].close()
    shown.window.show_workspace("train")
    assert "example" not in visible(shown)
    shown.window.show_workspace("inspect")
    assert "drawing_pad" not in visible(shown)
    shown.window.dock_layout.reset()
    assert visible(shown) == INSPECT


def test_arrangements_are_remembered(make_window, close_now):
    first = make_window()
    first.show()
    first.window.show_workspace("inspect")
    first.window.dock_layout.docks["drawing_pad"].close()
    close_now(first.window)
    second = make_window()
    second.show()
    assert visible(second) == TRAIN
    second.window.show_workspace("inspect")
    assert "drawing_pad" not in visible(second)
    assert "network" in visible(second)


def test_views_of_a_workspace_are_made_when_it_is_first_shown(driver):
    assert not set(driver.window.views.views) & (INSPECT - {"timeline"})
    driver.window.show_workspace("inspect")
    assert set(driver.window.views.views) >= INSPECT


def test_no_view_fails_on_a_small_network_in_training(shown):
    inspect(shown)
    shown.run()
    for key in INSPECT:
        shown.window.dock_layout.docks[key].raise_()
        shown.wait(lambda step=shown.step: shown.step > step)
    shown.pause()
    for key in INSPECT:
        shown.window.dock_layout.docks[key].raise_()
        shown.window.tick()
    errors = {key: dock.error() for key, dock in shown.window.dock_layout.docks.items()}
    assert not any(errors.values()), errors


def test_the_inspected_network_follows_training_and_the_timeline(shown):
    shown.take(5)
    inspect(shown)
    inspected = shown.window.inspect.inspection.network
    assert (inspected.title, inspected.step) == (LIVE_TITLE, 5)
    shown.take(3)
    assert shown.window.inspect.inspection.network.step == 8
    shown.window.actions_by_key["step_back"].trigger()
    shown.acknowledge()
    assert shown.window.inspect.inspection.network.step == 7


def test_a_file_is_inspected_while_training_goes_on(shown, network_file):
    shown.run()
    inspect(shown)
    shown.window.open_path(network_file)
    shown.wait(lambda: shown.window.inspect.inspection.network.title == network_file.name)
    inspected = shown.window.inspect.inspection.network
    step, run = shown.step, shown.snapshot.run_id
    shown.wait(lambda: shown.step > step)
    assert shown.snapshot.run_id == run
    assert shown.window.inspect.inspection.network is inspected
    config = TrainingConfig(layer_sizes=(16, 5, 3), seed=3)
    np.testing.assert_array_equal(
        inspected.parameters.vector, initial_state(config).parameters.vector
    )
    assert str(network_file) in {str(p) for p in shown.window.settings.existing_recent_files()}
    shown.window.inspect.choose_live()
    assert shown.window.inspect.inspection.network.origin == "live"


def test_a_file_that_is_no_network_is_refused_in_a_sentence(shown, tmp_path):
    inspect(shown)
    path = tmp_path / "letter.txt"
    path.write_text("Dear network")
    before = shown.window.inspect.inspection.network
    shown.window.open_path(path)
    shown.wait(lambda: "letter.txt" in shown.message)
    assert shown.window.inspect.inspection.network is before


def test_what_was_said_of_a_file_is_not_said_of_the_next(shown, network_file, tmp_path):
    inspect(shown)
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear network")
    shown.window.open_path(letter)
    shown.wait(lambda: "letter.txt" in shown.message)
    shown.window.open_path(network_file)
    shown.wait(lambda: shown.window.inspect.inspection.network.title == network_file.name)
    assert shown.message == ""
    assert network_file.name in shown.window.status.notice.whole_text()
    shown.window.inspect.choose_live()
    assert shown.window.status.notice.whole_text() == f"Inspecting {LIVE_TITLE}"


def test_a_network_that_cannot_be_trained_here_is_inspected(make_window, tmp_path):
    config = TrainingConfig(layer_sizes=(20, 4, 3))
    path = tmp_path / "wide.safetensors"
    save_checkpoint(path, config, initial_state(config))
    driver = make_window(str(path))
    driver.wait(lambda: driver.window.inspect.inspection.network.title == path.name)
    assert driver.window.dock_layout.workspace.key == "inspect"
    assert not is_session(path)
    for key in INSPECT:
        driver.window.dock_layout.docks[key].raise_()
        driver.window.tick()
    errors = {key: dock.error() for key, dock in driver.window.dock_layout.docks.items()}
    assert not any(errors.values()), errors


def test_two_files_open_for_comparison(make_window, network_file, tmp_path):
    config = TrainingConfig(layer_sizes=(16, 5, 3), seed=4)
    second = tmp_path / "second.safetensors"
    save_checkpoint(second, config, initial_state(config))
    driver = make_window(str(network_file), str(second))
    driver.wait(lambda: driver.window.inspect.inspection.other is not None)
    assert driver.window.inspect.inspection.other.title == second.name


def test_an_edit_can_be_undone_and_leaves_training_alone(shown):
    shown.take(4)
    inspect(shown)
    before = shown.window.inspect.inspection.network
    shown.window.inspect.edit("a test", lambda parameters: parameters.vector.fill(0))
    edited = shown.window.inspect.inspection.network
    assert (edited.origin, edited.title) == ("edited", "copy of step 4")
    assert not edited.parameters.vector.any()
    assert shown.snapshot.parameters.vector.any()
    shown.window.actions_by_key["undo"].trigger()
    assert shown.window.inspect.inspection.network is before
    shown.window.actions_by_key["redo"].trigger()
    assert shown.window.inspect.inspection.network is edited


def test_every_picture_can_be_told(shown):
    """A sentence and a table for each, of the same number of columns in every row."""
    shown.take(4)
    inspect(shown)
    for key in INSPECT - {"timeline"}:
        shown.window.dock_layout.docks[key].raise_()
        shown.window.tick()
        described = shown.window.views.views[key].describe()
        assert described.sentence.strip(), key
        assert all(len(row) == len(described.columns) for row in described.rows), key


def test_the_table_of_a_picture_is_shown_and_copied(shown, qapp):
    shown.take(2)
    inspect(shown)
    menu = shown.window.dock_layout.docks["outputs"].menu
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy as text"].trigger()
    text = qapp.clipboard().text()
    described = shown.window.views.views["outputs"].describe()
    assert text.startswith(described.sentence)
    assert len(text.splitlines()) >= len(described.rows) + 2
    actions["Show as table…"].trigger()
    dialog = shown.window.dialogs._table
    assert dialog.isVisible()
    qapp.clipboard().clear()
    dialog.copy()
    assert qapp.clipboard().text() == text
    dialog.close()


def test_what_is_known_of_one_network_is_not_said_of_another(shown, network_file):
    shown.take(4)
    inspect(shown)
    control = shown.window.inspect
    control.want_outcomes("test")
    shown.wait(lambda: control.inspection.outcomes.get("test") is not None)
    control.edit("a test", lambda parameters: parameters.vector.fill(0))
    assert "test" in control.inspection.outcomes, "until it is known anew"
    shown.window.open_path(network_file)
    before = control.inspection.network
    while control.inspection.network is before:
        shown.window.inspect.tick()
    known = control.inspection.outcomes.get("test")
    assert known is None or known.network is control.inspection.network


def test_window_keeps_its_size_whatever_workspace_is_shown(shown, qtbot):
    shown.window.resize(1440, 900)
    size = shown.window.size()
    for key in ("hill", "train", "inspect", "lab", "hill", "lab", "train"):
        shown.window.show_workspace(key)
        for _ in range(30):
            shown.window.tick()
            QApplication.processEvents()
        assert shown.window.size() == size, key
