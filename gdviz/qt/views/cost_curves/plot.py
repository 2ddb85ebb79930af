"""The plot of the cost curves: items and axes, and nothing of where numbers come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gdviz.qt.colors import mix
from gdviz.qt.fonts import text_width
from gdviz.qt.help_texts import EXPLANATIONS
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_curves.mark_labels import described
from gdviz.qt.views.cost_curves.mark_layer import MarkLayer
from gdviz.qt.widgets.dashed_curve import DashedCurve
from gdviz.qt.widgets.dense_curve import DenseCurve
from gdviz.qt.widgets.plot import Band, Plot, TextAxis, make_plot_widget
from gdviz.qt.widgets.step_cursor import StepCursor
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter
from gdviz.training.marks import Mark

FEW_EVALUATIONS = 12
"""Up to so many, each evaluation gets a dot: a line alone would pretend to know what is between."""

Curve = npt.NDArray[np.float64]


class CurvePlot:
    """Curves, marks and the hover line over one plot; owned by the view."""

    def __init__(self) -> None:
        self.widget: Plot = make_plot_widget("Cost curves", first_prefix="step ")
        self.accuracy_axis = TextAxis("right", 5)
        self.accuracy_view = self.widget.add_right_axis(self.accuracy_axis)
        self.accuracy_view.setYRange(0, 100, padding=0)
        self.accuracy_axis.set_tick_values([(float(k), str(k)) for k in (0, 25, 50, 75, 100)])
        self.widget.view_box.disableAutoRange()
        self.accuracy_view.disableAutoRange()
        self.live_color = current_theme().curve_1
        self.raw = DenseCurve()
        self.widget.view_box.addItem(self.raw, ignoreBounds=True)
        self.train = self._dashed_curve(1)
        self.test = self._dashed_curve(2)
        self.smoothed = self._smooth_curve(3)
        # One path of hundreds of points, two pixels wide, takes Qt twice as long as its segments.
        self.smoothed.setSegmentedLineMode("on")
        self.test_dots = pg.ScatterPlotItem(size=6, pxMode=True)
        self.test_dots.setZValue(4)
        self.widget.view_box.addItem(self.test_dots, ignoreBounds=True)
        self.accuracy = DashedCurve("dot")
        self.accuracy_band = Band()
        for item in (self.accuracy_band, self.accuracy):
            self.accuracy_view.addItem(item, ignoreBounds=True)
        self.hover_line = pg.InfiniteLine(angle=90)
        self.hover_line.hide()
        self.widget.view_box.addItem(self.hover_line, ignoreBounds=True)
        self.marks = MarkLayer(self.widget)
        self.cursor = StepCursor(self.widget)
        self.widget.overlaid = [self.hover_line, self.cursor]
        self.widget.restyled.connect(self._restyle)
        self._restyle(current_theme())

    def _smooth_curve(self, height: int) -> Any:
        item = pg.PlotCurveItem(antialias=True, connect="finite", skipFiniteCheck=False)
        item.setZValue(height)
        self.widget.view_box.addItem(item, ignoreBounds=True)
        return item

    def _dashed_curve(self, height: int) -> DashedCurve:
        item = DashedCurve("dash")
        item.setZValue(height)
        self.widget.view_box.addItem(item, ignoreBounds=True)
        return item

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Say how the cost axis is labelled; the curves must be given in log10 then."""
        self.widget.left_axis.setLogMode(x=False, y=logarithmic)
        self.widget.hairlines.update()

    def set_test(self, steps: Curve, cost: Curve) -> None:
        """Show the test cost, with dots while there are few."""
        self.test.set_points(steps, cost)
        known = np.isfinite(cost)
        dotted = bool(0 < known.sum() <= FEW_EVALUATIONS)
        # Even without a point its painting would take a quarter of a millisecond.
        self.test_dots.setVisible(dotted)
        self.test_dots.setData(steps[known], cost[known]) if dotted else self.test_dots.clear()

    def set_live_color(self, color: str) -> None:
        """Draw the mini-batches in the colour of the branch that is trained."""
        if color != self.live_color:
            self.live_color = color
            self._color_live(current_theme())

    def _color_live(self, theme: Theme) -> None:
        self.raw.set_color(raw_color(self.live_color, theme))
        self.smoothed.setPen(self.widget.pen(self.live_color, 2))

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Show where settings changed; does nothing if the marks are the same."""
        if self.marks.set_marks(marks):
            self.widget.forget_picture()
            said = described(self.marks.changes)
            self.widget.setAccessibleDescription(said)
            # The hover box is not for the keyboard: F1 on the plot says the same.
            explanation = EXPLANATIONS["dock_cost_curves"]
            self.widget.setWhatsThis(f"{explanation} {said}" if said else "")

    def _restyle(self, theme: Theme) -> None:
        pen = self.widget.pen
        self.live_color = theme.curve_1
        self._color_live(theme)
        self.test.set_pen(theme.curve_2, 2)
        self.test_dots.setPen(None)
        self.test_dots.setBrush(QColor(theme.curve_2))
        self.train.set_pen(theme.muted, 1)
        self.accuracy.set_pen(theme.curve_3, 2)
        self.accuracy_band.set_brush(mix(theme.panel, theme.curve_3, 0.22))
        self.hover_line.setPen(pen(theme.muted, 1))


def raw_color(color: str, theme: Theme) -> str:
    """Give the colour of unsmoothed costs: 30 % of the line's in the panel's, opaque."""
    return theme.curve_1_raw if color == theme.curve_1 else mix(theme.panel, color, 0.3)


class HoverBox(ThemedWidget):
    """A small box of lines beside the pointer; the mouse passes through it.

    It lies over the whole window: a plot may be lower than a list of changes is long.

    Parameters
    ----------
    anchor : QWidget
        What the pointer moves over; the box goes with it.
    """

    def __init__(self, anchor: QWidget) -> None:
        super().__init__(anchor)
        self._anchor = anchor
        anchor.destroyed.connect(self.deleteLater)
        self.lines: list[tuple[str, str]] = []
        self.setAttribute(pg.QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_lines(self, lines: list[tuple[str, str]], at: QPoint) -> None:
        """Show captions with values beside a point of the anchor: inside it, if there is room."""
        self.lines = lines
        names = max(text_width(name, 11) for name, _ in lines)
        values = max(text_width(value, 11, 600) for _, value in lines)
        width, height = round(names + values + 32), 17 * len(lines) + 10
        window = self._anchor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        inside = QRect(self._anchor.mapTo(window, QPoint(0, 0)), self._anchor.size())
        room = inside if height <= inside.height() and width <= inside.width() else window.rect()
        point = self._anchor.mapTo(window, at)
        is_right = point.x() + 12 + width < room.right()
        left = point.x() + 12 if is_right else point.x() - 12 - width
        left = max(min(left, room.right() - width), room.left())
        top = max(min(point.y() - height // 2, room.bottom() - height), room.top())
        self.setGeometry(left, top, width, height)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            for k, (name, value) in enumerate(self.lines):
                row = QRectF(8, 5 + 17 * k, self.width() - 16, 17)
                paint_text(painter, row, name, theme.muted, 11)
                paint_text(
                    painter, row, value, theme.text, 11, 600, pg.QtCore.Qt.AlignmentFlag.AlignRight
                )
