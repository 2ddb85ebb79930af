"""The ways of other branches on map and relief: whose they are, and their pixels."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gdviz.analysis.surface_picture import BranchWay, picture_of
from gdviz.qt.fonts import font
from gdviz.qt.surfaces.ways_paint import WayLook, _free_room, shown_ways, way_words
from gdviz.qt.theme import DARK
from gdviz.qt.views.cost_surface.view import CostSurfaceView
from gdviz.training.branches import BranchInfo


@pytest.fixture
def shown(show, run, surface):
    """A slice with the way of branch 1, straight across; branch 2 is live."""
    shown = show(CostSurfaceView)
    u, v = surface.u, surface.v
    ends = np.array([[u[1], v[1]], [u[-2], v[-2]]])
    way = BranchWay(1, np.linspace(ends[0], ends[1], 20), 0.2)
    picture = dataclasses.replace(picture_of(surface), ways=(way,))
    snapshot = run.snapshot(40, branch=2, head_step=40, branches=infos(run), surface=None)
    snapshot = dataclasses.replace(snapshot, surface_picture=picture)
    frame = dataclasses.replace(run.frame(40), snapshot=snapshot)
    shown.book.follow(snapshot)
    shown.view.show_frame(frame)
    shown.frame = frame
    return shown


def infos(run):
    return (BranchInfo(1, None, 0, 60, run.config), BranchInfo(2, 1, 20, 40, run.config))


def n_pixels(widget, color):
    """Count the pixels of a widget that have about a colour."""
    QApplication.processEvents()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    wanted = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)])
    return int((np.abs(flat - wanted).max(axis=1) < 12).sum())


@pytest.mark.parametrize("mode", ["map", "relief"])
def test_way_reaches_the_pixels_until_it_is_hidden(shown, mode):
    view, book = shown.view, shown.book
    view.controls.set_mode(mode)
    face = view.faces.map if mode == "map" else view.faces.relief
    # A colour that is nowhere else: the map is blue itself.
    book.restore({"1": {"color": 1}})
    before = n_pixels(face, book.color(1, DARK))
    book.set_hidden(1, is_hidden=True)
    assert before > n_pixels(face, book.color(1, DARK)) + 100


def test_looks_are_those_of_the_book(shown):
    book = shown.book
    book.rename(1, "as it was")
    look = shown.view.map.looks[0]
    assert look == WayLook(1, "as it was", book.color(1, DARK), book.dash(1))
    assert shown.view.faces.relief.looks == shown.view.map.looks


def test_words_tell_how_far_beside_the_plane_the_end_is(qapp):
    look = WayLook(1, "main", "#56b4e9", ())
    points = np.zeros((2, 2))
    assert way_words(BranchWay(1, points, 0.23), look, font(11, 600)) == "main, 23 % off-plane"
    assert way_words(BranchWay(1, points, 0.001), look, font(11, 600)) == "main"
    assert way_words(BranchWay(1, points, 40.0), look, font(11, 600)) == "main, far off-plane"


def test_way_without_a_look_is_not_drawn():
    look, way = WayLook(1, "main", "#56b4e9", ()), BranchWay(1, np.zeros((2, 2)), 0.0)
    assert shown_ways([BranchWay(7, np.zeros((2, 2)), 0.0), way], [look]) == [(way, look)]


def test_names_do_not_cover_each_other():
    where, taken = QRectF(0, 0, 300, 200), []
    for _ in range(4):
        room = _free_room(np.array([150.0, 100.0]), 80, where, taken)
        assert room is not None
        assert where.contains(room)
        assert not any(room.intersects(other) for other in taken)
        taken.append(room)


def test_another_branch_begins_another_trail_and_a_fork_goes_on_with_it(shown, run):
    view, frame = shown.view, shown.frame

    def tell(step, branch, branches):
        snapshot = dataclasses.replace(
            frame.snapshot,
            step=step,
            head_step=step,
            branch=branch,
            branches=branches,
            parameters=run.path[step],
        )
        view.show_frame(dataclasses.replace(frame, snapshot=snapshot))

    for step in (42, 44):
        tell(step, 2, infos(run))
    assert len(view.map.live) >= 3
    three = (*infos(run), BranchInfo(3, 2, 44, 44, run.config))
    tell(46, 3, three)
    assert len(view.map.live) >= 4, "a fork at the newest step goes on from there"
    tell(50, 1, three)
    assert len(view.map.live) == 1, "no steps lead from one branch to another"


def test_past_is_reached_by_no_line(shown, run):
    view, frame = shown.view, shown.frame
    for step in (10, 30):
        snapshot = dataclasses.replace(
            frame.snapshot, step=step, head_step=40, parameters=run.path[step]
        )
        view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
        expected = frame.snapshot.surface.plane.project(run.path[step].vector)
        np.testing.assert_allclose(view.map.live, [expected])
