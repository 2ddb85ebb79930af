"""The largest curvature against 2/η: whether a step of gradient descent is stable."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gdviz.analysis.stability import Stability, limit_formula
from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.cost_surface.sentence import Sentence
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter

LOWEST, HIGHEST = 0.01, 10.0
"""Ends of the bar, in λ over the limit."""
NOT_YET = "not computed yet"
HEAD, BAR, TICKS, ROW = 18, 10, 17, 16

_RIGHT = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class CurvatureReading:
    """What the gauge shows.

    Parameters
    ----------
    stability : Stability
        The largest curvature against what the learning rate can bear.
    n_examples : int
        On so many.
    sentence : str
        What it means, in words.
    """

    stability: Stability
    n_examples: int
    sentence: str = ""

    @property
    def largest(self) -> float:
        """Largest second derivative of the cost along any direction of length 1."""
        return self.stability.eigenvalue

    @property
    def limit(self) -> float:
        """From where on a step is unstable; NaN for an optimizer without such a limit."""
        return self.stability.limit

    @property
    def ratio(self) -> float:
        """λ over the limit: above 1 a step is too long along this direction."""
        return self.stability.ratio

    @property
    def is_unstable(self) -> bool:
        """Whether a step overshoots farther than it came; False if not known."""
        return self.ratio > 1

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.largest <= 0:
            return "no limit"
        if not limit_formula(self.stability.optimizer):
            return "no one limit"
        if math.isnan(self.ratio):
            return "not known"
        return "unstable" if self.is_unstable else "stable"


def position(ratio: float) -> float:
    """Give where λ over the limit stands on the bar, 0 left to 1 right, clipped; 0 for NaN."""
    if not ratio > LOWEST:
        return 0.0
    return min(math.log(ratio / LOWEST) / math.log(HIGHEST / LOWEST), 1.0)


def rows_of(reading: CurvatureReading | None) -> list[tuple[str, str]]:
    """Give the numbers below the bar with their captions."""
    if reading is None:
        return [("λ max", number_text.NOT_KNOWN), ("limit 2/η", number_text.NOT_KNOWN)]
    limit = "∞" if math.isinf(reading.limit) else number_text.cost(reading.limit)
    formula = limit_formula(reading.stability.optimizer)
    return [("λ max", number_text.cost(reading.largest)), (f"limit {formula}".strip(), limit)]


def describe(reading: CurvatureReading | None) -> str:
    """Say in words and numbers what the gauge shows, for a screen reader."""
    if reading is None:
        return NOT_YET
    numbers = ", ".join(f"{caption} {value}" for caption, value in rows_of(reading))
    examples = f"on {number_text.whole(reading.n_examples)} images"
    return f"{reading.state}: {numbers}, {examples}. {reading.sentence}".strip()


class GaugeFace(ThemedWidget):
    """Title, state, bar and numbers, painted: they change many times while a run goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: CurvatureReading | None = None
        self.setFixedHeight(HEAD + BAR + TICKS + 3 * ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_reading(self, reading: CurvatureReading | None) -> None:
        """Show other numbers."""
        self._reading = reading
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(128, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, reading, wide = current_theme(), self._reading, float(self.width())
        with smooth_painter(self) as painter:
            head = QRectF(0, 0, wide, HEAD - 2)
            paint_text(painter, head, "Curvature", theme.text, 12, 600)
            state = number_text.NOT_KNOWN if reading is None else reading.state
            paint_text(painter, head, state, theme.text, 12, 600, _RIGHT)
            self._paint_bar(painter, theme, QRectF(0, HEAD, wide, BAR))
            self._paint_ticks(painter, theme, QRectF(0, HEAD + BAR, wide, TICKS - 3))
            top = HEAD + BAR + TICKS
            for k, (caption, value) in enumerate(rows_of(reading)):
                row = QRectF(0, top + k * ROW, wide, ROW)
                paint_text(painter, row, caption, theme.muted, 11)
                paint_text(painter, row, value, theme.text, 12, 600, _RIGHT)
            words = NOT_YET
            if reading is not None:
                words = f"on {number_text.whole(reading.n_examples)} images"
            row = QRectF(0, top + 2 * ROW, wide, ROW)
            paint_text(painter, row, words, theme.muted, 11)

    def _paint_bar(self, painter: QPainter, theme: Theme, where: QRectF) -> None:
        """Paint the bar: filled up to the mark, hatched beyond it."""
        groove = QRectF(where.left(), where.center().y() - 2, where.width(), 4)
        outline = QPainterPath()
        outline.addRoundedRect(groove, 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(outline, QColor(theme.groove))
        share = 0.0 if self._reading is None else position(self._reading.ratio)
        at, end = position(1.0) * groove.width(), share * groove.width()
        painter.save()
        painter.setClipPath(outline)
        within = QRectF(groove.left(), groove.top(), min(at, end), 4)
        painter.fillRect(within, QColor(theme.accent))
        if end > at:
            beyond = QRectF(groove.left() + at, groove.top(), end - at, 4)
            painter.fillRect(beyond, QColor(mix(theme.panel, theme.error, 0.35)))
            painter.fillRect(beyond, QBrush(QColor(theme.error), Qt.BrushStyle.BDiagPattern))
        painter.restore()
        if self._reading is not None and math.isnan(self._reading.limit):
            return
        x = round(groove.left() + at)
        painter.fillRect(QRectF(x - 1, where.top() + 1, 3, 10), QColor(theme.panel))
        painter.fillRect(QRectF(x, where.top() + 1, 1, 10), QColor(theme.text))

    @staticmethod
    def _paint_ticks(painter: QPainter, theme: Theme, where: QRectF) -> None:
        """Name the ends of the bar and its mark."""
        paint_text(painter, where, f"{LOWEST:g}", theme.muted, 11)
        paint_text(painter, where, f"{HIGHEST:g}", theme.muted, 11, 400, _RIGHT)
        mark = QRectF(where.left() + position(1.0) * where.width() - 30, where.top(), 60, 15)
        paint_text(painter, mark, "limit", theme.muted, 11, 400, Qt.AlignmentFlag.AlignHCenter)


class CurvatureGauge(QWidget):
    """The gauge, the sentence given to it, and a button that asks for the slice.

    Only the thread of the window may call.

    Attributes
    ----------
    slice_asked : Signal()
        The user wants to see the slice along the direction of the largest curvature.
    """

    slice_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading: CurvatureReading | None = None
        self.face = GaugeFace()
        self.sentence = Sentence(2)
        self.button = QPushButton("Show slice")
        self.button.setFont(font(12, 500))
        self.button.setFixedHeight(22)
        self.button.setToolTip("Show the cost along the direction of the largest curvature")
        self.button.setAccessibleName("Show the slice along the largest curvature")
        self.button.clicked.connect(self._asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.face)
        column.addWidget(self.sentence)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Largest curvature against the stability limit")
        self.show_reading(None)

    @property
    def short_height(self) -> int:
        """How high it is without its words, for whoever hides them."""
        return self.face.height() + 4 + self.button.height()

    def show_reading(self, reading: CurvatureReading | None) -> None:
        """Show other numbers; None: nothing is computed yet."""
        self.reading = reading
        self.face.show_reading(reading)
        unstable = reading is not None and reading.is_unstable
        self.setToolTip("" if reading is None else reading.sentence)
        self.sentence.set_text("" if reading is None else reading.sentence, emphasised=unstable)
        self.button.setEnabled(reading is not None and math.isfinite(reading.largest))
        self.setAccessibleDescription(describe(reading))

    def show_problem(self, text: str) -> None:
        """Say why there are no numbers; an empty text takes it back."""
        if text:
            self.show_reading(None)
            self.sentence.set_text(f"No curvature: {text}")
            self.setToolTip(f"No curvature: {text}")

    def _asked(self) -> None:
        self.slice_asked.emit()
