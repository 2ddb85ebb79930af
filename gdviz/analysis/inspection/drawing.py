"""A drawing, and what a network gets of it: made small and centred as MNIST's digits were.

A drawing is ink on a square canvas, finer than any network's image; what changes it gives
another one, so that undoing is going back to a value. `pictures` makes one of a pasted image.

Imports NumPy only; any thread may call.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.resampling import (
    area_averages,
    bounds_of,
    center_of_mass,
    resized,
    rotated,
    shifted,
)

CANVAS = 336
"""Pixels along the canvas: twelve for each of an image of 28, so that one goes in unchanged."""
BOX_SHARE = 20 / 28
"""Of an image's side, what MNIST's digits fill of it with their longer side."""

Ink = npt.NDArray[np.uint8]
Point = tuple[float, float]


def _blank() -> Ink:
    ink = np.zeros((CANVAS, CANVAS), np.uint8)
    ink.flags.writeable = False
    return ink


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """What is on the pad.

    Parameters
    ----------
    ink : ndarray of shape (CANVAS, CANVAS), uint8
        0 is the ground, 255 full ink; read-only.
    is_centred : bool
        Whether a network gets it made as large as MNIST's digits and centred as they are.
    is_inverted : bool
        Whether ink is dark and the ground bright.
    """

    ink: Ink = field(default_factory=_blank)
    is_centred: bool = True
    is_inverted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no ink."""
        return not self.ink.max()

    def as_input(self, side: int) -> npt.NDArray[np.float32]:
        """Give what a network for images of a side gets, shape (side * side,), 0 to 1."""
        image = as_mnist(self.ink, side) if self.is_centred else resized(self.ink, side, side)
        given = np.clip(image / 255, 0, 1).astype(np.float32).ravel()
        return np.float32(1) - given if self.is_inverted else given

    def with_ink(self, ink: npt.NDArray[Any]) -> Drawing:
        """Give the drawing with other ink, which is copied."""
        own = np.array(ink, np.uint8)
        own.flags.writeable = False
        return replace(self, ink=own)

    def moved(self, down: int, right: int) -> Drawing:
        """Give it moved by pixels of the canvas; what leaves it is lost."""
        return self.with_ink(shifted(self.ink, down, right))

    def rotated(self, degrees: float) -> Drawing:
        """Give it turned about its centre of mass, against the clock."""
        center = center_of_mass(self.ink)
        if center is None:
            return self
        turned = rotated(self.ink.astype(np.float32), degrees, center)
        return self.with_ink(np.rint(turned))


def as_mnist(ink: npt.NDArray[Any], side: int) -> npt.NDArray[np.float64]:
    """Give ink as MNIST's digits are: its longer side 20 of 28 pixels, its mass in the middle.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
    side : int
        Of the image; the box of the digit is 20/28 of it, rounded.

    Returns
    -------
    ndarray of shape (side, side), float64
        In the scale of the ink. The centre of mass is at index ``side / 2`` in both directions,
        to half a pixel: the digit is moved by whole pixels, as MNIST's were (measured: all
        10,000 test images have theirs between 13.5 and 14.5). What would lie beyond the edge,
        as with a long tail on one side, is lost.

    References
    ----------
    LeCun, Cortes, Burges, *The MNIST database of handwritten digits*: "size normalized to fit in
    a 20x20 pixel box while preserving their aspect ratio", anti-aliased, and "centered in a
    28x28 image by computing the center of mass of the pixels, and translating the image so as
    to position this point at the center of the 28x28 field".
    """
    image = np.zeros((side, side))
    bounds = bounds_of(ink)
    if bounds is None:
        return image
    top, bottom, left, right = bounds
    box = max(round(side * BOX_SHARE), 1)
    scale = max(bottom - top, right - left) / box
    rows = scale * np.arange(math.ceil((bottom - top) / scale - 1e-9) + 1)
    columns = scale * np.arange(math.ceil((right - left) / scale - 1e-9) + 1)
    digit = area_averages(ink[top:bottom, left:right], rows, columns)
    center = center_of_mass(digit)
    assert center is not None, "there is ink"
    down, across = (math.floor(side / 2 - place + 0.5) for place in center)
    height, width = digit.shape
    image[:height, :width] = digit
    return shifted(image, down, across)


def draw_line(ink: Ink, start: Point, end: Point, radius: float, *, erases: bool = False) -> None:
    """Draw a line with round ends and soft edges into ink, or erase one.

    Parameters
    ----------
    ink : ndarray of shape (CANVAS, CANVAS), uint8
        Is written to.
    start, end : (x, y)
        In pixels of the canvas, to the right and down from its corner; may be the same.
    radius : float
        Half the line's width.
    erases : bool, default False
    """
    if not all(math.isfinite(place) for place in (*start, *end)):
        return
    reach = radius + 1
    columns = _covered(start[0], end[0], reach, ink.shape[1])
    rows = _covered(start[1], end[1], reach, ink.shape[0])
    x = np.arange(columns.start, columns.stop, dtype=np.float32) + np.float32(0.5 - start[0])
    y = np.arange(rows.start, rows.stop, dtype=np.float32) + np.float32(0.5 - start[1])
    y = y[:, np.newaxis]
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x * along_x + along_y * along_y
    share = np.clip((x * along_x + y * along_y) / length, 0, 1) if length > 0 else 0.0
    distance = np.hypot(x - share * along_x, y - share * along_y)
    cover = np.rint(255 * np.clip(radius + 0.5 - distance, 0, 1)).astype(np.uint8)
    part = ink[rows, columns]
    if erases:
        np.minimum(part, 255 - cover, out=part)
    else:
        np.maximum(part, cover, out=part)


def curve_points(start: Point, bend: Point, end: Point, step: float) -> list[Point]:
    """Give points on a quadratic Bézier curve, after its start, about a step apart.

    Strokes are drawn from middle to middle of the points that the mouse gave, bent towards these
    points: they have no corners however quick the hand is.
    """
    length = math.dist(start, bend) + math.dist(bend, end)
    count = min(max(math.ceil(length / step), 1), 200)
    points, corners = [], (start, bend, end)
    for k in range(1, count + 1):
        t = k / count
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t * t)
        across, down = (
            sum(weight * point[axis] for weight, point in zip(weights, corners, strict=True))
            for axis in (0, 1)
        )
        points.append((across, down))
    return points


def _covered(first: float, second: float, reach: float, size: int) -> slice:
    """Give the pixels of one axis that a line can touch."""
    low = min(max(math.floor(min(first, second) - reach), 0), size)
    high = min(max(math.ceil(max(first, second) + reach), low), size)
    return slice(low, high)
