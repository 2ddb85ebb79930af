"""What stands around the cells of the matrix: digits, sums, shares and the legend."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gdviz.analysis.inspection.confusion import Confusion
from gdviz.qt.fonts import font
from gdviz.qt.number_text import percent
from gdviz.qt.painting import CENTER, RIGHT, elided, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.confusion import words
from gdviz.qt.views.confusion.cells import LEAST_FOR_NUMBERS, Grid, legend_picture

LEFT_ROOM, RIGHT_ROOM = 34.0, 40.0
HEAD, DIGITS, SUMS, FOOT = 20.0, 17.0, 16.0, 22.0
BAR_WIDTH = 96.0


def grid_in(width: float, height: float, n: int) -> Grid:
    """Give where the cells are in a widget of a size."""
    wide = width - LEFT_ROOM - RIGHT_ROOM
    high = height - HEAD - DIGITS - SUMS - FOOT
    return Grid(QRectF(LEFT_ROOM, HEAD, max(wide, 10.0), max(high, 10.0)), n)


def paint_heads(
    painter: QPainter,
    theme: Theme,
    grid: Grid,
    width: float,
    chosen: tuple[int, int] | None,
    *,
    as_shares: bool,
) -> None:
    """Paint what rows and columns are, and their digits; those of a chosen cell are brighter."""
    where, small = grid.where, font(11)
    head = QRectF(where.left(), 0, width - where.left(), HEAD - 4)
    text = "the network says"
    if as_shares:
        text = elided(f"{text}, share of the row in %", small, head.width() - 56)
    letters(painter, head, text, small, theme.muted)
    letters(painter, head, "right, %", small, theme.muted, RIGHT)
    painter.save()
    painter.translate(7, where.center().y())
    painter.rotate(-90)
    letters(painter, QRectF(-40, -8, 80, 16), "label", small, theme.muted, CENTER)
    painter.restore()
    smallest = max(min(where.height(), where.width()) / grid.n, 1.0)
    label, said = chosen or (None, None)
    for k in range(0, grid.n, math.ceil(LEAST_FOR_NUMBERS / smallest)):
        cell = grid.rectangle(k, k)
        left = QRectF(14, cell.center().y() - 8, LEFT_ROOM - 20, 16)
        color = theme.text if k == label else theme.muted
        letters(painter, left, str(k), font(12, 600), color, RIGHT)
        under = QRectF(cell.center().x() - 20, where.bottom() + 1, 40, DIGITS - 1)
        color = theme.text if k == said else theme.muted
        letters(painter, under, str(k), font(12, 600), color, CENTER)


def paint_sums(painter: QPainter, theme: Theme, grid: Grid, confusion: Confusion) -> None:
    """Paint the share that is right beside each row, and how often each is said below."""
    where, small = grid.where, font(11)
    top = where.bottom() + DIGITS - 1
    columns = confusion.column_totals.tolist()
    right = np.diagonal(confusion.shares).tolist()
    for k in range(grid.n):
        cell = grid.rectangle(k, k)
        place = QRectF(where.right(), cell.center().y() - 8, RIGHT_ROOM, 16)
        text = words.short_percent(right[k])
        letters(painter, place, text, font(12, 600), theme.text, RIGHT)
        under = QRectF(cell.left() - 1, top, cell.width() + 2, SUMS)
        text = words.compact(columns[k], under.width() - 4, 400)
        letters(painter, under, text, small, theme.muted, CENTER)
    letters(painter, QRectF(0, top, LEFT_ROOM - 6, SUMS), "sum", small, theme.muted, RIGHT)


def paint_legend(painter: QPainter, theme: Theme, foot: QRectF, limit: float) -> None:
    """Paint the map of colours with the shares of its ends."""
    small = font(11)
    letters(painter, foot, "share of the row", small, theme.muted)
    x = foot.left() + text_width("share of the row", small) + 16
    letters(painter, QRectF(x, foot.top(), 12, foot.height()), "0", small, theme.muted)
    bar = QRectF(x + 14, foot.center().y() - 4, BAR_WIDTH, 8)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(bar, legend_picture(theme))
    end = QRectF(bar.right() + 8, foot.top(), 60, foot.height())
    letters(painter, end, percent(limit), small, theme.muted)
