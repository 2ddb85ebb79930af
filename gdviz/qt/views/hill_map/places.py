"""Where a map is painted: equal axes, so that the arrow of −∇C is perpendicular to contours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

LEFT_ROOM, RIGHT_ROOM, TOP_ROOM, BOTTOM_ROOM = 34.0, 76.0, 6.0, 22.0

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MapPlaces:
    """A widget's geometry.

    Parameters
    ----------
    width, height : float
        Of the widget, device-independent pixels.
    x_range, y_range : (float, float)
        What is shown at least; one of them is widened so that both axes have one scale.
    """

    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    @property
    def room(self) -> QRectF:
        """Where the map is."""
        return QRectF(
            LEFT_ROOM,
            TOP_ROOM,
            max(self.width - LEFT_ROOM - RIGHT_ROOM, 16.0),
            max(self.height - TOP_ROOM - BOTTOM_ROOM, 16.0),
        )

    @property
    def pixels_per_unit(self) -> float:
        """Give the scale of both axes."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        return min(self.room.width() / (x1 - x0), self.room.height() / (y1 - y0))

    @property
    def shown_x(self) -> tuple[float, float]:
        """Give x at the left and right edge."""
        half = self.room.width() / self.pixels_per_unit / 2
        middle = sum(self.x_range) / 2
        return (middle - half, middle + half)

    @property
    def shown_y(self) -> tuple[float, float]:
        """Give y at the lower and upper edge."""
        half = self.room.height() / self.pixels_per_unit / 2
        middle = sum(self.y_range) / 2
        return (middle - half, middle + half)

    def to_pixels(self, points: Points) -> Points:
        """Give where points (n, 2) are; those far beyond every edge not much farther."""
        room, scale = self.room, self.pixels_per_unit
        x = room.center().x() + (points[:, 0] - sum(self.x_range) / 2) * scale
        y = room.center().y() - (points[:, 1] - sum(self.y_range) / 2) * scale
        return np.clip(np.column_stack([x, y]), -1e5, 1e5)

    def pixel(self, x: float, y: float) -> QPointF:
        """Give where one point is."""
        return QPointF(*self.to_pixels(np.array([[x, y]]))[0].tolist())

    def point_at(self, position: QPointF) -> tuple[float, float]:
        """Give the point at a pixel, kept inside the map."""
        room, scale = self.room, self.pixels_per_unit
        px = min(max(position.x(), room.left()), room.right())
        py = min(max(position.y(), room.top()), room.bottom())
        x = sum(self.x_range) / 2 + (px - room.center().x()) / scale
        y = sum(self.y_range) / 2 - (py - room.center().y()) / scale
        return (x, y)

    def grid(self, pitch: float) -> tuple[Points, Points, Points]:
        """Give x (n,), y (m,) from low to high and all their points (m · n, 2)."""
        n, m = max(int(self.room.width() / pitch), 2), max(int(self.room.height() / pitch), 2)
        x, y = np.linspace(*self.shown_x, n), np.linspace(*self.shown_y, m)
        across, up = np.meshgrid(x, y)
        return x, y, np.column_stack([across.ravel(), up.ravel()])
