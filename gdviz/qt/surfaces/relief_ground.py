"""What lies under the ball in three dimensions: the block, the slice's own trail, axes, colour bar.

Like `ground` for the map: painted once for each slice, camera, size and theme, in parts, and kept
as a picture, over which the ball is painted in each frame.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gdviz.analysis.relief import Relief, draped
from gdviz.analysis.relief_camera import Camera, Projection, Room
from gdviz.analysis.relief_drawing import Drawing, Look
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt import number_text
from gdviz.qt.color_maps import sequential_table
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import BarTick, draw_color_bar, letters, text_width
from gdviz.qt.surfaces.axes_paint import bar_caption, unit_words
from gdviz.qt.surfaces.ball_paint import CELL
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.relief_axes import paint_relief_axes
from gdviz.qt.surfaces.relief_paint import paint_draped
from gdviz.qt.surfaces.ways_paint import (
    WayLook,
    paint_draped_way,
    paint_ends,
    shown_ways,
)
from gdviz.qt.theme import Theme

LEFT, TOP, RIGHT, BOTTOM = 22, 28, 84, 24
"""Free beside the block: for numbers at its foot, captions above, the colour bar at its right."""
BAR_LEFT = 68
"""From the colour bar's left edge to that of the widget, as on the map."""
LONGEST_BAR = 190
COARSE_STRIDE = 2
"""While the camera moves every other point of the fine grid is drawn."""
MOST_SAMPLES = 12_000_000
"""Pixels of a picture before means are taken; a larger one is not smoothed: it has small pixels."""
FINE_CELL, COARSE_CELL = CELL, 5.0
"""Points of the trail that are no farther apart in pixels are one."""
SLOW_PIXELS = 2
"""Without compiled loops a pixel of the moving picture is so many pixels wide and high."""
SLOW_STRIDE = 4


class Key(NamedTuple):
    """What a ground is the picture of."""

    picture: SurfacePicture
    limits: ColorRange
    size: tuple[int, int]
    ratio: float
    theme: Theme
    camera: Camera
    looks: tuple[WayLook, ...] = ()

    def is_same(self, other: Key | None) -> bool:
        """Whether both are of the very same slice, colours, size, theme and camera."""
        return other is not None and self.picture is other.picture and self[1:] == other[1:]

    def has_same_relief(self, other: Key) -> bool:
        """Whether both are of the same slice and colours: heights and tones are the same."""
        return self.picture is other.picture and self.limits == other.limits


def relief_of(picture: SurfacePicture, limits: ColorRange) -> Relief:
    """Give the relief of a slice under a range of colours."""
    surface = picture.surface
    return Relief(
        picture.fine,
        (float(surface.u[0]), float(surface.u[-1])),
        (float(surface.v[0]), float(surface.v[-1])),
        limits.low,
        limits.high,
        logarithmic=limits.is_logarithmic,
    )


def room_for(size: tuple[int, int]) -> QRectF:
    """Give what a widget of a size has free for the block, in device-independent pixels."""
    width, height = size
    return QRectF(LEFT, TOP, max(width - LEFT - RIGHT, 40), max(height - TOP - BOTTOM, 40))


def look_of(theme: Theme) -> Look:
    """Give the colours of a block on a panel."""
    share = {"dark": 0.26, "light": 0.34}.get(theme.name, 0.35)
    return Look(
        sequential_table()[:, 2::-1],
        _bgr(theme.panel),
        _bgr(mix(theme.panel, "#5f7f96", share)),
        ((255, 255, 255), (34, 42, 44)),
        contour_opacity=0.75 if theme.name == "high_contrast" else 0.45,
        mesh_opacity=0.2 if theme.name == "high_contrast" else 0.1,
    )


class ReliefGround:
    """The picture of one relief from one side.

    Only the thread of the window may call.

    Parameters
    ----------
    key : Key
    relief : Relief
        Of its slice and colours.
    true_cost : float
        The ball's, marked on the colour bar; NaN for none.
    is_fine : bool
        False while the camera moves: fewer points, and no smoothing.
    """

    def __init__(self, key: Key, relief: Relief, true_cost: float, *, is_fine: bool) -> None:
        self.key, self.relief, self.true_cost, self.is_fine = key, relief, true_cost, is_fine
        self._drawing = self._new_drawing()
        self.projection = self._projection(1.0)
        self.image = QImage()
        """What is painted; the whole when `is_complete`."""
        self._stages = [self._paint_ways, self._paint_trail, self._paint_axes, self._paint_bar]

    @property
    def is_complete(self) -> bool:
        """Whether every part is painted."""
        return not self._stages

    def _new_drawing(self) -> Drawing:
        key, ratio = self.key, self.key.ratio
        if self.is_fine:
            width, height = key.size
            smooth = width * height * (2 * ratio) ** 2 <= MOST_SAMPLES
            return self._drawing_at(ratio, 1, smooth=smooth)
        made = self._drawing_at(ratio, COARSE_STRIDE, smooth=False)
        if made.is_compiled:
            return made
        return self._drawing_at(ratio / SLOW_PIXELS, SLOW_STRIDE, smooth=False)

    def _drawing_at(self, ratio: float, stride: int, *, smooth: bool) -> Drawing:
        """Give a drawing in pixels that are so many to a device-independent one."""
        key = self.key
        contours = key.picture.contours(logarithmic=key.limits.is_logarithmic)
        width, height = key.size
        return Drawing(
            self.relief,
            self._projection(ratio),
            look_of(key.theme),
            (max(round(width * ratio), 1), max(round(height * ratio), 1)),
            levels=[level for level, found in contours.lines if found],
            line_width=max(ratio, 1.0),
            stride=stride,
            smooth=smooth,
        )

    def _projection(self, ratio: float) -> Projection:
        where = room_for(self.key.size)
        left, top = ratio * where.left(), ratio * where.top()
        room = Room(left, top, ratio * where.width(), ratio * where.height())
        return Projection(self.key.camera, self.relief.box.halves, room)

    def advance(self) -> None:
        """Paint the next part, a few milliseconds of work."""
        if not self._drawing.is_complete:
            self._drawing.advance()
            return
        if self.image.isNull():
            self._start()
        with QPainter(self.image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._stages.pop(0)(painter)

    def finish(self) -> None:
        """Paint all that is left."""
        while not self.is_complete:
            self.advance()

    def to_pixels(self, places: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Give where places (n, 3) in the box are on the widget, and their depths: (n, 3)."""
        return self.projection.to_pixels(places)

    def is_hidden(self, pixels: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
        """Say of points (n, 3), given as `to_pixels` does, whether the relief is before them."""
        scaled = pixels * (*self._scale(), 1.0)
        return self._drawing.is_hidden(scaled)

    def place_at(self, x: float, y: float) -> tuple[float, float] | None:
        """Give u and v of the surface at a point of the widget, or None beside it."""
        across, down = self._scale()
        return self._drawing.place_at(x * across, y * down)

    def _scale(self) -> tuple[float, float]:
        """Pixels of the drawing to a device-independent one."""
        width, height = self.key.size
        return self._drawing.size[0] / width, self._drawing.size[1] / height

    def _start(self) -> None:
        """Take the drawing as the picture: enlarged if it has fewer pixels than the widget."""
        colors, key = self._drawing.canvas.colors, self.key
        height, width = colors.shape[:2]
        # The image keeps no hold of the array: the drawing does.
        image = QImage(colors.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        wanted = QSize(*(max(round(key.ratio * n), 1) for n in key.size))
        if image.size() != wanted:
            image = image.scaled(wanted, mode=Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(key.ratio)
        self.image = image

    def _paint_trail(self, painter: QPainter) -> None:
        trail = draped(self.relief, np.asarray(self.key.picture.surface.trail))
        pixels = self.to_pixels(trail)
        cell = FINE_CELL if self.is_fine else COARSE_CELL
        paint_draped(painter, pixels, self.is_hidden(pixels), cell)

    def _paint_ways(self, painter: QPainter) -> None:
        ends = []
        for way, look in shown_ways(self.key.picture.ways, self.key.looks):
            pixels = self.to_pixels(draped(self.relief, np.asarray(way.points)))
            hidden = self.is_hidden(pixels)
            paint_draped_way(painter, pixels, hidden, look)
            if len(pixels) and np.isfinite(pixels[-1, :2]).all() and not hidden[-1]:
                ends.append((pixels[-1, :2], way, look))
        paint_ends(painter, ends, QRectF(0, 0, *self.key.size), None)

    def _paint_axes(self, painter: QPainter) -> None:
        plane = self.key.picture.surface.plane
        paint_relief_axes(
            painter, self.projection, self.relief.box, (plane.label_u, plane.label_v),
            QRectF(0, 0, *self.key.size), self.key.theme,
        )  # fmt: skip
        self._paint_captions(painter)

    def _paint_captions(self, painter: QPainter) -> None:
        small, width = font(11), self.key.size[0] - RIGHT - 8
        scale = "log" if self.key.limits.is_logarithmic else "linear"
        what = f"height and colour: cost, {scale}"
        unit = unit_words(self.key.picture.surface.plane, ("1st axis", "2nd axis"))
        texts = [f"{what}; {unit}", what]
        text = next((text for text in texts if text_width(text, small) < width), what)
        place = QRectF(8, 4, width, 16)
        self._paint_backing(painter, QRectF(2, 2, text_width(text, small) + 12, 20))
        letters(painter, place, text, small, self.key.theme.muted)

    def _paint_backing(self, painter: QPainter, where: QRectF) -> None:
        """Dim what lies under letters, if the block may be there."""
        if self.key.camera.zoom > 1:
            ground = QColor(self.key.theme.panel)
            ground.setAlpha(215)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(where, 6, 6)

    def _paint_bar(self, painter: QPainter) -> None:
        theme, limits, (width, height) = self.key.theme, self.key.limits, self.key.size
        bar = QRectF(width - BAR_LEFT, 8, 12, min(max(0.45 * height, 60), LONGEST_BAR))
        self._paint_backing(painter, QRectF(bar.left() - 8, 0, 76, bar.height() + 52))
        ticks = [BarTick(limits.position(v), number_text.tick(v)) for v in limits.ticks()]
        marker = None
        if math.isfinite(self.true_cost):
            at = limits.position(self.true_cost)
            marker = BarTick(at, number_text.cost(self.true_cost))
        draw_color_bar(painter, bar, sequential_table(), _apart(ticks, bar.height()), theme, marker)
        scale = "log" if limits.is_logarithmic else "linear"
        place = QRectF(bar.left() - 3, bar.bottom() + 6, BAR_LEFT, 16)
        for line, text in enumerate(bar_caption(limits.low, limits.high, scale, place.width())):
            letters(painter, place.translated(0, 17 * line), text, font(11), theme.muted)


def _apart(ticks: list[BarTick], height: float) -> list[BarTick]:
    """Leave out labels that would touch the one before."""
    kept: list[BarTick] = []
    for tick in ticks:
        if not kept or (tick.position - kept[-1].position) * height >= 14:
            kept.append(tick)
    return kept


def _bgr(color: str) -> tuple[int, int, int]:
    """Give blue, green and red, 0 to 255, of ``#rrggbb``: the order of Qt's own pixels."""
    return int(color[5:7], 16), int(color[3:5], 16), int(color[1:3], 16)
