"""Where the map stands on its widget, and where each point of the plane stands on the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from gdviz.analysis.cost_surface import CostSurface

LEFT_MARGIN, BOTTOM_MARGIN, RIGHT_MARGIN, TOP_MARGIN = 44, 44, 88, 4


def room_of(width: int, height: int) -> QRectF:
    """Give what a widget of a size has free for the map itself."""
    return QRectF(
        LEFT_MARGIN,
        TOP_MARGIN,
        max(width - LEFT_MARGIN - RIGHT_MARGIN, 40),
        max(height - TOP_MARGIN - BOTTOM_MARGIN, 40),
    )


@dataclass(frozen=True, eq=False, slots=True)
class Geometry:
    """A slice on a widget of a size.

    Parameters
    ----------
    u, v : ndarray of shape (n_u,) and (n_v,)
        Coordinates of the slice; their ends are the edges of the map.
    where : QRectF
        The map.
    """

    u: npt.NDArray[np.floating]
    v: npt.NDArray[np.floating]
    where: QRectF

    def to_pixels(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Give positions on the widget, shape (n, 2), of coordinates u and v (n, 2)."""
        u, v, where = self.u, self.v, self.where
        pixels = np.empty(points.shape)
        pixels[:, 0] = where.left() + (points[:, 0] - u[0]) / (u[-1] - u[0]) * where.width()
        pixels[:, 1] = where.bottom() - (points[:, 1] - v[0]) / (v[-1] - v[0]) * where.height()
        return pixels

    def coordinates_at(self, position: QPointF) -> tuple[float, float] | None:
        """Give u and v under a point of the widget, or None outside the map."""
        u, v, where = self.u, self.v, self.where
        if not where.contains(position):
            return None
        across = (position.x() - where.left()) / where.width()
        up = (where.bottom() - position.y()) / where.height()
        return float(u[0] + across * (u[-1] - u[0])), float(v[0] + up * (v[-1] - v[0]))


def geometry_of(surface: CostSurface, width: int, height: int) -> Geometry:
    """Lay a slice on a widget of a size: as large as it can be with equal scales."""
    room, u, v = room_of(width, height), surface.u, surface.v
    across, up = float(u[-1] - u[0]), float(v[-1] - v[0])
    scale = min(room.width() / across, room.height() / up)
    wide, tall = across * scale, up * scale
    # Less than 3 % of difference is the grid's rounding; a blank strip would only look odd.
    if wide > 0.97 * room.width() and tall > 0.97 * room.height():
        return Geometry(u, v, room)
    left = room.left() + (room.width() - wide) / 2
    top = room.top() + (room.height() - tall) / 2
    return Geometry(u, v, QRectF(left, top, wide, tall))
