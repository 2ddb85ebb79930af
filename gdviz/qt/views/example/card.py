"""One test image through the network: the digit, what the network says, its ten outputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt import number_text
from gdviz.qt.color_maps import grey_image
from gdviz.qt.fonts import font
from gdviz.qt.painting import (
    CENTER,
    RIGHT,
    draw_pixels,
    empty_state,
    letters,
    pixel_rectangle,
    to_image,
)
from gdviz.qt.theme import Theme, current_theme

TEXT_WIDTH = 252
COST_WIDTH = 236.0


@dataclass(frozen=True, eq=False, slots=True)
class ExampleFigures:
    """What the card shows.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        0 to 1.
    index, label : int
        Row of the test split and what the image is.
    outputs, squared_differences : ndarray of shape (n_out,)
    cost : float
        Of this example.
    cost_title : str
        Name of the cost function.
    adds_to_one : bool
        Whether the outputs are a softmax.
    class_title : callable
        ``class_title(label)`` gives what a class is called.
    """

    image: npt.NDArray[np.floating[Any]]
    index: int
    label: int
    outputs: npt.NDArray[np.floating[Any]]
    squared_differences: npt.NDArray[np.floating[Any]]
    cost: float
    cost_title: str
    adds_to_one: bool
    class_title: Callable[[int], str] = str

    @property
    def says(self) -> int:
        """The index of the largest output."""
        return int(np.argmax(self.outputs))

    @property
    def verdict(self) -> str:
        """One plain sentence, for example ``says 3 at 0.71, it is a 7``."""
        height = f"{float(self.outputs[self.says]):.2f}".replace("-", number_text.MINUS)
        says, label = self.class_title(self.says), self.class_title(self.label)
        if not np.isfinite(self.outputs).all():
            return f"says nothing: its outputs are not finite; it is a {label}"
        if self.says == self.label:
            return f"says {says} at {height}, and it is"
        return f"says {says} at {height}, it is a {label}"

    @property
    def note(self) -> str:
        """What the outputs are, and are not."""
        if self.adds_to_one:
            return "outputs add up to 1 (softmax)"
        total = f"{float(self.outputs.sum()):.2f}".replace("-", number_text.MINUS)
        return f"outputs are not probabilities: sum {total}"


class ExampleCard(QWidget):
    """The picture of an `ExampleFigures`, wide and low."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: ExampleFigures | None = None
        self._image: QImage | None = None
        self.setAccessibleName("A test image and the outputs of the network for it")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(300, 76)

    def show_figures(self, figures: ExampleFigures | None) -> None:
        """Show other figures."""
        before = self.figures
        self.figures = figures
        if before is None or figures is None or before.index != figures.index:
            self._image = None
        self.update()

    def describe(self) -> str:
        """Give the outputs as a sentence, for screen readers."""
        if self.figures is None:
            return ""
        outputs = ", ".join(f"{k}: {value:.2f}" for k, value in enumerate(self.figures.outputs))
        return (
            f"{self.figures.verdict}; outputs {outputs}; cost {number_text.cost(self.figures.cost)}"
        )

    def _paint_digit(self, painter: QPainter) -> float:
        assert self.figures is not None
        pixels = self.figures.image
        if self._image is None:
            self._image = to_image(grey_image(pixels))
        room = QRectF(16, 0, self.height() * 1.5, self.height() - 8)
        height, width = pixels.shape
        where = pixel_rectangle(room, width, height, self.devicePixelRatioF())
        draw_pixels(painter, where, self._image)
        return where.right()

    def _paint_words(
        self, painter: QPainter, where: QRectF, theme: Theme, *, tells_cost: bool
    ) -> None:
        """The verdict and two notes; where there is no column of costs, the cost is one."""
        assert self.figures is not None
        figures = self.figures
        image = f"test image {number_text.whole(figures.index)}, label {figures.label}"
        cost = f"cost of this example {number_text.cost(figures.cost)}"
        lines = [
            (figures.verdict, font(13, 600), theme.text),
            (cost if tells_cost else image, font(11), theme.muted),
            (figures.note, font(11), theme.muted),
        ]
        top = where.top()
        for text, letter_font, color in lines:
            letters(painter, QRectF(where.left(), top, where.width(), 18), text, letter_font, color)
            top += 21 if letter_font.pixelSize() == 13 else 17

    def _paint_outputs(self, painter: QPainter, where: QRectF, theme: Theme) -> None:
        """A column for each output: its bar, its number, and a mark where its target is."""
        assert self.figures is not None
        figures = self.figures
        count = len(figures.outputs)
        pitch = min(where.width() / count, 56.0)
        bars = QRectF(where.left(), where.top() + 16, where.width(), where.height() - 34)
        highest = max(1.0, float(np.nanmax(np.abs(figures.outputs), initial=1.0)))
        caption = QRectF(bars.left() - 68, bars.bottom() - 8, 60, 16)
        letters(painter, caption, "target", font(11), theme.ball_text, RIGHT)
        for k, value in enumerate(figures.outputs.tolist()):
            column = QRectF(where.left() + k * pitch, bars.top(), pitch - 8, bars.height())
            painter.fillRect(column, QColor(theme.hairline))
            share = min(max(value / highest, 0.0), 1.0) if math.isfinite(value) else 0.0
            filled = QRectF(column)
            filled.setTop(column.bottom() - share * column.height())
            chosen = k == figures.says
            painter.fillRect(filled, QColor(theme.curve_1 if chosen else theme.muted))
            target = 1.0 if k == figures.label else 0.0
            y = column.bottom() - target / highest * column.height()
            painter.fillRect(
                QRectF(column.left() - 2, y - 1, column.width() + 4, 2), QColor(theme.ball)
            )
            weight = 600 if chosen else 400
            color = theme.text if chosen or k == figures.label else theme.muted
            place = QRectF(column.left() - 4, where.top() - 2, column.width() + 8, 16)
            text = f"{value:.2f}".replace("-", number_text.MINUS)
            letters(painter, place, text, font(11, weight), color, CENTER)
            place = QRectF(column.left() - 4, bars.bottom() + 3, column.width() + 8, 16)
            weight = 600 if k == figures.label else 400
            letters(painter, place, str(k), font(12, weight), color, CENTER)

    def _paint_cost(self, painter: QPainter, where: QRectF, theme: Theme) -> None:
        assert self.figures is not None
        figures = self.figures
        squares = float(figures.squared_differences.sum())
        worst = int(np.argmax(figures.squared_differences))
        rows = [
            ("cost of this example", number_text.cost(figures.cost), theme.text),
            ("Σ (output − target)²", number_text.cost(squares), theme.text),
            (
                f"of it, output {worst}",
                number_text.cost(float(figures.squared_differences[worst])),
                theme.text,
            ),
        ]
        for k, (caption, value, color) in enumerate(rows[: max(int(where.height() / 18), 1)]):
            line = QRectF(where.left(), where.top() + 18 * k, where.width(), 18)
            letters(painter, line, caption, font(11), theme.muted)
            letters(painter, line, value, font(12, 600), color, RIGHT)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            if self.figures is None:
                text = "One test image and what the network says about it appear here."
                empty_state(painter, QRectF(self.rect()), text, theme)
            else:
                right = self._paint_digit(painter)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                height = self.height() - 8
                words = QRectF(right + 20, 2, TEXT_WIDTH, height)
                left = words.right() + 60
                cost_left = self.width() - 16.0 - COST_WIDTH
                has_room = cost_left - left >= 230
                self._paint_words(painter, words, theme, tells_cost=not has_room)
                if not has_room:
                    cost_left = self.width() - 8.0
                else:
                    self._paint_cost(painter, QRectF(cost_left, 0, COST_WIDTH, height), theme)
                bars = QRectF(left, 2, cost_left - left - 24, height)
                if bars.width() > 180:
                    self._paint_outputs(painter, bars, theme)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.update()
        super().changeEvent(event)
