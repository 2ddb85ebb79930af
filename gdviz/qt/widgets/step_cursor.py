"""A line in a plot over steps, at the one that is shown, with its value."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.plot import Plot
from gdviz.qt.widgets.themed import paint_text

LABEL_HEIGHT = 18.0
PADDING = 6.0


class StepCursor(pg.GraphicsObject):
    """A vertical line over the curves, which stay whole; the mouse does not see it.

    Parameters
    ----------
    plot : Plot
    """

    def __init__(self, plot: Plot) -> None:
        super().__init__()
        self._plot = plot
        self.step: int | None = None
        """Where it stands; None while the newest step is shown."""
        self.label = ""
        self.setZValue(21)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        # In the scene, as the marks are: over the second view with the accuracy, too.
        plot.scene().addItem(self)
        plot.view_box.sigXRangeChanged.connect(self._moved)
        plot.view_box.sigResized.connect(self._moved)
        self.hide()

    def show_step(self, step: int | None, value: str = "") -> None:
        """Stand at a step, with a value in words; None hides the line."""
        label = "" if step is None else f"step {step:,}"
        if value:
            label += f" · {value}"
        if (step, label) == (self.step, self.label):
            return
        self.step, self.label = step, label
        self.setVisible(step is not None)
        self._moved()

    def line_x(self) -> float | None:
        """Give where the line is in the scene; None if it is not in sight."""
        if self.step is None:
            return None
        area = self.boundingRect()
        start, stop = self._plot.view_box.viewRange()[0]
        at = area.left() + (self.step - start) / (stop - start) * area.width()
        return at if area.left() - 0.5 <= at <= area.right() + 0.5 else None

    def _moved(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        """Qt override: the plot without its axes."""
        view_box = self._plot.view_box
        return QRectF(self._plot.getPlotItem().mapRectToScene(view_box.geometry()))

    def shape(self) -> QPainterPath:
        """Qt override: nothing that the mouse could meet."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Qt override."""
        del option, widget
        x = self.line_x()
        if x is None:
            return
        theme, area = current_theme(), self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        width = text_width(self.label, 11, 500) + 2 * PADDING
        left = min(max(x - width / 2, area.left()), area.right() - width)
        box = QRectF(left, area.top(), width, LABEL_HEIGHT)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        paint_text(painter, box, self.label, theme.text, 11, 500, Qt.AlignmentFlag.AlignHCenter)
