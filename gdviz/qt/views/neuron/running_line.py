"""A line of numbers that change ten times a second; it paints itself and asks for no room."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.fonts import font
from gdviz.qt.painting import RIGHT, elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

GAP = 8


class RunningLine(ThemedWidget):
    """A muted text, cut off where there is no room, and what matters at the right.

    A label would lay out all that is around it at each new text.

    Parameters
    ----------
    name : str
        What the numbers are, for a screen reader.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.text, self.result = "", ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(20)

    def show_text(self, text: str, result: str = "") -> None:
        """Show a text, and a result that is never cut off."""
        if (text, result) != (self.text, self.result):
            self.text, self.result = text, result
            self.setAccessibleDescription(f"{text} {result}".strip())
            self.update()

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, line = current_theme(), QRectF(self.rect())
        with smooth_painter(self) as painter:
            letters(painter, line, self.result, font(12, 600), theme.text, RIGHT)
            if self.result:
                line.setRight(line.right() - text_width(self.result, font(12, 600)) - GAP)
            letters(painter, line, elided(self.text, font(11), line.width()), font(11), theme.muted)
