"""Rows that are painted, not built: a table of numbers that change many times a second."""

from __future__ import annotations

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

from gdviz.qt.painting import empty_state
from gdviz.qt.theme import Theme, current_theme
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
        self.setMinimumSize(120, 3 * round(LOWEST))

    def paint_row(self, painter: QPainter, row: int, where: QRectF, theme: Theme) -> None:
        """Paint one row."""
        raise NotImplementedError

    def row_words(self, row: int) -> str:
        """Say one row: to the pointer and to a screen reader."""
        raise NotImplementedError

    def set_count(self, count: int, empty_words: str = "") -> None:
        """Show so many rows; if there are none, a sentence."""
        self.empty_words = empty_words
        if count != self._count:
            self._count = count
            self._update_range()
            if self._current is not None and self._current >= count:
                self._current = None
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
            height = self.row_height()
            first = int(self.verticalScrollBar().value() / height)
            last = int((self.verticalScrollBar().value() + self.viewport().height()) / height)
            for row in range(first, min(last + 1, self._count)):
                where = self.row_rectangle(row)
                if row == self._current:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(theme.hairline))
                    painter.drawRoundedRect(where, 4, 4)
                    if self.hasFocus():
                        paint_focus_ring(painter, where, theme, 4)
                self.paint_row(painter, row, where, theme)

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
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._current is not None:
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
