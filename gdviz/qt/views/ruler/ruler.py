"""The ruler in the user's hands: pointer, wheel and keys over what `face` shows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gdviz.analysis.parameter_strip import Segment
from gdviz.qt.views.ruler import ruler_paint as paint
from gdviz.qt.views.ruler.face import RulerFace
from gdviz.qt.views.ruler.stretch import ZOOM
from gdviz.qt.views.ruler.words import name_of, number

NOTCH = 120.0
"""What Qt says of one notch of a wheel."""
WHEEL_ZOOM = 0.8
SHIFTED = 10
"""Columns that an arrow walks with Shift."""


class Ruler(RulerFace):
    """All parameters in the vector's order, to be zoomed, moved and pointed at.

    Attributes
    ----------
    pointed : Signal(object)
        The component that is pointed at now, an int; None if none is.
    chosen : Signal(int)
        Enter was pressed on a component.
    """

    pointed = Signal(object)
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._drag: tuple[QPointF, float] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _segment_at(self, where: QPointF) -> Segment | None:
        """Give the segment whose number in the sum is under a point."""
        if self.strip is None or not self.rooms().sum.contains(where):
            return None
        spans = paint.sum_spans(self._segments)
        for segment, (left, right) in zip(self._segments, spans, strict=True):
            if left <= where.x() <= right:
                return segment
        return None

    def _point_at(self, index: int | None) -> None:
        before = self.stretch.start
        if index == self.stretch.pointed:
            return
        self.stretch.point_at(index)
        if self.hasFocus() and index is not None and self.strip is not None:
            value = number(float(self.strip.values[index]))
            name = name_of(self.strip.layout, index)
            self.setAccessibleDescription(f"{name}: {self.strip.symbol} {value}")
        if self.stretch.start != before:
            self._moved()
        self.update()
        self.pointed.emit(index)

    def _walk(self, count: int) -> None:
        at = self.stretch.walked(count, self.width())
        self._point_at(at)

    def _next_segment(self, by: int) -> None:
        """Bring the segment after or before what is in sight into sight; from all, the first."""
        starts = [segment.start for segment in self._segments]
        if self.stretch.width >= self.stretch.size:
            at = 0 if by > 0 else len(starts) - 1
        else:
            here = sum(start <= self.stretch.start for start in starts) - 1
            at = min(max(here + by, 0), len(starts) - 1)
        self.show_segment(self._segments[at])

    # Qt's own names

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt override: zooms about the pointer; sideways it moves."""
        turned, sideways = event.angleDelta().y() / NOTCH, event.angleDelta().x() / NOTCH
        if sideways:
            self.stretch.move(-0.1 * sideways * self.stretch.width)
            self._moved()
        if turned:
            self.zoom(WHEEL_ZOOM**turned, self.position_at(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() != Qt.MouseButton.LeftButton or self.strip is None:
            return
        segment = self._segment_at(event.position())
        if segment is not None:
            self.show_segment(segment)
        elif self.rooms().whole.adjusted(0, -4, 0, 4).contains(event.position()):
            middle = event.position().x() / self.width() * self.stretch.size
            self.stretch.move(middle - (self.stretch.start + self.stretch.stop) / 2)
            self._moved()
        else:
            self._drag = event.position(), self.stretch.start

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if self._drag is not None:
            grabbed, start = self._drag
            by = (event.position().x() - grabbed.x()) / self.width() * self.stretch.width
            self.stretch.move(start - by - self.stretch.start)
            self._moved()
            return
        rooms = self.rooms()
        is_within = event.position().y() >= rooms.part.top()
        index = min(int(self.position_at(event.position().x())), self.stretch.size - 1)
        self._point_at(max(index, 0) if is_within and self.strip is not None else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._drag = None
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows walk, + and − zoom, pages go by layers, Escape shows all."""
        key, walk = Qt.Key(event.key()), {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self.strip is None:
            super().keyPressEvent(event)
        elif key in walk:
            self._walk(
                walk[key] * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            )
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Up}:
            self.zoom(ZOOM)
        elif key in {Qt.Key.Key_Minus, Qt.Key.Key_Down}:
            self.zoom(1 / ZOOM)
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self._next_segment(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._point_at(0 if key == Qt.Key.Key_Home else self.stretch.size - 1)
        elif key == Qt.Key.Key_Escape and self.stretch.width < self.stretch.size:
            self.show_all()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.stretch.pointed is not None:
            self.chosen.emit(self.stretch.pointed)
        else:
            super().keyPressEvent(event)
