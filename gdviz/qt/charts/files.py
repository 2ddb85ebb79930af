"""Charts as pictures in files: SVG and PNG, in the colours of a theme."""

from __future__ import annotations

import math

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gdviz.qt.charts.axes import axes_of
from gdviz.qt.charts.frame import frame_of
from gdviz.qt.charts.painting import paint_chart
from gdviz.qt.charts.plotted import Picture
from gdviz.qt.theme import Theme

WIDTH, FIELD = 640, 320
MARGIN = 16
SCALE = 2
"""Of the PNG: sharp in print."""


def svg_of(picture: Picture, theme: Theme) -> bytes:
    """Give a chart as SVG."""
    size, buffer = _size(picture), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(picture.chart.title)
    generator.setDescription(picture.chart.note)
    with QPainter(generator) as painter:
        painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(theme.panel))
        _paint(painter, picture, theme)
    return bytes(buffer.data().data())


def png_of(picture: Picture, theme: Theme) -> bytes:
    """Give a chart as PNG, two pixels for one.

    Raises
    ------
    OSError
        If Qt cannot encode it.
    """
    image = QImage(_size(picture) * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(QColor(theme.panel))
    with QPainter(image) as painter:
        _paint(painter, picture, theme)
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # PySide's stub wants bytes for the format, PySide itself a text.
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError("the chart could not be made into a picture")
    return bytes(written.data())


def _size(picture: Picture) -> QSize:
    frame = frame_of(picture, axes_of([picture]), WIDTH, FIELD)
    return QSize(WIDTH + 2 * MARGIN, math.ceil(frame.height) + 2 * MARGIN)


def _paint(painter: QPainter, picture: Picture, theme: Theme) -> None:
    painter.translate(MARGIN, MARGIN)
    axes = axes_of([picture])
    paint_chart(painter, picture, axes, frame_of(picture, axes, WIDTH, FIELD), theme)
