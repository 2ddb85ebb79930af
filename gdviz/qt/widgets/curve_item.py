"""A curve through points as an item of a plot; how it is painted is a subclass's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF

Values = npt.NDArray[np.float64]


class CurveItem(pg.GraphicsObject):
    """Points and their bounds. Only the thread of the window may call.

    Attributes
    ----------
    width : float
        Of the line, in device-independent pixels.
    """

    def __init__(self) -> None:
        super().__init__()
        self.width = 1.0
        self._x = self._y = np.empty(0)
        self._bounds = QRectF()

    def set_points(self, x: Values, y: Values) -> None:
        """Show other points, of shape (n,) each."""
        self._x, self._y = x, y
        known = np.isfinite(x) & np.isfinite(y)
        self.prepareGeometryChange()
        self._bounds = QRectF()
        if known.any():
            left, right = float(x[known].min()), float(x[known].max())
            low, high = float(y[known].min()), float(y[known].max())
            self._bounds = QRectF(left, low, right - left, high - low)

    def points(self) -> tuple[Values, Values]:
        """Give the points that are shown."""
        return self._x, self._y

    def boundingRect(self) -> QRectF:
        """Qt override: with room for the line's width, which is counted on the screen."""
        across, up = self.pixelVectors()
        room_x = self.width * (across.x() if across is not None else 0.0)
        room_y = self.width * (abs(up.y()) if up is not None else 0.0)
        return self._bounds.adjusted(-room_x, -room_y, room_x, room_y)
