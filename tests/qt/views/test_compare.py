"""Two networks beside each other: neurons, images, the way; and what cannot be compared."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.comparing import N_POINTS
from gdviz.analysis.inspection.matching import permuted
from gdviz.analysis.inspection.outcomes import outcomes_of
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.theme import LIGHT, apply_theme
from gdviz.qt.views.compare.right_table import CELLS
from gdviz.qt.views.compare.tiles import SideBySide
from gdviz.qt.views.compare.view import NOTHING, PAGES, CompareView

SIZE = (728, 424)


@pytest.fixture(scope="module")
def few(mnist):
    """MNIST with few test images: what is asked is answered in no time."""
    return Dataset("few", "few", mnist.train.first(400), mnist.test.first(300))


@pytest.fixture
def lesson(run):
    config = run.config
    return InspectedNetwork("lesson", config.architecture, run.path[-1], config.cost, "file")


@pytest.fixture
def start(run, lesson):
    return dataclasses.replace(lesson, title="start", parameters=run.path[0])


@pytest.fixture
def seen(look, few, lesson, start):
    looking = look(CompareView, lesson, SIZE, few)
    looking.inspect.choose_other(start)
    looking.settle()
    return looking


def network_of(sizes, seed=0, title="made", **architecture):
    whole = Architecture(sizes, **architecture)
    vector = np.random.default_rng(seed).normal(0, 0.5, whole.n_parameters).astype(np.float32)
    return InspectedNetwork(title, whole, Parameters(vector, whole.layout), "quadratic", "file")


def show_page(looking, key):
    looking.view._choose(key)
    looking.settle()


def test_without_another_network_it_says_what_to_do(look, few, lesson):
    looking = look(CompareView, lesson, SIZE, few)
    assert looking.view.pages.currentWidget() is looking.view.nothing
    assert looking.view.describe().sentence == NOTHING
    looking.view.keep.click()
    looking.settle()
    assert looking.inspect.inspection.other.title == "lesson, kept"
    assert looking.view.neurons.tiles.shown is not None
    assert "B: lesson, kept" in looking.view.names.whole_text()


@pytest.mark.parametrize("method", ["activations", "weights"])
def test_a_shuffled_network_is_matched_and_differs_by_nothing(look, few, method):
    network = network_of((784, 16, 10))
    order = np.roll(np.arange(16), 3)
    other = dataclasses.replace(network, parameters=permuted(network.parameters, [order]))
    looking = look(CompareView, network, SIZE, few)
    looking.inspect.choose_other(other)
    looking.view.neurons.switch.segment(method).click()
    looking.settle()
    shown = looking.view.neurons.tiles.shown
    np.testing.assert_array_equal(shown.partners, np.argsort(order))
    np.testing.assert_array_equal(shown.first, shown.second)
    np.testing.assert_allclose(shown.agreements, 1, atol=1e-5)
    assert "16 of 16 neurons" in looking.view.neurons.words.text()
    rows = looking.view.describe().rows
    assert len(rows) == 16
    assert rows[0][2] == np.argsort(order)[0] + 1


def test_tiles_are_of_one_scale_and_their_difference_is_theirs(seen):
    shown = seen.view.neurons.tiles.shown
    assert shown.as_pictures
    assert shown.limit > 0
    seen.shown.dock.grab()
    assert len(seen.view.neurons.tiles._images) == 3
    seen.view.neurons.layer.setCurrentIndex(1)
    seen.view.neurons.layer.activated.emit(1)
    assert not seen.view.neurons.tiles.shown.as_pictures
    assert seen.view.neurons.tiles.shown.first.shape == (16, 16)
    seen.view.neurons.layer.setCurrentIndex(2)
    seen.view.neurons.layer.activated.emit(2)
    shown = seen.view.neurons.tiles.shown
    assert shown.first_number == 0
    np.testing.assert_array_equal(shown.partners, np.arange(10))
    seen.shown.dock.grab()


def test_a_neuron_is_chosen_by_click_and_by_arrows(seen):
    tiles = seen.view.neurons.tiles
    tiles.grab()
    for where in tiles._where:
        center = tiles._tile(where, 6).center()
        assert tiles.neuron_at(center) == 6
    QTest.mouseClick(tiles, Qt.MouseButton.LeftButton, pos=center.toPoint())
    assert seen.inspect.inspection.neuron == NeuronPlace(0, 6)
    seen.refresh()
    assert "A's neuron 7 beside B's" in seen.view.neurons.neuron.whole_text()
    QTest.keyClick(tiles, Qt.Key.Key_Right)
    seen.refresh()
    QTest.keyClick(tiles, Qt.Key.Key_Down)
    seen.refresh()
    assert seen.inspect.inspection.neuron == NeuronPlace(0, 7 + tiles._columns)
    assert tiles.neuron_at(QPoint(1, 1).toPointF()) is None
    assert "correlation" in tiles.accessibleDescription()


def test_counts_are_those_of_the_outcomes(seen, few, lesson, start):
    show_page(seen, "images")
    a, b = (outcomes_of(n, "test", few.test, lambda: None).is_right for n in (lesson, start))
    wanted = [(a & b).sum(), (a & ~b).sum(), (~a & b).sum(), (~a & ~b).sum()]
    texts = [seen.view.rights.table.buttons[key].text() for key in CELLS]
    assert [int(text) for text in texts] == wanted
    assert sum(wanted) == 300
    assert f"A: {a.sum()} of 300 right" in seen.view.rights.table.rights[0].text()
    description = seen.view.describe()
    assert [row[1] for row in description.rows] == wanted
    assert "McNemar" in description.sentence


def test_images_of_a_cell_open_as_example_and_turn(seen, few, lesson, start):
    show_page(seen, "images")
    rights = seen.view.rights
    rights.table.buttons["neither"].click()
    a, b = (outcomes_of(n, "test", few.test, lambda: None).is_right for n in (lesson, start))
    rows = np.flatnonzero(~a & ~b)
    gallery = rights.gallery
    capacity = gallery.capacity
    assert len(rows) > capacity
    assert [each.index for each in gallery.images] == rows[:capacity].tolist()
    where = gallery.place_of(1).center().toPoint()
    QTest.mouseClick(gallery, Qt.MouseButton.LeftButton, pos=where)
    assert seen.inspect.inspection.example.index == rows[1]
    seen.refresh()
    assert gallery.place == rows[1]
    QTest.keyClick(gallery, Qt.Key.Key_Right)
    assert seen.inspect.inspection.example.index == rows[2]
    rights.after.click()
    assert gallery.images[0].index == rows[capacity]
    rights.before.click()
    assert gallery.images[0].index == rows[0]
    assert not rights.before.isEnabled()
    gallery.grab()
    assert f"1–{capacity} of {len(rows)}" in rights.caption.whole_text()
    assert f"is a {few.test.labels[rows[0]]}" in gallery.images[0].description


def test_the_way_is_computed_as_they_stand_and_matched(seen, few, lesson, start):
    show_page(seen, "between")
    stand, matched = seen.view.way.ways
    assert len(stand.t) == N_POINTS
    assert stand.n_examples == 300
    for way in (stand, matched):
        ends = [outcomes_of(n, "test", few.test, lambda: None) for n in (lesson, start)]
        assert way.costs[0] == pytest.approx(ends[0].costs.mean(), rel=1e-5)
        assert way.costs[-1] == pytest.approx(ends[1].costs.mean(), rel=1e-5)
    rows = seen.view.describe().rows
    assert len(rows) == N_POINTS
    assert len(rows[0]) == 7
    assert "As they stand" in seen.view.way.sentence.text()
    # Another way of matching is another way between.
    seen.view.neurons.switch.segment("weights").click()
    # What is shown until then says how it was matched.
    assert "by activations" in seen.view.way.caption.whole_text()
    seen.settle()
    assert seen.view.way.ways[1] is not matched
    assert "by weights" in seen.view.way.caption.whole_text()


def test_matching_lowers_the_cost_between_two_orders_of_one_network(look, few, lesson):
    orders = [np.roll(np.arange(16), 5), np.roll(np.arange(16), 2)]
    other = dataclasses.replace(lesson, parameters=permuted(lesson.parameters, orders))
    looking = look(CompareView, lesson, SIZE, few)
    looking.inspect.choose_other(other)
    show_page(looking, "between")
    stand, matched = looking.view.way.ways
    np.testing.assert_allclose(matched.costs, matched.costs[0], rtol=1e-5)
    assert abs(stand.costs[N_POINTS // 2] - stand.costs[0]) > 1e-3
    assert "neurons matched" in looking.view.way.sentence.text()


def test_a_way_that_was_given_up_does_not_begin_again_by_itself(look, few, lesson, start):
    looking = look(CompareView, lesson, SIZE, few)
    looking.inspect.choose_other(start)
    looking.view._choose("between")
    looking.refresh()
    while looking.inspect.progress("compare way") is None:
        assert looking.inspect.wait(60)
        looking.refresh()
    looking.view.way.button.click()
    looking.settle()
    assert looking.view.way.ways == ()
    assert looking.view.way.button.isVisibleTo(looking.view.widget)
    looking.view.way.button.click()
    looking.settle()
    assert len(looking.view.way.ways) == 2


def test_the_way_of_a_network_in_training_waits_for_the_button(look, few, lesson, start):
    live = dataclasses.replace(lesson, origin="live", step=60)
    looking = look(CompareView, live, SIZE, few)
    looking.inspect.choose_other(start)
    show_page(looking, "between")
    assert looking.view.way.ways == ()
    looking.view.way.button.click()
    looking.settle()
    assert len(looking.view.way.ways) == 2


def test_different_sizes_are_compared_as_far_as_they_go(look, few, lesson):
    looking = look(CompareView, lesson, SIZE, few)
    looking.inspect.choose_other(network_of((784, 12, 10)))
    looking.settle()
    assert "What can still be compared" in looking.view.notice.text()
    assert not looking.view.neurons.switch.segment("weights").isEnabled()
    shown = looking.view.neurons.tiles.shown
    assert (shown.partners < 0).sum() == 4
    assert "no partner" in shown.words(int(np.flatnonzero(shown.partners < 0)[0]))
    looking.shown.dock.grab()
    looking.view.neurons.layer.setCurrentIndex(1)
    looking.view.neurons.layer.activated.emit(1)
    assert looking.view.neurons.tiles.shown is None
    assert "only one network has it" in looking.view.neurons.words.text()
    show_page(looking, "images")
    assert looking.view.answers.rights() is not None
    show_page(looking, "between")
    assert looking.view.way.ways == ()
    assert "different sizes" in looking.view.way.sentence.text()


NAN = np.float32("nan")


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ((784, 10), (784, 10), None),
        ((784, 16, 10), (784, 16, 10), NAN),
        ((784, 16, 10), (784, 16, 10), np.float32("inf")),
        ((5, 3, 2), (784, 16, 10), None),
        ((5, 3, 2), (5, 3, 2), None),
        ((784, 300, 10), (784, 200, 10), None),
    ],
)
def test_any_two_networks_can_be_shown(look, few, first, second, value):
    one, other = network_of(first), network_of(second, 1)
    if value is not None:
        other.parameters.vector[::7] = value
    looking = look(CompareView, one, SIZE, few)
    looking.inspect.choose_other(other)
    for key in PAGES:
        show_page(looking, key)
        looking.shown.dock.grab()
        assert looking.view.describe().sentence.startswith("A is ")


def test_networks_without_hidden_neurons_have_a_way(look, few):
    looking = look(CompareView, network_of((784, 10)), SIZE, few)
    looking.inspect.choose_other(network_of((784, 10), 1))
    show_page(looking, "between")
    assert len(looking.view.way.ways) == 1


def test_a_file_is_chosen_without_blocking_and_opened(seen, tmp_path, sixteen):
    from gdviz.bundled import resources_folder

    seen.view.ask_file()
    assert all(
        f"*{suffix}" in seen.view.dialog.nameFilters()[0]
        for suffix in (".safetensors", ".npz", ".json")
    )
    path = resources_folder() / "networks" / "lesson.safetensors"
    seen.view.dialog.fileSelected.emit(str(path))
    seen.view.dialog.reject()
    seen.settle()
    assert seen.inspect.inspection.other.title == "lesson.safetensors"


def test_a_question_that_fails_is_not_asked_again_and_again(look, few, lesson, start, monkeypatch):
    from gdviz.qt.views.compare import questions

    asked = []

    def failing(*_):
        asked.append(1)
        return lambda _inquiry: 1 / 0

    monkeypatch.setattr(questions, "matching", failing)
    monkeypatch.setattr(questions, "trying", failing)
    looking = look(CompareView, lesson, SIZE, few)
    looking.inspect.choose_other(start)
    show_page(looking, "neurons")
    show_page(looking, "images")
    for _ in range(3):
        looking.settle()
    assert len(asked) == 2


def test_state_is_taken_back(seen, look, lesson, few):
    seen.view.neurons.switch.segment("weights").click()
    show_page(seen, "between")
    other = look(CompareView, lesson, SIZE, few).view
    other.restore(seen.view.state())
    assert (other.switch.current(), other.neurons.switch.current()) == ("between", "weights")
    other.restore({"page": 3, "method": None})
    assert other.switch.current() == "between"


def test_the_theme_is_followed(seen):
    seen.view.neurons.tiles.grab()
    before = seen.view.neurons.tiles._images[0]
    apply_theme(QApplication.instance(), LIGHT)
    QApplication.processEvents()
    seen.view.neurons.tiles.grab()
    assert seen.view.neurons.tiles._images[0] != before


def test_a_neuron_without_a_number_is_described_without_one():
    nothing = np.zeros((1, 4))
    shown = SideBySide(nothing, nothing, np.array([0]), np.array([np.nan]), 1.0, False, "cosine")
    assert shown.words(0) == "A's neuron 1 beside B's 1"
