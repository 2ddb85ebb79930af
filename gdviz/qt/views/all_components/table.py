"""Rows of all components: a virtual table that paints what is in sight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.gradient_ranking import WORDS
from gdviz.nn.parameters import Parameters
from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.all_components.words import name_of, number
from gdviz.qt.widgets.row_list import RowList
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEAD = 20
SCROLL_BAR = 12.0
"""Kept free at the right, whether there is a scroll bar or not."""
TITLES = {"position": "weight", "value": "W", "component": "−∇C", "size": "size"}
"""Heads of the columns by what a click on them sorts by."""


@dataclass(frozen=True, eq=False, slots=True)
class Listing:
    """What the table shows.

    Parameters
    ----------
    order : ndarray of intp
        Positions in the vector, from the first row to the last.
    gradient, parameters : Parameters
    words : ndarray of shape (P,)
        Indices of `gdviz.analysis.gradient_ranking.WORDS`.
    largest : float
        The largest finite |∂C/∂w| of all: bars are as long as a component is of it.
    """

    order: npt.NDArray[np.intp]
    gradient: Parameters
    parameters: Parameters
    words: npt.NDArray[np.intp]
    largest: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Where columns begin and end in a table of some width."""

    width: float

    def span(self, key: str) -> tuple[float, float]:
        """Give the left and right end of a column."""
        left, right = {
            "rank": (0.0, 0.095),
            "position": (0.108, 0.415),
            "value": (0.415, 0.57),
            "component": (0.57, 0.755),
            "size": (0.775, 0.85),
            "word": (0.865, 1.0),
        }[key]
        room = self.width - SCROLL_BAR
        return left * room, right * room

    def place(self, key: str, line: QRectF) -> QRectF:
        """Give the cell of a column in a line."""
        left, right = self.span(key)
        return QRectF(left, line.top(), right - left, line.height())


class TableHead(ThemedWidget):
    """The heads of the columns; a click sorts.

    Attributes
    ----------
    sorted_by : Signal(str)
        A key of `TITLES`.
    """

    sorted_by = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.key, self.is_reversed = "size", False
        self.setFixedHeight(HEAD)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip("Click a column to sort by it, again to turn the order round")

    def show_order(self, key: str, *, is_reversed: bool) -> None:
        """Mark the column that rows are sorted by."""
        self.key, self.is_reversed = key, is_reversed
        order = "smallest" if is_reversed else "largest"
        if key == "position":
            order = "last" if is_reversed else "first"
        self.setAccessibleName(f"Sorted by {TITLES[key]}, {order} first")
        self.update()

    def key_at(self, x: float) -> str | None:
        """Give what a click at a place sorts by."""
        columns = Columns(self.width())
        return next((k for k in TITLES if columns.span(k)[0] <= x <= columns.span(k)[1]), None)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(0, HEAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, columns = current_theme(), Columns(self.width())
        line = QRectF(0, 0, self.width(), HEAD - 3)
        with smooth_painter(self) as painter:
            for key, title in TITLES.items():
                is_key = key == self.key
                arrow = " ↑" if self.is_reversed == (key != "position") else " ↓"
                text = title + (arrow if is_key else "")
                side = RIGHT if key in {"value", "component"} else LEFT
                color = theme.text if is_key else theme.muted
                letter_font = font(11, 600 if is_key else 400)
                place = columns.place(key, line)
                if key == "size":  # Nothing else stands above the words.
                    place.setRight(line.right())
                letters(painter, place, text, letter_font, color, side)
            painter.fillRect(QRectF(0, HEAD - 2, self.width() - SCROLL_BAR, 1), QColor(theme.line))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        key = self.key_at(event.position().x())
        if key is not None and event.button() == Qt.MouseButton.LeftButton:
            self.sorted_by.emit(key)


class ComponentTable(RowList):
    """One row for each listed component: W, −∂C/∂w, and a bar in the direction it moves."""

    def __init__(self) -> None:
        super().__init__("All components of the gradient")
        self.listing: Listing | None = None
        self.selected: int | None = None
        self.setToolTip("")

    def show_listing(self, listing: Listing | None, empty: str, *, in_parts: bool = False) -> bool:
        """Show other rows; give whether they are left to `paint_part`."""
        before = self.count
        self.listing = listing
        count = 0 if listing is None else len(listing.order)
        self.set_count(count, empty, in_parts=in_parts)
        return in_parts and before == count > 0

    def select(self, index: int | None) -> None:
        """Mark the row of a component, if it is listed."""
        if index != self.selected:
            self.selected = index
            self.repaint_rows()

    def row_of(self, index: int | None) -> int | None:
        """Give the row of a component; None if it is not listed."""
        if self.listing is None or index is None:
            return None
        found = np.flatnonzero(self.listing.order == index)
        return int(found[0]) if found.size else None

    def reveal(self, index: int | None) -> None:
        """Scroll to the row of a component, if it is listed and out of sight."""
        row = self.row_of(index)
        if row is not None:
            self._bring_into_sight(row)

    def component_at(self, position: QPointF) -> int | None:
        """Give the position in the vector of the row under a point of the viewport."""
        row = self.row_at(position)
        if row is None or self.listing is None:
            return None
        return int(self.listing.order[row])

    def row_words(self, row: int) -> str:
        """Say a row."""
        assert self.listing is not None
        index = int(self.listing.order[row])
        layout = self.listing.gradient.layout
        downhill = -float(self.listing.gradient.vector[index])
        way = "up" if downhill > 0 else "down"
        return (
            f"{row + 1}: {name_of(layout, index)}, W {number(self._value(index))}, "
            f"−∂C/∂w {number(downhill)}: descent moves it "
            f"{way if downhill else 'nowhere'}, {WORDS[self.listing.words[index]]}"
        )

    def _value(self, index: int) -> float:
        assert self.listing is not None
        return float(self.listing.parameters.vector[index])

    def paint_row(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint a row."""
        listing = self.listing
        if listing is None:
            return
        index, columns, body = int(listing.order[row]), Columns(where.width()), font(12)
        if index == self.selected:
            ground = QRectF(
                where.left(), where.top(), where.width() - SCROLL_BAR + 4, where.height()
            )
            painter.fillRect(ground, QColor(mix(theme.panel, theme.accent, 0.3)))
        layer, _, name = listing.gradient.layout.component_title(index).partition("  ")
        downhill = -float(listing.gradient.vector[index])
        rank = number_text.whole(row + 1)
        letters(painter, columns.place("rank", where), rank, font(11), theme.muted, RIGHT)
        place = columns.place("position", where)
        letters(painter, place, layer, font(11), theme.muted)
        letters(painter, place.adjusted(52, 0, 0, 0), name, body, theme.text)
        value = number(self._value(index))
        letters(painter, columns.place("value", where), value, body, theme.text, RIGHT)
        slope = columns.place("component", where)
        letters(painter, slope, number(downhill), font(12, 600), theme.text, RIGHT)
        word = WORDS[int(listing.words[index])]
        letters(painter, columns.place("word", where), word, font(11), theme.muted)
        _paint_bar(painter, columns.place("size", where), downhill / listing.largest, theme)


def _paint_bar(painter: QPainter, where: QRectF, share: float, theme: Theme) -> None:
    """Paint down to the left in blue, up to the right in orange."""
    middle, half = where.center().x(), where.width() / 2
    painter.fillRect(QRectF(middle, where.top(), 1, where.height()), QColor(theme.line))
    if not math.isfinite(share) or share == 0:
        return
    length = half * min(abs(share), 1.0)
    left = middle if share > 0 else middle - length
    color = theme.curve_2 if share > 0 else theme.curve_1
    painter.fillRect(QRectF(left, where.center().y() - 3.5, length, 7), QColor(color))
