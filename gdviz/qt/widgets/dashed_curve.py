"""A dashed curve whose painting is quick.

Qt strokes a dashed line as one shape, which takes it ten times as long as the same dashes drawn
one by one: they are cut here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gdviz.qt.widgets.curve_item import CurveItem, Values
from gdviz.qt.widgets.plot import DASHES, Dash

LONGEST = 20_000.0
"""Pixels along a curve up to which its dashes are cut; a longer one leaves the view far behind."""


class DashedCurve(CurveItem):
    """A curve of straight pieces through points; NaN leaves a gap.

    Only the thread of the window may call.

    Parameters
    ----------
    dash : {"solid", "dash", "dot"} or sequence of float
        Or stroke and gap in widths of the line; none of them is solid.
    """

    def __init__(self, dash: Dash | Sequence[float]) -> None:
        super().__init__()
        self._pattern = DASHES[dash] if isinstance(dash, str) else list(dash)
        self._pen = QPen(Qt.PenStyle.NoPen)

    def set_pen(self, color: str, width: float) -> None:
        """Take another colour and width, in device-independent pixels."""
        self._pen, self.width = QPen(QColor(color), width), width
        self._pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.update()

    def set_dash(self, dash: Sequence[float]) -> None:
        """Take another stroke and gap, or none."""
        self._pattern = list(dash)
        self.update()

    @property
    def color(self) -> str:
        """The pen's colour, as ``#rrggbb``."""
        return self._pen.color().name()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override."""
        del option, widget
        to_pixels = painter.transform()
        x = to_pixels.m11() * self._x + to_pixels.dx()
        y = to_pixels.m22() * self._y + to_pixels.dy()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.resetTransform()
        lengths = [self._pen.widthF() * length for length in self._pattern]
        pieces = cut_dashes(x, y, *lengths) if lengths else joined(x, y)
        painter.drawLines([QLineF(*piece) for piece in pieces.tolist()])
        painter.setTransform(to_pixels)


def joined(x: Values, y: Values) -> Values:
    """Give the straight pieces of a solid curve, shape (m, 4); see `cut_dashes`."""
    known = np.isfinite(x) & np.isfinite(y)
    both = known[:-1] & known[1:]
    return np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])[both]


def cut_dashes(x: Values, y: Values, drawn: float, left_out: float) -> Values:
    """Cut a curve into dashes.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Points of the curve in pixels; where one is not finite, the curve has a gap.
    drawn, left_out : float
        Lengths along the curve in pixels, over and over again.

    Returns
    -------
    ndarray of shape (m, 4)
        Straight pieces ``x1, y1, x2, y2``: a dash around a corner has two. A curve longer than
        `LONGEST` is not cut.
    """
    steps = np.hypot(np.diff(x), np.diff(y))
    known = np.isfinite(steps)
    along = np.concatenate([[0.0], np.cumsum(np.where(known, steps, 0.0))])
    if not known.any():
        return np.empty((0, 4))
    if along[-1] > LONGEST:
        pieces = np.stack([x[:-1], y[:-1], x[1:], y[1:]], axis=1)
        return pieces[known]
    period = drawn + left_out
    starts = np.arange(0.0, along[-1], period)
    ends = np.minimum(starts + drawn, along[-1])
    cuts = np.unique(np.concatenate([along, starts, ends]))
    middle = (cuts[:-1] + cuts[1:]) / 2
    of_step = np.searchsorted(along, middle, side="right") - 1
    is_drawn = (middle % period < drawn) & known[of_step]
    first, last, of_step = cuts[:-1][is_drawn], cuts[1:][is_drawn], of_step[is_drawn]
    pieces = np.empty((len(first), 4))
    for column, at in ((0, first), (2, last)):
        share = (at - along[of_step]) / steps[of_step]
        pieces[:, column] = x[of_step] + share * (x[of_step + 1] - x[of_step])
        pieces[:, column + 1] = y[of_step] + share * (y[of_step + 1] - y[of_step])
    return pieces
