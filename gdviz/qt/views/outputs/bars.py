"""The outputs as bars with a tick where the target is, and what each adds to the cost."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.number_text import NOT_KNOWN, fixed, tick
from gdviz.qt.painting import CENTER, LEFT, RIGHT, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.outputs.figures import OutputFigures
from gdviz.qt.widgets.row_list import RowList
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

NAME_WIDTH, OUTPUT_WIDTH, TERM_WIDTH = 28.0, 60.0, 112.0
HEAD, FOOT = 22, 28
EMPTY = "The outputs of the network for the example appear here."


class Columns:
    """Where the columns stand in a width; heads, rows and foot share it."""

    def __init__(self, width: float, has_terms: bool) -> None:
        term = TERM_WIDTH if has_terms else 0.0
        self.name = QRectF(0, 0, NAME_WIDTH, 0)
        self.term = QRectF(width - term, 0, term, 0)
        self.output = QRectF(self.term.left() - OUTPUT_WIDTH, 0, OUTPUT_WIDTH, 0)
        self.bar = QRectF(NAME_WIDTH, 0, self.output.left() - NAME_WIDTH, 0)


def _at(column: QRectF, where: QRectF) -> QRectF:
    """Give the part of a row that belongs to a column."""
    return QRectF(column.left(), where.top(), column.width(), where.height())


class OutputBars(RowList):
    """A row for each output."""

    def __init__(self) -> None:
        super().__init__("Outputs of the network, targets, and what each adds to the cost")
        self.figures: OutputFigures | None = None
        self._texts: list[str] = []
        self.chosen_output: int | None = None

    def show_figures(self, figures: OutputFigures | None, empty_words: str = EMPTY) -> None:
        """Show other figures; None shows a sentence."""
        self.figures = figures
        self._texts = [] if figures is None else figures.term_texts()
        self.set_count(0 if figures is None else len(figures.outputs), empty_words)

    def row_words(self, row: int) -> str:
        """Spell one output out."""
        return "" if self.figures is None else self.figures.row_words(row)

    def paint_row(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint name, bar, target, output and what it adds to the cost."""
        figures = self.figures
        assert figures is not None
        columns = Columns(where.width(), figures.terms is not None)
        is_said = row == figures.said
        strong, color = (600, theme.text) if is_said else (400, theme.muted)
        name = QRectF(where.left() + 4, where.top(), NAME_WIDTH, where.height())
        letters(painter, name, str(row), font(12, strong), theme.text, LEFT)
        if row == self.chosen_output:
            mark = QRectF(where.left(), where.center().y() - 6, 2, 12)
            painter.fillRect(mark, QColor(theme.accent))
        self._paint_bar(painter, row, _at(columns.bar, where), theme)
        value = float(figures.outputs[row])
        text = fixed(value, 3) if math.isfinite(value) else "not finite"
        letters(
            painter, _at(columns.output, where), text, font(12, 600 if is_said else 400),
            theme.text, RIGHT,
        )  # fmt: skip
        if self._texts:
            place = _at(columns.term, where).adjusted(0, 0, -2, 0)
            letters(painter, place, self._texts[row], font(12, 400), color, RIGHT)

    def _paint_bar(self, painter: QPainter, row: int, room: QRectF, theme: Theme) -> None:
        figures = self.figures
        assert figures is not None
        low, high = figures.range
        groove = QRectF(room.left(), room.center().y() - 4, room.width(), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hairline))
        painter.drawRoundedRect(groove, 2, 2)
        zero = _x_of(0.0, groove, low, high)
        value = float(figures.outputs[row])
        if math.isfinite(value):
            ends = sorted((zero, _x_of(value, groove, low, high)))
            bar = QRectF(ends[0], groove.top(), ends[1] - ends[0], groove.height())
            is_said = row == figures.said
            color = theme.accent if is_said else mix(theme.panel, theme.accent, 0.6)
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(bar, min(2, bar.width() / 2), 2)
        if figures.target is not None:
            x = _x_of(float(figures.target[row]), groove, low, high)
            painter.fillRect(QRectF(x - 1, groove.top() - 3, 2, 14), QColor(theme.ball))


def _x_of(value: float, bar: QRectF, low: float, high: float) -> float:
    return bar.left() + (value - low) / (high - low) * bar.width()


class Heads(ThemedWidget):
    """The heads of the columns, with the scale of the bars."""

    def __init__(self, bars: OutputBars) -> None:
        super().__init__()
        self._bars = bars
        self.setFixedHeight(HEAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        figures, theme = self._bars.figures, current_theme()
        if figures is None:
            return
        small, where = font(11), QRectF(0, 0, self._bars.viewport().width(), HEAD - 4)
        columns = Columns(where.width(), figures.terms is not None)
        low, high = figures.range
        bar = _at(columns.bar, where)
        with smooth_painter(self) as painter:
            for value in sorted({low, 0.0, 1.0, high}):
                x, text = _x_of(value, bar, low, high), tick(value)
                is_crowded = 0 < abs(_x_of(1.0, bar, low, high) - bar.right()) < 30
                if value == 1.0 and is_crowded:
                    continue
                wide = text_width(text, small) + 2
                left = min(max(x - wide / 2, bar.left() - 2), bar.right() - wide + 2)
                place = QRectF(left, where.top(), wide, where.height())
                letters(painter, place, text, small, theme.muted, CENTER)
            letters(painter, _at(columns.output, where), "output", small, theme.muted, RIGHT)
            if figures.head:
                term = _at(columns.term, where).adjusted(0, 0, -2, 0)
                letters(painter, term, figures.head, small, theme.muted, RIGHT)


class Foot(ThemedWidget):
    """The sum: the cost of this example."""

    def __init__(self, bars: OutputBars) -> None:
        super().__init__()
        self._bars = bars
        self.setFixedHeight(FOOT)
        self.setToolTip(
            "The sum over the outputs. Last digits are rounded up or down so that the column adds "
            "up as it is written."
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        figures, theme = self._bars.figures, current_theme()
        if figures is None:
            return
        where = QRectF(0, 5, self._bars.viewport().width(), FOOT - 5)
        with smooth_painter(self) as painter:
            painter.fillRect(QRectF(0, 3, self.width(), 1), QColor(theme.base_line))
            if figures.target is None:
                letters(painter, where, figures.no_target_words, font(12), theme.muted, LEFT)
                return
            tick_at = QRectF(4, where.center().y() - 6, 2, 12)
            painter.fillRect(tick_at, QColor(theme.ball))
            caption = where.adjusted(12, 0, 0, 0)
            letters(painter, caption, "target", font(11), theme.muted, LEFT)
            total = where.adjusted(0, 0, -2, 0)
            text = figures.total_text
            if text == NOT_KNOWN:
                text = "not finite"
            letters(painter, total, text, font(12, 600), theme.text, RIGHT)
            words = QRectF(where)
            words.setRight(where.right() - max(text_width(text, font(12, 600)) + 24, 90))
            letters(painter, words, "cost of this example", font(12), theme.muted, RIGHT)


class OutputTable(QWidget):
    """Heads, rows and the sum."""

    def __init__(self) -> None:
        super().__init__()
        self.bars = OutputBars()
        self._heads, self._foot = Heads(self.bars), Foot(self.bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._heads, self.bars, self._foot):
            column.addWidget(part)

    def show_figures(self, figures: OutputFigures | None, empty_words: str = EMPTY) -> None:
        """Show other figures; None shows a sentence."""
        self.bars.show_figures(figures, empty_words)
        self._heads.update()
        self._foot.update()
