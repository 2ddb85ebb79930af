"""What a neuron listens to: its weights as a picture, or as bars where they make none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen

from gdviz.analysis.inspection.folding import strongest_neurons
from gdviz.nn.parameters import FloatArray
from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table, signed_image
from gdviz.qt.flat_scale import draw_flat_scale
from gdviz.qt.fonts import font
from gdviz.qt.painting import draw_pixels, elided, letters, pixel_rectangle, to_image
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEAD, FOOT = 18.0, 20.0


@dataclass(frozen=True, eq=False, slots=True)
class Incoming:
    """The weights into a neuron.

    Parameters
    ----------
    weights : ndarray of shape (n_in,)
    limit : float
        The value of the last colour or the longest bar, above 0.
    side : int or None
        Of the picture that they make; None if they come from neurons, or from no picture.
    """

    weights: FloatArray
    limit: float
    side: int | None

    @property
    def shown(self) -> npt.NDArray[np.intp]:
        """The weights that have a bar: all of some, the strongest of many."""
        return strongest_neurons(np.abs(self.weights))


class IncomingWeights(ThemedWidget):
    """A picture or bars, with their scale below and what is under the pointer above.

    Attributes
    ----------
    pixel_pointed : Signal(object)
        The pixel under the pointer, or None; of a picture alone.
    """

    pixel_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.incoming: Incoming | None = None
        self._pixel: int | None = None
        self._pointed: int | None = None
        self._image: QImage | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Weights into the neuron")
        self.setFixedWidth(120)
        self.setMinimumHeight(138)

    def show_weights(self, incoming: Incoming | None, pixel: int | None) -> None:
        """Show other weights, and mark the pixel that is pointed at anywhere."""
        self.incoming, self._pixel, self._image = incoming, pixel, None
        self.update()

    def words(self) -> str:
        """Give the line above."""
        if self.incoming is None:
            return ""
        weights, pointed = self.incoming.weights, self._pointed
        if pointed is not None and pointed < len(weights):
            side = self.incoming.side
            name = f"({pointed // side}, {pointed % side})" if side else f"from {pointed + 1}"
            return f"{name}: {number_text.signed(float(weights[pointed]))}"
        shown, n_in = len(self.incoming.shown), number_text.whole(len(weights))
        if self.incoming.side is None and shown < len(weights):
            return f"{shown} of {n_in} weights"
        return f"{n_in} weights"

    def _room(self) -> QRectF:
        return QRectF(0, HEAD, self.width() - 8, self.height() - HEAD - FOOT)

    def picture(self) -> QRectF:
        """Give where the picture is."""
        assert self.incoming is not None
        side = self.incoming.side or 1
        return pixel_rectangle(self._room(), side, side, self.devicePixelRatioF())

    def _paint_picture(self, painter: QPainter, theme: Theme) -> None:
        assert self.incoming is not None
        incoming, side = self.incoming, self.incoming.side
        assert side is not None
        if self._image is None:
            values = incoming.weights.reshape(side, side)
            self._image = to_image(signed_image(values, incoming.limit, theme))
        where = self.picture()
        draw_pixels(painter, where, self._image)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawRect(where.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._pixel is not None and self._pixel < side * side:
            cell = where.width() / side
            row, column = divmod(self._pixel, side)
            left, top = where.left() + column * cell, where.top() + row * cell
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.drawRect(QRectF(left - 1, top - 1, cell + 2, cell + 2))

    def _paint_bars(self, painter: QPainter, theme: Theme) -> None:
        assert self.incoming is not None
        room, shown = self._room(), self.incoming.shown
        pitch = min(room.height() / max(len(shown), 1), 14.0)
        middle, half = room.center().x(), room.width() / 2
        for row, index in enumerate(shown.tolist()):
            value = float(self.incoming.weights[index])
            if np.isnan(value):
                continue
            share = min(max(value / self.incoming.limit, -1.0), 1.0)
            left = middle + min(share, 0.0) * half
            bar = QRectF(left, room.top() + row * pitch, abs(share) * half, max(pitch - 1.5, 1))
            painter.fillRect(bar, QColor(theme.curve_2 if share > 0 else theme.curve_1))
        painter.setPen(QPen(QColor(theme.muted), 1))
        bottom = room.top() + len(shown) * pitch
        painter.drawLine(int(middle), int(room.top()), int(middle), int(bottom))

    def index_at(self, x: float, y: float) -> int | None:
        """Give the weight under a point, or None."""
        if self.incoming is None:
            return None
        if self.incoming.side is not None:
            where, side = self.picture(), self.incoming.side
            if not where.contains(x, y):
                return None
            row = min(int((y - where.top()) / where.height() * side), side - 1)
            return row * side + min(int((x - where.left()) / where.width() * side), side - 1)
        room, shown = self._room(), self.incoming.shown
        row = int((y - room.top()) / min(room.height() / max(len(shown), 1), 14.0))
        return int(shown[row]) if room.contains(x, y) and row < len(shown) else None

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        if self.incoming is None:
            return
        with smooth_painter(self) as painter:
            words = elided(self.words(), font(11), self.width())
            color = theme.text if self._pointed is not None else theme.muted
            letters(painter, QRectF(0, 0, self.width(), 16), words, font(11), color)
            limit = number_text.tick(float(f"{self.incoming.limit:.2g}"))
            if self.incoming.side is None:
                self._paint_bars(painter, theme)
                line = QRectF(0, self.height() - 16, self.width() - 8, 16)
                text = f"longest bar ±{limit}"
                letters(painter, line, text, font(11), theme.muted)
                return
            self._paint_picture(painter, theme)
            ends = (f"{number_text.MINUS}{limit}", f"+{limit}")
            middle = self.picture().bottom() + 12
            draw_flat_scale(painter, 0, middle, "", ends, diverging_table(theme), theme, 40)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._point_at(self.index_at(event.position().x(), event.position().y()))

    def _point_at(self, index: int | None) -> None:
        if index == self._pointed:
            return
        self._pointed = index
        if self.incoming is not None and self.incoming.side is not None:
            self.pixel_pointed.emit(index)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self._point_at(None)

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme."""
        self._image = None
        super().theme_changed(theme)
