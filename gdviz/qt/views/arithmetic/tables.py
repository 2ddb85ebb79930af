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
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

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
    adds_up : bool
        Whether the products are summands: then they are rounded so that they add up.
    """

    title: str
    heads: tuple[str, str, str, str]
    name: Callable[[int], str]
    left: FloatArray
    right: FloatArray
    products: FloatArray
    adds_up: bool

    def columns(self) -> tuple[Written, Written, Written]:
        """Give how the three columns of numbers are written."""
        return (
            Written.for_sizes(self.left),
            Written.for_sizes(self.right),
            Written.for_sizes(self.products),
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

    def show_terms(self, terms: Terms | None, empty_words: str = "") -> None:
        """Show other products; None shows a sentence."""
        self.terms = terms
        if terms is None:
            self.set_count(0, empty_words)
            return
        self.written = terms.columns()
        written = self.written[2]
        self._shown = shown_sum(terms.products, written) if terms.adds_up else terms.products
        sizes = np.abs(terms.products)
        self._largest = float(sizes[np.isfinite(sizes)].max(initial=0.0)) or 1.0
        self.set_count(len(terms.products))

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

    def paint_row(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint name, factors, product and its bar."""
        assert self.terms is not None
        texts, cells = self.row_texts(row), columns_of(where)
        plain = font(12)
        name = elided(texts[0], plain, cells[0].width())
        letters(painter, cells[0], name, plain, theme.muted, LEFT)
        for cell, text in zip(cells[1:4], texts[1:], strict=True):
            is_product = cell is cells[3]
            letters(painter, cell, text, font(12, 600 if is_product else 400), theme.text, RIGHT)
        for cell, sign in ((cells[1], "×"), (cells[2], "=")):
            place = QRectF(cell.right(), where.top(), SIGN_WIDTH + 8, where.height())
            letters(painter, place, sign, plain, theme.muted, CENTER)
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

    def show_terms(self, terms: Terms | None, empty_words: str = "") -> None:
        """Show other products; None shows a sentence."""
        self.rows.show_terms(terms, empty_words)
        self._heads.update()
