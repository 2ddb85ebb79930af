"""What is painted on the ruler besides its colours: the sum, names, marks and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gdviz.analysis.parameter_strip import Segment
from gdviz.nn.parameters import Layout
from gdviz.qt import number_text
from gdviz.qt.fonts import font
from gdviz.qt.painting import CENTER, elided, letters, text_width
from gdviz.qt.theme import Theme
from gdviz.qt.views.ruler.words import total_text

if TYPE_CHECKING:
    from gdviz.qt.views.ruler.face import Rooms

_SMALL = 11


def sum_spans(found: Sequence[Segment]) -> list[tuple[float, float]]:
    """Give where the numbers of the sum stand, from left to right."""
    spans, x = [], 0.0
    plus = text_width(" + ", font(_SMALL))
    for segment in found:
        wide = text_width(number_text.whole(segment.size), font(_SMALL, 600))
        spans.append((x, x + wide))
        x += wide + plus
    return spans


def paint_sum(
    painter: QPainter,
    rooms: Rooms,
    found: Sequence[Segment],
    layout: Layout,
    share: float,
    theme: Theme,
) -> None:
    """Write the sum of all layers, and a tick on the whole strip where each begins."""
    spans, line = sum_spans(found), rooms.sum
    for k, (segment, (left, right)) in enumerate(zip(found, spans, strict=True)):
        place = QRectF(left, line.top(), right - left + 2, line.height())
        size = number_text.whole(segment.size)
        letters(painter, place, size, font(_SMALL, 600), theme.text)
        is_last = k + 1 == len(found)
        sign = f" {total_text(layout)}" if is_last else " + "
        place = QRectF(right, line.top(), 120, line.height())
        letters(painter, place, sign, font(_SMALL), theme.muted)
        x = segment.start * share
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QLineF(x, rooms.whole.top() - 3, x, rooms.whole.bottom()))


def paint_window(
    painter: QPainter, rooms: Rooms, window: tuple[float, float], theme: Theme
) -> None:
    """Mark on the whole strip what is in sight, and lead from there to the part."""
    left, right = window
    frame = QRectF(left, rooms.whole.top() - 1, max(right - left, 2.0), rooms.whole.height() + 2)
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)


def paint_names(
    painter: QPainter,
    rooms: Rooms,
    found: Sequence[Segment],
    x_of: Callable[[float], float],
    theme: Theme,
) -> None:
    """Name the segments in sight where they stand, as far as there is room, and divide them."""
    small, width = font(_SMALL), rooms.names.width()
    for segment in found:
        left, right = max(x_of(segment.start), 0.0), min(x_of(segment.stop), width)
        if right <= 0 or left >= width:
            continue
        if left > 0:
            painter.setPen(QPen(QColor(theme.muted), 1))
            line = QLineF(left, rooms.names.top() + 2, left, rooms.profile.bottom())
            painter.drawLine(line)
        text = f"{segment.title}, {number_text.whole(segment.size)}"
        if right - left > 30:
            place = QRectF(left + 4, rooms.names.top(), right - left - 6, rooms.names.height())
            text = elided(text, small, place.width())
            letters(painter, place, text, small, theme.muted)


def paint_zero(painter: QPainter, where: QRectF, zero: float, theme: Theme) -> None:
    """Paint the line of 0 in the profile."""
    y = min(where.top() + zero, where.bottom() - 0.5)
    painter.setPen(QPen(QColor(theme.muted), 1))
    painter.drawLine(QLineF(where.left(), y, where.right(), y))


def paint_mark(painter: QPainter, rooms: Rooms, left: float, right: float, color: str) -> None:
    """Frame one component in the part in sight; a narrow one gets a line."""
    where = QRectF(left, rooms.part.top(), right - left, rooms.part.height())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(color), 1.5))
    if where.width() < 3:
        x = where.center().x()
        painter.drawLine(QLineF(x, rooms.part.top() - 3, x, rooms.profile.bottom()))
    else:
        painter.drawRect(where.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_number(painter: QPainter, cell: QRectF, texts: Sequence[str], color: str) -> None:
    """Write the first of some texts that has room in a cell, or none."""
    letter_font = font(_SMALL, 600)
    for text in texts:
        if text_width(text, letter_font) + 4 <= cell.width():
            letters(painter, cell, text, letter_font, color, CENTER)
            return


def paint_legend(
    painter: QPainter,
    where: QRectF,
    ends: tuple[str, str],
    picture: Callable[[QRectF], None],
    note: str,
    theme: Theme,
) -> None:
    """Paint a bar of the colours between the numbers of its ends, and a note at its right."""
    small, (low, high) = font(_SMALL), ends
    x = where.left()
    wide = text_width(low, small)
    letters(painter, QRectF(x, where.top(), wide + 2, where.height()), low, small, theme.muted)
    bar = QRectF(x + wide + 6, where.center().y() - 4, 72, 8)
    picture(bar)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    x = bar.right() + 6
    wide = text_width(high, small)
    letters(painter, QRectF(x, where.top(), wide + 2, where.height()), high, small, theme.muted)
    rest = QRectF(x + wide + 12, where.top(), where.right() - x - wide - 12, where.height())
    letters(painter, rest, elided(note, small, rest.width()), small, theme.muted)
