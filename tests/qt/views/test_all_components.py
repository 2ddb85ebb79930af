"""Every component as a row, found, filtered and selected; one weight's slice and nudge."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from gdviz.analysis.lines import extreme_weights
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Parameters
from gdviz.qt.views.all_components import words
from gdviz.qt.views.all_components.asking import EXAMPLES
from gdviz.qt.views.all_components.rows_page import MOST_ROWS
from gdviz.qt.views.all_components.view import REST, AllComponentsView
from gdviz.qt.views.view import Frame
from gdviz.runtime.snapshot import RunState

SIZE = (424, 300)


@pytest.fixture
def rows(show, run):
    """The view with the gradient of step 10."""
    shown = show(AllComponentsView, SIZE)
    shown.view.show_frame(run.frame(10))
    shown.dock.grab()
    # Wherever a test before has left the pointer.
    shown.view.rows.table.viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse, on=False)
    return shown


def frame_of(run, step, **changes):
    """Give a frame of a run under way."""
    changes.setdefault("is_repeated", False)
    repeated = changes.pop("is_repeated")
    snapshot = dataclasses.replace(run.snapshot(step, **changes), state=RunState.RUNNING)
    return Frame(snapshot, run.history(step), None, repeated)


def settle(shown):
    """Wait until what was asked is answered."""
    while shown.inspect.is_busy:
        assert shown.inspect.wait(60), "no answer in time"
        shown.inspect.tick()


def test_all_components_are_rows_the_largest_first(rows, run):
    listing = rows.view.rows.table.listing
    slope = run.gradients[9].vector
    assert rows.view.rows.table.count == 13_002
    np.testing.assert_array_equal(listing.order, np.argsort(-np.abs(slope), kind="stable"))
    first = int(listing.order[0])
    told = rows.view.rows.table.row_words(0)
    assert words.number(float(run.path[10].vector[first])) in told
    assert f"−∂C/∂w {words.number(-float(slope[first]))}" in told
    assert told.endswith("a lot")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.018, "+0.0180"),
        (-7.8e-5, "−7.8×10⁻⁵"),
        (-2.13e-7, "−2.1×10⁻⁷"),
        (0.0, "0"),
        (-12.34, "−12.3"),
        (np.nan, "–"),
    ],
)
def test_numbers_have_their_sign_and_the_digits_that_count(value, text):
    assert words.number(value) == text


def test_search_lists_what_it_names_and_a_bad_one_says_so(rows):
    fields, table = rows.view.rows.fields, rows.view.rows.table
    fields.search.setText("hidden 1 3 <- 405")
    layout = table.listing.gradient.layout
    assert [layout.component_title(k) for k in table.listing.order] == ["hidden 1  3 ← 405"]
    fields.search.setText("hidden one")
    assert "a search reads like" in fields.problem()
    assert table.count == 1
    fields.search.setText("bias")
    assert not fields.problem()
    assert table.count == 42


def test_filters_and_words_list_what_they_say(rows, run):
    fields, table = rows.view.rows.fields, rows.view.rows.table
    slope, limits = run.gradients[9], rows.view._limits
    fields.word.setCurrentIndex(fields.word.findData(0))
    fields.word.activated.emit(0)
    assert table.count == (np.abs(slope.vector) >= limits.a_lot).sum()
    assert words.threshold_lines(limits)[0] == rows.view.rows.notes[1].text()
    fields.sign.setCurrentIndex(fields.sign.findData(1))
    fields.sign.activated.emit(0)
    assert (slope.vector[table.listing.order] < 0).all()
    fields.layer.setCurrentIndex(fields.layer.findData(2))
    fields.layer.activated.emit(0)
    # The first layers have 16 neurons, the last has ten.
    assert fields.neuron.count() <= 17
    assert (table.listing.order >= slope.layout.layer_slices[2].start).all()
    fields.search.setText("hidden 1")
    assert table.count == 0


def test_head_sorts_and_turns_round(rows, qtbot, run):
    page = rows.view.rows
    left, right = page.head.width() * 0.42, page.head.width() * 0.55
    point = QPoint(round((left + right) / 2), 8)
    qtbot.mouseClick(page.head, Qt.MouseButton.LeftButton, pos=point)
    values = run.path[10].vector[page.table.listing.order]
    assert (np.diff(values) <= 0).all()
    qtbot.mouseClick(page.head, Qt.MouseButton.LeftButton, pos=point)
    values = run.path[10].vector[page.table.listing.order]
    assert (np.diff(values) >= 0).all()
    assert page.head.accessibleName() == "Sorted by W, smallest first"
    assert rows.view._sorting["value"].isChecked()


def test_click_on_a_row_selects_its_weight_for_all_views(rows, qtbot):
    table = rows.view.rows.table
    point = table.row_rectangle(2).center().toPoint()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert rows.picker.selected == int(table.listing.order[2])
    assert table.selected == rows.picker.selected


def test_weight_selected_elsewhere_is_marked_and_scrolled_to(rows):
    table = rows.view.rows.table
    index = int(table.listing.order[9_000])
    rows.picker.select(index)
    where = table.row_rectangle(9_000)
    assert table.viewport().rect().contains(where.center().toPoint())
    assert table.row_of(index) == 9_000


def test_rows_are_held_under_the_pointer_while_training_runs(rows, run):
    view = rows.view
    view.show_frame(frame_of(run, 20))
    view.rows.table.viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    before = view.rows.table.listing
    for step in range(21, 21 + REST):
        view.show_frame(frame_of(run, step))
    assert view.rows.table.listing is before
    assert view.rows.notes[0].text().startswith("held while the pointer is here")
    view.rows.table.viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse, on=False)
    for step in range(30, 30 + REST):
        view.show_frame(frame_of(run, step))
    assert view.rows.table.listing is not before


def test_running_gradient_is_followed_at_every_third_frame(rows, run):
    seen = []
    for step in range(20, 20 + 3 * REST):
        rows.view.show_frame(frame_of(run, step))
        listing = rows.view.rows.table.listing
        # Kept, since another one may get the place in memory of one that is gone.
        seen += [listing] if not any(listing is one for one in seen) else []
    assert len(seen) == 3


def test_rows_are_painted_in_parts_and_stay_till_all_are(rows, run):
    view = rows.view
    view.show_frame(frame_of(run, 20, is_repeated=True))
    assert view.is_unfinished
    for _ in range(50):
        if not view.is_unfinished:
            break
        view.show_frame(frame_of(run, 20, is_repeated=True))
    assert not view.is_unfinished


def test_weight_page_shows_exact_slices_of_it_and_of_the_extremes(show, run, mnist):
    shown = show(AllComponentsView, SIZE)
    view = shown.view
    shown.picker.select(3 * 784 + 405)
    view.restore({"page": "weight"})
    view.show_frame(run.frame(40))
    settle(shown)
    slices = view.weight_page.plot.slices
    assert [entry.role for entry in slices] == [0, 1, 2]
    sizes = np.abs(np.concatenate([w.ravel() for w in run.gradients[39].weights]))
    titles = [entry.line.title for entry in slices]
    assert titles[0] == "hidden 1  3 ← 405"
    layout = run.path[40].layout
    most = titles.index(titles[1])
    index = next(k for k in range(layout.size) if layout.component_title(k) == titles[most])
    assert abs(run.gradients[39].vector[index]) == sizes.max()
    train = mnist.train.first(EXAMPLES)
    for entry in slices:
        index = next(k for k in range(layout.size) if layout.component_title(k) == entry.line.title)
        moved = run.path[40].copy()
        moved.vector[index] += entry.line.t[5]
        exact = mean_cost(
            run.config.architecture,
            moved,
            train.inputs(slice(None)),
            one_hot(train.labels),
            run.config.cost,
        )
        assert entry.line.cost[5] == pytest.approx(exact, rel=1e-4)
    assert "rank" in view.weight_page.importance.text()
    shown.dock.grab()


def test_nudge_shows_the_true_change_beside_the_foretold_one(show, run):
    shown = show(AllComponentsView, SIZE)
    view = shown.view
    view.restore({"page": "weight"})
    view.show_frame(run.frame(40))
    before = run.path[40].vector.copy()
    view.weight_page.nudge.lineEdit().setText("-0.5")
    view.weight_page.nudge.editingFinished.emit()
    settle(shown)
    moved = view.asking.found.nudge
    assert moved.change == -0.5
    assert moved.index == view.chosen()
    text = view.weight_page.result.text()
    assert words.number(moved.true_change) in text
    assert words.number(moved.predicted_change) in text
    assert "1,000 training images" in view.weight_page.details.text()
    np.testing.assert_array_equal(run.path[40].vector, before)
    shown.dock.grab()


def test_answer_about_another_weight_is_not_shown(show, run):
    shown = show(AllComponentsView, SIZE)
    view = shown.view
    view.restore({"page": "weight"})
    view.show_frame(run.frame(40))
    shown.picker.select(12_000)
    settle(shown)
    assert view.asking.found.question.indices[0] == 12_000


def test_curve_passes_half_and_nine_tenths_where_it_says(show, run):
    shown = show(AllComponentsView, SIZE)
    view = shown.view
    view.restore({"page": "curve"})
    view.show_frame(run.frame(40))
    shares = view.plot.shares
    limits = view.plot.limits
    assert shares[limits.n_half - 1] >= 0.5 > shares[limits.n_half - 2]
    assert shares[limits.n_most - 1] >= 0.9 > shares[limits.n_most - 2]
    assert view.curve_note.text().startswith(f"{limits.n_half:,} weights carry half")
    _, drawn = view.plot.points()
    assert drawn[-1] == 1
    shown.dock.grab()


@pytest.mark.parametrize("page", ["rows", "weight", "curve"])
def test_gradient_of_nothing_but_zeros_is_said(show, run, page):
    shown = show(AllComponentsView, SIZE)
    zero = Parameters(np.zeros(13_002, np.float32), run.path[0].layout)
    shown.view.restore({"page": page})
    shown.view.show_frame(run.frame(10, gradient=zero))
    shown.dock.grab()
    told = {
        "rows": shown.view.rows.notes[1].text(),
        "weight": shown.view.weight_page.plot.empty_text,
        "curve": shown.view.plot.empty_text,
    }[page]
    assert "zero" in told or "none matters" in told


def test_description_has_the_numbers_of_the_first_rows(rows, run):
    described = rows.view.describe()
    assert len(described.rows) == MOST_ROWS
    rank, name, value, downhill, word = described.rows[0]
    index = int(np.argmax(np.abs(run.gradients[9].vector)))
    assert (rank, word) == (1, "a lot")
    assert name == words.name_of(run.path[10].layout, index)
    assert value == run.path[10].vector[index]
    assert downhill == -run.gradients[9].vector[index]
    assert "13,002" in described.sentence


def test_view_remembers_page_order_and_filters_and_ignores_what_is_bad(show, run):
    state = {"page": "curve", "key": "value", "reversed": True, "search": "bias", "sign": 1}
    shown = show(AllComponentsView, SIZE)
    shown.view.restore({**state, "word": "huge"})
    assert shown.view.state() == {**state, "word": None}
    shown.view.restore({"page": "pie", "key": 3})
    assert shown.view.state()["page"] == "curve"


def test_reset_forgets_the_run(rows, run):
    rows.view.reset(run.dataset)
    assert rows.view.rows.table.count == 0
    assert rows.view.describe().rows == ()
    rows.dock.grab()
    QApplication.processEvents()


def test_weight_selected_in_a_larger_network_gives_way_to_the_most_important(rows, run):
    rows.picker.select(20_000)
    assert rows.view.chosen() == extreme_weights(run.gradients[9])[0]
