"""Accuracies in words: counts with their intervals, in two lines under the pictures."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

LINE = 17
BETWEEN, GAP = 6.0, 20.0


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
            self._take_room()
            self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(600, 2 * LINE)

    def _places(self) -> list[QRectF]:
        """Give where each pair stands, line by line."""
        places, left, top = [], 0.0, 0.0
        for caption, value in self.pairs:
            wide = text_width(caption, font(11))
            wide += BETWEEN + text_width(value, font(11, 500)) if value else 0
            if left > 0 and left + wide > self.width():
                left, top = 0.0, top + LINE
            places.append(QRectF(left, top, min(wide, self.width() - left), LINE))
            left += wide + GAP
        return places

    def _take_room(self) -> None:
        """Be as high as the lines are; two at least, so that the pictures seldom change."""
        places = self._places()
        height = max(round(places[-1].bottom()) if places else 0, 2 * LINE)
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._take_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, small, strong = current_theme(), font(11), font(11, 500)
        with smooth_painter(self) as painter:
            for (caption, value), place in zip(self.pairs, self._places(), strict=True):
                shown = elided(caption, small, place.width())
                letters(painter, place, shown, small, theme.muted)
                place.setLeft(place.left() + text_width(caption, small) + BETWEEN)
                if value and place.width() > 20:
                    shown = elided(value, strong, place.width() + 1)
                    letters(painter, place.adjusted(0, 0, 1, 0), shown, strong, theme.text)
