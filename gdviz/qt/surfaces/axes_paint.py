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
from gdviz.qt.surfaces.colors import round_numbers
from gdviz.qt.theme import Theme


def captions(plane: Plane) -> list[str]:
    """Give what the axes are and what share of |θ| one unit of them is, longest first."""
    along, unit = axes_text(plane), unit_words(plane, ("across", "up"))
    return [f"{along}; {unit}; equal scales", f"{along}; {unit}", unit, along, "distance"]


def unit_words(plane: Plane, ways: tuple[str, str]) -> str:
    """Say what share of |θ| one unit of the axes is, whose names are given.

    Where θ is 0 nothing is a share of it: then the unit's length is given.
    """
    shares = plane.unit_shares
    if np.isfinite(shares).all():
        return f"one unit is {_pair([_percent(share) for share in shares], ways)} of |θ|"
    lengths = _length(plane.direction_u), _length(plane.direction_v)
    # One that is 1 but for rounding is not to be told from the other.
    texts = [number_text.cost(float(f"{length:.3g}")) for length in lengths]
    return f"one unit is a distance of {_pair(texts, ways)}"


def _pair(texts: list[str], ways: tuple[str, str]) -> str:
    """Give what holds along both axes, once if it is the same."""
    if texts[0] == texts[1]:
        return texts[0]
    return f"{texts[0]} ({ways[0]}), {texts[1]} ({ways[1]})"


def _percent(share: float) -> str:
    if 0 < share < 0.0005:
        return f"{number_text.cost(100 * share)} %"
    return number_text.percent(share, 0 if share >= 0.095 else 1)


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


def bar_caption(low: float, high: float, scale: str, width: float) -> tuple[str, str]:
    """Give the two lines under the colour bar: its scale, and both ends in full."""
    first, last = number_text.cost(low), number_text.cost(high)
    ends = f"{first} – {last}"
    if text_width(ends, font(11)) <= width:
        return f"cost, {scale}", ends
    return f"{scale}, {first}", f"– {last}"
