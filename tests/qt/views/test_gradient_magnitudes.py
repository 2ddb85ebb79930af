import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gdviz.analysis.column_means import ColumnMeans
from gdviz.nn.parameters import Layout, Parameters
from gdviz.qt.component_panels import layer_index_map
from gdviz.qt.views.gradient_magnitudes import figures
from gdviz.qt.views.gradient_magnitudes.view import (
    PAGES,
    TEXT_FRAMES,
    GradientMagnitudesView,
    source_text,
)
from gdviz.qt.views.view import Frame

SIZE = (424, 296)


def shown_on(show, run, page, step=10, **changes):
    shown = show(GradientMagnitudesView, SIZE)
    shown.view.restore({"page": page})
    shown.view.show_frame(run.frame(step, **changes))
    shown.view.widget.grab()
    return shown


def test_ranking_lists_the_ten_largest_with_their_signs(show, run):
    ranking = shown_on(show, run, "ranking").view.ranking.ranking
    slope = run.gradients[9].vector
    largest = np.sort(np.abs(slope))[::-1][:10]
    np.testing.assert_allclose([abs(row.downhill) for row in ranking.rows], largest, rtol=1e-6)
    first = int(np.argmax(np.abs(slope)))
    assert ranking.rows[0].downhill == pytest.approx(-float(slope[first]))
    assert ranking.rows[0].value == pytest.approx(float(run.path[10].vector[first]))
    title = run.path[10].layout.component_title(first)
    assert f"{ranking.rows[0].layer}  {ranking.rows[0].name}" == title
    assert ranking.n_weights == 12_960


def test_ranking_counts_the_weights_that_carry_half(show, run):
    ranking = shown_on(show, run, "ranking").view.ranking.ranking
    squares = np.concatenate([w.ravel() for w in run.gradients[9].weights]).astype(float) ** 2
    running = np.cumsum(np.sort(squares)[::-1]) / squares.sum()
    assert ranking.carry_half == int((running < 0.5).sum()) + 1
    assert ranking.carry_most == int((running < 0.9).sum()) + 1


def test_tiles_show_each_component_once_with_its_value(show, run):
    tiles = shown_on(show, run, "tiles").view.tiles
    slope = run.gradients[9].vector
    seen = np.concatenate([panel.index[panel.index >= 0].ravel() for panel in tiles.panels])
    np.testing.assert_array_equal(np.unique(seen), np.arange(len(slope)))
    for panel in tiles.panels:
        inside = panel.index >= 0
        np.testing.assert_array_equal(panel.values[inside], slope[panel.index[inside]])
        assert np.isnan(panel.values[~inside]).all()


def test_share_that_is_clipped_is_printed(show, run):
    tiles = shown_on(show, run, "tiles").view.tiles
    slope, beyond = run.gradients[9], 0
    for panel, where in zip(tiles.panels, slope.layout.layer_slices, strict=True):
        beyond += int((np.abs(slope.vector[where]) > panel.limit).sum())
    clipped = f"{100 * beyond / slope.vector.size:.2f} % clipped"
    assert tiles.note(400) == f"mini-batch of 32, step 10; {clipped}; last column: biases"
    assert tiles.note(250) == f"mini-batch of 32, step 10; {clipped}"
    assert tiles.note(10) == "mini-batch of 32, step 10"


@pytest.mark.parametrize(
    ("step", "examples", "batch", "is_next", "text"),
    [
        (4812, 32, 32, False, "mini-batch of 32, step 4,812"),
        (0, 32, 32, True, "next mini-batch of 32, before step 1"),
        (7, 1000, 60_000, True, "next mini-batch, first 1,000 of 60,000"),
        (7, 1000, 60_000, False, "mini-batch, first 1,000 of 60,000, step 7"),
    ],
)
def test_source_says_which_mini_batch_the_gradient_is_of(step, examples, batch, is_next, text):
    snapshot = SimpleNamespace(
        step=step, gradient_examples=examples, gradient_batch=batch, gradient_is_next=is_next
    )
    assert source_text(snapshot) == text


def test_legend_says_how_many_layers_it_has_no_room_for(show, run):
    layout = Layout((4, *[3] * 49, 2))
    slope = Parameters(np.ones(layout.size, np.float32), layout)
    view = show(GradientMagnitudesView, SIZE).view
    view.restore({"page": "histogram"})
    frame = run.frame(1)
    snapshot = dataclasses.replace(frame.snapshot, parameters=slope, gradient=slope)
    view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
    view.widget.grab()
    titles = view.histogram.legend.shown_titles()
    assert 3 <= len(titles) <= 8
    assert titles[-1] == f"+{50 - (len(titles) - 1)} more"
    assert view.widget.width() <= SIZE[0]


def test_tile_of_a_neuron_is_its_row_of_weights(run):
    layout = run.path[0].layout
    index = layer_index_map(layout, 0, 28)
    tile = index[29 : 29 + 28, 58 : 58 + 28]
    expected = np.arange(layout.size)[layout.weight_slices[0]].reshape(16, 784)[6]
    np.testing.assert_array_equal(tile.ravel(), expected)


def test_hover_on_tiles_finds_the_component(show, run):
    tiles = shown_on(show, run, "tiles").view.tiles
    panel, where = tiles.panels[2], tiles._places[2]
    height, width = panel.index.shape
    at = where.topLeft() + QPointF(3.5 * where.width() / width, 4.5 * where.height() / height)
    expected = run.path[0].layout.weight_slices[2].start + 4 * 16 + 3
    assert tiles.component_at(at) == expected
    assert tiles.component_at(QPointF(-5, -5)) is None


def test_histogram_counts_all_but_zeros_and_says_how_many(show, run):
    plot = shown_on(show, run, "histogram").view.histogram
    slope = run.gradients[9]
    counted = 0
    for k, where in enumerate(slope.layout.layer_slices):
        _, counts = plot.curves[k].getData()
        total = np.nansum(10 ** counts[np.isfinite(counts)])
        nonzero = np.count_nonzero(slope.vector[where])
        assert total == pytest.approx(nonzero)
        counted += nonzero
    zeros = slope.vector.size - counted
    assert plot.foot.text().startswith(f"{zeros:,} of 13,002 are exactly 0")


def test_over_time_shows_recorded_norms(show, run):
    plot = shown_on(show, run, "time", 40).view.over_time
    for k in range(3):
        x, y = plot.curves[k].getData()
        np.testing.assert_array_equal(x, np.arange(1, 41))
        np.testing.assert_allclose(10**y, run.records["gradient_norm"][:40, k], rtol=1e-5)


def test_norms_over_many_steps_are_root_mean_squares(run):
    history = run.history(60)
    stride, steps, norms = figures.norms_over_time(history, ColumnMeans(), 20)
    assert stride == 4
    np.testing.assert_array_equal(steps, np.arange(4, 61, 4))
    blocks = run.records["gradient_norm"].astype(float).reshape(15, 4, 3)
    np.testing.assert_allclose(norms, np.sqrt((blocks**2).mean(axis=1)), rtol=1e-6)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "sizes", [(784, 10), (12, 5, 3), (784, 256, 64, 10), (784, 64, 32, 16, 8, 4, 10)]
)
def test_any_architecture_is_drawn(show, run, page, sizes):
    layout = Layout(sizes)
    vector = np.linspace(-1, 1, layout.size, dtype=np.float32)
    slope = Parameters(vector, layout)
    view = show(GradientMagnitudesView, SIZE).view
    view.restore({"page": page, "magnitude": True})
    frame = run.frame(1)
    snapshot = dataclasses.replace(frame.snapshot, parameters=slope, gradient=slope)
    if page != "time":
        view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
    view.widget.grab()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_bad_gradients_are_drawn_without_warning(show, run, page, value):
    layout = run.path[0].layout
    slope = Parameters(np.full(layout.size, value, np.float32), layout)
    shown_on(show, run, page, gradient=slope)


def test_only_the_page_in_sight_is_computed(show, run):
    view = shown_on(show, run, "tiles").view
    assert view.ranking.ranking is None
    view.switch.set_current("ranking")
    view._page_chosen("ranking")
    assert view.ranking.ranking is not None


def test_standing_run_shows_its_last_gradient_at_once(show, run):
    view = shown_on(show, run, "ranking", 10).view
    view.show_frame(run.frame(11, training_state=object()))
    largest = np.abs(run.gradients[10].vector).max()
    assert abs(view.ranking.ranking.rows[0].downhill) == pytest.approx(float(largest))
    assert view.ranking.source == "mini-batch of 32, step 11"


def test_state_comes_back_and_bad_state_is_ignored(show):
    view = show(GradientMagnitudesView, SIZE).view
    view.restore({"page": "histogram", "magnitude": True})
    assert view.state() == {"page": "histogram", "magnitude": True}
    view.restore({"page": "nowhere", "magnitude": 5})
    assert view.state() == {"page": "histogram", "magnitude": True}


def test_gradient_over_time_has_a_cursor_in_the_past(show, run):
    view = show(GradientMagnitudesView).view
    view.restore({"page": "time"})
    view.show_frame(Frame(run.snapshot(20, head_step=60), run.history(), None))
    cursor = view.over_time.step_cursor
    assert (cursor.step, cursor.label) == (20, "step 20")
    view.show_frame(Frame(run.snapshot(60, head_step=60), run.history(), None))
    assert not cursor.isVisible()


def levels(widget) -> np.ndarray:
    """Give a widget's pixels, shape (height, width, 4)."""
    image = widget.grab().toImage()
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4).astype(int)


def test_rows_painted_in_parts_look_as_if_painted_at_once(show, run):
    """What is begun is seen when it is whole: the former rows stay until then."""
    shown = shown_on(show, run, "ranking")
    table = shown.view.ranking
    # A line of text that is met again is laid out, which may move it by part of a pixel.
    shown.dock.grab()
    before = levels(shown.dock)
    for step in range(25, 25 + TEXT_FRAMES):
        frame = dataclasses.replace(run.frame(step), is_repeated=True)
        shown.view.show_frame(frame)
        if shown.view.is_unfinished:
            break
    assert shown.view.is_unfinished
    np.testing.assert_array_equal(levels(shown.dock), before)
    n_parts = 0
    while shown.view.is_unfinished:
        shown.view.show_frame(frame)
        n_parts += 1
    assert n_parts >= 1
    assert np.abs(levels(shown.dock) - before).max() > 20
    table.forget_picture()
    shown.dock.grab()
    at_once = levels(shown.dock)
    table.begin_ranking(table.ranking, table.source)
    while not table.paint_part():
        pass
    np.testing.assert_array_equal(levels(shown.dock), at_once)


@pytest.mark.parametrize("page", ["ranking", "tiles"])
def test_weight_selected_elsewhere_is_marked(show, run, page):
    shown = shown_on(show, run, page)
    before = shown.view.widget.grab().toImage()
    shown.picker.select(shown.view.ranking.ranking.rows[1].index if page == "ranking" else 12_550)
    assert shown.view.widget.grab().toImage() != before
    shown.picker.select(None)
    assert shown.view.widget.grab().toImage() == before
