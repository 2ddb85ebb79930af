"""A curve of the accuracy along a slider, with its interval and a mark where the slider is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.inspection.sweeps import Sweep
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.labels import ElidedLabel
from gdviz.qt.widgets.meter_bar import MeterBar
from gdviz.qt.widgets.plot import Band, make_plot_widget

METER_WIDTH = 72


class SweepPlot(QWidget):
    """The plot, and above it what it shows, how far it is, and a button to have it computed.

    Parameters
    ----------
    name : str
        For a screen reader.
    ticks : sequence of (float, str)
        Labels of the lower axis.
    ends : (float, float)
        Of the lower axis.

    Attributes
    ----------
    asked : Signal()
        The curve is wanted, or no longer wanted if it is being computed.
    """

    asked = Signal()

    def __init__(
        self, name: str, ticks: Sequence[tuple[float, str]], ends: tuple[float, float]
    ) -> None:
        super().__init__()
        self.sweep: Sweep | None = None
        self.plot = make_plot_widget(name, most_y=5)
        self.plot.setMinimumHeight(84)
        self.plot.left_axis.setWidth(34)
        self.plot.left_axis.set_tick_values([(float(k), str(k)) for k in (0, 25, 50, 75, 100)])
        self.plot.view_box.setMouseEnabled(x=False, y=False)
        self.plot.view_box.disableAutoRange()
        self.plot.view_box.setYRange(0, 102, padding=0)
        self.set_axis(ticks, ends)
        self.band = Band()
        self.curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self.dots = pg.ScatterPlotItem(size=3, pxMode=True)
        self.place = pg.InfiniteLine(angle=90)
        for item in (self.band, self.dots, self.curve, self.place):
            self.plot.view_box.addItem(item, ignoreBounds=True)
        self.caption = ElidedLabel("", 11)
        self.meter = MeterBar(f"{name}: computed")
        self.meter.setFixedWidth(METER_WIDTH)
        self.button = QPushButton("Compute")
        self.button.setFont(font(12))
        self.button.setProperty("role", "ghost")
        self.button.setAccessibleName(f"{name}: compute")
        self.button.clicked.connect(self.asked)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.caption, 1)
        row.addWidget(self.meter)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        self.plot.restyled.connect(self._restyle)
        self._restyle(current_theme())
        self.show_progress(None)

    def set_axis(self, ticks: Sequence[tuple[float, str]], ends: tuple[float, float]) -> None:
        """Label the lower axis."""
        self.plot.bottom_axis.set_tick_values(list(ticks))
        self.plot.view_box.setXRange(*ends, padding=0.01)

    def show_sweep(self, x: npt.NDArray[np.float64], sweep: Sweep | None, caption: str) -> None:
        """Show a curve over places of the lower axis, shape (m,); None shows none."""
        self.sweep = sweep
        self.caption.set_whole_text(caption)
        if sweep is None:
            none = np.empty(0)
            self.curve.setData(none, none)
            self.band.set_edges(none, none, none)
            self.dots.setData(none, none)
            return
        low, high = sweep.interval
        self.band.set_edges(x, 100 * low, 100 * high)
        self.curve.setData(x, 100 * sweep.accuracy)
        others = 100 * sweep.others / sweep.total
        self.dots.setData(np.tile(x, len(others)), others.ravel())

    def show_place(self, x: float | None) -> None:
        """Mark where the slider is; None marks nothing."""
        self.place.setVisible(x is not None)
        if x is not None:
            self.place.setValue(x)

    def show_progress(self, progress: float | None, *, is_old: bool = False) -> None:
        """Say how far the curve is, 0 to 1; None if it is not being computed."""
        self.meter.setVisible(progress is not None)
        self.meter.set_share(progress or 0.0)
        self.button.setText("Cancel" if progress is not None else "Compute")
        self.button.setVisible(progress is not None or is_old or self.sweep is None)

    def _restyle(self, theme: Theme) -> None:
        self.band.set_brush(mix(theme.panel, theme.curve_1, 0.3))
        self.curve.setPen(self.plot.pen(theme.curve_1, 2))
        self.dots.setPen(QPen(Qt.PenStyle.NoPen))
        self.dots.setBrush(QBrush(QColor(theme.muted)))
        self.place.setPen(self.plot.pen(theme.ball, 1.5))

    def plot_area(self) -> QRectF:
        """Give where the curve stands, in the plot's scene."""
        return QRectF(self.plot.view_box.sceneBoundingRect())
