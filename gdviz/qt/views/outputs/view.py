"""The outputs for the example: each against its target, and how they make up its cost."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.data.dataset import Dataset
from gdviz.qt.example_passes import ExamplePasses, why_nothing
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.outputs.bars import EMPTY, OutputTable
from gdviz.qt.views.outputs.figures import OutputFigures
from gdviz.qt.views.view import Frame, ViewContext


class OutputsView(QObject):
    """Shows the last layer for the example; a click on an output chooses its neuron."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._control = context.dock, context.inspect
        self._passes = ExamplePasses(context.inspect, "outputs: pass")
        self._shown: object = None
        self._words = EMPTY
        self.table = OutputTable()
        self.table.bars.chosen.connect(self._choose)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.table

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if inspection is None or inspection is self._shown:
            return
        self._shown = inspection
        self._mark_chosen(inspection)
        passed = self._passes.of(inspection)
        if passed is None:
            self._words = why_nothing(inspection)
            self.table.show_figures(None, self._words)
            self._dock.set_subtitle("")
            return
        figures = self.table.bars.figures
        if figures is not None and figures.outputs is passed.outputs:
            return
        figures = OutputFigures.of(passed)
        self.table.show_figures(figures)
        self._dock.set_subtitle(figures.note)

    def describe(self) -> Description:
        """Give the outputs as a sentence and a table."""
        figures = self.table.bars.figures
        return Description(self._words) if figures is None else figures.describe()

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._shown = None
        self._words = EMPTY
        self.table.show_figures(None)

    def state(self) -> dict[str, Any]:
        """Nothing is chosen here."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing is remembered."""

    def _mark_chosen(self, inspection: Inspection) -> None:
        neuron, last = inspection.neuron, inspection.network.architecture.layout.n_layers - 1
        is_output = neuron is not None and neuron.layer == last
        chosen = neuron.index if neuron and is_output else None
        if chosen != self.table.bars.chosen_output:
            self.table.bars.chosen_output = chosen
            self.table.bars.repaint_rows()

    def _choose(self, row: int) -> None:  # a slot
        inspection = self._control.inspection
        if inspection is not None:
            last = inspection.network.architecture.layout.n_layers - 1
            self._control.choose_neuron(NeuronPlace(last, row))
