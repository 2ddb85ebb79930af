"""Accuracy over the strength of one disturbance; a drag or the arrow keys choose a strength."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.analysis.inspection.fragility import DisturbanceCurve
from gdviz.analysis.interval import wilson_intervals
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.keys import keeps_keys
from gdviz.qt.painting import CENTER, RIGHT, elided, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

CAPTION = 18.0
LEFT = 42.0
BELOW = 15.0


class StrengthCurve(ThemedWidget):
    """A curve of accuracies with its 95 % band, and a line at the example's strength.

    Parameters
    ----------
    name, explanation : str
        The accessible name and the tool tip.
    strengths : tuple of float
        Those that can be chosen, rising.
    ticks : sequence of (float, str)
    color : str
        The theme's name of the curve's colour.

    Attributes
    ----------
    chosen : Signal(float)
    """

    chosen = Signal(float)

    def __init__(
        self,
        name: str,
        explanation: str,
        strengths: tuple[float, ...],
        ticks: tuple[tuple[float, str], ...],
        color: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._strengths, self._ticks, self._color = strengths, ticks, color
        self.curve: DisturbanceCurve | None = None
        self.strength = 0.0
        self.caption = name
        self._still: QPixmap | None = None
        self.setAccessibleName(name)
        self.setToolTip(explanation)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 96)

    def show_curve(self, curve: DisturbanceCurve | None) -> None:
        """Show other accuracies."""
        if curve is not self.curve:
            self.curve, self._still = curve, None
            self.update()

    def set_strength(self, strength: float) -> None:
        """Show how strongly the example is disturbed."""
        if strength != self.strength:
            self.strength = strength
            self.update()

    def theme_changed(self, theme: Theme) -> None:
        """Take over a theme."""
        self._still = None
        super().theme_changed(theme)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(170, 130)

    @property
    def where(self) -> QRectF:
        """Where the curve is."""
        return QRectF(
            LEFT,
            CAPTION + 4,
            max(self.width() - LEFT - 8, 1),
            max(self.height() - CAPTION - 4 - BELOW, 1),
        )

    def strength_at(self, x: float) -> float:
        """Give the strength that can be chosen next to a place."""
        low, high = self._strengths[0], self._strengths[-1]
        wanted = low + (x - self.where.left()) / self.where.width() * (high - low)
        return min(self._strengths, key=lambda strength: abs(strength - wanted))

    def _x(self, strength: float) -> float:
        low, high = self._strengths[0], self._strengths[-1]
        return self.where.left() + (strength - low) / (high - low) * self.where.width()

    def _y(self, share: float) -> float:
        return self.where.bottom() - share * self.where.height()

    # --- painting -------------------------------------------------------------------------

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        where, small = self.where, font(11)
        for share, text in ((0.0, "0"), (0.5, "50"), (1.0, "100 %")):
            y = round(self._y(share)) - 0.5
            painter.setPen(QPen(QColor(theme.base_line if share == 0 else theme.hairline), 1))
            painter.drawLine(QPointF(where.left(), y), QPointF(where.right(), y))
            place = QRectF(0, self._y(share) - 8, LEFT - 7, 16)
            letters(painter, place, text, small, theme.muted, RIGHT)
        for strength, text in self._ticks:
            x = min(self._x(strength), self.width() - 14.0)
            place = QRectF(x - 24, where.bottom() + 1, 48, BELOW)
            letters(painter, place, text, small, theme.muted, CENTER)

    def _paint_curve(self, painter: QPainter, theme: Theme) -> None:
        assert self.curve is not None
        color = getattr(theme, self._color)
        total = np.full(len(self.curve.strengths), self.curve.n_images)
        low, high = wilson_intervals(self.curve.correct, total)
        upper = [QPointF(self._x(s), self._y(h)) for s, h in self._points(high)]
        lower = [QPointF(self._x(s), self._y(value)) for s, value in self._points(low)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(theme.panel, color, 0.3)))
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setPen(QPen(QColor(color), 2))
        shares = self._points(self.curve.shares)
        painter.drawPolyline(QPolygonF([QPointF(self._x(s), self._y(v)) for s, v in shares]))

    def _points(self, values: np.ndarray) -> list[tuple[float, float]]:
        assert self.curve is not None
        return list(zip(self.curve.strengths, values.tolist(), strict=True))

    def _still_picture(self, theme: Theme) -> QPixmap:
        """Give all but the strength's line: it stays while the example is dragged."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._still is None or self._still.size() != size:
            self._still = QPixmap(size)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            with QPainter(self._still) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                caption = elided(self.caption, font(11), self.width())
                room = QRectF(0, 0, self.width(), 16)
                letters(painter, room, caption, font(11), theme.muted)
                self._paint_axes(painter, theme)
                if self.curve is not None:
                    self._paint_curve(painter, theme)
        return self._still

    def _paint_strength(self, painter: QPainter, theme: Theme) -> None:
        x = self._x(self.strength)
        painter.setPen(QPen(QColor(theme.text), 1))
        painter.drawLine(QPointF(x, self.where.top()), QPointF(x, self.where.bottom()))
        if self.curve is not None:
            share = float(self.curve.shares[self.curve.nearest(self.strength)])
            painter.setBrush(QColor(theme.panel))
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawEllipse(QPointF(x, self._y(share)), 3.5, 3.5)

    # Qt's own names

    def event(self, event: QEvent) -> bool:
        """Qt override: the arrows come before the window's keys."""
        keys = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home}
        return keeps_keys(event, keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            place = self._strengths.index(self.strength_at(self._x(self.strength))) + step
            self.chosen.emit(self._strengths[min(max(place, 0), len(self._strengths) - 1)])
        elif event.key() == Qt.Key.Key_Home:
            self.chosen.emit(0.0)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def _choose(self, x: float) -> None:
        strength = self.strength_at(x)
        if strength != self.strength:
            self.chosen.emit(strength)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        del event
        self.chosen.emit(0.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.drawPixmap(0, 0, self._still_picture(theme))
            self._paint_strength(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, self.where.adjusted(-2, -2, 2, 2), theme, 2.0)
