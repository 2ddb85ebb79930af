"""The numbers of a beat: bars of the outputs, or rows of weights that add up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.exact_rows import ExactRow
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, elided, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEAD, PITCH, FOOT = 20.0, 18.0, 20.0


@dataclass(frozen=True, slots=True)
class BarRow:
    """A name, columns of text, and a bar from 0.

    Parameters
    ----------
    name : str
    cells : tuple of str
    bar : float
        −1 to 1: share of the largest.
    is_bold : bool
    index : int or None
        Position in the vector that a click selects.
    """

    name: str
    cells: tuple[str, ...]
    bar: float
    is_bold: bool = False
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What is painted.

    Parameters
    ----------
    heads : tuple of str
        Of the name, the cells and the bar or the last number.
    rows : tuple of BarRow, or of (name, ExactRow)
    foot : str
    """

    heads: tuple[str, ...]
    bars: tuple[BarRow, ...] = ()
    sums: tuple[tuple[str, ExactRow], ...] = ()
    foot: str = ""
    shows_downhill: bool = False


class NumbersTable(ThemedWidget):
    """Rows of numbers; a click selects the weight of a row.

    Attributes
    ----------
    chosen : Signal(int)
        Position in `Parameters.vector`.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.table: Table | None = None
        self.selected: int | None = None
        self.progress = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 88)

    def show_table(self, table: Table | None) -> None:
        """Show other numbers."""
        self.table, self.progress = table, 1.0
        self.setAccessibleDescription("" if table is None else table.foot)
        self.update()

    def set_progress(self, progress: float) -> None:
        """Show a moment of the motion, 0 to 1: bars grow."""
        self.progress = progress
        self.update()

    def select(self, index: int | None) -> None:
        """Mark the rows of a weight."""
        self.selected = index
        self.update()

    def n_rows(self) -> int:
        """How many rows there is room for."""
        return max(int((self.height() - HEAD - FOOT) // PITCH), 1)

    def index_at(self, y: float) -> int | None:
        """Give the weight of the row at a height, or None."""
        table, row = self.table, int((y - HEAD) // PITCH)
        if table is None or row < 0:
            return None
        if row < len(table.bars):
            return table.bars[row].index
        return table.sums[row][1].index if row < len(table.sums) else None

    # Qt's own names

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        index = self.index_at(event.position().y())
        if index is not None:
            self.chosen.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, table = current_theme(), self.table
        if table is None:
            return
        with smooth_painter(self) as painter:
            if table.sums or table.shows_downhill:
                self._paint_sums(painter, table, theme)
            else:
                self._paint_bars(painter, table, theme)
            foot = QRectF(0, self.height() - FOOT, self.width(), FOOT)
            text = elided(table.foot, font(11), foot.width())
            letters(painter, foot, text, font(11), theme.muted)

    def _line(self, row: int) -> QRectF:
        return QRectF(0, HEAD + row * PITCH, self.width(), PITCH)

    def _mark(self, painter: QPainter, index: int | None, line: QRectF, theme: Theme) -> None:
        if index is not None and index == self.selected:
            painter.fillRect(line, QColor(theme.well))
            painter.fillRect(QRectF(0, line.top(), 2, line.height()), QColor(theme.ball))

    def _rule(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(QRectF(0, HEAD - 2, self.width(), 1), QColor(theme.line))

    def _paint_bars(self, painter: QPainter, table: Table, theme: Theme) -> None:
        small, width = font(11), float(self.width())
        is_named = any(row.index is not None for row in table.bars)
        n_cells = len(table.heads) - 2
        # A head may be longer than its numbers.
        cell, first = 62.0 if n_cells > 2 else 84.0, (118.0 if is_named else 46.0)
        bars_left = first + n_cells * cell + 10
        head = QRectF(0, 0, width, HEAD - 4)
        letters(painter, head, table.heads[0], small, theme.muted)
        for k, text in enumerate(table.heads[1:-1]):
            place = QRectF(first + k * cell - 20, 0, cell + 20, HEAD - 4)
            letters(painter, place, text, small, theme.muted, RIGHT)
        last = QRectF(bars_left, 0, width - bars_left, HEAD - 4)
        letters(painter, last, table.heads[-1], small, theme.muted, LEFT)
        self._rule(painter, theme)
        is_signed = any(row.bar < 0 for row in table.bars) or is_named
        for k, row in enumerate(table.bars[: self.n_rows()]):
            line = self._line(k)
            self._mark(painter, row.index, line, theme)
            body = font(12, 600 if row.is_bold else 400)
            name = QRectF(6, line.top(), first - 6, PITCH)
            letters(painter, name, elided(row.name, body, first - 6), body, theme.text)
            for j, text in enumerate(row.cells):
                place = QRectF(first + j * cell, line.top(), cell, PITCH)
                letters(painter, place, text, body, theme.text, RIGHT)
            self._paint_bar(painter, row.bar, line, bars_left, theme, is_signed=is_signed)

    def _paint_bar(
        self,
        painter: QPainter,
        share: float,
        line: QRectF,
        left: float,
        theme: Theme,
        *,
        is_signed: bool,
    ) -> None:
        room = self.width() - left
        zero = left + room / 2 if is_signed else left
        length = (room / 2 if is_signed else room) * abs(share) * self.progress
        start = zero - length if share < 0 else zero
        color = theme.accent
        if is_signed:
            color = theme.curve_1 if share < 0 else theme.curve_2
        painter.fillRect(QRectF(start, line.center().y() - 4, length, 8), QColor(color))

    def _paint_sums(self, painter: QPainter, table: Table, theme: Theme) -> None:
        """Paint rows of W + step = new W, with their decimal points under each other."""
        small, width = font(11), float(self.width())
        signs = ("", "+", "=") if not table.shows_downhill else ("", "", "+", "=")
        name_width = min(110.0, width - 62.0 * len(signs))
        cell = (width - name_width) / len(signs)
        head = QRectF(0, 0, name_width, HEAD - 4)
        letters(painter, head, table.heads[0], small, theme.muted)
        for k, text in enumerate(table.heads[1:]):
            place = QRectF(name_width + k * cell, 0, cell, HEAD - 4)
            letters(painter, place, text, small, theme.muted, RIGHT)
        self._rule(painter, theme)
        most = max((row.decimals for _, row in table.sums), default=0)
        for k, (name, row) in enumerate(table.sums[: self.n_rows()]):
            line = self._line(k)
            self._mark(painter, row.index, line, theme)
            place = QRectF(6, line.top(), name_width - 6, PITCH)
            letters(painter, place, elided(name, small, place.width()), small, theme.text)
            numbers = [row.value, row.step, row.after]
            for j, sign in enumerate(signs):
                cell_line = QRectF(name_width + j * cell, line.top(), cell, PITCH)
                if table.shows_downhill and j == 1:
                    text = number_text.three_digits(row.downhill)
                    letters(painter, cell_line, text, small, theme.muted, RIGHT)
                    continue
                number = numbers.pop(0)
                is_step = sign == "+"
                weight = 600 if sign == "=" else 400
                color = theme.text
                if is_step:
                    color = theme.curve_1 if row.step < 0 else theme.curve_2
                _paint_decimal(painter, cell_line, (number, most), sign, weight, color)


def _paint_decimal(
    painter: QPainter,
    where: QRectF,
    number: tuple[Decimal, int],
    sign: str,
    weight: int,
    color: str,
) -> None:
    """Paint a number whose decimal point stands where that of most decimals would be."""
    body = font(11, weight)
    text = decimal_text(number[0])
    missing = number[1] + int(number[0].as_tuple().exponent)
    # Tabular figures: what a number has fewer decimals is kept free at its right.
    free = text_width("0" * missing, body) if missing > 0 else 0.0
    place = where.adjusted(0, 0, -free, 0)
    letters(painter, place, text, body, color, RIGHT)
    if sign:
        letters(painter, where.adjusted(4, 0, 0, 0), sign, font(11), color, LEFT)


def decimal_text(number: Decimal) -> str:
    """Give all decimals of a number, with a real minus sign."""
    return f"{number:,f}".replace("-", number_text.MINUS)
