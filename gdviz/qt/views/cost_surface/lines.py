"""Slices of the cost along directions, several on one scale.

What is shown is decided in `line_figures`; `line_marks` paints ball, steps and limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt.colors import mix
from gdviz.qt.painting import empty_state
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_surface import line_figures as figures
from gdviz.qt.views.cost_surface.line_curves import SliceCurves
from gdviz.qt.views.cost_surface.line_legend import STYLES, LineLegend
from gdviz.qt.views.cost_surface.line_marks import LineMarks
from gdviz.qt.views.cost_surface.sentence import Sentence
from gdviz.qt.widgets.labels import ElidedLabel
from gdviz.qt.widgets.plot import Band, make_plot_widget
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter
from gdviz.qt.widgets.ticks import linear_ticks, log_ticks

EMPTY = "The cost along single directions appears here as lines: where a step leads, and how far."
MOST_WHOLE = 2
"""Of more slices only the chosen one has its parabola: six would hide the curves."""
KEY_SHARE = 0.02
"""An arrow key moves the read-out by so large a share of the width."""


class _Empty(ThemedWidget):
    """Says what will appear, and how much of it is computed."""

    progress: float | None = None
    problem = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        share = "" if self.progress is None else f" {100 * self.progress:.0f} %"
        with smooth_painter(self) as painter:
            text = f"No slices: {self.problem}" if self.problem else EMPTY + share
            empty_state(painter, QRectF(self.rect()), text, current_theme())


class CostLines(QWidget):
    """One-dimensional slices of the cost on shared axes; give it slices when there are new ones.

    Only the thread of the window may call.

    Attributes
    ----------
    range : ColorRange
        Of the cost axis. While locked it only grows; after a change of ``locked`` or
        ``logarithmic`` call `redraw`, after another plane ``range.forget()``.
    chosen : int
        The slice whose step and limit have words in the picture.

    step : int or None
        Of which step the slices are; None if that is not known.

    Notes
    -----
    At most as many slices as `gdviz.qt.views.cost_surface.line_legend.STYLES` has are shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.range = ColorRange()
        self.lines: tuple[LineSlice, ...] = ()
        self.chosen = 0
        self.step: int | None = None
        self.reading = math.nan
        """The distance of the read-out; NaN while there is none."""
        self.plot = make_plot_widget("Cost along directions", most_x=7, most_y=6)
        self.plot.left_axis.setWidth(46)
        self.plot.view_box.disableAutoRange()
        self.plot.view_box.setMouseEnabled(x=False, y=False)
        self.bands: list[Band] = []
        self.curves: list[SliceCurves] = []
        self.marks = LineMarks(self.plot)
        self.legend = LineLegend()
        self.caption = ElidedLabel("", 11)
        self.distance = ElidedLabel("", 11)
        self.distance.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words = Sentence(2)
        self._empty = _Empty()
        self._pages = QStackedWidget()
        self._build()
        self.legend.chosen.connect(self._choose)
        self.plot.restyled.connect(self._restyle)
        self.plot.view_box.sigResized.connect(self._resized)
        self.plot.scene().sigMouseMoved.connect(self._pointer_moved)
        self.plot.installEventFilter(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 180)
        self.setAccessibleName("Cost along directions, with the next step and its limit")

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.legend)
        column.addWidget(self.caption)
        column.addWidget(self.plot, 1)
        column.addWidget(self.distance)
        column.addWidget(self.words)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 0, 8, 4)
        whole.addWidget(self._pages)

    def show_lines(self, lines: Sequence[LineSlice], step: int | None = None) -> None:
        """Show other slices, of a step; none at all shows what will appear here."""
        self.step = step
        self.lines = tuple(lines)[: len(STYLES)]
        self.chosen = min(self.chosen, max(len(self.lines) - 1, 0))
        figures.include_costs(self.range, self.lines)
        self._pages.setCurrentIndex(1 if self.lines else 0)
        self.redraw()

    def show_progress(self, progress: float | None) -> None:
        """Say before the first slices how much of them is computed, 0 to 1."""
        if progress != self._empty.progress:
            self._empty.progress = progress
            self._empty.update()

    def show_problem(self, text: str) -> None:
        """Say why there are no slices; an empty text takes it back."""
        if text != self._empty.problem:
            self._empty.problem = text
            self._empty.update()

    def redraw(self) -> None:
        """Show the same slices again: the range, its scale or the choice has changed."""
        log = self.range.is_logarithmic
        across, up = figures.distance_range(self.lines), figures.axis_ends(self.range)
        self.plot.left_axis.setLogMode(x=False, y=log)
        self.plot.view_box.setXRange(*across, padding=0)
        self.plot.view_box.setYRange(*up, padding=0)
        self._set_ticks()
        while len(self.curves) < len(self.lines):
            self.curves.append(SliceCurves(self.plot, len(self.curves)))
            self.curves[-1].restyle(current_theme())
        for index, curves in enumerate(self.curves):
            if index >= len(self.lines):
                curves.hide()
                continue
            whole = index == self.chosen or len(self.lines) <= MOST_WHOLE
            curves.show_line(self.lines[index], across, up, log=log, whole=whole)
        self._show_bands(log)
        self.marks.show_lines(self.lines, self.chosen, log)
        self._show_words(log)
        # Left to the painting, the new ranges would ask for a second painting.
        self.plot.view_box.updateMatrix()

    def _set_ticks(self) -> None:
        """Choose as many numbers for both axes as have room."""
        log, (low, high) = self.range.is_logarithmic, figures.axis_ends(self.range)
        area = self.marks.boundingRect()
        most = min(max(int(area.height() / 26), 2), 6)
        ticks = log_ticks(10.0**low, 10.0**high, most) if log else linear_ticks(low, high, most)
        self.plot.left_axis.set_tick_values(ticks)
        most = min(max(int(area.width() / 60), 3), 9)
        self.plot.bottom_axis.set_tick_values(
            linear_ticks(*figures.distance_range(self.lines), most)
        )
        self.plot.hairlines.update()

    def _show_parts(self) -> None:
        """Let what is around the plot give way on a low widget."""
        parts = figures.parts_for(self.height(), len(self.lines))
        self.legend.set_whole(parts.whole_legend)
        self.caption.setVisible(parts.captions)
        self.distance.setVisible(parts.captions)
        self.words.setVisible(parts.sentence)

    def _show_bands(self, log: bool) -> None:
        """Show the first slice's standard error; gaps part its band."""
        parts: list[tuple[Any, Any, Any]] = []
        for line in self.lines[:1]:
            bottom = figures.axis_ends(self.range)[0]
            low, high = figures.band_edges(line, bottom, logarithmic=log)
            runs = figures.known_runs(np.isfinite(low) & np.isfinite(high))
            parts = [(line.t[run], low[run], high[run]) for run in runs]
        while len(self.bands) < len(parts):
            band = Band()
            band.setZValue(0)
            self.plot.view_box.addItem(band, ignoreBounds=True)
            self.bands.append(band)
            self._restyle(current_theme())
        nothing = (np.empty(0),) * 3
        for index, band in enumerate(self.bands):
            band.set_edges(*(parts[index] if index < len(parts) else nothing))

    def _show_words(self, log: bool) -> None:
        self.legend.show_lines(self.lines, self.chosen)
        self._show_parts()
        if not self.lines:
            self.setAccessibleDescription("")
            return
        line = self.lines[self.chosen]
        said = figures.sentence(line)
        named = f"{line.title}: {said}" if len(self.lines) > 1 else said
        self.words.set_text(named, emphasised=figures.goes_too_far(line))
        self.caption.set_whole_text(
            figures.cost_caption(self.lines, logarithmic=log, step=self.step)
        )
        self.distance.set_whole_text(figures.distance_caption(self.lines))
        self.setAccessibleDescription(self.describe())
        self.plot.setAccessibleDescription(self.describe())

    def describe(self) -> str:
        """Say in words and numbers what is shown."""
        return figures.describe(self.lines) if self.lines else EMPTY

    def _choose(self, index: int) -> None:
        self.chosen = index
        self.redraw()

    def _restyle(self, theme: Theme) -> None:
        for curves in self.curves:
            curves.restyle(theme)
        for band in self.bands:
            band.set_brush(mix(theme.panel, getattr(theme, STYLES[0][0]), 0.22))
        self.marks.update()

    def _resized(self, *_: object) -> None:
        self._set_ticks()

    # The read-out

    def read_at(self, t: float) -> None:
        """Show what the slices cost at a distance; NaN, or one out of sight: nothing."""
        low, high = figures.distance_range(self.lines)
        self.reading = t if self.lines and low <= t <= high else math.nan
        self.marks.show_reading(self.reading)

    def _pointer_moved(self, position: QPointF) -> None:
        inside = self.marks.boundingRect().contains(position)
        at = self.plot.view_box.mapSceneToView(position).x() if inside else math.nan
        self.read_at(float(at))

    def _key_pressed(self, key: int) -> bool:
        """Move the read-out with the arrows, put it away with Escape; say if that was meant."""
        low, high = figures.distance_range(self.lines)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key))
        if step is not None:
            at = 0.0 if math.isnan(self.reading) else self.reading + step * KEY_SHARE * (high - low)
            self.read_at(min(max(at, low), high))
            return True
        if key == Qt.Key.Key_Escape and math.isfinite(self.reading):
            self.read_at(math.nan)
            return True
        return False

    # Qt's own names

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._show_parts()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: keys of the plot, and the pointer that leaves it."""
        if event.type() == QEvent.Type.Leave:
            self.read_at(math.nan)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key_pressed(event.key()) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(560, 380)
