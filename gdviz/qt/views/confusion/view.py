"""Confusion: which digit the network takes for which, in every image of a split."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.confusion import Confusion, confusion_of
from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.sample import Sample
from gdviz.data.dataset import Dataset
from gdviz.qt.inspecting import Inspection
from gdviz.qt.number_text import whole
from gdviz.qt.sample_switch import SampleSwitch
from gdviz.qt.views.confusion import words
from gdviz.qt.views.confusion.matrix import ConfusionMatrix
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.qt.widgets.segmented import Segmented

EMPTY = "Which digit is taken for which appears here as soon as a network is looked at."
NUMBERS = {"counts": "Counts", "shares": "Share"}


class ConfusionView(QObject):
    """Shows the newest `Outcomes` as a matrix; a chosen cell is what the mistakes show."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._control = context.inspect
        self._shown: Outcomes | None = None
        self._sample = Sample()
        self._confusion: Confusion | None = None
        self._control.want_outcomes("test")
        self.subtitle = RunningLine()
        context.dock.replace_subtitle(self.subtitle)
        context.dock.set_body_margins(16, 0, 16, 8)
        self.matrix = ConfusionMatrix()
        self.matrix.empty_text = EMPTY
        self.matrix.cell_chosen.connect(self._control.choose_cell)
        self.numbers = Segmented(list(NUMBERS.items()), "Numbers")
        self.numbers.segment("shares").setToolTip("Share of the row, %: of the images of a digit")
        self.numbers.changed.connect(self._numbers_changed)
        self.switch = SampleSwitch(self._control)
        self.diagonal_action = context.dock.add_action(
            "Colour the diagonal too", self._diagonal_toggled
        )
        self.diagonal_action.setCheckable(True)
        self._widget = QWidget()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.matrix, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.numbers)
        row.addStretch(1)
        row.addWidget(self.switch)
        column.addLayout(row)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._widget

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None:
            self._show_nothing(EMPTY)
            return
        self.switch.show_sample(inspection.sample)
        self.matrix.choose(inspection.chosen_cell)
        self._control.want_outcomes(inspection.sample.split)
        if not inspection.network.fits(self._control.split(inspection.sample.split)):
            self._show_nothing(does_not_fit(inspection))
            return
        outcomes = inspection.outcomes.get(inspection.sample.split)
        if outcomes is None:
            self._show_nothing("The network is being tried on every image.")
        elif outcomes is not self._shown or inspection.sample != self._sample:
            self._show_outcomes(outcomes, inspection.sample)

    def _show_outcomes(self, outcomes: Outcomes, sample: Sample) -> None:
        self._shown, self._sample = outcomes, sample
        taken = sample.of(outcomes)
        self._confusion = confusion_of(taken)
        note, is_finite = "", np.isfinite(taken.outputs)
        if not is_finite.all():
            n_bad = len(taken) - int(is_finite.all(axis=1).sum())
            note = f"{whole(n_bad)} images have outputs that are not finite: said means nothing"
        self.matrix.show_confusion(self._confusion, note)
        self.subtitle.set_text(words.of_all(self._confusion))

    def _show_nothing(self, why: str) -> None:
        self._shown, self._confusion = None, None
        self.matrix.empty_text = why
        self.matrix.show_confusion(None)
        self.subtitle.set_text("")

    def describe(self) -> Description:
        """Give the matrix as a sentence and a table."""
        if self._confusion is None:
            return Description(self.matrix.empty_text)
        return words.describe(self._confusion, self._sample.title(self._confusion.total))

    def _numbers_changed(self, key: str) -> None:
        self.matrix.show_numbers(as_shares=key == "shares")

    def _diagonal_toggled(self) -> None:
        self.matrix.mask_diagonal(not self.diagonal_action.isChecked())

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._show_nothing(EMPTY)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"numbers": self.numbers.current(), "diagonal": self.diagonal_action.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("numbers") in NUMBERS:
            self.numbers.set_current(state["numbers"])
            self._numbers_changed(state["numbers"])
        if isinstance(state.get("diagonal"), bool):
            self.diagonal_action.setChecked(state["diagonal"])
            self._diagonal_toggled()


def does_not_fit(inspection: Inspection) -> str:
    """Say why a network cannot be tried on the images."""
    network = inspection.network
    return (
        f"This network takes {whole(network.n_inputs)} numbers and gives "
        f"{whole(network.n_outputs)}: the images do not fit it."
    )
