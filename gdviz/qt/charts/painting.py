"""Paints a chart: lines, points, bars, bands, references and the numbers around them.

On any painter: of a widget, of a picture file, of an SVG.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from gdviz.experiments.result import Numbers
from gdviz.qt.charts.axes import Axes
from gdviz.qt.charts.frame import CAPTION, LEGEND, NAME, NOTE, SAMPLE, TITLE, ChartFrame
from gdviz.qt.charts.marks import draw_mark
from gdviz.qt.charts.plotted import DASHES, Floats, Picture, Plotted
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, RIGHT, elided, letters, text_width
from gdviz.qt.theme import Theme

POINTS_PER_PIXEL = 2
"""A line of more is drawn as its lowest and highest values: it looks the same."""
BAND, BAR = 0.22, 0.55
"""Shares of a series' colour in the panel's."""


def paint_chart(
    painter: QPainter, picture: Picture, axes: Axes, frame: ChartFrame, theme: Theme
) -> None:
    """Paint a chart from the origin of the painter on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_words(painter, picture, frame, theme)
    _paint_axes(painter, axes, frame, theme)
    painter.save()
    painter.setClipRect(frame.field.adjusted(-5, -5, 5, 1))
    for index, line in enumerate(picture.lines):
        if line.series.kind == "bars":
            _paint_bars(painter, picture, index, axes, frame.field, theme)
    for line in picture.lines:
        if line.series.kind == "line":
            _paint_band(painter, line, axes, frame.field, theme)
    for line in picture.lines:
        if line.series.kind == "line":
            _paint_line(painter, line, axes, frame.field, theme)
        elif line.series.kind == "points":
            _paint_points(painter, line, axes, frame.field, theme)
    painter.restore()
    _paint_references(painter, picture, axes, frame.field, theme)


def color_of(line: Plotted, theme: Theme) -> str:
    """Give the colour of a series in a theme."""
    return (theme.curve_1, theme.curve_2, theme.curve_3)[line.color]


def to_pixels(axes: Axes, field: QRectF, x: Numbers, y: Numbers) -> tuple[Floats, Floats]:
    """Give where values stand, in pixels; NaN for what an axis does not have."""
    across = field.left() + axes.x.places(np.asarray(x, np.float64)) * field.width()
    down = field.bottom() - axes.y.places(np.asarray(y, np.float64)) * field.height()
    return across, down


def _paint_words(painter: QPainter, picture: Picture, frame: ChartFrame, theme: Theme) -> None:
    chart, small = picture.chart, font(11)
    for k, text in enumerate(frame.title):
        place = QRectF(0, TITLE * k, frame.width, TITLE)
        letters(painter, place, text, font(12, 600), theme.text)
    for place_of in frame.legend:
        left = place_of.left
        row = QRectF(left, place_of.top, frame.width - left, LEGEND)
        if place_of.series is not None:
            sample = QRectF(left, place_of.top, SAMPLE, LEGEND)
            _paint_sample(painter, picture.lines[place_of.series], sample, theme)
            row.setLeft(left + SAMPLE + 6)
        text = elided(place_of.text, small, row.width())
        letters(painter, row, text, small, theme.muted)
    caption = QRectF(0, frame.caption_top, frame.width, CAPTION - 4)
    letters(painter, caption, elided(chart.y_label, small, frame.width), small, theme.muted)
    below = QRectF(frame.field.left(), frame.x_caption_top, frame.field.width(), CAPTION)
    text = elided(chart.x_label, small, below.width())
    letters(painter, below, text, small, theme.muted, RIGHT)
    for k, text in enumerate(frame.note):
        place = QRectF(0, frame.note_top + NOTE * k, frame.width, NOTE)
        letters(painter, place, text, small, theme.muted)


def _paint_sample(painter: QPainter, line: Plotted, where: QRectF, theme: Theme) -> None:
    color, middle = color_of(line, theme), where.center().y()
    if line.series.kind == "bars":
        box = QRectF(where.left() + 4, middle - 5, where.width() - 8, 10)
        _fill_bar(painter, box, line, theme)
    elif line.series.kind == "points":
        draw_mark(painter, line.mark, QPointF(where.center().x(), middle), color, theme.panel)
    else:
        painter.setPen(_pen(color, line.dash))
        painter.drawLine(QPointF(where.left(), middle), QPointF(where.right(), middle))


def _paint_axes(painter: QPainter, axes: Axes, frame: ChartFrame, theme: Theme) -> None:
    field, small = frame.field, font(11)
    for value, text in axes.y.ticks:
        y = round(field.bottom() - axes.y.place(value) * field.height())
        painter.fillRect(QRectF(field.left(), y, field.width(), 1), QColor(theme.hairline))
        place = QRectF(0, y - 8, field.left() - 6, 16)
        letters(painter, place, text, small, theme.muted, RIGHT)
    base = QRectF(field.left(), round(field.bottom()), field.width(), 1)
    painter.fillRect(base, QColor(theme.base_line))
    room = field.width() / max(len(frame.names), 1) - 6
    for k, (value, text) in enumerate(axes.x.ticks):
        at = field.left() + axes.x.place(value) * field.width()
        for n, part in enumerate(frame.names[k] if k < len(frame.names) else (text,)):
            shown = elided(part, small, room) if frame.names else part
            half = text_width(shown, small) / 2
            middle = min(max(at, half), frame.width - half)
            place = QRectF(middle - half - 2, field.bottom() + 3 + NAME * n, 2 * half + 4, 14)
            letters(painter, place, shown, small, theme.muted, CENTER)


def _paint_line(painter: QPainter, line: Plotted, axes: Axes, field: QRectF, theme: Theme) -> None:
    x, y = to_pixels(axes, field, line.series.x, line.series.y)
    painter.setPen(_pen(color_of(line, theme), line.dash))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for part in _unbroken(x, y):
        if len(part[0]) == 1:
            center = QPointF(part[0][0], part[1][0])
            draw_mark(painter, "disc", center, color_of(line, theme), theme.panel)
            painter.setPen(_pen(color_of(line, theme), line.dash))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            continue
        painter.drawPath(_path(*_thinned(*part, field.width())))


def _paint_band(painter: QPainter, line: Plotted, axes: Axes, field: QRectF, theme: Theme) -> None:
    series = line.series
    if series.low is None or series.high is None:
        return
    x, low = to_pixels(axes, field, series.x, series.low)
    _, high = to_pixels(axes, field, series.x, series.high)
    known = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    color = QColor(color_of(line, theme))
    color.setAlphaF(BAND)
    for where in _runs(known):
        around = np.concatenate([x[where], x[where][::-1]])
        edge = np.concatenate([low[where], high[where][::-1]])
        painter.fillPath(_path(around, edge), QBrush(color))


def _paint_points(
    painter: QPainter, line: Plotted, axes: Axes, field: QRectF, theme: Theme
) -> None:
    x, y = to_pixels(axes, field, line.series.x, line.series.y)
    _paint_error_bars(painter, line, x, axes, field, theme)
    color = color_of(line, theme)
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if np.isfinite(across) and np.isfinite(down):
            draw_mark(painter, line.mark, QPointF(across, down), color, theme.panel)


def _paint_bars(
    painter: QPainter, picture: Picture, index: int, axes: Axes, field: QRectF, theme: Theme
) -> None:
    line = picture.lines[index]
    left, right = picture.bars(index)
    x_left, y = to_pixels(axes, field, left, line.series.y)
    x_right, _ = to_pixels(axes, field, right, line.series.y)
    floor = min(max(axes.y.place(0.0), 0.0), 1.0) if not axes.y.is_log else 0.0
    base = field.bottom() - floor * field.height()
    for a, b, top in zip(x_left.tolist(), x_right.tolist(), y.tolist(), strict=True):
        # A bar of nothing has no edge either.
        if abs(top - base) >= 0.5 and np.isfinite(a) and np.isfinite(b):
            box = QRectF(QPointF(a + 0.5, min(top, base)), QPointF(b - 0.5, max(top, base)))
            _fill_bar(painter, box, line, theme)
    _paint_error_bars(painter, line, (x_left + x_right) / 2, axes, field, theme)


def _fill_bar(painter: QPainter, box: QRectF, line: Plotted, theme: Theme) -> None:
    """Fill a bar: pale, so that what stands behind it is seen, with an edge of its own dash."""
    color = QColor(color_of(line, theme))
    color.setAlphaF(BAR)
    painter.fillRect(box, color)
    pen = QPen(QColor(color_of(line, theme)), 1)
    if DASHES[line.dash]:
        pen.setDashPattern(DASHES[line.dash])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if box.width() > 3:
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, 0))


def _paint_error_bars(
    painter: QPainter, line: Plotted, x: Floats, axes: Axes, field: QRectF, theme: Theme
) -> None:
    series = line.series
    if series.low is None or series.high is None:
        return
    middles = np.zeros(len(series.y))
    _, low = to_pixels(axes, field, middles, series.low)
    _, high = to_pixels(axes, field, middles, series.high)
    painter.setPen(QPen(QColor(mix(theme.panel, theme.text, 0.75)), 1.25))
    for across, bottom, top in zip(x.tolist(), low.tolist(), high.tolist(), strict=True):
        if not np.isfinite(across):
            continue
        if not np.isfinite(top):
            continue
        # A logarithmic axis has no 0: the interval goes on below the field.
        end_below = bottom if np.isfinite(bottom) else field.bottom()
        painter.drawLine(QPointF(across, end_below), QPointF(across, top))
        for end in (end_below, top):
            painter.drawLine(QPointF(across - 3, end), QPointF(across + 3, end))


def _paint_references(
    painter: QPainter, picture: Picture, axes: Axes, field: QRectF, theme: Theme
) -> None:
    pen = QPen(QColor(theme.muted), 1)
    pen.setDashPattern([5, 4])
    n_upright = 0
    small = font(11)
    taken: list[QRectF] = []
    for reference in picture.chart.references:
        axis = axes.x if reference.axis == "x" else axes.y
        place = axis.place(reference.value)
        if not 0 <= place <= 1:
            continue
        painter.setPen(pen)
        wide = text_width(reference.label, small)
        if reference.axis == "x":
            at = field.left() + place * field.width()
            painter.drawLine(QPointF(at, field.top()), QPointF(at, field.bottom()))
            left = at + 5 if at + 5 + wide < field.right() else at - 5 - wide
            box = QRectF(left, field.top() + 16 * n_upright, wide, 14)
            n_upright += 1
        else:
            at = field.bottom() - place * field.height()
            painter.drawLine(QPointF(field.left(), at), QPointF(field.right(), at))
            top = at - 16 if at - 16 > field.top() else at + 2
            box = QRectF(field.right() - wide, top, wide, 14)
            while any(box.intersects(other) for other in taken) and box.left() > field.left():
                box.translate(-16, 0)
            taken.append(box)
        ground = QColor(theme.panel)
        ground.setAlphaF(0.8)
        painter.fillRect(box.adjusted(-2, 0, 2, 0), ground)
        letters(painter, box.adjusted(-1, 0, 1, 0), reference.label, small, theme.muted, CENTER)


def _pen(color: str, dash: int) -> QPen:
    pen = QPen(QColor(color), 2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if DASHES[dash]:
        pen.setDashPattern(DASHES[dash])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _path(x: Floats, y: Floats) -> QPainterPath:
    path = QPainterPath()
    places = list(zip(x.tolist(), y.tolist(), strict=True))
    path.moveTo(*places[0])
    for place in places[1:]:
        path.lineTo(*place)
    return path


def _runs(known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    """Give the unbroken stretches of what is known."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _unbroken(x: Floats, y: Floats) -> list[tuple[Floats, Floats]]:
    return [(x[where], y[where]) for where in _runs(np.isfinite(x) & np.isfinite(y))]


def _thinned(x: Floats, y: Floats, width: float) -> tuple[Floats, Floats]:
    """Give a line of many points by the lowest and highest of each half pixel."""
    most = int(POINTS_PER_PIXEL * max(width, 1))
    if len(x) <= 2 * most or (np.diff(x) < 0).any():
        return x, y
    size = -(-len(x) // most)
    starts = np.arange(0, len(x), size)
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([low, high], axis=1).ravel()
