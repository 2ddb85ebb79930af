"""The matrix shows the outcomes, and a chosen cell is known to all."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.confusion import Confusion
from gdviz.analysis.inspection.sample import Sample
from gdviz.analysis.interval import wilson_interval
from gdviz.data.dataset import checked_dataset
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.colors import contrast
from gdviz.qt.theme import DARK, HIGH_CONTRAST, LIGHT, THEMES, apply_theme
from gdviz.qt.views.confusion import words
from gdviz.qt.views.confusion.cells import _is_light
from gdviz.qt.views.confusion.matrix import ConfusionMatrix
from gdviz.qt.views.confusion.view import ConfusionView

SIZE = (424, 430)


@pytest.fixture
def shown(look, sixteen):
    looking = look(ConfusionView, sixteen, SIZE)
    looking.settle()
    return looking


@pytest.fixture
def matrix(qtbot):
    """Give a matrix of three classes, the last of which never occurs."""
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(300, 260)
    matrix.show_confusion(Confusion(np.array([[90, 6, 4], [3, 47, 0], [0, 0, 0]])))
    return matrix


def press(widget, key):
    """Press a key; a widget of a window that is not active has no focus."""
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def test_counts_are_those_of_the_outcomes(shown):
    outcomes = shown.inspect.inspection.outcomes["test"]
    wanted = np.zeros((10, 10), int)
    np.add.at(wanted, (outcomes.labels, outcomes.outputs.argmax(axis=1)), 1)
    np.testing.assert_array_equal(shown.view.matrix.confusion.counts, wanted)


def test_the_subtitle_has_count_share_and_interval(shown):
    right = shown.inspect.inspection.outcomes["test"].n_right
    low, high = wilson_interval(right, 10_000)
    wanted = f"{right:,} of 10,000 right, {right / 100:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
    assert shown.view.subtitle.text() == wanted


def test_only_the_first_images_are_counted_if_they_are_chosen(shown, mnist):
    shown.view.switch.counts.segment("first").click()
    shown.settle()
    assert shown.inspect.inspection.sample == Sample("test", 300)
    assert shown.view.matrix.confusion.total == 300
    found = shown.view.matrix.confusion.row_totals
    np.testing.assert_array_equal(found, np.bincount(mnist.test.labels[:300]))
    assert " of 300 right, " in shown.view.subtitle.text()


def test_training_images_are_asked_for_when_they_are_chosen(look, sixteen, mnist):
    small = dataclasses.replace(mnist, train=mnist.train.first(2_000))
    looking = look(ConfusionView, sixteen, SIZE, small)
    looking.settle()
    assert "train" not in looking.inspect.inspection.outcomes
    looking.view.switch.splits.segment("train").click()
    looking.settle()
    looking.settle()
    assert looking.view.matrix.confusion.total == 2_000


def test_a_cell_is_chosen_with_the_keys_and_given_up(shown):
    matrix = shown.view.matrix
    for key, times in ((Qt.Key.Key_Down, 12), (Qt.Key.Key_Right, 4), (Qt.Key.Key_Return, 1)):
        for _ in range(times):
            press(matrix, key)
    assert shown.inspect.inspection.chosen_cell == (9, 4)
    shown.refresh()
    assert matrix.chosen == (9, 4)
    assert matrix.accessibleDescription().startswith("9 said 4: ")
    press(matrix, Qt.Key.Key_Escape)
    assert shown.inspect.inspection.chosen_cell is None


def test_a_click_chooses_the_cell_under_it_and_again_none(shown, qtbot):
    matrix = shown.view.matrix
    middle = matrix.grid().rectangle(7, 2).center()
    assert matrix.cell_at(middle) == (7, 2)
    for wanted in ((7, 2), None):
        qtbot.mousePress(matrix, Qt.MouseButton.LeftButton, pos=middle.toPoint())
        assert shown.inspect.inspection.chosen_cell == wanted
        shown.refresh()


def test_tool_tips_tell_cells_rows_and_columns_with_intervals(matrix):
    grid = matrix.grid()
    assert matrix.words_at(grid.rectangle(0, 1).center()) == "0 said 1: 6 of 100, 6.0 % [2.8, 12.5]"
    beside = QPointF(matrix.width() - 10, grid.rectangle(0, 0).center().y())
    low, high = wilson_interval(90, 100)
    wanted = f"Images of 0: 90 of 100 right, 90.0 % [{100 * low:.1f}, {100 * high:.1f}]"
    assert matrix.words_at(beside) == wanted
    below = QPointF(grid.rectangle(0, 0).center().x(), grid.where.bottom() + 10)
    assert matrix.words_at(below).startswith("Said 0: 93 times, 90 of them right, 96.8 % [")
    assert matrix.words_at(QPointF(5, 5)) == ""
    empty = QPointF(matrix.width() - 10, grid.rectangle(2, 0).center().y())
    assert matrix.words_at(empty) == "Images of 2: 0 of 0 right, –"


def test_the_masked_diagonal_does_not_drown_the_mistakes(matrix):
    assert matrix.limit() == 0.06
    assert matrix.levels().tolist() == [[-1, 255, 170], [255, -1, -1], [-1, -1, -1]]
    matrix.mask_diagonal(False)
    assert matrix.limit() == 0.94
    assert matrix.levels()[1, 1] == 255
    assert matrix.levels()[0, 1] == round(0.06 / 0.94 * 255)


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
def test_a_cell_has_the_colour_of_the_map(matrix, qapp, theme):
    apply_theme(qapp, theme)
    image = matrix.grab().toImage()
    table = diverging_table(theme)[-256:]
    for cell, level in (((0, 1), 255), ((0, 2), 170)):
        corner = matrix.grid().rectangle(*cell).topLeft() + QPointF(4, 4)
        color = image.pixelColor(corner.toPoint())
        assert [color.red(), color.green(), color.blue()] == table[level][:3].tolist()
    apply_theme(qapp, DARK)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_numbers_can_be_read_on_every_colour(theme):
    grounds = ["#" + bytes(row[:3].tolist()).hex() for row in diverging_table(theme)[-256:]]
    inks = ["#ffffff" if is_light else "#000000" for is_light in _is_light(theme)]
    assert min(map(contrast, grounds, inks)) >= 4.5


def test_shares_can_be_written_instead_of_counts(shown):
    before = shown.view.matrix.grab().toImage()
    shown.view.numbers.segment("shares").click()
    assert shown.view.matrix.shows_shares
    assert shown.view.matrix.grab().toImage() != before
    assert [words.short_percent(x) for x in (1.0, 0.031, np.nan)] == ["100", "3.1", "–"]


def test_counts_without_room_are_in_thousands():
    assert words.compact(1_111, 100, 400) == "1,111"
    assert words.compact(1_111, 20, 400) == "1.1k"
    assert words.compact(999, 1, 400) == "999"
    assert words.compact(123_456, 20, 400) == "123k"


def test_the_description_has_every_cell(shown):
    found = shown.view.describe()
    counts = shown.view.matrix.confusion.counts
    assert found.sentence.startswith("Of 10,000 test images: ")
    assert len(found.rows) == 11
    assert found.rows[9][5] == counts[9, 4]
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert found.rows[-1][1:11] == tuple(counts.sum(axis=0))


def test_a_network_that_does_not_fit_is_said_to(look, sixteen):
    architecture = Architecture((5, 3))
    parameters = Parameters(np.zeros(18, np.float32), architecture.layout)
    network = dataclasses.replace(sixteen, architecture=architecture, parameters=parameters)
    looking = look(ConfusionView, network, SIZE)
    looking.settle()
    assert looking.view.matrix.confusion is None
    assert looking.view.describe().sentence == (
        "This network takes 5 numbers and gives 3: the images do not fit it."
    )
    looking.view.widget.grab()


@pytest.mark.parametrize("n_outputs", [12, 200])
def test_more_outputs_than_digits_are_more_cells(look, sixteen, n_outputs):
    architecture = Architecture((784, n_outputs))
    random = np.random.default_rng(0)
    vector = random.normal(size=architecture.layout.size).astype(np.float32)
    network = dataclasses.replace(
        sixteen, architecture=architecture, parameters=Parameters(vector, architecture.layout)
    )
    looking = look(ConfusionView, network, SIZE)
    looking.settle()
    looking.inspect.choose_cell((3, n_outputs - 1))
    looking.refresh()
    looking.view.widget.grab()
    assert looking.view.matrix.confusion.counts.shape == (n_outputs, n_outputs)
    looking.inspect.show_network(sixteen)
    assert looking.inspect.inspection.chosen_cell is None, "there is no such cell any more"
    looking.settle()
    looking.view.widget.grab()


def test_outputs_that_are_not_finite_are_said_to_mean_nothing(look, sixteen):
    vector = sixteen.parameters.vector.copy()
    vector[-1] = np.nan
    network = dataclasses.replace(sixteen, parameters=Parameters(vector, sixteen.parameters.layout))
    looking = look(ConfusionView, network, SIZE)
    looking.settle()
    assert looking.view.matrix.note.startswith("10,000 images have outputs that are not finite")
    looking.view.widget.grab()


def test_choices_are_remembered_and_bad_ones_ignored(shown, look, sixteen):
    shown.view.numbers.segment("shares").click()
    shown.view.diagonal_action.trigger()
    state = shown.view.state()
    other = look(ConfusionView, sixteen, SIZE).view
    other.restore({"numbers": "roman", "diagonal": 3})
    assert other.state() == {"numbers": "counts", "diagonal": False}
    other.restore(state)
    assert other.state() == state
    assert other.matrix.shows_shares
    assert not other.matrix.masks_diagonal


def test_another_dataset_forgets_what_was_counted(shown, mnist):
    few = checked_dataset("few", "few", (mnist.train.images[:9], mnist.train.labels[:9]),
                          (mnist.test.images[:9], mnist.test.labels[:9]))  # fmt: skip
    shown.view.reset(few)
    assert shown.view.matrix.confusion is None
    shown.view.widget.grab()


def test_the_matrix_follows_the_network(shown, sixteen):
    """Each change of a network in training is another network."""
    before = shown.view.matrix.confusion.n_right
    vector = sixteen.parameters.vector * np.float32(0.2)
    worse = dataclasses.replace(sixteen, parameters=Parameters(vector, sixteen.parameters.layout))
    shown.inspect.show_network(worse)
    shown.refresh()
    assert shown.view.matrix.confusion.n_right == before, "the last known stays until then"
    shown.settle()
    outcomes = shown.inspect.inspection.outcomes["test"]
    assert outcomes.network is worse
    assert shown.view.matrix.confusion.n_right == outcomes.n_right < before
