"""The cost surface in three dimensions: a block that can be turned, the ball resting on it.

It has the face of `CostMap`, so that the view can show either. The block is painted anew when
the slice or the camera changes, roughly while it moves and finely when it rests; ball, live
trail and guide lines are painted over it in each frame.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.relief import draped
from gdviz.analysis.relief_camera import Camera, low_side
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt.painting import empty_state
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.relief_ball import Ball, ball_on, paint_ball_on, paint_guides
from gdviz.qt.surfaces.relief_ground import Key, ReliefGround, room_for
from gdviz.qt.surfaces.relief_paint import paint_draped
from gdviz.qt.surfaces.relief_pictures import ReliefPictures
from gdviz.qt.surfaces.relief_words import relief_words
from gdviz.qt.surfaces.turntable import Turntable
from gdviz.qt.surfaces.ways_paint import WayLook
from gdviz.qt.surfaces.words_paint import EMPTY, cost_words, paint_beside, paint_note
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import CHANGES, paint_focus_ring

REST_MS = 140
"""So long after the last movement the picture is painted finely."""


class CostRelief(Turntable):
    """A slice of the cost as a block. Give it a slice, then live points, each frame.

    Attributes
    ----------
    true_cost : float
        The cost of the parameters for which the slice was computed: it and the slice say how
        far above its surface the ball is. NaN: on the surface.
    """

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
        self.note = ""
        self._pictures = ReliefPictures()
        self.looks: tuple[WayLook, ...] = ()
        self._is_moving = False
        self._is_preparing = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._refine)
        self.camera_changed.connect(self._put_off_rest)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Relief of the cost on a plane, with the ball and its trail")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 180)

    # What is shown

    @property
    def room(self) -> QRectF:
        """What is free for the block, as a square: it is seen from all sides."""
        room = room_for((self.width(), self.height()))
        side = min(room.width(), room.height())
        return QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)

    @property
    def is_fine(self) -> bool:
        """Whether what is in sight is painted finely."""
        return self._pictures.is_fine(self._key())

    def prepare(self, picture: SurfacePicture, limits: ColorRange, true_cost: float) -> bool:
        """Paint the next part of a slice's block; the slice in sight stays meanwhile.

        Arguments and result are those of `CostMap.prepare`, but while it is being turned the
        block is painted anew anyway, and need not be prepared.
        """
        if self._is_moving:
            return True
        self._is_preparing = True
        camera = self._camera_for(picture, limits)
        return self._pictures.prepare(
            Key(picture, limits, *self._shape(), camera, self.looks), true_cost
        )

    def show_ways(self, looks: tuple[WayLook, ...]) -> None:
        """Say how the ways of other branches are drawn; one that is not named is not."""
        if looks != self.looks:
            self.looks = looks
            self.redraw()

    def show_picture(self, picture: SurfacePicture | None) -> None:
        """Show another slice; colours follow `range`, which the caller has brought up to date."""
        if picture is not None:
            self.camera = self._camera_for(picture, self.range)
        self._picture = picture
        self.surface = picture.surface if picture else None
        key = self._key()
        if key is None or not self._pictures.take(key):
            self._pictures.forget()
        self._is_preparing = False
        self.setAccessibleDescription(self.describe())
        self.update()

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

    def show_live(
        self,
        points: npt.NDArray[np.float64],
        dots: npt.NDArray[np.float64],
        begins_at_start: bool,
    ) -> None:
        """Show the path since the slice, shape (n, 2), whose last point is the ball, and dots."""
        self.live, self.dots, self.begins_at_start = points, dots, begins_at_start
        self.update()

    def redraw(self) -> None:
        """Paint the block anew at the next opportunity: colours or theme changed."""
        self._pictures.forget()
        self._is_preparing = False
        self.update()

    def describe(self) -> str:
        """Say in words and numbers what is in sight, for who does not see it."""
        if self.surface is None:
            return "The slice is being computed."
        at = self.live[-1] if len(self.live) else None
        return relief_words(self.surface, self.range, self.camera, at, self.true_cost)

    # Where things are

    def to_pixels(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Give where points u and v (n, 2) of the surface are on the widget, shape (n, 2)."""
        ground = self._present_ground()
        assert ground is not None, "there is a slice"
        return ground.to_pixels(ground.relief.on_surface(np.asarray(points)))[:, :2]

    def coordinates_at(self, position: QPointF) -> tuple[float, float] | None:
        """Give u and v of the surface under a point of the widget, or None beside it."""
        ground = self._present_ground()
        return None if ground is None else ground.place_at(position.x(), position.y())

    def hover_text(self, position: QPointF) -> str:
        """Say what the cost is under a point; empty beside the surface."""
        at = self.coordinates_at(position)
        return "" if at is None or self.surface is None else cost_words(self.surface, at)

    def ball(self) -> Ball | None:
        """Give where the ball is; None before there are a slice and a place on it."""
        ground = self._present_ground()
        if ground is None or self.surface is None or not len(self.live):
            return None
        true_tone = float(ground.relief.tones_of(self.true_cost))
        return ball_on(ground, self.surface, self.live[-1], true_tone)

    # The camera

    def usual_camera(self) -> Camera:
        """Give the camera that sees the valley best."""
        return Camera() if self._picture is None else self._best_camera(self._picture, self.range)

    def _put_off_rest(self) -> None:
        self._is_moving = True
        self._rest.start(REST_MS)

    def _camera_for(self, picture: SurfacePicture, limits: ColorRange) -> Camera:
        """Give the camera under which a slice will be shown.

        It is chosen for the first slice and for another kind of plane: with each new slice the
        block would jump round.
        """
        before = self.surface
        is_other = before is None or before.plane.kind != picture.surface.plane.kind
        if self.is_chosen or not is_other:
            return self.camera
        return self._best_camera(picture, limits)

    def _best_camera(self, picture: SurfacePicture, limits: ColorRange) -> Camera:
        relief = self._pictures.relief(
            Key(picture, limits, *self._shape(), self.camera, self.looks)
        )
        return Camera(low_side(relief.tones))

    # Grounds

    def _shape(self) -> tuple[tuple[int, int], float, Any]:
        return (self.width(), self.height()), self.devicePixelRatioF(), current_theme()

    def _key(self) -> Key | None:
        if self._picture is None:
            return None
        return Key(self._picture, self.range, *self._shape(), self.camera, self.looks)

    def _present_ground(self) -> ReliefGround | None:
        """Give the picture as the camera sees it now, painted roughly if there is none yet."""
        key = self._key()
        if key is None:
            return None
        ground = self._pictures.at_once(key, self.true_cost)
        if not ground.is_fine and not self._rest.isActive() and self.isVisible():
            self._rest.start(REST_MS)
        return ground

    def _refine(self) -> None:
        """Paint the next part of the fine picture, and show it when it is complete."""
        self._is_moving = False
        key = self._key()
        # While the next slice is being prepared, the one in sight does not stay for long.
        if key is None or self._is_preparing or self._pictures.is_fine(key):
            return
        if not self._pictures.prepare(key, self.true_cost):
            self._rest.start(0)
            return
        self._pictures.take(key)
        self.setAccessibleDescription(self.describe())
        self.update()

    def finish(self) -> None:
        """Paint finely at once, for a picture that is saved or printed."""
        key = self._key()
        if key is not None:
            self._rest.stop()
            self._pictures.finish(key, self.true_cost)
            self.update()

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = self._present_ground()
            if ground is None:
                painter.fillRect(self.rect(), QColor(theme.panel))
                share = "" if self.progress is None else f" {100 * self.progress:.0f} %"
                empty_state(painter, QRectF(self.rect()), EMPTY + share, theme)
            else:
                image = self._pictures.with_dots(ground, self.dots, self.live, self.begins_at_start)
                painter.drawImage(0, 0, image)
                self._paint_live(painter, ground)
                self._paint_hover(painter, theme)
            paint_note(painter, self.note, QRectF(self.rect()), theme)
            if self.hasFocus() and self.shows_focus:
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def _paint_live(self, painter: QPainter, ground: ReliefGround) -> None:
        trail = ground.to_pixels(draped(ground.relief, self.live))
        paint_draped(painter, trail, ground.is_hidden(trail))
        ball = self.ball()
        if ball is not None and ball.is_inside:
            paint_guides(painter, ground, ball)
        if ball is not None:
            paint_ball_on(painter, ground, ball, QRectF(self.rect()))

    def _paint_hover(self, painter: QPainter, theme: Theme) -> None:
        if self.pointer is None or self._is_moving:
            return
        text = self.hover_text(self.pointer)
        if text:
            paint_beside(painter, self.pointer, [(text, theme.text)], QRectF(self.rect()), theme)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt override: nobody waits for the fine picture."""
        self._rest.stop()
        self._is_moving = False
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        self.redraw()
        self.aspect_changed.emit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in CHANGES:
            self.redraw()
        super().changeEvent(event)
