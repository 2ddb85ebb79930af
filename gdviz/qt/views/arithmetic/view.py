"""The arithmetic of one neuron, cell by cell: forward to its activation, back to its gradient."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from gdviz.analysis.description import Cell, Description
from gdviz.analysis.inspection.arithmetic import (
    Backward,
    ExamplePass,
    NeuronArithmetic,
    neuron_arithmetic,
)
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.data.dataset import Dataset
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import Architecture
from gdviz.qt.example_passes import ExamplePasses, why_nothing
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.arithmetic.equation import Equation, Sentences
from gdviz.qt.views.arithmetic.pages import NO_WAY_BACK, Pages
from gdviz.qt.views.arithmetic.spelled import (
    backward_pieces,
    error_words,
    forward_pieces,
    joined,
)
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.segmented import Segmented

EMPTY = "What one neuron computes for the example appears here, number by number."
HINT_PIXELS = "Point at a pixel, or walk with the arrow keys: it is marked wherever it is shown."
HINT_ROWS = "Point at a row, or walk with the arrow keys; Enter goes to its neuron."


class ArithmeticView(QObject):
    """Shows the neuron that is chosen, and chooses another."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._control = context.dock, context.inspect
        self._passes = ExamplePasses(context.inspect, "arithmetic: pass")
        self._inspection: Inspection | None = None
        self._passed: ExamplePass | None = None
        self._offered: tuple[Architecture, int] | None = None
        self._incoming: int | None = None
        self._outgoing: int | None = None
        self.is_unfinished = False
        """Whether rows of the tables are not all painted yet."""
        self.place = NeuronPlace(0, 0)
        self.found: NeuronArithmetic | None = None
        self.pages, self.equation, self.sentences = Pages(), Equation(), Sentences()
        self.layer = self._box("Layer", 8)
        self.neuron = self._box("Neuron of the layer", 3)
        self.direction = Segmented(
            [("forward", "Forward"), ("backward", "Backward")], "Direction of the arithmetic"
        )
        context.dock.add_tool(self.direction)
        self._words = Label(EMPTY, 12, 400, "muted")
        self._body = self._laid_out()
        self._connect()

    def _box(self, name: str, n_letters: int) -> QComboBox:
        box = QComboBox()
        box.setFont(font(12))
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setMinimumContentsLength(n_letters)
        self._dock.add_tool(box)
        return box

    def _laid_out(self) -> QStackedWidget:
        body = QStackedWidget()
        self._words.setWordWrap(True)
        self._words.setMargin(24)
        body.addWidget(self._words)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addWidget(self.sentences)
        column.addWidget(self.equation)
        body.addWidget(page)
        return body

    def _connect(self) -> None:
        self.layer.activated.connect(self._choose_layer)
        self.neuron.activated.connect(self._choose_neuron)
        self.direction.changed.connect(self._turn)
        self.pages.incoming.connect(self._point_at_incoming)
        self.pages.outgoing.connect(self._point_at_outgoing)
        self.pages.before_chosen.connect(self._choose_before)
        self.pages.after_chosen.connect(self._choose_after)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self._body

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        inspection = frame.inspection
        if self.is_unfinished:
            self.is_unfinished = not self.pages.paint_part()
            if self.is_unfinished:
                return
        if inspection is None or inspection is self._inspection:
            return
        self._inspection = inspection
        architecture = inspection.network.architecture
        place = inspection.neuron or self.place
        if not place.exists_in(architecture):
            place = NeuronPlace(0, 0)
        is_moved = place != self.place
        if is_moved:
            self.place = place
            self._incoming = self._outgoing = None
        self._offer(architecture)
        passed = self._passes.of(inspection)
        if place.layer == 0:
            self._incoming = inspection.pixel
        if passed is None or passed is not self._passed or is_moved or self.found is None:
            self._passed = passed
            self._show_neuron(in_parts=frame.is_repeated)
        else:
            self._show_pointed()

    def describe(self) -> Description:
        """Give the neuron as a sentence, and all its terms as a table."""
        found, inspection = self.found, self._inspection
        if found is None or inspection is None:
            return Description(self._words.text())
        architecture = inspection.network.architecture
        sentence = (
            f"{found.place.title(architecture)} for {inspection.example.title}: "
            f"{joined(forward_pieces(found, architecture))}. "
        )
        columns: tuple[str, ...] = ("from", "weight", "activation", "weight × activation")
        parts = [found.weights, found.inputs, found.products]
        if found.backward is None:
            sentence += NO_WAY_BACK
        else:
            sentence += f"Backward: {joined(backward_pieces(found.backward))}."
            columns += ("gradient ∂C/∂weight",)
            parts.append(found.backward.weight_gradients)
        rows: list[tuple[Cell, ...]] = [
            (self.pages.incoming_name(j), *(float(part[j]) for part in parts))
            for j in range(found.inputs.size)
        ]
        return Description(sentence, columns, tuple(rows))

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._inspection = self._passed = self.found = None
        self.is_unfinished = False
        self._say(EMPTY)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"direction": self.direction.current()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("direction") in {"forward", "backward"}:
            self.direction.set_current(state["direction"])
            self._show_neuron()

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._body.setCurrentIndex(0)

    def _offer(self, architecture: Architecture) -> None:
        """Fill the boxes: layers by their names, hidden neurons from 1, outputs from 0."""
        offered, layout = (architecture, self.place.layer), architecture.layout
        if offered != self._offered:
            self._offered = offered
            self.layer.clear()
            self.layer.addItems([layout.layer_title(k) for k in range(layout.n_layers)])
            first = 0 if self.place.layer == layout.n_layers - 1 else 1
            size = architecture.layer_sizes[self.place.layer + 1]
            self.neuron.clear()
            self.neuron.addItems([str(first + k) for k in range(size)])
        self.layer.setCurrentIndex(self.place.layer)
        self.neuron.setCurrentIndex(self.place.index)

    def _show_neuron(self, *, in_parts: bool = False) -> None:
        self.is_unfinished = in_parts
        inspection = self._inspection
        if inspection is None:
            return
        if self._passed is None:
            self.found = None
            self._dock.set_subtitle("")
            self._say(why_nothing(inspection))
            return
        # A large network's pass may be of a moment ago: the names below are the same.
        architecture = inspection.network.architecture
        self.found = neuron_arithmetic(self._passed, self.place)
        self._body.setCurrentIndex(1)
        self._dock.set_subtitle(f"{self.place.title(architecture)}, {inspection.example.title}")
        is_forward = self.direction.current() == "forward"
        self.pages.show_neuron(self.found, architecture, is_forward=is_forward, in_parts=in_parts)
        if is_forward:
            self.equation.show_pieces(forward_pieces(self.found, architecture))
        else:
            back = self.found.backward
            self.equation.show_pieces([] if back is None else backward_pieces(back))
        self._show_pointed()

    def _show_pointed(self) -> None:
        self.pages.mark(self._incoming, self._outgoing)
        self.sentences.show_lines(self._lines())

    def _lines(self) -> tuple[str, ...]:
        """Say what is pointed at: forward and back, or a summand of the error."""
        found, is_forward = self.found, self.direction.current() == "forward"
        if found is None:
            return ()
        back = found.backward
        lines = []
        if self._incoming is not None and self._incoming < found.inputs.size:
            lines = [self.pages.forward_words(self._incoming)]
            lines.append(self.pages.gradient_words(self._incoming) or NO_WAY_BACK)
        elif self._outgoing is not None and back is not None and not is_forward:
            lines = [self.pages.error_words(self._outgoing), ""]
        elif not is_forward:
            lines = [self._words_of_error(back)]
        return tuple(lines) or (HINT_ROWS if self.place.layer else HINT_PIXELS,)

    def _words_of_error(self, back: Backward | None) -> str:
        """Say what there is to say of the error as a whole, else how to see its parts."""
        if back is None or self._inspection is None:
            return ""
        words = error_words(back, COSTS[self._inspection.network.cost].title)
        return words or (HINT_ROWS if back.products.size else HINT_PIXELS)

    def _turn(self, _direction: str) -> None:  # a slot
        self._show_neuron()

    def _choose_layer(self, layer: int) -> None:  # a slot
        if self._inspection is not None:
            size = self._inspection.network.architecture.layer_sizes[layer + 1]
            self._control.choose_neuron(NeuronPlace(layer, min(self.place.index, size - 1)))

    def _choose_neuron(self, index: int) -> None:  # a slot
        self._control.choose_neuron(NeuronPlace(self.place.layer, index))

    def _choose_before(self, index: int) -> None:  # a slot
        self._control.choose_neuron(NeuronPlace(self.place.layer - 1, index))

    def _choose_after(self, index: int) -> None:  # a slot
        if self._inspection is not None:
            last = self._inspection.network.architecture.layout.n_layers - 1
            self._control.choose_neuron(NeuronPlace(min(self.place.layer + 1, last), index))

    def _point_at_incoming(self, index: int | None) -> None:  # a slot
        self._outgoing = None if index is not None else self._outgoing
        self._incoming = index
        if self.place.layer == 0:
            self._control.point_at(index)
        self._show_pointed()

    def _point_at_outgoing(self, index: int | None) -> None:  # a slot
        self._outgoing = index
        if index is not None:
            self._incoming = None
        self._show_pointed()
