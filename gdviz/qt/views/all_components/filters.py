"""The row of fields that say which components are listed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from gdviz.analysis.component_places import SEARCH_RULE, found_by
from gdviz.analysis.gradient_ranking import WORDS, Filter, n_neurons
from gdviz.nn.parameters import Layout
from gdviz.qt.fonts import font

SEARCH_TIP = f"Find weights and biases by name: {SEARCH_RULE}"


class FilterFields(QWidget):
    """Search, layer, neuron, sign and word.

    Attributes
    ----------
    changed : Signal()
        `filter` is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.filter = Filter()
        self._layout: Layout | None = None
        self.search = QLineEdit()
        self.search.setFont(font(12))
        self.search.setPlaceholderText("Find: hidden 1 3 <- 405")
        self.search.setAccessibleName("Find weights")
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName("Clear the search")
        self.search.textChanged.connect(self._search_changed)
        self.layer = self._box("Layer", "Of which layer")
        self.neuron = self._box("Neuron", "Which neuron they lead to, or whose bias they are")
        self.sign = self._box("Sign", "Which way descent moves them")
        self.word = self._box("Importance", "How much they matter: the thresholds stand below")
        for title, value in (("Any sign", 0), ("Up", 1), ("Down", -1)):
            self.sign.addItem(title, value)
        self.word.addItem("Any size", None)
        for k, word in enumerate(WORDS):
            self.word.addItem(word.capitalize(), k)
        row = QHBoxLayout()
        row.setSpacing(6)
        for box, share in ((self.layer, 20), (self.neuron, 21), (self.sign, 19), (self.word, 19)):
            row.addWidget(box, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addLayout(row)
        self._say_search("")

    def _box(self, name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setFont(font(12))
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(3)
        box.activated.connect(self._box_chosen)
        return box

    def set_layout(self, layout: Layout) -> None:
        """Offer the layers and neurons of a network."""
        if self._layout is not None and layout.layer_sizes == self._layout.layer_sizes:
            return
        self._layout = layout
        self.layer.clear()
        self.layer.addItem("Any layer", None)
        for k in range(layout.n_layers):
            self.layer.addItem(layout.layer_title(k).capitalize(), k)
        if self.filter.layer is not None:
            self.layer.setCurrentIndex(max(self.layer.findData(self.filter.layer), 0))
        self._offer_neurons()
        self._take()

    def show_filter(self, wanted: Filter) -> None:
        """Show a filter, and tell it."""
        for box, value in (
            (self.layer, wanted.layer),
            (self.sign, wanted.sign),
            (self.word, wanted.word),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        self._offer_neurons()
        self.neuron.setCurrentIndex(max(self.neuron.findData(wanted.neuron), 0))
        self.search.setText(wanted.search)
        self._take()

    def problem(self) -> str:
        """Give what is wrong with the search; empty if nothing is."""
        return self.search.toolTip() if self.search.property("state") == "error" else ""

    def state(self) -> dict[str, Any]:
        """Give what should be remembered."""
        return {"search": self.filter.search, "sign": self.filter.sign, "word": self.filter.word}

    def _offer_neurons(self) -> None:
        if self._layout is None:
            return
        wanted = self.neuron.currentData()
        self.neuron.clear()
        self.neuron.addItem("Any neuron", None)
        for k in range(n_neurons(self._layout, self.layer.currentData())):
            self.neuron.addItem(f"Neuron {k}", k)
        self.neuron.setCurrentIndex(max(self.neuron.findData(wanted), 0))

    def _box_chosen(self) -> None:
        if self.sender() is self.layer:
            self._offer_neurons()
        self._take()

    def _search_changed(self, text: str) -> None:
        try:
            if self._layout is not None:
                found_by(self._layout, text)
        except ValueError as error:
            self._say_search(str(error))
            return
        self._say_search("")
        self._take()

    def _say_search(self, problem: str) -> None:
        """Show or hide what is wrong with the search; the last good one stays in force."""
        self.search.setToolTip(problem or SEARCH_TIP)
        self.search.setAccessibleDescription(problem or SEARCH_TIP)
        state = "error" if problem else ""
        if self.search.property("state") != state:
            self.search.setProperty("state", state)
            self.search.style().unpolish(self.search)
            self.search.style().polish(self.search)

    def _take(self) -> None:
        search = self.filter.search if self.problem() else self.search.text()
        wanted = Filter(
            search,
            self.layer.currentData(),
            self.neuron.currentData(),
            self.sign.currentData(),
            self.word.currentData(),
        )
        if wanted != self.filter:
            self.filter = wanted
            self.changed.emit()
