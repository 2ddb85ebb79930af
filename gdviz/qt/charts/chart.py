"""The widget of a chart: painted once, kept as a picture, with a read-out of what is pointed at."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.description import Description
from gdviz.qt.charts.axes import Axes, axes_of
from gdviz.qt.charts.frame import ChartFrame, frame_of
from gdviz.qt.charts.marks import draw_mark
from gdviz.qt.charts.painting import color_of, paint_chart
from gdviz.qt.charts.plotted import Picture
from gdviz.qt.charts.reading import Spot, described, nearest, neighbour, words_of
from gdviz.qt.fonts import font
from gdviz.qt.keys import ARROWS
from gdviz.qt.painting import letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring

LEAST_WIDTH = 220


class ChartWidget(ThemedWidget):
    """One chart, as high as it needs for its width.

    Parameters
    ----------
    parent : QWidget, optional

    Notes
    -----
    The pointer reads the nearest value. With the keyboard, left and right walk along a series,
    up and down go to another, Escape lets go.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._axes: Axes | None = None
        self._frame: ChartFrame | None = None
        self._kept: QPixmap | None = None
        self._spot: Spot | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST_WIDTH)

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._picture

    @property
    def axes(self) -> Axes | None:
        """The axes it is shown on."""
        return self._axes

    @property
    def spot(self) -> Spot | None:
        """The value that is read."""
        return self._spot

    def show_picture(self, picture: Picture, axes: Axes | None = None) -> None:
        """Show another chart, or more of the same.

        Parameters
        ----------
        picture : Picture
        axes : Axes, optional
            Shared with a chart beside it; by default its own.
        """
        self._picture, self._axes = picture, axes or axes_of([picture])
        chart = picture.chart
        self.setAccessibleName(f"Chart: {chart.title}")
        if self._spot is not None and not _exists(picture, self._spot):
            self._spot = None
        self._say_spot()
        self._lay_out()

    def describe(self) -> Description:
        """Tell it in words and as a table."""
        if self._picture is None:
            return Description("Nothing to be seen yet.")
        return described(self._picture)

    def read(self, spot: Spot | None) -> None:
        """Read a value, or none."""
        if spot != self._spot:
            self._spot = spot
            self._say_spot()
            self.update()

    def _say_spot(self) -> None:
        if self._picture is None:
            return
        words = self._picture.chart.note
        if self._spot is not None:
            words = ", ".join(words_of(self._picture, self._spot))
        self.setAccessibleDescription(words)

    def _lay_out(self) -> None:
        if self._picture is None or self._axes is None:
            return
        width = max(self.width(), LEAST_WIDTH)
        self._frame = frame_of(self._picture, self._axes, width)
        self._kept = None
        height = math.ceil(self._frame.height)
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.update()

    def _at(self, position: QPointF) -> Spot | None:
        """Give the value nearest to a point; None outside the field."""
        if self._picture is None or self._axes is None or self._frame is None:
            return None
        field = self._frame.field
        if not field.adjusted(-8, -8, 8, 8).contains(position):
            return None
        across = (position.x() - field.left()) / field.width()
        up = (field.bottom() - position.y()) / field.height()
        return nearest(self._picture, self._axes, across, up, field.width(), field.height())

    def _paint_spot(self, painter: QPainter, theme: Theme) -> None:
        """Mark the value that is read, and write it beside it."""
        picture, axes, frame, spot = self._picture, self._axes, self._frame, self._spot
        if picture is None or axes is None or frame is None or spot is None:
            return
        line, field = picture.lines[spot.series], frame.field
        x = axes.x.place(float(picture.middles(spot.series)[spot.index]))
        y = axes.y.place(float(line.series.y[spot.index]))
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        center = QPointF(field.left() + x * field.width(), field.bottom() - y * field.height())
        draw_mark(painter, line.mark, center, color_of(line, theme), theme.text)
        small, strong = font(11), font(11, 600)
        name, value = words_of(picture, spot)
        wide = max(text_width(name, small), text_width(value, strong)) + 16
        left = center.x() + 10
        if left + wide > self.width():
            left = max(center.x() - 10 - wide, 0)
        top = min(max(center.y() - 44, 0), self.height() - 38)
        box = QRectF(left, top, wide, 38)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box, 6, 6)
        first = QRectF(box.left() + 8, box.top() + 4, wide - 8, 15)
        letters(painter, first, name, small, theme.muted)
        letters(painter, first.translated(0, 15), value, strong, theme.text)

    def theme_changed(self, theme: Theme) -> None:
        """Paint all anew."""
        self._kept = None
        super().theme_changed(theme)

    # --- Qt's own names -------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        if self._picture is None or self._axes is None or self._frame is None:
            return
        theme, ratio = current_theme(), self.devicePixelRatioF()
        if self._kept is None or self._kept.devicePixelRatioF() != ratio:
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            with QPainter(self._kept) as painter:
                paint_chart(painter, self._picture, self._axes, self._frame, theme)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._kept)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_spot(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()
        self._kept = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self.read(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        if not self.hasFocus():
            self.read(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows read, Escape lets go."""
        key = Qt.Key(event.key())
        if key in ARROWS and self._picture is not None:
            down, across = ARROWS[key]
            self.read(neighbour(self._picture, self._spot, across, down))
        elif key == Qt.Key.Key_Escape and self._spot is not None:
            self.read(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusOutEvent(event)
        self.read(None)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        height = 240 if self._frame is None else math.ceil(self._frame.height)
        return QSize(400, height)


def _exists(picture: Picture, spot: Spot) -> bool:
    return spot.series < len(picture.lines) and spot.index < len(
        picture.lines[spot.series].series.y
    )
