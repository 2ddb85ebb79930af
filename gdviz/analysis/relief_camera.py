"""From where a relief is seen, and which pixel shows which point of it.

The relief stands in a box: its plane is x and y, the longer half-side is 1, heights go from
`FLOOR` to `TOP`. The camera goes round the box's middle and looks at it from `DISTANCE`.

Imports NumPy only. Next: `relief`, which draws.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

DISTANCE = 7.0
"""Of the eye from the middle of the box: far, so that the perspective is slight."""
TOP, FLOOR = 0.72, -0.27
"""Heights of the highest cost and of the block's foot; the lowest cost is at 0."""
LOWEST_TILT, HIGHEST_TILT = 12.0, 88.0
"""In degrees: from below one would see the inside of the block."""
LEAST_ZOOM, MOST_ZOOM = 0.5, 6.0
USUAL_TILT = 36.0
_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
_FRONT = 0.18
"""Sine of the angle between a side and the line of sight, from above, from which it is a front."""
_VIEWS = 24
"""Directions from which the box must fit into its room, so that turning does not rescale it."""

Points = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Camera:
    """From where one looks.

    Parameters
    ----------
    azimuth : float
        Degrees in [0, 360): at 0 u goes to the right and v away from the eye, as on a map; more
        turns the eye clockwise round the block, seen from above.
    tilt : float
        Degrees above the horizon, `LOWEST_TILT` to `HIGHEST_TILT`.
    zoom : float
        1: the whole block fits, from whichever side; `LEAST_ZOOM` to `MOST_ZOOM`.
    """

    azimuth: float = 35.0
    tilt: float = USUAL_TILT
    zoom: float = 1.0

    def turned(self, azimuth: float, tilt: float) -> Camera:
        """Give the camera after a turn by so many degrees, within the limits."""
        return dataclasses.replace(
            self,
            azimuth=(self.azimuth + azimuth) % 360.0,
            tilt=min(max(self.tilt + tilt, LOWEST_TILT), HIGHEST_TILT),
        )

    def zoomed(self, factor: float) -> Camera:
        """Give the camera with so many times the zoom, within the limits."""
        return dataclasses.replace(self, zoom=min(max(self.zoom * factor, LEAST_ZOOM), MOST_ZOOM))


@dataclass(frozen=True, slots=True)
class Room:
    """The rectangle of a picture into which the whole block fits at zoom 1, in pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, eq=False, slots=True)
class Box:
    """Where a plane's coordinates stand in the box.

    Parameters
    ----------
    u, v : (lowest, highest)
        Equal distances along both are equally long.
    """

    u: tuple[float, float]
    v: tuple[float, float]

    @property
    def scale(self) -> float:
        """Box units per unit of u and v."""
        return 2 / max(self.u[1] - self.u[0], self.v[1] - self.v[0])

    @property
    def halves(self) -> tuple[float, float]:
        """Half the block's sides; the longer is 1."""
        scale = self.scale / 2
        return (self.u[1] - self.u[0]) * scale, (self.v[1] - self.v[0]) * scale

    def place(self, points: Points) -> npt.NDArray[np.float64]:
        """Give x and y (..., 2) of coordinates u and v (..., 2)."""
        middle = (sum(self.u) / 2, sum(self.v) / 2)
        return np.asarray((np.asarray(points, np.float64) - middle) * self.scale)

    def coordinates(self, places: Points) -> npt.NDArray[np.float64]:
        """Give u and v (..., 2) of x and y (..., 2)."""
        middle = (sum(self.u) / 2, sum(self.v) / 2)
        return np.asarray(np.asarray(places, np.float64) / self.scale + middle)


class Projection:
    """A camera that looks at a box in a room of a picture.

    Parameters
    ----------
    camera : Camera
    halves : (float, float)
        `Box.halves`.
    room : Room
    """

    def __init__(self, camera: Camera, halves: tuple[float, float], room: Room) -> None:
        self.camera, self.halves, self.room = camera, halves, room
        azimuth, tilt = math.radians(camera.azimuth), math.radians(camera.tilt)
        self._turn = math.cos(azimuth), math.sin(azimuth)
        self._lean = math.cos(tilt), math.sin(tilt)
        right, above, below = self._extent(halves)
        scale = min(room.width / (2 * right), room.height / (above + below))
        self._scale = scale * camera.zoom
        self._center = (
            room.left + room.width / 2,
            room.top + room.height / 2 + self._scale * (above - below) / 2,
        )

    def _extent(self, halves: tuple[float, float]) -> tuple[float, float, float]:
        """Give how far the box reaches to a side, above and below its middle, from any side."""
        x, y = halves
        corners = np.array([(a, b, c) for a in (-x, x) for b in (-y, y) for c in (FLOOR, TOP)])
        azimuths = np.linspace(0, math.pi / 2, _VIEWS)[:, np.newaxis]
        turn = np.cos(azimuths), np.sin(azimuths)
        across, up, away = self._axes(corners[:, 0], corners[:, 1], corners[:, 2], turn)
        nearness = DISTANCE / (DISTANCE + away)
        up = up * nearness
        return float(np.abs(across * nearness).max()), float(up.max()), float(-up.min())

    def _axes(
        self, x: Points, y: Points, z: Points, turn: tuple[Any, Any]
    ) -> tuple[Points, Points, Points]:
        """Give how far places are to the right, up and away, as the eye sees it."""
        (cosine, sine), (lean_cosine, lean_sine) = turn, self._lean
        z = z - (TOP + FLOOR) / 2
        back = x * sine + y * cosine
        across = x * cosine - y * sine
        return across, back * lean_sine + z * lean_cosine, back * lean_cosine - z * lean_sine

    def to_pixels(self, places: Points) -> npt.NDArray[np.float64]:
        """Give x and y in pixels and the depth (..., 3) of places (..., 3) in the box.

        The depth grows away from the eye, is less than 1, and is affine across the picture of
        anything flat.
        """
        pixels = np.empty(places.shape)
        self.project(places[..., 0], places[..., 1], places[..., 2], pixels)
        return pixels

    def project(self, x: Points, y: Points, z: Points, out: Points) -> None:
        """Write `to_pixels` of places, whose coordinates go together, into an array (..., 3)."""
        across, up, away = self._axes(x, y, z, self._turn)
        nearness = DISTANCE / (DISTANCE + away)
        size = self._scale * nearness
        out[..., 0] = self._center[0] + size * across
        out[..., 1] = self._center[1] - size * up
        out[..., 2] = 1 - nearness

    def to_places(self, pixels: Points) -> npt.NDArray[np.float64]:
        """Give the places (..., 3) in the box of pixels with their depths (..., 3)."""
        (cosine, sine), (lean_cosine, lean_sine) = self._turn, self._lean
        nearness = 1 - np.asarray(pixels[..., 2], np.float64)
        size = self._scale * nearness
        across = (pixels[..., 0] - self._center[0]) / size
        up = (self._center[1] - pixels[..., 1]) / size
        away = DISTANCE / nearness - DISTANCE
        back = up * lean_sine + away * lean_cosine
        z = up * lean_cosine - away * lean_sine + (TOP + FLOOR) / 2
        x, y = across * cosine + back * sine, back * cosine - across * sine
        return np.stack([x, y, z], axis=-1)

    def faces_eye(self, side: tuple[int, int]) -> bool:
        """Whether a side of the block is turned to the eye; (1, 0) is where u is highest."""
        cosine, sine = self._turn
        # Not the direction alone counts: from near one sees past the edge of a side.
        toward_eye = -DISTANCE * self._lean[0] * (side[0] * sine + side[1] * cosine)
        return toward_eye > abs(side[0]) * self.halves[0] + abs(side[1]) * self.halves[1]

    def faces(self) -> list[tuple[int, int]]:
        """Give the sides of the block that are turned to the eye, at most two."""
        return [side for side in _SIDES if self.faces_eye(side)]

    def fronts(self) -> list[tuple[int, int]]:
        """Give the sides that are nearest to the eye, one or two: axes stand at them.

        They are those turned to the eye and, from high above, where none need be, those that
        would be from farther down.
        """
        cosine, sine = self._turn
        return [
            side
            for side in _SIDES
            if self.faces_eye(side) or -(side[0] * sine + side[1] * cosine) >= _FRONT
        ]


def low_side(heights: Points) -> float:
    """Give the azimuth from which the least of a relief is hidden: where its front is lowest.

    Parameters
    ----------
    heights : ndarray (n_v, n_u)
        NaN where not known.

    Returns
    -------
    float
        In degrees; always across a corner, so that both front sides are in sight.
    """
    edges = {
        (0, -1): heights[0],
        (1, 0): heights[:, -1],
        (0, 1): heights[-1],
        (-1, 0): heights[:, 0],
    }
    means = {side: _mean(values, float(_mean(heights, 0.0))) for side, values in edges.items()}
    best, lowest = 35.0, math.inf
    for quarter in range(4):
        for offset in (35.0, 55.0):
            azimuth = math.radians(90 * quarter + offset)
            seen = {
                side: max(-(side[0] * math.sin(azimuth) + side[1] * math.cos(azimuth)), 0.0)
                for side in means
            }
            height = sum(seen[side] * mean for side, mean in means.items()) / sum(seen.values())
            if height < lowest - 1e-9:
                best, lowest = math.degrees(azimuth), height
    return best


def _mean(values: Points, otherwise: float) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else otherwise
