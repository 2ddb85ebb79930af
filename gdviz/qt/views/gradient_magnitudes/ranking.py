"""The ranking: the components of −∇C that matter most, by name."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, empty_state, letters, text_width
from gdviz.qt.theme import Theme, current_theme

SUMMARY_HEIGHT, BAR_ROOM, HEAD_HEIGHT = 20, 14, 22
FOOT = 18


@dataclass(frozen=True, slots=True)
class RankedComponent:
    """One row: a weight or bias, its value and the component of −∇C.

    `index` is its position in `Parameters.vector`.
    """

    index: int
    layer: str
    name: str
    value: float
    downhill: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the ranking shows.

    Parameters
    ----------
    rows : tuple of RankedComponent
        The largest components of all weights and biases, largest first.
    carry_half, carry_most : int
        How many weights carry 50 % and 90 % of |∇C|² of the weights.
    n_weights : int
        How many weights there are, biases not counted.
    """

    rows: tuple[RankedComponent, ...]
    carry_half: int
    carry_most: int
    n_weights: int

    @property
    def exponent(self) -> int:
        """Power of ten for the head of the column: numbers there read like 2.524."""
        largest = abs(self.rows[0].downhill) if self.rows else 0.0
        if largest == 0 or not math.isfinite(largest):
            return 0
        return math.floor(math.log10(largest))


class RankingTable(QWidget):
    """Rows with a bar each: down to the left in blue, up to the right in orange."""

    def __init__(self) -> None:
        super().__init__()
        self.ranking: Ranking | None = None
        self.source = ""
        self._rows_at: tuple[float, float] = (0.0, 1.0)
        self.setAccessibleName("The ten largest components of the gradient")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 140)

    def show_ranking(self, ranking: Ranking | None, source: str = "") -> None:
        """Show other rows; `source` says of what the gradient is."""
        self.ranking, self.source = ranking, source
        self.update()

    def describe(self) -> str:
        """Give the rows as sentences, for screen readers."""
        if self.ranking is None:
            return ""
        return "; ".join(
            f"{row.layer} {row.name}: weight {number_text.signed(row.value)}, "
            f"downhill {row.downhill:.3g}"
            for row in self.ranking.rows
        )

    def component_at(self, position: QPointF) -> int | None:
        """Give the position in the flat vector of the row under a point."""
        if self.ranking is None:
            return None
        top, height = self._rows_at
        row = math.floor((position.y() - top) / height)
        if not 0 <= row < len(self.ranking.rows) or position.y() > self.height() - FOOT:
            return None
        return self.ranking.rows[row].index

    def _paint_summary(self, painter: QPainter, where: QRectF, theme: Theme) -> None:
        assert self.ranking is not None
        ranking = self.ranking
        pieces = [
            (number_text.whole(ranking.carry_half), 600),
            (" weights carry half of |∇C|², ", 400),
            (number_text.whole(ranking.carry_most), 600),
            (f" carry 90 %, of {number_text.whole(ranking.n_weights)}", 400),
        ]
        x = where.left()
        for text, weight in pieces:
            letter_font = font(12, weight)
            color = theme.text if weight == 600 else theme.muted
            letters(painter, QRectF(x, where.top(), 400, 16), text, letter_font, color)
            x += text_width(text, letter_font)
        bar = QRectF(where.left(), where.top() + SUMMARY_HEIGHT + 2, where.width(), 5)
        clip = QPainterPath()
        clip.addRoundedRect(bar, 2.5, 2.5)
        painter.fillPath(clip, QColor(theme.line))
        painter.save()
        painter.setClipPath(clip)
        for count, color in (
            (ranking.carry_most, mix(theme.panel, theme.accent, 0.55)),
            (ranking.carry_half, theme.accent),
        ):
            part = QRectF(bar)
            part.setWidth(bar.width() * count / max(ranking.n_weights, 1))
            painter.fillRect(part, QColor(color))
        painter.restore()

    def _paint_rows(self, painter: QPainter, where: QRectF, theme: Theme) -> None:
        assert self.ranking is not None
        ranking = self.ranking
        caption, body, strong = font(11), font(12), font(12, 600)
        left, right = where.left(), where.right()
        bars_left = left + 0.735 * where.width()
        value_right, slope_right = left + 0.535 * where.width(), left + 0.695 * where.width()
        zero = (bars_left + right) / 2
        half = (right - bars_left) / 2
        power = ranking.exponent
        unit = "" if power == 0 else f", {number_text.power_of_ten(power)}"

        head = QRectF(left, where.top(), where.width(), HEAD_HEIGHT - 4)
        letters(painter, head.adjusted(28, 0, 0, 0), "weight", caption, theme.muted, LEFT)
        for text, edge in (("W", value_right), (f"−∇C{unit}", slope_right), ("up", right)):
            place = QRectF(left, head.top(), edge - left, head.height())
            letters(painter, place, text, caption, theme.muted, RIGHT)
        letters(painter, head.adjusted(bars_left - left, 0, 0, 0), "down", caption, theme.muted)
        line_y = head.bottom() + 2
        painter.fillRect(QRectF(left, line_y, where.width(), 1), QColor(theme.line))

        top = line_y + 3
        count = max(len(ranking.rows), 1)
        row_height = max(min((where.bottom() - top) / count, 24.0), 17.5)
        sizes = [abs(row.downhill) for row in ranking.rows if math.isfinite(row.downhill)]
        largest = max(sizes, default=0.0) or 1.0
        shown = min(count, int((where.bottom() - top + 2) / row_height))
        self._rows_at = top, row_height
        for k, row in enumerate(ranking.rows[:shown]):
            line = QRectF(left, top + k * row_height, where.width(), row_height)
            rank = QRectF(left, line.top(), 18, row_height)
            letters(painter, rank, str(k + 1), body, theme.muted, RIGHT)
            letters(painter, line.adjusted(28, 0, 0, 0), row.layer, body, theme.muted)
            letters(painter, line.adjusted(84, 0, 0, 0), row.name, body, theme.text)
            place = QRectF(left, line.top(), value_right - left, row_height)
            letters(painter, place, number_text.signed(row.value), body, theme.text, RIGHT)
            place = QRectF(left, line.top(), slope_right - left, row_height)
            scaled = number_text.signed(row.downhill / 10.0**power)
            letters(painter, place, scaled, strong, theme.text, RIGHT)
            if not math.isfinite(row.downhill):
                continue
            length = half * abs(row.downhill) / largest
            start = zero if row.downhill >= 0 else zero - length
            color = theme.curve_2 if row.downhill >= 0 else theme.curve_1
            thick = min(8.0, row_height - 9)
            middle = line.center().y() - thick / 2
            painter.fillRect(QRectF(start, middle, length, thick), QColor(color))
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QLineF(zero, top, zero, top + shown * row_height))

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.ranking is None or not self.ranking.rows:
                text = "The components of −∇C appear here, the largest first. Press Run or Step."
                if self.ranking is not None:
                    text = "The gradient is zero: there is nothing to rank."
                empty_state(painter, QRectF(self.rect()), text, theme)
            else:
                where = QRectF(16, 0, self.width() - 32, self.height() - FOOT)
                self._paint_summary(painter, where, theme)
                foot = QRectF(16, self.height() - 16, self.width() - 32, 16)
                letters(painter, foot, self.source, font(11), theme.muted)
                self._paint_rows(painter, where.adjusted(0, SUMMARY_HEIGHT + BAR_ROOM, 0, 0), theme)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.update()
        super().changeEvent(event)
