"""The page of rows: fields that choose, a head that sorts, the table, and what the words mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdviz.analysis.description import Description
from gdviz.analysis.gradient_ranking import KEYS, WORDS, Filter, Thresholds, ordered
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.views.all_components import words
from gdviz.qt.views.all_components.filters import FilterFields
from gdviz.qt.views.all_components.table import ComponentTable, Listing, TableHead
from gdviz.qt.widgets.running_line import RunningLine
from gdviz.runtime.snapshot import Snapshot

EMPTY = "Every component of −∇C appears here, beside its weight. Press Run or Step."
NONE_LEFT = "No component passes: change the search or the filters."
MOST_ROWS = 1000
"""In the description: what a table on screen still takes at once."""


class RowsPage(QWidget):
    """Lists the components of one gradient.

    Attributes
    ----------
    chosen : Signal(int)
        The position in the vector of a row that was clicked, or on which Enter was pressed.
    sorted_by : Signal(str)
        The rows are in another order now: one of `KEYS`.
    """

    chosen = Signal(int)
    sorted_by = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Snapshot, Parameters, Thresholds] | None = None
        self.key, self.is_reversed = "size", False
        self.fields, self.head, self.table = FilterFields(), TableHead(), ComponentTable()
        self.notes = tuple(RunningLine(11) for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (self.fields, self.head, self.table, *self.notes):
            column.addWidget(widget, 1 if widget is self.table else 0)
        self.table.empty_words = EMPTY
        self.head.sorted_by.connect(self.sort_by)
        self.fields.changed.connect(self._list_anew)
        self.table.chosen.connect(self._row_chosen)

    @property
    def is_pointed_at(self) -> bool:
        """Whether the pointer is on the rows, or scrolls them."""
        return self.table.viewport().underMouse() or self.table.verticalScrollBar().isSliderDown()

    def show_gradient(
        self, snapshot: Snapshot, gradient: Parameters, limits: Thresholds, *, in_parts: bool
    ) -> bool:
        """List a gradient; give whether the rows are left to `ComponentTable.paint_part`."""
        self._shown = snapshot, gradient, limits
        self.fields.set_layout(gradient.layout)
        is_begun = self.table.show_listing(self._listing(), NONE_LEFT, in_parts=in_parts)
        self.show_notes(is_held=False)
        return is_begun

    def show_notes(self, *, is_held: bool) -> None:
        """Say how many rows there are and of what, and define the words."""
        if self._shown is None:
            return
        snapshot, gradient, limits = self._shown
        count, size = number_text.whole(self.table.count), number_text.whole(gradient.layout.size)
        text = f"{count} of {size}; {words.source_of(snapshot)}"
        if is_held:
            text = f"held while the pointer is here: {text}"
        for note, line in zip(self.notes, (text, *words.threshold_lines(limits)), strict=True):
            note.set_text(line)

    def forget(self) -> None:
        """Show nothing: another run begins."""
        self._shown = None
        self.table.show_listing(None, EMPTY)
        for note in self.notes:
            note.set_text("")

    def sort_by(self, key: str) -> None:
        """Sort by one of `KEYS`; the second time the other way round."""
        self._set_order(key, is_reversed=key == self.key and not self.is_reversed)
        self._list_anew()

    def _set_order(self, key: str, *, is_reversed: bool) -> None:
        self.key, self.is_reversed = key, is_reversed
        self.head.show_order(key, is_reversed=is_reversed)
        self.sorted_by.emit(key)

    def _listing(self) -> Listing | None:
        if self._shown is None:
            return None
        snapshot, gradient, limits = self._shown
        passes = self.fields.filter.passes(gradient, limits)
        parameters = snapshot.parameters
        order = ordered(gradient, parameters, self.key, passes, reverse=self.is_reversed)
        sizes = np.abs(gradient.vector)
        largest = float(sizes[np.isfinite(sizes)].max(initial=0.0)) or 1.0
        return Listing(order, gradient, parameters, limits.words_of(gradient.vector), largest)

    def _list_anew(self) -> None:
        """Choose or sort otherwise among what is shown already, from the top."""
        if self._shown is not None:
            self.table.show_listing(self._listing(), NONE_LEFT)
            self.show_notes(is_held=False)
            self.table.verticalScrollBar().setValue(0)

    def _row_chosen(self, row: int) -> None:
        if self.table.listing is not None:
            self.chosen.emit(int(self.table.listing.order[row]))

    def describe(self) -> Description:
        """Give the listed components, at most `MOST_ROWS`, as a table."""
        listing = self.table.listing
        if listing is None or self._shown is None:
            return Description(EMPTY)
        snapshot, gradient, limits = self._shown
        first, layout = listing.order[:MOST_ROWS], gradient.layout
        defined = "; ".join(line for line in words.threshold_lines(limits) if line)
        sentence = (
            f"{number_text.whole(len(listing.order))} of {number_text.whole(layout.size)} "
            f"components of −∇C, the first {number_text.whole(len(first))} below, of "
            f"{words.source_of(snapshot)}. {defined.rstrip('.')}."
        )
        rows = tuple(
            (
                rank,
                words.name_of(layout, int(index)),
                float(listing.parameters.vector[index]),
                -float(gradient.vector[index]),
                WORDS[int(listing.words[index])],
            )
            for rank, index in enumerate(first, start=1)
        )
        return Description(sentence, ("row", "component", "W", "−∂C/∂w", "matters"), rows)

    def state(self) -> dict[str, Any]:
        """What should be remembered."""
        return {"key": self.key, "reversed": self.is_reversed, **self.fields.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave; bad entries are ignored."""
        if state.get("key") in KEYS:
            self._set_order(state["key"], is_reversed=state.get("reversed") is True)
        search, sign, word = (state.get(key) for key in ("search", "sign", "word"))
        self.fields.show_filter(
            Filter(
                search if isinstance(search, str) else "",
                sign=sign if sign in (-1, 0, 1) else 0,
                word=word if word in (0, 1, 2) else None,
            )
        )
