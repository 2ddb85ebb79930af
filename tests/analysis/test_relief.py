import math

import numpy as np
import pytest

from gdviz.analysis.relief import BRIGHTEST, LONGEST_PIECE, MOST_PIECES, Relief, draped
from gdviz.analysis.relief_camera import TOP, Camera, Projection, Room
from gdviz.analysis.relief_drawing import Drawing, Look, mesh_spacing
from gdviz.engine import compiler_problem, rasters
from gdviz.engine.rasters import CompiledRaster, NumpyRaster

GROUND = (1, 2, 3)
GREYS = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
LOOK = Look(GREYS, GROUND, (250, 0, 0), contour_opacity=0.0, mesh_opacity=0.0)
SIZE = (160, 120)


def relief_of(function, n=41, logarithmic=False, low=0.0, high=1.0, u=(-1.0, 1.0)):
    x, y = np.meshgrid(np.linspace(*u, n), np.linspace(-1, 1, n))
    return Relief(function(x, y), u, (-1.0, 1.0), low, high, logarithmic=logarithmic)


def drawing_of(relief, camera=None, look=LOOK, **changes):
    camera = camera or Camera(30.0, 40.0)
    projection = Projection(camera, relief.box.halves, Room(5, 5, SIZE[0] - 10, SIZE[1] - 10))
    return Drawing(relief, projection, look, SIZE, **changes).finish()


def ground_pixels(drawing):
    return ~np.isfinite(drawing.canvas.depths)


@pytest.mark.parametrize("with_raster", [None, NumpyRaster()])
def test_a_plane_has_the_colours_and_depths_that_its_equation_gives(with_raster):
    """A cost 0.5 + 0.2 u + 0.1 v: at each pixel the place and the tone follow in closed form."""
    relief = relief_of(lambda u, v: 0.5 + 0.2 * u + 0.1 * v)
    drawing = drawing_of(relief, with_raster=with_raster)
    shade = float(relief.shades(drawing.projection.camera.azimuth)[20, 20])
    rows, columns = np.nonzero(np.isfinite(drawing.canvas.depths))
    depths = drawing.canvas.depths[rows, columns]
    places = drawing.projection.to_places(np.column_stack([columns + 0.5, rows + 0.5, depths]))
    tone = 0.5 + 0.2 * places[:, 0] + 0.1 * places[:, 1]
    on_surface = np.abs(places[:, 2] - TOP * tone) < 1e-3
    assert on_surface.sum() > 2000
    on_sides = np.abs(places[:, :2]).max(axis=1) > 0.99
    assert (on_surface | on_sides).all()
    colors = drawing.canvas.colors[rows, columns, 0][on_surface & ~on_sides]
    expected = shade * 255 * tone[on_surface & ~on_sides]
    np.testing.assert_allclose(colors, expected, atol=1.5)


def test_light_leaves_flat_ground_as_it_is_and_goes_along_with_the_camera():
    flat = relief_of(lambda u, _: 0.3 + 0 * u)
    np.testing.assert_allclose(flat.shades(77.0), 1.0, rtol=1e-6)
    slope = relief_of(lambda u, _: 0.5 + 0.3 * u)
    right, left = slope.shades(0.0).mean(), slope.shades(180.0).mean()
    # The light comes from the left: what falls away to the left is turned to it.
    assert left < 1 < right <= BRIGHTEST


def test_a_hill_hides_what_is_behind_it():
    relief = relief_of(lambda u, v: np.exp(-8 * (u**2 + v**2)))
    drawing = drawing_of(relief, Camera(0.0, 15.0))
    points = np.array([[0.0, 0.45], [0.0, -0.5], [0.9, 0.45], [0.0, 0.0]])
    pixels = drawing.projection.to_pixels(relief.on_surface(points))
    np.testing.assert_array_equal(drawing.is_hidden(pixels), [True, False, False, False])
    # From above nothing is.
    above = drawing_of(relief, Camera(0.0, 85.0))
    pixels = above.projection.to_pixels(relief.on_surface(points))
    assert not above.is_hidden(pixels).any()


def test_points_beside_the_picture_are_not_hidden():
    drawing = drawing_of(relief_of(lambda u, _: 0.5 + 0 * u))
    far = np.array([[-5.0, 3, 9], [1e9, 3, 9], [np.nan, 3, 9]])
    assert not drawing.is_hidden(far).any()


def test_what_is_not_computed_or_infinite_is_a_hole():
    costs = np.full((21, 21), 0.5)
    costs[8:13, 8:13] = np.nan
    costs[10, 10] = np.inf
    relief = Relief(costs, (-1, 1), (-1, 1), 0, 1, logarithmic=False)
    drawing = drawing_of(relief, Camera(0.0, 88.0))
    column, row = drawing.projection.to_pixels(np.array([[0.0, 0, TOP / 2]]))[0, :2].astype(int)
    assert ground_pixels(drawing)[row, column]
    assert (drawing.canvas.colors[row, column, :3] == GROUND).all()
    assert drawing.place_at(column, row) is None
    assert math.isnan(relief.heights_at(np.array([[0.0, 0.0]]))[0])
    assert not ground_pixels(drawing)[row, column + 30]


def test_a_surface_without_any_number_is_an_empty_picture():
    relief = Relief(np.full((5, 5), np.nan), (-1, 1), (-1, 1), 0, 1, logarithmic=False)
    assert ground_pixels(drawing_of(relief, smooth=True)).all()


def test_the_place_under_a_pixel_is_the_one_that_is_seen_there():
    relief = relief_of(lambda u, v: 0.3 + 0.2 * u * v + 0.2 * v, u=(-3.0, 1.0))
    drawing = drawing_of(relief, smooth=True)
    pixel_size = 0.12  # in u and v, on ground that is seen at a slant
    points = np.array([[-1.0, 0.1], [0.3, -0.5], [-2.5, 0.4]])
    for point, pixel in zip(
        points, drawing.projection.to_pixels(relief.on_surface(points)), strict=True
    ):
        assert drawing.place_at(*pixel[:2]) == pytest.approx(tuple(point), abs=pixel_size)
    assert drawing.place_at(1, 1) is None
    assert drawing.place_at(-3, 5000) is None


def test_a_side_of_the_block_is_no_place_of_the_plane():
    drawing = drawing_of(relief_of(lambda u, _: 0.9 + 0 * u), Camera(0.0, 20.0))
    column, row = drawing.projection.to_pixels(np.array([[0.0, -1, 0.1]]))[0, :2]
    assert np.isfinite(drawing.canvas.depths[int(row), int(column)])
    assert drawing.place_at(column, row) is None


def test_sides_fade_into_the_ground():
    drawing = drawing_of(relief_of(lambda u, _: 1 + 0 * u), Camera(0.0, 20.0))
    heights = np.linspace(-0.25, 0.7, 8)
    places = np.column_stack([0 * heights, -1 + 0 * heights, heights])
    columns, rows = drawing.projection.to_pixels(places)[:, :2].T.astype(int)
    reds = drawing.canvas.colors[rows, columns, 0].astype(int)
    assert (np.diff(reds) > 0).all()
    assert abs(reds[0] - GROUND[0]) < 15


@pytest.mark.skipif(bool(compiler_problem()), reason="there is no compiler")
@pytest.mark.parametrize("smooth", [False, True])
def test_numpy_draws_what_compiled_loops_draw(smooth):
    relief = relief_of(lambda u, v: 0.4 + 0.3 * np.sin(3 * u) * np.cos(2 * v), n=61)
    look = Look(GREYS, GROUND, (90, 90, 90))
    rasters.warm_up()
    one, other = (
        drawing_of(relief, look=look, levels=[0.3, 0.5], smooth=smooth, with_raster=form)
        for form in (CompiledRaster(), NumpyRaster())
    )
    away = np.abs(one.canvas.colors.astype(int) - other.canvas.colors).max(axis=-1)
    assert (away > 3).mean() < 1e-3
    np.testing.assert_array_equal(ground_pixels(one), ground_pixels(other))


def test_smoothing_softens_the_outline_and_leaves_the_inside():
    relief = relief_of(lambda u, _: 0.8 + 0 * u)
    rough, smooth = drawing_of(relief), drawing_of(relief, smooth=True)
    inside = np.zeros(SIZE[::-1], bool)
    inside[50:60, 70:90] = True
    np.testing.assert_array_equal(rough.canvas.colors[inside], smooth.canvas.colors[inside])
    shades = [len(np.unique(d.canvas.colors[:, :, 1])) for d in (rough, smooth)]
    assert shades[1] > shades[0]


def test_a_drawing_is_made_in_parts_that_give_the_same_as_all_at_once():
    relief = relief_of(lambda u, v: 0.5 + 0.4 * u * v, n=101)
    whole = drawing_of(relief, smooth=True)
    projection = whole.projection
    drawing = Drawing(relief, projection, LOOK, SIZE, smooth=True)
    parts = 0
    while not drawing.is_complete:
        drawing.advance()
        parts += 1
    assert parts > 4
    np.testing.assert_array_equal(drawing.canvas.colors, whole.canvas.colors)


def test_tones_follow_the_scale():
    relief = relief_of(lambda u, _: 1 + 0 * u, logarithmic=True, low=0.1, high=10.0)
    np.testing.assert_allclose(relief.tones_of([0.01, 0.1, 1, 10, 99]), [0, 0, 0.5, 1, 1])
    assert np.isnan(relief.tones_of([np.nan, np.inf])).all()
    linear = relief_of(lambda u, _: u, low=2.0, high=4.0)
    np.testing.assert_allclose(linear.tones_of([1, 2.5, 4]), [0, 0.25, 1])


def test_heights_between_the_grids_points_are_interpolated():
    relief = relief_of(lambda u, v: 0.5 + 0.2 * u - 0.1 * v, n=5)
    points = np.random.default_rng(0).uniform(-1, 1, (100, 2))
    expected = TOP * (0.5 + 0.2 * points[:, 0] - 0.1 * points[:, 1])
    np.testing.assert_allclose(relief.heights_at(points), expected, atol=1e-6)
    corners = np.array([[-1.0, -1], [1, 1], [1, -1]])
    assert np.isfinite(relief.heights_at(corners)).all()
    assert np.isnan(relief.heights_at(np.array([[1.01, 0], [0, -7], [np.nan, 0]]))).all()


def test_a_path_over_a_hill_follows_the_surface():
    relief = relief_of(lambda u, _: np.exp(-8 * u**2))
    places = draped(relief, np.array([[-0.8, 0.0], [0.8, 0.0]]))
    assert np.hypot(*np.diff(places[:, :2], axis=0).T).max() <= LONGEST_PIECE * 1.001
    np.testing.assert_allclose(places[:, 2], relief.heights_at(places[:, :2]), atol=1e-9)
    assert places[:, 2].max() == pytest.approx(TOP, abs=1e-3)


@pytest.mark.parametrize("far", [1e6, 1e34])
def test_a_path_that_leaves_the_grid_is_parted_and_stays_short(far):
    relief = relief_of(lambda u, _: 0.5 + 0 * u)
    places = draped(relief, np.array([[0.0, 0.0], [far, 0.0], [0.0, 0.5]]))
    assert len(places) <= 2 * MOST_PIECES + 1
    assert np.isnan(places[MOST_PIECES, 2])
    assert np.isfinite(places[[0, -1], 2]).all()
    assert draped(relief, np.empty((0, 2))).shape == (0, 3)
    assert draped(relief, np.array([[0.1, 0.2]])).shape == (1, 3)


@pytest.mark.parametrize("span", [0.07, 1.0, 13.0, 480.0])
def test_mesh_lines_are_round_and_about_a_dozen(span):
    relief = relief_of(lambda u, _: 0 * u, u=(-span / 2, span / 2))
    spacing = mesh_spacing(relief.box)
    longest = max(span, 2.0)
    assert 6 <= longest / spacing <= 16
    leading = int(f"{spacing:.6e}"[0])
    assert leading in {1, 2, 5}
    assert spacing == pytest.approx(leading * 10.0 ** math.floor(math.log10(spacing) + 1e-9))
