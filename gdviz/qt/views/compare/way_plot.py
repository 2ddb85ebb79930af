"""The cost on the straight way from A to B: as they stand, and with their neurons matched."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.inspection.comparing import Way
from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.curve_legend import CurveLegend, LegendEntry
from gdviz.qt.widgets.dashed_curve import DashedCurve
from gdviz.qt.widgets.labels import ElidedLabel, HintLabel
from gdviz.qt.widgets.meter_bar import MeterBar
from gdviz.qt.widgets.plot import Band, make_plot_widget

KINDS = ("as they stand", "neurons matched")
METER_WIDTH = 96


class WayPlot(QWidget):
    """Two curves with bands of ± one standard error.

    Attributes
    ----------
    asked : Signal()
        The curves are wanted, or no longer wanted if they are being computed.
    """

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ways: tuple[Way, ...] = ()
        self.plot = make_plot_widget("Cost along the straight line from A to B", most_y=5)
        self.plot.view_box.setMouseEnabled(x=False, y=False)
        self.plot.view_box.disableAutoRange()
        self.plot.view_box.setXRange(0, 1, padding=0.02)
        ticks = [(0.0, "A"), (0.25, "¼"), (0.5, "½"), (0.75, "¾"), (1.0, "B")]
        self.plot.bottom_axis.set_tick_values(ticks)
        self.bands = (Band(), Band())
        self.curves = (DashedCurve("dash"), pg.PlotCurveItem(antialias=True, connect="finite"))
        for item in (*self.bands, *self.curves):
            self.plot.view_box.addItem(item, ignoreBounds=True)
        self.legend = CurveLegend(
            [
                LegendEntry("0", KINDS[0], "curve_2", "dash", sample=""),
                LegendEntry("1", KINDS[1], "curve_1", sample=""),
            ]
        )
        self.caption = ElidedLabel("", 11)
        self.sentence = HintLabel("")
        self.sentence.setMinimumHeight(30)
        self.meter = MeterBar("Cost between the networks: computed")
        self.meter.setFixedWidth(METER_WIDTH)
        self.button = QPushButton("Compute")
        self.button.setFont(font(12))
        self.button.setAccessibleName("Compute the cost between the networks")
        self.button.clicked.connect(self.asked)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.legend)
        row.addWidget(self.caption, 1)
        row.addWidget(self.meter)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
        column.addWidget(self.sentence)
        self.plot.restyled.connect(self._restyle)
        self._restyle(current_theme())
        self.show_progress(None)

    def show_ways(self, ways: tuple[Way, ...], caption: str, sentence: str) -> None:
        """Show the way to B as it stands and to B matched, one of them, or none."""
        self.caption.set_whole_text(caption)
        self.sentence.setText(sentence)
        if ways is self.ways:
            return
        self.ways = ways
        none, highest = np.empty(0), 0.0
        dashed, solid = self.curves
        for k, (show, band) in enumerate(
            zip((dashed.set_points, solid.setData), self.bands, strict=True)
        ):
            if k >= len(ways):
                show(none, none)
                band.set_edges(none, none, none)
                continue
            way = ways[k]
            show(way.t, way.costs)
            band.set_edges(way.t, way.costs - way.errors, way.costs + way.errors)
            known = way.costs[np.isfinite(way.costs)]
            highest = max(highest, float(known.max(initial=0.0)))
        self.plot.view_box.setYRange(0, highest * 1.06 or 1.0, padding=0)

    def show_progress(self, progress: float | None, *, is_needed: bool = True) -> None:
        """Say how far the curves are, 0 to 1; None if they are not being computed."""
        self.meter.setVisible(progress is not None)
        self.meter.set_share(progress or 0.0)
        self.button.setText("Cancel" if progress is not None else "Compute")
        self.button.setVisible(progress is not None or is_needed)

    def _restyle(self, theme: Theme) -> None:
        dashed, solid = self.curves
        dashed.set_pen(theme.curve_2, 2)
        solid.setPen(self.plot.pen(theme.curve_1, 2))
        for band, color in zip(self.bands, (theme.curve_2, theme.curve_1), strict=True):
            band.set_brush(mix(theme.panel, color, 0.25))


def way_sentence(ways: tuple[Way, ...]) -> str:
    """Say how far the cost rises on the way, before and after matching."""
    parts = []
    for kind, way in zip(KINDS, ways, strict=False):
        inside = way.costs[1:-1]
        if not np.isfinite(inside).any():
            parts.append(f"{kind} no cost between them is a number")
            continue
        top = 1 + int(np.nanargmax(inside))
        highest, error = float(way.costs[top]), float(way.errors[top])
        rise = (
            f"{number_text.cost(highest)} ± {number_text.cost(error)} at its highest between them"
        )
        above = "not above the straight line between the ends"
        # Less than the standard error is no rise that anybody has seen.
        if not way.barrier <= error:
            above = (
                f"up to {number_text.cost(way.barrier)} above the straight line between the ends"
            )
        parts.append(f"{kind} the cost is {rise}, {above}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}. Matching changes no output of B."
