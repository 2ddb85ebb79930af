"""The picture of a verdict: a shape for each word, so that no colour has to be told."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import font
from gdviz.qt.lab.words import FAILS, HOLDS
from gdviz.qt.painting import CENTER, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

SIZE = 16


def draw_verdict(painter: QPainter, center: QPointF, word: str, theme: Theme) -> None:
    """Draw a disc with a tick (holds), a square with a cross (does not), else a rhombus with ?."""
    x, y, r = center.x(), center.y(), SIZE / 2 - 0.5
    if word == HOLDS:
        _shape(painter, theme.curve_1)
        painter.drawEllipse(center, r, r)
        strokes = [QPointF(x - 3.5, y + 0.3), QPointF(x - 1, y + 3), QPointF(x + 3.8, y - 3)]
        painter.setPen(_stroke(theme))
        painter.drawPolyline(strokes)
    elif word == FAILS:
        _shape(painter, theme.curve_2)
        painter.drawRoundedRect(QRectF(x - r, y - r, 2 * r, 2 * r).adjusted(1, 1, -1, -1), 2, 2)
        painter.setPen(_stroke(theme))
        painter.drawLine(QPointF(x - 3, y - 3), QPointF(x + 3, y + 3))
        painter.drawLine(QPointF(x - 3, y + 3), QPointF(x + 3, y - 3))
    else:
        painter.setPen(QPen(QColor(theme.muted), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corners = [QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r), QPointF(x - r, y)]
        painter.drawPolygon(QPolygonF(corners))
        where = QRectF(x - 8, y - 8, 16, 16)
        letters(painter, where, "?", font(11, 600), theme.muted, CENTER)


class VerdictMark(ThemedWidget):
    """The picture of a verdict as a widget."""

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = word
        self.setFixedSize(SIZE + 2, SIZE + 2)
        self.setAccessibleName(word)

    def set_word(self, word: str) -> None:
        """Show another verdict."""
        if word != self.word:
            self.word = word
            self.setAccessibleName(word)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            draw_verdict(painter, QRectF(self.rect()).center(), self.word, current_theme())


def _shape(painter: QPainter, color: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))


def _stroke(theme: Theme) -> QPen:
    pen = QPen(QColor(theme.panel), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
