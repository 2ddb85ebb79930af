"""Dotted lines where a setting was changed, with labels that keep clear of each other."""

from __future__ import annotations

import bisect
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.views.cost_curves.mark_labels import (
    PADDING,
    Change,
    PlacedLabel,
    changes_of,
    place_labels,
)
from gdviz.qt.widgets.plot import DASHES, Plot
from gdviz.qt.widgets.themed import paint_text
from gdviz.training.marks import Mark

LABEL_HEIGHT = 18
ROW_HEIGHT = 22
MOST_ROWS = 3
FLOOR = 6
"""Between the lowest label and the lower end of the plot."""
NEAR = 6.0
"""Pixels within which the pointer is at a mark."""


class MarkLayer(pg.GraphicsObject):
    """Draws all marks in one item, over the curves; the mouse does not see it.

    One item whatever their number: a slider that is drawn slowly leaves a mark at each step.

    Parameters
    ----------
    plot : Plot
    """

    def __init__(self, plot: Plot) -> None:
        super().__init__()
        self._plot = plot
        self._marks: tuple[Mark, ...] = ()
        self.changes: list[Change] = []
        self.setZValue(20)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        # In the scene and not in the view: over the second view with the accuracy, too.
        plot.scene().addItem(self)
        plot.view_box.sigXRangeChanged.connect(self._moved)
        plot.view_box.sigResized.connect(self._moved)

    def set_marks(self, marks: tuple[Mark, ...]) -> bool:
        """Show marks; give False if these are shown already."""
        if marks == self._marks:
            return False
        self._marks = marks
        self.changes = changes_of(marks)
        self._moved()
        return True

    def labels(self) -> list[PlacedLabel]:
        """Give the labels that have room now."""
        area = self.boundingRect()
        n_rows = min(max(int(area.height() // (2 * ROW_HEIGHT)), 1), MOST_ROWS)
        return place_labels(
            self.changes, self._positions(), area.width(), n_rows, lambda text: text_width(text, 11)
        )

    def change_near(self, x: float) -> Change | None:
        """Give the change whose line is at a place of the scene, if there is one."""
        at = x - self.boundingRect().left()
        positions = self._positions()
        after = bisect.bisect_left(positions, at)
        near = [k for k in (after - 1, after) if 0 <= k < len(positions)]
        best = min(near, key=lambda k: abs(positions[k] - at), default=None)
        return None if best is None or abs(positions[best] - at) > NEAR else self.changes[best]

    def _positions(self) -> list[float]:
        """Give where the lines are, in pixels from the left end of the plot."""
        start, stop = self._plot.view_box.viewRange()[0]
        scale = self.boundingRect().width() / (stop - start)
        return [(change.step - start) * scale for change in self.changes]

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
        if not self.changes:
            return
        theme, area = current_theme(), self.boundingRect()
        pen = QPen(QColor(theme.muted), 1)
        pen.setDashPattern(DASHES["dot"])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(pen)
        columns = {round(position) for position in self._positions()}
        inside = [area.left() + column for column in columns if 0 <= column <= area.width()]
        top, bottom = area.top(), area.bottom()
        painter.drawLines([QLineF(x, top, x, bottom) for x in inside])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        boxes = [(self._box(area, label), label.text) for label in self.labels()]
        for box, _ in boxes:
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        for box, text in boxes:
            words = box.adjusted(PADDING, 0, -PADDING, 0)
            paint_text(painter, words, text, theme.text, 11)

    def _box(self, area: QRectF, label: PlacedLabel) -> QRectF:
        top = area.bottom() - FLOOR - LABEL_HEIGHT - ROW_HEIGHT * label.row
        return QRectF(area.left() + label.left, top, label.width, LABEL_HEIGHT)
