"""The plot of a sweep of learning rates: cost against η, and where the lines stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPen

from gdviz.analysis.rate_range import RateRange
from gdviz.qt.fonts import font
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.plot import Plot, make_plot_widget

HEADROOM = 1.08
"""Height of the plot over the highest smoothed cost that is shown."""
HIGHEST_SHOWN = 2.0
"""Over this many times the first level, the cost may leave the plot: the fall is what counts."""

# Name of a line, its colour in the theme, whether it is solid, and the height of its words.
_LINES = (
    ("suggestion", "ball", 2.0, 0.94),
    ("now", "muted", 1.0, 0.83),
    ("lowest", "curve_1", 1.0, 0.72),
    ("breaks out", "error", 1.0, 0.61),
)


class RatePlot:
    """A plot with a logarithmic axis of η; owned by the dialog, on the GUI thread."""

    def __init__(self) -> None:
        self.widget: Plot = make_plot_widget(
            "Cost against the learning rate", most_x=8, first_prefix="η "
        )
        self.widget.bottom_axis.setLogMode(x=True, y=False)
        self.widget.view_box.disableAutoRange()
        self.widget.view_box.setMouseEnabled(x=False, y=False)
        self.raw, self.smoothed = pg.PlotCurveItem(), pg.PlotCurveItem(antialias=True)
        for height, item in enumerate((self.raw, self.smoothed)):
            item.setZValue(height)
            self.widget.view_box.addItem(item, ignoreBounds=True)
        self.lines = {name: self._line(height) for name, _, _, height in _LINES}
        self.suggestion: float | None = None
        self.widget.restyled.connect(self._restyle)
        self._restyle(current_theme())

    def show_range(self, found: RateRange) -> None:
        """Show a sweep; its arrays are read-only and are kept as they are."""
        places = np.log10(found.learning_rates)
        self.raw.setData(places, found.costs)
        self.smoothed.setData(places, found.smoothed)
        level = float(np.median(found.smoothed[: max(1, len(found.smoothed) // 10)]))
        top = min(float(found.smoothed.max()), HIGHEST_SHOWN * level) * HEADROOM
        right = found.broke_at or float(found.learning_rates[-1])
        span = np.log10(right) - places[0]
        self.widget.view_box.setRange(
            xRange=(places[0], np.log10(right) + 0.02 * span), yRange=(0, top), padding=0
        )
        self.suggestion = found.suggestion
        self._place("suggestion", found.suggestion)
        self._place("lowest", found.lowest_at)
        self._place("breaks out", found.broke_at)
        description = f"{len(found.costs):,} steps from {places_text(found)}. {found.reason}"
        self.widget.setAccessibleDescription(description)

    def show_now(self, learning_rate: float) -> None:
        """Show the learning rate that the run has now; it may lie outside of what was tried."""
        self._place("now", learning_rate, self.suggestion)

    def _line(self, height: float) -> Any:
        options = {"position": height, "movable": False, "anchors": [(0.5, 0.5), (0.5, 0.5)]}
        line = pg.InfiniteLine(0, angle=90, label="", labelOpts=options)
        line.label.setFont(font(11))
        line.setZValue(5)
        line.hide()
        self.widget.view_box.addItem(line, ignoreBounds=True)
        return line

    def _place(self, name: str, rate: float | None, avoided: float | None = None) -> None:
        """Put a line at an η; without one it is hidden. Its words avoid another line."""
        line = self.lines[name]
        line.setVisible(rate is not None)
        if rate is None:
            return
        place = float(np.log10(rate))
        left, right = self.widget.view_box.viewRange()[0]
        share = (place - left) / max(right - left, 1e-9)
        across = 0.5 if avoided is None else 1.0 if rate < avoided else 0.0
        across = 0.0 if share < 0.12 else 1.0 if share > 0.88 else across
        line.setValue(place)
        line.label.anchors = [(across, 0.5), (across, 0.5)]
        line.label.setFormat(f"{name} {rate:.2g}")
        line.label.updatePosition()

    def _restyle(self, theme: Theme) -> None:
        pen = self.widget.pen
        self.raw.setPen(pen(theme.curve_1_raw, 1))
        self.smoothed.setPen(pen(theme.curve_1, 2))
        for name, color, width, _ in _LINES:
            line = self.lines[name]
            line.setPen(pen(getattr(theme, color), width, "solid" if width > 1 else "dot"))
            line.label.fill = pg.mkBrush(theme.raised)
            line.label.border = QPen(pg.mkColor(theme.line))
            line.label.setColor(theme.text)
            line.label.update()


def places_text(found: RateRange) -> str:
    """Give the ends of a sweep in words."""
    return f"η = {found.learning_rates[0]:.2g} to {found.learning_rates[-1]:.2g}"
