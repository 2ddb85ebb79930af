"""The Lab in a window: beside training, handed on to Inspect and Train, closed with it."""

import subprocess
import sys

import numpy as np
import pytest
from lab_experiments import GATE, KindSettings
from PySide6.QtCore import Qt

from gdviz.experiments.result import KeptNetwork
from gdviz.training.state import initial_state


@pytest.fixture
def lab(driver):
    """A window in the Lab, not shown, on the small data."""
    from lab_experiments import TABLE

    GATE.clear()
    driver.window.lab._table = lambda: TABLE
    driver.window.show_workspace("lab")
    driver.window.tick()
    return driver


def kept(config, seed=3):
    """A network that fits the window's data."""
    config = config.replace(seed=seed)
    return KeptNetwork("end", config, initial_state(config).parameters.vector)


def test_experiments_are_not_imported_at_the_start():
    code = (
        "import gdviz.qt.app, sys\n"
        "assert not [m for m in sys.modules if m.startswith('gdviz.experiments')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_key_4_shows_the_lab_and_the_layout_can_be_reset(lab, qtbot):
    window = lab.window
    window.show_workspace("train")
    lab.show()
    qtbot.keyClick(window, Qt.Key.Key_4)
    assert window.dock_layout.workspace.key == "lab"
    docks = window.dock_layout.docks
    assert list(docks) == ["lab_shelf", "lab_experiment", "lab_results"]
    docks["lab_results"].close()
    window.actions_by_key["reset_layout"].trigger()
    assert all(dock.isVisible() for dock in docks.values())
    assert docks["lab_shelf"].x() < docks["lab_experiment"].x() < docks["lab_results"].x()


def test_progress_and_cancel_stand_in_the_status_bar_while_training_goes_on(lab):
    window = lab.window
    lab.show()
    lab.run()
    window.lab.choose("slow")
    assert window.lab.run()
    step = lab.step
    lab.wait(lambda: window.lab.state.under_way.share > 0)
    lab.wait(lambda: lab.step > step)
    assert window.status._work.text() == "The slow one"
    assert window.status._progress.value() == 50
    lab.wait(lambda: len(window.views.views["lab_experiment"].pane.charts) == 4)
    window.status._cancel.click()
    assert window.lab.state.under_way is None
    lab.wait(window.status._work.isHidden)
    assert "cancelled" in window.status.notice.whole_text()
    lab.pause()


def test_closing_asks_nothing_and_leaves_no_thread(lab, close_now):
    lab.window.lab.choose("slow")
    lab.window.lab.run()
    lab.wait(lambda: lab.window.lab.state.under_way.share > 0)
    close_now(lab.window)


def test_network_is_looked_at_in_inspect_and_training_is_not_touched(lab):
    window = lab.window
    network = kept(lab.snapshot.config)
    step = lab.step
    window.lab.inspect(network, "Starts, end")
    window.tick()
    assert window.dock_layout.workspace.key == "inspect"
    shown = window.inspect.inspection.network
    assert shown.title == "Starts, end"
    np.testing.assert_array_equal(shown.parameters.vector, network.vector)
    lab.take(1)  # what is trained is another
    assert window.inspect.inspection.network is shown
    assert lab.step == step + 1


def test_network_is_trained_on_and_undo_has_the_former_run_back(lab):
    window = lab.window
    lab.take(3)
    before = lab.snapshot.parameters.vector.copy()
    network = kept(lab.snapshot.config)
    window.lab.train(network, "Starts, end")
    lab.acknowledge()
    assert window.dock_layout.workspace.key == "train"
    assert lab.step == 0
    np.testing.assert_array_equal(lab.snapshot.parameters.vector, network.vector)
    assert lab.snapshot.config.seed == 3
    window.actions_by_key["undo"].trigger()
    lab.acknowledge()
    np.testing.assert_array_equal(lab.snapshot.parameters.vector, before)


def test_network_that_does_not_fit_the_data_is_refused_in_a_sentence(lab):
    window = lab.window
    config = lab.snapshot.config.replace(layer_sizes=(25, 8, 3))
    run_id = lab.snapshot.run_id
    window.lab.train(kept(config), "Too large")
    assert "Not opened in Train" in lab.message
    assert "25 inputs" in lab.message
    lab.take(1)
    assert lab.snapshot.run_id == run_id
    assert window.dock_layout.workspace.key == "lab"


def test_result_is_written_beside_the_window(lab, tmp_path, monkeypatch):
    from gdviz.experiments.experiment import Finished
    from gdviz.experiments.result import Result

    window = lab.window
    written = tmp_path / "figures.json"

    def write(folder, finished):
        written.write_text(finished.name)
        return [written]

    monkeypatch.setattr("gdviz.qt.lab_hand_over.exported", write)
    finished = Finished("every-kind", KindSettings(), Result(), 1.0)
    window.lab_hand_over.export(tmp_path, finished)
    lab.wait(lambda: not window.lab_hand_over.work)
    assert written.read_text() == "every-kind"
    assert window.status.notice.whole_text() == f"Exported 1 file in {tmp_path}"

    def fail(folder, finished):
        raise OSError("the disk is full")

    monkeypatch.setattr("gdviz.qt.lab_hand_over.exported", fail)
    window.lab_hand_over.export(tmp_path, finished)
    lab.wait(lambda: not window.lab_hand_over.work)
    assert lab.message == "The result was not exported: the disk is full."


def test_choice_and_layout_are_found_again(lab, make_window, close_now):
    window = lab.window
    window.lab.choose("failing")
    close_now(window)
    from lab_experiments import TABLE

    again = make_window()
    again.window.lab._table = lambda: TABLE
    again.window.show_workspace("lab")
    again.window.tick()
    assert again.window.lab.state.chosen.name == "failing"
