"""Finds a learning rate: a sweep on a copy, its curve, and a button that applies what it says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QWidget

from gdviz.analysis.rate_range import RateRange
from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.dialogs.rate_plot import RatePlot
from gdviz.qt.widgets.curve_legend import CurveLegend, LegendEntry
from gdviz.qt.widgets.labels import Label
from gdviz.runtime.rate_finder import RateSearch
from gdviz.runtime.snapshot import Snapshot

EMPTY = (
    "Here the cost will stand against the learning rate η.\n"
    "A copy of the network takes one mini-batch at each η, from small to large; "
    "the run itself is not touched."
)


class RateRangeDialog(PanelDialog):
    """Shows the sweep that the worker makes; nothing is changed but by the button.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    sweep_asked, cancelled : Signal()
    chosen : Signal(float)
        A learning rate to train with.
    """

    sweep_asked = Signal()
    cancelled = Signal()
    chosen = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("find_learning_rate", "Find learning rate", parent)
        self._found: RateRange | None = None
        self.plot = RatePlot()
        self._empty = Label(EMPTY, 12, 400, "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.plot.widget)
        legend = CurveLegend(
            [LegendEntry("cost", "mini-batch cost, smoothed", "curve_1", band="curve_1_raw")], self
        )
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(Label("Cost", 11, 400, "muted"))
        head.addWidget(legend)
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self._pages, 1)
        self._sentence = Label("", 12, 400, "text")
        self._sentence.setObjectName("rate_range_sentence")
        self._sentence.setWordWrap(True)
        self._sentence.setMinimumHeight(34)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._sentence)
        self._add_buttons()
        self.resize(680, 480)
        self.setMinimumSize(480, 360)

    def _add_buttons(self) -> None:
        self._again = self.add_button("Sweep again")
        self._again.setObjectName("button_sweep_again")
        self._again.clicked.connect(self.sweep_asked)
        self._cancel = self.add_button("Cancel")
        self._cancel.setObjectName("button_cancel_sweep")
        self._cancel.clicked.connect(self.cancelled)
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName("Progress of the sweep")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 100)
        self._progress.setFixedWidth(120)
        row = QHBoxLayout()
        row.addWidget(self._progress)
        self.buttons.addLayout(row)
        self.buttons.addStretch(1)
        self.add_button("Close").clicked.connect(self.reject)
        self._use = self.add_button("Use suggestion", "primary")
        self._use.setObjectName("button_use_learning_rate")
        self._use.setEnabled(False)
        self._use.clicked.connect(self._choose)
        self._show_progress(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how far the sweep is, or what it has found."""
        if not self.isVisible():
            return
        search = snapshot.rate_search
        self._show_progress(search.progress)
        if search.found is not self._found:
            self._show_found(search.found)
        self._say(search)
        if search.found is not None:
            now = snapshot.config.learning_rate
            self.plot.show_now(now)
            self._show_use(search, now)
        else:
            self._use.setEnabled(False)

    def _show_found(self, found: RateRange | None) -> None:
        self._found = found
        self._pages.setCurrentIndex(0 if found is None else 1)
        self.subtitle.set_whole_text(
            "" if found is None else f"{len(found.costs):,} steps on a copy of step {found.step:,}"
        )
        if found is not None:
            self.plot.show_range(found)

    def _say(self, search: RateSearch) -> None:
        if search.progress is not None:
            sentence = "Sweeping on a copy; the run itself goes on as it was."
        else:
            sentence = search.message or (search.found.reason if search.found else "")
        if self._sentence.text() != sentence:
            self._sentence.setText(sentence)

    def _show_progress(self, progress: float | None) -> None:
        is_sweeping = progress is not None
        for widget in (self._cancel, self._progress):
            widget.setVisible(is_sweeping)
        self._again.setVisible(not is_sweeping)
        if progress is not None:
            self._progress.setValue(round(100 * progress))

    def _show_use(self, search: RateSearch, now: float) -> None:
        suggestion = search.found.suggestion if search.found else None
        if suggestion is None:
            text = "No suggestion"
        else:
            text = f"η is {suggestion:g}" if suggestion == now else f"Use η = {suggestion:g}"
        if self._use.text() != text:
            self._use.setText(text)
            self._use.setAccessibleName(text)
        self._use.setEnabled(suggestion not in {None, now} and search.progress is None)

    def _choose(self) -> None:
        if self._found is not None and self._found.suggestion is not None:
            self.chosen.emit(self._found.suggestion)
