"""The ground of every widget that paints itself: it repaints when the theme changes."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.text_lines import draw_line
from gdviz.qt.theme import Theme, current_theme

CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)


class ThemedWidget(QWidget):
    """A widget that paints itself in the colours of `gdviz.qt.theme.current_theme`."""

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme; the base class repaints."""
        del theme
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in CHANGES:
            self.theme_changed(current_theme())
        super().changeEvent(event)


def smooth_painter(widget: QWidget) -> QPainter:
    """Give a painter on a widget with smooth edges; the caller ends it."""
    painter = QPainter(widget)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    return painter


def paint_focus_ring(painter: QPainter, rect: QRectF, theme: Theme, radius: float = 6.0) -> None:
    """Paint the ring that shows which widget has the keyboard, inside ``rect``."""
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius)


def paint_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    color: str,
    size_px: int = 12,
    weight: int = 400,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Paint one line, centred vertically in ``rect``, and give its width in pixels."""
    painter.setPen(QColor(color))
    draw_line(painter, rect, text, size_px, weight, align.value)
    return text_width(text, size_px, weight)


def centred(center: QPointF, width: float, height: float) -> QRectF:
    """Give the rectangle of a size around a point."""
    return QRectF(center.x() - width / 2, center.y() - height / 2, width, height)
