"""What the ruler shows: the whole vector small, a part of it large, and what is in it.

Top to bottom: the sum of all layers, the whole strip with the part in sight marked, the names of
what is in sight, that part, and below it how far its values reach.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.parameter_strip import Segment, columns, segments
from gdviz.qt.painting import empty_state, to_image
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.ruler import ruler_paint as paint
from gdviz.qt.views.ruler.pictures import Strip, profile
from gdviz.qt.views.ruler.stretch import Stretch
from gdviz.qt.views.ruler.words import EMPTY, number
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring

NUMBERED = 46.0
"""Pixels of a component from which on its number stands in it."""
SUM, WHOLE, NAMES, GAP = 16.0, 12.0, 16.0, 6.0
LEAST_PICKED = 3.0
"""Pixels of a component from which on a click means this one."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where everything stands."""

    sum: QRectF
    whole: QRectF
    names: QRectF
    part: QRectF
    profile: QRectF


def rooms_of(width: float, height: float) -> Rooms:
    """Divide a widget: the part and its profile share what the rest leaves."""
    top = SUM + WHOLE + 8 + NAMES
    rest = max(height - top - GAP, 20.0)
    part = round(rest * 0.45)
    return Rooms(
        QRectF(0, 0, width, SUM),
        QRectF(0, SUM + 4, width, WHOLE),
        QRectF(0, SUM + WHOLE + 7, width, NAMES),
        QRectF(0, top, width, part),
        QRectF(0, top + part + GAP, width, rest - part),
    )


class RulerFace(ThemedWidget):
    """All parameters in the vector's order; `Ruler` handles what is done to it.

    Attributes
    ----------
    moved : Signal()
        Another part is in sight.
    """

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.strip: Strip | None = None
        self.empty_text = EMPTY
        self.stretch = Stretch()
        self.selected: int | None = None
        self._segments: tuple[Segment, ...] = ()
        self._images: tuple[QImage, QImage, QImage] | None = None
        self.setAccessibleName("Parameter ruler")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 110)

    def show_strip(
        self, strip: Strip | None, empty: str = EMPTY, *, in_parts: bool = False
    ) -> None:
        """Show other values; None shows a sentence.

        In parts: their colours are found now, and `update` is left to the caller.
        """
        self.strip, self.empty_text = strip, empty
        if strip is not None:
            self.stretch.resize(strip.values.size)
            self._segments = segments(strip.layout)
        self._images = None
        if in_parts and strip is not None:
            self._pictures(strip, current_theme())
        else:
            self.update()

    def select(self, index: int | None) -> None:
        """Mark the weight that is selected in the window."""
        self.selected = index
        self.update()

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Narrow or widen what is in sight."""
        self.stretch.zoom(factor, about)
        self._moved()

    def show_all(self) -> None:
        """Bring the whole strip into sight."""
        self.stretch.show_all()
        self._moved()

    def show_segment(self, segment: Segment) -> None:
        """Bring the weights or the biases of a layer into sight."""
        self.stretch.show(segment.start, segment.stop)
        self._moved()

    def _moved(self) -> None:
        self._forget_images()
        self.moved.emit()

    def _forget_images(self) -> None:
        self._images = None
        self.update()

    # --- where things stand ---------------------------------------------------------------

    def rooms(self) -> Rooms:
        """Give where everything stands."""
        return rooms_of(self.width(), self.height())

    def position_at(self, x: float) -> float:
        """Give the place in the vector at a place of the part in sight."""
        return self.stretch.start + x / max(self.width(), 1) * self.stretch.width

    def x_of(self, position: float) -> float:
        """Give where a place in the vector stands."""
        return (position - self.stretch.start) / self.stretch.width * self.width()

    def component_at(self, where: QPointF) -> int | None:
        """Give the component under a point of the part in sight; None if it is too narrow."""
        rooms = self.rooms()
        is_within = rooms.part.contains(where) or rooms.profile.contains(where)
        if self.strip is None or not is_within:
            return None
        if self.width() / self.stretch.width < LEAST_PICKED:
            return None
        return min(int(self.position_at(where.x())), self.stretch.size - 1)

    # --- painting -------------------------------------------------------------------------

    def _pictures(self, strip: Strip, theme: Theme) -> tuple[QImage, QImage, QImage]:
        """Give the whole strip, the part in sight and its profile, a pixel for each column."""
        if self._images is None:
            ratio = self.devicePixelRatioF()
            count = max(round(self.width() * ratio), 1)
            high = max(round(self.rooms().profile.height() * ratio), 2)
            whole = columns(strip.values, 0, strip.values.size, count)
            part = columns(strip.values, self.stretch.start, self.stretch.stop, count)
            self._images = (
                to_image(strip.colors(whole, theme)),
                to_image(strip.colors(part, theme)),
                to_image(profile(strip, part, high, theme)),
            )
        return self._images

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.strip is None:
                empty_state(painter, QRectF(self.rect()), self.empty_text, theme)
            else:
                self._paint(painter, self.strip, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme, 4)

    def _paint(self, painter: QPainter, strip: Strip, theme: Theme) -> None:
        rooms = self.rooms()
        whole, part, reach = self._pictures(strip, theme)
        for image, where in ((whole, rooms.whole), (part, rooms.part), (reach, rooms.profile)):
            painter.drawImage(where, image)
            painter.setPen(QColor(theme.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(where.adjusted(0.5, 0.5, -0.5, -0.5))
        size = strip.values.size
        share = self.width() / size
        paint.paint_sum(painter, rooms, self._segments, strip.layout, share, theme)
        window = (self.stretch.start * share, self.stretch.stop * share)
        paint.paint_window(painter, rooms, window, theme)
        paint.paint_names(painter, rooms, self._segments, self.x_of, theme)
        paint.paint_zero(painter, rooms.profile, strip.zero * rooms.profile.height(), theme)
        if self.width() / self.stretch.width >= NUMBERED:
            self._paint_numbers(painter, strip, rooms, theme)
        for index, color in ((self.stretch.pointed, theme.text), (self.selected, theme.ball)):
            if index is not None and self.stretch.start - 1 < index < self.stretch.stop:
                paint.paint_mark(painter, rooms, self.x_of(index), self.x_of(index + 1), color)

    def _paint_numbers(self, painter: QPainter, strip: Strip, rooms: Rooms, theme: Theme) -> None:
        first, last = math.floor(self.stretch.start), math.ceil(self.stretch.stop)
        for index in range(first, last):
            left, right = max(self.x_of(index), 0.0), min(self.x_of(index + 1), self.width())
            if right - left >= NUMBERED - 8:
                cell = QRectF(left, rooms.part.top(), right - left, rooms.part.height())
                value = float(strip.values[index])
                texts = (number(value), number(value, 2), number(value, 1))
                paint.paint_number(painter, cell, texts, strip.ink(value, theme))

    # Qt's own names

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._forget_images()

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme."""
        super().theme_changed(theme)
        self._forget_images()
