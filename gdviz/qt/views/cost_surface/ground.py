"""What lies under the ball: colours, contours, the slice's own trail, axes and colour bar.

Painted once for each slice, size and theme, and kept as a picture. Painted in stages, because
all at once takes longer than a frame has: while training runs, the former slice stays in sight
until the next one's ground is complete.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap

from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.qt import number_text
from gdviz.qt.color_maps import cost_image, sequential_table
from gdviz.qt.fonts import font
from gdviz.qt.painting import BarTick, draw_color_bar, letters, to_image
from gdviz.qt.surfaces.axes_paint import bar_caption, paint_axes
from gdviz.qt.surfaces.ball_paint import paint_arrow, paint_trail
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.ways_paint import WayLook, paint_ways, shown_ways
from gdviz.qt.theme import Theme
from gdviz.qt.views.cost_surface.contour_paint import paint_contours
from gdviz.qt.views.cost_surface.geometry import RIGHT_MARGIN, geometry_of
from gdviz.qt.views.cost_surface.race_paint import paint_race, paint_race_legend
from gdviz.runtime.race import RacePath


class Ground:
    """The picture of one slice under one colour range.

    Only the thread of the window may call. Every stage takes 1 to 3 ms on one core.

    Parameters
    ----------
    picture : SurfacePicture
    limits : ColorRange
        Kept as it is; not changed afterwards by the caller.
    true_cost : float
        The ball's, marked on the colour bar; NaN for none.
    size : (width, height)
        Of the widget, in device-independent pixels.
    ratio : float
        Device pixels per device-independent pixel.
    theme : Theme
    race : tuple of RacePath
        Ways of other optimizers, to be painted beside the trail.
    looks : tuple of WayLook
        How the ways of other branches are drawn; one without a look is not.
    """

    def __init__(
        self,
        picture: SurfacePicture,
        limits: ColorRange,
        true_cost: float,
        size: tuple[int, int],
        ratio: float,
        theme: Theme,
        race: tuple[RacePath, ...] = (),
        looks: tuple[WayLook, ...] = (),
    ) -> None:
        self.picture = picture
        self._limits = limits
        self._true_cost = true_cost
        self._shape = (size, ratio, theme)
        self._race, self._looks = race, looks
        self.geometry = geometry_of(picture.surface, *size)
        self.pixmap = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
        self.pixmap.setDevicePixelRatio(ratio)
        # Opaque, so that it is copied and not blended.
        self.pixmap.fill(QColor(theme.panel))
        self._stages: list[Callable[[QPainter], None]] = [
            self._paint_colors,
            partial(self._paint_lines, rest=0),
            partial(self._paint_lines, rest=1),
            *([self._paint_ways] if looks and picture.ways else []),
            self._paint_trail,
            *([self._paint_race] if race else []),
            self._paint_axes,
            self._paint_bar,
        ]

    def is_of(
        self,
        picture: SurfacePicture,
        limits: ColorRange,
        size: tuple[int, int],
        ratio: float,
        theme: Theme,
        race: tuple[RacePath, ...] = (),
        looks: tuple[WayLook, ...] = (),
    ) -> bool:
        """Whether this is the ground of a slice, in these colours, at this size."""
        same = self.picture is picture and self._limits == limits and self._race is race
        return same and self._shape == (size, ratio, theme) and self._looks == looks

    @property
    def is_complete(self) -> bool:
        """Whether every stage is painted."""
        return not self._stages

    def advance(self) -> None:
        """Paint the next stage, if there is one."""
        if self._stages:
            with QPainter(self.pixmap) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._stages.pop(0)(painter)

    def finish(self) -> None:
        """Paint all that is left."""
        while self._stages:
            self.advance()

    def _clip(self, painter: QPainter) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(self.geometry.where, 4, 4)
        painter.setClipPath(clip)

    def _paint_colors(self, painter: QPainter) -> None:
        fine, limits, where = self.picture.fine, self._limits, self.geometry.where
        colors = cost_image(fine, limits.low, limits.high, limits.is_logarithmic)
        # The outermost values belong to the map's edges, not half a pixel of theirs inside.
        half_x = where.width() / (fine.shape[1] - 1) / 2
        half_y = where.height() / (fine.shape[0] - 1) / 2
        self._clip(painter)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(where.adjusted(-half_x, -half_y, half_x, half_y), to_image(colors[::-1]))

    def _paint_lines(self, painter: QPainter, *, rest: int) -> None:
        """Paint every other level with its number."""
        self._clip(painter)
        contours = self.picture.contours(logarithmic=self._limits.is_logarithmic)
        levels = slice(rest, None, 2)
        paint_contours(painter, contours, levels, self._limits, self.geometry)

    def _paint_ways(self, painter: QPainter) -> None:
        self._clip(painter)
        trail, to_pixels = np.asarray(self.picture.surface.trail), self.geometry.to_pixels
        ball = to_pixels(trail[-1:])[0] if len(trail) else None
        found = shown_ways(self.picture.ways, self._looks)
        paint_ways(painter, found, to_pixels, self.geometry.where, ball)

    def _paint_trail(self, painter: QPainter) -> None:
        self._clip(painter)
        trail = self.geometry.to_pixels(np.asarray(self.picture.surface.trail))
        paint_trail(painter, trail)
        descent = self.picture.descent
        if descent is not None and len(trail) and np.isfinite(trail[-1]).all():
            ends = np.array([[0.0, 0.0], [descent.u, descent.v]])
            start, end = self.geometry.to_pixels(ends)
            paint_arrow(painter, QPointF(*trail[-1]), QPointF(*(end - start)))

    def _paint_race(self, painter: QPainter) -> None:
        self._clip(painter)
        plane = self.picture.surface.plane
        paint_race(painter, self._race, plane, self.geometry)
        paint_race_legend(painter, self._race, plane, self.geometry.where, self._shape[2])

    def _paint_axes(self, painter: QPainter) -> None:
        paint_axes(painter, self.picture.surface, self.geometry.where, self._shape[2])

    def _paint_bar(self, painter: QPainter) -> None:
        theme, limits, where = self._shape[2], self._limits, self.geometry.where
        bar = QRectF(where.right() + 20, where.top(), 12, where.height())
        ticks = [BarTick(limits.position(v), number_text.tick(v)) for v in limits.ticks()]
        marker = None
        if math.isfinite(self._true_cost):
            cost = self._true_cost
            marker = BarTick(limits.position(cost), number_text.cost(cost))
        surface = self.picture.surface
        under = surface.value_at(*surface.trail[-1]) if len(surface.trail) else math.nan
        second = limits.position(under) if math.isfinite(under) else None
        draw_color_bar(painter, bar, sequential_table(), ticks, theme, marker, second)
        small = font(11)
        scale = "log" if limits.is_logarithmic else "linear"
        place = QRectF(bar.left() - 3, where.bottom() + 4, RIGHT_MARGIN - 16, 16)
        for line, text in enumerate(bar_caption(limits.low, limits.high, scale, place.width())):
            letters(painter, place.translated(0, 19 * line), text, small, theme.muted)
