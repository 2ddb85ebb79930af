"""Where a hill of one variable is painted: from numbers to pixels and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

LEFT_ROOM, RIGHT_ROOM, TOP_ROOM = 40.0, 10.0, 10.0
STRIP, TICKS, LEGEND = 12.0, 18.0, 20.0
"""Heights below the curve: the axis with its basins, its numbers, and what the colours are."""


@dataclass(frozen=True, slots=True)
class Places:
    """A widget's geometry.

    Parameters
    ----------
    width, height : float
        Of the widget, device-independent pixels.
    reach : (float, float)
        w at the left and right edge.
    heights : (float, float)
        Cost at the lower and upper edge.
    """

    width: float
    height: float
    reach: tuple[float, float]
    heights: tuple[float, float]

    @property
    def room(self) -> QRectF:
        """Where the curve is."""
        below = STRIP + TICKS + LEGEND + 4
        return QRectF(
            LEFT_ROOM,
            TOP_ROOM,
            max(self.width - LEFT_ROOM - RIGHT_ROOM, 10.0),
            max(self.height - TOP_ROOM - below, 10.0),
        )

    @property
    def strip(self) -> QRectF:
        """Where the basins are."""
        room = self.room
        return QRectF(room.left(), room.bottom() + 3, room.width(), STRIP)

    def x(self, w: float) -> float:
        """Give where a w is."""
        low, high = self.reach
        return self.room.left() + (w - low) / (high - low) * self.room.width()

    def y(self, cost: float) -> float:
        """Give where a cost is; one far beyond the edges is not much farther than they are."""
        low, high = self.heights
        share = min(max((cost - low) / (high - low), -2.0), 3.0)
        return self.room.bottom() - share * self.room.height()

    def point(self, w: float, cost: float) -> QPointF:
        """Give where a point of the curve is."""
        return QPointF(self.x(w), self.y(cost))

    def w_at(self, x: float) -> float:
        """Give the w at a pixel, within the reach."""
        low, high = self.reach
        share = (x - self.room.left()) / self.room.width()
        return low + min(max(share, 0.0), 1.0) * (high - low)

    def pixels(
        self, w: npt.NDArray[np.float64], cost: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Give where points are, shape (n, 2)."""
        room = self.room
        (low_w, high_w), (low, high) = self.reach, self.heights
        x = room.left() + (w - low_w) / (high_w - low_w) * room.width()
        share = np.clip((cost - low) / (high - low), -2.0, 3.0)
        return np.column_stack([x, room.bottom() - share * room.height()])
