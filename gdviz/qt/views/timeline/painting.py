"""How the strip is painted: a groove with a handle, a lane of marks above, steps below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gdviz.qt.colors import mix
from gdviz.qt.fonts import text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.timeline.axis import Axis
from gdviz.qt.views.timeline.lane import Placed
from gdviz.qt.views.timeline.marks import TimelineMark
from gdviz.qt.views.timeline.strip_state import StripState
from gdviz.qt.widgets.themed import paint_focus_ring, paint_text
from gdviz.qt.widgets.ticks import linear_ticks

PADDING = 9.0
"""Beside the groove: the handle goes over its ends."""
LANE_Y = 12.0
"""Middle of the words over the strip."""
STRIP_Y = 32.0
"""Middle of the groove."""
TICKS_Y = 51.0
"""Middle of the numbers below it."""
GROOVE = 4.0
HANDLE = 7.0
DOT = 4.0
TICK_ROOM = 92.0
"""At least so many pixels for a number and the room beside it."""
EMPTY = "Run, then drag here to go back to any step"

CENTER = Qt.AlignmentFlag.AlignHCenter
LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight


def paint_strip(
    painter: QPainter,
    rect: QRectF,
    state: StripState,
    axis: Axis,
    placed: Placed,
    *,
    color_of: Callable[[int], str],
    position: int,
    hovered: float | None,
    rings: bool,
) -> None:
    """Paint the whole strip.

    Parameters
    ----------
    painter : QPainter
    rect : QRectF
        Of the widget.
    state : StripState
    axis : Axis
    placed : Placed
        What has room in the lane.
    color_of : callable
        Gives a branch's colour by its id.
    position : int
        Step of the handle.
    hovered : float or None
        Where the pointer is.
    rings : bool
        Whether the keyboard is here.
    """
    theme = current_theme()
    if rings:
        paint_focus_ring(painter, rect.adjusted(0, 1, 0, -1), theme)
    _paint_groove(painter, state, axis, theme, position)
    if state.is_empty:
        room = QRectF(axis.left, LANE_Y - 8, axis.width, 16)
        paint_text(painter, room, EMPTY, theme.muted, 12)
        return
    _paint_loop(painter, state, axis, theme)
    _paint_forks(painter, placed, theme, color_of)
    for mark in state.marks:
        _paint_mark(painter, mark, axis.x_of(mark.step), theme)
    for words in placed.words:
        room = QRectF(words.left, LANE_Y - 8, words.width + 1, 16)
        paint_text(painter, room, words.text, theme.muted, 11)
    shown = _hover(painter, state, axis, theme, hovered)
    _paint_ticks(painter, state, axis, theme, shown)
    _paint_handle(painter, axis.x_of(position), state, theme)


def _bar(axis: Axis, first: float, last: float) -> QRectF:
    left, right = axis.x_of(first), axis.x_of(last)
    return QRectF(left, STRIP_Y - GROOVE / 2, right - left, GROOVE)


def _paint_groove(
    painter: QPainter, state: StripState, axis: Axis, theme: Theme, position: int
) -> None:
    """Paint what has been trained, up to the handle in the accent, and what may come."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.groove))
    painter.drawRoundedRect(_bar(axis, state.start, state.end), 2, 2)
    if not state.is_empty:
        # What lies ahead of the handle has been taken too, and can be gone to.
        painter.setBrush(QColor(mix(theme.panel, theme.accent, 0.45)))
        painter.drawRoundedRect(_bar(axis, state.start, state.newest), 2, 2)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(_bar(axis, state.start, position), 2, 2)
    notch = QPen(QColor(theme.panel), 1.5)
    notch.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(notch)
    half = GROOVE / 2
    places = [axis.x_of(step) for step in state.epoch_ends]
    painter.drawLines([QLineF(x, STRIP_Y - half, x, STRIP_Y + half) for x in places])


def _paint_loop(painter: QPainter, state: StripState, axis: Axis, theme: Theme) -> None:
    """Paint the loop: a band around the groove with an end to take at each side."""
    if state.loop is None:
        return
    left, right = (axis.x_of(step) for step in state.loop)
    band = QColor(theme.accent)
    band.setAlphaF(0.16)
    painter.fillRect(QRectF(left, STRIP_Y - 8, max(right - left, 1.0), 16), band)
    for x, inward in ((left, 4.0), (right, -4.0)):
        bracket = QPainterPath(QPointF(x + inward, STRIP_Y - 12))
        bracket.lineTo(x, STRIP_Y - 12)
        bracket.lineTo(x, STRIP_Y + 8)
        bracket.lineTo(x + inward, STRIP_Y + 8)
        painter.strokePath(bracket, QPen(QColor(theme.text), 2))


def _paint_forks(
    painter: QPainter, placed: Placed, theme: Theme, color_of: Callable[[int], str]
) -> None:
    """Paint where other branches leave: a dot in their colour, their length, their name."""
    for entry in placed.forks:
        color = QColor(color_of(entry.fork.branch))
        start, end = entry.start, entry.end
        painter.setPen(QPen(color, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if entry.is_drawn:
            line = QPainterPath(QPointF(start, STRIP_Y))
            bend = min(10.0, end - start)
            line.cubicTo(start + bend / 2, STRIP_Y, start, LANE_Y, start + bend, LANE_Y)
            line.lineTo(end, LANE_Y)
            painter.drawPath(line)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(end, LANE_Y), 2.5, 2.5)
        if entry.words is not None:
            room = QRectF(entry.words.left, LANE_Y - 8, entry.words.width + 1, 16)
            painter.fillRect(room.adjusted(-4, 0, 4, 0), QColor(theme.panel))
            paint_text(painter, room, entry.words.text, theme.muted, 11)
        painter.setPen(QPen(QColor(theme.panel), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(start, STRIP_Y), DOT + 0.75, DOT + 0.75)


def _paint_mark(painter: QPainter, mark: TimelineMark, x: float, theme: Theme) -> None:
    """Paint the sign of a mark over its step."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark.kind == "divergence":
        painter.setPen(QPen(QColor(theme.error), 2))
        painter.drawLine(QPointF(x - 4, LANE_Y - 4), QPointF(x + 4, LANE_Y + 4))
        painter.drawLine(QPointF(x - 4, LANE_Y + 4), QPointF(x + 4, LANE_Y - 4))
        painter.drawLine(QPointF(x, LANE_Y + 8), QPointF(x, STRIP_Y + 4))
        return
    painter.setPen(QPen(QColor(theme.muted), 1))
    if mark.kind == "change":
        painter.drawLine(QPointF(x, LANE_Y - 5), QPointF(x, STRIP_Y - 2))
        flag = QPainterPath(QPointF(x, LANE_Y - 5))
        flag.lineTo(x + 6, LANE_Y - 2)
        flag.lineTo(x, LANE_Y + 1)
        flag.closeSubpath()
        painter.fillPath(flag, QColor(theme.muted))
        return
    # A save: an arrow into a tray.
    base = STRIP_Y - 8
    painter.setPen(QPen(QColor(theme.text), 1.25))
    painter.drawLine(QPointF(x, base - 9), QPointF(x, base - 3))
    painter.drawPolyline(
        [QPointF(x - 3, base - 5.5), QPointF(x, base - 2.5), QPointF(x + 3, base - 5.5)]
    )
    painter.drawLine(QPointF(x - 4, base), QPointF(x + 4, base))


def _paint_handle(painter: QPainter, x: float, state: StripState, theme: Theme) -> None:
    """Paint the handle: filled at the newest step, hollow in the past."""
    painter.setPen(QPen(QColor(theme.panel), 2))
    painter.setBrush(QColor(theme.accent if not theme.is_dark else theme.text))
    painter.drawEllipse(QPointF(x, STRIP_Y), HANDLE + 1, HANDLE + 1)
    if state.is_past:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(QPointF(x, STRIP_Y), HANDLE - 4, HANDLE - 4)


def _hover(
    painter: QPainter, state: StripState, axis: Axis, theme: Theme, hovered: float | None
) -> QRectF | None:
    """Paint the step under the pointer; give where its number stands: no tick may."""
    if hovered is None or not axis.left - PADDING <= hovered <= axis.left + axis.width + PADDING:
        return None
    step = axis.step_at(hovered)
    if step > state.newest:
        return None
    x = axis.x_of(step)
    painter.setPen(QPen(QColor(theme.text), 1))
    painter.drawLine(QPointF(x, STRIP_Y - 7), QPointF(x, STRIP_Y + 9))
    text = f"step {step:,}"
    room = _inside(axis, x, text_width(text, 11))
    paint_text(painter, room, text, theme.text, 11, 400, CENTER)
    return room


def _paint_ticks(
    painter: QPainter, state: StripState, axis: Axis, theme: Theme, taken: QRectF | None
) -> None:
    """Paint the numbers below the strip; the pointer's own goes before them."""
    most = max(int(axis.width / TICK_ROOM), 2)
    for value, label in linear_ticks(state.start, state.end, most):
        if value != round(value):
            continue
        x = axis.x_of(value)
        text = f"step {label}" if value == state.start else label
        room = _inside(axis, x, text_width(text, 11))
        if taken is None or not room.adjusted(-6, 0, 6, 0).intersects(taken):
            paint_text(painter, room, text, theme.muted, 11, 400, CENTER)


def _inside(axis: Axis, x: float, width: float) -> QRectF:
    """Give the room of a number below a place, not beyond the ends of the strip."""
    # Inside the ring that the keyboard has.
    low, high = axis.left - PADDING + 5, axis.left + axis.width + PADDING - 5
    left = min(max(x - width / 2, low), high - width)
    return QRectF(left, TICKS_Y - 8, width, 16)
