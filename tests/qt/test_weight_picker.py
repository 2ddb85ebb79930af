"""Clicking weights in any view, for the view that asks for some."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt

from gdviz.qt.weight_picker import WeightPicker


def test_picker_takes_clicks_only_while_somebody_asks():
    picker, found = WeightPicker(), []
    picker.finished.connect(found.append)
    assert not picker.take(5)
    picker.ask(2)
    assert picker.take(5)
    assert picker.take(5)  # The same again is no second weight.
    assert picker.take(None)
    assert picker.n_missing == 1
    assert picker.take(9)
    assert found == [(5, 9)]
    assert picker.n_missing == 0
    assert not picker.take(3)


def test_picker_that_is_given_up_asks_no_longer():
    picker = WeightPicker()
    picker.ask(2)
    picker.take(1)
    picker.give_up()
    assert not picker.take(2)
    assert picker.picked == ()


def test_click_on_a_picture_picks_the_weight_under_it(shown):
    shown.take(1)
    shown.window.grab()
    picker = shown.window.views.picker
    view = shown.window.views.views["first_layer_weights"]
    picker.ask(1)
    assert view.mosaic.cursor().shape() == Qt.CursorShape.CrossCursor
    found = []
    picker.finished.connect(found.append)
    where = view.mosaic._mosaic_where
    point = QPoint(round(where.left() + 30), round(where.top() + 20))
    neuron, row, column = view.mosaic.cell_at(QPointF(point))
    shown.qtbot.mouseClick(view.mosaic, Qt.MouseButton.LeftButton, pos=point)
    ((index,),) = found
    parameters = shown.window.session.snapshot.parameters
    assert parameters.vector[index] == view.mosaic.pictures.values[neuron, row, column]
    assert view.mosaic.enlarged is None
    assert parameters.layout.component_title(index).startswith("hidden 1")
    shown.qtbot.mouseClick(view.mosaic, Qt.MouseButton.LeftButton, pos=point)
    assert view.mosaic.enlarged == neuron


def test_click_on_a_row_of_the_ranking_picks_its_weight(shown):
    shown.take(1)
    shown.window.grab()
    picker = shown.window.views.picker
    table = shown.window.views.views["gradient_magnitudes"].ranking
    found = []
    picker.finished.connect(found.append)
    picker.ask(1)
    top, height = table._rows_at
    point = QPoint(60, round(top + 2.5 * height))
    shown.qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=point)
    snapshot = shown.window.session.snapshot
    order = np.argsort(-np.abs(snapshot.gradient.vector))
    assert abs(snapshot.gradient.vector[found[0][0]]) == abs(snapshot.gradient.vector[order[2]])
    assert table.component_at(QPointF(60, top - 5)) is None


def test_weight_that_is_clicked_while_nobody_asks_is_selected():
    picker, changes = WeightPicker(), []
    picker.selection_changed.connect(lambda: changes.append(picker.selected))
    assert not picker.take(5)
    assert not picker.take(5)
    assert not picker.take(None)
    assert changes == [5]
    picker.ask(1)
    picker.take(9)
    assert picker.selected == 5
    picker.select(None)
    assert changes == [5, None]
