"""The curves of one slice of the cost on a plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt.colors import mix
from gdviz.qt.theme import Theme
from gdviz.qt.views.cost_surface import line_figures as figures
from gdviz.qt.views.cost_surface.line_legend import STYLES
from gdviz.qt.widgets.dashed_curve import DashedCurve
from gdviz.qt.widgets.plot import Plot

Ends = tuple[float, float]


class SliceCurves:
    """The items of one slice on a plot: the exact curve, its tangent and its parabola.

    Parameters
    ----------
    plot : Plot
    index : int
        Of the slice, which decides colour and dash.
    """

    def __init__(self, plot: Plot, index: int) -> None:
        self._plot, self._index = plot, index
        dash = STYLES[index][1]
        self.curve: Any
        if dash == "solid":
            self.curve = pg.PlotCurveItem(antialias=True, connect="finite", skipFiniteCheck=False)
        else:
            self.curve = DashedCurve(dash)
        self.tangent = pg.PlotCurveItem(antialias=True, connect="finite", skipFiniteCheck=False)
        self.parabola = DashedCurve("dot")
        for item, height in ((self.parabola, 1), (self.tangent, 2), (self.curve, 10 - index)):
            item.setZValue(height)
            plot.view_box.addItem(item, ignoreBounds=True)

    def hide(self) -> None:
        """Show nothing."""
        empty = np.empty(0)
        for item in (self.curve, self.tangent, self.parabola):
            self._set(item, empty, empty)

    def show_line(self, line: LineSlice, across: Ends, up: Ends, *, log: bool, whole: bool) -> None:
        """Show a slice.

        Parameters
        ----------
        line : LineSlice
        across, up : (low, high)
            Ends of both axes, in what is drawn.
        log : bool
        whole : bool
            Whether with its parabola and a long tangent; a short tangent else.
        """
        self._set(self.curve, line.t, figures.drawn(line.cost, logarithmic=log))
        t = figures.tangent_places(line, *across, whole=whole)
        self._set(self.tangent, t, figures.drawn(figures.tangent(line, t), logarithmic=log))
        t = np.linspace(*across, 121 if whole else 0)
        y = figures.drawn(figures.parabola(line, t), logarithmic=log)
        # Far outside it has no shape that could be seen, only a length to be cut into dots.
        margin = 0.2 * (up[1] - up[0])
        y[~((y > up[0] - margin) & (y < up[1] + margin))] = np.nan
        self._set(self.parabola, t, y)

    @staticmethod
    def _set(item: Any, x: Any, y: Any) -> None:
        if isinstance(item, DashedCurve):
            item.set_points(x, y)
        else:
            item.setData(x, y)

    def restyle(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        color = getattr(theme, STYLES[self._index][0])
        if isinstance(self.curve, DashedCurve):
            self.curve.set_pen(color, 2)
        else:
            self.curve.setPen(self._plot.pen(color, 2))
        self.tangent.setPen(self._plot.pen(mix(theme.panel, color, 0.75), 1))
        self.parabola.set_pen(mix(theme.panel, color, 0.65), 1)
