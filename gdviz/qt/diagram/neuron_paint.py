"""Painting neurons: discs filled by activation, what an output says, which one was chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.inspection.edges import Column, Diagram
from gdviz.analysis.weight_images import round_limit
from gdviz.qt import number_text
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.colors import mix
from gdviz.qt.diagram.places import OUTPUT_WORDS, ColumnPlace, Places
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, RIGHT, letters
from gdviz.qt.theme import Theme


@dataclass(frozen=True, slots=True)
class FillScale:
    """What an empty and a full disc mean: ``low`` is 0, or −``high`` for signed activations."""

    low: float
    high: float

    def table(self, theme: Theme) -> npt.NDArray[np.uint8]:
        """Give the colours from low to high, shape (n, 4)."""
        return diverging_table(theme) if self.low < 0 else _filling_table(theme)

    def color(self, activation: float, theme: Theme) -> QColor:
        """Give the colour of a disc; beyond the ends theirs."""
        table = self.table(theme)
        share = (activation - self.low) / (self.high - self.low)
        row = table[round(min(max(share, 0.0), 1.0) * (len(table) - 1))]
        return QColor(*row[:3].tolist())


@lru_cache(maxsize=8)
def _filling_table(theme: Theme) -> npt.NDArray[np.uint8]:
    """Give the colours from the panel's to that of letters, shape (256, 4), read-only."""
    empty, full = (np.array(QColor(color).getRgb()) for color in (theme.panel, theme.text))
    table = np.rint(np.linspace(empty, full, 256)).astype(np.uint8)
    table.flags.writeable = False
    return table


def fill_scale(columns: Sequence[Column]) -> FillScale:
    """Give one scale for the discs of some layers: 0 to 1 if all are within, else a round one."""
    known = [column.activations for column in columns if column.activations is not None]
    values = np.concatenate(known) if known else np.zeros(1)
    values = values[np.isfinite(values)]
    if not values.size:
        return FillScale(0.0, 1.0)
    high = float(np.abs(values).max())
    high = 1.0 if high <= 1 else round_limit(high)
    return FillScale(-high if values.min() < 0 else 0.0, high)


def scales_of(diagram: Diagram) -> tuple[FillScale, FillScale]:
    """Give the scales of the hidden layers' discs and of the outputs'."""
    hidden, output = diagram.columns[:-1], diagram.columns[-1:]
    return fill_scale(hidden or output), fill_scale(output)


def paint_neurons(
    painter: QPainter, place: ColumnPlace, scale: FillScale, theme: Theme, *, dims: bool = False
) -> None:
    """Paint the discs of a layer; a neuron without a number is crossed out."""
    column = place.column
    rim = QPen(QColor(mix(theme.panel, theme.text, 0.35 if dims else 0.7)), 1.1)
    for row, y in enumerate(place.ys.tolist()):
        center = QPointF(place.x, y)
        fill = QColor(theme.panel)
        value = None if column.activations is None else float(column.activations[row])
        if value is not None and not math.isnan(value) and not dims:
            fill = scale.color(value, theme)
        painter.setPen(rim)
        painter.setBrush(fill)
        painter.drawEllipse(center, place.radius, place.radius)
        if value is not None and not math.isfinite(value):
            _cross(painter, center, place.radius, theme)


def _cross(painter: QPainter, center: QPointF, radius: float, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.error), 1.5))
    reach = 0.5 * radius
    for slant in (-reach, reach):
        painter.drawLine(
            QLineF(center.x() - reach, center.y() - slant, center.x() + reach, center.y() + slant)
        )


def paint_ring(painter: QPainter, center: QPointF, radius: float, color: str) -> None:
    """Paint a ring around a disc."""
    painter.setPen(QPen(QColor(color), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(center, radius + 3, radius + 3)


def paint_outputs(painter: QPainter, place: ColumnPlace, diagram: Diagram, theme: Theme) -> None:
    """Paint what stands beside the outputs: label, value, and the yellow mark of the target."""
    column, said = place.column, diagram.said
    for row, y in enumerate(place.ys.tolist()):
        index = int(column.indices[row])
        left = place.x + place.radius + 10
        line = QRectF(left, y - 9, OUTPUT_WORDS - 10, 18)
        largest = index == said
        color = theme.text if largest else mix(theme.panel, theme.text, 0.82)
        weight = 600 if largest else 400
        letters(painter, line, str(index), font(13 if len(place.ys) < 13 else 11, 600), color, LEFT)
        if column.activations is not None:
            text = output_text(float(column.activations[row]))
            letters(painter, line, text, font(12, weight), color, RIGHT)
        if diagram.target is not None and diagram.target[index] > 0:
            paint_ring(painter, QPointF(place.x, y), place.radius + 1, theme.ball)


def output_text(value: float) -> str:
    """Give an activation with three decimals, or with three digits if it is large."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else f"{number_text.MINUS}∞"
    if abs(value) >= 1000:
        return number_text.cost(value)
    return f"{value:.3f}".replace("-", number_text.MINUS)


def paint_heads(painter: QPainter, places: Places, diagram: Diagram, theme: Theme) -> None:
    """Paint the names of the layers, and how many neurons and layers are not drawn."""
    layout = diagram.network.architecture.layout
    for place in places.columns:
        column = place.column
        head = QRectF(place.x - 60, 0, 120, 16)
        letters(painter, head, layout.layer_title(column.layer), font(11), theme.muted, CENTER)
        if column.n_folded:
            foot = QRectF(place.x - 60, float(place.ys[-1]) + place.radius + 4, 120, 16)
            text = f"… {number_text.whole(column.n_folded)} more"
            letters(painter, foot, text, font(11), theme.muted, CENTER)
    before, left = -1, places.picture.right()
    for place in places.columns:
        n_between = place.column.layer - before - 1
        if n_between:
            top, words = places.picture.center().y(), "layer" if n_between == 1 else "layers"
            for text, y in ((f"… {n_between} more", top - 16), (words, top)):
                line = QRectF(left, y, place.left - left, 16)
                letters(painter, line, text, font(11), theme.muted, CENTER)
        before, left = place.column.layer, place.right
