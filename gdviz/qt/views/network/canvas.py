"""The diagram's widget: one kept picture, and above it what follows the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.qt.diagram.neuron_paint import paint_ring
from gdviz.qt.diagram.picture_paint import pixel_rectangle_in
from gdviz.qt.diagram.places import FOOT, MARGIN, Places, places_of
from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, empty_state, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.network.ground import Ground, Shown
from gdviz.qt.views.network.spots import Spot, is_drawn, spot_at, spot_words
from gdviz.qt.views.network.words import drawn_words, fixed_words
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring


class NetworkCanvas(ThemedWidget):
    """Neurons, edges and pictures; a click or the arrow keys choose a neuron.

    Attributes
    ----------
    neuron_chosen : Signal(object)
        A `NeuronPlace`, or None where the click hit no neuron or Escape was pressed.
    pixel_pointed : Signal(object)
        The pixel of the example under the pointer, or None.
    """

    neuron_chosen = Signal(object)
    pixel_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self.places: Places | None = None
        self.spot: Spot | None = None
        self._pixel: int | None = None
        self._ground: Ground | None = None
        self._coming: Ground | None = None
        self._laid_for: tuple[object, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The network as a diagram; arrow keys choose a neuron")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 200)

    def show_diagram(self, shown: Shown | None, *, in_parts: bool = False) -> None:
        """Show another diagram.

        Parameters
        ----------
        shown : Shown or None
        in_parts : bool, default False
            Whether the former one stays until `go_on` was called as often as it takes.
        """
        if in_parts and shown is not None and self._ground is not None:
            ratio = self.devicePixelRatioF()
            places = places_of(shown.diagram, self.width(), self.height(), ratio)
            self._coming = Ground(shown, places, ratio, current_theme())
            return
        self.shown, self._ground, self._coming = shown, None, None
        self.update()

    @property
    def is_unfinished(self) -> bool:
        """Whether a diagram is painted that is not shown yet."""
        return self._coming is not None

    def go_on(self) -> None:
        """Paint a part of the diagram that is to come, and show it if that was the last."""
        coming = self._coming
        if coming is None:
            return
        coming.go_on()
        if coming.is_ready:
            self.shown, self._ground, self._coming = coming.shown, coming, None
            self.update()

    def point_at(self, pixel: int | None) -> None:
        """Mark a pixel of the example."""
        if pixel != self._pixel:
            self._pixel = pixel
            self.update()

    def words(self) -> str:
        """Give the line below: what is under the pointer, or what is drawn."""
        if self.shown is None:
            return ""
        diagram = self.shown.diagram
        if self.spot is not None and is_drawn(self.spot, diagram):
            return spot_words(self.spot, diagram)
        return fixed_words(diagram) if self.shown.shows_varying else drawn_words(diagram)

    def spot_at(self, position: QPointF) -> Spot | None:
        """Give what is under a point, or None."""
        places = self._laid_out()
        if self.shown is None or places is None:
            return None
        return spot_at(self.shown.diagram, places, position)

    def move_choice(self, layers: int, rows: int) -> None:
        """Choose the neuron so many columns and rows from the chosen one, as far as there are."""
        shown, places = self.shown, self._laid_out()
        if shown is None or places is None:
            return
        chosen = shown.chosen
        column = None if chosen is None else places.of_layer(chosen.layer)
        if chosen is None or column is None:
            self._choose(places, len(places.columns) - 1, shown.diagram.said or 0)
            return
        at = places.columns.index(column)
        row = column.column.row_of(chosen.index) or 0
        to = min(max(at + layers, 0), len(places.columns) - 1)
        if to != at:
            # The neuron that stands nearest in height.
            nearest = np.abs(places.columns[to].ys - column.ys[row]).argmin()
            self._choose(places, to, int(places.columns[to].column.indices[nearest]))
            return
        row = min(max(row + rows, 0), len(column.ys) - 1)
        self._choose(places, at, int(column.column.indices[row]))

    def _choose(self, places: Places, at: int, index: int) -> None:
        self.neuron_chosen.emit(NeuronPlace(places.columns[at].column.layer, index))

    def _laid_out(self) -> Places | None:
        """Give where everything stands; painted or not."""
        if self.shown is None:
            return None
        state = (self.shown.diagram, self.width(), self.height(), self.devicePixelRatioF())
        if self.places is None or self._laid_for != state:
            self.places = places_of(self.shown.diagram, *state[1:])
            self._laid_for = state
        return self.places

    def _paint_pointed(self, painter: QPainter, places: Places, theme: Theme) -> None:
        """Paint what is under the pointer over the kept picture."""
        assert self.shown is not None
        diagram, n_inputs = self.shown.diagram, self.shown.diagram.network.n_inputs
        pen = QPen(QColor(theme.accent), 1.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._pixel is not None and self._pixel < n_inputs:
            painter.setPen(pen)
            where = pixel_rectangle_in(places.picture, self._pixel, n_inputs, stands=True)
            painter.drawRect(where.adjusted(-1, -1, 1, 1))
        spot = self.spot
        if spot is None or spot.neuron is None or not is_drawn(spot, diagram):
            return
        place = places.of_layer(spot.neuron.layer)
        center = places.center(spot.neuron.layer, spot.neuron.index)
        if place is None or center is None:
            return
        if spot.source is not None:
            start = places.center(spot.neuron.layer - 1, spot.source)
            before = places.of_layer(spot.neuron.layer - 1)
            if start is not None and before is not None:
                painter.setPen(QPen(QColor(theme.text), 2))
                painter.drawLine(QPointF(before.right, start.y()), QPointF(place.left, center.y()))
        elif spot.pixel is not None and places.tiles:
            row = diagram.columns[0].row_of(spot.neuron.index)
            if row is not None and row < len(places.tiles):
                painter.setPen(pen)
                painter.drawRect(places.tiles[row].adjusted(-1, -1, 1, 1))
        paint_ring(painter, center, place.radius - 1, theme.text)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            places = self._laid_out()
            if self.shown is None or places is None:
                text = "The network appears here as a diagram. Open a network, or press Run."
                empty_state(painter, QRectF(self.rect()), text, theme)
                return
            ratio = self.devicePixelRatioF()
            if self._ground is None or self._ground.made_for != (places.size, ratio, theme):
                self._ground = Ground(self.shown, places, ratio, theme)
            self._ground.finish()
            painter.drawPixmap(0, 0, self._ground.pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_pointed(painter, places, theme)
            line = QRectF(MARGIN, self.height() - FOOT + 28, self.width() - 2 * MARGIN, 16)
            words = elided(self.words(), font(11), line.width())
            is_pointed = self.spot is not None and is_drawn(self.spot, self.shown.diagram)
            letters(painter, line, words, font(11), theme.text if is_pointed else theme.muted)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()).adjusted(4, 0, -4, 0), theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._point_at(self.spot_at(event.position()))

    def _point_at(self, spot: Spot | None) -> None:
        if spot == self.spot:
            return
        before = None if self.spot is None else self.spot.pixel
        self.spot = spot
        pixel = None if spot is None else spot.pixel
        if pixel != before:
            self.pixel_pointed.emit(pixel)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() != Qt.MouseButton.LeftButton or self.shown is None:
            return
        spot = self.spot_at(event.position())
        place = None if spot is None or spot.source is not None else spot.neuron
        # A second click on the chosen one lets it go.
        self.neuron_chosen.emit(None if place == self.shown.chosen else place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.move_choice(*move)
        elif event.key() == Qt.Key.Key_Escape and self.shown is not None and self.shown.chosen:
            self.neuron_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self._point_at(None)
