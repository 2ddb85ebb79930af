"""Many small grey pictures with two lines of words each, of which only those in sight are drawn.

::

    ┌────┐ ┌────┐ ┌────┐
    │ 9  │ │ 4  │ │ 8  │     a row at a time scrolls; a picture is asked for when it comes
    └────┘ └────┘ └────┘     into sight, and kept: ten thousand cost no more than ten
    9 said 4 ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.painting import (
    CENTER,
    LEFT,
    draw_pixels,
    elided,
    empty_state,
    letters,
    pixel_rectangle,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme

GAP, LINE = 12, 17
RING = 3.0
"""Room around the outermost pictures for the ring of the one that the keyboard is on."""
KEPT = 600
"""Pictures that are kept: more than are ever in sight; 3 kB each at 28 by 28."""
WHEEL_NOTCH = 120
"""Qt's unit of a mouse wheel: one row."""

Picture = Callable[[int], npt.NDArray[np.floating[Any]]]
Words = Callable[[int], tuple[str, str]]


class ImageStrip(QAbstractScrollArea):
    """Pictures in rows, as many beside each other as there is room for.

    Parameters
    ----------
    name : str
        What they are, for a screen reader.
    tile : int, default 84
        Width and height of a picture: three times 28.
    lines : {0, 1, 2}, default 2
        Lines of words under each.
    parent : QWidget, optional

    Attributes
    ----------
    chosen : Signal(int)
        An item was clicked, or Enter was pressed on it.

    Notes
    -----
    Arrows, Page Up, Page Down, Home and End move within the pictures, Enter chooses.
    """

    chosen = Signal(int)

    def __init__(
        self, name: str, tile: int = 84, lines: int = 2, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tile, self._lines = tile, lines
        self._items: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._picture: Picture | None = None
        self._words: Words | None = None
        self._source: object = None
        self._images: dict[int, QImage] = {}
        self._marked: int | None = None
        self._position = 0
        self._wheel = 0
        self.empty_text = ""
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(1)
        self.verticalScrollBar().setAccessibleName(f"Rows of: {name}")

    # --- what is shown --------------------------------------------------------------------

    def show_items(
        self,
        items: Sequence[int] | npt.NDArray[np.intp],
        picture: Picture,
        words: Words,
        source: object = None,
    ) -> None:
        """Show other items.

        Parameters
        ----------
        items : sequence of int
            Their numbers, in order; no number twice.
        picture : callable
            ``picture(item) -> (height, width)``, 0 to 1; called when it comes into sight.
        words : callable
            ``words(item) -> (title, detail)``; called at each painting.
        source : object
            Pictures are kept as long as this is the same (``is``).
        """
        before = self.selected_item()
        if source is not self._source or source is None:
            self._images.clear()
        self._source, self._picture, self._words = source, picture, words
        self._items = np.asarray(items, np.intp)
        # The keyboard stays on its picture while others come and go.
        found = np.flatnonzero(self._items == before) if before is not None else np.empty(0)
        last = max(len(self._items) - 1, 0)
        self._position = int(found[0]) if found.size else min(self._position, last)
        self._lay_out()
        self._tell_selected()
        self.viewport().update()

    def mark(self, item: int | None) -> None:
        """Frame one item, the one that is looked at elsewhere."""
        if item != self._marked:
            self._marked = item
            self.viewport().update()

    def selected_item(self) -> int | None:
        """Give the item that the keyboard is on."""
        return int(self._items[self._position]) if len(self._items) else None

    def scroll_to_start(self) -> None:
        """Show the first row."""
        self._position = 0
        self.verticalScrollBar().setValue(0)

    def items(self) -> npt.NDArray[np.intp]:
        """Give all items, in order."""
        return self._items

    def items_in_sight(self) -> list[int]:
        """Give the items that are painted now."""
        start, stop = self._in_sight()
        return [int(item) for item in self._items[start:stop]]

    def item_at(self, position: QPointF) -> int | None:
        """Give the item under a point of the viewport."""
        start, stop = self._in_sight()
        for place in range(start, stop):
            if self._cell(place).contains(position):
                return int(self._items[place])
        return None

    # --- where it stands ------------------------------------------------------------------

    @property
    def n_columns(self) -> int:
        """Pictures beside each other."""
        return max(int((self._room() + GAP) // (self._tile + GAP)), 1)

    @property
    def row_height(self) -> int:
        """From one row to the next."""
        return self._tile + (self._lines * LINE + 6 if self._lines else 0) + GAP

    @property
    def n_rows_in_sight(self) -> int:
        """Whole rows, at least 1."""
        return max(int((self.viewport().height() - 2 * RING + GAP) // self.row_height), 1)

    def _room(self) -> float:
        return self.viewport().width() - 2 * RING

    def _in_sight(self) -> tuple[int, int]:
        """Give the first place that is painted and the one after the last.

        A row of which less than half a picture would be seen is left out.
        """
        start = self.verticalScrollBar().value() * self.n_columns
        rows = int((self.viewport().height() - self._tile / 2) // self.row_height) + 1
        return start, min(start + max(rows, 1) * self.n_columns, len(self._items))

    def _cell(self, place: int) -> QRectF:
        """Give picture and words of a place."""
        columns = self.n_columns
        row, column = divmod(place, columns)
        # The last picture ends where the panel ends; a few are not spread out.
        gap = float(GAP)
        if columns > 1 and len(self._items) >= columns:
            gap = (self._room() - columns * self._tile) / (columns - 1)
        top = RING + (row - self.verticalScrollBar().value()) * self.row_height
        left = RING + column * (self._tile + gap)
        return QRectF(left, top, self._tile, self.row_height - GAP)

    def _lay_out(self) -> None:
        rows = -(-len(self._items) // self.n_columns)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.n_rows_in_sight)
        bar.setRange(0, max(rows - self.n_rows_in_sight, 0))

    # --- the keyboard ---------------------------------------------------------------------

    def _move_to(self, place: int) -> None:
        self._position = min(max(place, 0), len(self._items) - 1)
        row, bar = self._position // self.n_columns, self.verticalScrollBar()
        last = bar.value() + self.n_rows_in_sight - 1
        bar.setValue(bar.value() + min(row - bar.value(), 0) + max(row - last, 0))
        self._tell_selected()
        self.viewport().update()

    def _tell_selected(self) -> None:
        """Tell a screen reader which picture the keyboard is on."""
        item = self.selected_item()
        if item is None or self._words is None:
            self.setAccessibleDescription(self.empty_text)
            return
        words = " ".join(word for word in self._words(item) if word)
        self.setAccessibleDescription(f"{self._position + 1:,} of {len(self._items):,}: {words}")

    # --- painting -------------------------------------------------------------------------

    def _image(self, item: int) -> QImage:
        assert self._picture is not None
        if item not in self._images:
            if len(self._images) >= KEPT:
                self._images.clear()
            self._images[item] = to_image(grey_image(self._picture(item)))
        return self._images[item]

    def _paint_item(self, painter: QPainter, place: int, theme: Theme) -> None:
        assert self._words is not None
        item, cell = int(self._items[place]), self._cell(place)
        tile = QRectF(cell.left(), cell.top(), self._tile, self._tile)
        image, ratio = self._image(item), self.devicePixelRatioF()
        where = pixel_rectangle(tile, image.width(), image.height(), ratio, CENTER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        draw_pixels(painter, where, image)
        self._paint_edge(painter, place, where, theme)
        for line, text in enumerate(self._words(item)[: self._lines]):
            letter_font = font(12, 600) if line == 0 else font(12)
            color = theme.text if line == 0 else theme.muted
            top = tile.bottom() + 6 + line * LINE
            # Words may stand a little further out than the picture.
            room = QRectF(cell.left(), top, self._tile + GAP - 4, LINE)
            if room.bottom() > self.viewport().height():
                break
            shown = elided(text, letter_font, room.width())
            letters(painter, room, shown, letter_font, color, LEFT)

    def _paint_edge(self, painter: QPainter, place: int, where: QRectF, theme: Theme) -> None:
        item = int(self._items[place])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not theme.is_dark:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRect(where)
        if item == self._marked:
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawRoundedRect(where.adjusted(-2, -2, 2, 2), 2, 2)
        if self.hasFocus() and place == self._position:
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.drawRoundedRect(where.adjusted(-2, -2, 2, 2), 2, 2)

    # --- Qt's own names -------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: of the viewport."""
        del event
        theme = current_theme()
        with QPainter(self.viewport()) as painter:
            if not len(self._items):
                empty_state(painter, QRectF(self.viewport().rect()), self.empty_text, theme)
                return
            for place in range(*self._in_sight()):
                self._paint_item(painter, place, theme)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt override: the bar counts rows, not pixels."""
        del dx, dy
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt override: a row for each notch."""
        self._wheel += event.angleDelta().y()
        rows = int(self._wheel / WHEEL_NOTCH)
        self._wheel -= rows * WHEEL_NOTCH
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - rows)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._lay_out()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        item = self.item_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or item is None:
            return
        self._move_to(int(np.flatnonzero(self._items == item)[0]))
        self.chosen.emit(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        page = self.n_columns * self.n_rows_in_sight
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.n_columns,
            Qt.Key.Key_Down: self.n_columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._items),
            Qt.Key.Key_End: len(self._items),
        }
        key = Qt.Key(event.key())
        if not len(self._items) or (key not in steps and key not in ENTER):
            super().keyPressEvent(event)
        elif key in ENTER:
            self.chosen.emit(int(self._items[self._position]))
        else:
            self._move_to(self._position + steps[key])

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
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """Qt override: one picture with its words."""
        return QSize(self._tile + 2 * GAP, self.row_height - GAP + round(2 * RING))

    def sizeHint(self) -> QSize:
        """Qt override: one row of a few."""
        return QSize(4 * (self._tile + GAP), self.row_height - GAP + round(2 * RING))
