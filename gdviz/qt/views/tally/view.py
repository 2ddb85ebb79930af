"""Tally: how often chance finds the lowest valley, in 1, 2 and 10 dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.hill.tally import DIMENSIONS, LEARNING_RATES
from gdviz.data.dataset import Dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt.fonts import font
from gdviz.qt.remembered_formulas import finite_numbers
from gdviz.qt.views.tally import words
from gdviz.qt.views.tally.counting import Counting, Question
from gdviz.qt.views.tally.plots import CostsPlot, SharePlot
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.figure_rows import FigureRows
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.scrolled import scrolled

CONTROLS, READINGS = 224, 340
WAIT_MS = 200
"""After another choice: arrows that are held ask once."""
_SEEDS = 2**31


class TallyView(QObject):
    """Counts where balls end; takes nothing from the training run."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock = context.dock
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        self._random, self.seed = np.random.default_rng(), 0
        self.optimizer = QComboBox()
        self.optimizer.setAccessibleName("Optimizer of the tally")
        self.optimizer.setFont(font(12))
        for key, optimizer in OPTIMIZERS.items():
            self.optimizer.addItem(optimizer.title, key)
        self.rate = NumberField("Learning rate η", LEARNING_RATES[self.key], prefix="η  ")
        self.again = self._button("Let go")
        self.starts = self._button("Other starts")
        self.starts.setToolTip("Draw 1,000 other starts in each number of dimensions")
        self.plots = {count: CostsPlot(count) for count in DIMENSIONS}
        self.shares, self.figures = SharePlot(), FigureRows(len(DIMENSIONS) + 2)
        self.sentence = HintLabel()
        self.board = self._laid_out()
        self.counting = Counting(context.inspect, self._refresh, self.board)
        self._late = QTimer(self.board)
        self._late.setSingleShot(True)
        self._late.setInterval(WAIT_MS)
        self._late.timeout.connect(self._count)
        self.optimizer.activated.connect(self._optimizer_chosen)
        self.rate.value_changed.connect(self._count_late)
        self.again.clicked.connect(self._count_or_cancel)
        self.starts.clicked.connect(self._draw_other_starts)
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.board

    @property
    def key(self) -> str:
        """The chosen optimizer."""
        return str(self.optimizer.currentData())

    @property
    def is_busy(self) -> bool:
        """Whether balls are still under way."""
        return self.counting.progress is not None or self._late.isActive()

    def show_frame(self, frame: Frame) -> None:
        """Nothing: the training run is not shown here."""

    def reset(self, dataset: Dataset) -> None:
        """Nothing: another training run changes no hill."""

    def state(self) -> dict[str, Any]:
        """What the user chose."""
        return {"optimizer": self.key, "rate": self.rate.value(), "seed": self.seed}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        rate, seed = finite_numbers([state.get("rate")]), state.get("seed")
        if state.get("optimizer") in OPTIMIZERS:
            self.optimizer.setCurrentIndex(self.optimizer.findData(state["optimizer"]))
            self.rate.set_value(LEARNING_RATES[self.key])
        if rate and rate[0] > 0:
            self.rate.set_value(rate[0])
        if isinstance(seed, int) and 0 <= seed < _SEEDS:
            self.seed = seed

    def describe(self) -> Description:
        """Tell the counts as a sentence and a table."""
        return words.described(self.counting.counted)

    # --- what the user does ---------------------------------------------------------------

    def _optimizer_chosen(self) -> None:
        self.rate.set_value(LEARNING_RATES[self.key])
        self._count_late()

    def _count_late(self) -> None:
        """Count anew if something is in sight that is no longer what is chosen."""
        if self.counting.counted is not None or self.counting.progress is not None:
            self._late.start()

    def _draw_other_starts(self) -> None:
        self.seed = int(self._random.integers(_SEEDS))
        self._count()

    def _count_or_cancel(self) -> None:
        if self.is_busy:
            self._late.stop()
            self.counting.cancel()
        else:
            self._count()

    def _count(self) -> None:
        self._late.stop()
        self.counting.count(Question(self.key, self.rate.value(), self.seed))

    # --- what is shown --------------------------------------------------------------------

    def _refresh(self) -> None:
        counted, progress = self.counting.counted, self.counting.progress
        tallies = counted.tallies if counted is not None else ()
        for k, plot in enumerate(self.plots.values()):
            known = tallies[k] if k < len(tallies) else None
            plot.show_tally(known, self._empty(k, progress))
        self.shares.show_tallies(tallies)
        self.figures.show_rows(*(words.rows(counted) if counted is not None else ()))
        text = self.counting.problem or (words.sentence(counted) if counted is not None else "")
        if text != self.sentence.text():
            self.sentence.setText(text)
        name = "Let go" if progress is None else "Cancel"
        if name != self.again.text():
            self.again.setText(name)
        said = words.about(counted.question) if counted is not None else ""
        if progress is not None:
            said = f"balls under way, {100 * progress:.0f} %"
        self.subtitle.set_text(said)
        self._dock.set_subtitle(said)

    def _empty(self, place: int, progress: float | None) -> str:
        """Give what stands where there is no histogram; only the first says what to do."""
        if progress is not None:
            return "Balls are under way."
        if self.counting.counted is not None:
            return "Nothing was counted here."
        return words.EMPTY if place == 0 else ""

    # --- how it is made -------------------------------------------------------------------

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(font(12, 500))
        button.setFixedHeight(28)
        return button

    def _laid_out(self) -> QWidget:
        controls = QWidget()
        controls.setFixedWidth(CONTROLS)
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.optimizer, self.rate, self.again, self.starts):
            column.addWidget(widget)
        column.addWidget(HintLabel(words.FUNCTION))
        readings = QWidget()
        right = QVBoxLayout(readings)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        self.shares.setFixedHeight(112)
        right.addWidget(self.shares)
        right.addWidget(self.figures)
        board = QWidget()
        row = QHBoxLayout(board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        left, end = scrolled(controls), scrolled(readings)
        left.setFixedWidth(CONTROLS + 12)
        end.setFixedWidth(READINGS)
        row.addWidget(left)
        middle, pictures = QVBoxLayout(), QHBoxLayout()
        pictures.setSpacing(16)
        for plot in self.plots.values():
            pictures.addWidget(plot, 1)
        middle.addLayout(pictures, 1)
        middle.addWidget(self.sentence)
        row.addLayout(middle, 1)
        row.addWidget(end)
        return board
