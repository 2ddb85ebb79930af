"""Accuracies in words: counts with their intervals, in two lines under the pictures."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

LINE = 17


class Readings(ThemedWidget):
    """Pairs of a caption and a value, from left to right, in as many lines as are needed."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.setAccessibleName("Accuracies")
        self.setFixedHeight(2 * LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        """Show other readings."""
        if pairs != self.pairs:
            self.pairs = pairs
            self.setAccessibleDescription("; ".join(f"{a}: {b}" for a, b in pairs))
            self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(600, 2 * LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, small, strong = current_theme(), font(11), font(11, 500)
        left, top = 0.0, 0.0
        with smooth_painter(self) as painter:
            for caption, value in self.pairs:
                wide = text_width(caption, small)
                whole = wide + (6 + text_width(value, strong) if value else 0)
                if left > 0 and left + whole > self.width():
                    left, top = 0.0, top + LINE
                room = QRectF(left, top, self.width() - left, LINE)
                shown = elided(caption, small, room.width())
                letters(painter, room, shown, small, theme.muted)
                room.setLeft(left + wide + 6)
                if room.width() > 20:
                    shown = elided(value, strong, room.width())
                    letters(painter, room, shown, strong, theme.text)
                left += whole + 20
