"""Painting edges: colour and width by value, weak ones first so that strong ones lie on top."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gdviz.analysis.inspection.edges import Edges
from gdviz.analysis.inspection.subject import NeuronPlace
from gdviz.qt.color_maps import diverging_table
from gdviz.qt.colors import mix
from gdviz.qt.diagram.places import ColumnPlace, Places
from gdviz.qt.theme import Theme

LEVELS = 20
"""Colours on either side of zero: lines of one colour are painted at once."""
THINNEST, THICKEST = 0.9, 2.6
FAINT = 0.22
"""Opacity of the edges that do not touch the neuron that was chosen."""


def edge_pen(value: float, limit: float, theme: Theme, opacity: float = 1.0) -> QPen:
    """Give the pen of an edge: the colour of its value on the signed map, wider if larger.

    Parameters
    ----------
    value : float
        Beyond ``limit`` the last colour is taken.
    limit : float
        Of the scale, above 0.
    theme : Theme
    opacity : float
        Of the colour over the panel.

    Returns
    -------
    QPen
        Kept for the next edge: not to be changed.
    """
    return _pen(round(min(max(value / limit, -1.0), 1.0) * LEVELS), theme, opacity)


@lru_cache(maxsize=512)
def _pen(level: int, theme: Theme, opacity: float) -> QPen:
    share = level / LEVELS
    red, green, blue, _ = diverging_table(theme)[round(share * 255) + 255].tolist()
    color = mix(theme.panel, f"#{red:02x}{green:02x}{blue:02x}", opacity)
    pen = QPen(QColor(color), THINNEST + (THICKEST - THINNEST) * abs(share))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def paint_edges(
    painter: QPainter,
    places: Places,
    edges: Edges,
    limit: float,
    theme: Theme,
    chosen: NeuronPlace | None,
) -> None:
    """Paint the edges between two layers if they stand side by side."""
    before, after = places.of_layer(edges.layer - 1), places.of_layer(edges.layer)
    if before is None or after is None:
        return
    touches = touching(edges, before, after, chosen)
    lines = edge_lines(edges, before, after)
    if touches is None:
        _paint_lines(painter, lines, edges.values, limit, theme, 1.0)
        return
    _paint_lines(painter, lines[~touches], edges.values[~touches], limit, theme, FAINT)
    _paint_lines(painter, lines[touches], edges.values[touches], limit, theme, 1.0)


def touching(
    edges: Edges, before: ColumnPlace, after: ColumnPlace, chosen: NeuronPlace | None
) -> npt.NDArray[np.bool_] | None:
    """Give which edges touch a neuron, shape (n,); None if none was chosen."""
    if chosen is None:
        return None
    if chosen.layer == edges.layer:
        return np.asarray(after.column.indices[edges.targets] == chosen.index)
    if chosen.layer == edges.layer - 1:
        return np.asarray(before.column.indices[edges.sources] == chosen.index)
    return np.zeros(len(edges.values), bool)


def edge_lines(edges: Edges, before: ColumnPlace, after: ColumnPlace) -> npt.NDArray[np.float64]:
    """Give the ends of the edges: x1, y1, x2, y2, shape (n, 4)."""
    lines = np.empty((len(edges.values), 4))
    lines[:, 0], lines[:, 2] = before.right, after.left
    lines[:, 1], lines[:, 3] = before.ys[edges.sources], after.ys[edges.targets]
    return lines


def _paint_lines(
    painter: QPainter,
    lines: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    limit: float,
    theme: Theme,
    opacity: float,
) -> None:
    """Paint lines, those of one colour at once; what has the panel's colour is left out."""
    levels = np.rint(np.clip(values / limit, -1, 1) * LEVELS).astype(int)
    rank = 2 * np.abs(levels) + (levels > 0)
    order = np.argsort(rank, kind="stable")
    order = order[levels[order] != 0]
    for rows in np.split(order, np.flatnonzero(np.diff(rank[order])) + 1):
        if rows.size:
            painter.setPen(_pen(int(levels[rows[0]]), theme, opacity))
            painter.drawLines([QLineF(*line) for line in lines[rows].tolist()])


def paint_input_lines(
    painter: QPainter,
    places: Places,
    values: npt.NDArray[np.floating[Any]] | None,
    limit: float,
    theme: Theme,
    chosen: NeuronPlace | None,
) -> None:
    """Paint the lines from the image to each neuron of the first layer, all its weights in one.

    Without values they are plain: what they carry is in the neuron's picture.
    """
    column = places.of_layer(0)
    if column is None:
        return
    order = range(len(column.ys))
    if values is not None:
        order = np.argsort(np.abs(np.nan_to_num(values)), kind="stable").tolist()
    for row in order:
        is_faint = chosen is not None and not (
            chosen.layer == 0 and column.column.indices[row] == chosen.index
        )
        opacity = FAINT if is_faint else 1.0
        if values is None:
            pen = QPen(QColor(mix(theme.panel, theme.muted, 0.45 * opacity)), 1.0)
        elif np.isnan(values[row]):
            continue
        else:
            pen = edge_pen(float(values[row]), limit, theme, opacity)
        painter.strokePath(input_path(places, column, row), pen)


def input_path(places: Places, column: ColumnPlace, row: int) -> QPainterPath:
    """Give the line from the image to a neuron of the first layer, up to its picture."""
    picture, count = places.picture, len(column.ys)
    spread = min(picture.height() * 0.8, 12.0 * count)
    start = QPointF(
        picture.right() + 5,
        picture.center().y() + ((row + 0.5) / count - 0.5) * spread,
    )
    y = float(column.ys[row])
    if places.tiles:
        bend = min(tile.left() for tile in places.tiles) - 3
        end = places.tiles[row].left() - 3
    else:
        bend = end = column.left
    half = (bend - start.x()) / 2
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x() + half, start.y()), QPointF(bend - half, y), QPointF(bend, y))
    path.lineTo(end, y)
    return path
