"""Rows of products: two factors, what they make, and a bar of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdviz.nn.parameters import FloatArray
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, RIGHT, elided, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.arithmetic.spelled import Written, shown_sum
from gdviz.qt.widgets.row_list import RowList
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter

NAME_WIDTH, NUMBER_WIDTH, SIGN_WIDTH, HEAD = 82.0, 70.0, 12.0, 36
LEAST_BAR = 40.0


@dataclass(frozen=True, eq=False, slots=True)
class Terms:
    """What a table of products shows.

    Parameters
    ----------
    title : str
        What is added up here.
    heads : tuple of str
        Over the names, the two factors and their product.
    name : callable
        Names a row by its index.
    left, right, products : ndarray of shape (n,)
    rows_of : object
        Of what the rows are: as long as it is equal their names are.
    adds_up : bool
        Whether the products are summands: then they are rounded so that they add up.
    """

    title: str
    heads: tuple[str, str, str, str]
    name: Callable[[int], str]
    left: FloatArray
    right: FloatArray
    products: FloatArray
    rows_of: object
    adds_up: bool

    def columns(self) -> tuple[Written, Written, Written]:
        """Give how the three columns of numbers are written."""
        products = Written.for_sizes(self.products)
        return (
            Written.for_sizes(self.left),
            Written.for_sizes(self.right),
            # The last decimal is rounded for the sum: the others are those of the product alone.
            products.finer if self.adds_up else products,
        )


class TermRows(RowList):
    """The rows of a `Terms`."""

    def __init__(self, name: str, words: Callable[[int], str]) -> None:
        super().__init__(name)
        self.terms: Terms | None = None
        self.written: tuple[Written, Written, Written] | None = None
        self._words = words
        self._shown: FloatArray = np.empty(0)
        self._largest = 1.0

    def show_terms(
        self, terms: Terms | None, empty_words: str = "", *, in_parts: bool = False
    ) -> None:
        """Show other products, or a sentence; in parts: see `RowList.set_count`."""
        before = self.terms
        if before is None or terms is None or before.rows_of != terms.rows_of:
            self.forget_still()
        self.terms = terms
        if terms is None:
            self.set_count(0, empty_words)
            return
        self.written = terms.columns()
        written = self.written[2]
        self._shown = shown_sum(terms.products, written) if terms.adds_up else terms.products
        sizes = np.abs(terms.products)
        self._largest = float(sizes[np.isfinite(sizes)].max(initial=0.0)) or 1.0
        self.set_count(len(terms.products), in_parts=in_parts)

    def row_words(self, row: int) -> str:
        """Spell a row out."""
        return self._words(row)

    def row_texts(self, row: int) -> tuple[str, str, str, str]:
        """Give what is written in a row."""
        assert self.terms is not None
        assert self.written is not None
        left, right, product = self.written
        return (
            self.terms.name(row),
            left.text(float(self.terms.left[row])),
            right.text(float(self.terms.right[row])),
            product.text(float(self._shown[row])),
        )

    def paint_still(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint the name and the signs."""
        assert self.terms is not None
        cells = columns_of(where)
        name = elided(self.terms.name(row), font(12), cells[0].width())
        paint_text(painter, cells[0], name, theme.muted)
        for cell, sign in ((cells[1], "×"), (cells[2], "=")):
            place = QRectF(cell.right(), where.top(), SIGN_WIDTH + 8, where.height())
            paint_text(painter, place, sign, theme.muted, align=CENTER)

    def paint_row(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint factors, product and its bar."""
        assert self.terms is not None
        cells = columns_of(where)
        for k, text in enumerate(self.row_texts(row)[1:], 1):
            weight = 600 if k == 3 else 400
            paint_text(painter, cells[k], text, theme.text, 12, weight, RIGHT)
        if cells[4].width() >= LEAST_BAR:
            self._paint_bar(painter, float(self.terms.products[row]), cells[4], theme)

    def _paint_bar(self, painter: QPainter, value: float, room: QRectF, theme: Theme) -> None:
        middle, half = room.center().x(), room.width() / 2
        painter.fillRect(QRectF(middle - 0.5, room.top(), 1, room.height()), QColor(theme.line))
        share = value / self._largest if np.isfinite(value) else 0.0
        length = min(abs(share), 1.0) * half
        left = middle if share > 0 else middle - length
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.curve_2 if share > 0 else theme.curve_1))
        painter.drawRect(QRectF(left, room.center().y() - 4, length, 8))


def columns_of(where: QRectF) -> tuple[QRectF, QRectF, QRectF, QRectF, QRectF]:
    """Give where name, factors, product and bar stand in a row."""
    name = QRectF(where.left() + 4, where.top(), NAME_WIDTH, where.height())
    cells, x = [name], name.right()
    for gap in (0.0, SIGN_WIDTH + 8, SIGN_WIDTH + 8):
        cells.append(QRectF(x + gap, where.top(), NUMBER_WIDTH - 8, where.height()))
        x = cells[-1].right()
    bar = QRectF(x + 16, where.top(), max(where.right() - x - 20, 0), where.height())
    return cells[0], cells[1], cells[2], cells[3], bar


class TermHeads(ThemedWidget):
    """Title and heads of a table."""

    def __init__(self, rows: TermRows) -> None:
        super().__init__()
        self._rows = rows
        self.setFixedHeight(HEAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        terms, written, theme = self._rows.terms, self._rows.written, current_theme()
        if terms is None or written is None:
            return
        small = font(11)
        with smooth_painter(self) as painter:
            title = QRectF(4, 0, self.width() - 4, 18)
            letters(painter, title, terms.title, font(12, 600), theme.text, LEFT)
            where = QRectF(0, 18, self._rows.viewport().width(), 16)
            cells = columns_of(where)
            letters(painter, cells[0], terms.heads[0], small, theme.muted, LEFT)
            for cell, head, column in zip(cells[1:4], terms.heads[1:], written, strict=True):
                wide = cell.adjusted(-22, 0, 0, 0)
                letters(painter, wide, head + column.head, small, theme.muted, RIGHT)


class TermTable(QWidget):
    """A table of products with its heads."""

    def __init__(self, name: str, words: Callable[[int], str]) -> None:
        super().__init__()
        self.rows = TermRows(name, words)
        self._heads = TermHeads(self.rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heads)
        column.addWidget(self.rows)

    def show_terms(
        self, terms: Terms | None, empty_words: str = "", *, in_parts: bool = False
    ) -> None:
        """Show other products, or a sentence; in parts: see `RowList.set_count`."""
        self.rows.show_terms(terms, empty_words, in_parts=in_parts)
        self._heads.update()
