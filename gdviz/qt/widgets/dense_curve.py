"""A curve of many more points than pixels, whose painting is quick.

Qt draws a line pixel by pixel: a noisy curve that goes up and down over the whole plot in every
column takes it 6 ms. Here the columns are found by NumPy, and one image is drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gdviz.qt.widgets.curve_item import CurveItem, Values

DENSE = 0.5
"""From so many points a pixel on the curve is drawn as an image."""


class DenseCurve(CurveItem):
    """A line one pixel wide through points, ``x`` not falling; NaN leaves a gap.

    Only the thread of the window may call.
    """

    def __init__(self) -> None:
        super().__init__()
        self._color = QColor()
        self._pixels: npt.NDArray[np.uint32] = np.empty((0, 0), np.uint32)

    def set_color(self, color: str) -> None:
        """Take another colour."""
        self._color = QColor(color)
        self.update()

    @property
    def color(self) -> str:
        """The line's colour, as ``#rrggbb``."""
        return self._color.name()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override."""
        del option, widget
        to_pixels = painter.transform()
        x = to_pixels.m11() * self._x + to_pixels.dx()
        y = to_pixels.m22() * self._y + to_pixels.dy()
        known = np.isfinite(x) & np.isfinite(y)
        if not known.any():
            return
        painter.resetTransform()
        view = self.getViewBox()
        room = view.mapRectToScene(view.boundingRect()) if view is not None else QRectF()
        width = x[known][-1] - x[known][0]
        if room.isEmpty() or len(x) < DENSE * width:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(QPen(self._color, 1))
            for run in runs(known):
                painter.drawPolyline(pg.functions.arrayToQPolygonF(x[run], y[run]))
        else:
            left, top = int(np.floor(room.left())), int(np.floor(room.top()))
            size = int(np.ceil(room.height())), int(np.ceil(room.width()))
            covered = covered_pixels(x - left, y - top, size)
            painter.drawImage(QPointF(left, top), self._image(covered))
        painter.setTransform(to_pixels)

    def _image(self, covered: npt.NDArray[np.bool_]) -> QImage:
        """Give a picture of the covered pixels in the line's colour, which must be opaque."""
        height, width = covered.shape
        if self._pixels.shape != covered.shape:
            # Kept: to get a new block from the system takes longer than to fill it.
            self._pixels = np.empty(covered.shape, np.uint32)
        np.multiply(covered, np.uint32(self._color.rgba()), out=self._pixels)
        layout = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(self._pixels.data, width, height, 4 * width, layout)


def runs(known: npt.NDArray[np.bool_]) -> list[slice]:
    """Give the stretches in which all is known."""
    ends = np.flatnonzero(np.diff(known.astype(np.int8), prepend=0, append=0)).tolist()
    return [slice(*pair) for pair in zip(ends[::2], ends[1::2], strict=True)]


def covered_pixels(x: Values, y: Values, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Say which pixels a line one pixel wide runs through.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Its points in pixels from the upper left corner, ``x`` not falling; where one is not
        finite there is a gap.
    size : (rows, columns)

    Returns
    -------
    bool ndarray of shape ``size``
        In every column that holds points, all from the uppermost to the lowest, and what joins
        them to the points in the column before and behind. Columns without points are joined
        by straight lines.
    """
    rows, columns = size
    # Small numbers: there are as many comparisons as pixels.
    tops, bottoms = np.full(columns, rows, np.int16), np.full(columns, -1, np.int16)
    for run in runs(np.isfinite(x) & np.isfinite(y)):
        top, bottom, first = _ranges(x[run], y[run])
        # What is beyond the picture's sides is left out.
        low, high = max(first, 0), min(first + len(top), columns)
        if low < high:
            part = slice(low - first, high - first)
            upper, lower = np.clip([top[part], bottom[part]], -1, rows).astype(np.int16)
            np.minimum(tops[low:high], upper, out=tops[low:high])
            np.maximum(bottoms[low:high], lower, out=bottoms[low:high])
    place = np.arange(rows, dtype=np.int16)[:, np.newaxis]
    covered: npt.NDArray[np.bool_] = place >= tops
    covered &= place <= bottoms
    return covered


def _ranges(x: Values, y: Values) -> tuple[Values, Values, int]:
    """Give the first and last row of each column from the line's first on, and that column."""
    column = np.floor(x).astype(np.int64)
    # The line crosses the border between two columns somewhere: that point belongs to both.
    crossings = np.arange(column[0] + 1, column[-1] + 1)
    height = np.interp(crossings, x, y)
    all_columns = np.concatenate([column, crossings - 1, crossings]) - column[0]
    all_heights = np.concatenate([y, height, height])
    top = np.full(column[-1] - column[0] + 1, np.inf)
    bottom = np.full_like(top, -np.inf)
    np.minimum.at(top, all_columns, all_heights)
    np.maximum.at(bottom, all_columns, all_heights)
    return np.floor(top), np.floor(bottom), int(column[0])
