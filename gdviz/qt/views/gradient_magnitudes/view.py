"""The gradient: which weights and biases matter now, as pictures, by name, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from gdviz.analysis.column_means import ColumnMeans
from gdviz.analysis.gradient_summary import log_histogram
from gdviz.analysis.history import CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.component_panels import PanelMaker
from gdviz.qt.component_tiles import ComponentTiles
from gdviz.qt.views.gradient_magnitudes import figures
from gdviz.qt.views.gradient_magnitudes.plots import LayerPlot
from gdviz.qt.views.gradient_magnitudes.ranking import RankingTable
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.snapshot import Snapshot

PAGES = {"tiles": "Tiles", "ranking": "Ranking", "histogram": "Histogram", "time": "Over time"}
HISTOGRAM_CAPTION = "weights and biases per bin of |∂C/∂w|"
TILES_NAME = "The gradient of each weight and bias as pictures"
TILES_EMPTY = "The gradient of each weight appears here as pictures. Press Run or Step."
TEXT_FRAMES = 6
"""Rows of numbers change ten times a second at 60 Hz: quicker they cannot be read."""


class GradientMagnitudesView(QObject):
    """Shows `Snapshot.gradient` in four ways; only the page in sight is computed."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock = context.dock
        self._shown: Parameters | None = None
        self._snapshot: Snapshot | None = None
        self._history: CurveHistory | None = None
        self._history_state = (-1, -1)
        self._frames = 0
        self.is_unfinished = False
        """Whether the rows of the ranking are not all painted yet."""
        self._means = ColumnMeans()
        self._maker = PanelMaker()
        self.tiles = ComponentTiles(TILES_NAME, TILES_EMPTY)
        self.ranking = RankingTable()
        self.histogram = LayerPlot("Histogram of the gradient", HISTOGRAM_CAPTION, True)
        self.over_time = LayerPlot("Gradient over time", "norm of each layer / √size", False)
        self.pages = QStackedWidget()
        for table in (self.tiles, self.ranking):
            context.picker.watch(table, table.component_at)
        self._picker = context.picker
        self._picker.selection_changed.connect(self._selection_changed)
        for page in (self.tiles, self.ranking, self.histogram, self.over_time):
            self.pages.addWidget(page)
        self.switch = Segmented(list(PAGES.items()), "Gradient as")
        self.switch.changed.connect(self._page_chosen)
        self._dock.add_tool(self.switch)
        self.magnitude_action = self._dock.add_action(
            "Tiles: size only, logarithmic", self._magnitude_toggled
        )
        self.magnitude_action.setCheckable(True)
        self._dock.set_body_margins(0, 0, 0, 4)
        self._choose("ranking")

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.pages

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        self._snapshot, self._history = frame.snapshot, frame.history
        if self.is_unfinished:
            self.is_unfinished = not self.ranking.paint_part()
            if not self.is_unfinished:
                self.ranking.setAccessibleDescription(self.ranking.describe())
            return
        if self.switch.current() == "time":
            self._show_over_time(frame.history)
            return
        if frame.snapshot.gradient is self._shown:
            return
        self._frames += 1
        # A run that stands must show its last gradient at once; a running one not each frame.
        still = frame.snapshot.training_state is not None
        if self.switch.current() == "tiles" or still or self._frames % TEXT_FRAMES == 1:
            self._refresh(in_parts=frame.is_repeated)

    def _refresh(self, *, in_parts: bool = False) -> None:
        """Show the newest gradient on the page in sight."""
        self.is_unfinished = False
        snapshot = self._snapshot
        if snapshot is None or snapshot.gradient is None:
            return
        gradient = self._shown = snapshot.gradient
        page = self.switch.current()
        if page == "tiles":
            self._show_tiles(gradient, snapshot)
        elif page == "ranking":
            self.is_unfinished = in_parts
            show = self.ranking.begin_ranking if in_parts else self.ranking.show_ranking
            show(figures.ranking(snapshot.parameters, gradient), source_text(snapshot))
            self.ranking.setAccessibleDescription(self.ranking.describe())
        elif page == "histogram":
            self._show_histogram(gradient, snapshot)
        self.pages.setToolTip(f"Gradient of {source_text(snapshot)}")

    def _show_tiles(self, gradient: Parameters, snapshot: Snapshot) -> None:
        layout = gradient.layout
        panels, beyond = self._maker.panels(gradient.vector, layout)
        clipped = f"{number_text.percent(beyond / layout.size, 2)} clipped"
        notes = (source_text(snapshot), clipped, "last column: biases")
        self.tiles.show_panels(panels, layout, notes)

    def _show_histogram(self, gradient: Parameters, snapshot: Snapshot) -> None:
        plot, layout = self.histogram, gradient.layout
        plot.set_layers([layout.layer_title(k) for k in range(layout.n_layers)])
        counted = [log_histogram(gradient.vector[where]) for where in layout.layer_slices]
        for k, found in enumerate(counted):
            plot.set_curve(k, found.edges, found.counts, steps=True)
        low = min(float(found.edges[0]) for found in counted)
        high = max(float(found.edges[-1]) for found in counted)
        highest = max(float(found.counts.max()) for found in counted)
        # Below a billionth of the largest there is only rounding.
        plot.set_ranges((max(low, high * 1e-9), high), (0.8, max(highest, 2.0)))
        zeros = sum(found.zeros for found in counted)
        plot.caption.setText(f"{HISTOGRAM_CAPTION}, {source_text(snapshot)}")
        plot.foot.setText(
            f"{number_text.whole(zeros)} of {number_text.whole(layout.size)} are exactly 0 "
            "and have no place on a logarithmic axis"
        )

    def _show_over_time(self, history: CurveHistory) -> None:
        snapshot = self._snapshot
        is_past = snapshot is not None and snapshot.is_past
        self.over_time.step_cursor.show_step(snapshot.step if snapshot and is_past else None)
        state = (len(history), history.revision)
        if state == self._history_state or self._snapshot is None:
            return
        if history.revision != self._history_state[1]:
            self._means.clear()
        self._history_state = state
        layout = self._snapshot.parameters.layout
        plot = self.over_time
        plot.set_layers([layout.layer_title(k) for k in range(layout.n_layers)])
        n_columns = max(int(plot.plot.view_box.width() / 3), 50)
        every, steps, norms = figures.norms_over_time(history, self._means, n_columns)
        for k in range(layout.n_layers):
            plot.set_curve(k, steps, norms[:, k])
        known = norms[np.isfinite(norms) & (norms > 0)]
        ends = (float(known.min()), float(known.max())) if known.size else (0.1, 1.0)
        newest = float(steps[-1]) if len(steps) else 0.0
        plot.set_ranges((0.0, max(newest, 20.0)), ends)
        text = f"root mean square over every {number_text.whole(every)} mini-batches"
        if history.is_thinned:
            text += " and, of older ones, more"
        plot.foot.setText("each mini-batch" if every == 1 else text)

    # What the user does

    def _selection_changed(self) -> None:
        self.tiles.select(self._picker.selected)
        self.ranking.select(self._picker.selected)

    def _choose(self, key: str) -> None:
        self.switch.set_current(key)
        self._page_chosen(key)

    def _page_chosen(self, key: str) -> None:
        self.pages.setCurrentIndex(list(PAGES).index(key))
        self._history_state = (-1, -1)
        if key == "time" and self._history is not None:
            self._show_over_time(self._history)
        else:
            self._refresh()

    def _magnitude_toggled(self) -> None:
        self.tiles.shows_magnitude = self.magnitude_action.isChecked()
        self._refresh()

    # What is remembered

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._shown, self._snapshot, self._history = None, None, None
        self.is_unfinished = False
        self._history_state = (-1, -1)
        self._means.clear()
        self._maker = PanelMaker()
        self.tiles.show_panels((), None, ())
        self.ranking.show_ranking(None)
        self.over_time.step_cursor.show_step(None)
        for plot in (self.histogram, self.over_time):
            for k in range(len(plot.curves)):
                plot.set_curve(k, np.empty(0), np.empty(0))

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"page": self.switch.current(), "magnitude": self.magnitude_action.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if isinstance(state.get("magnitude"), bool):
            self.magnitude_action.setChecked(state["magnitude"])
            self.tiles.shows_magnitude = state["magnitude"]
        if state.get("page") in PAGES:
            self._choose(state["page"])


def source_text(snapshot: Snapshot) -> str:
    """Say of what the gradient is, for example ``mini-batch of 32, step 4,812``."""
    of, size = snapshot.gradient_examples, snapshot.gradient_batch
    is_whole = of >= size
    text = f"mini-batch of {number_text.whole(size)}"
    if not is_whole:
        text = f"mini-batch, first {number_text.whole(of)} of {number_text.whole(size)}"
    if not snapshot.gradient_is_next:
        return f"{text}, step {number_text.whole(snapshot.step)}"
    before = f", before step {number_text.whole(snapshot.step + 1)}" if is_whole else ""
    return f"next {text}{before}"
