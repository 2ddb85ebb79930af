"""Small pieces of painting that several views share: letters, pixels and colour bars.

Only the thread of the window may call. Positions are device-independent pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from gdviz.qt import fonts
from gdviz.qt.fonts import font
from gdviz.qt.text_lines import draw_line
from gdviz.qt.theme import Theme

LEAST_FILLING = 0.8
"""A whole scale is taken if the picture is at least so large a share of what would fit."""

KEPT_WORDS = 64
"""Outlined words that are kept drawn."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


def letters(
    painter: QPainter,
    where: QRectF,
    text: str,
    letter_font: QFont,
    color: str,
    alignment: Qt.AlignmentFlag = LEFT,
) -> None:
    """Draw one line of text in a rectangle; what has no room in it is cut off."""
    painter.setPen(QColor(color))
    size_px, weight = letter_font.pixelSize(), letter_font.weight().value
    if fonts.text_width(text, size_px, weight) > where.width():
        painter.setFont(letter_font)
        painter.drawText(where, alignment.value | Qt.TextFlag.TextSingleLine.value, text)
        return
    draw_line(painter, where, text, size_px, weight, alignment.value)


def text_width(text: str, letter_font: QFont) -> float:
    """Give the width of a line of text."""
    return fonts.text_width(text, letter_font.pixelSize(), letter_font.weight().value)


def elided(text: str, letter_font: QFont, width: float) -> str:
    """Give a text, or as much of it as has room, with an ellipsis."""
    if text_width(text, letter_font) <= width:
        return text
    return QFontMetricsF(letter_font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def outlined(painter: QPainter, center: QPointF, text: str, letter_font: QFont) -> None:
    """Draw white letters with a dark rim, readable on any ground, around a point.

    They are drawn once and kept: the rim of a few words takes a fifth of a frame's time.
    """
    ratio = painter.device().devicePixelRatioF()
    image = _outlined(text, letter_font.pixelSize(), letter_font.weight().value, ratio)
    draw_kept(painter, center, image)


@lru_cache(maxsize=KEPT_WORDS)
def _outlined(text: str, size_px: int, weight: int, ratio: float) -> QImage:
    letter_font = font(size_px, weight)
    metrics = QFontMetricsF(letter_font)
    wide, high = metrics.horizontalAdvance(text), metrics.capHeight()

    def draw(painter: QPainter) -> None:
        path = QPainterPath()
        path.addText(-wide / 2, high / 2, letter_font, text)
        rim = QPen(QColor(0, 0, 0, 190), 2.5)
        rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, rim)
        painter.fillPath(path, QColor("#ffffff"))

    return kept_image(math.ceil(wide / 2) + 3, math.ceil(metrics.height() / 2) + 3, ratio, draw)


def kept_image(
    half_width: int, half_height: int, ratio: float, draw: Callable[[QPainter], None]
) -> QImage:
    """Draw something small on a clear ground, to be shown by `draw_kept`.

    Parameters
    ----------
    half_width, half_height : int
        What there is room for on each side of the middle.
    ratio : float
        Device pixels per device-independent pixel.
    draw : callable
        Draws around (0, 0).
    """
    size = QSizeF(2 * half_width, 2 * half_height) * ratio
    image = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(half_width, half_height)
        draw(painter)
    return image


def draw_kept(painter: QPainter, center: QPointF, image: QImage) -> None:
    """Draw what was kept around a point, on whole device pixels, so that it stays sharp."""
    ratio, size = image.devicePixelRatio(), image.deviceIndependentSize()
    left, top = center.x() - size.width() / 2, center.y() - size.height() / 2
    painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), image)


def to_image(colors: NDArray[np.uint8]) -> QImage:
    """Give a picture that owns its pixels, of an array uint8 (height, width, 4)."""
    whole = np.ascontiguousarray(colors)
    height, width = whole.shape[:2]
    view = QImage(whole.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return view.copy()


def pixel_rectangle(
    room: QRectF,
    width: int,
    height: int,
    ratio: float,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
) -> QRectF:
    """Give the largest rectangle in which every pixel of a picture is equally large.

    Parameters
    ----------
    room : QRectF
        What is free.
    width, height : int
        Pixels of the picture.
    ratio : float
        Device pixels per device-independent pixel: the scale is whole in device pixels, and
        a fraction only if that would leave too much of the room empty.
    alignment : Qt.AlignmentFlag
    """
    scale = min(room.width() * ratio / width, room.height() * ratio / height)
    if int(scale) >= LEAST_FILLING * scale:
        scale = int(scale)
    scale = max(scale, 0.0) / ratio
    left, top = room.left(), room.top()
    if alignment & Qt.AlignmentFlag.AlignHCenter:
        left += (room.width() - width * scale) / 2
    if alignment & Qt.AlignmentFlag.AlignVCenter:
        top += (room.height() - height * scale) / 2
    return QRectF(
        round(left * ratio) / ratio, round(top * ratio) / ratio, width * scale, height * scale
    )


def draw_pixels(painter: QPainter, where: QRectF, image: QImage) -> None:
    """Draw a picture with hard pixels; soft ones only at their edges if the scale is a fraction."""
    scale = where.width() * painter.device().devicePixelRatioF() / max(image.width(), 1)
    is_whole = abs(scale - round(scale)) < 1e-6 and scale >= 1
    if not is_whole and scale > 1:
        image = image.scaled(image.size() * math.ceil(scale))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_whole)
    painter.drawImage(where, image)


@dataclass(frozen=True, slots=True)
class BarTick:
    """A label on a colour bar: where, 0 at the low end to 1 at the high end, and what."""

    position: float
    text: str


def draw_color_bar(
    painter: QPainter,
    where: QRectF,
    table: NDArray[np.uint8],
    ticks: Sequence[BarTick],
    theme: Theme,
    marker: BarTick | None = None,
    second: float | None = None,
) -> None:
    """Draw an upright colour bar, high values on top, with labels at its right.

    Parameters
    ----------
    where : QRectF
        Of the bar alone, 12 wide; labels take up to 56 more.
    table : ndarray (n, 4), uint8
        The colour map itself, low end first.
    ticks : sequence of BarTick
        Those within 13 px of the marker's number are left out.
    marker : BarTick, optional
        The ball's wedge with its number.
    second : float, optional
        A position that gets a thin white line: what the picture shows where the ball is.
    """
    column = to_image(np.ascontiguousarray(table[::-1, np.newaxis]))
    clip = QPainterPath()
    clip.addRoundedRect(where, 3, 3)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(where, column)
    painter.setClipping(False)
    marked = None if marker is None else where.bottom() - marker.position * where.height()
    small = font(11)
    inside = (where.top() + 6, where.bottom() - 6)
    for tick in ticks:
        y = where.bottom() - tick.position * where.height()
        at = min(max(y, inside[0]), inside[1])
        # Of the two, both kept inside the bar's height, the ball's number stays.
        if marked is not None and abs(at - min(max(marked, inside[0]), inside[1])) < 13:
            continue
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QPointF(where.right() + 1, y), QPointF(where.right() + 4, y))
        place = QRectF(where.right() + 7, at - 8, 60, 16)
        letters(painter, place, tick.text, small, theme.muted)
    if second is not None:
        y = where.bottom() - second * where.height()
        for color, width in ((QColor(0, 0, 0, 150), 3.5), (QColor("#ffffff"), 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(where.left() - 3, y), QPointF(where.right(), y))
    if marker is not None and marked is not None:
        _draw_wedge(painter, where, marked, marker.text, theme)
    painter.restore()


def _draw_wedge(painter: QPainter, where: QRectF, y: float, text: str, theme: Theme) -> None:
    """Draw the ball's mark on a colour bar: a line across it and a wedge that points to it."""
    painter.setPen(QPen(QColor(0, 0, 0, 110), 4))
    painter.drawLine(QPointF(where.left(), y), QPointF(where.right(), y))
    painter.setPen(QPen(QColor(theme.ball), 2))
    painter.drawLine(QPointF(where.left() - 1, y), QPointF(where.right() + 2, y))
    wedge = QPainterPath(QPointF(where.right() + 1, y))
    wedge.lineTo(where.right() + 7, y - 4)
    wedge.lineTo(where.right() + 7, y + 4)
    wedge.closeSubpath()
    painter.fillPath(wedge, QColor(theme.ball))
    at = min(max(y, where.top() + 6), where.bottom() - 6)
    place = QRectF(where.right() + 10, at - 8, 60, 16)
    letters(painter, place, text, font(11, 600), theme.ball_text)


def draw_selected(painter: QPainter, cell: QRectF, theme: Theme) -> None:
    """Frame the cell of the weight that is selected in the window, readable on any colour."""
    frame = cell.adjusted(-2, -2, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(theme.ball), 1.5)):
        painter.setPen(QPen(color, width))
        painter.drawRect(frame)


def empty_state(painter: QPainter, where: QRectF, text: str, theme: Theme) -> None:
    """Say in the middle what will appear here and how."""
    painter.setFont(font(12))
    painter.setPen(QColor(theme.muted))
    flags = int(Qt.AlignmentFlag.AlignCenter.value) | int(Qt.TextFlag.TextWordWrap.value)
    painter.drawText(where.adjusted(24, 0, -24, 0), flags, text)
