"""The square that is drawn on: what it shows, and where things are on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.inspection.drawing import CANVAS, Point
from gdviz.analysis.inspection.resampling import bounds_of, center_of_mass
from gdviz.qt.theme import current_theme
from gdviz.qt.views.drawing_pad.painting import (
    CORNERS,
    Handle,
    free_corner,
    paint_handle,
    paint_ink,
    paint_preview,
    paint_ring,
    preview_place,
)
from gdviz.qt.views.drawing_pad.sketch import Sketch
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

RADII = {"thin": 9.0, "medium": 14.0, "thick": 20.0}
"""Of the brushes, in pixels of the canvas; MNIST's strokes are about as wide as medium's."""


class DrawingSquare(ThemedWidget):
    """Shows a sketch, the brush and what the network gets; knows nothing of mouse and keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sketch = Sketch()
        self.tool = "draw"
        self.brush = "medium"
        self.preview: npt.NDArray[np.float32] | None = None
        self.corner = CORNERS[0]
        self._cursor: Point = (CANVAS / 2, CANVAS / 2)
        self._shows_brush = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)

    @property
    def square(self) -> QRectF:
        """Where the canvas is."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, 0, side, side)

    def set_brush(self, brush: str) -> None:
        """Take a brush of `RADII`."""
        self.brush = brush
        self.update()

    def show_preview(self, image: npt.NDArray[np.float32] | None) -> None:
        """Show what the network gets, shape (side, side)."""
        self.preview = image
        self.corner = free_corner(self.sketch.drawing, self.square, self.corner)
        self.update()

    def handle(self) -> Handle | None:
        """Give what turns the drawing, while it can be moved."""
        drawing = self.sketch.drawing
        bounds, center = bounds_of(drawing.ink), center_of_mass(drawing.ink)
        if self.tool != "move" or bounds is None or center is None:
            return None
        middle = self._on_screen((center[1] + 0.5, center[0] + 0.5))
        top = self._on_screen((0.0, float(bounds[0]))).y() - 14
        return Handle(middle, QPointF(middle.x(), max(top, self.square.top() + 8)))

    def _on_canvas(self, at: QPointF) -> Point:
        square, scale = self.square, CANVAS / max(self.square.width(), 1)
        return (at.x() - square.left()) * scale, (at.y() - square.top()) * scale

    def _on_screen(self, at: Point) -> QPointF:
        square, scale = self.square, self.square.width() / CANVAS
        return QPointF(square.left() + at[0] * scale, square.top() + at[1] * scale)

    # --- Qt's own names -------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(224, 224)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, square = current_theme(), self.square
        with smooth_painter(self) as painter:
            paint_ink(painter, square, self.sketch.drawing, theme)
            if self.preview is not None and square.width() >= 120:
                paint_preview(painter, preview_place(square, self.corner), self.preview, theme)
            handle = self.handle()
            if handle is not None:
                paint_handle(painter, handle, theme)
            elif self.tool != "move" and (self._shows_brush or self.hasFocus()):
                radius = RADII[self.brush] * square.width() / CANVAS
                at = self._on_screen(self._cursor)
                paint_ring(painter, at, radius, theme.accent, is_down=self.sketch.is_under_way)
            if self.hasFocus():
                paint_focus_ring(painter, square, theme, 4.0)
