"""A slider for k of σ(kz): its logarithm, and the hard step at the far end."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from gdviz.analysis.smoothness import HARD
from gdviz.qt.painting import RIGHT
from gdviz.qt.views.smoothness.asking import STEEPEST
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.ticks import format_number

PLACES = 90


class SteepnessSlider(QWidget):
    """k from 1 to 1,000, then a step.

    Attributes
    ----------
    changed : Signal(float)
        Another k from the user; `HARD` at the far end.
    """

    changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, PLACES + 1)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName("Steepness k of σ(kz)")
        self.slider.setToolTip("k of σ(kz) in every layer; at the far right all neurons are steps")
        self._number = Label("", 12, 600)
        self._number.setAlignment(RIGHT)
        self._number.setFixedWidth(62)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Label("k", 12, 400, "muted"))
        row.addWidget(self.slider, 1)
        row.addWidget(self._number)
        self._say()
        self.slider.valueChanged.connect(self._moved)

    def value(self) -> float:
        """Give k."""
        place = self.slider.value()
        # Three digits: what is shown is what is used.
        return HARD if place > PLACES else float(f"{STEEPEST ** (place / PLACES):.3g}")

    def set_value(self, steepness: float) -> None:
        """Show the place nearest to k without telling."""
        place = PLACES + 1
        if math.isfinite(steepness):
            share = math.log(min(max(steepness, 1.0), STEEPEST)) / math.log(STEEPEST)
            place = round(share * PLACES)
        with QSignalBlocker(self.slider):
            self.slider.setValue(place)
        self._say()

    def _moved(self) -> None:  # a slot
        self._say()
        self.changed.emit(self.value())

    def _say(self) -> None:
        text = text_of(self.value())
        self._number.setText(text)
        self.slider.setAccessibleDescription(text)


def text_of(steepness: float) -> str:
    """Give k as people read it; steps are called so."""
    return "hard step" if steepness == HARD else format_number(steepness)
