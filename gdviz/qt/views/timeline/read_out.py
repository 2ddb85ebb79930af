"""The step in words, beside the timeline's title; it paints itself, since it runs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter


class StepReadOut(ThemedWidget):
    """One muted line: of several ways to say it the longest that has room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ("",)
        self.setAccessibleName("Step shown")
        self.setFixedHeight(20)

    def show_step(self, step: int, newest: int) -> None:
        """Say which step is shown, and whether it is in the past."""
        if step < newest:
            number = f"{step:,} of {newest:,}"
            texts: tuple[str, ...] = (f"Past · step {number}", f"Past · {number}", number)
        else:
            texts = (f"step {step:,}", f"{step:,}")
        if texts != self._texts:
            self._texts = texts
            self.setAccessibleDescription(texts[0])
            self.update()

    def text(self) -> str:
        """Give the line that is painted."""
        texts = self._texts
        return next((text for text in texts if text_width(text) <= self.width()), texts[-1])

    def sizeHint(self) -> QSize:
        """Qt override: it takes what there is, and never asks for another size."""
        return QSize(120, 20)

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return QSize(0, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            paint_text(painter, QRectF(self.rect()), self.text(), current_theme().muted)
