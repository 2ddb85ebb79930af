"""How long the latest steps of a ball were, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, letters
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter
from gdviz.qt.widgets.ticks import format_number

MOST = 40
HEAD = 18.0


class StepBars(ThemedWidget):
    """A bar for each step, the newest at the right; the longest is as high as the room."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: Sequence[float] = ()
        self.setAccessibleName("Lengths of the latest steps")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 48)

    def show_lengths(self, lengths: Sequence[float]) -> None:
        """Show other lengths, oldest first."""
        if lengths != self.lengths:
            self.lengths = lengths
            said = ", ".join(f"{length:.3g}" for length in lengths[-5:])
            self.setAccessibleDescription(f"Newest last: {said}" if said else "no step yet")
            self.update()

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, width = current_theme(), float(self.width())
        with smooth_painter(self) as painter:
            head = QRectF(0, 0, width, HEAD)
            letters(painter, head, "length of each step", font(11), theme.muted, LEFT)
            room = self.height() - HEAD - 2
            highest = max(self.lengths, default=0.0)
            text = f"longest {format_number(float(f'{highest:.3g}'))}" if self.lengths else ""
            letters(painter, head, text, font(11), theme.muted, RIGHT)
            painter.fillRect(QRectF(0, self.height() - 1, width, 1), QColor(theme.base_line))
            pitch = width / MOST
            for k, length in enumerate(self.lengths):
                high = room * length / highest if highest > 0 else 0.0
                bar = QRectF(k * pitch, self.height() - 1 - high, max(pitch - 2, 1), high)
                painter.fillRect(bar, QColor(theme.ball))
