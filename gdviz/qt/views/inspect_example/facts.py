"""Captions at the left, numbers at the right: what the network makes of the example."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

ROW = 17
NOTE, NOTE_OF_TWO_LINES = 22, 34


class Facts(ThemedWidget):
    """Rows of a caption and a value; they paint themselves, because they run."""

    def __init__(self, n_rows: int) -> None:
        super().__init__()
        self.rows: tuple[tuple[str, str], ...] = ()
        self.setFixedHeight(n_rows * ROW)

    def show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show other facts."""
        if rows != self.rows:
            self.rows = rows
            self.setAccessibleName("; ".join(f"{caption} {value}" for caption, value in rows))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, bold = current_theme(), font(12, 600)
        with smooth_painter(self) as painter:
            for k, (caption, value) in enumerate(self.rows):
                where = QRectF(0, k * ROW, self.width(), ROW)
                letters(painter, where, value, bold, theme.text, RIGHT)
                room = where.width() - text_width(value, bold) - 8
                words = elided(caption, font(12), room)
                letters(painter, where, words, font(12), theme.muted, LEFT)


class Note(ThemedWidget):
    """One muted sentence; it takes two lines if it must, and says so to the layout only then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(NOTE)

    def show_text(self, text: str) -> None:
        """Show another sentence."""
        if text == self.text:
            return
        self.text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        is_long = text_width(text, font(11)) > self.width()
        self.setFixedHeight(NOTE_OF_TWO_LINES if is_long else NOTE)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(60, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            painter.setFont(font(11))
            painter.setPen(QColor(current_theme().muted))
            flags = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextWordWrap.value
            painter.drawText(QRectF(self.rect()), flags, self.text)
