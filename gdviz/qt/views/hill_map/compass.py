"""All directions from one point: the true cost around it, and what the gradient says of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, empty_state, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.hill_map.path_paint import paint_arrow
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter
from gdviz.qt.widgets.ticks import format_figure

CAPTION = 34.0
SWING = 0.62
"""How far the curve leaves its circle at most, as a share of the circle's radius."""
KEY_STEP, FINE_KEY_STEP = 15, 1
ARROWS = {
    Qt.Key.Key_Left: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Right: -1,
    Qt.Key.Key_Down: -1,
}


@dataclass(frozen=True, eq=False, slots=True)
class Around:
    """What is painted.

    Parameters
    ----------
    angles : ndarray of shape (n,)
        Radians counter-clockwise from the x axis, once around.
    changes : ndarray of shape (n,)
        C at the distance `radius` in that direction, less C at the point.
    gradient : (float, float)
    radius : float
    """

    angles: npt.NDArray[np.float64]
    changes: npt.NDArray[np.float64]
    gradient: tuple[float, float]
    radius: float

    def law(self, angle: float) -> float:
        """Give the change that the gradient predicts: radius · |∇C| · cos of the angle to ∇C."""
        gx, gy = self.gradient
        return self.radius * (gx * math.cos(angle) + gy * math.sin(angle))

    def change_at(self, angle: float) -> float:
        """Give the true change in a direction."""
        turn = 2 * math.pi
        return float(np.interp(angle % turn, self.angles, self.changes, period=turn))


class Compass(ThemedWidget):
    """A polar curve with the cosine law; a click or the arrow keys choose a direction.

    Attributes
    ----------
    degrees : int
        The chosen direction, counter-clockwise from the x axis.
    chosen : Signal(int)
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.around: Around | None = None
        self.degrees = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Compass: the cost in all directions")
        self.setToolTip("Click a direction, or turn it with the arrow keys, with Shift finely")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(150, 150)

    def show_around(self, around: Around | None) -> None:
        """Show other costs; None if there are none."""
        self.around = around
        self._say()
        self.update()

    def choose(self, degrees: int) -> None:
        """Choose a direction."""
        self.degrees = degrees % 360
        self._say()
        self.update()
        self.chosen.emit(self.degrees)

    def reading(self) -> tuple[str, str]:
        """Tell the chosen direction: where it goes, and what the cost does there."""
        if self.around is None:
            return ("", "")
        angle = math.radians(self.degrees)
        true, law = self.around.change_at(angle), self.around.law(angle)
        return (
            f"{self.degrees}°, {format_figure(self.around.radius)} far: C {_signed(true)}",
            f"r |∇C| cos θ says {_signed(law)}",
        )

    def _say(self) -> None:
        self.setAccessibleDescription("; ".join(self.reading()))

    def _circle(self) -> tuple[QPointF, float]:
        """Give the middle and the radius of the circle on which the cost is that of the point."""
        height = self.height() - CAPTION
        room = min(self.width(), height) / 2 - 6
        return QPointF(self.width() / 2, height / 2), room / (1 + SWING)

    def _ring(
        self, angles: npt.NDArray[np.float64], changes: npt.NDArray[np.float64], most: float
    ) -> QPolygonF:
        middle, radius = self._circle()
        out = radius * (1 + SWING * changes / most)
        x, y = middle.x() + out * np.cos(angles), middle.y() - out * np.sin(angles)
        points = zip(x.tolist(), y.tolist(), strict=True)
        return QPolygonF([QPointF(*xy) for xy in points if math.isfinite(sum(xy))])

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        around = self.around
        if around is None:
            empty_state(painter, QRectF(self.rect()), "No cost is known around here.", theme)
            return
        middle, radius = self._circle()
        law = np.array([around.law(angle) for angle in around.angles.tolist()])
        known = around.changes[np.isfinite(around.changes)]
        most = float(np.abs(np.concatenate([known, law])).max(initial=0.0)) or 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.base_line), 1))
        painter.drawEllipse(middle, radius, radius)
        for k in range(4):
            edge = QPointF(math.cos(k * math.pi / 2), math.sin(k * math.pi / 2)) * radius
            painter.drawLine(middle, middle + edge)
        painter.setPen(QPen(QColor(theme.curve_2), 1.5, Qt.PenStyle.DashLine))
        painter.drawPolygon(self._ring(around.angles, law, most))
        painter.setPen(QPen(QColor(theme.text), 2))
        painter.drawPolygon(self._ring(around.angles, around.changes, most))
        angle = math.radians(self.degrees)
        end = QPointF(math.cos(angle), -math.sin(angle)) * radius * (1 + SWING)
        painter.setPen(QPen(QColor(theme.accent), 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(middle, middle + end)
        slope = math.hypot(*around.gradient)
        if slope > 0:
            along = QPointF(around.gradient[0], -around.gradient[1]) / slope * radius * 0.8
            paint_arrow(painter, middle, along, theme.curve_2)
            paint_arrow(painter, middle, -along, theme.accent)
            for text, color, sign in (("∇C", theme.curve_2, 1.75), ("−∇C", theme.accent, -1.75)):
                at = middle + along * sign
                side = QRectF(at.x() - 20, at.y() - 8, 40, 16)
                letters(painter, side, text, font(11, 600), color, CENTER)
        first, second = self.reading()
        line = QRectF(0, self.height() - CAPTION, self.width(), CAPTION / 2)
        letters(painter, line, first, font(11), theme.text, CENTER)
        letters(painter, line.translated(0, CAPTION / 2), second, font(11), theme.curve_2, CENTER)
        letters(painter, QRectF(0, 0, 120, 14), "C in all directions", font(11), theme.muted, LEFT)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            self._paint(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._point_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        self._point_at(event.position())

    def _point_at(self, position: QPointF) -> None:
        from_middle = position - self._circle()[0]
        if from_middle.manhattanLength() > 3:
            self.choose(round(math.degrees(math.atan2(-from_middle.y(), from_middle.x()))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        direction = ARROWS.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.choose(self.degrees + direction * (FINE_KEY_STEP if is_fine else KEY_STEP))


def _signed(value: float) -> str:
    return f"+{format_figure(value)}" if value > 0 else format_figure(value)
