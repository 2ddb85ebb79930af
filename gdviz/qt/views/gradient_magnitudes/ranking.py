"""The ranking: the components of −∇C that matter most, by name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt import number_text
from gdviz.qt.colors import mix
from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, empty_state, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.parted_picture import PartedPicture, Piece

SUMMARY_HEIGHT, BAR_ROOM, HEAD_HEIGHT = 20, 14, 22
FOOT = 18
MARGIN = 16


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


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand in a panel from `left` to `right`.

    Parameters
    ----------
    left, right : float
    exponent : int
        Of the power of ten that the components are divided by.
    """

    left: float
    right: float
    exponent: int

    def at(self, share: float) -> float:
        """Give the place at a share of the width."""
        return self.left + share * (self.right - self.left)

    @property
    def value_right(self) -> float:
        """Where the values end."""
        return self.at(0.535)

    @property
    def slope_right(self) -> float:
        """Where the components end."""
        return self.at(0.695)

    @property
    def bars_left(self) -> float:
        """Where the room for bars begins."""
        return self.at(0.735)

    @property
    def zero(self) -> float:
        """Where bars begin, to both sides."""
        return (self.bars_left + self.right) / 2


def paint_summary(painter: QPainter, ranking: Ranking, where: QRectF, theme: Theme) -> None:
    """Paint how many weights carry how much, in words and as a bar."""
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


def paint_head(painter: QPainter, top: float, columns: Columns, theme: Theme) -> None:
    """Paint the heads of the columns and the line under them."""
    caption, left = font(11), columns.left
    unit = "" if columns.exponent == 0 else f", {number_text.power_of_ten(columns.exponent)}"
    head = QRectF(left, top, columns.right - left, HEAD_HEIGHT - 4)
    letters(painter, head.adjusted(28, 0, 0, 0), "weight", caption, theme.muted, LEFT)
    for text, edge in (
        ("W", columns.value_right),
        (f"−∇C{unit}", columns.slope_right),
        ("up", columns.right),
    ):
        place = QRectF(left, top, edge - left, head.height())
        letters(painter, place, text, caption, theme.muted, RIGHT)
    letters(painter, head.adjusted(columns.bars_left - left, 0, 0, 0), "down", caption, theme.muted)
    painter.fillRect(QRectF(left, head.bottom() + 2, head.width(), 1), QColor(theme.line))


def paint_row(
    painter: QPainter,
    row: RankedComponent,
    rank: int,
    line: QRectF,
    columns: Columns,
    largest: float,
    theme: Theme,
) -> None:
    """Paint a row; its bar is as long as its component is of the largest."""
    body, left, height = font(12), columns.left, line.height()
    place = QRectF(left, line.top(), 18, height)
    letters(painter, place, str(rank), body, theme.muted, RIGHT)
    letters(painter, line.adjusted(28, 0, 0, 0), row.layer, body, theme.muted)
    letters(painter, line.adjusted(84, 0, 0, 0), row.name, body, theme.text)
    place = QRectF(left, line.top(), columns.value_right - left, height)
    letters(painter, place, number_text.signed(row.value), body, theme.text, RIGHT)
    place = QRectF(left, line.top(), columns.slope_right - left, height)
    scaled = number_text.signed(row.downhill / 10.0**columns.exponent)
    letters(painter, place, scaled, font(12, 600), theme.text, RIGHT)
    if not math.isfinite(row.downhill):
        return
    half = (columns.right - columns.bars_left) / 2
    length = half * abs(row.downhill) / largest
    start = columns.zero if row.downhill >= 0 else columns.zero - length
    color = theme.curve_2 if row.downhill >= 0 else theme.curve_1
    thick = min(8.0, height - 9)
    middle = line.center().y() - thick / 2
    painter.fillRect(QRectF(start, middle, length, thick), QColor(color))


def _fill(painter: QPainter, where: QRectF, color: QColor) -> None:
    painter.fillRect(where, color)


def paint_zero(painter: QPainter, line: QLineF, theme: Theme) -> None:
    """Paint the line from which bars go to both sides."""
    painter.setPen(QPen(QColor(theme.muted), 1))
    painter.drawLine(line)


class RankingTable(QWidget):
    """Rows with a bar each: down to the left in blue, up to the right in orange."""

    def __init__(self) -> None:
        super().__init__()
        self.ranking: Ranking | None = None
        self.source = ""
        self.selected: int | None = None
        self._preparing: PartedPicture | None = None
        self._coming: tuple[Ranking | None, str] = (None, "")
        self._picture: QPixmap | None = None
        self._rows_at: tuple[float, float] = (0.0, 1.0)
        self.setAccessibleName("The ten largest components of the gradient")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 140)

    def show_ranking(self, ranking: Ranking | None, source: str = "") -> None:
        """Show other rows at once; `source` says of what the gradient is."""
        self.ranking, self.source = ranking, source
        self.forget_picture()

    def begin_ranking(self, ranking: Ranking, source: str) -> None:
        """Begin to paint other rows in parts, with `paint_part`; the former ones stay till then."""
        theme = current_theme()
        # Letters need a ground to blend with; the corners, which are round, are left alone.
        inside = QRectF(MARGIN, 0, self.width() - 2 * MARGIN, self.height())
        pieces = chain(
            [lambda painter: painter.fillRect(inside, QColor(theme.panel))],
            self._pieces(ranking, source, theme),
        )
        self._preparing = PartedPicture(self, QColor(Qt.GlobalColor.transparent), pieces)
        self._coming = ranking, source

    def select(self, index: int | None) -> None:
        """Mark the row of a component, by its position in the flat vector."""
        if index != self.selected:
            self.selected = index
            self.forget_picture()

    def paint_part(self) -> bool:
        """Paint some of what was begun; give whether all is, and in sight."""
        if self._preparing is None:
            return True
        if not self._preparing.paint_part():
            return False
        self._picture, self._preparing = self._preparing.pixmap, None
        self.ranking, self.source = self._coming
        self.update()
        return True

    def forget_picture(self) -> None:
        """Paint the rows anew: their size or colours have changed."""
        self._picture = self._preparing = None
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

    def _pieces(self, ranking: Ranking | None, source: str, theme: Theme) -> Iterator[Piece]:
        """Give what there is to be painted, piece by piece."""
        if ranking is None or not ranking.rows:
            text = "The components of −∇C appear here, the largest first. Press Run or Step."
            if ranking is not None:
                text = "The gradient is zero: there is nothing to rank."
            yield partial(empty_state, where=QRectF(self.rect()), text=text, theme=theme)
            return
        where = QRectF(MARGIN, 0, self.width() - 2 * MARGIN, self.height() - FOOT)
        yield partial(paint_summary, ranking=ranking, where=where, theme=theme)
        foot = QRectF(MARGIN, self.height() - 16, self.width() - 2 * MARGIN, 16)
        yield partial(letters, where=foot, text=source, letter_font=font(11), color=theme.muted)
        rows = where.adjusted(0, SUMMARY_HEIGHT + BAR_ROOM, 0, 0)
        yield from self._row_pieces(ranking, rows, theme)

    def _row_pieces(self, ranking: Ranking, where: QRectF, theme: Theme) -> Iterator[Piece]:
        columns = Columns(where.left(), where.right(), ranking.exponent)
        line_y = where.top() + HEAD_HEIGHT - 2
        yield partial(paint_head, top=where.top(), columns=columns, theme=theme)
        top = line_y + 3
        count = max(len(ranking.rows), 1)
        row_height = max(min((where.bottom() - top) / count, 24.0), 17.5)
        sizes = [abs(row.downhill) for row in ranking.rows if math.isfinite(row.downhill)]
        largest = max(sizes, default=0.0) or 1.0
        shown = min(count, int((where.bottom() - top + 2) / row_height))
        self._rows_at = top, row_height
        for k, row in enumerate(ranking.rows[:shown]):
            line = QRectF(where.left(), top + k * row_height, where.width(), row_height)
            if row.index == self.selected:
                ground = QColor(mix(theme.panel, theme.accent, 0.3))
                yield partial(_fill, where=line, color=ground)
            yield partial(
                paint_row, row=row, rank=k + 1, line=line, columns=columns, largest=largest,
                theme=theme,
            )  # fmt: skip
        zero = QLineF(columns.zero, top, columns.zero, top + shown * row_height)
        yield partial(paint_zero, line=zero, theme=theme)

    # Qt's own names

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with QPainter(self) as painter:
            if self._picture is not None:
                painter.drawPixmap(0, 0, self._picture)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for paint in self._pieces(self.ranking, self.source, current_theme()):
                paint(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        self.forget_picture()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.forget_picture()
        super().changeEvent(event)
