"""Map, block and lines of one dock: slice and ball go along, and what is seen is asked for."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gdviz.analysis.curvature import Curvature
from gdviz.analysis.line_slice import LineSlice
from gdviz.analysis.stability import stability
from gdviz.qt.views.cost_surface.race_paint import race_words
from gdviz.qt.views.cost_surface.view import CostSurfaceView
from gdviz.runtime.race import RacePath
from gdviz.runtime.surroundings import Surroundings


def with_surroundings(frame, **found):
    snapshot = dataclasses.replace(frame.snapshot, surroundings=Surroundings(**found))
    return dataclasses.replace(frame, snapshot=snapshot)


@pytest.fixture
def line():
    t = np.linspace(-1, 1, 21)
    return LineSlice("−∇C", t, 0.5 + t * t, np.full(21, 0.01), -0.1, 2.0, 0.2, 1.0, 100, 0.5, 0.5)


@pytest.fixture
def curvature():
    vectors = np.eye(2, 13_002)
    return Curvature(np.array([12.0, 3.0]), vectors, np.zeros(2), 1000, 40)


def race_of(run):
    steps = np.arange(5)
    points = np.stack([run.path[40 + k].vector for k in range(5)])
    return (
        RacePath("gradient_descent", 0.5, steps, points, 0.41, 100, False),
        RacePath("adam", 0.003, steps, points[::-1].copy(), 0.52, 100, True),
    )


def test_slice_and_ball_go_along_to_another_face(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(44, surface=surface))
    live = view.map.live
    view.controls.set_mode("relief")
    relief = view.faces.relief
    assert view.faces.currentWidget() is relief
    assert relief.surface is surface
    np.testing.assert_array_equal(relief.live, live)
    assert relief.true_cost == surface.true_cost
    assert relief.range is view.map.range
    view.show_frame(run.frame(46, surface=surface))
    assert len(relief.live) == len(live) + 1
    view.controls.set_mode("map")
    assert len(view.map.live) == len(live) + 1
    assert view.settings.aspect == pytest.approx(
        view.map.room.width() / view.map.room.height(), abs=0.05
    )


def test_slice_taken_while_the_block_is_shown_is_on_the_map_later(show, run, surface):
    view = show(CostSurfaceView).view
    view.controls.set_mode("relief")
    view.show_frame(run.frame(40, surface=surface))
    view.controls.set_mode("map")
    assert view.map.surface is surface
    view.controls.set_mode("lines")
    other = dataclasses.replace(surface, step=41)
    view.show_frame(run.frame(41, surface=other))
    view.controls.set_mode("map")
    assert view.map.surface is other


def test_only_what_is_in_sight_is_asked_for(show, run, surface):
    shown = show(CostSurfaceView, (728, 380))
    view = shown.view
    view.show_frame(run.frame(40, surface=surface))
    view.show_frame(run.frame(41, surface=surface))
    assert "lines" not in view.settings.extras
    view.controls.set_mode("lines")
    assert {"lines", "curvature"} <= view.settings.extras
    view.controls.set_mode("map")
    assert "lines" not in view.settings.extras
    shown.dock.resize(728, 1000)
    view.show_frame(run.frame(42, surface=surface))
    view.show_frame(run.frame(43, surface=surface))
    assert {"curvature", "random_planes"} <= view.settings.extras
    shown.dock.resize(728, 220)
    view.show_frame(run.frame(44, surface=surface))
    view.show_frame(run.frame(45, surface=surface))
    assert not view.settings.extras


def test_instruments_do_not_make_the_dock_grow(show, run, surface, curvature):
    shown = show(CostSurfaceView, (728, 300))
    view = shown.view
    found = {"curvature": curvature, "stability": stability(12.0, 0.5)}
    view.show_frame(with_surroundings(run.frame(40, surface=surface), **found))
    assert shown.dock.height() == 300
    assert view.instruments.minimumSizeHint().height() > 0
    assert shown.dock.minimumSizeHint().height() <= 300


def test_gauge_says_that_a_step_is_unstable_and_shows_the_slice(
    show, run, surface, curvature, line, qtbot
):
    view = show(CostSurfaceView, (728, 600)).view
    found = {"curvature": curvature, "stability": stability(12.0, 0.5), "lines": (line,)}
    found["lines_step"] = 39
    view.show_frame(with_surroundings(run.frame(40, surface=surface), **found))
    gauge = view.instruments.gauge
    assert gauge.reading.state == "unstable"
    assert "unstable along this direction" in gauge.sentence.text()
    qtbot.mouseClick(gauge.button, Qt.MouseButton.LeftButton)
    assert view.faces.currentWidget() is view.faces.lines
    assert view.faces.lines.lines == (line,)
    assert view.faces.lines.caption.whole_text().endswith(", step 39")


def test_random_plane_that_is_clicked_is_asked_for(show, run, surface):
    shown = show(CostSurfaceView, (728, 900))
    planes = tuple(run.surface(step) for step in (10, 20, 30))
    shown.view.show_frame(with_surroundings(run.frame(40, surface=surface), random_planes=planes))
    assert len(shown.view.instruments.planes._thumbnails) == 3
    shown.view.instruments.planes.chosen.emit(2)
    assert shown.sent[-1].settings.kind == "random"
    assert shown.sent[-1].settings.draw == 2


def test_race_is_painted_on_the_map_and_taken_away(show, run, surface):
    shown = show(CostSurfaceView)
    view = shown.view
    view.show_frame(run.frame(40, surface=surface))
    before = view.map.grab().toImage()
    view.controls.race()
    assert shown.sent[-1].settings.race == 1
    assert "race" in shown.sent[-1].settings.extras
    race = race_of(run)
    view.show_frame(with_surroundings(run.frame(40, surface=surface), race=race))
    assert view.map.grab().toImage() != before
    view.controls.end_race.trigger()
    assert shown.sent[-1].settings.race == 0
    view.show_frame(with_surroundings(run.frame(40, surface=surface)))
    assert view.map.grab().toImage() == before


def test_race_says_who_went_where_and_how_far_from_the_plane(run, surface):
    first, second = race_of(run)
    words = race_words(first, surface.plane)
    off_plane = surface.plane.off_plane(first.points[-1])
    assert words.startswith("Gradient descent, η 0.5: cost 0.410 after 4 steps, ")
    assert words.endswith(f"{100 * off_plane:.0f} % off-plane")
    assert "diverged" in race_words(second, surface.plane)


def test_progress_of_a_race_is_said_and_taken_back(show, run, surface):
    view = show(CostSurfaceView).view
    frame = run.frame(40, surface=surface)
    view.show_frame(with_surroundings(frame, race_progress=0.25))
    assert view.map.note == "Racing optimizers: 25 %"
    view.show_frame(with_surroundings(frame, race=race_of(run)))
    assert view.map.note == ""


def test_mode_and_camera_come_back(show):
    view = show(CostSurfaceView).view
    view.controls.set_mode("relief")
    view.faces.relief.turn(0.3, 0.1)
    state = view.state()
    other = show(CostSurfaceView).view
    other.restore(state)
    assert other.faces.currentWidget() is other.faces.relief
    assert other.state()["camera"] == state["camera"]


def test_reason_for_another_plane_is_written_out(show, run, surface):
    view = show(CostSurfaceView, (728, 424)).view
    frame = run.frame(1, surface=dataclasses.replace(surface))
    why_not = "there is no path yet: take a few steps first"
    plane = dataclasses.replace(surface.plane, kind="gradient", explained=None)
    picture = dataclasses.replace(
        frame.snapshot.surface_picture,
        surface=dataclasses.replace(surface, plane=plane),
        why_not=why_not,
    )
    snapshot = dataclasses.replace(frame.snapshot, surface_picture=picture)
    view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
    QApplication.processEvents()
    label = view.instruments.plane
    assert label.text().endswith(why_not)
    assert label.height() >= label.heightForWidth(label.width()) > 40
