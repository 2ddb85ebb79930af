"""The cells of the matrix: where they are, and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gdviz.analysis.inspection.confusion import Confusion
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.colors import contrast, mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, letters, to_image
from gdviz.qt.theme import Theme
from gdviz.qt.views.confusion import words

GAP = 2.0
LEAST_FOR_NUMBERS = 15.0
"""Cells that are smaller have no numbers."""
RAMP = 256
"""Colours of the map: its orange half, from the panel's colour on."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells are: n rows and n columns in a rectangle."""

    where: QRectF
    n: int

    @property
    def has_numbers(self) -> bool:
        """Whether there is room for numbers in the cells."""
        return min(self.where.width(), self.where.height()) / self.n >= LEAST_FOR_NUMBERS

    def rectangle(self, row: int, column: int) -> QRectF:
        """Give the rectangle of a cell, without the gap at its right and below."""
        wide, high = self.where.width() / self.n, self.where.height() / self.n
        gap = GAP if min(wide, high) > 8 else 0.0
        left, top = self.where.left() + column * wide, self.where.top() + row * high
        return QRectF(left, top, wide - gap, high - gap)

    def row_at(self, position: QPointF) -> int:
        """Give the row at a height."""
        share = (position.y() - self.where.top()) / self.where.height()
        return min(max(int(share * self.n), 0), self.n - 1)

    def column_at(self, position: QPointF) -> int:
        """Give the column at a distance from the left."""
        share = (position.x() - self.where.left()) / self.where.width()
        return min(max(int(share * self.n), 0), self.n - 1)


def color_levels(
    confusion: Confusion, limit: float, *, masks_diagonal: bool
) -> npt.NDArray[np.int64]:
    """Give the place of each cell on the colour map, 0 to 255; −1 where it has no colour.

    Cells without an image have none, nor has the diagonal while it is masked.
    """
    shares = np.nan_to_num(confusion.shares / (limit or 1.0))
    levels = np.rint(np.clip(shares, 0, 1) * (RAMP - 1)).astype(np.int64)
    levels[confusion.counts == 0] = -1
    if masks_diagonal:
        np.fill_diagonal(levels, -1)
    return levels


def paint_cells(
    painter: QPainter,
    theme: Theme,
    grid: Grid,
    confusion: Confusion,
    levels: npt.NDArray[np.int64],
    *,
    shows_shares: bool,
) -> None:
    """Paint each cell with its number."""
    colors, on_top = _colors(theme)
    plain = [_neutral(theme, is_diagonal=False), _neutral(theme, is_diagonal=True)]
    counts, shares = confusion.counts.tolist(), confusion.shares.tolist()
    every = [
        (row, column, level)
        for row, line in enumerate(levels.tolist())
        for column, level in enumerate(line)
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    for row, column, level in every:
        painter.setBrush(colors[level] if level >= 0 else plain[row == column])
        painter.drawRoundedRect(grid.rectangle(row, column), 3, 3)
    for row, column, level in every:
        if not counts[row][column]:
            continue
        cell, weight = grid.rectangle(row, column), 600 if level >= 0 else 400
        text = words.compact(counts[row][column], cell.width() + GAP, weight)
        if shows_shares:
            text = words.short_percent(shares[row][column])
        color = on_top[level] if level >= 0 else theme.muted
        letters(painter, cell, text, font(11, weight), color, CENTER)


def paint_as_picture(
    painter: QPainter, theme: Theme, grid: Grid, levels: npt.NDArray[np.int64]
) -> None:
    """Paint many small cells as one picture."""
    pixels = diverging_table(theme)[-RAMP:][np.maximum(levels, 0)]
    is_diagonal = np.eye(grid.n, dtype=bool)
    for which in (True, False):
        color = _neutral(theme, is_diagonal=which)
        pixels[(levels < 0) & (is_diagonal == which)] = np.array(color.getRgb(), np.uint8)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(grid.where, to_image(pixels))


def legend_picture(theme: Theme) -> QImage:
    """Give the colour map itself, low end left, one pixel high."""
    return to_image(np.ascontiguousarray(diverging_table(theme)[np.newaxis, -RAMP:]))


@lru_cache(maxsize=4)
def _colors(theme: Theme) -> tuple[list[QColor], list[str]]:
    """Give the colours of the map and those of letters that can be read on them.

    Of black and white one has a contrast of at least 4.5 on any ground; the theme's own text
    colours have less in the middle of the map.
    """
    colors = [QColor(*row[:3].tolist()) for row in diverging_table(theme)[-RAMP:]]
    inks = ("#000000", "#ffffff")
    on_top = [max(inks, key=partial(contrast, color.name())) for color in colors]
    return colors, on_top


def _neutral(theme: Theme, *, is_diagonal: bool) -> QColor:
    """Give the ground of a cell without a colour."""
    return QColor(mix(theme.panel, theme.muted, 0.16 if is_diagonal else 0.06))
