"""The map: colours, contours, axes, colour bar; above them the trail and the ball.

The map is painted once for each slice, size and theme, and kept as a picture. For each frame
only the trail since the slice and the ball are painted anew.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt import number_text
from gdviz.qt.color_maps import cost_image, sequential_table
from gdviz.qt.fonts import font
from gdviz.qt.painting import (
    CENTER,
    BarTick,
    draw_color_bar,
    empty_state,
    letters,
    outlined,
    text_width,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_surface.axes_paint import paint_axes
from gdviz.qt.views.cost_surface.ball_paint import paint_ball, paint_trail
from gdviz.qt.views.cost_surface.colors import ColorRange
from gdviz.qt.views.cost_surface.contour_paint import paint_contours

LEFT_MARGIN, BOTTOM_MARGIN, RIGHT_MARGIN, TOP_MARGIN = 44, 44, 88, 4

EMPTY = (
    "The cost around the present weights and biases is being computed: a slice of the real "
    "cost on a plane appears here, with a ball where the network stands."
)


class CostMap(QWidget):
    """A slice of the cost as a picture. Give it a slice, then live points, each frame."""

    aspect_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.surface: CostSurface | None = None
        self._picture: SurfacePicture | None = None
        self.range = ColorRange()
        self.live: npt.NDArray[np.float64] = np.empty((0, 2))
        self.dots: npt.NDArray[np.float64] = np.empty((0, 2))
        self.begins_at_start = False
        self.true_cost = math.nan
        self.progress: float | None = None
        self._ground: QPixmap | None = None
        self._hover: QPointF | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Map of the cost on a plane, with the ball and its trail")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 180)

    @property
    def room(self) -> QRectF:
        """What is free for the map itself."""
        return QRectF(
            LEFT_MARGIN,
            TOP_MARGIN,
            max(self.width() - LEFT_MARGIN - RIGHT_MARGIN, 40),
            max(self.height() - TOP_MARGIN - BOTTOM_MARGIN, 40),
        )

    @property
    def map_rectangle(self) -> QRectF:
        """Where the map is: as large as it can be with equal scales."""
        room = self.room
        if self.surface is None:
            return room
        u, v = self.surface.u, self.surface.v
        across, up = float(u[-1] - u[0]), float(v[-1] - v[0])
        scale = min(room.width() / across, room.height() / up)
        width, height = across * scale, up * scale
        # Less than 3 % of difference is the grid's rounding; a blank strip would only look odd.
        if width > 0.97 * room.width() and height > 0.97 * room.height():
            return room
        left = room.left() + (room.width() - width) / 2
        return QRectF(left, room.top() + (room.height() - height) / 2, width, height)

    def show_picture(self, picture: SurfacePicture | None) -> None:
        """Show another slice; colours follow `range`, which the caller has brought up to date."""
        self._picture = picture
        self.surface = picture.surface if picture else None
        self.redraw()

    def redraw(self) -> None:
        """Paint the map anew at the next opportunity: colours or theme changed."""
        self._ground = None
        self.update()

    def show_live(
        self,
        points: npt.NDArray[np.float64],
        dots: npt.NDArray[np.float64],
        begins_at_start: bool,
    ) -> None:
        """Show the path since the slice, shape (n, 2), whose last point is the ball, and dots."""
        self.live, self.dots, self.begins_at_start = points, dots, begins_at_start
        self.update()

    def to_pixels(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Give positions on the widget, shape (n, 2), of coordinates u and v (n, 2)."""
        assert self.surface is not None
        u, v, where = self.surface.u, self.surface.v, self.map_rectangle
        x = where.left() + (points[:, 0] - u[0]) / (u[-1] - u[0]) * where.width()
        y = where.bottom() - (points[:, 1] - v[0]) / (v[-1] - v[0]) * where.height()
        return np.column_stack([x, y])

    def coordinates_at(self, position: QPointF) -> tuple[float, float] | None:
        """Give u and v under a point of the widget, or None outside the map."""
        where = self.map_rectangle
        if self.surface is None or not where.contains(position):
            return None
        u, v = self.surface.u, self.surface.v
        across = (position.x() - where.left()) / where.width()
        up = (where.bottom() - position.y()) / where.height()
        return float(u[0] + across * (u[-1] - u[0])), float(v[0] + up * (v[-1] - v[0]))

    def hover_text(self, position: QPointF) -> str:
        """Say what the cost is under a point; empty outside the map."""
        at = self.coordinates_at(position)
        if at is None or self.surface is None:
            return ""
        cost = number_text.cost(self.surface.value_at(*at))
        return f"cost {cost}   ({number_text.signed(at[0], 1)}, {number_text.signed(at[1], 1)})"

    # Painting

    def _paint_ground(self, theme: Theme) -> QPixmap:
        assert self.surface is not None
        ratio = self.devicePixelRatioF()
        ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        with QPainter(ground) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_colors(painter)
            paint_axes(painter, self.surface, self.map_rectangle, theme)
            self._paint_bar(painter, theme)
        return ground

    def _paint_colors(self, painter: QPainter) -> None:
        assert self.surface is not None
        assert self._picture is not None
        where, limits = self.map_rectangle, self.range
        fine = self._picture.fine
        colors = cost_image(fine, limits.low, limits.high, limits.is_logarithmic)
        # The outermost values belong to the map's edges, not half a pixel of theirs inside.
        half_x = where.width() / (fine.shape[1] - 1) / 2
        half_y = where.height() / (fine.shape[0] - 1) / 2
        clip = QPainterPath()
        clip.addRoundedRect(where, 4, 4)
        painter.save()
        painter.setClipPath(clip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(where.adjusted(-half_x, -half_y, half_x, half_y), to_image(colors[::-1]))
        contours = self._picture.contours(logarithmic=limits.is_logarithmic)
        paint_contours(painter, contours, limits, where, self.to_pixels)
        paint_trail(painter, self.to_pixels(np.asarray(self.surface.trail)))
        painter.restore()

    def _paint_bar(self, painter: QPainter, theme: Theme) -> None:
        assert self.surface is not None
        limits, where = self.range, self.map_rectangle
        bar = QRectF(where.right() + 20, where.top(), 12, where.height())
        ticks = [BarTick(limits.position(v), number_text.tick(v)) for v in limits.ticks()]
        cost = self.true_cost
        marker = None
        if math.isfinite(cost):
            marker = BarTick(limits.position(cost), number_text.cost(cost))
        draw_color_bar(painter, bar, sequential_table(), ticks, theme, marker)
        small = font(11)
        scale = "log" if limits.is_logarithmic else "linear"
        place = QRectF(bar.left() - 3, where.bottom() + 4, RIGHT_MARGIN - 16, 16)
        letters(painter, place, f"cost, {scale}", small, theme.muted)
        ends = f"{number_text.cost(limits.low)} – {number_text.cost(limits.high)}"
        letters(painter, place.translated(0, 19), ends, small, theme.muted)

    def _paint_dots(self, painter: QPainter) -> None:
        """Dots every so many steps along the trail, and where the run began."""
        if not len(self.dots):
            return
        painter.setPen(QPen(QColor(16, 20, 24, 200), 1))
        painter.setBrush(QColor("#ffffff"))
        pixels = self.to_pixels(self.dots)
        for k, (x, y) in enumerate(pixels.tolist()):
            if not (math.isfinite(x) and math.isfinite(y)):
                continue
            radius = 4.5 if k == 0 and self.begins_at_start else 3.0
            painter.drawEllipse(QPointF(x, y), radius, radius)
        start = QPointF(*pixels[0])
        if self.begins_at_start and self.map_rectangle.contains(start):
            outlined(painter, start + QPointF(0, 16), "start", font(11, 600))

    def _paint_hover(self, painter: QPainter, theme: Theme) -> None:
        if self._hover is None:
            return
        text = self.hover_text(self._hover)
        if not text:
            return
        small = font(11)
        where, width = self.map_rectangle, text_width(text, small) + 16
        x = min(max(self._hover.x() + 14, where.left()), where.right() - width)
        y = self._hover.y() - 30 if self._hover.y() > where.top() + 36 else self._hover.y() + 16
        box = QRectF(x, y, width, 22)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box, 4, 4)
        letters(painter, box, text, small, theme.text, CENTER)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.surface is None:
                share = "" if self.progress is None else f" {100 * self.progress:.0f} %"
                empty_state(painter, QRectF(self.rect()), EMPTY + share, theme)
            else:
                if (
                    self._ground is None
                    or self._ground.devicePixelRatioF() != self.devicePixelRatioF()
                ):
                    self._ground = self._paint_ground(theme)
                painter.drawPixmap(0, 0, self._ground)
                painter.save()
                painter.setClipRect(self.map_rectangle.adjusted(-9, -9, 9, 9))
                live = self.to_pixels(self.live)
                paint_trail(painter, live)
                self._paint_dots(painter)
                if len(live) and np.isfinite(live[-1]).all():
                    paint_ball(painter, QPointF(*live[-1]), self.map_rectangle)
                painter.restore()
                self._paint_hover(painter, theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._hover = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self._hover = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        self._ground = None
        self.aspect_changed.emit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.redraw()
        super().changeEvent(event)
