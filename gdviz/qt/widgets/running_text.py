"""One muted line that may change at every frame."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, letters
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter


class RunningText(ThemedWidget):
    """A line of 12 that paints itself, with an ellipsis where there is no room.

    A label would have the whole window laid out anew at every change; this one asks for no room
    and takes what there is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(18)

    def text(self) -> str:
        """Give the whole line."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another line."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(0, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        room = QRectF(self.rect())
        with smooth_painter(self) as painter:
            text = elided(self._text, font(12), room.width())
            letters(painter, room, text, font(12), current_theme().muted)
