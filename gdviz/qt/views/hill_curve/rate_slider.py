"""A slider for the learning rate on a logarithmic scale, with the stability limit marked."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStyle, QStyleOptionSlider, QVBoxLayout

from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, LEFT, RIGHT, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter
from gdviz.qt.widgets.ticks import format_number

LOW, HIGH = 0.001, 10.0
PLACES = 400
BAND = 18
"""What the mark and its number take below the slider."""


class RateSlider(ThemedWidget):
    """η from 0.001 to 10.

    Attributes
    ----------
    changed : Signal(float)
        A learning rate from the user; `set_value` does not emit it.
    """

    changed = Signal(float)

    def __init__(self, value: float) -> None:
        super().__init__()
        self._value, self._limit = value, math.nan
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, PLACES)
        self.slider.setPageStep(PLACES // 20)
        self.slider.setAccessibleName("Learning rate η")
        self._number = Label("", 12, 600)
        self._number.setFixedWidth(56)
        self._number.setAlignment(RIGHT)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Label("η", 12, 400, "muted"))
        row.addWidget(self.slider, 1)
        row.addWidget(self._number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, BAND)
        column.addLayout(row)
        self.set_value(value)
        self.slider.valueChanged.connect(self._moved)

    def value(self) -> float:
        """Give the learning rate."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a learning rate; what is outside is cut off."""
        self._value = min(max(value, LOW), HIGH)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(_share(self._value) * PLACES))
        self._say()

    def limit(self) -> float:
        """Give the marked limit, NaN if there is none."""
        return self._limit

    def show_limit(self, limit: float) -> None:
        """Mark a stability limit; NaN or infinity marks none."""
        if limit == self._limit or (math.isnan(limit) and math.isnan(self._limit)):
            return
        self._limit = limit
        self._say()
        self.update()

    def _moved(self, place: int) -> None:  # a slot
        # Three digits: what is shown is what is used.
        self._value = float(f"{LOW * (HIGH / LOW) ** (place / PLACES):.3g}")
        self._say()
        self.changed.emit(self._value)

    def _say(self) -> None:
        text = format_number(self._value)
        if text != self._number.text():
            self._number.setText(text)
        said = f"{text}; stable below {_limit_text(self._limit)}" if self.has_limit else text
        self.slider.setAccessibleDescription(said)
        self.slider.setToolTip(f"Learning rate η = {said}")

    @property
    def has_limit(self) -> bool:
        """Whether there is a limit on the scale."""
        return math.isfinite(self._limit) and LOW <= self._limit <= HIGH

    def _place(self, share: float) -> float:
        """Give where a share of the scale is, as the style places the knob."""
        option = QStyleOptionSlider()
        self.slider.initStyleOption(option)
        knob = self.slider.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self.slider
        )
        room = self.slider.width() - knob.width()
        return self.slider.x() + knob.width() / 2 + share * room

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        top = self.height() - BAND
        if not self.has_limit:
            text = "no stability limit: C″ is not positive here"
            letters(painter, QRectF(0, top, self.width(), BAND), text, font(11), theme.muted)
            return
        x, text = self._place(_share(self._limit)), f"2/C″ = {_limit_text(self._limit)}"
        painter.setPen(QPen(QColor(theme.ball_text), 2))
        painter.drawLine(QPointF(x, top - 6), QPointF(x, top + 3))
        width = text_width(text, font(11)) + 4
        left = min(max(x - width / 2, 0.0), self.width() - width)
        place = QRectF(left, top + 2, width, BAND - 2)
        align = LEFT if left == 0 else CENTER
        letters(painter, place, text, font(11), theme.ball_text, align)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: the mark below the slider."""
        del event
        with smooth_painter(self) as painter:
            self._paint(painter, current_theme())


def _share(value: float) -> float:
    return math.log(value / LOW) / math.log(HIGH / LOW)


def _limit_text(limit: float) -> str:
    return format_number(float(f"{limit:.3g}"))
