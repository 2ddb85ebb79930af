"""A picture that is painted a few pieces at a time.

What takes longer to paint than a frame has room for is painted in parts over a few frames and
shown when it is whole. Only the thread of the window may use it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

PART_MS = 2.0
"""What a part of a painting may take before the rest is left to the next frame."""

Piece = Callable[[QPainter], None]
"""Paints something; leaves the painter as it was, or does not care how it was."""


class PartedPicture:
    """A picture under way.

    Parameters
    ----------
    widget : QWidget
        The picture is as large as it, in its pixels.
    background : QColor
        What is where nothing is painted.
    pieces : iterable of callable
        In the order of painting. What they show must stay the same until all are painted.
    """

    def __init__(self, widget: QWidget, background: QColor, pieces: Iterable[Piece]) -> None:
        ratio = widget.devicePixelRatioF()
        self.pixmap = QPixmap(widget.size() * ratio)
        self.pixmap.setDevicePixelRatio(ratio)
        self.pixmap.fill(background)
        self._pieces = iter(pieces)

    def paint_part(self, room_ms: float = PART_MS) -> bool:
        """Paint the next pieces, at least one, until so much time has passed.

        Returns
        -------
        bool
            Whether the picture is whole.
        """
        end = time.perf_counter() + room_ms / 1000
        with QPainter(self.pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for paint in self._pieces:
                paint(painter)
                if time.perf_counter() > end:
                    return False
        return True
