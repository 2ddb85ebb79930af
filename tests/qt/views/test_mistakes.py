"""The gallery shows what is wrong, in order; cells and bins open theirs; a click is the example."""

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gdviz.analysis.inspection.mistakes import CostHistogram
from gdviz.analysis.inspection.sample import Sample
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.accuracy_text import accuracy
from gdviz.qt.theme import DARK, LIGHT, apply_theme
from gdviz.qt.views.mistakes.histogram import CostHistogramPlot
from gdviz.qt.views.mistakes.view import MistakesView

SIZE = (728, 196)


@pytest.fixture
def shown(look, sixteen):
    looking = look(MistakesView, sixteen, SIZE)
    looking.settle()
    return looking


@pytest.fixture
def wrong(shown):
    """Give rows, labels and answers of the mistakes, from the outputs themselves."""
    outcomes = shown.inspect.inspection.outcomes["test"]
    said = outcomes.outputs.argmax(axis=1)
    return {row for row in range(10_000) if said[row] != outcomes.labels[row]}


@pytest.fixture
def plot(qtbot):
    """Give a histogram of four decades, the third without an image."""
    plot = CostHistogramPlot()
    qtbot.addWidget(plot)
    plot.resize(300, 150)
    edges = np.array([0.001, 0.01, 0.1, 1.0, 10.0])
    plot.show_histogram(
        CostHistogram(edges, np.array([900, 80, 0, 1]), np.array([0, 10, 0, 9]), 0.1, 3, 0, True)
    )
    return plot


def press(widget, key):
    """Press a key; a widget of a window that is not active has no focus."""
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def test_all_mistakes_are_there_the_surest_first(shown, wrong):
    outcomes = shown.inspect.inspection.outcomes["test"]
    items = shown.view.gallery.items().tolist()
    assert set(items) == wrong
    assert items == sorted(items, key=lambda row: (-outcomes.outputs[row].max(), row))
    count = len(wrong)
    assert shown.view.subtitle.text() == (
        f"{count} of 10,000 test images wrong, {accuracy(count, 10_000)}"
    )


def test_captions_say_what_it_is_what_is_said_and_how_surely(shown):
    outcomes = shown.inspect.inspection.outcomes["test"]
    row = int(shown.view.gallery.items()[0])
    title, detail = shown.view._words(row)
    assert title == f"{outcomes.labels[row]} said {outcomes.outputs[row].argmax()}"
    assert detail == f"at {outcomes.outputs[row].max():.3f}"


def test_pictures_are_those_of_the_images(shown, mnist):
    row = int(shown.view.gallery.items()[3])
    wanted = mnist.test.images[row].reshape(28, 28) / 255
    np.testing.assert_allclose(shown.view._picture(row), wanted, rtol=1e-6)


def test_by_cost_shows_costs(shown):
    shown.view.order.setCurrentIndex(1)
    outcomes = shown.inspect.inspection.outcomes["test"]
    costs = outcomes.costs[shown.view.gallery.items()].astype(np.float32)
    assert (np.diff(costs) <= 0).all()
    assert shown.view._words(int(shown.view.gallery.items()[0]))[1].startswith("cost ")


def test_a_click_makes_an_image_the_example_and_marks_it(shown, qtbot):
    gallery = shown.view.gallery
    row = gallery.items_in_sight()[2]
    place = gallery._cell(2).center().toPoint()
    qtbot.mousePress(gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
    example = shown.inspect.inspection.example
    assert (example.split, example.index) == ("test", row)
    shown.refresh()
    assert gallery._marked == row
    press(gallery, Qt.Key.Key_Right)
    press(gallery, Qt.Key.Key_Return)
    assert shown.inspect.inspection.example.index == gallery.items_in_sight()[3]


def test_a_chosen_cell_filters_and_show_all_does_not(shown, wrong):
    outcomes = shown.inspect.inspection.outcomes["test"]
    assert shown.view.show_all.isHidden()
    shown.inspect.choose_cell((9, 4))
    shown.refresh()
    rows = shown.view.gallery.items()
    assert len(rows) > 1
    assert set(zip(outcomes.labels[rows].tolist(), outcomes.said[rows].tolist())) == {(9, 4)}  # noqa: B905
    total = int((outcomes.labels == 9).sum())
    wanted = f"{len(rows)} of {total:,}, {accuracy(len(rows), total)}, 9 said 4"
    assert shown.view.subtitle.text() == wanted
    shown.view.show_all.click()
    assert shown.inspect.inspection.chosen_cell is None
    assert set(shown.view.gallery.items().tolist()) == wrong
    shown.refresh()
    assert set(shown.view.gallery.items().tolist()) == wrong
    assert shown.view.show_all.isHidden()


def test_a_bin_opens_its_images_and_a_cell_takes_its_place(shown):
    view, outcomes = shown.view, shown.inspect.inspection.outcomes["test"]
    shown.inspect.choose_cell((9, 4))
    view.costs_button.setChecked(True)
    shown.refresh()
    histogram = view.costs.histogram
    k = int(histogram.n_wrong.argmax())
    view.costs.current = k
    press(view.costs, Qt.Key.Key_Return)
    assert shown.inspect.inspection.chosen_cell is None
    shown.refresh()
    low, high = histogram.edges[k], histogram.edges[k + 1]
    wanted = {row for row, cost in enumerate(outcomes.costs) if low <= cost < high}
    assert set(view.gallery.items().tolist()) == wanted
    assert view.costs.chosen == (low, high)
    assert f"{histogram.n_wrong[k]} wrong" in view.subtitle.text()
    shown.inspect.choose_cell((7, 2))
    shown.refresh()
    assert view.costs.chosen is None
    assert view.subtitle.text().endswith(", 7 said 2")


def test_the_same_bin_again_or_escape_shows_all(shown, wrong):
    view = shown.view
    view.costs_button.setChecked(True)
    shown.refresh()
    for again in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        press(view.costs, Qt.Key.Key_Return)
        shown.refresh()
        assert view.costs.chosen is not None
        press(view.costs, again)
        shown.refresh()
        assert view.costs.chosen is None
        assert set(view.gallery.items().tolist()) == wrong


def test_the_first_images_only(shown, wrong):
    shown.view.switch.counts.segment("first").click()
    shown.refresh()
    assert shown.inspect.inspection.sample == Sample("test", 300)
    rows = {row for row in wrong if row < 300}
    assert set(shown.view.gallery.items().tolist()) == rows
    assert shown.view.subtitle.text().startswith(
        f"{len(rows)} of the first 300 test images wrong, "
    )


def test_costs_are_counted_only_while_they_are_in_sight(shown):
    assert shown.view.costs.histogram is None
    shown.view.costs_button.setChecked(True)
    outcomes = shown.inspect.inspection.outcomes["test"]
    found = shown.view.costs.histogram
    assert found.is_logarithmic
    assert found.counts.sum() + found.n_below == 10_000
    assert found.mean == pytest.approx(outcomes.costs.mean())
    shown.view.cost_axis.trigger()
    assert not shown.view.costs.histogram.is_logarithmic
    shown.view.count_axis.trigger()
    assert not shown.view.costs.counts_logarithmic
    shown.view.widget.grab()


def test_bars_are_as_high_as_their_counts(plot):
    room = plot.room().height()
    assert plot.height_of(0) == 0
    assert plot.height_of(900) == room
    wanted = math.log(80 / 0.7) / math.log(900 / 0.7) * room
    assert plot.height_of(80) == pytest.approx(wanted)
    plot.show_counts(logarithmic=False)
    assert plot.height_of(450) == pytest.approx(room / 2)
    assert plot.height_of(1) == 2, "one image is still seen"


def test_a_bar_and_the_mean_stand_at_their_costs(plot):
    room = plot.room()
    assert plot.place_of(0.1) == pytest.approx(room.center().x())
    image = plot.grab().toImage()
    line = QPointF(plot.place_of(0.1), room.bottom() - 4).toPoint()
    near = {image.pixelColor(line.x() + dx, line.y()).name() for dx in (-1, 0, 1)}
    assert DARK.ball in near
    wrong = QPointF((plot.place_of(1.0) + plot.place_of(10.0)) / 2, room.bottom() - 3)
    assert image.pixelColor(wrong.toPoint()).name() == DARK.curve_2


def test_a_point_tells_its_bin(plot):
    room = plot.room()
    for k in range(4):
        middle = room.left() + (k + 0.5) / 4 * room.width()
        assert plot.bin_at(QPointF(middle, room.top() + 1)) == k
    assert plot.bin_at(QPointF(2, 60)) is None
    assert plot.words_of(1) == "cost 0.010 to 0.100: 90 images, 10 of them wrong"
    plot.current = 3
    press(plot, Qt.Key.Key_Left)
    assert plot.accessibleDescription().startswith("cost 0.100 to 1.00: 0 images")


def test_no_mistake_is_said(shown, mnist):
    outcomes = shown.inspect.inspection.outcomes["test"]
    right = np.flatnonzero(outcomes.is_right)[:50]
    parts = {
        name: getattr(outcomes, name)[right]
        for name in ("labels", "weighted_inputs", "outputs", "costs", "said")
    }
    shown.inspect._change(outcomes={"test": dataclasses.replace(outcomes, **parts)})
    shown.view.show_frame(dataclasses.replace(shown.frame, inspection=shown.inspect.inspection))
    assert len(shown.view.gallery.items()) == 0
    assert shown.view.gallery.empty_text == "All of 50 test images are right."
    assert shown.view.subtitle.text().startswith("0 of 50 test images wrong, 0.0 % [0.0, ")


def test_the_description_lists_what_is_shown(shown):
    shown.inspect.choose_cell((9, 4))
    shown.refresh()
    found = shown.view.describe()
    assert found.columns[:3] == ("test image", "label", "said")
    assert [row[0] for row in found.rows] == shown.view.gallery.items().tolist()
    assert {row[1:3] for row in found.rows} == {(9, 4)}
    assert "9 said 4" in found.sentence


@pytest.mark.parametrize("sizes", [(5, 3), (784, 4)])
def test_a_network_that_does_not_fit_is_said_to(look, sixteen, sizes):
    architecture = Architecture(sizes)
    vector = np.zeros(architecture.layout.size, np.float32)
    network = dataclasses.replace(
        sixteen, architecture=architecture, parameters=Parameters(vector, architecture.layout)
    )
    looking = look(MistakesView, network, SIZE)
    looking.view.costs_button.setChecked(True)
    looking.settle()
    looking.view.widget.grab()
    assert "do not fit" in looking.view.describe().sentence


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_raise_nothing(look, sixteen, value):
    vector = sixteen.parameters.vector.copy()
    vector[::7] = value
    network = dataclasses.replace(sixteen, parameters=Parameters(vector, sixteen.parameters.layout))
    looking = look(MistakesView, network, SIZE)
    looking.view.costs_button.setChecked(True)
    looking.settle()
    for k in range(3):
        looking.view.order.setCurrentIndex(k)
        looking.view.widget.grab()
    looking.view.describe()


def test_choices_are_remembered_and_bad_ones_ignored(shown, look, sixteen):
    shown.view.order.setCurrentIndex(2)
    shown.view.costs_button.setChecked(True)
    shown.view.cost_axis.trigger()
    state = shown.view.state()
    other = look(MistakesView, sixteen, SIZE).view
    before = other.state()
    other.restore({"order": "size", "costs": 1, "cost_axis": None})
    assert other.state() == before
    other.restore(state)
    assert other.state() == state


def test_the_theme_reaches_icon_and_pictures(shown, qapp):
    view = shown.view
    view.costs_button.setChecked(True)
    before, key = view.widget.grab().toImage(), view.costs_button.icon().cacheKey()
    apply_theme(qapp, LIGHT)
    QApplication.processEvents()
    assert view.costs_button.icon().cacheKey() != key
    assert view.widget.grab().toImage() != before
    apply_theme(qapp, DARK)


def test_another_dataset_forgets_what_was_chosen(shown, mnist):
    shown.view.costs_button.setChecked(True)
    press(shown.view.costs, Qt.Key.Key_Return)
    shown.view.reset(mnist)
    assert shown.view.costs.histogram is None
    assert len(shown.view.gallery.items()) == 0
    shown.refresh()
    assert shown.view.show_all.isHidden()


def test_very_many_images_are_put_in_order_beside_the_window(look, sixteen, mnist):
    large = dataclasses.replace(mnist, train=mnist.train.first(20_001))
    looking = look(MistakesView, sixteen, SIZE, large)
    looking.inspect.choose_sample(Sample("train"))
    for _ in range(4):
        looking.settle()
    outcomes = looking.inspect.inspection.outcomes["train"]
    wrong = np.flatnonzero(outcomes.outputs.argmax(axis=1) != large.train.labels)
    found = looking.view.gallery.items()
    assert sorted(found.tolist()) == wrong.tolist()
    assert looking.view.subtitle.text().startswith(
        f"{len(wrong)} of 20,001 training images wrong, "
    )
    looking.view.order.setCurrentIndex(1)
    looking.settle()
    costs = outcomes.costs[looking.view.gallery.items()].astype(np.float32)
    assert (np.diff(costs) <= 0).all()
