"""The picture of a relief as one camera sees it, painted all at once or in parts.

A part takes a few milliseconds, so that a window can paint one in each frame. Any thread may
call; nothing here knows of Qt. Imports `relief`, `relief_camera` and `gdviz.engine.rasters`,
which turns triangles into pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.relief import Float32, Relief
from gdviz.analysis.relief_camera import FLOOR, TOP, Box, Points, Projection
from gdviz.engine.rasters import Canvas, Inks, Raster, new_canvas, raster

N_MESH_LINES = 12
"""About so many mesh lines along the longer side."""
HIDDEN_BY = 0.006
"""So much deeper than the picture a point must be to be hidden: 1/25 of the block's half-side."""
SHADED_SIDE = 0.72
"""How bright the side at the right is, compared with the one at the left."""
PART_S = 0.003
"""About how long one part of a drawing takes."""
# Measured with compiled loops: two triangles of a cell, a pixel, a mean of four.
_CELL_S, _PIXEL_S, _MEAN_S = 1.0e-7, 1.0e-8, 0.6e-8
_NUMPY_FACTOR = 40

Rgb = tuple[int, int, int]
Mesh = tuple[Float32, Float32]


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """Colours of a drawing: three channels from 0 to 255, in the order that the picture has.

    Parameters
    ----------
    table : uint8 ndarray (n, 3) or (n, 4)
        Of the lowest to the highest cost.
    ground, side : (int, int, int)
        Behind the block, and of its sides, which fade into the ground.
    inks : (light, dark)
        Of lines on dark and on bright ground.
    contour_opacity, mesh_opacity : float
    change_at : float
        Tone from which ground is bright.
    """

    table: npt.NDArray[np.uint8]
    ground: Rgb
    side: Rgb
    inks: tuple[Rgb, Rgb] = ((255, 255, 255), (44, 42, 34))
    contour_opacity: float = 0.45
    mesh_opacity: float = 0.11
    change_at: float = 0.52


def mesh_spacing(box: Box) -> float:
    """Give a round distance of mesh lines in u and v: 1, 2 or 5 times a power of ten."""
    rough = max(box.u[1] - box.u[0], box.v[1] - box.v[0]) / N_MESH_LINES
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= 0.8 * rough)


class Drawing:
    """The picture of a relief under one camera, painted in parts.

    Parameters
    ----------
    relief : Relief
    projection : Projection
        To the pixels of the finished picture.
    look : Look
    size : (width, height)
        Of the picture, in pixels.
    levels : sequence of float
        Costs that get a contour line.
    line_width : float
        In pixels.
    stride : int
        Every how many points of the grid are drawn; 1 is finest.
    smooth : bool
        Whether each pixel is the mean of four.
    with_raster : Raster, optional
        Compiled loops if they are at hand, else NumPy.
    """

    def __init__(
        self,
        relief: Relief,
        projection: Projection,
        look: Look,
        size: tuple[int, int],
        *,
        levels: npt.ArrayLike = (),
        line_width: float = 1.0,
        stride: int = 1,
        smooth: bool = False,
        with_raster: Raster | None = None,
    ) -> None:
        self.relief, self.projection, self.size = relief, projection, size
        self._look, self._stride = look, stride
        self._samples = 2 if smooth else 1
        self._raster = with_raster if with_raster is not None else raster()
        self._canvas: Canvas | None = None
        self._half_width = line_width * self._samples / 2
        self._levels = np.sort(relief.tones_of(levels)) if np.size(levels) else np.empty(0)
        self._parts = self._draw()
        self.is_complete = False
        """Whether `canvas` is the whole picture."""

    @property
    def is_compiled(self) -> bool:
        """Whether compiled loops draw it."""
        return self._raster.is_compiled

    @property
    def canvas(self) -> Canvas:
        """The finished picture and its depths, (height, width)."""
        assert self._canvas is not None, "a drawing is looked at when it is complete"
        return self._canvas

    def finish(self) -> Drawing:
        """Draw all that is left."""
        while not self.is_complete:
            self.advance()
        return self

    def advance(self) -> None:
        """Draw the next part: one that takes about `PART_S`, ten times that with NumPy."""
        self.is_complete = next(self._parts, None) is None

    def is_hidden(self, pixels: Points) -> npt.NDArray[np.bool_]:
        """Say of points (n, 3), given as `Projection.to_pixels` does, what is before them.

        True where the picture shows something clearly nearer; False outside the picture.
        """
        depths = self.canvas.depths
        inside: npt.NDArray[np.bool_] = np.all(
            (pixels[:, :2] >= 0) & (pixels[:, :2] < self.size), axis=1
        )
        places = np.where(inside[:, np.newaxis], pixels[:, :2], 0).astype(np.int64)
        seen = depths[places[:, 1], places[:, 0]]
        return np.asarray(inside & (pixels[:, 2] > seen + HIDDEN_BY))

    def place_at(self, x: float, y: float) -> tuple[float, float] | None:
        """Give u and v of the surface at a pixel, or None beside it and on a side of the block."""
        column, row = int(x), int(y)
        if not (0 <= column < self.size[0] and 0 <= row < self.size[1]):
            return None
        depth = float(self.canvas.depths[row, column])
        if not math.isfinite(depth):
            return None
        place = self.projection.to_places(np.array([x, y, depth]))
        at = self.relief.box.coordinates(place[:2])
        height = float(self.relief.heights_at(at[np.newaxis])[0])
        if not abs(height - float(place[2])) < 0.05:
            return None
        return float(at[0]), float(at[1])

    # Parts

    def _draw(self) -> Iterator[bool]:
        """Draw all, and pause after every part."""
        look, samples = self._look, self._samples
        width, height = self.size
        large = new_canvas(samples * width, samples * height, look.ground)
        small = new_canvas(width, height, look.ground) if samples > 1 else large
        yield True
        vertices, mesh = self._grid()
        yield True
        for side in self.projection.faces():
            yield from self._draw_grid(large, *self._side(side), self._side_inks(), 0.3)
        yield from self._draw_grid(large, vertices, mesh, self._surface_inks(), 0.5)
        if samples > 1:
            for rows in self._portions(height, width * _MEAN_S):
                self._raster.halve(large, rows, small)
                yield True
        self._canvas = small

    def _draw_grid(
        self, canvas: Canvas, vertices: Float32, mesh: Mesh, inks: Inks, share: float
    ) -> Iterator[bool]:
        """Draw a grid that fills such a share of the picture."""
        rows, columns = vertices.shape[0] - 1, vertices.shape[1] - 1
        pixels = share * canvas.depths.size / rows
        for portion in self._portions(rows, columns * _CELL_S + pixels * _PIXEL_S):
            self._raster.draw_cells(canvas, vertices, mesh, portion, inks)
            yield True

    def _portions(self, count: int, each_s: float) -> Iterator[tuple[int, int]]:
        """Cut so many things, each of which takes compiled loops so long, into parts."""
        # NumPy's parts are longer: each has a price of its own.
        slower = 1 if self._raster.is_compiled else _NUMPY_FACTOR / 10
        size = max(int(PART_S / (each_s * slower)), 1)
        for first in range(0, count, size):
            yield first, min(first + size, count)

    def _grid(self) -> tuple[Float32, Mesh]:
        """Bring the surface to the screen, with its light."""
        relief, box, step = self.relief, self.relief.box, self._stride
        n_rows, n_columns = relief.tones.shape
        rows, columns = _kept(n_rows, step), _kept(n_columns, step)
        half_x, half_y = box.halves
        x = np.linspace(-half_x, half_x, n_columns)[columns]
        y = np.linspace(-half_y, half_y, n_rows)[rows]
        tones = relief.tones if step == 1 else relief.tones[np.ix_(rows, columns)]
        across, along = x.astype(np.float32), y.astype(np.float32)[:, np.newaxis]
        vertices = self._to_screen(across, along, tones * np.float32(TOP), tones)
        shades = relief.shades(self.projection.camera.azimuth)
        vertices[..., 4] = shades if step == 1 else shades[np.ix_(rows, columns)]
        spacing = mesh_spacing(box)
        u = np.linspace(*box.u, n_columns)[columns] / spacing
        v = np.linspace(*box.v, n_rows)[rows] / spacing
        return vertices, (u.astype(np.float32), v.astype(np.float32))

    def _side(self, side: tuple[int, int]) -> tuple[Float32, Mesh]:
        """Bring a side to the screen: from the surface's edge down to the block's foot."""
        edge = _edge(self.relief, side, self._stride)
        strip = np.stack([edge, edge], axis=1)
        strip[:, 1, 2] = np.where(np.isfinite(edge[:, 2]), FLOOR, np.nan)
        fade = (strip[..., 2] - FLOOR) / (TOP - FLOOR)
        brightness = 1.0 if self._is_left(side) else SHADED_SIDE
        screen = self._to_screen(strip[..., 0], strip[..., 1], strip[..., 2], fade * brightness)
        # Mesh lines are where these are whole numbers: nowhere.
        return screen, (np.full(2, 0.5, np.float32), np.full(len(edge), 0.5, np.float32))

    def _is_left(self, side: tuple[int, int]) -> bool:
        half_x, half_y = self.relief.box.halves
        middle = np.array([[0.0, 0.0, 0.0], [side[0] * half_x, side[1] * half_y, 0.0]])
        across = self.projection.to_pixels(middle)[:, 0]
        return bool(across[1] < across[0])

    def _to_screen(self, x: Points, y: Points, z: Points, tones: Points) -> Float32:
        """Give vertices (..., 5), with shade 1, of places in the box."""
        vertices = np.ones((*tones.shape, 5), np.float32)
        self.projection.project(x, y, z, vertices[..., :3])
        vertices[..., :2] *= self._samples
        vertices[..., 3] = tones
        return vertices

    def _side_inks(self) -> Inks:
        share = np.linspace(0, 1, 256)[:, np.newaxis]
        colors = (1 - share) * self._look.ground + share * np.array(self._look.side)
        none, plain = np.zeros(0, np.float32), np.zeros((2, 5), np.float32)
        return Inks(colors.astype(np.float32), none, none.reshape(0, 4), plain, 0.5)

    def _surface_inks(self) -> Inks:
        look = self._look
        inks = np.array(look.inks, np.float32)
        level_inks = np.full((len(self._levels), 4), look.contour_opacity, np.float32)
        level_inks[:, :3] = inks[(self._levels >= look.change_at).astype(int)]
        mesh_inks = np.full((2, 5), look.change_at, np.float32)
        mesh_inks[:, :3], mesh_inks[:, 3] = inks, look.mesh_opacity
        return Inks(
            np.ascontiguousarray(look.table[:, :3], np.float32),
            self._levels.astype(np.float32),
            level_inks,
            mesh_inks,
            self._half_width,
        )


def _edge(relief: Relief, side: tuple[int, int], stride: int) -> npt.NDArray[np.float64]:
    """Give the places (n, 3) of the surface's edge above a side."""
    half_x, half_y = relief.box.halves
    if side[0]:
        heights = TOP * relief.tones[:, -1 if side[0] > 0 else 0]
        y = np.linspace(-half_y, half_y, len(heights))
        edge = np.column_stack([np.full(len(y), side[0] * half_x), y, heights])
    else:
        heights = TOP * relief.tones[-1 if side[1] > 0 else 0]
        x = np.linspace(-half_x, half_x, len(heights))
        edge = np.column_stack([x, np.full(len(x), side[1] * half_y), heights])
    return np.asarray(edge[_kept(len(edge), stride)])


def _kept(count: int, stride: int) -> npt.NDArray[np.int64]:
    """Give every so manieth index, and always the last."""
    indices = np.arange(0, count, stride)
    return indices if indices[-1] == count - 1 else np.append(indices, count - 1)
