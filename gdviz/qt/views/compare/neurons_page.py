"""The page of neurons: how they are matched, whose weights are shown, and the tiles."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gdviz.analysis.description import Cell
from gdviz.analysis.inspection.side_by_side import Comparable, weights_side_by_side
from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.analysis.weight_images import round_limit, symmetric_limit
from gdviz.qt import number_text
from gdviz.qt.views.compare.answers import Answers
from gdviz.qt.views.compare.tiles import SideBySide, Tiles
from gdviz.qt.widgets.labels import ElidedLabel, HintLabel
from gdviz.qt.widgets.segmented import Segmented

METHODS = {"activations": "By activations", "weights": "By weights"}
AGREEMENTS = {"activations": "correlation", "weights": "cosine"}


class NeuronsPage(QWidget):
    """Weights of A, of B in A's order, and their difference.

    Parameters
    ----------
    answers : Answers

    Attributes
    ----------
    chosen : Signal(object)
        A `NeuronPlace` of A.
    method_chosen : Signal()
        Neurons are to be matched in the other way.
    """

    chosen = Signal(object)
    method_chosen = Signal()

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers
        self._shown: tuple[object, ...] = ()
        self._place: NeuronPlace | None = None
        self.tiles = Tiles()
        self.tiles.chosen.connect(self._neuron_chosen)
        self.layer = QComboBox()
        self.layer.setAccessibleName("Layer")
        self.layer.setToolTip("Whose weights are shown")
        self.layer.activated.connect(self.refresh)
        self.switch = Segmented(list(METHODS.items()), "Neurons are matched")
        self.switch.segment("activations").setToolTip(
            "Pairs whose activations on 1,000 test images correlate most, layer by layer"
        )
        self.switch.segment("weights").setToolTip("Pairs whose weights are nearest to each other")
        self.switch.changed.connect(lambda _key: self.method_chosen.emit())
        self.neuron = ElidedLabel("", 12, 400, "text")
        self.words = HintLabel("")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.switch)
        row.addWidget(self.layer)
        row.addWidget(self.neuron, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.tiles, 1)
        column.addWidget(self.words)

    @property
    def method(self) -> str:
        """How neurons are matched: by weights only where there are as many."""
        can = self._answers.can
        return self.switch.current() if can is not None and can.weights else "activations"

    def show_networks(self, first: InspectedNetwork, can: Comparable) -> None:
        """Offer the layers of A."""
        self.switch.segment("weights").setEnabled(can.weights)
        layout = first.architecture.layout
        titles = [layout.layer_title(k) for k in range(layout.n_layers)]
        if titles != [self.layer.itemText(k) for k in range(self.layer.count())]:
            self.layer.clear()
            self.layer.addItems(titles)

    def show_place(self, place: NeuronPlace | None) -> None:
        """Mark the neuron of A that is chosen, if it is in the layer."""
        self._place = place
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the layer as it is known now."""
        can, layer = self._answers.can, max(self.layer.currentIndex(), 0)
        if can is None:
            return
        state = (self._answers.matching, self._answers.matched, layer, can)
        if state != self._shown:
            self._shown = state
            shown = self._side_by_side(layer) if can.neurons else None
            self.tiles.show_weights(shown)
            self.words.setText(self._layer_words(can, layer, shown))
        index = self._place.index if self._place and self._place.layer == layer else None
        self.tiles.show_place(index)
        side = self.tiles.shown
        text = ""
        if index is not None and side is not None and index < len(side.first):
            text = side.words(index)
        self.neuron.set_whole_text(text)

    def _side_by_side(self, layer: int) -> SideBySide | None:
        """Give a layer's weights of the networks that were matched."""
        known = self._answers.matched_pair()
        if known is None:
            return None
        first, second, matching, method = known
        found = weights_side_by_side(first, second, matching, layer)
        if found is None:
            return None
        n, is_output = len(found[0]), layer == first.architecture.layout.n_layers - 1
        order = np.arange(n) if is_output else matching.orders[layer]
        agreements = np.full(n, np.nan) if is_output else matching.agreements[layer]
        wanted = symmetric_limit(np.concatenate([each.ravel() for each in found]))
        return SideBySide(
            *found,
            order,
            agreements,
            round_limit(float(wanted)),
            layer == 0 and first.side is not None and first.side > 1,
            AGREEMENTS[method],
            0 if is_output else 1,
        )

    def _layer_words(self, can: Comparable, layer: int, shown: SideBySide | None) -> str:
        matching = self._answers.matching
        if not can.neurons:
            return "There are no hidden neurons that could be paired."
        if matching is None:
            return "Matching…"
        if shown is None:
            return "Nothing says which neurons of this layer go together: only one network has it."
        if layer >= len(matching.orders):
            return "Outputs have their places; the columns are in the order of the hidden neurons."
        order, agreements = matching.orders[layer], matching.agreements[layer]
        known = agreements[np.isfinite(agreements)]
        median = number_text.signed(float(np.median(known)), 2) if known.size else "–"
        moved = number_text.whole(int((order != np.arange(len(order))).sum()))
        return (
            f"{moved} of {number_text.whole(len(order))} neurons of B stand elsewhere here than "
            f"in B; median {shown.word} {median}. The order of hidden neurons is an accident of "
            "the start: this one changes no output of B."
        )

    def table(self) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
        """Give heads and rows: who stands beside whom in every hidden layer."""
        rows: list[tuple[Cell, ...]] = []
        known = self._answers.matched_pair()
        word = AGREEMENTS[self.method if known is None else known[3]]
        for k in range(0 if known is None else len(known[2].orders)):
            assert known is not None
            pairs = zip(known[2].orders[k], known[2].agreements[k], strict=True)
            rows += [
                (k + 1, i + 1, int(partner) + 1 if partner >= 0 else "", float(value))
                for i, (partner, value) in enumerate(pairs)
            ]
        return ("hidden layer", "neuron of A", "neuron of B", word), tuple(rows)

    def _neuron_chosen(self, index: int) -> None:
        self.chosen.emit(NeuronPlace(max(self.layer.currentIndex(), 0), index))
