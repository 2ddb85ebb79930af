"""The matrix: a cell for each label and what the network says of it, with sums and a legend.

::

        the network says            right, %
    0  [964]     2    1    1            98.4
    1       [1111]    5    1            97.9
         0     1    2    3
    sum 1,018 ...
    share of the row  0 ▒▒▒▓▓ 3.1 %
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gdviz.analysis.inspection.confusion import Confusion
from gdviz.qt.fonts import font
from gdviz.qt.keys import ARROWS, ENTER
from gdviz.qt.painting import elided, empty_state, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.confusion import words
from gdviz.qt.views.confusion.cells import (
    Grid,
    color_levels,
    gaps_picture,
    paint_ground,
    paint_numbers,
)
from gdviz.qt.views.confusion.surround import (
    DIGITS,
    FOOT,
    LEFT_ROOM,
    SUMS,
    grid_in,
    paint_heads,
    paint_legend,
    paint_sums,
)
from gdviz.qt.widgets.themed import ThemedWidget

Cell = tuple[int, int]


class ConfusionMatrix(ThemedWidget):
    """Counts or shares by label and answer; arrows move, Enter or a click chooses a cell.

    Attributes
    ----------
    cell_chosen : Signal(object)
        A cell (label, said), or None to choose none: Escape, or the same cell again.
    """

    cell_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.confusion: Confusion | None = None
        self.empty_text = ""
        self.note = ""
        self.shows_shares = False
        self.masks_diagonal = True
        self.chosen: Cell | None = None
        self.current: Cell = (0, 0)
        self._hovered: Cell | None = None
        self._gaps_made = QPixmap()
        self._gaps_state: tuple[object, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Confusion matrix: rows are labels, columns what the network says")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 220)

    # --- what is shown --------------------------------------------------------------------

    def show_confusion(self, confusion: Confusion | None, note: str = "") -> None:
        """Show other counts; None shows `empty_text`. A note takes the place of the legend."""
        self.confusion, self.note = confusion, note
        self._hovered = None if confusion is None else self._hovered
        if confusion is not None:
            most = confusion.n_classes - 1
            self.current = (min(self.current[0], most), min(self.current[1], most))
            if self._hovered is not None and max(self._hovered) > most:
                self._hovered = None
        self._tell_current()
        self.update()

    def show_numbers(self, *, as_shares: bool) -> None:
        """Write shares of the row, or counts, into the cells."""
        self.shows_shares = as_shares
        self.update()

    def mask_diagonal(self, is_masked: bool) -> None:
        """Leave the diagonal without colour, or give it its own: then mistakes look alike."""
        self.masks_diagonal = is_masked
        self.update()

    def choose(self, cell: Cell | None) -> None:
        """Show which cell is chosen, without emitting `cell_chosen`."""
        if cell != self.chosen:
            self.chosen = cell
            self.update()

    def limit(self) -> float:
        """Give the share of a row with the last colour: of the worst cell that is coloured."""
        assert self.confusion is not None
        shares = self.confusion.shares
        return self.confusion.largest(shares, with_diagonal=not self.masks_diagonal)

    def levels(self) -> npt.NDArray[np.int64]:
        """Give the place of each cell on the colour map; see `color_levels`."""
        assert self.confusion is not None
        return color_levels(self.confusion, self.limit(), masks_diagonal=self.masks_diagonal)

    # --- where ----------------------------------------------------------------------------

    def grid(self) -> Grid:
        """Give where the cells are now."""
        assert self.confusion is not None
        return grid_in(self.width(), self.height(), self.confusion.n_classes)

    def cell_at(self, position: QPointF) -> Cell | None:
        """Give the cell under a point."""
        if self.confusion is None or not self.grid().where.contains(position):
            return None
        return self.grid().row_at(position), self.grid().column_at(position)

    def words_at(self, position: QPointF) -> str:
        """Give what the pointer is told at a point: of a cell, a row's share, a column's sum."""
        if self.confusion is None:
            return ""
        grid, cell = self.grid(), self.cell_at(position)
        where = grid.where
        if cell is not None:
            return words.of_cell(self.confusion, *cell)
        if where.top() <= position.y() < where.bottom():
            return words.of_row(self.confusion, grid.row_at(position))
        below = where.bottom() <= position.y() < where.bottom() + DIGITS + SUMS
        if below and where.left() <= position.x() < where.right():
            return words.of_column(self.confusion, grid.column_at(position))
        return ""

    # --- painting -------------------------------------------------------------------------

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        assert self.confusion is not None
        grid, levels = self.grid(), self.levels()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, theme, grid, levels)
        if grid.has_numbers:
            painter.drawPixmap(grid.where.topLeft(), self._gaps(theme, grid))
            shares = self.shows_shares
            paint_numbers(painter, theme, grid, self.confusion, levels, shows_shares=shares)
            paint_sums(painter, theme, grid, self.confusion)
        self._paint_rings(painter, theme, grid)
        paint_heads(painter, theme, grid, self.width(), self.chosen, as_shares=self.shows_shares)
        self._paint_foot(painter, theme)

    def _gaps(self, theme: Theme, grid: Grid) -> QPixmap:
        """Give `gaps_picture`, made anew only for another size or theme."""
        state = (grid.where.getRect(), grid.n, theme, self.devicePixelRatioF())
        if self._gaps_state != state:
            self._gaps_made = gaps_picture(theme, grid, self.devicePixelRatioF())
            self._gaps_state = state
        return self._gaps_made

    def _paint_rings(self, painter: QPainter, theme: Theme, grid: Grid) -> None:
        """Show which cell is chosen, pointed at, and where the keyboard is."""
        rings = [(self._hovered, theme.muted, 1.0), (self.chosen, theme.text, 1.5)]
        if self.hasFocus():
            rings.append((self.current, theme.accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell, color, width in rings:
            if cell is not None and max(cell) < grid.n:
                painter.setPen(QPen(QColor(color), width))
                painter.drawRoundedRect(grid.rectangle(*cell).adjusted(-1, -1, 1, 1), 3.5, 3.5)

    def _paint_foot(self, painter: QPainter, theme: Theme) -> None:
        """The legend; what is pointed at; or what is wrong with the numbers."""
        assert self.confusion is not None
        foot = QRectF(0, self.height() - FOOT + 4, self.width(), FOOT - 6)
        cell = self._hovered or (self.current if self.hasFocus() else None)
        small = font(11)
        text = words.of_cell(self.confusion, *cell) if cell is not None else self.note
        if text:
            color = theme.muted if cell is not None else theme.error
            letters(painter, foot, elided(text, small, foot.width()), small, color)
            return
        foot.setLeft(LEFT_ROOM)
        paint_legend(painter, theme, foot, self.limit())

    # --- the keyboard and the pointer -----------------------------------------------------

    def _tell_current(self) -> None:
        """Tell a screen reader of the cell that the keyboard is on."""
        text = self.empty_text
        if self.confusion is not None:
            text = words.of_cell(self.confusion, *self.current)
        self.setAccessibleDescription(text)

    def _press(self, cell: Cell) -> None:
        self.current = cell
        self._tell_current()
        self.cell_chosen.emit(None if cell == self.chosen else cell)

    def _move(self, rows: int, columns: int) -> None:
        assert self.confusion is not None
        most = self.confusion.n_classes - 1
        row, column = self.current[0] + rows, self.current[1] + columns
        self.current = (min(max(row, 0), most), min(max(column, 0), most))
        self._tell_current()
        self.update()

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self.confusion is None:
                empty_state(painter, QRectF(self.rect()), self.empty_text, theme)
            else:
                self._paint(painter, theme)

    def event(self, event: QEvent) -> bool:
        """Qt override: tool tips of cells, rows and columns."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        hovered = self.cell_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._press(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        if self.confusion is not None and key in ARROWS:
            self._move(*ARROWS[key])
        elif self.confusion is not None and key in ENTER:
            self._press(self.current)
        elif key == Qt.Key.Key_Escape and self.chosen is not None:
            self.cell_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusInEvent(event)
        self.update()
