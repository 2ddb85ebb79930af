"""The network for one example: neurons by activation, edges by what they carry."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.inspection.edges import Diagram, EdgeQuantity, diagram_of
from gdviz.analysis.weight_images import steady_limit, symmetric_limit
from gdviz.data.dataset import Dataset
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.inspecting import Inspection
from gdviz.qt.views.network import words
from gdviz.qt.views.network.canvas import NetworkCanvas
from gdviz.qt.views.network.ground import Limits, Shown
from gdviz.qt.views.view import Frame, ViewContext
from gdviz.qt.widgets.segmented import Segmented
from gdviz.runtime.inspector import Work

AT_ONCE = 200_000
"""A network of more parameters is worked out beside the window: the gradient of one example
takes some milliseconds there."""
CLIPPED = 0.01
"""Share of the edges that may be beyond the last colour: some hundred have few extremes."""
NARROWS_AT = 0.4
"""A scale that is so much too wide narrows; see `steady_limit`."""
ANSWER = "network: diagram"

Asked = tuple[Any, Any, EdgeQuantity, Any]


class NetworkView(QObject):
    """Shows the inspected network for the example, and chooses a neuron."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self._dock, self._inspect = context.dock, context.inspect
        self._asked: Asked | None = None
        self._diagram: Diagram | None = None
        self._limits: dict[str, float] = {}
        self._inspection: Inspection | None = None
        self._shown: Shown | None = None
        self.is_unfinished = False
        self.canvas = NetworkCanvas()
        self.canvas.neuron_chosen.connect(self._inspect.choose_neuron)
        self.canvas.pixel_pointed.connect(self._inspect.point_at)
        self.varying = QToolButton()
        self.varying.setText("What varies")
        self.varying.setFont(font(12, 500))
        self.varying.setFixedHeight(24)
        self.varying.setCheckable(True)
        self.varying.setAccessibleName("Show what varies and what is fixed")
        self.varying.setToolTip(
            "The cost is a function of the weights and biases; the data are its constants"
        )
        self.varying.toggled.connect(self._choice_changed)
        self.switch = Segmented(list(words.TITLES.items()), "Edges show")
        self.switch.changed.connect(self._choice_changed)
        self._dock.add_tool(self.varying)
        self._dock.add_tool(self.switch)
        self._dock.set_body_margins(0, 0, 0, 4)

    @property
    def widget(self) -> QWidget:
        """The widget to be put into the dock."""
        return self.canvas

    def show_frame(self, frame: Frame) -> None:
        """Show a frame."""
        if self.is_unfinished and frame.is_repeated and frame.inspection is not None:
            self.canvas.go_on()
        else:
            self._inspection = frame.inspection
            self._refresh(in_parts=frame.is_repeated)
        self.is_unfinished = self.canvas.is_unfinished

    def reset(self, dataset: Dataset) -> None:
        """Forget everything: another run begins."""
        del dataset
        self._inspection = self._asked = self._diagram = self._shown = None
        self._limits, self.is_unfinished = {}, False
        self.canvas.show_diagram(None)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"edges": self.switch.current(), "varying": self.varying.isChecked()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        if state.get("edges") in words.TITLES:
            self.switch.set_current(state["edges"])
        if isinstance(state.get("varying"), bool):
            self.varying.setChecked(state["varying"])
        self._choice_changed()

    def describe(self) -> Description:
        """Give the diagram as a sentence and a table."""
        if self._diagram is None:
            return Description("No network is shown.")
        return words.describe(self._diagram)

    def _choice_changed(self, *_: object) -> None:
        self._shown = None
        self._refresh()

    def _refresh(self, *, in_parts: bool = False) -> None:
        inspection = self._inspection
        if inspection is None:
            self._shown = None
            self.canvas.show_diagram(None)
            return
        quantity: EdgeQuantity = self.switch.current()  # type: ignore[assignment]  # its keys
        asked = (inspection.network, inspection.example, quantity, inspection.neuron)
        if self._asked is None or any(a is not b for a, b in zip(asked, self._asked, strict=True)):
            self._ask(asked)
        answer = inspection.answers.get(ANSWER)
        if self._is_beside(asked) and answer is not None and answer.value is not None:
            self._take(answer.value)
        self._show(in_parts=in_parts)

    def _is_beside(self, asked: Asked) -> bool:
        return bool(asked[0].architecture.n_parameters > AT_ONCE)

    def _ask(self, asked: Asked) -> None:
        if self._is_beside(asked):
            # Of a network in training an answer about an earlier step comes first.
            if self._inspect.progress(ANSWER) is None or not self._is_next_step(asked):
                self._inspect.ask(ANSWER, asked, _work(asked), is_quick=True)
                self._asked = asked
            return
        self._asked = asked
        self._take(diagram_of(*asked))

    def _is_next_step(self, asked: Asked) -> bool:
        """Whether only the numbers of the network have changed since the last question."""
        before = self._asked
        return before is not None and asked[0].origin == "live" and asked[1:] == before[1:]

    def _take(self, diagram: Diagram) -> None:
        if diagram is self._diagram:
            return
        before, self._diagram = self._diagram, diagram
        if before is None or before.quantity != diagram.quantity:
            self._limits = {}
        weighted = diagram.columns[0].weighted_inputs
        wanted = {
            "edges": float(symmetric_limit(diagram.told, CLIPPED)),
            "inputs": float(symmetric_limit(np.zeros(1) if weighted is None else weighted)),
            "pictures": float(symmetric_limit(diagram.pictures)),
        }
        self._limits = {
            key: steady_limit(limit, self._limits.get(key), NARROWS_AT)
            for key, limit in wanted.items()
        }

    def _show(self, *, in_parts: bool) -> None:
        diagram, inspection, shown = self._diagram, self._inspection, self._shown
        if diagram is None or inspection is None:
            return
        chosen = inspection.neuron
        if shown is None or shown.diagram is not diagram or shown.chosen != chosen:
            self._shown = Shown(
                diagram,
                Limits(**self._limits),
                chosen if chosen and chosen.exists_in(diagram.network.architecture) else None,
                self.varying.isChecked(),
            )
            self.canvas.show_diagram(self._shown, in_parts=in_parts)
            self._say(diagram)
        self.canvas.point_at(inspection.pixel)

    def _say(self, diagram: Diagram) -> None:
        network = diagram.network
        n_parameters = number_text.whole(network.architecture.n_parameters)
        subtitle = f"{network.architecture.name}, {n_parameters} parameters"
        if not np.isfinite(network.parameters.vector).all():
            n_bad = int((~np.isfinite(network.parameters.vector)).sum())
            subtitle += f", {number_text.whole(n_bad)} not finite"
        self._dock.set_subtitle(subtitle)
        self.canvas.setAccessibleDescription(words.sentence_of(diagram))


def _work(asked: Asked) -> Work:
    return lambda _inquiry: diagram_of(*asked)
