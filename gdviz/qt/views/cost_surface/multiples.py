"""Random planes as small multiples: what the same place looks like along other directions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import RIGHT, letters, text_width
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.theme import current_theme
from gdviz.qt.views.cost_surface.thumbnail import (
    SurfaceThumbnail,
    ThumbnailButton,
    paint_ramp,
    path_words,
)
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

MOST = 6
LEAST_SIDE, MOST_SIDE, ONE_ROW_SIDE = 24, 72, 40
"""Of a map, in pixels; all stand in one row from the last on."""
GAP = 4
HEAD, RAMP, LINE = 20, 20, 15
"""Heights of the title, of the ramp of colours, and of a line of the caption."""
WIDE = 240
"""Pixels from which the caption needs one line."""
EMPTY = "Six random planes appear here."


def n_columns(width: int) -> int:
    """Give how many maps stand in a row."""
    return MOST if width >= MOST * ONE_ROW_SIDE + (MOST - 1) * GAP else 3


def foot_height(width: int) -> int:
    """Give the height of what stands below the maps."""
    return RAMP + (LINE if width >= WIDE else 2 * LINE)


def places(count: int, width: int, height: int) -> list[QRect]:
    """Give where so many maps stand on a widget of a size: squares, row by row from the left.

    They are as large as there is room, within `LEAST_SIDE` and `MOST_SIDE`.
    """
    columns = n_columns(width)
    rows = -(-max(count, 1) // columns)
    room = height - HEAD - foot_height(width)
    side = min((width - (columns - 1) * GAP) // columns, (room - (rows - 1) * GAP) // rows)
    side = min(max(side, LEAST_SIDE), MOST_SIDE)
    cells = [divmod(index, columns) for index in range(count)]
    return [
        QRect(column * (side + GAP), HEAD + row * (side + GAP), side, side) for row, column in cells
    ]


def height_for(width: int) -> int:
    """Give the height at which `MOST` maps are as large as the width allows."""
    return places(MOST, width, 10_000)[-1].bottom() + 1 + foot_height(width)


class SmallMultiples(ThemedWidget):
    """Up to six small maps under one range of colours; one that is chosen is told.

    Only the thread of the window may call. Tab stops once; arrows go from map to map, Enter
    chooses.

    Attributes
    ----------
    chosen : Signal(int)
        Index of the map that was clicked.
    """

    chosen = Signal(int)

    def __init__(self, title: str = "Random planes", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._thumbnails: tuple[SurfaceThumbnail, ...] = ()
        self._range = ColorRange()
        self._progress: float | None = None
        self._pointed: int | None = None
        self.setAccessibleName(title)
        self.buttons = [ThumbnailButton(index, self) for index in range(MOST)]
        for button in self.buttons:
            button.clicked.connect(self._clicked)
            button.pointed.connect(self._point_at)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._refresh()

    def show_thumbnails(self, thumbnails: Sequence[SurfaceThumbnail], limits: ColorRange) -> None:
        """Show other maps, the first `MOST` of them.

        Parameters
        ----------
        thumbnails : sequence of SurfaceThumbnail
            None at all: it is said that they will appear.
        limits : ColorRange
            One for all of them, into which the caller has included their costs.
        """
        self._thumbnails = tuple(thumbnails)[:MOST]
        self._range = dataclasses.replace(limits)
        self._pointed = None
        self._refresh()

    def show_progress(self, progress: float | None) -> None:
        """Say before the first maps how much of them is computed, 0 to 1."""
        if progress != self._progress:
            self._progress = progress
            if not self._thumbnails:
                self._refresh()

    def _refresh(self) -> None:
        count = len(self._thumbnails)
        for index, button in enumerate(self.buttons):
            known = index < count
            button.show_thumbnail(self._thumbnails[index] if known else None, self._range)
            # Before there are any, six empty squares keep their places.
            button.setVisible(known or not count)
            words = f"{index + 1} of {count}: {button.words()}" if known else f"{index + 1}"
            button.setAccessibleName(f"{self._title} {words}")
        if self.current() >= max(count, 1):
            self._focus(0)
        self._lay_out()
        self.setAccessibleDescription(f"{self.caption()} {self.range_words()}".strip())
        self.update()

    def caption(self) -> str:
        """Give the words under the maps: of the one that is pointed at, or of the paths."""
        if not self._thumbnails:
            share = "" if self._progress is None else f" {100 * self._progress:.0f} %"
            return EMPTY + share
        if self._pointed is not None:
            return self.buttons[self._pointed].words()
        return path_words(self._thumbnails)

    def range_words(self) -> str:
        """Give the ends of the colours in words; empty before there are maps."""
        low, high = self._ends()
        scale = "logarithmic" if self._range.is_logarithmic else "linear"
        return f"Cost {low} to {high}, {scale}." if self._thumbnails else ""

    def _ends(self) -> tuple[str, str]:
        return number_text.cost(self._range.low), number_text.cost(self._range.high)

    def current(self) -> int:
        """Give the map at which Tab stops."""
        stops = [b for b in self.buttons if b.focusPolicy() == Qt.FocusPolicy.StrongFocus]
        return stops[0].index if stops else 0

    def _focus(self, index: int) -> None:
        for button in self.buttons:
            is_stop = button.index == index
            button.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            )

    def _clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, ThumbnailButton)
        self._focus(button.index)
        self.chosen.emit(button.index)

    def _point_at(self, index: int) -> None:
        """Show a map's own words; −1: nobody points at one."""
        self._pointed = index if 0 <= index < len(self._thumbnails) else None
        self.update()

    def _lay_out(self) -> None:
        count = len(self._thumbnails) or MOST
        for button, where in zip(
            self.buttons, places(count, self.width(), self.height()), strict=False
        ):
            button.setGeometry(where)

    # Qt's own names

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the arrows that a map passes on, without going round."""
        columns = n_columns(self.width())
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        index = self.current() + step
        if 0 <= index < len(self._thumbnails):
            self._focus(index)
            self.buttons[index].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._lay_out()

    def hasHeightForWidth(self) -> bool:
        """Qt override."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt override."""
        return height_for(width)

    def sizeHint(self) -> QSize:
        """Qt override: three columns and two rows."""
        return QSize(128, height_for(128))

    def minimumSizeHint(self) -> QSize:
        """Qt override: three of the smallest in a row."""
        width = 3 * LEAST_SIDE + 2 * GAP
        return QSize(width, height_for(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: title, ramp and caption; the maps paint themselves."""
        del event
        theme, wide = current_theme(), float(self.width())
        shown = [button for button in self.buttons if not button.isHidden()]
        top = shown[-1].geometry().bottom() + 1.0
        small = font(11)
        with smooth_painter(self) as painter:
            letters(painter, QRectF(0, 0, wide, HEAD - 4), self._title, font(12, 600), theme.text)
            if self._thumbnails:
                low, high = self._ends()
                low = f"cost {low}" if wide >= WIDE else low
                high += ", log" if self._range.is_logarithmic else ""
                right = max(button.geometry().right() + 1 for button in shown)
                row = QRectF(0, top + 3, min(wide, max(right, 128.0)), 14)
                letters(painter, row, low, small, theme.muted)
                letters(painter, row, high, small, theme.muted, RIGHT)
                inset = text_width(low, small) + 6, -text_width(high, small) - 6
                paint_ramp(painter, row.adjusted(inset[0], 4, inset[1], -4))
            painter.setFont(small)
            painter.setPen(theme.muted)
            flags = int(Qt.TextFlag.TextWordWrap.value) | int(Qt.AlignmentFlag.AlignTop.value)
            where = QRectF(0, top + RAMP, wide, foot_height(self.width()) - RAMP)
            painter.drawText(where, flags, self.caption())
