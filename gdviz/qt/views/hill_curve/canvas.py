"""The hill of one variable: curve, balls, tangent, next step, and the axis with its basins.

The curve and the axis are painted once and kept as a picture; a step paints the balls alone.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.hill_curve import ball_paint, ground_paint
from gdviz.qt.views.hill_curve.places import Places
from gdviz.qt.views.hill_curve.scene import Scene
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

KEYS = {
    Qt.Key.Key_Space: "run",
    Qt.Key.Key_Period: "step",
    Qt.Key.Key_Comma: "back",
    Qt.Key.Key_Home: "restart",
    Qt.Key.Key_Delete: "clear",
}
FINE, COARSE = 0.005, 0.05
"""Shares of the axis that an arrow key moves the cursor, with Shift and without."""


class CurveCanvas(ThemedWidget):
    """Paints a `Scene`; a click or Enter drops a ball.

    Attributes
    ----------
    dropped : Signal(float)
        w of a ball that the user wants.
    asked : Signal(str)
        What a key means: ``run``, ``step``, ``back``, ``restart``, ``clear``.
    """

    dropped = Signal(float)
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.scene: Scene | None = None
        self._ground: QPixmap | None = None
        self.cursor_w = math.nan
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Cost over one variable")
        self.setToolTip(
            "Click to drop a ball. Keys: left and right move the cursor, Enter drops a ball, "
            "Space runs, full stop and comma step, Delete clears"
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 160)

    def show_scene(self, scene: Scene, said: str) -> None:
        """Show another scene, and what a screen reader says of it."""
        before, self.scene = self.scene, scene
        if (
            before is None
            or scene.w is not before.w
            or scene.cost is not before.cost
            or scene.valleys is not before.valleys
        ):
            self._ground = None
        self.setAccessibleDescription(said)
        self.update()

    def places(self) -> Places:
        """Give where costs are on the widget."""
        assert self.scene is not None
        reach = (float(self.scene.w[0]), float(self.scene.w[-1]))
        return Places(self.width(), self.height(), reach, self.scene.heights)

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        scene = self.scene
        if scene is None:
            return
        places = self.places()
        if self._ground is None:
            self._ground = self._painted_ground(scene, places, theme)
        painter.drawPixmap(QPointF(0, 0), self._ground)
        with_cursor = self.hasFocus() and math.isfinite(self.cursor_w)
        painter.save()
        painter.setClipRect(places.room.adjusted(0, -4, 0, 0))
        if with_cursor:
            ball_paint.paint_cursor(painter, places, self.cursor_w, theme)
        ball_paint.paint_trails(painter, scene, places, theme)
        if not scene.hides_slope:
            ball_paint.paint_tangent(painter, scene, places, theme)
        ball_paint.paint_balls(painter, scene, places, theme)
        painter.restore()

    def _painted_ground(self, scene: Scene, places: Places, theme: Theme) -> QPixmap:
        ratio = self.devicePixelRatioF()
        ground = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        with QPainter(ground) as painter:
            painter.setRenderHints(
                QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
            )
            ground_paint.paint_axes(painter, places, theme)
            ground_paint.paint_curve(painter, scene, places, theme)
            ground_paint.paint_basins(painter, scene, places, theme)
        return ground

    def _moved_cursor(self, direction: int, share: float) -> None:
        scene = self.scene
        assert scene is not None
        low, high = float(scene.w[0]), float(scene.w[-1])
        at = self.cursor_w if math.isfinite(self.cursor_w) else (low + high) / 2
        self.cursor_w = float(np.clip(at + direction * share * (high - low), low, high))
        self.setAccessibleDescription(f"Cursor at w = {self.cursor_w:.3f}")
        self.update()

    # Qt's own names

    def theme_changed(self, theme: Theme) -> None:
        """Paint the ground anew."""
        self._ground = None
        super().theme_changed(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        self._ground = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            self._paint(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override: a ball is dropped."""
        if event.button() != Qt.MouseButton.LeftButton or self.scene is None:
            super().mousePressEvent(event)
            return
        places = self.places()
        if places.room.left() <= event.position().x() <= places.room.right():
            self.cursor_w = places.w_at(event.position().x())
            self.dropped.emit(self.cursor_w)

    def event(self, event: QEvent) -> bool:
        """Qt override: these keys are for the balls, not for the training run."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        key = Qt.Key(event.key())
        directions = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self.scene is None:
            super().keyPressEvent(event)
        elif key in directions:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._moved_cursor(directions[key], FINE if is_fine else COARSE)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and math.isfinite(self.cursor_w):
            self.dropped.emit(self.cursor_w)
        elif key in KEYS:
            self.asked.emit(KEYS[key])
        else:
            super().keyPressEvent(event)
