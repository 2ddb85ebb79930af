"""Rows that are painted, not built: a table of numbers that change many times a second."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from gdviz.qt.keys import ENTER
from gdviz.qt.painting import empty_state
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.kept_pictures import KeptPictures
from gdviz.qt.widgets.parted_picture import PART_MS, Piece
from gdviz.qt.widgets.themed import CHANGES, paint_focus_ring

LOWEST, HIGHEST = 16.0, 24.0
"""Of a row: rows share the room while all of them have some, and scroll when they have not."""


class RowList(QAbstractScrollArea):
    """Rows of one height of which one may be pointed at, by the pointer or the arrow keys.

    A subclass paints a row (`paint_row`) and says it in words (`row_words`); only rows in sight
    are painted.

    Parameters
    ----------
    name : str
        The accessible name.

    Attributes
    ----------
    pointed : Signal(object)
        The row that is pointed at now, an int; None if none is.
    chosen : Signal(int)
        A row that was clicked, or on which Enter was pressed.
    """

    pointed = Signal(object)
    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._count = 0
        self._current: int | None = None
        self.empty_words = ""
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self._kept = KeptPictures(
            self.viewport(), self._state, self._still_pieces, self._row_pieces
        )
        self.setMinimumSize(120, 3 * round(LOWEST))

    # Not abstract methods: a Qt class has its own metaclass, which cannot be `abc.ABCMeta` too.

    def paint_row(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint one row."""
        raise NotImplementedError  # every kind of list has its own

    def paint_still(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint what does not run in a row: it is kept as a picture, under what `paint_row` paints.

        A subclass that has other such things to paint says so with `forget_still`.
        """

    def forget_still(self) -> None:
        """Paint all anew what does not run."""
        self._kept.forget_still()

    def row_words(self, row: int) -> str:
        """Say one row: to the pointer and to a screen reader."""
        raise NotImplementedError  # every kind of list has its own

    def set_count(self, count: int, empty_words: str = "", *, in_parts: bool = False) -> None:
        """Show so many rows with new contents; if there are none, a sentence.

        Parameters
        ----------
        count : int
        empty_words : str
        in_parts : bool, default False
            Whether the rows are painted by `paint_part`, as far as there is something to be seen
            till then: the former contents. What the rows paint must not change before all are.
        """
        self.empty_words = empty_words
        if count != self._count:
            self._count = count
            self._update_range()
            if self._current is not None and self._current >= count:
                self._current = None
        elif in_parts and self._kept.begin(current_theme()):
            return
        self.repaint_rows()

    def paint_part(self, room_ms: float = PART_MS) -> bool:
        """Paint some of what was begun; give whether all is, and in sight."""
        return self._kept.paint_part(room_ms)

    def repaint_rows(self) -> None:
        """Paint all rows anew, at once."""
        self._kept.forget()
        self.viewport().update()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    @property
    def current(self) -> int | None:
        """The row that is pointed at."""
        return self._current

    def set_current(self, row: int | None) -> None:
        """Point at a row without telling; it is brought into sight."""
        if row is not None and not 0 <= row < self._count:
            row = None
        if row == self._current:
            return
        self._current = row
        if row is not None and not self.viewport().underMouse():
            self._bring_into_sight(row)
        self.viewport().update()

    def row_height(self) -> float:
        """Give the height of a row."""
        room = self.viewport().height() / max(self._count, 1)
        return min(max(room, LOWEST), HIGHEST)

    def row_at(self, position: QPointF) -> int | None:
        """Give the row under a point of the viewport."""
        row = int((position.y() + self.verticalScrollBar().value()) / self.row_height())
        return row if 0 <= row < self._count and position.y() >= 0 else None

    def row_rectangle(self, row: int) -> QRectF:
        """Give where a row stands in the viewport."""
        height = self.row_height()
        top = row * height - self.verticalScrollBar().value()
        return QRectF(0, top, self.viewport().width(), height)

    def _point_at(self, row: int | None) -> None:
        if row == self._current:
            return
        self._current = row
        if self.hasFocus():
            self.setAccessibleDescription("" if row is None else self.row_words(row))
        self.viewport().update()
        self.pointed.emit(row)

    def _bring_into_sight(self, row: int) -> None:
        bar, height = self.verticalScrollBar(), self.row_height()
        top, bottom = int(row * height), int((row + 1) * height + 1)
        if top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + self.viewport().height():
            bar.setValue(bottom - self.viewport().height())

    def _update_range(self) -> None:
        bar, visible = self.verticalScrollBar(), self.viewport().height()
        hidden = round(self._count * self.row_height()) - visible
        bar.setRange(0, max(hidden, 0))
        bar.setPageStep(visible)
        bar.setSingleStep(round(self.row_height()))

    def _rows_in_sight(self) -> range:
        height, offset = self.row_height(), self.verticalScrollBar().value()
        last = int((offset + self.viewport().height()) / height)
        return range(int(offset / height), min(last + 1, self._count))

    def _paint_current(self, painter: QPainter, where: QRectF, theme: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hairline))
        painter.drawRoundedRect(where, 4, 4)
        if self.hasFocus():
            paint_focus_ring(painter, where, theme, 4)

    def _state(self) -> tuple[object, ...]:
        """Give what the place of the rows in sight depends on."""
        return self.verticalScrollBar().value(), self._count

    def _still_pieces(self, theme: Theme) -> Iterator[Piece]:
        for row in self._rows_in_sight():
            yield partial(self.paint_still, row=row, where=self.row_rectangle(row), theme=theme)

    def _row_pieces(self, theme: Theme) -> Iterator[Piece]:
        for row in self._rows_in_sight():
            yield partial(self.paint_row, row=row, where=self.row_rectangle(row), theme=theme)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._count == 0:
                empty_state(painter, QRectF(self.viewport().rect()), self.empty_words, theme)
                return
            if self._current is not None:
                self._paint_current(painter, self.row_rectangle(self._current), theme)
            painter.drawPixmap(0, 0, self._kept.whole(theme))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._update_range()

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt override: tool tips, and the pointer that leaves."""
        if event.type() == QEvent.Type.Leave and not self.hasFocus() and self.isVisible():
            self._point_at(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if row is None else self.row_words(row), self)
            return True
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._point_at(self.row_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        row = self.row_at(event.position())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self._point_at(row)
            self.chosen.emit(row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override: what was pressed here is not let go elsewhere."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows walk, Enter chooses, Escape points at nothing."""
        key = Qt.Key(event.key())
        page = max(int(self.viewport().height() / self.row_height()) - 1, 1)
        at = -1 if self._current is None else self._current
        targets = {
            Qt.Key.Key_Up: max(at, 1) - 1,
            Qt.Key.Key_Down: at + 1,
            Qt.Key.Key_PageUp: at - page,
            Qt.Key.Key_PageDown: at + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count - 1,
        }
        if key in targets and self._count:
            row = min(max(targets[key], 0), self._count - 1)
            self._bring_into_sight(row)
            self._point_at(row)
        elif key in ENTER and self._current is not None:
            self.chosen.emit(self._current)
        elif key == Qt.Key.Key_Escape and self._current is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in CHANGES:
            self.viewport().update()
        super().changeEvent(event)
