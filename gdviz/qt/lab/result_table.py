"""The table of a result, painted: heads, rows, numbers at the right."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.description import Description
from gdviz.experiments.result import Table
from gdviz.qt import number_text
from gdviz.qt.charts.frame import wrapped
from gdviz.qt.fonts import font, text_width
from gdviz.qt.painting import LEFT, RIGHT, elided, letters
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter
from gdviz.qt.widgets.ticks import format_figure

TITLE, HEAD, ROW, GAP = 22, 15, 20, 20
MOST_ROWS = 60
"""More are said to be there: as a table, and exported, all are."""


class ResultTable(ThemedWidget):
    """Paints one table of a result."""

    def __init__(self) -> None:
        super().__init__()
        self._table: Table | None = None
        self._texts: list[list[str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def table(self) -> Table | None:
        """What is shown."""
        return self._table

    def show_table(self, table: Table) -> None:
        """Show another table."""
        self._table = table
        self._texts = [[_text(cell) for cell in row] for row in table.rows[:MOST_ROWS]]
        n_more = len(table.rows) - len(self._texts)
        self.setAccessibleName(f"Table: {table.title}")
        self.setAccessibleDescription(Description("", table.columns, table.rows).as_text())
        self._heads = max((len(wrapped(head, 96, 11)) for head in table.columns), default=1)
        self.setFixedHeight(
            TITLE + HEAD * self._heads + 6 + ROW * (len(self._texts) + (n_more > 0))
        )
        self.update()

    def _columns(self) -> list[tuple[float, float, bool]]:
        """Give left end, width and whether it is of numbers, for each column."""
        if self._table is None:
            return []
        widths, numbers = [], []
        for k, head in enumerate(self._table.columns):
            texts = [row[k] for row in self._texts]
            heads = wrapped(head, 96, 11)
            widest = max((text_width(text, 12) for text in texts), default=0.0)
            widths.append(max(widest, *(text_width(part, 11) for part in heads), 24.0))
            numbers.append(all(not isinstance(row[k], str) for row in self._table.rows))
        whole = sum(widths) + GAP * (len(widths) - 1)
        if whole > self.width():
            factor = max(self.width() - GAP * (len(widths) - 1), 40) / sum(widths)
            widths = [width * factor for width in widths]
        places, left = [], 0.0
        for width, is_number in zip(widths, numbers, strict=True):
            places.append((left, width, is_number))
            left += width + GAP
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        if self._table is None:
            return
        theme, small, usual = current_theme(), font(11), font(12)
        with smooth_painter(self) as painter:
            title = QRectF(0, 0, self.width(), TITLE - 4)
            letters(painter, title, self._table.title, font(12, 600), theme.text)
            base = TITLE + HEAD * self._heads + 2
            painter.fillRect(QRectF(0, base, self.width(), 1), QColor(theme.base_line))
            for k, (left, width, is_number) in enumerate(self._columns()):
                side = RIGHT if is_number else LEFT
                heads = wrapped(self._table.columns[k], max(width, 96), 11)
                for n, part in enumerate(heads):
                    top = TITLE + HEAD * (self._heads - len(heads) + n)
                    place = QRectF(left, top, width, HEAD)
                    letters(painter, place, elided(part, small, width), small, theme.muted, side)
                for n, row in enumerate(self._texts):
                    place = QRectF(left, base + 4 + ROW * n, width, ROW)
                    letters(painter, place, elided(row[k], usual, width), usual, theme.text, side)
            n_more = len(self._table.rows) - len(self._texts)
            if n_more:
                place = QRectF(0, base + 4 + ROW * len(self._texts), self.width(), ROW)
                letters(painter, place, f"and {n_more:,} more rows", small, theme.muted)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(300, self.height())


def _text(cell: str | float) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return number_text.whole(cell)
    return format_figure(cell) if math.isfinite(cell) else number_text.NOT_KNOWN
