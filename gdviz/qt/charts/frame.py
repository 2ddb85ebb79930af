"""Where title, legend, field, numbers and note of a chart stand, for a width."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from gdviz.qt.charts.axes import Axes
from gdviz.qt.charts.plotted import Picture
from gdviz.qt.fonts import text_width

FIELD = 196
"""Usual height of the field in pixels."""
TITLE, LEGEND, CAPTION, NUMBERS, NOTE = 18, 18, 18, 18, 15
NAME = 13
"""Height of a line of a category's name."""
GAP = 4
SAMPLE = 22
BETWEEN = 16
MOST_LEGEND_ROWS = 3
MOST_NOTE_LINES = 3
LEAST_LEFT, RIGHT = 24.0, 12.0


@dataclass(frozen=True, slots=True)
class LegendPlace:
    """Where an entry of the legend stands; `series` is None for the words about hidden ones."""

    series: int | None
    left: float
    top: float
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class ChartFrame:
    """Everything around a field, in pixels."""

    width: float
    height: float
    title: tuple[str, ...]
    legend: tuple[LegendPlace, ...]
    caption_top: float
    field: QRectF
    names: tuple[tuple[str, ...], ...]
    """Of the categories, in lines; none where x is a number."""
    x_caption_top: float
    note: tuple[str, ...]
    note_top: float


def frame_of(picture: Picture, axes: Axes, width: float, field_height: float = FIELD) -> ChartFrame:
    """Give where everything stands in a width."""
    chart = picture.chart
    title = wrapped(chart.title, width, 12, 600)[:2]
    top = float(TITLE * len(title))
    legend = _legend(picture, width, top + 2)
    if legend:
        top = max(place.top for place in legend) + LEGEND
    top += GAP
    caption_top = top
    top += CAPTION
    widest = max((text_width(text, 11) for _, text in axes.y.ticks), default=0.0)
    left = max(widest + 8, LEAST_LEFT)
    field = QRectF(left, top, max(width - left - RIGHT, 40.0), field_height)
    room = field.width() / max(len(chart.categories), 1) - 6
    names = tuple(wrapped(name, room, 11)[:2] for name in chart.categories)
    n_lines = max((len(lines) for lines in names), default=1)
    x_caption_top = field.bottom() + NUMBERS + NAME * (n_lines - 1)
    note_top = x_caption_top + (CAPTION if chart.x_label else 0) + GAP
    note = wrapped(chart.note, width, 11)[:MOST_NOTE_LINES] if chart.note else ()
    height = note_top + NOTE * len(note)
    return ChartFrame(
        width, height, title, legend, caption_top, field, names, x_caption_top, note, note_top
    )


def _legend(picture: Picture, width: float, top: float) -> tuple[LegendPlace, ...]:
    """Give the entries in rows; of too many the first ones and how many more there are."""
    if len(picture.lines) == 1 and not picture.lines[0].label:
        return ()
    places: list[LegendPlace] = []
    left, row = 0.0, 0
    for k, line in enumerate(picture.lines):
        room = SAMPLE + 6 + text_width(line.label, 11) + BETWEEN
        if left and left + room - BETWEEN > width:
            left, row = 0.0, row + 1
        if row == MOST_LEGEND_ROWS - 1 and k < len(picture.lines) - 1:
            more = f"+{len(picture.lines) - k} more"
            following = room + text_width(more, 11)
            if left + following > width:
                places.append(LegendPlace(None, left, top + LEGEND * row, more))
                break
        places.append(LegendPlace(k, left, top + LEGEND * row, line.label))
        left += room
    return tuple(places)


def wrapped(text: str, width: float, size_px: int, weight: int = 400) -> tuple[str, ...]:
    """Give a text in lines that are no wider than a width, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size_px, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)
