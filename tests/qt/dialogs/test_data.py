"""The data dialog: reads beside the window, shows, and begins a run that can be taken back."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from gdviz.qt.dialogs import data_texts
from gdviz.qt.dialogs.data import DataDialog
from gdviz.training.config import TrainingConfig


@pytest.fixture
def table(tmp_path):
    """Two hundred noisy images of 8x8 in four classes, each with its own bright quarter."""
    generator = np.random.default_rng(1)
    labels = np.arange(200) % 4
    images = generator.integers(0, 6, (200, 8, 8))
    for image, label in zip(images, labels, strict=True):
        rows, columns = slice(4 * (label // 2), None), slice(4 * (label % 2), None)
        image[rows, columns][:4, :4] += 10
    path = tmp_path / "quarters.csv"
    rows = np.column_stack([labels, images.reshape(200, 64)])
    np.savetxt(path, rows, "%d", delimiter=",", header="label" + ",p" * 64, comments="")
    return path


@pytest.fixture
def dialog(shown) -> DataDialog:
    """The dialog of a window, opened by its key."""
    shown.qtbot.keyClick(shown.window, Qt.Key.Key_D)
    (found,) = shown.window.findChildren(DataDialog)
    assert found.isVisible()
    assert not found.isModal()
    return found


def read(shown, dialog, source):
    dialog.read(str(source))
    shown.wait(lambda: not dialog.source.is_busy)


def child(dialog, kind, name):
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def train(shown, dialog):
    child(dialog, QPushButton, "button_data_train").click()
    shown.acknowledge()


def test_training_goes_over_to_a_table_and_back_by_undo(shown, dialog, table):
    shown.take(3)
    before, vector = shown.window.session.dataset, shown.snapshot.parameters.vector
    read(shown, dialog, table)
    assert "8 × 8 = 64" in child(dialog, QLabel, "data_facts").text()
    assert "64-8-4 on 160 images of 0, 1, 2 and 3" in child(dialog, QLabel, "data_outcome").text()
    assert len(dialog.strip.items()) >= 16
    assert shown.window.session.dataset is before  # nothing has happened yet
    train(shown, dialog)
    assert not dialog.isVisible()
    assert shown.snapshot.config.layer_sizes == (64, 8, 4)
    assert shown.snapshot.config.data == str(table)
    assert shown.window.session.dataset.name == "quarters"
    assert "quarters" in shown.named(QPushButton, "button_data").accessibleName()
    shown.take(60)
    docks = shown.window.views.docks
    assert {key: dock.error() for key, dock in docks.items() if dock.error()} == {}
    shown.window.replacing.undo()
    shown.acknowledge()
    assert shown.window.session.dataset is before
    assert shown.step == 3
    np.testing.assert_array_equal(shown.snapshot.parameters.vector, vector)
    shown.window.replacing.redo()
    shown.acknowledge()
    assert shown.window.session.dataset.name == "quarters"
    assert shown.step == 60


def test_choice_number_and_noise_are_in_the_settings_of_the_run(shown, dialog, table):
    read(shown, dialog, table)
    for label in (0, 2):
        child(dialog, QCheckBox, f"check_class_{label}").setChecked(False)
    dialog.count.set_value(50)
    dialog.count.value_changed.emit(50)
    dialog.noise.set_value(20)
    dialog.noise.value_changed.emit(20)
    words = child(dialog, QLabel, "data_outcome").text()
    assert "on 50 images of 1 and 3, 20 % of their labels shuffled, tested on 20" in words
    assert "stay dark" in words
    labels = shown.window.session.dataset.train.labels
    train(shown, dialog)
    config, dataset = shown.snapshot.config, shown.window.session.dataset
    assert config.data == f"{table}?classes=1,3" == dataset.source
    assert (config.n_examples, config.shuffle_labels, config.layer_sizes[-1]) == (50, 0.2, 4)
    assert set(dataset.train.labels.tolist()) == {1, 3}
    assert labels is not dataset.train.labels
    # Opened again it shows all classes, these two chosen.
    shown.qtbot.keyClick(shown.window, Qt.Key.Key_D)
    shown.wait(lambda: not dialog.source.is_busy)
    assert dialog.classes.chosen() == [1, 3]
    assert dialog.count.value() == 50


def test_what_cannot_be_read_is_said_and_nothing_is_lost(shown, dialog, table):
    read(shown, dialog, table)
    bad = table.with_name("bad.csv")
    bad.write_text("label,a\n1,2\n0,x\n", "utf-8")
    read(shown, dialog, bad)
    problem = child(dialog, QLabel, "data_problem")
    assert problem.isVisible()
    assert "bad.csv: line 3 has 'x' in column 2" in problem.text()
    assert "quarters.csv" in child(dialog, QLabel, "data_place").accessibleName()
    assert child(dialog, QPushButton, "button_data_train").isEnabled()


def test_reading_is_given_up_by_cancel_and_by_escape(shown, dialog, table):
    dialog.read(str(table))
    assert not child(dialog, QPushButton, "button_data_train").isEnabled()
    child(dialog, QPushButton, "button_data_cancel").click()
    assert not dialog.source.is_busy
    assert child(dialog, QPushButton, "button_data_train").isEnabled()
    dialog.read(str(table))
    shown.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.source.is_busy
    assert not dialog.isVisible()


def test_one_class_alone_cannot_be_trained(shown, dialog, table):
    read(shown, dialog, table)
    child(dialog, QPushButton, "button_classes_none").click()
    child(dialog, QCheckBox, "check_class_1").setChecked(True)
    assert not child(dialog, QPushButton, "button_data_train").isEnabled()
    assert "at least two classes" in child(dialog, QLabel, "data_outcome").text()
    child(dialog, QPushButton, "button_classes_all").click()
    assert child(dialog, QPushButton, "button_data_train").isEnabled()


def test_session_on_other_data_is_opened_with_them(shown, dialog, table, tmp_path):
    read(shown, dialog, table)
    train(shown, dialog)
    shown.take(5)
    path = tmp_path / "run.gdviz"
    shown.window.keeping.save_session(path)
    shown.wait(path.exists)
    shown.window.replacing.undo()
    shown.acknowledge()
    assert shown.window.session.dataset.n_inputs == 16
    shown.open(path)
    assert shown.message == ""
    assert shown.window.session.dataset.source == str(table)
    assert shown.step == 5


def test_outcome_names_few_classes_and_counts_many():
    config = TrainingConfig()
    words = data_texts.outcome(config, ["3", "8"], 100, 20, leaves_out=False)
    assert "784-16-16-10 on 100 images of 3 and 8, tested on 20" in words
    assert "of 5 classes" in data_texts.outcome(config, list("abcde"), 1, 1, leaves_out=False)


def test_numbers_that_make_no_square_are_shown_as_they_can(shown, dialog, tmp_path):
    generator = np.random.default_rng(2)
    labels = np.array(["ale", "bee"])[np.arange(60) % 2]
    lines = [
        ",".join([*(f"{value:.3f}" for value in generator.random(13)), label]) for label in labels
    ]
    path = tmp_path / "thirteen.csv"
    path.write_text("\n".join(lines), "utf-8")
    read(shown, dialog, path)
    assert "13 numbers an image, which make no square" in child(dialog, QLabel, "data_facts").text()
    train(shown, dialog)
    shown.take(5)
    for workspace in ("inspect", "train"):
        shown.window.show_workspace(workspace)
        shown.acknowledge()
        shown.window.tick()
    docks = shown.window.views.docks
    assert {key: dock.error() for key, dock in docks.items() if dock.error()} == {}
    hints = [label.text() for label in shown.window.settings_panel.findChildren(QLabel)]
    assert "0 ale, 1 bee" in hints
    verdict = shown.window.views.views["example"].card.figures.verdict
    assert "(ale)" in verdict or "(bee)" in verdict
