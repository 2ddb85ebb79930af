"""Two plots of the gradient: how large its components are, and each layer's norm over time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gdviz.qt.number_text import power_of_ten
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.curve_legend import CurveLegend, LegendEntry
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.plot import Dash, Plot, make_plot_widget
from gdviz.qt.widgets.step_cursor import StepCursor
from gdviz.qt.widgets.ticks import log_ticks

STYLES: tuple[tuple[str, Dash], ...] = (
    ("curve_1", "solid"),
    ("curve_2", "dash"),
    ("curve_3", "dot"),
    ("text", "solid"),
    ("muted", "dash"),
    ("accent", "dot"),
)


def layer_style(layer_index: int) -> tuple[str, Dash]:
    """Give the theme's colour and the dash of a layer; they come round after six."""
    return STYLES[layer_index % len(STYLES)]


class LayerPlot(QWidget):
    """One line for each layer over logarithmic heights, with a legend, a caption and a foot.

    Parameters
    ----------
    name : str
        For a screen reader.
    caption : str
        What is drawn upwards; stands above the axis.
    logarithmic_x : bool
    """

    def __init__(self, name: str, caption: str, logarithmic_x: bool) -> None:
        super().__init__()
        self.plot: Plot = make_plot_widget(
            name, most_x=5, most_y=5, first_prefix="" if logarithmic_x else "step "
        )
        self._logarithmic_x = logarithmic_x
        self.plot.left_axis.setLogMode(x=False, y=True)
        self.plot.bottom_axis.setLogMode(x=logarithmic_x, y=False)
        self.plot.left_axis.setWidth(50)
        self.plot.view_box.disableAutoRange()
        self.plot.view_box.setMouseEnabled(x=False, y=False)
        self.curves: list[Any] = []
        self.step_cursor = StepCursor(self.plot)
        self.foot = Label("", 11, 400, "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 0, 16, 0)
        self._column.setSpacing(0)
        self.legend: CurveLegend | None = None
        self.caption = Label(caption, 11, 400, "muted")
        self._column.addWidget(self.caption)
        self._column.addWidget(self.plot, 1)
        self._column.addWidget(self.foot)
        self.plot.restyled.connect(self._restyle)

    def set_layers(self, titles: list[str]) -> None:
        """Make one line for each layer; does nothing if there are as many already."""
        if len(titles) == len(self.curves):
            return
        for curve in self.curves:
            self.plot.view_box.removeItem(curve)
        self.curves = []
        for _ in titles:
            curve = pg.PlotCurveItem(antialias=True, connect="finite")
            self.plot.view_box.addItem(curve, ignoreBounds=True)
            self.curves.append(curve)
        if self.legend is not None:
            self._column.removeWidget(self.legend)
            self.legend.deleteLater()
        entries = [
            LegendEntry(str(k), title, *layer_style(k), sample="") for k, title in enumerate(titles)
        ]
        self.legend = CurveLegend(entries, counts_hidden=True)
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._column.insertWidget(0, self.legend)
        self._restyle(current_theme())

    def set_curve(
        self, layer_index: int, x: npt.NDArray[Any], y: npt.NDArray[Any], steps: bool = False
    ) -> None:
        """Show a layer's values; what is not above 0 leaves a gap."""
        across = _logarithm(x) if self._logarithmic_x else np.asarray(x, float)
        mode = "center" if steps else None
        self.curves[layer_index].setData(across, _logarithm(y), stepMode=mode)

    def set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Set the ends of both axes, as values (not logarithms)."""
        low_y, high_y = _ends(y)
        self.plot.view_box.setYRange(low_y, high_y, padding=0.03)
        # As few labels as needed: over decades only powers of ten.
        self.plot.left_axis.set_tick_values(log_ticks(10.0**low_y, 10.0**high_y, 5))
        if self._logarithmic_x:
            low, high = _ends(x)
            self.plot.view_box.setXRange(low, high, padding=0)
            stride = max(math.ceil((high - low) / 5), 1)
            powers = range(math.ceil(low), math.floor(high) + 1, stride)
            self.plot.bottom_axis.set_tick_values([(10.0**k, power_of_ten(k)) for k in powers])
        else:
            self.plot.view_box.setXRange(*x, padding=0)
        # Left to the painting, the new ranges would ask for a second painting.
        self.plot.view_box.updateMatrix()

    def _restyle(self, theme: Theme) -> None:
        for k, curve in enumerate(self.curves):
            color, dash = layer_style(k)
            curve.setPen(self.plot.pen(getattr(theme, color), 2, dash))


def _ends(values: tuple[float, float]) -> tuple[float, float]:
    """Give logarithms of the ends of a range, at least a third of a decade apart."""
    low, high = np.log10(max(values[0], 1e-30)), np.log10(max(values[1], 1e-30))
    return float(low), float(max(high, low + 0.33))


def _logarithm(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    result = np.asarray(values, float).copy()
    drawable = np.isfinite(result) & (result > 0)
    result[~drawable] = np.nan
    np.log10(result, out=result, where=drawable)
    return result
