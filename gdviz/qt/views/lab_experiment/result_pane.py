"""A result, or two beside each other: verdicts, charts, images and tables, brought up in parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdviz.experiments.result import Chart, ImageRow, Result, Table
from gdviz.qt.charts.axes import axes_of
from gdviz.qt.charts.chart import ChartWidget
from gdviz.qt.charts.plotted import Picture, overlaid, picture_of
from gdviz.qt.lab.result_table import ResultTable
from gdviz.qt.views.lab_experiment.verdicts import Verdicts
from gdviz.qt.widgets.image_strip import ImageStrip
from gdviz.qt.widgets.labels import Label

TILE = 56
BESIDE, OVER = "beside", "over"
"""How the charts of two results stand."""


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """A result as it is shown.

    Parameters
    ----------
    title : str
        Empty where there is only one.
    name : str
        Short, for a legend.
    result : Result
    came_true : str
    """

    title: str
    name: str
    result: Result
    came_true: str = ""


class _Row(QWidget):
    """Widgets beside each other, at the top."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[QWidget] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(24)

    def take(self, count: int, make: Callable[[], QWidget]) -> list[QWidget]:
        """Give so many widgets; those that there are stay."""
        while len(self.parts) > count:
            part = self.parts.pop()
            self._line.removeWidget(part)
            part.deleteLater()
        while len(self.parts) < count:
            part = make()
            self.parts.append(part)
            self._line.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        return self.parts


class ResultPane(QWidget):
    """Shows results; each call of `go_on` brings up one part, so that no frame is long."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, _Row] = {}
        self._todo: list[Callable[[], None]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(20)

    @property
    def is_complete(self) -> bool:
        """Whether all of it is in sight."""
        return not self._todo

    @property
    def charts(self) -> list[ChartWidget]:
        """All charts in sight, from the top."""
        parts = [part for row in self._rows.values() for part in row.parts]
        return [part for part in parts if isinstance(part, ChartWidget)]

    def begin(self, columns: Sequence[Column], way: str) -> None:
        """Show one or two results, or none."""
        self._todo = []
        kept = ["verdicts"] if columns else []
        if columns:
            self._todo.append(partial(self._show_verdicts, tuple(columns)))
        for key in _keys([column.result.charts for column in columns]):
            kept.append(f"chart {key}")
            found = [
                (column, chart)
                for column in columns
                for chart in column.result.charts
                if chart.key == key
            ]
            self._todo.append(partial(self._show_charts, key, found, way))
        for key in _keys([column.result.images for column in columns]):
            kept.append(f"images {key}")
            rows = [row for column in columns for row in column.result.images if row.key == key]
            self._todo.append(partial(self._show_images, key, rows))
        for key in _keys([column.result.tables for column in columns]):
            kept.append(f"table {key}")
            tables = [one for column in columns for one in column.result.tables if one.key == key]
            self._todo.append(partial(self._show_tables, key, tables))
        for key in [key for key in self._rows if key not in kept]:
            row = self._rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._order = kept

    def go_on(self) -> None:
        """Bring up the next part."""
        if self._todo:
            self._todo.pop(0)()

    def _row(self, key: str) -> _Row:
        if key not in self._rows:
            self._rows[key] = _Row()
            before = [k for k in self._order[: self._order.index(key)] if k in self._rows]
            self._column.insertWidget(len(before), self._rows[key])
        return self._rows[key]

    def _show_verdicts(self, columns: tuple[Column, ...]) -> None:
        for column, part in zip(
            columns, self._row("verdicts").take(len(columns), Verdicts), strict=True
        ):
            if isinstance(part, Verdicts):
                part.show_claims(column.title, column.result.claims, column.came_true)

    def _show_charts(self, key: str, found: list[tuple[Column, Chart]], way: str) -> None:
        pictures: list[Picture]
        if way == OVER and len(found) > 1:
            charts, names = [chart for _, chart in found], [column.name for column, _ in found]
            pictures = [overlaid(charts, names)]
        else:
            pictures = [picture_of(chart) for _, chart in found]
        axes = axes_of(pictures)
        parts = self._row(f"chart {key}").take(len(pictures), ChartWidget)
        for picture, part in zip(pictures, parts, strict=True):
            if isinstance(part, ChartWidget):
                part.show_picture(picture, axes)

    def _show_images(self, key: str, rows: list[ImageRow]) -> None:
        for row, part in zip(
            rows, self._row(f"images {key}").take(len(rows), _Images), strict=True
        ):
            if isinstance(part, _Images):
                part.show_row(row)

    def _show_tables(self, key: str, tables: list[Table]) -> None:
        parts = self._row(f"table {key}").take(len(tables), ResultTable)
        for table, part in zip(tables, parts, strict=True):
            if isinstance(part, ResultTable):
                part.show_table(table)


class _Images(QWidget):
    """A row of images with its title."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Label("", 12, 600)
        self.strip = ImageStrip("Images", TILE, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.strip)

    def show_row(self, row: ImageRow) -> None:
        """Show other images."""
        self.title.setText(row.title)
        self.strip.setAccessibleName(row.title)
        pictures = [np.asarray(image, np.float64) for image in row.images]
        captions = [_two_lines(caption) for caption in row.captions]
        self.strip.show_items(range(len(pictures)), pictures.__getitem__, captions.__getitem__, row)
        rows = 1 if len(pictures) <= self.strip.n_columns else 2
        self.strip.setFixedHeight(self.strip.row_height * rows + 4)


def _two_lines(caption: str) -> tuple[str, str]:
    """Give a caption in two lines, broken where a word ends."""
    words = caption.split()
    if len(caption) <= 9 or len(words) < 2:
        return caption, ""
    at = min(range(1, len(words)), key=lambda k: abs(len(" ".join(words[:k])) - len(caption) / 2))
    return " ".join(words[:at]), " ".join(words[at:])


def _keys(groups: Sequence[Sequence[Chart] | Sequence[ImageRow] | Sequence[Table]]) -> list[str]:
    """Give the keys of all groups, each once, in order."""
    return list(dict.fromkeys(one.key for group in groups for one in group))
