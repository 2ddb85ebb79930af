"""The cost surface as a block that is seen from aside: how high it is, and its light.

Any thread may call; nothing here knows of Qt. Imports `relief_camera`. Next: `relief_drawing`,
which paints it.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gdviz.analysis.relief_camera import TOP, Box, Points

AMBIENT = 0.5
"""Share of the light that comes from everywhere; flat ground is as bright as its colour."""
LIGHT = (-0.5, -0.3, 0.8)
"""Where the other half comes from: left, toward the eye, up. It goes along with the camera."""
BRIGHTEST = 1.12
LONGEST_PIECE = 0.02
"""Of a path that is laid over the surface, in half-sides."""
MOST_PIECES = 200
"""Between two points of a path: one may lie far beyond the grid."""
EDGE = 1e-9
"""Of a cell: so far outside the grid a point counts as on its edge."""

Float32 = npt.NDArray[np.float32]


class Relief:
    """Heights of a cost surface under one scale of colours.

    Parameters
    ----------
    fine : ndarray (n_v, n_u)
        Costs at even distances; what is not finite is a hole.
    u, v : (lowest, highest)
        Coordinates of the grid's edges.
    low, high : float
        Ends of the scale, ``low < high``; costs beyond them are as high as the ends.
    logarithmic : bool
        Whether height and colour go by ratios; then `low` is positive.
    """

    def __init__(
        self,
        fine: Points,
        u: tuple[float, float],
        v: tuple[float, float],
        low: float,
        high: float,
        *,
        logarithmic: bool,
    ) -> None:
        self.box = Box(u, v)
        self._scale = (low, high, logarithmic)
        self.tones: Float32 = self.tones_of(fine).astype(np.float32)

    def tones_of(self, costs: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Give where costs stand on the scale, 0 to 1; NaN for what is not finite."""
        low, high, logarithmic = self._scale
        values = np.asarray(costs, np.float64)
        values = np.where(np.isfinite(values), np.clip(values, low, high), np.nan)
        if logarithmic:
            return np.asarray(np.log(values / low) / math.log(high / low))
        return np.asarray((values - low) / (high - low))

    @cached_property
    def _slopes(self) -> tuple[Float32, Float32, Float32]:
        """Parts of the upright normal along x and y, and its steepness: 1/length."""
        rows, columns = self.tones.shape
        half_x, half_y = self.box.halves
        step_y, step_x = 2 * half_y / (rows - 1), 2 * half_x / (columns - 1)
        along_y, along_x = np.gradient(self.tones * np.float32(TOP), step_y, step_x)
        # Beside a hole there is no slope: it is lit as flat ground.
        x, y = (np.nan_to_num(a, nan=0.0).astype(np.float32) for a in (along_x, along_y))
        return x, y, 1 / np.sqrt(1 + x * x + y * y)

    def shades(self, azimuth: float) -> Float32:
        """Give the factor (n_v, n_u) by which light changes each point's colour."""
        angle = math.radians(azimuth)
        cosine, sine = math.cos(angle), math.sin(angle)
        aside, back, up = (part / LIGHT[2] for part in LIGHT)
        x, y = aside * cosine + back * sine, back * cosine - aside * sine
        slope_x, slope_y, inverse = self._slopes
        lit = (np.float32(up) - np.float32(x) * slope_x - np.float32(y) * slope_y) * inverse
        shade = np.float32(AMBIENT) + np.float32(1 - AMBIENT) * np.maximum(lit, 0)
        return np.asarray(np.minimum(shade, np.float32(BRIGHTEST)))

    def heights_at(self, points: Points) -> npt.NDArray[np.float64]:
        """Give how high the surface is at coordinates (n, 2); NaN outside and beside holes."""
        rows, columns = self.tones.shape
        u, v = self.box.u, self.box.v
        across = (points[:, 0] - u[0]) * ((columns - 1) / (u[1] - u[0]))
        along = (points[:, 1] - v[0]) * ((rows - 1) / (v[1] - v[0]))
        # What rounding puts beside the edge is on it.
        outside = ~((across >= -EDGE) & (across <= columns - 1 + EDGE))
        outside |= ~((along >= -EDGE) & (along <= rows - 1 + EDGE))
        across[outside] = along[outside] = 0.0
        column = np.minimum(across.astype(np.intp), columns - 2)
        row = np.minimum(along.astype(np.intp), rows - 2)
        s, t = across - column, along - row
        corner, tones = row * columns + column, self._flat_tones
        below = tones[corner] * (1 - s) + tones[corner + 1] * s
        above = tones[corner + columns] * (1 - s) + tones[corner + columns + 1] * s
        heights = TOP * (below * (1 - t) + above * t)
        heights[outside] = np.nan
        return np.asarray(heights)

    @cached_property
    def _flat_tones(self) -> npt.NDArray[np.float64]:
        return self.tones.astype(np.float64).ravel()

    def on_surface(self, points: Points) -> npt.NDArray[np.float64]:
        """Give the places (n, 3) in the box of coordinates u and v (n, 2), on the surface."""
        return np.column_stack([self.box.place(points), self.heights_at(points)])


def draped(relief: Relief, points: Points) -> npt.NDArray[np.float64]:
    """Lay a path over the surface.

    Parameters
    ----------
    relief : Relief
    points : ndarray (n, 2)
        Coordinates u and v.

    Returns
    -------
    ndarray (m, 3)
        Places in the box: the path's own points and, where two are far apart, points between
        them, since a straight line would go through the hills. NaN outside the grid.
    """
    places = relief.box.place(points)
    lengths = np.hypot(*np.diff(places, axis=0).T) if len(places) > 1 else np.empty(0)
    parts = np.ceil(np.nan_to_num(lengths) / LONGEST_PIECE).clip(1, MOST_PIECES).astype(np.int64)
    if (parts > 1).any():
        at = np.concatenate([[0], np.cumsum(parts)])
        index = np.arange(at[-1] + 1)
        points = np.column_stack([np.interp(index, at, column) for column in np.transpose(points)])
    return relief.on_surface(points)
