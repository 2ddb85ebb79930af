"""What the tools with a slider have in common: the slider, its words, and the curve along it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from gdviz.analysis.inspection.components import n_weights
from gdviz.analysis.inspection.surgery import Change, Surgery
from gdviz.qt.views.surgery.sweep_plot import SweepPlot
from gdviz.qt.widgets.labels import HintLabel, Label

MOST_AT_ONCE = 500_000
"""Weights up to which the network follows the slider; beyond it, it waits for its release."""


class SliderTool(QWidget):
    """A slider with its value in words, a hint, and the accuracy along it.

    Attributes
    ----------
    asked : Signal(object)
        A change that is wanted.
    begun : Signal()
        The slider was taken hold of: what follows is undone as one.
    """

    asked = Signal(object)
    begun = Signal()

    key = ""
    kind: type[Change]
    title = ""

    def __init__(self, n_positions: int, plot: SweepPlot) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(f"slider_{self.key}")
        self.slider.setAccessibleName(self.title)
        self.slider.setRange(0, n_positions)
        self.slider.setPageStep(max(n_positions // 20, 1))
        self.value = Label("", 12, 600)
        self.value.setMinimumWidth(58)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.hint = HintLabel("")
        self.hint.setMinimumHeight(30)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.plot = plot
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(Label(self.title, 12, 400, "muted"))
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.row)
        column.addWidget(self.hint)
        column.addWidget(plot, 1)
        column.addStretch(0)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderPressed.connect(self.begun)

    def show_surgery(self, surgery: Surgery) -> None:
        """Stand where a surgery has it."""
        found = [c for c in surgery.present if isinstance(c, self.kind)]
        change = found[0] if found else None
        layout = surgery.start.architecture.layout
        self.slider.setTracking(n_weights(layout) <= MOST_AT_ONCE)
        self.adapt(surgery)
        if not self.slider.isSliderDown():
            self._show_position(0 if change is None else self.position_of(change))
        self.value.setText(self.value_words(change))
        self.hint.setText(self.hint_words(surgery, change))
        self.slider.setAccessibleDescription(f"{self.value.text()}. {self.hint.text()}")
        self.plot.show_place(self.x_of(change))

    def _show_position(self, position: int) -> None:
        was_blocked = self.slider.blockSignals(True)
        self.slider.setValue(position)
        self.slider.blockSignals(was_blocked)

    def _moved(self, position: int) -> None:
        self.asked.emit(self.change_at(position))

    # What each tool says of itself. Not abstract methods: a Qt class has a metaclass of its own,
    # which cannot be `abc.ABCMeta` too.

    def adapt(self, surgery: Surgery) -> None:
        """Take over what depends on the network."""
        del surgery

    def change_at(self, position: int) -> Change:
        """Give the change that a position of the slider stands for."""
        raise NotImplementedError  # every tool says its own

    def position_of(self, change: Change) -> int:
        """Give the position of a change of this tool's kind."""
        raise NotImplementedError  # every tool says its own

    def x_of(self, change: Change | None) -> float | None:
        """Give where a change stands along the curve."""
        raise NotImplementedError  # every tool says its own

    def value_words(self, change: Change | None) -> str:
        """Give what stands beside the slider."""
        raise NotImplementedError  # every tool says its own

    def hint_words(self, surgery: Surgery, change: Change | None) -> str:
        """Say what the change does, with its numbers."""
        raise NotImplementedError  # every tool says its own

    def swept(self) -> tuple[tuple[float, ...], tuple[Change, ...]]:
        """Give the values of the curve, and the changes to be tried."""
        raise NotImplementedError  # every tool says its own

    @property
    def depends_on(self) -> float:
        """What the curve depends on besides the network and its other changes."""
        return 0.0

    def places(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give where the values of the curve stand along it."""
        return values
