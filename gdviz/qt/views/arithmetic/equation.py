"""An equation of read-outs, and the sentences about the cell that is pointed at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent

from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.views.arithmetic.spelled import Piece, joined
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEIGHT, SIGN_WIDTH, LINE = 46, 32.0, 16


class Equation(ThemedWidget):
    """Values under their captions, with the signs between them."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.setFixedHeight(HEIGHT)

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Show another equation."""
        if list(pieces) != self.pieces:
            self.pieces = list(pieces)
            self.setAccessibleName(joined(self.pieces))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, small, large = current_theme(), font(11), font(15, 600)
        with smooth_painter(self) as painter:
            if self.pieces:
                painter.fillRect(QRectF(0, 3, self.width(), 1), QColor(theme.base_line))
            x = 4.0
            for caption, value in self.pieces:
                if not value:
                    where = QRectF(x, 23, SIGN_WIDTH, 22)
                    letters(painter, where, caption, font(15), theme.muted, CENTER)
                    x += SIGN_WIDTH
                    continue
                width = max(text_width(caption, small), text_width(value, large)) + 2
                letters(painter, QRectF(x, 8, width, 14), caption, small, theme.muted, LEFT)
                letters(painter, QRectF(x, 23, width, 22), value, large, theme.text, LEFT)
                x += width


class Sentences(ThemedWidget):
    """Two lines about the cell that is pointed at: on the way forward, and on the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[str, ...] = ()
        self.setFixedHeight(2 * LINE + 2)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Show other sentences."""
        if lines != self.lines:
            self.lines = lines
            self.setAccessibleName("; ".join(lines))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            for k, line in enumerate(self.lines[:2]):
                where = QRectF(4, 1 + k * LINE, self.width() - 8, LINE)
                is_hint = len(self.lines) == 1
                words = elided(line, font(12), where.width())
                color = theme.muted if is_hint else theme.text
                letters(painter, where, words, font(12), color, LEFT)
