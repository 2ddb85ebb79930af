"""One line of words that changes many times a second, without laying the window out."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, letters
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter


class RunningLine(ThemedWidget):
    """A line in the muted colour that takes the room it is given and ends in an ellipsis.

    The whole text is its accessible name and its tool tip.

    Parameters
    ----------
    size_px : int, default 12
    parent : QWidget, optional
    """

    def __init__(self, size_px: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._font = font(size_px)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(size_px + 6)

    def text(self) -> str:
        """Give the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def sizeHint(self) -> QSize:
        """Qt override: none is needed."""
        return QSize(0, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            text = elided(self._text, self._font, self.width())
            letters(painter, QRectF(self.rect()), text, self._font, current_theme().muted)
