"""The hidden neurons as cells that are switched off and on."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip

from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.nn.parameters import Architecture
from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table, signed_image
from gdviz.qt.fonts import font
from gdviz.qt.keys import ARROWS, ENTER
from gdviz.qt.painting import CENTER, LEFT, empty_state, letters, to_image
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

CELLS = (24, 20, 16, 12, 10, 8, 6)
LEAST_NUMBERED, LEAST_ROUNDED = 20, 10
HEAD, GAP, LEGEND = 16.0, 4.0, 18.0


class NeuronGrid(ThemedWidget):
    """A row of cells for each hidden layer; those that are off are crossed out.

    Attributes
    ----------
    toggled : Signal(object)
        A `NeuronPlace` that is to be switched off or on: a click or Enter.
    chosen : Signal(object)
        The arrows have gone to another `NeuronPlace`.
    """

    toggled = Signal(object)
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._architecture: Architecture | None = None
        self._off: frozenset[NeuronPlace] = frozenset()
        self._place: NeuronPlace | None = None
        self._changes: npt.NDArray[np.int64] | None = None
        self._cells: list[tuple[NeuronPlace, QRectF]] = []
        self._heads: list[tuple[QRectF, str]] = []
        self._laid_for: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Hidden neurons")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(72)

    def show_neurons(
        self,
        architecture: Architecture,
        off: tuple[NeuronPlace, ...],
        place: NeuronPlace | None,
        changes: npt.NDArray[np.int64] | None,
    ) -> None:
        """Show which are off, which is chosen, and what each does alone.

        Parameters
        ----------
        architecture : Architecture
        off : tuple of NeuronPlace
        place : NeuronPlace or None
        changes : ndarray of shape (n_hidden,), or None
            Images more that are right when it alone is off, in the order of the layers.
        """
        self._architecture, self._off, self._place = architecture, frozenset(off), place
        self._changes = changes
        words = ", ".join(each.title(architecture) for each in off) or "none"
        chosen = f"; chosen: {place.title(architecture)}" if place else ""
        self.setAccessibleDescription(f"Off: {words}{chosen}")
        self.update()

    @property
    def limit(self) -> int:
        """The number of images of the last colour on both sides."""
        if self._changes is None or self._changes.size == 0:
            return 1
        return max(1, int(np.abs(self._changes).max()))

    def _has_changes(self) -> bool:
        return self._changes is not None and self._changes.size > 0

    def _hidden_sizes(self) -> tuple[int, ...]:
        return () if self._architecture is None else self._architecture.layer_sizes[1:-1]

    def cell_at(self, position: QPointF) -> NeuronPlace | None:
        """Give the neuron under a point."""
        self._lay_out()
        return next((place for place, where in self._cells if where.contains(position)), None)

    def cell_of(self, place: NeuronPlace) -> QRectF | None:
        """Give where a neuron's cell is; None if it has no room."""
        self._lay_out()
        return next((where for each, where in self._cells if each == place), None)

    def _lay_out(self) -> None:
        """Find the largest cells that have room."""
        state = (self._hidden_sizes(), self.width(), self.height())
        if state == self._laid_for:
            return
        self._laid_for = state
        room = self.height() - LEGEND
        for size in CELLS:
            per_row = max(int(self.width() / size), 1)
            rows = [math.ceil(n / per_row) for n in self._hidden_sizes()]
            needed = sum(HEAD + row * size + GAP for row in rows)
            if needed <= room or size == CELLS[-1]:
                self._place_cells(size, per_row, room)
                return

    def _place_cells(self, size: int, per_row: int, room: float) -> None:
        self._cells, self._heads, top = [], [], 0.0
        for layer, count in enumerate(self._hidden_sizes()):
            title = f"hidden {layer + 1}: {number_text.whole(count)} neurons"
            head = len(self._heads)
            self._heads.append((QRectF(0, top, self.width(), HEAD), title))
            top += HEAD
            shown = 0
            for index in range(count):
                row, column = divmod(index, per_row)
                where = QRectF(column * size, top + row * size, size - 2, size - 2)
                if where.bottom() > room:
                    break
                self._cells.append((NeuronPlace(layer, index), where))
                shown += 1
            if shown < count:
                more = f"{title}, the first {number_text.whole(shown)} shown"
                self._heads[head] = self._heads[head][0], more
            top += math.ceil(count / per_row) * size + GAP

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        self._lay_out()
        with smooth_painter(self) as painter:
            if not self._hidden_sizes():
                text = "This network has no hidden neurons to switch off."
                empty_state(painter, QRectF(self.rect()), text, theme)
                return
            for where, title in self._heads:
                letters(painter, where, title, font(11), theme.muted, LEFT)
            colors = self._colors(theme)
            for k, (place, where) in enumerate(self._cells):
                self._paint_cell(painter, place, where, colors[k], theme)
            if self._has_changes():
                self._paint_legend(painter, theme)

    def _colors(self, theme: Theme) -> list[QColor]:
        """Give the ground of each cell."""
        if not self._has_changes() or self._changes is None:
            return [QColor(theme.raised)] * len(self._cells)
        firsts = np.cumsum([0, *self._hidden_sizes()])
        if firsts[-1] != len(self._changes):
            return [QColor(theme.raised)] * len(self._cells)
        at = [firsts[place.layer] + place.index for place, _ in self._cells]
        image = signed_image(self._changes[at].astype(float), float(self.limit), theme)
        return [QColor(*(int(part) for part in color[:3])) for color in image]

    def _paint_cell(
        self, painter: QPainter, place: NeuronPlace, where: QRectF, ground: QColor, theme: Theme
    ) -> None:
        is_off = place in self._off
        if where.width() < LEAST_ROUNDED:
            # A thousand of them: without edges, and so that they are seen on the panel.
            plain = ground if self._has_changes() else QColor(theme.muted)
            painter.fillRect(where, QColor(theme.error) if is_off else plain)
            if place == self._place:
                paint_focus_ring(painter, where.adjusted(-2, -2, 2, 2), theme, 2)
            return
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.window) if is_off else ground)
        painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if is_off:
            painter.setPen(QPen(QColor(theme.error), 1.5))
            inside = where.adjusted(4, 4, -4, -4) if where.width() > 12 else where
            painter.drawLine(inside.topLeft(), inside.bottomRight())
            painter.drawLine(inside.topRight(), inside.bottomLeft())
        elif where.width() >= LEAST_NUMBERED - 2:
            # The far ends of the map stand out from the panel: the letters take its colour there.
            is_far = abs(ground.lightnessF() - QColor(theme.panel).lightnessF()) > 0.4
            color = theme.panel if is_far else theme.text
            letters(painter, where, str(place.index + 1), font(11), color, CENTER)
        if place == self._place:
            paint_focus_ring(painter, where.adjusted(-1.5, -1.5, 1.5, 1.5), theme, 4)

    def _paint_legend(self, painter: QPainter, theme: Theme) -> None:
        """Draw the map with what its ends mean, from the map itself."""
        y = self.height() - LEGEND + 3
        text = f"{number_text.MINUS}{number_text.whole(self.limit)}"
        width = 46.0
        letters(painter, QRectF(0, y, width, 14), text, font(11), theme.muted, LEFT)
        bar = QRectF(width, y + 3, 96, 8)
        painter.drawImage(bar, to_image(diverging_table(theme)[np.newaxis]))
        words = f"+{number_text.whole(self.limit)} images right, if it alone is off"
        rest = QRectF(bar.right() + 8, y, self.width() - bar.right() - 8, 14)
        letters(painter, rest, words, font(11), theme.muted, LEFT)

    def _words_of(self, place: NeuronPlace) -> str:
        assert self._architecture is not None
        text = place.title(self._architecture)
        if self._has_changes() and self._changes is not None:
            firsts = np.cumsum([0, *self._hidden_sizes()])
            if firsts[-1] == len(self._changes):
                change = int(self._changes[firsts[place.layer] + place.index])
                text += f": {number_text.signed(change, 0)} images right, if it alone is off"
        return f"{text}; off" if place in self._off else text

    def event(self, event: QEvent) -> bool:
        """Qt override: what a cell is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.cell_at(QPointF(event.pos()))
            if place is not None:
                QToolTip.showText(event.globalPos(), self._words_of(place), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        place = self.cell_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(place)
            self.toggled.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows choose, Enter switches; Space belongs to Run."""
        key = Qt.Key(event.key())
        place = self._place if self._place in dict(self._cells) else None
        if key in ARROWS and self._cells:
            self.chosen.emit(self._next(place, *ARROWS[key]))
        elif key in ENTER and place:
            self.toggled.emit(place)
        else:
            super().keyPressEvent(event)

    def _next(self, place: NeuronPlace | None, down: int, right: int) -> NeuronPlace:
        """Give the neighbour of a cell; at an edge the cell itself, and the first of none."""
        if place is None:
            return self._cells[0][0]
        here = self.cell_of(place)
        assert here is not None
        if right:
            places = [each for each, _ in self._cells]
            return places[min(max(places.index(place) + right, 0), len(places) - 1)]
        beyond = [
            (abs(where.top() - here.top()), abs(where.left() - here.left()), k)
            for k, (_, where) in enumerate(self._cells)
            if (where.top() - here.top()) * down > 1
        ]
        return self._cells[min(beyond)[2]][0] if beyond else place

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(320, 120)
