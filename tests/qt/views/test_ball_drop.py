"""Looking at computed points of the map, and putting the ball there."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gdviz.qt import number_text
from gdviz.qt.views.cost_surface.crosshair import Crosshair
from gdviz.qt.views.cost_surface.view import CostSurfaceView
from gdviz.runtime.commands import MoveBall, SetSurface, TakeBackMove


def pixel_of(view, u, v):
    return QPointF(*view.map.to_pixels(np.array([[u, v]]))[0]).toPoint()


def test_crosshair_stands_on_computed_points_and_tells_their_cost(run, surface):
    cross = Crosshair()
    assert cross.text() == ""
    cross.put(0.0, 0.0)
    assert not cross.is_set
    cross.show(surface)
    cross.put(float(surface.u[3]) + 1e-4, float(surface.v[5]) - 1e-4)
    assert cross.coordinates == (surface.u[3], surface.v[5])
    assert number_text.cost(float(surface.cost[5, 3])) in cross.text()
    assert f"on {surface.n_examples:,} images" in cross.text()
    assert cross.text().startswith(cross.text(is_short=True).split(",")[0])
    cross.move(1, -1, (0.0, 0.0))
    assert cross.coordinates == (surface.u[2], surface.v[6])
    cross.move(-1000, 1000, (0.0, 0.0))
    assert cross.coordinates == (surface.u[-1], surface.v[0])
    cross.show(dataclasses.replace(surface, step=surface.step + 1))
    assert cross.is_set  # The same plane: only the ball has moved.
    cross.show(run.surface(20))
    assert not cross.is_set
    with pytest.raises(ValueError, match="no point"):
        _ = cross.coordinates


def test_double_click_puts_the_ball_at_the_point_that_is_looked_at(show, run, surface, qtbot):
    shown = show(CostSurfaceView)
    view = shown.view
    view.show_frame(run.frame(40, surface=surface))
    u, v = float(surface.u[6]), float(surface.v[4])
    point = pixel_of(view, u, v)
    qtbot.mouseClick(view.map, Qt.MouseButton.LeftButton, pos=point)
    assert view.map.crosshair.coordinates == (u, v)
    assert not shown.sent_of(MoveBall)
    qtbot.mouseDClick(view.map, Qt.MouseButton.LeftButton, pos=point)
    (command,) = shown.sent_of(MoveBall)
    np.testing.assert_allclose(command.vector, surface.plane.at(u, v).astype(np.float32), rtol=1e-6)
    assert not shown.sent_of(SetSurface)[-1].settings.follow
    assert view.controls.follow.current() == "hold"
    assert not view.map.crosshair.is_set
    shown.undo_stack.undo()
    (taken_back,) = shown.sent_of(TakeBackMove)
    assert taken_back.vector is command.vector, "this move is meant, and no other"
    shown.undo_stack.redo()
    assert len(shown.sent_of(MoveBall)) == 2


def test_keys_look_and_drop_without_a_mouse(show, run, surface, qtbot):
    shown = show(CostSurfaceView)
    view = shown.view
    view.show_frame(run.frame(40, surface=surface))
    qtbot.keyClick(view.map, Qt.Key.Key_Return)
    assert not shown.sent_of(MoveBall)
    qtbot.keyClick(view.map, Qt.Key.Key_Right)
    start = view.map.crosshair.coordinates
    qtbot.keyClick(view.map, Qt.Key.Key_Up)
    assert view.map.crosshair.coordinates[1] > start[1]
    assert "cost" in view.map.accessibleDescription()
    qtbot.keyClick(view.map, Qt.Key.Key_Escape)
    assert not view.map.crosshair.is_set
    qtbot.keyClick(view.map, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view.map, Qt.Key.Key_Return)
    assert len(shown.sent_of(MoveBall)) == 1


def test_click_beside_the_map_looks_at_nothing(show, run, surface, qtbot):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    qtbot.mouseClick(view.map, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not view.map.crosshair.is_set


def test_trail_begins_anew_where_the_ball_was_put(show, run, surface):
    view = show(CostSurfaceView).view
    for step in (40, 42, 44):
        view.show_frame(run.frame(step, surface=surface))
    assert len(view.map.live) > 1
    frame = run.frame(44, surface=surface)
    moved = dataclasses.replace(frame.snapshot, n_moves=1, parameters=run.path[10])
    view.show_frame(dataclasses.replace(frame, snapshot=moved))
    assert len(view.map.live) == 1
    np.testing.assert_allclose(view.map.live[0], surface.plane.project(run.path[10].vector))


def test_slice_of_the_former_path_is_not_taken_after_a_move(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    stale = dataclasses.replace(surface, step=43)
    frame = run.frame(44, surface=stale)
    moved = dataclasses.replace(frame.snapshot, n_moves=1, parameters=run.path[10])
    view.show_frame(dataclasses.replace(frame, snapshot=moved))
    assert view.map.surface.plane is surface.plane
    assert len(view.map.surface.trail) == 0, "that was another path"
    assert view.map.surface.step == surface.step
    newest = dataclasses.replace(surface, step=44)
    frame = run.frame(44, surface=newest)
    after = dataclasses.replace(frame.snapshot, n_moves=1, parameters=run.path[10])
    view.show_frame(dataclasses.replace(frame, snapshot=after))
    assert view.map.surface is newest
