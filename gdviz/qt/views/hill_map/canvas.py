"""The map of a hill of two variables, with all optimizers on it; the start is dragged.

Costs and contours are painted once and kept as a picture; a step paints paths and balls alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.hill.cost_function import NamedCost
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.hill_map import ground_paint, path_paint
from gdviz.qt.views.hill_map.colors import style_of
from gdviz.qt.views.hill_map.model import MapModel, Reading
from gdviz.qt.views.hill_map.places import MapPlaces
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

KEYS = {
    Qt.Key.Key_Space: "run",
    Qt.Key.Key_Period: "step",
    Qt.Key.Key_Comma: "back",
    Qt.Key.Key_Home: "restart",
}
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
FINE_PX, COARSE_PX = 2.0, 12.0
"""How far an arrow key moves the start, with Shift and without."""


@dataclass(frozen=True, slots=True)
class GroundKey:
    """What the kept picture depends on."""

    formula: NamedCost
    places: MapPlaces
    theme: str
    ratio: float


class MapCanvas(ThemedWidget):
    """Paints a `MapModel`.

    Attributes
    ----------
    start_moved : Signal(float, float)
        Where the user wants the start.
    asked : Signal(str)
        What a key means: ``run``, ``step``, ``back``, ``restart``.
    """

    start_moved = Signal(float, float)
    asked = Signal(str)

    def __init__(self, model: MapModel) -> None:
        super().__init__()
        self._model = model
        self._readings: dict[str, Reading] = {}
        self._ground: QPixmap | None = None
        self._ground_key: GroundKey | None = None
        self._is_dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of the cost over two variables")
        self.setToolTip(
            "Click or drag to move the start. Keys: arrows move it, with Shift finely, Space "
            "runs, full stop and comma step"
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)

    def show_readings(self, readings: dict[str, Reading], said: str) -> None:
        """Show where the optimizers are, the topmost last; `said` is for a screen reader."""
        self._readings = readings
        self.setAccessibleDescription(said)
        self.update()

    def places(self) -> MapPlaces:
        """Give where points are on the widget."""
        model = self._model
        return MapPlaces(self.width(), self.height(), model.x_range, model.y_range)

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        places, model = self.places(), self._model
        painter.drawPixmap(QPointF(0, 0), self._kept_ground(places, theme))
        painter.save()
        painter.setClipRect(places.room)
        path_paint.paint_minima(painter, model.minima, places)
        for key in self._readings:
            path_paint.paint_path(painter, model.path(key), style_of(key), places)
        path_paint.paint_start(painter, model.start, places)
        for key, reading in self._readings.items():
            is_chosen = key == model.chosen
            path_paint.paint_ball(painter, reading, style_of(key), places, is_chosen)
        painter.restore()

    def _kept_ground(self, places: MapPlaces, theme: Theme) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = GroundKey(self._model.formula, places, theme.name, ratio)
        if self._ground is None or self._ground_key != key:
            ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            ground.setDevicePixelRatio(ratio)
            ground.fill(Qt.GlobalColor.transparent)
            hints = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
            with QPainter(ground) as painter:
                painter.setRenderHints(hints)
                ground_paint.paint_ground(painter, self._model.formula, places, theme)
            self._ground, self._ground_key = ground, key
        return self._ground

    def _drag_to(self, position: QPointF) -> None:
        x, y = self.places().point_at(position)
        # As many digits as a pixel tells.
        self.start_moved.emit(float(f"{x:.3g}"), float(f"{y:.3g}"))

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            self._paint(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        self._ground = None
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override: the start goes there."""
        inside = self.places().room.contains(event.position())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self._is_dragged = True
            self._drag_to(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if self._is_dragged:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        del event
        self._is_dragged = False

    def event(self, event: QEvent) -> bool:
        """Qt override: these keys are for the hill, not for the training run."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            by = (FINE_PX if is_fine else COARSE_PX) / self.places().pixels_per_unit
            (x, y), (right, up) = self._model.start, ARROWS[key]
            self.start_moved.emit(float(f"{x + right * by:.4g}"), float(f"{y + up * by:.4g}"))
        elif key in KEYS:
            self.asked.emit(KEYS[key])
        else:
            super().keyPressEvent(event)
