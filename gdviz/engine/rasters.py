"""Triangles into a picture with a depth buffer: a grid of points on the screen, painted.

Two forms with one result: compiled loops (`raster_kernel`), and NumPy, which takes all triangles
of some rows at once and is some thirty times slower. Which of them is used is asked each time,
so that a window that was opened while the loops were still being compiled goes over to them.

Imports NumPy and, if it is there, Numba. Any thread may call; the arrays are the caller's.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from gdviz.engine.availability import is_known, is_ready

Float32 = npt.NDArray[np.float32]

SLACK = np.float32(-1e-4)
"""Pixels on the edge between two triangles belong to both, in spite of rounding."""
_SMALLEST_AREA = np.float32(1e-7)
_MOST_CANDIDATES = 400_000
"""Pixels that NumPy looks at together: bounds its working memory to some 50 MB."""


class Inks(NamedTuple):
    """What is drawn on a grid besides its own colours; colours are 0 to 255, opacities 0 to 1.

    Parameters
    ----------
    table : float32 ndarray (n, 3)
        Colours of tone 0 to tone 1.
    levels : float32 ndarray (k,)
        Tones that get a contour line, rising.
    level_inks : float32 ndarray (k, 4)
        Colour and opacity of each level's line.
    mesh_inks : float32 ndarray (2, 5)
        Colour and opacity of mesh lines on tones below the fifth number of the first row, and
        from it on.
    half_width : float
        Of all lines, in pixels.
    """

    table: Float32
    levels: Float32
    level_inks: Float32
    mesh_inks: Float32
    half_width: float


class Canvas(NamedTuple):
    """A picture and how near its pixels are.

    Parameters
    ----------
    colors : uint8 ndarray (height, width, 4)
        Red, green, blue, opacity.
    depths : float32 ndarray (height, width)
        Infinity where nothing is drawn.
    """

    colors: npt.NDArray[np.uint8]
    depths: Float32


class Raster(Protocol):
    """How triangles become pixels."""

    is_compiled: bool

    def draw_cells(
        self,
        canvas: Canvas,
        vertices: Float32,
        mesh: tuple[Float32, Float32],
        rows: tuple[int, int],
        inks: Inks,
    ) -> None:
        """Draw two triangles for each cell of some rows of a grid.

        Parameters
        ----------
        canvas : Canvas
            Written where something is nearer than what is there.
        vertices : float32 ndarray (n_rows, n_columns, 5)
            Of each point x and y in pixels (the middle of the first pixel is at 0.5), depth,
            tone (0 to 1) and shade, a factor of its colour. Cells beside a NaN are holes.
        mesh : (float32 ndarray (n_columns,), float32 ndarray (n_rows,))
            Rising; a mesh line runs where they are whole numbers.
        rows : (first, last)
            Which rows of cells; the last is not included.
        inks : Inks
        """

    def halve(self, canvas: Canvas, rows: tuple[int, int], out: Canvas) -> None:
        """Give each pixel of some rows the mean of four colours and the nearest of their depths.

        Parameters
        ----------
        canvas : Canvas of (2·height, 2·width)
        rows : (first, last)
            Of `out`; the last is not included.
        out : Canvas of (height, width)
        """


def new_canvas(width: int, height: int, ground: tuple[int, int, int]) -> Canvas:
    """Give an empty picture of one colour."""
    # Four bytes at once: ten times as quick as channel by channel.
    pixel = np.array((*ground, 255), np.uint8).view(np.uint32)[0]
    packed = np.full((height, width), pixel, np.uint32)
    colors = packed.view(np.uint8).reshape(height, width, 4)
    return Canvas(colors, np.full((height, width), np.inf, np.float32))


def raster() -> Raster:
    """Give the compiled loops if nothing of them is left to compile, else NumPy's form."""
    # A window must not wait: neither for Numba to be imported nor for a compilation.
    if is_known() and is_ready() and _is_at_hand():
        return CompiledRaster()
    return NumpyRaster()


def _is_at_hand() -> bool:
    kernel = import_module("gdviz.engine.raster_kernel")
    is_kept = import_module("gdviz.engine.fast_math").is_kept
    loops = (kernel.draw_cells, kernel.halve)
    return all(bool(loop.signatures) or is_kept(loop) for loop in loops)


def warm_up() -> None:
    """Compile the loops, or load them from the disk; without Numba do nothing."""
    if not is_ready():
        return
    compiled, canvas = CompiledRaster(), new_canvas(2, 2, (0, 0, 0))
    empty = np.zeros(0, np.float32)
    inks = Inks(
        np.zeros((2, 3), np.float32), empty, empty.reshape(0, 4), np.zeros((2, 5), np.float32), 0.5
    )
    mesh = np.zeros(2, np.float32)
    compiled.draw_cells(canvas, np.zeros((2, 2, 5), np.float32), (mesh, mesh), (0, 1), inks)
    compiled.halve(canvas, (0, 1), new_canvas(1, 1, (0, 0, 0)))


class CompiledRaster:
    """The compiled loops; needs Numba."""

    is_compiled = True

    def __init__(self) -> None:
        self._kernel: Any = import_module("gdviz.engine.raster_kernel")

    def draw_cells(
        self,
        canvas: Canvas,
        vertices: Float32,
        mesh: tuple[Float32, Float32],
        rows: tuple[int, int],
        inks: Inks,
    ) -> None:
        """Draw cells: see `Raster`."""
        self._kernel.draw_cells(
            vertices, *mesh, *rows, inks.table, inks.levels, inks.level_inks, inks.mesh_inks,
            float(inks.half_width), canvas.colors, canvas.depths,
        )  # fmt: skip

    def halve(self, canvas: Canvas, rows: tuple[int, int], out: Canvas) -> None:
        """Take means of four pixels: see `Raster`."""
        self._kernel.halve(canvas.colors, canvas.depths, *rows, out.colors, out.depths)


class NumpyRaster:
    """The same in NumPy, all triangles of some rows at once."""

    is_compiled = False

    def draw_cells(
        self,
        canvas: Canvas,
        vertices: Float32,
        mesh: tuple[Float32, Float32],
        rows: tuple[int, int],
        inks: Inks,
    ) -> None:
        """Draw cells: see `Raster`."""
        triangles = _triangles(vertices, mesh, rows)
        height, width = canvas.depths.shape
        low, high = triangles[:, :, :2].min(axis=1), triangles[:, :, :2].max(axis=1)
        first = np.maximum(np.ceil(low - 0.5).astype(np.int64), 0)
        last = np.minimum(np.floor(high - 0.5).astype(np.int64), (width - 1, height - 1))
        sizes = np.maximum(last - first + 1, 0)
        counts = sizes.prod(axis=1)
        used = np.flatnonzero(counts)
        totals = np.cumsum(counts[used])
        limits = np.arange(_MOST_CANDIDATES, totals[-1:].sum(), _MOST_CANDIDATES)
        for part in np.split(used, np.searchsorted(totals, limits)):
            if len(part):
                _draw(canvas, triangles[part], first[part], sizes[part], inks)

    def halve(self, canvas: Canvas, rows: tuple[int, int], out: Canvas) -> None:
        """Take means of four pixels: see `Raster`."""
        big, which = slice(2 * rows[0], 2 * rows[1]), slice(*rows)
        height, width = rows[1] - rows[0], out.depths.shape[1]
        colors = canvas.colors[big, : 2 * width].reshape(height, 2, width, 2, 4)
        out.colors[which] = (colors.sum(axis=(1, 3), dtype=np.uint16) + 2) // 4
        depths = canvas.depths[big, : 2 * width].reshape(height, 2, width, 2)
        out.depths[which] = depths.min(axis=(1, 3))


def _triangles(vertices: Float32, mesh: tuple[Float32, Float32], rows: tuple[int, int]) -> Float32:
    """Give (n, 3, 7) of some rows' cells: what a vertex has and both mesh coordinates."""
    first, last = rows
    some = vertices[first : last + 1]
    grid = np.empty((*some.shape[:2], 7), np.float32)
    grid[..., :5] = some
    grid[..., 5] = mesh[0]
    grid[..., 6] = mesh[1][first : last + 1, np.newaxis]
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]
    both = np.stack([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)], axis=2)
    triangles = both.reshape(-1, 3, 7)
    return np.ascontiguousarray(triangles[np.abs(_areas(triangles)) > _SMALLEST_AREA])


def _areas(triangles: Float32) -> Float32:
    edges = triangles[:, 1:, :2] - triangles[:, :1, :2]
    return np.asarray(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 1, 0] * edges[:, 0, 1])


def _draw(
    canvas: Canvas,
    triangles: Float32,
    first: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    inks: Inks,
) -> None:
    """Draw triangles (n, 3, 7) whose rectangles begin at `first` and have `sizes`, both (n, 2)."""
    counts = sizes.prod(axis=1)
    which = np.repeat(np.arange(len(triangles)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    x = first[which, 0] + within % sizes[which, 0]
    y = first[which, 1] + within // sizes[which, 0]
    origin, edges = triangles[:, 0], triangles[:, 1:] - triangles[:, :1]
    scale = np.float32(1) / _areas(triangles)
    aside = x.astype(np.float32) + np.float32(0.5) - origin[which, 0]
    down = y.astype(np.float32) + np.float32(0.5) - origin[which, 1]
    to_x, to_y = edges[:, :, 0][which], edges[:, :, 1][which]
    w_1 = (aside * to_y[:, 1] - down * to_x[:, 1]) * scale[which]
    w_2 = (down * to_x[:, 0] - aside * to_y[:, 0]) * scale[which]
    depth = origin[which, 2] + w_1 * edges[which, 0, 2] + w_2 * edges[which, 1, 2]
    width = canvas.depths.shape[1]
    pixel = y * width + x
    is_in = (w_1 >= SLACK) & (w_2 >= SLACK) & (1 - w_1 - w_2 >= SLACK)
    kept = np.flatnonzero(is_in & (depth < canvas.depths.ravel()[pixel]))
    # Of the triangles that reach a pixel the nearest; of equally near ones the first.
    order = kept[np.lexsort((depth[kept], pixel[kept]))]
    seen = pixel[order]
    nearest = order[np.concatenate([[True], seen[1:] != seen[:-1]])] if len(order) else order
    weights = np.stack([w_1[nearest], w_2[nearest]], axis=1)[:, :, np.newaxis]
    of = which[nearest]
    values = origin[of] + (weights * edges[of]).sum(axis=1)
    canvas.depths.reshape(-1)[pixel[nearest]] = depth[nearest]
    colors = _colors(values, _slopes(edges, scale)[of], inks)
    canvas.colors.reshape(-1, 4)[pixel[nearest], :3] = colors


def _slopes(edges: Float32, scale: Float32) -> Float32:
    """Give (n, 7): how much each value rises per pixel where it rises most."""
    (x_1, y_1), (x_2, y_2) = edges[:, 0, :2].T, edges[:, 1, :2].T
    f_1, f_2 = edges[:, 0], edges[:, 1]
    across = (f_1 * y_2[:, np.newaxis] - f_2 * y_1[:, np.newaxis]) * scale[:, np.newaxis]
    down = (f_2 * x_1[:, np.newaxis] - f_1 * x_2[:, np.newaxis]) * scale[:, np.newaxis]
    return np.asarray(np.hypot(across, down))


def _colors(values: Float32, slopes: Float32, inks: Inks) -> npt.NDArray[np.uint8]:
    """Give the colours (n, 3) of pixels with values (n, 7) and their slopes."""
    tone = values[:, 3]
    place = np.clip(tone, 0, 1) * np.float32(len(inks.table) - 1)
    color = inks.table[(place + np.float32(0.5)).astype(np.int64)] * values[:, 4:5]
    offsets = values[:, 5:] - np.floor(values[:, 5:] + np.float32(0.5))
    share = _cover(offsets, slopes[:, 5:], inks.half_width).max(axis=1)
    ink = inks.mesh_inks[np.where(tone < inks.mesh_inks[0, 4], 0, 1)]
    color += (share * ink[:, 3])[:, np.newaxis] * (ink[:, :3] - color)
    for level, ink in zip(inks.levels, inks.level_inks, strict=True):
        share = _cover(tone - level, slopes[:, 3], inks.half_width) * ink[3]
        color += share[:, np.newaxis] * (ink[:3] - color)
    return np.asarray((np.minimum(color, 255) + np.float32(0.5)).astype(np.uint8))


def _cover(distance: Float32, slope: Float32, half_width: float) -> Float32:
    """Give how much of a pixel a line covers, 0 to 1, from the value's distance to the line."""
    away = np.abs(distance) / np.maximum(slope, np.float32(1e-30))
    cover = np.clip(np.float32(half_width + 0.5) - away, 0, 1)
    return np.asarray(np.where(slope > 0, cover, 0))
