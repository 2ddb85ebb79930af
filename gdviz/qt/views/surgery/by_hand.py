"""The two tools without a slider: neurons that are off, and one weight at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.analysis.inspection.components import component_index
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.analysis.inspection.surgery import (
    SetComponent,
    Surgery,
    SwitchOff,
    can_be_switched_off,
)
from gdviz.nn.parameters import Architecture, Parameters
from gdviz.qt.fonts import font
from gdviz.qt.views.surgery.neuron_grid import NeuronGrid
from gdviz.qt.views.surgery.words import component_words
from gdviz.qt.widgets.labels import HintLabel, Label
from gdviz.qt.widgets.meter_bar import MeterBar
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.segmented import Segmented
from gdviz.qt.widgets.ticks import format_number, next_whole

LARGEST = 1e6
OFF_HINT = (
    "Off: the weights that go on from a neuron are taken as 0, as if its activation were 0. "
    "Click a cell, or arrows and Enter."
)


class NeuronTool(QWidget):
    """Cells of all hidden neurons.

    Attributes
    ----------
    asked : Signal(object)
        A `SwitchOff` that is wanted.
    chosen : Signal(object)
        A `NeuronPlace` that was chosen here.
    tried : Signal()
        Each neuron is to be tried alone, or no longer.
    """

    asked = Signal(object)
    chosen = Signal(object)
    tried = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._off: tuple[NeuronPlace, ...] = ()
        self._place: NeuronPlace | None = None
        self.grid = NeuronGrid()
        self.grid.toggled.connect(self.toggle)
        self.grid.chosen.connect(self.chosen)
        self.hint = HintLabel(OFF_HINT)
        self.switch = QPushButton("Switch off")
        self.switch.setFont(font(12))
        self.switch.setToolTip("The chosen neuron, here or in another panel")
        self.switch.clicked.connect(lambda: self.toggle(self._place))
        self.try_each = QPushButton("Try each alone")
        self.try_each.setFont(font(12))
        self.try_each.setToolTip("The accuracy without each of these neurons, one after the other")
        self.try_each.clicked.connect(self.tried)
        self.meter = MeterBar("Each neuron tried alone")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.switch)
        row.addStretch(1)
        row.addWidget(self.meter)
        row.addWidget(self.try_each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.hint)
        column.addWidget(self.grid, 1)
        column.addLayout(row)

    def show_surgery(
        self,
        surgery: Surgery,
        place: NeuronPlace | None,
        changes: npt.NDArray[np.int64] | None,
    ) -> None:
        """Show which neurons are off; see `NeuronGrid.show_neurons`."""
        found = [c.neurons for c in surgery.present if isinstance(c, SwitchOff)]
        self._off = found[0] if found else ()
        architecture = surgery.start.architecture
        can = place is not None and can_be_switched_off(place, architecture.layout)
        self._place = place if can else None
        self.switch.setEnabled(can)
        self.try_each.setEnabled(len(architecture.layer_sizes) > 2)
        if place is None:
            text = "Switch off the chosen neuron"
        elif not can:
            text = f"{place.title(architecture)} has no outgoing weights"
        else:
            word = "on" if place in self._off else "off"
            text = f"Switch {word} {place.title(architecture)}"
        self.switch.setText(text)
        self.grid.show_neurons(architecture, self._off, self._place, changes)

    def show_progress(self, progress: float | None) -> None:
        """Say how far the trying is; None if nothing is tried."""
        self.meter.setVisible(progress is not None)
        self.meter.set_share(progress or 0.0)
        self.try_each.setText("Cancel" if progress is not None else "Try each alone")

    def toggle(self, place: NeuronPlace | None) -> None:
        """Ask for a neuron to be off, or on again."""
        if place is None:
            return
        kept = tuple(each for each in self._off if each != place)
        self.asked.emit(SwitchOff(kept if place in self._off else (*self._off, place)))


class WeightTool(QWidget):
    """Layer, from, to and value of one weight or bias.

    Attributes
    ----------
    asked : Signal(object)
        A `SetComponent` that is wanted.
    begun : Signal()
        Another component was chosen: what follows is undone by itself.
    """

    asked = Signal(object)
    begun = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._architecture: Architecture | None = None
        self._parameters: Parameters | None = None
        self._start: Parameters | None = None
        self._shown = -1
        self._picked: tuple[NeuronPlace | None, int | None] = (None, None)
        self.kind = Segmented([("weight", "Weight"), ("bias", "Bias")], "Weight or bias")
        self.layer = QComboBox()
        self.layer.setAccessibleName("Layer")
        self.to = _counter("To neuron")
        self.source = _counter("From")
        self.value = NumberField("Value", 0.0, -LARGEST, LARGEST, zero=True, step=_by_tenths)
        self.value.set_explanation("What the weight or bias is set to")
        self.zero = QPushButton("Set to 0")
        self.zero.setFont(font(12))
        self.hint = HintLabel("")
        self.kind.changed.connect(self._component_changed)
        self.layer.activated.connect(self._layer_changed)
        self.to.value_changed.connect(self._component_changed)
        self.source.value_changed.connect(self._component_changed)
        self.value.value_changed.connect(self._value_changed)
        self.zero.clicked.connect(lambda: self._value_changed(0.0))
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        self._source_label = Label("from", 12, 400, "muted")
        fields = (
            (Label("layer", 12, 400, "muted"), self.layer, 0, 0),
            (Label("to", 12, 400, "muted"), self.to, 0, 2),
            (self._source_label, self.source, 1, 2),
            (Label("value", 12, 400, "muted"), self.value, 2, 0),
        )
        for label, field, row, column in fields:
            label.setBuddy(field)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1)
        grid.addWidget(self.kind, 1, 1)
        grid.addWidget(self.zero, 2, 3)
        grid.addWidget(self.hint, 3, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        grid.setRowStretch(4, 1)

    @property
    def component(self) -> int:
        """The position of the chosen weight or bias in the vector."""
        assert self._architecture is not None
        layer = self.layer.currentIndex()
        is_output = layer == self._architecture.layout.n_layers - 1
        to = int(self.to.value()) - (0 if is_output else 1)
        source = int(self.source.value()) - (0 if layer == 0 else 1)
        is_bias = self.kind.current() == "bias"
        return component_index(self._architecture.layout, layer, to, None if is_bias else source)

    def show_surgery(self, surgery: Surgery, now: Parameters) -> None:
        """Show the chosen component of a network."""
        architecture = surgery.start.architecture
        self._start, self._parameters = surgery.start.parameters, now
        if self._architecture is None or architecture.layer_sizes != self._architecture.layer_sizes:
            self._architecture = architecture
            self.layer.clear()
            layout = architecture.layout
            self.layer.addItems([layout.layer_title(k) for k in range(layout.n_layers)])
            self._show_ranges()
        self._show_value()

    def pick(self, place: NeuronPlace | None, pixel: int | None) -> None:
        """Follow the neuron and the pixel that are chosen in other panels."""
        if (place, pixel) == self._picked or self._architecture is None:
            return
        self._picked = place, pixel
        sizes = self._architecture.layer_sizes
        if place is not None:
            self.layer.setCurrentIndex(place.layer)
            self._show_ranges()
            first = 0 if place.layer == len(sizes) - 2 else 1
            self.to.set_value(place.index + first)
        if pixel is not None and self.layer.currentIndex() == 0 and pixel < sizes[0]:
            self.source.set_value(pixel)
            self.kind.set_current("weight")
        self.begun.emit()
        self._show_value()

    def _layer_changed(self) -> None:
        self._show_ranges()
        self._component_changed()

    def _show_ranges(self) -> None:
        """Let the counters go as far as the layer does; what is beyond begins anew."""
        assert self._architecture is not None
        layer, sizes = self.layer.currentIndex(), self._architecture.layer_sizes
        is_output = layer == len(sizes) - 2
        # As people count: pixels and outputs from 0, hidden neurons from 1.
        first = 0 if is_output else 1
        self.to.set_range(
            first, first + sizes[layer + 1] - 1, "output " if is_output else "neuron "
        )
        first = 0 if layer == 0 else 1
        self.source.set_range(
            first, first + sizes[layer] - 1, "pixel " if layer == 0 else "neuron "
        )

    def _component_changed(self, *_: object) -> None:
        self.begun.emit()
        self._show_value()

    def _value_changed(self, value: float) -> None:
        if self._architecture is not None:
            self.asked.emit(SetComponent(self.component, value))

    def _show_value(self) -> None:
        if self._architecture is None or self._parameters is None or self._start is None:
            return
        is_weight = self.kind.current() == "weight"
        self.source.setEnabled(is_weight)
        self._source_label.setEnabled(is_weight)
        index = self.component
        value, before = float(self._parameters.vector[index]), float(self._start.vector[index])
        known = np.isfinite(value) and abs(value) <= LARGEST
        if index != self._shown or not self.value.hasFocus():  # somebody may be typing
            self.value.set_value(float(f"{value:.6g}") if known else 0.0)
        self._shown = index
        where = component_words(self._architecture.layout, index)
        side = self._side()
        if is_weight and self.layer.currentIndex() == 0 and side:
            row, column = divmod(int(self.source.value()), side)
            where += f" (row {row}, column {column})"
        now = "" if known else f" It is {format_number(value)} now."
        self.hint.setText(
            f"{where}; it was {format_number(float(f'{before:.6g}'))}.{now} A neuron chosen in "
            "another panel and a pixel pointed at are taken over."
        )

    def _side(self) -> int:
        assert self._architecture is not None
        n_inputs = self._architecture.layer_sizes[0]
        side = int(np.sqrt(n_inputs))
        return side if side * side == n_inputs else 0


def _counter(name: str) -> NumberField:
    return NumberField(name, 1, 0, 1, whole=True, zero=True, step=next_whole)


def _by_tenths(value: float, steps: int) -> float:
    return round(value + steps / 10, 6)
