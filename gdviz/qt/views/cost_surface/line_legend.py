"""The table beside the lines of the cost: samples, names, and their numbers in columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt.fonts import font, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_surface.line_figures import HEADS, legend_row
from gdviz.qt.widgets.plot import DASHES, Dash
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, paint_text, smooth_painter

STYLES: tuple[tuple[str, Dash], ...] = (
    ("curve_1", "solid"),
    ("curve_2", "dash"),
    ("curve_3", "dot"),
    ("muted", "solid"),
    ("curve_1", "dot"),
    ("muted", "dash"),
)
"""The theme's colour and the dash of each slice: no two have both."""

ROW, SAMPLE, GAP, SIDE = 18, 20.0, 16.0, 6.0
LEAST_NAME = 80.0
"""Pixels for the names, else the last columns give way."""

_RIGHT = Qt.AlignmentFlag.AlignRight


def column_widths(rows: Sequence[tuple[str, ...]], room: float) -> list[float]:
    """Give the widths of the columns of numbers that have room beside the names."""
    columns = zip(HEADS, *rows, strict=True)
    widths = [
        max(text_width(head, 11), *(text_width(text, 11, 600) for text in texts), 0.0)
        for head, *texts in columns
    ]
    left = room - 2 * SIDE - SAMPLE - 6 - LEAST_NAME
    shown: list[float] = []
    for width in widths:
        left -= width + GAP
        if left < 0:
            break
        shown.append(width)
    return shown


class LineLegend(ThemedWidget):
    """One row for each slice; one of them is chosen, by a click or with the arrows.

    Attributes
    ----------
    chosen : Signal(int)
        The row that the user has just chosen.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: list[str] = []
        self._rows: list[tuple[str, ...]] = []
        self._current = 0
        self._is_whole = True
        self.setAccessibleName("Slices of the cost")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Choose whose step and limit are named in the picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(2 * ROW)

    def show_lines(self, lines: Sequence[LineSlice], current: int) -> None:
        """Show other slices, at most as many as there are `STYLES`, and which is chosen."""
        self._titles = [line.title for line in lines]
        self._rows = [legend_row(line) for line in lines]
        self._current = current
        self._fit()
        said = [
            f"{title}: {', '.join(f'{h} {v}' for h, v in zip(HEADS, row, strict=True))}"
            for title, row in zip(self._titles, self._rows, strict=True)
        ]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def set_whole(self, whole: bool) -> None:
        """Show all rows, or the chosen one alone, which the arrows change."""
        self._is_whole = whole
        self._fit()

    def shown_rows(self) -> list[int]:
        """Give the slices whose rows are shown, from above."""
        if self._is_whole:
            return list(range(len(self._rows)))
        return [self._current] if self._rows else []

    def _fit(self) -> None:
        height = ROW * (len(self.shown_rows()) + 1)
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    def row_at(self, y: float) -> int | None:
        """Give the slice at a height of the widget, or None at the heads."""
        place, shown = int(y // ROW) - 1, self.shown_rows()
        return shown[place] if 0 <= place < len(shown) else None

    def _choose(self, row: int) -> None:
        row = min(max(row, 0), len(self._rows) - 1)
        if row >= 0 and row != self._current:
            self._current = row
            self.update()
            self.chosen.emit(row)

    def _paint_row(
        self, painter: QPainter, theme: Theme, where: QRectF, index: int, widths: Sequence[float]
    ) -> None:
        is_chosen = index == self._current
        if is_chosen and len(self.shown_rows()) > 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.chosen if theme.is_dark else theme.hairline))
            painter.drawRoundedRect(where.adjusted(0, 1, 0, -1), 4, 4)
        color, dash = STYLES[index]
        pen = QPen(QColor(getattr(theme, color)), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if DASHES[dash]:
            pen.setDashPattern(DASHES[dash])
        painter.setPen(pen)
        middle = where.center().y()
        painter.drawLine(QPointF(SIDE, middle), QPointF(SIDE + SAMPLE, middle))
        name = where.adjusted(SIDE + SAMPLE + 6, 0, -SIDE - sum(widths) - GAP * len(widths), 0)
        title = QFontMetricsF(font(12)).elidedText(
            self._titles[index], Qt.TextElideMode.ElideRight, name.width()
        )
        paint_text(painter, name, title, theme.text if is_chosen else theme.muted)
        numbers = self._rows[index][: len(widths)]
        for place, text in zip(self._places(where, widths), numbers, strict=True):
            paint_text(painter, place, text, theme.text, 11, 600, _RIGHT)

    @staticmethod
    def _places(where: QRectF, widths: Sequence[float]) -> list[QRectF]:
        right = where.right() - SIDE
        places = []
        for width in reversed(widths):
            places.append(QRectF(right - width, where.top(), width, where.height()))
            right -= width + GAP
        return places[::-1]

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(400, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        widths = column_widths(self._rows, self.width())
        with smooth_painter(self) as painter:
            heads = QRectF(0, 0, self.width(), ROW)
            for place, head in zip(self._places(heads, widths), HEADS, strict=False):
                paint_text(painter, place, head, theme.muted, 11, 400, _RIGHT)
            for at, index in enumerate(self.shown_rows(), 1):
                where = heads.translated(0, ROW * at)
                self._paint_row(painter, theme, where, index, widths)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        row = self.row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(self._current + step)
