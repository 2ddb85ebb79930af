import dataclasses
import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QFileDialog

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.directions import (
    gradient_plane,
    principal_plane,
    random_plane,
    random_walk_explained,
)
from gdviz.analysis.plane import Descent
from gdviz.nn.parameters import Layout
from gdviz.qt import number_text
from gdviz.qt.color_maps import cost_image
from gdviz.qt.fonts import font
from gdviz.qt.painting import text_width
from gdviz.qt.surfaces.axes_paint import bar_caption, captions
from gdviz.qt.surfaces.colors import ColorRange, round_numbers
from gdviz.qt.views.cost_surface.geometry import RIGHT_MARGIN
from gdviz.qt.views.cost_surface.instruments import _error_text
from gdviz.qt.views.cost_surface.trail import (
    MAXIMUM_DOTS,
    MAXIMUM_POINTS,
    RECENT_BYTES,
    LiveTrail,
)
from gdviz.qt.views.cost_surface.view import CostSurfaceView
from gdviz.runtime.commands import SetSurface
from gdviz.runtime.snapshot import RunState
from gdviz.storage.readers.network_file import NetworkFile
from gdviz.storage.writers import write_network
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state


def test_ball_is_the_projection_of_the_newest_parameters(show, run, surface):
    view = show(CostSurfaceView).view
    for step in (0, 20, 40):
        view.show_frame(run.frame(step, surface=None if step < 40 else surface))
    view.show_frame(run.frame(55, surface=surface))
    expected = surface.plane.project(run.path[55].vector)
    np.testing.assert_allclose(view.map.live[-1], expected)
    assert view.trail.off_plane == pytest.approx(surface.plane.off_plane(run.path[55].vector))
    assert view.trail.off_plane > 0


def test_live_path_begins_where_the_slices_path_ends(show, run, surface):
    """What was seen before the slice was asked for is in the slice's own trail."""
    view = show(CostSurfaceView).view
    for step in range(46):
        view.show_frame(run.frame(step))
    view.show_frame(run.frame(46, surface=surface))
    np.testing.assert_allclose(view.map.live[0], surface.trail[-1], atol=1e-5)
    assert len(view.map.live) == 7


def test_another_plane_projects_the_live_path_anew(show, run, surface):
    view = show(CostSurfaceView).view
    for step in range(40, 50):
        view.show_frame(run.frame(step, surface=surface))
    other = run.surface(48)
    view.show_frame(run.frame(50, surface=other))
    np.testing.assert_allclose(view.map.live[-1], other.plane.project(run.path[50].vector))
    np.testing.assert_allclose(view.map.live[0], other.trail[-1], atol=1e-5)


def test_share_off_the_plane_is_that_of_the_plane_in_sight_after_a_jump(run):
    """Nothing is seen again between the jump and the slice of the step jumped to."""
    trail = LiveTrail()
    trail.adopt(run.surface(40))
    trail.see(10, run.path[10].vector)
    trail.jump()
    there = run.surface(10)
    trail.adopt(there)
    assert trail.off_plane == there.plane.off_plane(run.path[10].vector)
    assert trail.off_plane < 1e-6


def test_step_back_takes_points_off_the_trail(run, surface):
    trail = LiveTrail()
    trail.adopt(surface)
    for step in (41, 42, 43, 42):
        trail.see(step, run.path[step].vector)
    assert len(trail.live) == 3
    np.testing.assert_allclose(trail.live[0], surface.trail[-1])
    np.testing.assert_allclose(trail.live[-1], surface.plane.project(run.path[42].vector))


def test_long_trail_is_thinned_but_keeps_its_newest_point_and_its_start(run, surface):
    trail = LiveTrail()
    trail.adopt(surface)
    for step in range(3_000):
        trail.see(step, run.path[step % 61].vector)
    assert len(trail.live) <= MAXIMUM_POINTS
    assert len(trail.dots) <= MAXIMUM_DOTS
    assert trail.begins_at_start
    np.testing.assert_allclose(trail.live[-1], surface.plane.project(run.path[2_999 % 61].vector))
    np.testing.assert_allclose(trail.dots[0], surface.plane.project(run.path[0].vector))


def test_a_slice_that_comes_after_a_step_back_does_not_move_the_ball_ahead(run, surface):
    trail = LiveTrail()
    for step in (39, 40, 38):
        trail.see(step, run.path[step].vector)
    trail.adopt(surface)
    np.testing.assert_allclose(trail.live, [surface.plane.project(run.path[38].vector)])


def test_a_held_plane_keeps_the_points_since_its_newest_refresh(run, surface):
    trail = LiveTrail()
    trail.adopt(surface)
    for step in range(41, 50):
        trail.see(step, run.path[step].vector)
    at = np.array([surface.plane.project(run.path[45].vector)])
    trail.adopt(dataclasses.replace(surface, step=45, trail=np.vstack([surface.trail, at])))
    expected = surface.plane.project_path([p.vector for p in run.path[45:50]])
    np.testing.assert_allclose(trail.live, expected, atol=1e-12)


WIDE = Layout((784, 256, 64, 10))


def median_s(work, arguments):
    """Give the median processor time of calls: what others do on the machine does not count."""
    times = []
    for argument in arguments:
        started = time.thread_time()
        work(argument)
        times.append(time.thread_time() - started)
    return float(np.median(times))


def test_a_wide_network_leaves_time_for_the_frame():
    """218,058 parameters: a few projections a frame and little memory, however long the run."""
    generator = np.random.default_rng(0)
    path = generator.standard_normal((40, WIDE.size), np.float32).cumsum(axis=0)
    plane = principal_plane(path[:20], 20)
    grid = np.linspace(-1, 1, 3)
    surface = CostSurface(
        plane,
        grid,
        grid,
        np.ones((3, 3)),
        np.ones((3, 3)),
        5,
        "quadratic",
        plane.project_path(path[:20]),
        step=20,
    )
    trail = LiveTrail()
    trail.adopt(surface)
    projection = median_s(lambda k: plane.project(path[k]), range(20, 40))
    assert median_s(lambda k: trail.see(20 + k, path[k]), range(20, 40)) < 8 * projection
    held = {id(seen.vector): seen.vector.nbytes for seen in trail._recent}
    assert sum(held.values()) <= RECENT_BYTES
    others = [dataclasses.replace(surface, plane=dataclasses.replace(plane)) for _ in range(5)]
    assert median_s(trail.adopt, others) < 60 * projection
    np.testing.assert_allclose(trail.live[-1], plane.project(path[39]))


def test_the_random_walk_has_as_many_points_as_the_explained_path(show, run, surface):
    """A plane of 96 points of a path of thousands is compared with a walk of 96."""
    view = show(CostSurfaceView).view
    plane = dataclasses.replace(surface.plane, n_path_points=4)
    view.show_frame(run.frame(40, surface=dataclasses.replace(surface, plane=plane)))
    expected = sum(random_walk_explained(4))
    assert view.instruments.readings.random_walk == pytest.approx(expected)


def test_instruments_show_both_costs_error_and_null(show, run, surface):
    shown = show(CostSurfaceView)
    shown.view.show_frame(run.frame(40, surface=surface))
    readings = shown.view.instruments.readings
    u, v = surface.trail[-1]
    assert readings.true_cost == 0.9
    assert readings.standard_error == 0.02
    assert readings.plane_cost == pytest.approx(surface.value_at(float(u), float(v)))
    assert readings.explained == pytest.approx(sum(surface.plane.explained))
    assert readings.random_walk == pytest.approx(0.76, abs=0.02)
    assert readings.n_examples == 50
    assert shown.view.instruments.true_cost.text() == "0.900"
    assert shown.dock.subtitle() == "9 × 7, 50 images"


def test_instruments_are_exact_as_soon_as_the_run_stands(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    view.show_frame(run.frame(50, surface=surface))
    still = run.frame(50, surface=surface, training_state=object())
    view.show_frame(still)
    expected = surface.plane.off_plane(run.path[50].vector)
    assert view.instruments.readings.off_plane == pytest.approx(expected)


def test_colours_stand_where_their_costs_are(show, run, surface):
    """A cost that rises evenly across: each pixel has the colour of its own place."""
    view = show(CostSurfaceView).view
    ramp = np.tile(np.linspace(1.0, 2.0, len(surface.u)), (len(surface.v), 1))
    view.show_frame(run.frame(40, surface=dataclasses.replace(surface, cost=ramp, true_cost=1.5)))
    image, where = view.map.grab().toImage(), view.map.map_rectangle
    y = int(where.bottom()) - 6  # Below all numbers and the trail.
    # Between the contours, and near both edges.
    for share in (0.02, 0.26, 0.54, 0.98):
        x = int(where.left() + share * where.width())
        value = 1 + (x + 0.5 - where.left()) / where.width()
        expected = cost_image(np.array([value]), 1.0, 2.0, logarithmic=False)[0, :3].astype(int)
        found = np.array(image.pixelColor(x, y).getRgb()[:3])
        assert np.abs(found - expected).max() <= 4  # One place in the table of colours.


def test_scales_are_equal_whatever_the_shape_of_the_dock(show, run, surface):
    for size in ((728, 424), (1100, 420), (560, 600)):
        view = show(CostSurfaceView, size).view
        view.show_frame(run.frame(40, surface=surface))
        corners = np.array([[surface.u[0], surface.v[0]], [surface.u[-1], surface.v[-1]]], float)
        (left, bottom), (right, top) = view.map.to_pixels(corners)
        per_u = (right - left) / (surface.u[-1] - surface.u[0])
        per_v = (bottom - top) / (surface.v[-1] - surface.v[0])
        assert per_u == pytest.approx(per_v, rel=0.04)


def test_pixels_and_coordinates_are_inverse(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    point = np.array([[surface.u[2] + 0.1, surface.v[3] + 0.05]])
    back = view.map.coordinates_at(QPointF(*view.map.to_pixels(point)[0]))
    np.testing.assert_allclose(back, point[0])
    assert view.map.coordinates_at(QPointF(2, 2)) is None


def test_map_is_darkest_where_the_cost_is_lowest(show, run, surface):
    shown = show(CostSurfaceView)
    shown.view.show_frame(run.frame(40, surface=surface))
    image = shown.view.map.grab().toImage()
    ratio = image.devicePixelRatio()
    found = {}
    for name, choose in (("low", np.argmin), ("high", np.argmax)):
        row, column = np.unravel_index(choose(surface.cost), surface.cost.shape)
        at = shown.view.map.to_pixels(np.array([[surface.u[column], surface.v[row]]]))[0]
        where = shown.view.map.map_rectangle.adjusted(6, 6, -6, -6)
        x = min(max(at[0], where.left()), where.right())
        y = min(max(at[1], where.top()), where.bottom())
        found[name] = image.pixelColor(round(x * ratio), round(y * ratio)).lightness()
    assert found["low"] < found["high"] - 40


def test_axes_say_which_share_of_all_weights_one_unit_is(run, surface):
    generator = np.random.default_rng(3)
    at, slope = run.path[0], run.gradients[0]
    plane = random_plane(at, generator, 0)
    found = captions(plane)
    assert found[0].startswith("along one random direction (across) and another (up); ")
    # Normalised to the network's own weights: as long as all of them.
    assert "one unit is 100 % of |θ|" in found[0]
    unit = 1 / np.linalg.norm(at.vector)
    assert f"{100 * unit:.0f} % of |θ|" in captions(gradient_plane(at, slope, generator, 0))[0]
    nothing = dataclasses.replace(surface.plane, origin=np.zeros_like(at.vector))
    assert "one unit is a distance of 1.00" in captions(nothing)[0]
    rounded = dataclasses.replace(nothing, direction_v=surface.plane.direction_v * (1 - 1e-7))
    assert "one unit is a distance of 1.00;" in captions(rounded)[0], "one number for both"


def test_arrow_points_where_the_cost_falls_on_the_plane(show, run, surface):
    """It is painted from the ball on, in the direction that the slice's own plane gives."""
    view, images = show(CostSurfaceView).view, []
    for descent in (None, Descent(0.0, 0.5, 0.5)):
        frame = run.frame(40, surface=dataclasses.replace(surface))
        turned = dataclasses.replace(frame.snapshot.surface_picture, descent=descent)
        snapshot = dataclasses.replace(frame.snapshot, surface_picture=turned)
        view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
        images.append(view.map.grab().toImage())
    ball, ratio = view.map.to_pixels(surface.trail[-1:])[0], images[0].devicePixelRatio()

    def differs(dx, dy):
        x, y = np.rint(ratio * (ball + np.array([dx, dy]))).astype(int).tolist()
        return images[0].pixel(x, y) != images[1].pixel(x, y)

    around = itertools.product(range(-60, 61, 2), range(-60, 61, 2))
    changed = [place for place in around if differs(*place)]
    assert len(changed) > 20
    assert all(dy <= 2 and abs(dx) <= 8 for dx, dy in changed)


def test_hover_tells_the_interpolated_cost(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    at = view.map.to_pixels(np.array([[surface.u[4], surface.v[3]]]))[0]
    assert view.map.hover_text(QPointF(*at)).startswith(f"cost {surface.cost[3, 4]:.3g} ")


def test_colours_stay_locked_and_grow_until_recentred(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    low, high = view.map.range.low, view.map.range.high
    narrow = dataclasses.replace(surface, cost=np.full_like(surface.cost, (low + high) / 2))
    view.show_frame(run.frame(41, surface=narrow))
    assert (view.map.range.low, view.map.range.high) == (low, high)
    wide = dataclasses.replace(surface, cost=surface.cost * 3)
    view.show_frame(run.frame(42, surface=wide))
    assert view.map.range.high == pytest.approx(3 * high)
    view.recentre_plane()
    fresh = dataclasses.replace(surface, plane=dataclasses.replace(surface.plane))
    view.show_frame(run.frame(43, surface=fresh))
    assert view.map.range.high == pytest.approx(high)


def test_recentring_a_held_plane_holds_it_again_after_the_new_slice(show, run, surface):
    shown = show(CostSurfaceView)
    shown.view.show_frame(run.frame(40, surface=surface))
    shown.view.controls.follow.segment("hold").click()
    shown.view.recentre_plane()
    assert shown.sent[-1].settings.follow
    shown.view.show_frame(run.frame(41, surface=surface))
    assert shown.sent[-1].settings.follow
    fresh = dataclasses.replace(surface, plane=dataclasses.replace(surface.plane))
    shown.view.show_frame(run.frame(42, surface=fresh))
    assert not shown.sent[-1].settings.follow


def test_a_plane_of_another_kind_than_chosen_is_said_to_be_one(show, run, surface):
    view = show(CostSurfaceView).view
    plane = dataclasses.replace(surface.plane, kind="gradient", explained=None)
    view.show_frame(run.frame(0, surface=dataclasses.replace(surface, plane=plane)))
    other = "−∇C and a random direction: "
    assert view.instruments.plane.text() == f"{other}the next slice will show what was chosen"
    frame = run.frame(1, surface=dataclasses.replace(surface, plane=plane))
    picture = dataclasses.replace(frame.snapshot.surface_picture, why_not="there is no path yet")
    snapshot = dataclasses.replace(frame.snapshot, surface_picture=picture)
    view.show_frame(dataclasses.replace(frame, snapshot=snapshot))
    assert view.instruments.plane.text() == f"{other}there is no path yet"
    view.show_frame(run.frame(40, surface=surface))
    assert view.instruments.plane.text() == "plane follows the run"


def test_choices_are_sent(show, run, surface):
    shown = show(CostSurfaceView)
    controls = shown.view.controls
    controls.kinds.activated.emit(controls.kinds.findData("random"))
    assert shown.sent[-1].settings.kind == "random"
    actions = {action.text(): action for action in shown.dock.menu.actions()}
    actions["Another random draw"].trigger()
    assert shown.sent[-1].settings.draw == 1
    controls.normalize["layer"].trigger()
    assert shown.sent[-1].settings.normalize == "layer"
    controls.images[5_000].trigger()
    assert shown.sent[-1].settings.n_examples == 5_000
    controls.resolutions[61].trigger()
    assert shown.sent[-1].settings.resolution == 61
    shown.view.controls.follow.segment("hold").click()
    assert not shown.sent[-1].settings.follow
    assert all(isinstance(command, SetSurface) for command in shown.sent)


def test_resizing_sends_the_aspect_in_coarse_steps(show, run):
    shown = show(CostSurfaceView)
    room = shown.view.map.room
    assert shown.view.settings.aspect == pytest.approx(room.width() / room.height(), abs=0.03)
    before = len(shown.sent)
    for width in range(728, 738):
        shown.dock.resize(width, 424)
    shown.view.map.grab()
    assert len(shown.sent) - before <= 2


def test_another_run_forgets_the_slice(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    snapshot = dataclasses.replace(run.snapshot(0), run_id=2)
    view.show_frame(dataclasses.replace(run.frame(0), snapshot=snapshot))
    assert view.map.surface is None
    assert view.instruments.isHidden()
    assert math.isnan(view.map.range.low)
    assert not view._dock.subtitle()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_diverged_parameters_and_costs_are_drawn_without_warning(show, run, surface, bad):
    view = show(CostSurfaceView).view
    holes = surface.cost.copy()
    holes[:2] = bad
    partly = dataclasses.replace(surface, cost=holes, true_cost=bad)
    view.show_frame(run.frame(40, surface=partly))
    view.widget.grab()
    broken = dataclasses.replace(run.path[41], vector=np.full(13_002, bad, np.float32))
    snapshot = dataclasses.replace(run.snapshot(41, surface=partly), parameters=broken)
    view.show_frame(dataclasses.replace(run.frame(41), snapshot=snapshot))
    view.widget.grab()
    assert np.isfinite(view.map.live).all()


def test_empty_state_is_shown_before_the_first_slice(show, run):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(0, surface_progress=0.25))
    view.widget.grab()
    assert view.map.progress == 0.25
    assert view.instruments.isHidden()


def test_state_comes_back_and_bad_state_is_ignored(show):
    view = show(CostSurfaceView).view
    state = {
        "kind": "gradient",
        "locked": False,
        "logarithmic": True,
        "n_examples": 5000,
        "resolution": 61,
        "normalize": "layer",
        "mode": "map",
        "camera": {},
    }
    view.restore({**state, "follow": False})
    assert view.state() == state
    assert view.settings.follow, "a plane that is held belongs to its run"
    bad = {"n_examples": 7, "resolution": [], "normalize": None, "mode": "4-D"}
    view.restore({"kind": "sideways", "locked": "", "logarithmic": "x", **bad})
    assert view.state() == state


@given(st.floats(1e-6, 1e6), st.floats(1.001, 1e6), st.booleans(), st.floats(0, 1))
def test_positions_on_the_bar_rise_from_0_to_1(low, ratio, logarithmic, share):
    colors = ColorRange(logarithmic=logarithmic)
    colors.include(np.array([low, low * ratio]), math.nan)
    assert colors.position(low) == pytest.approx(0, abs=1e-9)
    assert colors.position(low * ratio) == pytest.approx(1)
    between = low + share * (low * ratio - low)
    assert 0 <= colors.position(between) <= 1
    assert len(colors.ticks()) <= 8
    assert all(0.999 * low <= tick <= 1.001 * low * ratio for tick in colors.ticks())


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_round_numbers_are_inside_and_few(low, size, most):
    numbers = round_numbers(low, low + size, most)
    assert len(numbers) <= most + 1
    assert all(low - size * 1e-6 <= n <= low + size * (1 + 1e-6) for n in numbers)


def test_costs_of_zero_are_never_on_a_logarithmic_scale():
    colors = ColorRange(logarithmic=True)
    colors.include(np.array([0.0, 1.0]), math.nan)
    assert not colors.is_logarithmic
    assert colors.position(0.5) == 0.5


def running(frame):
    """The same frame while training runs."""
    snapshot = dataclasses.replace(frame.snapshot, state=RunState.RUNNING)
    return dataclasses.replace(frame, snapshot=snapshot)


def frames_until(view, frame, condition):
    """Show a frame again until a condition holds; give how many times it took."""
    for count in range(1, 20):
        view.show_frame(frame)
        if condition():
            return count
    raise AssertionError("the slice was never shown")


def test_slice_that_comes_while_it_runs_is_painted_over_several_frames(show, run, surface):
    """The former stays in sight, with the ball on its own plane, until the next is complete."""
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    other = dataclasses.replace(run.surface(50), step=50, true_cost=0.9, true_error=0.02)
    view.show_frame(running(run.frame(52, surface=other)))
    assert view.map.surface is surface
    assert view.trail.surface is surface
    np.testing.assert_allclose(view.map.live[-1], surface.plane.project(run.path[52].vector))
    frame = running(run.frame(53, surface=other))
    assert frames_until(view, frame, lambda: view.map.surface is other) > 1
    assert view.trail.surface is other
    np.testing.assert_allclose(view.map.live[-1], other.plane.project(run.path[53].vector))
    assert view.map.range.high == max(surface.cost.max(), other.cost.max())


def test_painting_in_stages_gives_the_same_picture(show, run, surface):
    staged, whole = show(CostSurfaceView).view, show(CostSurfaceView).view
    frame = run.frame(40, surface=surface)
    frames_until(staged, running(frame), lambda: staged.map.surface is surface)
    whole.show_frame(frame)
    assert staged.map.grab().toImage() == whole.map.grab().toImage()


def test_slices_that_come_quickly_are_shown_one_after_another(show, run, surface):
    """A newer slice does not begin what is half painted anew."""
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    seen = set()
    for k in range(30):
        other = dataclasses.replace(surface, step=41 + k)
        view.show_frame(running(run.frame(45, surface=other)))
        seen.add(view.map.surface.step)
    assert len(seen) >= 4


def test_run_that_pauses_in_the_middle_of_a_painting_shows_the_newest_at_once(show, run, surface):
    view = show(CostSurfaceView).view
    view.show_frame(run.frame(40, surface=surface))
    other = dataclasses.replace(surface, step=41, true_cost=0.5)
    view.show_frame(running(run.frame(45, surface=other)))
    newest = dataclasses.replace(surface, step=42, true_cost=0.4)
    view.show_frame(run.frame(46, surface=newest))
    assert view.map.surface is newest
    assert view.map.true_cost == 0.4


def test_colours_chosen_in_the_middle_of_a_painting_are_those_that_are_shown(show, run, surface):
    view, whole = show(CostSurfaceView).view, show(CostSurfaceView).view
    for each in (view, whole):
        each.show_frame(run.frame(40, surface=surface))
    other = dataclasses.replace(surface, step=41, cost=surface.cost + 0.5)
    frame = run.frame(45, surface=other)
    view.show_frame(running(frame))
    for each in (view, whole):
        each.controls.colors[False].trigger()
    frames_until(view, running(frame), lambda: view.map.surface is other)
    whole.show_frame(frame)
    assert not view.map.range.is_logarithmic
    assert view.map.grab().toImage() == whole.map.grab().toImage()


def test_moving_ball_is_painted_as_if_all_were_painted(show, run, surface, qapp):
    """Only what has changed is painted: nothing of the former ball may be left."""
    shown = show(CostSurfaceView)
    view, screen = shown.view, shown.dock.screen()
    view.show_frame(run.frame(40, surface=surface))
    path = surface.plane.project_path(np.stack([p.vector for p in run.path[30:56:5]]))
    for count in range(1, len(path) + 1):
        view.map.show_live(path[max(count - 2, 0) : count], path[:1], False)
        qapp.processEvents()
    image = screen.grabWindow(shown.dock.winId()).toImage()
    assert not image.isNull()
    view.map.redraw()
    qapp.processEvents()
    assert screen.grabWindow(shown.dock.winId()).toImage() == image


@pytest.mark.parametrize(("low", "high"), [(0.069, 6.19), (0.061, 1893.0), (0.075, 4369.0)])
def test_both_ends_of_the_colours_fit_under_the_bar(qapp, low, high):
    width = RIGHT_MARGIN - 16
    lines = bar_caption(low, high, "log", width)
    assert all(text_width(line, font(11)) <= width for line in lines)
    written = " ".join(lines)
    assert number_text.cost(low) in written
    assert number_text.cost(high) in written
    assert "log" in written


@pytest.mark.parametrize(
    ("error", "text"), [(0.0123, "0.012"), (0.00098, "0.0010"), (0.0004, "0.0004"), (2.5, "2.50")]
)
def test_a_standard_error_is_short(error, text):
    assert _error_text(error) == text


def test_two_weights_are_asked_for_and_then_their_plane(show, run, surface):
    shown = show(CostSurfaceView)
    controls = shown.view.controls
    shown.view.show_frame(run.frame(40, surface=surface))
    controls.kinds.activated.emit(controls.kinds.findData("weights"))
    assert "Click a weight" in shown.view.map.note
    assert shown.picker.n_missing == 2
    shown.picker.take(17)
    assert "a second weight" in shown.view.map.note
    shown.picker.take(12_000)
    assert shown.view.map.note == ""
    assert shown.sent[-1].settings.kind == "weights"
    assert shown.sent[-1].settings.weights == (17, 12_000)
    assert controls.kinds.currentData() == "weights"
    assert shown.view.state()["kind"] == "principal", "weights belong to their run"


def test_choosing_another_kind_gives_up_asking_for_weights(show, run, surface):
    shown = show(CostSurfaceView)
    controls = shown.view.controls
    shown.view.show_frame(run.frame(40, surface=surface))
    controls.ask_weights()
    controls.kinds.activated.emit(controls.kinds.findData("random"))
    assert shown.picker.n_missing == 0
    assert shown.view.map.note == ""
    assert not shown.picker.take(3)
    assert controls.settings.kind == "random"


def save(path, config, parameters):
    write_network(path, NetworkFile("npz", config.architecture, parameters))


def test_other_network_must_have_as_many_parameters(show, run, surface, tmp_path, monkeypatch):
    shown = show(CostSurfaceView)
    controls = shown.view.controls
    shown.view.show_frame(run.frame(40, surface=surface))
    path = tmp_path / "other.npz"

    def choose(*_):
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    small = TrainingConfig(layer_sizes=(784, 3, 10))
    save(path, small, initial_state(small).parameters)
    controls.kinds.activated.emit(controls.kinds.findData("networks"))
    assert "there is no line between them" in shown.view.map.note
    assert controls.kinds.currentData() == "principal"
    save(path, run.config, run.path[3])
    controls.ask_other()
    assert shown.view.map.note == ""
    other = shown.sent[-1].settings.other
    np.testing.assert_array_equal(other.vector, run.path[3].vector)
    assert other.title == "other"
    path.write_bytes(b"no network")
    controls.ask_other()
    assert "other.npz" in shown.view.map.note
