"""The map: colours, contours, axes, colour bar; above them the trail and the ball.

What lies under the ball is a `Ground`, painted once for each slice, size and theme. For each
frame only the trail since the slice and the ball are painted anew, and only where they are.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.painting import empty_state, outlined
from gdviz.qt.surfaces.ball_paint import paint_ball, paint_trail
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.ways_paint import WayLook
from gdviz.qt.surfaces.words_paint import EMPTY, cost_words, paint_beside, paint_note
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_surface.crosshair import ARROWS, Crosshair
from gdviz.qt.views.cost_surface.geometry import Geometry, geometry_of, room_of
from gdviz.qt.views.cost_surface.ground import Ground
from gdviz.qt.widgets.themed import paint_focus_ring
from gdviz.runtime.race import RacePath

BALL_REACH = 24
"""So far from the ball's middle, and from the trail's line, something of them is painted."""


class CostMap(QWidget):
    """A slice of the cost as a picture. Give it a slice, then live points, each frame."""

    aspect_changed = Signal()
    dropped = Signal(float, float)
    """The ball is to be put at this point of the plane."""

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
        self._ground: Ground | None = None
        self._next: Ground | None = None
        self._geometry: Geometry | None = None
        self._moving: QRectF | None = None
        self._hover: QPointF | None = None
        self.crosshair = Crosshair()
        self.race: tuple[RacePath, ...] = ()
        self.looks: tuple[WayLook, ...] = ()
        self.note = ""
        """What has happened to the picture, said at its upper edge for a moment."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Map of the cost on a plane, with the ball and its trail")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 180)

    @property
    def room(self) -> QRectF:
        """What is free for the map itself."""
        return room_of(self.width(), self.height())

    @property
    def geometry_now(self) -> Geometry | None:
        """Where the slice stands on the widget; None before there is one."""
        if self._geometry is None and self.surface is not None:
            self._geometry = geometry_of(self.surface, self.width(), self.height())
        return self._geometry

    @property
    def map_rectangle(self) -> QRectF:
        """Where the map is: as large as it can be with equal scales."""
        geometry = self.geometry_now
        return self.room if geometry is None else geometry.where

    def prepare(self, picture: SurfacePicture, limits: ColorRange, true_cost: float) -> bool:
        """Paint the next stage of a slice's ground; the slice in sight stays meanwhile.

        Parameters
        ----------
        picture : SurfacePicture
        limits : ColorRange
            Will be `range` when the picture is shown.
        true_cost : float
            Will be `true_cost` then.

        Returns
        -------
        bool
            Whether `show_picture` would find the ground complete.
        """
        shape = self._shape()
        if self._next is None or not self._next.is_of(picture, limits, *shape):
            self._next = Ground(picture, dataclasses.replace(limits), true_cost, *shape)
        self._next.advance()
        return self._next.is_complete

    def show_picture(self, picture: SurfacePicture | None) -> None:
        """Show another slice; colours follow `range`, which the caller has brought up to date."""
        self._picture = picture
        self.surface = picture.surface if picture else None
        self.crosshair.show(self.surface)
        prepared = self._next
        self.redraw()
        if picture and prepared and prepared.is_of(picture, self.range, *self._shape()):
            self._ground = prepared

    def show_note(self, text: str) -> None:
        """Say what has happened to the picture; an empty text says no more."""
        if text != self.note:
            self.note = text
            self.update()

    def show_progress(self, progress: float | None) -> None:
        """Say before the first slice how much of it is computed, 0 to 1."""
        if progress != self.progress:
            self.progress = progress
            self.update()

    def redraw(self) -> None:
        """Paint the map anew at the next opportunity: colours or theme changed."""
        self._ground = self._next = self._geometry = None
        self.update()

    def _shape(
        self,
    ) -> tuple[tuple[int, int], float, Theme, tuple[RacePath, ...], tuple[WayLook, ...]]:
        size = self.width(), self.height()
        return size, self.devicePixelRatioF(), current_theme(), self.race, self.looks

    def show_ways(self, looks: tuple[WayLook, ...]) -> None:
        """Say how the ways of other branches are drawn; one that is not named is not."""
        if looks != self.looks:
            self.looks = looks
            self.redraw()

    def show_race(self, race: tuple[RacePath, ...]) -> None:
        """Show where other optimizers went from one point; none at all takes them away."""
        if race is not self.race:
            self.race = race
            self.redraw()

    def show_live(
        self,
        points: npt.NDArray[np.float64],
        dots: npt.NDArray[np.float64],
        begins_at_start: bool,
    ) -> None:
        """Show the path since the slice, shape (n, 2), whose last point is the ball, and dots."""
        rests = np.array_equal(dots, self.dots, equal_nan=True)
        self.live, self.dots, self.begins_at_start = points, dots, begins_at_start
        before, self._moving = self._moving, self._reach()
        if before is None or self._moving is None or not rests:
            self.update()
        else:
            self.update(before.united(self._moving).toAlignedRect())

    def _reach(self) -> QRectF | None:
        """Give where the live trail and the ball are painted; None if that may be anywhere."""
        geometry = self.geometry_now
        if geometry is None or not len(self.live):
            return None
        pixels = geometry.to_pixels(self.live)
        where = geometry.where
        # A ball outside the picture has words beside it.
        if not (np.isfinite(pixels).all() and where.contains(QPointF(*pixels[-1]))):
            return None
        low, high = QPointF(*pixels.min(axis=0)), QPointF(*pixels.max(axis=0))
        return QRectF(low, high).adjusted(-BALL_REACH, -BALL_REACH, BALL_REACH, BALL_REACH)

    def to_pixels(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Give positions on the widget, shape (n, 2), of coordinates u and v (n, 2)."""
        geometry = self.geometry_now
        assert geometry is not None
        return geometry.to_pixels(points)

    def coordinates_at(self, position: QPointF) -> tuple[float, float] | None:
        """Give u and v under a point of the widget, or None outside the map."""
        geometry = self.geometry_now
        return None if geometry is None else geometry.coordinates_at(position)

    def hover_text(self, position: QPointF) -> str:
        """Say what the cost is under a point; empty outside the map."""
        at = self.coordinates_at(position)
        return "" if at is None or self.surface is None else cost_words(self.surface, at)

    # Painting

    def _paint_dots(self, painter: QPainter, clip: QRectF) -> None:
        """Dots every so many steps along the trail, and where the run began, near what changed."""
        if not len(self.dots):
            return
        painter.setPen(QPen(QColor(16, 20, 24, 200), 1))
        painter.setBrush(QColor("#ffffff"))
        pixels = self.to_pixels(self.dots)
        for k, (x, y) in enumerate(pixels.tolist()):
            if math.isfinite(x) and math.isfinite(y) and clip.contains(QPointF(x, y)):
                radius = 4.5 if k == 0 and self.begins_at_start else 3.0
                painter.drawEllipse(QPointF(x, y), radius, radius)
        start = QPointF(*pixels[0])
        words = start + QPointF(0, 16)
        if self.begins_at_start and clip.contains(words) and self.map_rectangle.contains(start):
            outlined(painter, words, "start", font(11, 600))

    def _paint_crosshair(self, painter: QPainter, theme: Theme) -> None:
        if self.crosshair.is_set:
            (at,) = self.to_pixels(np.array([self.crosshair.coordinates]))
            self.crosshair.paint(painter, QPointF(*at), self.map_rectangle, theme)

    def _paint_hover(self, painter: QPainter, theme: Theme) -> None:
        if self._hover is None or self.crosshair.is_set:
            return
        text = self.hover_text(self._hover)
        if text:
            where = self.map_rectangle
            paint_beside(painter, self._hover, [(text, theme.text)], where, theme)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._picture is None:
                painter.fillRect(event.rect(), QColor(theme.panel))
                share = "" if self.progress is None else f" {100 * self.progress:.0f} %"
                empty_state(painter, QRectF(self.rect()), EMPTY + share, theme)
                return
            if self._ground is None or not self._ground.is_of(
                self._picture, self.range, *self._shape()
            ):
                limits = dataclasses.replace(self.range)
                self._ground = Ground(self._picture, limits, self.true_cost, *self._shape())
            self._ground.finish()
            painter.drawPixmap(0, 0, self._ground.pixmap)
            painter.save()
            painter.setClipRect(self.map_rectangle.adjusted(-9, -9, 9, 9))
            live = self.to_pixels(self.live)
            paint_trail(painter, live)
            reach = BALL_REACH + 16
            self._paint_dots(painter, QRectF(event.rect()).adjusted(-reach, -reach, reach, reach))
            if len(live) and np.isfinite(live[-1]).all():
                paint_ball(painter, QPointF(*live[-1]), self.map_rectangle)
            painter.restore()
            self._paint_crosshair(painter, theme)
            self._paint_hover(painter, theme)
            paint_note(painter, self.note, self.map_rectangle, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._hover = event.position()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override: look at the computed point that is nearest."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = self.coordinates_at(event.position())
        self.crosshair.put(*at) if at is not None else self.crosshair.clear()
        self._looked()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt override: put the ball at the point that is looked at."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: arrows look at points, Enter puts the ball there, Escape looks at none."""
        key = Qt.Key(event.key())
        if key in ARROWS and self.surface is not None:
            far = 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            rows, columns = ARROWS[key]
            self.crosshair.move(far * rows, far * columns, self._ball())
            self._looked()
        elif key in ENTER and self.crosshair.is_set:
            self._drop()
        elif key == Qt.Key.Key_Escape and self.crosshair.is_set:
            self.crosshair.clear()
            self._looked()
        else:
            super().keyPressEvent(event)

    def _ball(self) -> tuple[float, float]:
        """Give where the ball is on the plane, or its middle."""
        if len(self.live) and np.isfinite(self.live[-1]).all():
            return float(self.live[-1][0]), float(self.live[-1][1])
        return 0.0, 0.0

    def _drop(self) -> None:
        if self.crosshair.is_set:
            at = self.crosshair.coordinates
            self.crosshair.clear()
            self._looked()
            self.dropped.emit(*at)

    def _looked(self) -> None:
        """Another point is looked at: paint it, and tell a screen reader."""
        self.setAccessibleDescription(self.crosshair.text())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        del event
        self._hover = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        self.redraw()
        self.aspect_changed.emit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.redraw()
        super().changeEvent(event)
