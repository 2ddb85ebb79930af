"""A list of cards, of which one is chosen, or up to two: experiments, results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gdviz.qt.charts.frame import wrapped
from gdviz.qt.fonts import font, text_width
from gdviz.qt.keys import ENTER
from gdviz.qt.lab.verdict_mark import draw_verdict
from gdviz.qt.painting import RIGHT, elided, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import paint_focus_ring

PAD, TITLE, LINE, GAP = 10, 18, 15, 6
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class Card:
    """One entry.

    Parameters
    ----------
    key : str
    title, right : str
        In the first line; `right` is muted.
    text : str
        Wrapped, at most `lines` lines.
    mark : str
        A verdict, as a picture before `words`; empty for none.
    words : str
        The last line.
    lines : int
    """

    key: str
    title: str
    right: str = ""
    text: str = ""
    mark: str = ""
    words: str = ""
    lines: int = 2

    def said(self) -> str:
        """Give all of it, for a screen reader."""
        return ". ".join(part for part in (self.title, self.right, self.text, self.words) if part)


class _Cards(QAbstractListModel):
    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.cards: tuple[Card, ...] = ()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return card.said()
        return None

    def show(self, cards: tuple[Card, ...]) -> None:
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    def change(self, row: int, card: Card) -> None:
        self.cards = (*self.cards[:row], card, *self.cards[row + 1 :])
        self.dataChanged.emit(self.index(row), self.index(row))


class _Painter(QStyledItemDelegate):
    def __init__(self, parent: CardList) -> None:
        super().__init__(parent)
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        card, wide = self._list.cards[index.row()], self._list.viewport().width()
        n_lines = len(_lines(card, wide - 2 * PAD))
        height = 2 * PAD - 4 + TITLE + LINE * n_lines + (GAP + LINE if card.words else 0)
        return QSize(wide, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = current_theme()
        where = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = where.adjusted(0, 0, 0, -2)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.chosen if theme.is_dark else theme.well))
            painter.drawRoundedRect(ground, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hairline))
            painter.drawRoundedRect(ground, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._list.hasFocus():
            paint_focus_ring(painter, ground, theme)
        _paint_card(painter, self._list.cards[index.row()], ground, theme)
        painter.restore()


class CardList(QListView):
    """Cards below each other.

    Parameters
    ----------
    name : str
        For a screen reader.
    most : {1, 2}
        How many can be chosen.

    Attributes
    ----------
    picked : Signal(object)
        Keys of what the user has chosen, a tuple of str in the order of choosing.
    entered, escaped : Signal()
        Enter or Escape was pressed.
    """

    picked = Signal(object)
    entered = Signal()
    escaped = Signal()

    def __init__(self, name: str, most: int = 1) -> None:
        super().__init__()
        self._most = most
        self._keys: tuple[str, ...] = ()
        self._cards = _Cards(self)
        self.setModel(self._cards)
        self.setItemDelegate(_Painter(self))
        self.setProperty("role", "cards")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        if most > 1:
            self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(self._selection_changed)

    @property
    def cards(self) -> tuple[Card, ...]:
        """What is shown."""
        return self._cards.cards

    @property
    def keys(self) -> tuple[str, ...]:
        """What is chosen."""
        return self._keys

    def show_cards(self, cards: Sequence[Card], chosen: Sequence[str]) -> None:
        """Show cards, some of them chosen; not told."""
        new = tuple(cards)
        with QSignalBlocker(self.selectionModel()):
            if [card.key for card in new] != [card.key for card in self.cards]:
                self._cards.show(new)
            else:
                for row, (card, before) in enumerate(zip(new, self.cards, strict=True)):
                    if card != before:
                        self._cards.change(row, card)
            self._keys = tuple(chosen)
            self._select()
        self.viewport().update()

    def _select(self) -> None:
        rows = [k for k, card in enumerate(self.cards) if card.key in self._keys]
        model = self.selectionModel()
        if sorted(index.row() for index in model.selectedIndexes()) == rows:
            return
        selection = QItemSelection()
        for row in rows:
            selection.select(self._cards.index(row), self._cards.index(row))
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows and model.currentIndex().row() not in rows:
            model.setCurrentIndex(
                self._cards.index(rows[-1]), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.scrollTo(self._cards.index(rows[-1]))

    def _selection_changed(self) -> None:  # a slot
        chosen = [self.cards[index.row()].key for index in self.selectionModel().selectedIndexes()]
        if not chosen:
            # A click on nothing chooses nothing else.
            with QSignalBlocker(self.selectionModel()):
                self._select()
            self.viewport().update()
            return
        kept = [key for key in self._keys if key in chosen]
        kept += [key for key in chosen if key not in kept]
        keys = tuple(kept[-self._most :])
        if keys != self._keys:
            self._keys = keys
            self.picked.emit(keys)
        with QSignalBlocker(self.selectionModel()):
            self._select()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        if event.key() in ENTER:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override: texts are wrapped anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


def _lines(card: Card, width: float) -> tuple[str, ...]:
    lines = wrapped(card.text, width, 11)
    if len(lines) > card.lines:
        lines = (*lines[: card.lines - 1], " ".join(lines[card.lines - 1 :]))
    return lines


def _paint_card(painter: QPainter, card: Card, where: QRectF, theme: Theme) -> None:
    inner = where.adjusted(PAD, PAD - 3, -PAD, 0)
    small, strong = font(11), font(12, 600)
    line = QRectF(inner.left(), inner.top(), inner.width(), TITLE)
    letters(painter, line, card.right, small, theme.muted, RIGHT)
    room = line.width() - (text_width(card.right, 11) + 8 if card.right else 0)
    letters(painter, line, elided(card.title, strong, room), strong, theme.text)
    line.moveTop(line.bottom())
    line.setHeight(LINE)
    for text in _lines(card, inner.width()):
        letters(painter, line, elided(text, small, inner.width()), small, theme.muted)
        line.translate(0, LINE)
    if not card.words:
        return
    line.translate(0, GAP - 1)
    if card.mark:
        draw_verdict(painter, QPointF(line.left() + 8, line.center().y()), card.mark, theme)
        line.setLeft(line.left() + 22)
    color = theme.text if card.mark else theme.muted
    letters(painter, line, elided(card.words, small, line.width()), small, color)
