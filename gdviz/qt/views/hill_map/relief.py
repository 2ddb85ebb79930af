"""The hill of two variables as a block that can be turned, with every optimizer's path on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QShowEvent

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.hill.cost_function import NamedCost
from gdviz.analysis.hill.formula import Formula
from gdviz.analysis.plane import Plane
from gdviz.analysis.relief import draped
from gdviz.analysis.surface_picture import SurfacePicture, picture_of
from gdviz.qt.fonts import font
from gdviz.qt.painting import outlined
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.surfaces.relief import CostRelief
from gdviz.qt.surfaces.relief_ground import ReliefGround
from gdviz.qt.surfaces.relief_paint import HIDDEN_OPACITY
from gdviz.qt.surfaces.ways_paint import WayLook, paint_draped_way
from gdviz.qt.views.hill_map.colors import scale_of, style_of
from gdviz.qt.views.hill_map.model import MapModel, Range, Reading
from gdviz.qt.views.hill_map.path_paint import paint_body
from gdviz.qt.widgets.ticks import format_figure

POINTS, COARSE_POINTS = 61, 33
"""Along each side of the block, of a formula and of a network; a spline goes through them."""


@dataclass(frozen=True, slots=True)
class BlockKey:
    """What the block depends on."""

    formula: NamedCost
    x_range: Range
    y_range: Range


class HillRelief(CostRelief):
    """A `MapModel` as a block; the map beside it is where the start is moved.

    Parameters
    ----------
    model : MapModel
    """

    def __init__(self, model: MapModel) -> None:
        super().__init__()
        self._model = model
        self._readings: dict[str, Reading] = {}
        self._block_key: BlockKey | None = None
        self.setAccessibleName("Block of the cost over two variables")

    def show_readings(self, readings: dict[str, Reading], said: str) -> None:
        """Show where the optimizers are, the topmost last; `said` is for a screen reader."""
        self._readings = readings
        if self.isVisible():
            self._bring_up_to_date()
        self.setAccessibleDescription(f"{said}. {self.describe()}")
        self.update()

    def hover_text(self, position: QPointF) -> str:
        """Say what the cost is under a point: the function's own, not the spline's."""
        at = self.coordinates_at(position)
        if at is None:
            return ""
        cost = float(self._model.formula.value(np.array([at]))[0])
        return f"cost {format_figure(cost)}   ({at[0]:.3g}, {at[1]:.3g})"

    def _bring_up_to_date(self) -> None:
        model = self._model
        key = BlockKey(model.formula, model.x_range, model.y_range)
        if key != self._block_key:
            self._block_key = key
            picture, self.range = block_of(key)
            self.is_chosen = False
            self.show_picture(picture)

    def _paint_live(self, painter: QPainter, ground: ReliefGround) -> None:
        """Paint paths and balls where the cost surface has its trail."""
        model = self._model
        for key in self._readings:
            style = style_of(key)
            known = model.path(key)
            known = known[np.isfinite(known).all(axis=1)]
            pixels = ground.to_pixels(draped(ground.relief, known))
            look = WayLook(0, key, style.color, style.dash)
            paint_draped_way(painter, pixels, ground.is_hidden(pixels), look)
        start = self._pixel(ground, *model.start)
        if start is not None:
            outlined(painter, start[0] - QPointF(0, 12), "start", font(11, 600))
        for key, reading in self._readings.items():
            found = self._pixel(ground, reading.x, reading.y)
            if found is not None:
                at, is_hidden = found
                painter.setOpacity(HIDDEN_OPACITY if is_hidden else 1.0)
                paint_body(painter, at, style_of(key), is_chosen=key == model.chosen)
                painter.setOpacity(1.0)

    @staticmethod
    def _pixel(ground: ReliefGround, x: float, y: float) -> tuple[QPointF, bool] | None:
        """Give where a point of the surface is seen, and whether a hill is before it."""
        if not (math.isfinite(x) and math.isfinite(y)):
            return None
        pixels = ground.to_pixels(ground.relief.on_surface(np.array([[x, y]])))
        if not np.isfinite(pixels[0, :2]).all():
            return None
        return QPointF(*pixels[0, :2].tolist()), bool(ground.is_hidden(pixels)[0])

    def showEvent(self, event: QShowEvent) -> None:
        """Qt override: nobody paints a block that is not in sight."""
        self._bring_up_to_date()
        super().showEvent(event)


def block_of(key: BlockKey) -> tuple[SurfacePicture, ColorRange]:
    """Give the block of a hill, and the colours of its heights.

    Both are those of the map: what is four decades below the highest is as low as can be.
    """
    count = POINTS if isinstance(key.formula, Formula) else COARSE_POINTS
    x, y = np.linspace(*key.x_range, count), np.linspace(*key.y_range, count)
    across, up = np.meshgrid(x, y)
    cost = key.formula.value(np.column_stack([across.ravel(), up.ravel()]))
    cost = cost.reshape(count, count)
    cost[~np.isfinite(cost)] = np.nan
    scale = scale_of(cost)
    if scale.logarithmic:
        cost = np.maximum(cost, scale.low)
    surface = CostSurface(_plane(key), x, y, cost, np.full_like(cost, np.nan), 0, "", _no_trail())
    limits = ColorRange(locked=False, logarithmic=scale.logarithmic, low=scale.low, high=scale.high)
    return picture_of(surface), limits


def _plane(key: BlockKey) -> Plane:
    """Give the plane of the two variables themselves; another hill is another kind."""
    along_x, along_y = np.eye(2)
    return Plane(np.zeros(2), along_x, along_y, f"hill {key.formula.text}", "x", "y", 0)


def _no_trail() -> npt.NDArray[np.float64]:
    return np.empty((0, 2))
