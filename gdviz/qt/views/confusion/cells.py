"""The cells of the matrix: where they are, and how they are painted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from gdviz.analysis.inspection.confusion import Confusion
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.colors import contrast, mix
from gdviz.qt.painting import CENTER, to_image
from gdviz.qt.text_lines import draw_line
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
        """Give the rectangle of a cell, without half a gap on each side."""
        wide, high = self.where.width() / self.n, self.where.height() / self.n
        gap = GAP if min(wide, high) > 8 else 0.0
        left = self.where.left() + column * wide + gap / 2
        top = self.where.top() + row * high + gap / 2
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


def paint_ground(
    painter: QPainter, theme: Theme, grid: Grid, levels: npt.NDArray[np.int64]
) -> None:
    """Paint the colours of all cells as one picture: a tenth of the work of painting each."""
    pixels = diverging_table(theme)[-RAMP:][np.maximum(levels, 0)]
    is_diagonal = np.eye(grid.n, dtype=bool)
    for which in (True, False):
        color = _neutral(theme, is_diagonal=which)
        pixels[(levels < 0) & (is_diagonal == which)] = np.array(color.getRgb(), np.uint8)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(grid.where, to_image(pixels))


def gaps_picture(theme: Theme, grid: Grid, ratio: float) -> QPixmap:
    """Give what lies over the colours: the panel, with a round hole for each cell."""
    picture = QPixmap(
        math.ceil(grid.where.width() * ratio) + 1, math.ceil(grid.where.height() * ratio) + 1
    )
    picture.setDevicePixelRatio(ratio)
    # A picture that is first filled with an opaque colour could have no holes.
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.fillRect(picture.rect(), QColor(theme.panel))
        painter.translate(-grid.where.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(Qt.GlobalColor.black))
        for row in range(grid.n):
            for column in range(grid.n):
                painter.drawRoundedRect(grid.rectangle(row, column), 3, 3)
    return picture


def paint_numbers(
    painter: QPainter,
    theme: Theme,
    grid: Grid,
    confusion: Confusion,
    levels: npt.NDArray[np.int64],
    *,
    shows_shares: bool,
) -> None:
    """Write the count, or the share of the row in per cent, into each cell that has images."""
    inks, center = [QColor(ink) for ink in (theme.muted, "#000000", "#ffffff")], CENTER.value
    is_light = _is_light(theme)
    counts, shares, level_of = confusion.counts.tolist(), confusion.shares.tolist(), levels.tolist()
    widest = grid.rectangle(0, 0).width() + GAP
    rows, columns = (places.tolist() for places in np.nonzero(confusion.counts))
    for row, column in zip(rows, columns, strict=True):
        level = level_of[row][column]
        ink, weight = (1 + is_light[level], 600) if level >= 0 else (0, 400)
        if shows_shares:
            text = words.short_percent(shares[row][column])
        else:
            text = words.compact(counts[row][column], widest, weight)
        painter.setPen(inks[ink])
        draw_line(painter, grid.rectangle(row, column), text, 11, weight, center)


def legend_picture(theme: Theme) -> QImage:
    """Give the colour map itself, low end left, one pixel high."""
    return to_image(np.ascontiguousarray(diverging_table(theme)[np.newaxis, -RAMP:]))


@lru_cache(maxsize=4)
def _is_light(theme: Theme) -> list[bool]:
    """Give, for each colour of the map, whether white letters are read better on it than black.

    Of the two one has a contrast of at least 4.5 on any ground; the theme's own text colours
    have less in the middle of the map.
    """
    grounds = ["#{:02x}{:02x}{:02x}".format(*row[:3]) for row in diverging_table(theme)[-RAMP:]]
    return [contrast(ground, "#ffffff") > contrast(ground, "#000000") for ground in grounds]


def _neutral(theme: Theme, *, is_diagonal: bool) -> QColor:
    """Give the ground of a cell without a colour."""
    return QColor(mix(theme.panel, theme.muted, 0.16 if is_diagonal else 0.06))
