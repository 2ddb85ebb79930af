"""A number for every weight and bias as pictures: tiles for layer 1, matrices for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt import number_text
from gdviz.qt.color_maps import cost_image, diverging_table, sequential_table, signed_image
from gdviz.qt.component_panels import Panel
from gdviz.qt.fonts import font
from gdviz.qt.painting import (
    BarTick,
    draw_color_bar,
    draw_pixels,
    draw_selected,
    empty_state,
    letters,
    pixel_rectangle,
    text_width,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme

LEGEND_WIDTH = 60
FOOT = 20
DECADES = 4
"""How far the magnitudes' logarithmic scale reaches below its largest value."""


class ComponentTiles(QWidget):
    """Pictures of all layers with their legends.

    Parameters
    ----------
    name : str
        What is shown, for a screen reader.
    empty : str
        What is said while there is nothing to be shown.
    """

    def __init__(self, name: str, empty: str) -> None:
        super().__init__()
        self.symbol = "∂C"
        """What stands before a component's number under the pointer."""
        self._empty = empty
        self.panels: tuple[Panel, ...] = ()
        self.shows_magnitude = False
        self.selected: int | None = None
        self.names: Any = None
        self.notes: tuple[str, ...] = ()
        self._images: list[QImage] = []
        self._places: list[QRectF] = []
        self._hover = ""
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 140)

    def show_panels(self, panels: tuple[Panel, ...], names: Any, notes: tuple[str, ...]) -> None:
        """Show other arrays; `names` is the layout that names a component.

        Of the notes, which stand below, the last ones give way where there is no room.
        """
        self.panels, self.names, self.notes = panels, names, notes
        self._images = []
        self.update()

    def colors_of(self, panel: Panel, theme: Theme) -> npt.NDArray[np.uint8]:
        """Give the picture (height, width, 4) of one layer."""
        if not self.shows_magnitude:
            return signed_image(panel.values, panel.limit, theme)
        size = np.abs(panel.values)
        low = panel.limit / 10**DECADES
        return cost_image(np.maximum(size, low), low, panel.limit, logarithmic=True, theme=theme)

    def select(self, index: int | None) -> None:
        """Frame a component, by its position in the flat vector."""
        self.selected = index
        self.update()

    def _paint_selected(self, painter: QPainter, panel: Panel, where: QRectF, theme: Theme) -> None:
        """Frame the selected component, if it is of this layer."""
        if self.selected is None:
            return
        rows, columns = np.nonzero(panel.index == self.selected)
        if rows.size == 0:
            return
        high, wide = where.height() / panel.index.shape[0], where.width() / panel.index.shape[1]
        cell = QRectF(
            where.left() + columns.min() * wide,
            where.top() + rows.min() * high,
            (columns.max() - columns.min() + 1) * wide,
            (rows.max() - rows.min() + 1) * high,
        )
        draw_selected(painter, cell, theme)

    def component_at(self, position: QPointF) -> int | None:
        """Give the position in the flat vector of the component under a point."""
        for panel, where in zip(self.panels, self._places, strict=False):
            if not where.contains(position):
                continue
            height, width = panel.index.shape
            row = min(int((position.y() - where.top()) / where.height() * height), height - 1)
            column = min(int((position.x() - where.left()) / where.width() * width), width - 1)
            index = int(panel.index[row, column])
            return index if index >= 0 else None
        return None

    def _rooms(self) -> list[QRectF]:
        """Where each layer may be: the first takes the left part, the rest share the right."""
        body = QRectF(16, 0, self.width() - 32, self.height() - FOOT)
        if len(self.panels) == 1:
            return [body.adjusted(0, 0, -LEGEND_WIDTH, 0)]
        first = QRectF(body)
        first.setWidth(min(1.1 * body.height(), 0.65 * body.width()))
        left = first.right() + LEGEND_WIDTH
        heights = np.array([panel.values.shape[0] for panel in self.panels[1:]], float)
        free = body.height() - 26 * len(heights)
        rooms, top = [first], body.top()
        for part in free * heights / heights.sum():
            rooms.append(QRectF(left, top + 18, body.right() - left, part))
            top += part + 26
        return rooms

    def _paint_panels(self, painter: QPainter, theme: Theme) -> None:
        if not self._images:
            self._images = [to_image(self.colors_of(panel, theme)) for panel in self.panels]
        ratio = self.devicePixelRatioF()
        self._places = []
        lowest = 0.0
        for k, (panel, room) in enumerate(zip(self.panels, self._rooms(), strict=True)):
            height, width = panel.values.shape
            free = QRectF(room)
            if k > 0:
                # What one layer leaves free the next may have.
                free.moveTop(max(lowest + 22, 18.0))
            where = pixel_rectangle(free, width, height, ratio)
            lowest = where.bottom() if k > 0 else 0.0
            self._places.append(where)
            draw_pixels(painter, where, self._images[k])
            self._paint_selected(painter, panel, where, theme)
            if k == 0:
                self._paint_legend(painter, where, panel.limit, theme)
                continue
            head = QRectF(where.left(), where.top() - 18, 120, 16)
            letters(painter, head, self.heading(panel), font(11), theme.muted)
        foot = QRectF(16, self.height() - 17, self.width() - 32, 16)
        letters(painter, foot, self._hover or self.note(foot.width()), font(11), theme.muted)

    def note(self, room: float) -> str:
        """Give as many of the notes as there is room for, always the first."""
        for count in range(len(self.notes), 1, -1):
            text = "; ".join(self.notes[:count])
            if text_width(text, font(11)) <= room:
                return text
        return self.notes[0] if self.notes else ""

    def heading(self, panel: Panel) -> str:
        """Name a layer and the value of its last colour."""
        limit = number_text.tick(float(f"{panel.limit:.2g}"))
        return f"{panel.title}, {'to ' if self.shows_magnitude else '±'}{limit}"

    def _paint_legend(self, painter: QPainter, beside: QRectF, limit: float, theme: Theme) -> None:
        bar = QRectF(beside.right() + 8, beside.top(), 8, max(beside.height(), 30))
        top = number_text.tick(float(f"{limit:.2g}"))
        if self.shows_magnitude:
            low = number_text.tick(float(f"{limit / 10**DECADES:.2g}"))
            ticks = [BarTick(0.0, low), BarTick(1.0, top)]
            draw_color_bar(painter, bar, sequential_table(), ticks, theme)
            return
        ticks = [BarTick(0.0, f"{number_text.MINUS}{top}"), BarTick(0.5, "0"), BarTick(1.0, top)]
        draw_color_bar(painter, bar, diverging_table(theme), ticks, theme)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.panels:
                self._paint_panels(painter, theme)
            else:
                empty_state(painter, QRectF(self.rect()), self._empty, theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        index = self.component_at(event.position())
        self._hover = ""
        if index is not None:
            value = next(
                float(panel.values[panel.index == index][0])
                for panel in self.panels
                if (panel.index == index).any()
            )
            name = " ".join(self.names.component_title(index).split())
            self._hover = f"{name}: {self.symbol} = {value:.3g}".replace("-", number_text.MINUS)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self._hover = ""
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._images = []
            self.update()
        super().changeEvent(event)
