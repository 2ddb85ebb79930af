"""The ruler's legend: the code's own colours, their ends, and how much is beyond them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt import number_text
from gdviz.qt.painting import to_image
from gdviz.qt.theme import current_theme
from gdviz.qt.views.ruler.pictures import Strip
from gdviz.qt.views.ruler.ruler_paint import paint_legend
from gdviz.qt.views.ruler.words import number
from gdviz.qt.widgets.themed import ThemedWidget

HEIGHT = 18


class RulerLegend(ThemedWidget):
    """One line: a bar with both ends, and the share that is clipped."""

    def __init__(self) -> None:
        super().__init__()
        self._strip: Strip | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_strip(self, strip: Strip | None) -> None:
        """Explain other colours."""
        self._strip = strip
        self.setAccessibleName(self.text())
        self.update()

    def text(self) -> str:
        """Say the legend in words."""
        strip = self._strip
        if strip is None:
            return ""
        return f"{self._ends(strip)[0]} to {self._ends(strip)[1]}, {self._note(strip)}"

    @staticmethod
    def _ends(strip: Strip) -> tuple[str, str]:
        low, high = number(strip.lowest), number(strip.limit)
        return (low.strip("+"), high.strip("+")) if strip.way == "size" else (low, high)

    @staticmethod
    def _note(strip: Strip) -> str:
        symbol = f"|{strip.symbol}|, logarithmic" if strip.way == "size" else strip.symbol
        return f"{symbol}; {number_text.percent(strip.clipped, 2)} clipped"

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(0, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        strip, theme = self._strip, current_theme()
        if strip is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            table = np.ascontiguousarray(strip.table(theme)[np.newaxis])

            def picture(bar: QRectF) -> None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(bar, to_image(table))

            where = QRectF(self.rect())
            paint_legend(painter, where, self._ends(strip), picture, self._note(strip), theme)
