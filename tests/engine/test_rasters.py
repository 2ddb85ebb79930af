"""Triangles in a picture: both forms against each other and against geometry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.engine import compiler_problem, rasters
from gdviz.engine.rasters import CompiledRaster, Inks, NumpyRaster, new_canvas, raster

WIDTH, HEIGHT = 40, 30
GROUND = (10, 20, 30)
NONE = np.zeros(0, np.float32)
OFF_LINES = (np.full(2, 0.5, np.float32), np.full(2, 0.5, np.float32))
FORMS = [
    NumpyRaster,
    pytest.param(
        CompiledRaster,
        marks=pytest.mark.skipif(bool(compiler_problem()), reason="there is no compiler"),
    ),
]
GREYS = np.repeat(np.arange(256, dtype=np.float32)[:, np.newaxis], 3, axis=1)


def inks(levels=(), mesh_opacity=0.0, half_width=0.5):
    levels = np.array(levels, np.float32)
    level_inks = np.tile(np.float32([255, 0, 0, 1]), (len(levels), 1))
    mesh_inks = np.tile(np.float32([0, 255, 0, mesh_opacity, 0.5]), (2, 1))
    return Inks(GREYS, levels, level_inks, mesh_inks, half_width)


def grid(x, y, depth, tone, shade=1.0):
    """Vertices of a grid whose columns stand at x and whose rows stand at y."""
    vertices = np.empty((len(y), len(x), 5), np.float32)
    vertices[..., 0], vertices[..., 1] = x, np.asarray(y)[:, np.newaxis]
    vertices[..., 2], vertices[..., 3], vertices[..., 4] = depth, tone, shade
    return vertices


def drawn(form, vertices, with_inks=None, mesh=OFF_LINES, canvas=None):
    canvas = canvas or new_canvas(WIDTH, HEIGHT, GROUND)
    rows = (0, len(vertices) - 1)
    form().draw_cells(canvas, vertices, mesh, rows, with_inks or inks())
    return canvas


@pytest.mark.parametrize("form", FORMS)
def test_a_rectangle_fills_exactly_the_pixels_whose_middles_it_holds(form):
    canvas = drawn(form, grid([3.2, 10.7], [5.4, 9.6], 0.5, 1.0))
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[5:10, 3:11] = True
    np.testing.assert_array_equal(np.isfinite(canvas.depths), expected)
    assert (canvas.colors[expected, :3] == 255).all()
    assert (canvas.colors[~expected] == (*GROUND, 255)).all()


@pytest.mark.parametrize("form", FORMS)
def test_tone_shade_and_depth_are_those_of_a_plane(form):
    """All three rise evenly over the picture, as the corners say."""
    depth, tone = [[0.0, 0.4], [0.3, 0.7]], [[0.1, 0.5], [0.3, 0.7]]
    canvas = drawn(form, grid([0, WIDTH], [0, HEIGHT], depth, tone, 0.5))
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    across, along = x / WIDTH, y / HEIGHT
    np.testing.assert_allclose(canvas.depths, 0.4 * across + 0.3 * along, atol=1e-6)
    expected = 0.5 * np.rint(255 * (0.1 + 0.4 * across + 0.2 * along))
    np.testing.assert_allclose(canvas.colors[..., 0], expected, atol=1.01)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("far_first", [True, False])
def test_what_is_nearer_hides_what_is_behind_in_any_order(form, far_first):
    near, far = grid([0, 20], [0, HEIGHT], 0.2, 1.0), grid([10, 40], [0, HEIGHT], 0.6, 0.0)
    canvas = new_canvas(WIDTH, HEIGHT, GROUND)
    for vertices in (far, near) if far_first else (near, far):
        drawn(form, vertices, canvas=canvas)
    assert (canvas.colors[:, :20, 0] == 255).all()
    assert (canvas.colors[:, 20:, 0] == 0).all()


@pytest.mark.parametrize("form", FORMS)
def test_cells_beside_a_nan_are_holes(form):
    x, y = np.linspace(0, WIDTH, 5), np.linspace(0, HEIGHT, 4)
    vertices = grid(x, y, 0.5, 0.5)
    vertices[1, 2, 1:3] = np.nan
    mesh = (np.full(5, 0.5, np.float32), np.full(4, 0.5, np.float32))
    canvas = drawn(form, vertices, mesh=mesh)
    known = np.isfinite(canvas.depths)
    assert known[:, :9].all()
    assert known[21:].all()
    assert known[:, 31:].all()
    assert not known[9:11, 19:21].any()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rise", [0.02, 0.3])
def test_a_contour_line_is_equally_wide_on_gentle_and_steep_ground(form, rise):
    tone = np.array([[0.5 - rise, 0.5 + rise]])
    canvas = drawn(form, grid([0, WIDTH], [0, HEIGHT], 0.5, tone), inks([0.5], half_width=1.0))
    red = canvas.colors[15, :, 0].astype(int) - canvas.colors[15, :, 1]
    # Two pixels wide around the middle, at 20.0.
    np.testing.assert_array_equal(np.flatnonzero(red > 100), [19, 20])


@pytest.mark.parametrize("form", FORMS)
def test_mesh_lines_are_where_the_coordinate_is_whole(form):
    mesh = (np.array([0.0, 4.0], np.float32), np.array([0.2, 0.8], np.float32))
    vertices = grid([0, WIDTH], [0, HEIGHT], 0.5, 0.5)
    canvas = drawn(form, vertices, inks(mesh_opacity=1.0), mesh)
    green = canvas.colors[15, :, 1].astype(int) - canvas.colors[15, :, 0]
    lines = np.flatnonzero(green > 50)
    assert {10, 20, 30} <= {n for line in lines for n in (line, line + 1)}
    assert len(lines) <= 8


@pytest.mark.parametrize("form", FORMS)
def test_means_of_four_and_the_nearest_depth(form):
    generator = np.random.default_rng(0)
    large, small = new_canvas(8, 6, GROUND), new_canvas(4, 3, GROUND)
    large.colors[:] = generator.integers(0, 256, large.colors.shape)
    large.depths[:] = generator.random(large.depths.shape)
    for rows in ((0, 1), (1, 3)):
        form().halve(large, rows, small)
    blocks = large.colors.reshape(3, 2, 4, 2, 4).astype(float).mean(axis=(1, 3))
    np.testing.assert_array_equal(small.colors, np.floor(blocks + 0.5))
    nearest = large.depths.reshape(3, 2, 4, 2).min(axis=(1, 3))
    np.testing.assert_array_equal(small.depths, nearest)


@pytest.mark.skipif(bool(compiler_problem()), reason="there is no compiler")
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 60.0))
def test_both_forms_draw_the_same_picture(seed, size):
    """Random crumpled grids, partly outside, with holes, at any size of the triangles."""
    generator = np.random.default_rng(seed)
    vertices = np.empty((5, 6, 5), np.float32)
    vertices[..., 0] = 15 + np.arange(6) * size / 3 - size + generator.normal(0, size / 6, (5, 6))
    rows = np.arange(5)[:, np.newaxis]
    vertices[..., 1] = 15 + rows * size / 3 - size + generator.normal(0, size / 6, (5, 6))
    vertices[..., 2:] = generator.random((5, 6, 3))
    vertices[generator.random((5, 6)) < 0.05] = np.nan
    mesh = (np.linspace(-1.2, 2.9, 6).astype(np.float32), np.linspace(0, 2, 5).astype(np.float32))
    some = inks([0.2, 0.5, 0.52], mesh_opacity=0.6)
    one, other = (drawn(form, vertices, some, mesh) for form in (CompiledRaster, NumpyRaster))
    one_depths, other_depths = (np.nan_to_num(c.depths, posinf=9) for c in (one, other))
    # On an edge rounding decides which of two triangles a pixel belongs to.
    differs = np.abs(one_depths - other_depths) > 1e-3
    assert differs.mean() < 0.01
    away = np.abs(one.colors.astype(int) - other.colors).max(axis=-1)
    assert (away[~differs] > 3).mean() < 0.01


def test_without_the_compiler_numpy_draws(monkeypatch):
    monkeypatch.setattr(rasters, "is_ready", lambda: False)
    assert not raster().is_compiled


@pytest.mark.skipif(bool(compiler_problem()), reason="there is no compiler")
def test_loops_that_would_have_to_be_compiled_first_are_not_used(monkeypatch):
    """Else a window that is being turned would stand still for seconds."""
    rasters.warm_up()
    assert raster().is_compiled
    monkeypatch.setattr(rasters, "_is_at_hand", lambda: False)
    assert not raster().is_compiled


def test_numpy_looks_at_many_pixels_in_portions(monkeypatch):
    vertices = grid(np.linspace(0, WIDTH, 7), np.linspace(0, HEIGHT, 6), 0.5, 0.5)
    mesh = (np.full(7, 0.5, np.float32), np.full(6, 0.5, np.float32))
    whole = drawn(NumpyRaster, vertices, mesh=mesh)
    monkeypatch.setattr(rasters, "_MOST_CANDIDATES", 100)
    portions = drawn(NumpyRaster, vertices, mesh=mesh)
    np.testing.assert_array_equal(whole.colors, portions.colors)
    np.testing.assert_array_equal(whole.depths, portions.depths)
