"""A sentence that changes while a run goes on, without laying the window out for each word."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

_FLAGS = int(Qt.TextFlag.TextWordWrap.value) | int(Qt.AlignmentFlag.AlignTop.value)


class Sentence(ThemedWidget):
    """Words of 11 that wrap; as high as the highest so far at this width.

    Only the thread of the window may call.

    Parameters
    ----------
    least_lines : int, default 1
        Room from the start.
    """

    def __init__(self, least_lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_lines = least_lines
        self._text, self._emphasised = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._reserve(0)

    def set_text(self, text: str, *, emphasised: bool = False) -> None:
        """Show other words; emphasised ones are brighter and heavier."""
        if (text, emphasised) == (self._text, self._emphasised):
            return
        self._text, self._emphasised = text, emphasised
        self.setAccessibleName(text)
        self._reserve(self.minimumHeight())
        self.update()

    def text(self) -> str:
        """Give the words that are shown."""
        return self._text

    def _reserve(self, least: int) -> None:
        metrics = QFontMetricsF(self._font())
        needed = self._least_lines * metrics.lineSpacing()
        if self._text and self.width() > 0:
            # Before it is laid out it is as wide as Qt's widgets begin.
            room = QRectF(0, 0, self.width(), 10_000)
            needed = max(needed, metrics.boundingRect(room, _FLAGS, self._text).height())
        self.setFixedHeight(max(math.ceil(needed), least))

    def _font(self) -> QFont:
        return font(11, 500 if self._emphasised else 400)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(128, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: another width breaks the lines anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._reserve(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.setFont(self._font())
            painter.setPen(QColor(theme.text if self._emphasised else theme.muted))
            painter.drawText(QRectF(self.rect()), _FLAGS, self._text)
