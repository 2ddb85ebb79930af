"""The activation curve: where the neuron is for this example and for many; the bias is dragged."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy

from gdviz.analysis.inspection.neuron_bench import ReachOfCurve
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, RIGHT, letters
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter
from gdviz.qt.widgets.ticks import linear_ticks

LEFT_ROOM, RIGHT_ROOM = 34.0, 8.0
TOP_ROOM, TICKS_ROOM, HISTOGRAM_ROOM = 6.0, 16.0, 24.0
N_BINS = 60
GRIP = 14.0
"""How near to the dot a drag may begin."""
KEY_STEP, LARGE_KEY_STEP = 0.1, 1.0


@dataclass(frozen=True, eq=False, slots=True)
class CurveFigures:
    """What is painted.

    Parameters
    ----------
    reach : ReachOfCurve
        Of z, from the left edge to the right one.
    curve : ndarray of shape (n,), or None
        Activations at places evenly spread over the reach; None if there is no curve.
    weighted_input, activation : float or None
        Of the example.
    bias : float
    others : ndarray of shape (n,), or None
        z of many images.
    """

    reach: ReachOfCurve
    curve: npt.NDArray[np.float64] | None
    weighted_input: float | None
    activation: float | None
    bias: float
    others: npt.NDArray[np.float32] | None

    @property
    def has_dot(self) -> bool:
        """Whether the example has a place on the curve."""
        numbers = (self.weighted_input, self.activation, self.bias)
        return all(number is not None and math.isfinite(number) for number in numbers)

    def heights(self) -> tuple[float, float]:
        """Give the range of activations that is painted: 0, the curve, and the example."""
        known = [0.0]
        if self.curve is not None:
            known.extend(self.curve[np.isfinite(self.curve)].tolist())
        if self.activation is not None and math.isfinite(self.activation):
            known.append(self.activation)
        low, high = min(known), max(known)
        # Nearly all of a sigmoid or a tanh is as good as all.
        low, high = -1.0 if -1 <= low < -0.9 else low, 1.0 if 0.9 < high <= 1 else high
        return (low, high) if high > low else (low, low + 1)


class ActivationCurve(ThemedWidget):
    """A curve with the example's dot, which drags the bias, and the z of many images below.

    Attributes
    ----------
    bias_changed : Signal(float, bool)
        A bias that the user wants, and whether the drag or key press that leads to it is new.
    """

    bias_changed = Signal(float, bool)

    def __init__(self) -> None:
        super().__init__()
        self.figures: CurveFigures | None = None
        self._grip: tuple[float, float] | None = None
        self._is_new = True
        self._heights = (0.0, 1.0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Drag the dot, or press the left or right arrow, to change the bias")
        self.setAccessibleName("Activation curve; left and right arrow change the bias")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 84)

    def show_figures(self, figures: CurveFigures | None) -> None:
        """Show other figures; the range of z stays while the bias is dragged."""
        if figures is not None and self._grip is not None and self.figures is not None:
            figures = CurveFigures(
                self.figures.reach,
                self.figures.curve,
                figures.weighted_input,
                figures.activation,
                figures.bias,
                figures.others,
            )
        self.figures = figures
        self._heights = (0.0, 1.0) if figures is None else figures.heights()
        self.update()

    @property
    def is_dragged(self) -> bool:
        """Whether the bias is being dragged."""
        return self._grip is not None

    def room(self) -> QRectF:
        """Give where the curve is painted."""
        return QRectF(
            LEFT_ROOM,
            TOP_ROOM,
            self.width() - LEFT_ROOM - RIGHT_ROOM,
            self.height() - TOP_ROOM - TICKS_ROOM - HISTOGRAM_ROOM,
        )

    def dot(self) -> QPointF | None:
        """Give where the example is on the curve; None if it is not known."""
        figures = self.figures
        if figures is None or not figures.has_dot:
            return None
        assert figures.weighted_input is not None
        assert figures.activation is not None
        share = min(max(figures.reach.share(figures.weighted_input), 0.0), 1.0)
        return self._place(share, figures.activation)

    def _place(self, share: float, activation: float) -> QPointF:
        room, (low, high) = self.room(), self._heights
        height = (activation - low) / (high - low)
        return QPointF(room.left() + share * room.width(), room.bottom() - height * room.height())

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        assert self.figures is not None
        figures, room, small = self.figures, self.room(), font(11)
        for value, text in linear_ticks(*self._heights, 3):
            y = self._place(0, value).y()
            painter.setPen(QPen(QColor(theme.hairline), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            place = QRectF(0, y - 8, LEFT_ROOM - 6, 16)
            letters(painter, place, text, small, theme.muted, RIGHT)
        for value, text in linear_ticks(figures.reach.low, figures.reach.high, 7):
            x = room.left() + figures.reach.share(value) * room.width()
            place = QRectF(x - 24, room.bottom() + 2, 48, 14)
            letters(painter, place, text, small, theme.muted, CENTER)
        letters(painter, QRectF(0, room.bottom() + 2, 20, 14), "z", small, theme.muted, LEFT)

    def _paint_caption(self, painter: QPainter, theme: Theme) -> None:
        assert self.figures is not None
        if self.figures.others is not None:
            place = QRectF(self.room().left() + 4, 0, 200, 16)
            text = f"bars: z of {len(self.figures.others):,} test images"
            letters(painter, place, text, font(11), theme.muted, LEFT)

    def _paint_histogram(self, painter: QPainter, theme: Theme) -> None:
        """Paint how often each z comes, downwards from the axis; what is beyond is at the ends."""
        assert self.figures is not None
        figures, room = self.figures, self.room()
        if figures.others is None:
            return
        finite = figures.others[np.isfinite(figures.others)]
        reach = (figures.reach.low, figures.reach.high)
        counts, _ = np.histogram(np.clip(finite, *reach), N_BINS, reach)
        top, width = room.bottom() + TICKS_ROOM + 2, room.width() / N_BINS
        highest = max(int(counts.max()), 1)
        color = QColor(mix(theme.panel, theme.muted, 0.7))
        for row in np.flatnonzero(counts).tolist():
            height = max(float(counts[row]) / highest * (HISTOGRAM_ROOM - 4), 1.0)
            bar = QRectF(room.left() + row * width, top, max(width - 1, 1), height)
            painter.fillRect(bar, color)

    def _paint_curve(self, painter: QPainter, theme: Theme) -> None:
        assert self.figures is not None
        curve, room = self.figures.curve, self.room()
        if curve is None:
            text = "A softmax has a curve only for an example that it takes."
            letters(painter, room, text, font(11), theme.muted, CENTER)
            return
        low, high = self._heights
        xs = np.linspace(room.left(), room.right(), len(curve))
        ys = room.bottom() - (curve - low) / (high - low) * room.height()
        known = np.isfinite(ys)
        places = zip(xs[known].tolist(), ys[known].tolist(), strict=True)
        points = [QPointF(x, y) for x, y in places]
        painter.setPen(QPen(QColor(theme.curve_1), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))

    def _paint_dot(self, painter: QPainter, theme: Theme) -> None:
        where = self.dot()
        if where is None:
            return
        foot = QPointF(where.x(), self.room().bottom())
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(where, foot)
        ring = QPainterPath()
        ring.addEllipse(where, 6.5, 6.5)
        painter.fillPath(ring, QColor(theme.panel))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(where, 5, 5)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            if self.figures is None:
                return
            self._paint_axes(painter, theme)
            self._paint_caption(painter, theme)
            self._paint_histogram(painter, theme)
            self._paint_curve(painter, theme)
            self._paint_dot(painter, theme)
            if self.hasFocus():
                paint_focus_ring(painter, QRectF(self.rect()), theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_grip(event.position()):
            assert self.figures is not None
            self._grip = (event.position().x(), self.figures.bias)
            self._is_new = True

    def _is_grip(self, position: QPointF) -> bool:
        where = self.dot()
        return where is not None and (position - where).manhattanLength() <= GRIP

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        if self._grip is None or self.figures is None:
            near = self._is_grip(event.position())
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
            return
        start, bias = self._grip
        reach = self.figures.reach
        moved = (event.position().x() - start) / self.room().width() * (reach.high - reach.low)
        self.bias_changed.emit(float(f"{bias + moved:.4g}"), self._is_new)
        self._is_new = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt override."""
        del event
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        directions = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        direction = directions.get(Qt.Key(event.key()))
        figures = self.figures
        if direction is None or figures is None or not math.isfinite(figures.bias):
            super().keyPressEvent(event)
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = LARGE_KEY_STEP if shift else KEY_STEP
        bias = float(f"{figures.bias + direction * step:.4g}")
        self.bias_changed.emit(bias, not event.isAutoRepeat())
