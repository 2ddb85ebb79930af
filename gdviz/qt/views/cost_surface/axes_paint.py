"""The axes of the map: numbers at the edges, and in words what one unit of them is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.directions import axes_text
from gdviz.analysis.plane import Plane
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, RIGHT, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.cost_surface.colors import round_numbers


def captions(plane: Plane) -> list[str]:
    """Give what the axes are and what one unit of them is, longest first.

    A unit of a direction of length 1 is a distance in the space of all parameters. Random
    directions are as long as the network's own weights, and their units are these lengths.
    """
    along = axes_text(plane)
    lengths = _length(plane.direction_u), _length(plane.direction_v)
    if np.allclose(lengths, 1, rtol=1e-3):
        named = f"distance {along}"
        return [f"{named}, equal scales", named, "distance in all weights and biases", "distance"]
    each = [number_text.cost(length) for length in lengths]
    size = each[0] if each[0] == each[1] else f"{each[0]} and {each[1]}"
    unit = f"one unit is a distance of {size}"
    theta = number_text.cost(_length(plane.origin))
    return [f"{along}; {unit}, |θ| = {theta}", f"{unit}, |θ| = {theta}", unit, f"unit {size}"]


def paint_axes(painter: QPainter, surface: CostSurface, where: QRectF, theme: Theme) -> None:
    """Paint numbers below and at the left of a map, and the longest caption that has room."""
    small, u, v = font(11), surface.u, surface.v
    for value in round_numbers(float(u[0]), float(u[-1]), max(int(where.width() / 70), 2)):
        x = where.left() + (value - u[0]) / (u[-1] - u[0]) * where.width()
        place = QRectF(x - 40, where.bottom() + 4, 80, 16)
        letters(painter, place, number_text.tick(value), small, theme.muted, CENTER)
    for value in round_numbers(float(v[0]), float(v[-1]), max(int(where.height() / 55), 2)):
        y = where.bottom() - (value - v[0]) / (v[-1] - v[0]) * where.height()
        place = QRectF(0, y - 8, where.left() - 7, 16)
        letters(painter, place, number_text.tick(value), small, theme.muted, RIGHT)
    room = where.width() + 40
    texts = captions(surface.plane)
    text = next((text for text in texts if text_width(text, small) < room), texts[-1])
    place = QRectF(where.left() - 40, where.bottom() + 23, where.width() + 80, 16)
    letters(painter, place, text, small, theme.muted, CENTER)


def _length(vector: npt.NDArray[np.floating]) -> float:
    return float(np.linalg.norm(np.asarray(vector, np.float64)))
