import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.relief_camera import (
    FLOOR,
    HIGHEST_TILT,
    LOWEST_TILT,
    MOST_ZOOM,
    TOP,
    Box,
    Camera,
    Projection,
    Room,
    low_side,
)

ROOM = Room(20, 30, 600, 440)
cameras = st.builds(
    Camera,
    azimuth=st.floats(0, 359.9),
    tilt=st.floats(LOWEST_TILT, HIGHEST_TILT),
    zoom=st.floats(0.5, MOST_ZOOM),
)
halves = st.tuples(st.floats(0.3, 1), st.just(1.0)) | st.tuples(st.just(1.0), st.floats(0.3, 1))


def corners(of):
    x, y = of
    return np.array(list(itertools.product((-x, x), (-y, y), (FLOOR, TOP))))


@given(cameras, halves)
def test_pixels_and_depth_lead_back_to_the_place(camera, of):
    projection = Projection(camera, of, ROOM)
    places = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    found = projection.to_places(projection.to_pixels(places))
    np.testing.assert_allclose(found, places, atol=1e-9)


@given(cameras, halves)
def test_the_whole_block_fits_from_every_side(camera, of):
    pixels = Projection(dataclasses.replace(camera, zoom=1.0), of, ROOM).to_pixels(corners(of))
    assert pixels[:, 0].min() >= ROOM.left - 2
    assert pixels[:, 0].max() <= ROOM.left + ROOM.width + 2
    assert pixels[:, 1].min() >= ROOM.top - 2
    assert pixels[:, 1].max() <= ROOM.top + ROOM.height + 2


@given(st.floats(LOWEST_TILT, HIGHEST_TILT), halves)
def test_turning_does_not_rescale(tilt, of):
    first, second = (Projection(Camera(a, tilt), of, ROOM) for a in (10.0, 200.0))
    middle = np.array([[0.0, 0, 0], [0, 0, TOP]])
    np.testing.assert_allclose(first.to_pixels(middle), second.to_pixels(middle), atol=1e-9)


def test_at_azimuth_0_u_goes_right_and_v_away_and_high_is_up():
    projection = Projection(Camera(0.0, 40.0), (1.0, 1.0), ROOM)
    origin, right, back, up = projection.to_pixels(
        np.array([[0.0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]])
    )
    assert right[0] > origin[0] + 50
    assert right[1] == pytest.approx(origin[1])
    assert back[1] < origin[1] - 20
    assert back[2] > origin[2]
    assert back[0] == pytest.approx(origin[0])
    assert up[1] < origin[1] - 50
    assert up[0] == pytest.approx(origin[0])


@given(cameras)
def test_depth_grows_with_the_distance_from_the_eye(camera):
    """The nearest point of a ball round the middle is the one straight toward the eye."""
    projection = Projection(camera, (1.0, 1.0), ROOM)
    generator = np.random.default_rng(1)
    places = generator.normal(size=(200, 3))
    places *= 0.5 / np.linalg.norm(places, axis=1, keepdims=True)
    azimuth, tilt = np.radians([camera.azimuth, camera.tilt])
    toward = np.array(
        [-np.sin(azimuth) * np.cos(tilt), -np.cos(azimuth) * np.cos(tilt), np.sin(tilt)]
    )
    middle = np.array([0, 0, (TOP + FLOOR) / 2])
    depths = projection.to_pixels(middle + places)[:, 2]
    order = np.argsort(places @ toward)[::-1]
    assert (np.diff(depths[order]) >= -1e-12).all()


@given(cameras, halves)
def test_a_side_faces_the_eye_if_its_outside_is_seen(camera, of):
    """Independently: whether its corners go round clockwise or the other way on the screen."""
    projection = Projection(camera, of, ROOM)
    x, y = of
    found = set()
    for side in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        along = np.array([-side[1], side[0], 0])
        middle = np.array([side[0] * x, side[1] * y, 0])
        square = middle + np.array([-0.1 * along, 0.1 * along, 0.1 * along + [0, 0, 0.1]])
        a, b, c = projection.to_pixels(square)[:, :2]
        turn = np.cross(np.append(b - a, 0), np.append(c - a, 0))[2]
        if turn < -1e-9:
            found.add(side)
    assert set(projection.faces()) == found
    assert len(found) <= 2


@given(cameras)
def test_axes_stand_at_one_or_two_sides_that_are_neighbours(camera):
    projection = Projection(camera, (1.0, 1.0), ROOM)
    fronts = projection.fronts()
    assert 1 <= len(fronts) <= 2
    assert set(projection.faces()) <= set(fronts)
    if len(fronts) == 2:
        assert np.dot(*fronts) == 0


def test_the_camera_never_looks_from_below_and_goes_round():
    camera = Camera(350.0, 30.0).turned(20.0, -100.0)
    assert (camera.azimuth, camera.tilt) == (10.0, LOWEST_TILT)
    assert camera.turned(-20.0, 500.0).tilt == HIGHEST_TILT
    assert camera.zoomed(1e9).zoom == MOST_ZOOM


@pytest.mark.parametrize("direction", [(-1, -1), (1, -1), (1, 1), (-1, 1)])
def test_one_looks_from_the_low_side(direction):
    """A plane that falls toward a corner is seen from that corner: the higher is farther."""
    x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    heights = -(direction[0] * x + direction[1] * y)
    projection = Projection(Camera(low_side(heights)), (1.0, 1.0), ROOM)
    assert set(projection.faces()) == {(direction[0], 0), (0, direction[1])}


def test_a_surface_that_is_not_known_yet_is_seen_from_somewhere():
    assert 0 <= low_side(np.full((4, 4), np.nan)) < 360


def test_equal_distances_along_u_and_v_are_equally_long():
    box = Box((-3.0, 5.0), (2.0, 6.0))
    assert box.halves == (1.0, 0.5)
    np.testing.assert_allclose(box.place(np.array([[1.0, 4.0], [5.0, 6.0]])), [[0, 0], [1, 0.5]])
    points = np.random.default_rng(0).uniform(-9, 9, (20, 2))
    np.testing.assert_allclose(box.coordinates(box.place(points)), points)
