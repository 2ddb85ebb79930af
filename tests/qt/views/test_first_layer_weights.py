import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gdviz.analysis.weight_images import image_shape
from gdviz.nn.parameters import Layout, Parameters
from gdviz.qt.views.first_layer_weights.view import FirstLayerWeightsView

SIZE = (424, 424)


def test_mosaic_shows_the_weights_of_each_neuron(show, run):
    view = show(FirstLayerWeightsView, SIZE).view
    view.mask_action.setChecked(False)
    view.show_frame(run.frame(10))
    view.mosaic.grab()
    limit = view.mosaic.pictures.limits[0]
    shown = view.mosaic.mosaic_values() * limit
    weights = run.path[10].weights[0]
    np.testing.assert_allclose(shown[:28, :28], weights[0].reshape(28, 28), rtol=1e-6)
    np.testing.assert_allclose(shown[29:57, 58:86], weights[6].reshape(28, 28), rtol=1e-6)
    assert np.isnan(shown[28]).all()


def test_masked_pixels_are_those_never_lit(show, run):
    shown = show(FirstLayerWeightsView, SIZE)
    shown.view.show_frame(run.frame(10))
    shown.view.mosaic.grab()
    tile = shown.view.mosaic.mosaic_values()[:28, :28]
    np.testing.assert_array_equal(np.isnan(tile).ravel(), run.dataset.never_lit)
    assert shown.view.mosaic.pictures.footer == "67 pixels never lit in training are masked"
    shown.view.mask_action.trigger()
    assert shown.view.mosaic.pictures.footer == ""
    assert not np.isnan(shown.view.mosaic.mosaic_values()[:28, :28]).any()


def test_pixels_are_never_lit_in_the_images_that_the_run_trains_on(show, run):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(10))
    frame = run.frame(10)
    config = frame.snapshot.config.replace(n_examples=100)
    few = dataclasses.replace(frame.snapshot, config=config, run_id=2)
    view.show_frame(dataclasses.replace(frame, snapshot=few))
    truth = ~run.dataset.train.images[:100].any(axis=0)
    assert truth.sum() == 283
    np.testing.assert_array_equal(view.mosaic.pictures.masked.ravel(), truth)
    assert view.mosaic.pictures.footer.startswith("283 pixels")


def test_share_beyond_the_limit_is_printed(show, run):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(10))
    limit = view.mosaic.pictures.limits[0]
    lit = run.path[10].weights[0][:, ~run.dataset.never_lit]
    beyond = 100 * (np.abs(lit) > limit).mean()
    assert view.mosaic.pictures.clipped.startswith(f"{beyond:.2f} % beyond ±")


def test_own_scale_gives_each_neuron_its_own_limit(show, run):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(10))
    view.restore({"scale": "own"})
    lit = run.path[10].weights[0][:, ~run.dataset.never_lit]
    np.testing.assert_allclose(view.mosaic.pictures.limits, np.abs(lit).max(axis=1))
    view.mosaic.grab()
    assert np.nanmax(np.abs(view.mosaic.mosaic_values())) == pytest.approx(1)


def test_weights_minus_start_are_zero_at_the_start_and_then_the_change(show, run):
    shown = show(FirstLayerWeightsView, SIZE)
    shown.view.change_action.setChecked(True)
    shown.view.show_frame(run.frame(0))
    assert not shown.view.mosaic.pictures.values.any()
    shown.view.show_frame(run.frame(10))
    change = run.path[10].weights[0] - run.path[0].weights[0]
    np.testing.assert_array_equal(shown.view.mosaic.pictures.values.reshape(16, 784), change)
    assert shown.dock.subtitle() == "16 neurons, minus step 0"


def test_hover_names_neuron_pixel_and_value(show, run):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(10))
    view.mosaic.grab()
    where = view.mosaic._tile_rectangle(3)
    pixel = where.width() / 28
    at = where.topLeft() + QPointF(7.5 * pixel, 12.5 * pixel)
    assert view.mosaic.cell_at(at) == (3, 12, 7)
    value = run.path[10].weights[0][3, 12 * 28 + 7]
    text = view.mosaic._cell_text(3, 12, 7)
    assert text == f"neuron 3, pixel (12, 7): {value:+.3f}".replace("-", "−")


def test_click_enlarges_and_click_returns(show, run, qtbot):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(10))
    view.mosaic.grab()
    at = view.mosaic._tile_rectangle(5).center().toPoint()
    qtbot.mouseClick(view.mosaic, Qt.MouseButton.LeftButton, pos=at)
    assert view.mosaic.enlarged == 5
    assert view.mosaic.mosaic_values().shape == (28, 28)
    view.mosaic.grab()
    assert view.mosaic.cell_at(view.mosaic._mosaic_where.center())[0] == 5
    qtbot.mouseClick(view.mosaic, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert view.mosaic.enlarged is None


def test_keys_select_enlarge_and_return(show, run, qtbot):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(10))
    view.mosaic.grab()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(view.mosaic, key)
    assert view.mosaic.enlarged == 5
    qtbot.keyClick(view.mosaic, Qt.Key.Key_Escape)
    assert view.mosaic.enlarged is None


@pytest.mark.parametrize("sizes", [(784, 256, 64, 10), (784, 1, 10), (784, 10), (12, 5, 3)])
def test_any_first_layer_is_drawn(show, run, sizes):
    layout = Layout(sizes)
    vector = np.linspace(-1, 1, layout.size, dtype=np.float32)
    view = show(FirstLayerWeightsView, SIZE).view
    snapshot = dataclasses.replace(run.snapshot(0), parameters=Parameters(vector, layout))
    view.show_frame(dataclasses.replace(run.frame(0), snapshot=snapshot))
    view.mosaic.grab()
    assert view.mosaic.pictures.values.shape == (sizes[1], *image_shape(sizes[0]))
    assert view.mosaic._mosaic_where.width() > 50


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_bad_weights_are_drawn_without_warning(show, run, bad):
    layout = run.path[0].layout
    broken = Parameters(np.full(layout.size, bad, np.float32), layout)
    view = show(FirstLayerWeightsView, SIZE).view
    for scale in ("shared", "own"):
        view.restore({"scale": scale})
        snapshot = dataclasses.replace(run.snapshot(0), parameters=broken)
        view.show_frame(dataclasses.replace(run.frame(0), snapshot=snapshot))
        view.mosaic.grab()


def test_reset_forgets_the_start(show, run):
    view = show(FirstLayerWeightsView, SIZE).view
    view.show_frame(run.frame(0))
    view.reset(run.dataset)
    assert view.mosaic.pictures is None
    view.show_frame(run.frame(10))
    assert view._start[1] == 10


def test_an_error_while_painting_is_an_exception_and_not_the_end(qtbot, monkeypatch):
    """With its painter left open Qt would abort the process."""
    from gdviz.qt.views.first_layer_weights import mosaic

    def fail(*_arguments):
        raise RuntimeError("no paint left")

    monkeypatch.setattr(mosaic, "empty_state", fail)
    widget = mosaic.WeightMosaic()
    qtbot.addWidget(widget)
    with qtbot.captureExceptions() as caught:
        widget.show()
        qtbot.waitExposed(widget)
        qtbot.waitUntil(lambda: bool(caught))
        widget.close()
    assert "no paint left" in str(caught[0][1])


def test_another_shape_of_the_panel_gets_its_own_arrangement(qtbot, run, mnist):
    """The picture in store was once kept, and drawn under the numbers of other tiles."""
    from gdviz.qt.views.first_layer_weights.mosaic import WeightMosaic
    from gdviz.qt.views.first_layer_weights.pictures import Pictures

    values = np.zeros((16, 28, 28), np.float32)
    values[5] = 1.0
    pictures = Pictures(
        values=values, limits=np.ones(16, np.float32), shared=True, masked=None,
        footer="", clipped="",
    )  # fmt: skip
    widget = WeightMosaic()
    qtbot.addWidget(widget)
    widget.show_pictures(pictures)
    for size in ((430, 400), (900, 200)):
        widget.resize(*size)
        image = widget.grab().toImage()
        bright = [
            neuron
            for neuron in range(16)
            if image.pixelColor(widget._tile_rectangle(neuron).center().toPoint())
            != image.pixelColor(widget._tile_rectangle(0).center().toPoint())
        ]
        assert bright == [5], size


def test_weight_selected_elsewhere_is_marked_on_its_picture(show, run):
    shown = show(FirstLayerWeightsView)
    shown.view.show_frame(run.frame(10))
    shown.picker.select(3 * 784 + 14 * 28 + 13)
    assert shown.view.mosaic.marked == (3, 14, 13)
    before = shown.view.mosaic.grab().toImage()
    shown.picker.select(12_544)  # A bias has no place on a picture.
    assert shown.view.mosaic.marked is None
    assert shown.view.mosaic.grab().toImage() != before


@pytest.mark.parametrize("shared", [True, False])
def test_words_are_painted_anew_only_if_they_say_something_else(qtbot, shared):
    """Limits change with each step, mostly in digits that are not written."""
    from gdviz.qt.views.first_layer_weights.mosaic import WeightMosaic
    from gdviz.qt.views.first_layer_weights.pictures import Pictures

    widget = WeightMosaic()
    qtbot.addWidget(widget)
    widget.resize(*SIZE)

    def words_of(limit):
        pictures = Pictures(
            values=np.zeros((16, 28, 28), np.float32), limits=np.full(16, limit), shared=shared,
            masked=None, footer="", clipped="",
        )  # fmt: skip
        widget.show_pictures(pictures)
        widget.grab()
        return widget._words

    before = words_of(0.5)
    assert words_of(0.50001) is before
    after = words_of(0.61)
    assert after is not before
    assert after.toImage() != before.toImage()
