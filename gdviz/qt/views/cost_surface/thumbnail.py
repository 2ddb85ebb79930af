"""One small map of the cost: what it shows, its button, and the colours beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from gdviz.qt import number_text
from gdviz.qt.color_maps import cost_image, sequential_table
from gdviz.qt.keys import ARROWS, ENTER
from gdviz.qt.painting import to_image
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import smooth_painter

POINT_SHARE = 0.03
"""A path that is nowhere longer than this share of the width looks like a point."""


@dataclass(frozen=True, eq=False, slots=True)
class SurfaceThumbnail:
    """A slice of the cost, small.

    Parameters
    ----------
    cost : ndarray of shape (n, n)
        The lowest row of the picture first, as in `gdviz.analysis.cost_surface.CostSurface`.
    title : str
    ball : (x, y)
        Shares of the width from the left and of the height from below, 0 to 1.
    path : ndarray of shape (m, 2)
        The same of each point of the path.
    """

    cost: npt.NDArray[np.floating]
    title: str
    ball: tuple[float, float]
    path: npt.NDArray[np.float64]

    @property
    def path_extent(self) -> float:
        """The longer side of the box around the path, as a share; NaN without a path."""
        known = self.path[np.isfinite(self.path).all(axis=1)]
        return float(np.ptp(known, axis=0).max()) if len(known) else math.nan


def path_words(thumbnails: Sequence[SurfaceThumbnail]) -> str:
    """Say how much of the maps the path takes; nothing without a path."""
    extents = [thumbnail.path_extent for thumbnail in thumbnails]
    extents = [extent for extent in extents if math.isfinite(extent)]
    points = sum(extent < POINT_SHARE for extent in extents)
    if not extents:
        return ""
    if points == len(extents):
        return "there, the path is a point"
    if points:
        return f"in {points} of {len(extents)} the path is a point"
    return f"there, the path spans up to {number_text.percent(max(extents), 0)}"


def paint_ramp(painter: QPainter, where: QRectF) -> None:
    """Paint the colours of costs from the left, low, to the right, high."""
    clip = QPainterPath()
    clip.addRoundedRect(where, 2, 2)
    painter.save()
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(where, to_image(sequential_table()[np.newaxis]))
    painter.restore()


class ThumbnailButton(QAbstractButton):
    """A small map to be clicked.

    Attributes
    ----------
    index : int
    pointed : Signal(int)
        Its index when the pointer or the keyboard comes to it, −1 when it leaves.
    """

    pointed = Signal(int)

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = index
        self._thumbnail: SurfaceThumbnail | None = None
        self._range = ColorRange()
        self._image: QImage | None = None
        self._image_theme: Theme | None = None

    def show_thumbnail(self, thumbnail: SurfaceThumbnail | None, limits: ColorRange) -> None:
        """Show another map; None: an empty square."""
        if thumbnail is not self._thumbnail or limits != self._range:
            self._image = None
        self._thumbnail, self._range = thumbnail, limits
        self.setEnabled(thumbnail is not None)
        words = self.words()
        self.setToolTip(f"{words}: show it large" if words else "")
        self.update()

    def words(self) -> str:
        """Give its title with its lowest and highest cost."""
        if self._thumbnail is None:
            return ""
        known = self._thumbnail.cost[np.isfinite(self._thumbnail.cost)]
        if not known.size:
            return f"{self._thumbnail.title}, no cost known"
        ends = (number_text.cost(float(known.min())), number_text.cost(float(known.max())))
        return f"{self._thumbnail.title}, cost {ends[0]} to {ends[1]}"

    def to_pixels(self, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give positions on the button, shape (m, 2), of shares of width and height."""
        return np.asarray(
            np.column_stack([shares[:, 0] * self.width(), (1 - shares[:, 1]) * self.height()])
        )

    def _picture(self, thumbnail: SurfaceThumbnail, theme: Theme) -> QImage | None:
        """Give the colours, one pixel for each cost; None while there is no range."""
        limits = self._range
        if not (math.isfinite(limits.low) and math.isfinite(limits.high)):
            return None
        if self._image is None or self._image_theme is not theme:
            colors = cost_image(
                thumbnail.cost[::-1], limits.low, limits.high, limits.is_logarithmic, theme
            )
            self._image, self._image_theme = to_image(colors), theme
        return self._image

    def _paint_map(self, painter: QPainter, theme: Theme, where: QRectF) -> None:
        assert self._thumbnail is not None
        image = self._picture(self._thumbnail, theme)
        if image is not None:
            # The outermost costs belong to the edges, not half a pixel of theirs inside.
            half_x = where.width() / max(image.width() - 1, 1) / 2
            half_y = where.height() / max(image.height() - 1, 1) / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(where.adjusted(-half_x, -half_y, half_x, half_y), image)
        path = self._thumbnail.path
        path = self.to_pixels(path[np.isfinite(path).all(axis=1)])
        if len(path) > 1:
            line = pg.functions.arrayToQPolygonF(path[:, 0], path[:, 1])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((QColor(16, 20, 24, 150), 2.5), (QColor("#ffffff"), 1.0)):
                painter.setPen(QPen(color, width))
                painter.drawPolyline(line)
        ball = self.to_pixels(np.array([self._thumbnail.ball]))[0]
        if np.isfinite(ball).all():
            radius = 2.5 if where.width() < 48 else 3.5
            painter.setPen(QPen(QColor(20, 22, 26), 1))
            # On a map, whose colours are the same in every theme, the ball is, too.
            painter.setBrush(QColor("#f4c430"))
            painter.drawEllipse(QPointF(*ball), radius, radius)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, where = current_theme(), QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(where, 3, 3)
        with smooth_painter(self) as painter:
            painter.setClipPath(clip)
            painter.fillRect(where, QColor(theme.well))
            if self._thumbnail is not None:
                self._paint_map(painter, theme, where)
            painter.setClipping(False)
            if self._thumbnail is not None and (self.hasFocus() or self.underMouse()):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                for color, width, inset in (("#101418", 3.0, 1.5), (theme.accent, 2.0, 1.0)):
                    painter.setPen(QPen(QColor(color), width))
                    edge = where.adjusted(inset, inset, -inset, -inset)
                    painter.drawRoundedRect(edge, 3, 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: Enter chooses; arrows are for the widget around it."""
        if Qt.Key(event.key()) in ENTER:
            self.click()
        elif Qt.Key(event.key()) in ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Qt override."""
        super().enterEvent(event)
        self.pointed.emit(self.index)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        super().leaveEvent(event)
        self.pointed.emit(-1)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusInEvent(event)
        self.pointed.emit(self.index)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt override."""
        super().focusOutEvent(event)
        self.pointed.emit(-1)
