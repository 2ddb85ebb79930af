"""What does not move: axes, the curve, and the axis painted with basins of attraction."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, RIGHT, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.hill_curve.colors import valley_colors
from gdviz.qt.views.hill_curve.places import LEGEND, TICKS, Places
from gdviz.qt.views.hill_curve.scene import Scene, Valleys
from gdviz.qt.widgets.ticks import format_number, linear_ticks


def paint_axes(painter: QPainter, places: Places, theme: Theme) -> None:
    """Paint lines and numbers of the costs, and the numbers of the axis."""
    room, small = places.room, font(11)
    for value, text in linear_ticks(*places.heights, 5):
        y = places.y(value)
        painter.setPen(QPen(QColor(theme.hairline), 1))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        letters(painter, QRectF(0, y - 8, room.left() - 8, 16), text, small, theme.muted, RIGHT)
    letters(painter, QRectF(room.left() + 4, 0, 60, 16), "C(w)", small, theme.muted, LEFT)
    for value, text in linear_ticks(*places.reach, 9):
        place = QRectF(places.x(value) - 30, places.strip.bottom() + 2, 60, TICKS - 2)
        letters(painter, place, text, small, theme.muted, CENTER)
    corner = QRectF(places.width - 14, places.strip.bottom() + 2, 14, TICKS - 2)
    letters(painter, corner, "w", small, theme.muted, LEFT)


def paint_curve(painter: QPainter, scene: Scene, places: Places, theme: Theme) -> None:
    """Paint the curve over a faint ground; where the cost is not finite it has a gap."""
    painter.save()
    painter.setClipRect(places.room.adjusted(0, -4, 0, 0))
    pixels = places.pixels(scene.w, scene.cost)
    known = np.isfinite(pixels[:, 0]) & np.isfinite(pixels[:, 1])
    pen = QPen(QColor(theme.text), 2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    for part in np.split(np.arange(len(known)), np.flatnonzero(~known)):
        inside = pixels[part[known[part]]]
        if len(inside) < 2:
            continue
        line = QPolygonF([QPointF(x, y) for x, y in inside.tolist()])
        ground = QPainterPath()
        ground.addPolygon(line)
        ground.lineTo(inside[-1, 0], places.room.bottom())
        ground.lineTo(inside[0, 0], places.room.bottom())
        ground.closeSubpath()
        faint = QColor(theme.text)
        faint.setAlphaF(0.035)
        painter.fillPath(ground, faint)
        painter.setPen(pen)
        painter.drawPolyline(line)
    painter.restore()


def paint_basins(painter: QPainter, scene: Scene, places: Places, theme: Theme) -> None:
    """Paint the axis: each start in the colour of the valley that it comes to."""
    strip, valleys = places.strip, scene.valleys
    painter.setPen(Qt.PenStyle.NoPen)
    if valleys is None or not len(valleys.of_start):
        painter.fillRect(strip, QColor(theme.base_line))
        place = QRectF(strip.left(), strip.bottom() + TICKS, strip.width(), LEGEND)
        text = "steps of a fixed length never come to rest: no basins"
        letters(painter, place, text, font(11), theme.muted, LEFT)
        return
    clip = QPainterPath()
    clip.addRoundedRect(strip, 3, 3)
    painter.save()
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    colors = valley_colors(theme)
    of_start = valleys.of_start
    edges = np.concatenate([[0], np.flatnonzero(np.diff(of_start)) + 1, [len(of_start)]])
    unit = strip.width() / len(of_start)
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        valley = int(of_start[first])
        place = QRectF(strip.left() + first * unit, strip.top(), (last - first) * unit + 0.5, 99)
        if valley >= 0:
            painter.fillRect(place, QColor(colors[valley % len(colors)]))
        else:
            painter.fillRect(place, QColor(theme.base_line))
            painter.fillRect(place, QBrush(QColor(theme.muted), Qt.BrushStyle.BDiagPattern))
    painter.restore()
    _paint_legend(painter, valleys, places, theme)


def _paint_legend(painter: QPainter, valleys: Valleys, places: Places, theme: Theme) -> None:
    """Name the valleys below the axis with the share of starts that each gets."""
    strip = places.strip
    y, x, end = strip.bottom() + TICKS, strip.left(), strip.right()
    n = f"{len(valleys.of_start):,} starts"
    wide = text_width(n, font(11))
    letters(painter, QRectF(end - wide - 2, y, wide + 4, LEGEND), n, font(11), theme.muted, RIGHT)
    end -= wide + 16
    entries = [
        (valley_colors(theme)[k % 4], f"w = {format_number(round(w, 2), 2)}", share)
        for k, (w, share) in enumerate(zip(valleys.minima, valleys.shares(), strict=True))
    ]
    if valleys.lost() > 0:
        entries.append((theme.muted, "none", valleys.lost()))
    head = "a ball dropped here ends at"
    width = text_width(head, font(11)) + 16
    if width < end - x - 110 * len(entries):
        letters(painter, QRectF(x, y, width, LEGEND), head, font(11), theme.muted, LEFT)
        x += width
    for color, name, share in entries:
        text = f"{100 * share:.1f} %"
        wide_name, wide_text = text_width(name, font(11)), text_width(text, font(11, 600))
        if x + wide_name + wide_text + 36 > end:
            break
        painter.fillRect(QRectF(x, y + 6, 8, 8), QColor(color))
        place = QRectF(x + 14, y, wide_name + 2, LEGEND)
        letters(painter, place, name, font(11), theme.muted, LEFT)
        place = QRectF(place.right() + 4, y, wide_text + 2, LEGEND)
        letters(painter, place, text, font(11, 600), theme.text, LEFT)
        x = place.right() + 18
