"""The table of a result, painted: heads, rows, numbers at the right."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent
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

TITLE, HEAD, ROW = 22, 15, 20
MOST_ROWS = 60
"""More are said to be there: as a table, and exported, all are."""


@dataclass(frozen=True, slots=True)
class _Column:
    left: float
    width: float
    heads: tuple[str, ...]
    is_number: bool


class ResultTable(ThemedWidget):
    """Paints one table of a result."""

    def __init__(self) -> None:
        super().__init__()
        self._table: Table | None = None
        self._texts: list[list[str]] = []
        self._columns: list[_Column] = []
        self._n_heads = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def table(self) -> Table | None:
        """What is shown."""
        return self._table

    def show_table(self, table: Table) -> None:
        """Show another table."""
        self._table = table
        self._texts = [[_text(cell) for cell in row] for row in table.rows[:MOST_ROWS]]
        self.setAccessibleName(f"Table: {table.title}")
        self.setAccessibleDescription(Description("", table.columns, table.rows).as_text())
        self._lay_out()

    def _lay_out(self) -> None:
        """Give every column its room; of many, heads take more lines and gaps are smaller."""
        if self._table is None:
            return
        for head_room, gap in ((96, 20), (64, 14), (40, 10)):
            widths = [self._natural(k, head_room) for k in range(len(self._table.columns))]
            spare = self.width() - gap * (len(widths) - 1)
            if sum(widths) <= spare:
                break
        else:
            factor = max(spare, 40) / max(sum(widths), 1)
            widths = [width * factor for width in widths]
        self._columns, left = [], 0.0
        for k, width in enumerate(widths):
            heads = wrapped(self._table.columns[k], max(width, head_room), 11)
            self._columns.append(_Column(left, width, heads, self._is_number(k)))
            left += width + gap
        self._n_heads = max((len(column.heads) for column in self._columns), default=1)
        n_rows = len(self._texts) + (len(self._table.rows) > len(self._texts))
        height = TITLE + HEAD * self._n_heads + 6 + ROW * n_rows
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.update()

    def _natural(self, k: int, head_room: float) -> float:
        """Give the width that a column needs."""
        if self._table is None:
            return 0.0
        heads = wrapped(self._table.columns[k], head_room, 11)
        widest = max((text_width(row[k], 12) for row in self._texts), default=0.0)
        return max(widest, *(text_width(part, 11) for part in heads), 20.0)

    def _is_number(self, k: int) -> bool:
        """Whether a column is of numbers, perhaps written as texts; the first may name rows."""
        if self._table is None:
            return False
        cells = [row[k] for row in self._table.rows]
        return all(
            not isinstance(cell, str) or (k > 0 and cell[:1] in "0123456789+-−–") for cell in cells
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        if self._table is None:
            return
        theme, small, usual = current_theme(), font(11), font(12)
        with smooth_painter(self) as painter:
            title = QRectF(0, 0, self.width(), TITLE - 4)
            letters(painter, title, self._table.title, font(12, 600), theme.text)
            base = TITLE + HEAD * self._n_heads + 2
            painter.fillRect(QRectF(0, base, self.width(), 1), QColor(theme.base_line))
            for k, column in enumerate(self._columns):
                side = RIGHT if column.is_number else LEFT
                left, width, heads = column.left, column.width, column.heads
                for n, part in enumerate(heads):
                    top = TITLE + HEAD * (self._n_heads - len(heads) + n)
                    place = QRectF(left, top, width, HEAD)
                    letters(painter, place, elided(part, small, width), small, theme.muted, side)
                for n, row in enumerate(self._texts):
                    place = QRectF(left, base + 4 + ROW * n, width, ROW)
                    letters(painter, place, elided(row[k], usual, width), usual, theme.text, side)
            n_more = len(self._table.rows) - len(self._texts)
            if n_more:
                place = QRectF(0, base + 4 + ROW * len(self._texts), self.width(), ROW)
                letters(painter, place, f"and {n_more:,} more rows", small, theme.muted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(300, self.height())


def _text(cell: str | float) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return number_text.whole(cell)
    return format_figure(cell) if math.isfinite(cell) else number_text.NOT_KNOWN
