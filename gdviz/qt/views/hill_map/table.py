"""The table of optimizers: which are shown, their learning rates, and where they are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSizePolicy, QWidget

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt.fonts import font
from gdviz.qt.painting import RIGHT, letters
from gdviz.qt.theme import current_theme
from gdviz.qt.views.hill_map.colors import GROUND, LineStyle, style_of
from gdviz.qt.views.hill_map.model import Reading
from gdviz.qt.widgets.labels import Label
from gdviz.qt.widgets.number_field import NumberField
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter
from gdviz.qt.widgets.ticks import format_figure

ROW = 26
COLUMNS = (("cost", 62), ("|∇C|", 76), ("path", 48))


class Sample(ThemedWidget):
    """A piece of an optimizer's line on a piece of the map's ground."""

    def __init__(self, style: LineStyle) -> None:
        super().__init__()
        self._style = style
        self.setFixedSize(30, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        with smooth_painter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(GROUND))
            painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
            pen = QPen(QColor(self._style.color), 2)
            if self._style.dash:
                pen.setDashPattern(list(self._style.dash))
            painter.setPen(pen)
            painter.drawLine(QPointF(2, 7), QPointF(28, 7))


class Figures(ThemedWidget):
    """The numbers of one optimizer; it paints itself and lays nothing out."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.texts: tuple[str, ...] = ("",) * len(COLUMNS)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(sum(width for _, width in COLUMNS), ROW)
        self.setAccessibleName(f"{title}: numbers")

    def show_texts(self, texts: tuple[str, ...]) -> None:
        """Show other numbers."""
        if texts != self.texts:
            self.texts = texts
            heads = (head for head, _ in COLUMNS)
            said = ", ".join(f"{h} {t}" for h, t in zip(heads, texts, strict=True) if t)
            self.setAccessibleDescription(said)
            self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, left = current_theme(), 0
        with smooth_painter(self) as painter:
            for k, ((_, width), text) in enumerate(zip(COLUMNS, self.texts, strict=True)):
                place = QRectF(left, 0, width, ROW)
                weight = 600 if k == 0 else 400
                letters(painter, place, text, font(12, weight), theme.text, RIGHT)
                left += width


class OptimizerTable(QWidget):
    """A row for every optimizer of `gdviz.nn.optimizers.OPTIMIZERS`.

    Attributes
    ----------
    shown_changed : Signal(str, bool)
        Whether an optimizer is to be shown.
    rate_changed : Signal(str, float)
    """

    shown_changed = Signal(str, bool)
    rate_changed = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self.rates: dict[str, NumberField] = {}
        self.figures: dict[str, Figures] = {}
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(Label("optimizer", 11, 400, "muted"), 0, 1)
        grid.addWidget(Label("η", 11, 400, "muted"), 0, 2)
        grid.addWidget(Heads(), 0, 3)
        for row, (key, optimizer) in enumerate(OPTIMIZERS.items(), 1):
            self._add_row(row, key, optimizer.title)

    def show_choices(self, shown: set[str], rates: dict[str, float]) -> None:
        """Show which are shown and their learning rates, without telling."""
        for key, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(key in shown)
            self.rates[key].set_value(rates[key])

    def show_readings(self, readings: dict[str, Reading]) -> None:
        """Show where they are; one that is not shown has no numbers."""
        for key, figures in self.figures.items():
            reading = readings.get(key)
            if reading is None:
                figures.show_texts(("",) * len(COLUMNS))
                continue
            numbers = (reading.cost, reading.slope, reading.path_length)
            figures.show_texts(tuple(format_figure(number) for number in numbers))

    def _add_row(self, row: int, key: str, title: str) -> None:
        box = QCheckBox(title)
        box.setFont(font(12))
        box.setAccessibleDescription(f"Show {title} on the map")
        box.toggled.connect(lambda is_on, key=key: self.shown_changed.emit(key, is_on))
        rate = NumberField(f"Learning rate of {title}", 0.1)
        rate.setFixedSize(76, ROW - 2)
        rate.value_changed.connect(lambda value, key=key: self.rate_changed.emit(key, value))
        self.boxes[key], self.rates[key], self.figures[key] = box, rate, Figures(title)
        widgets = (Sample(style_of(key)), box, rate, self.figures[key])
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, row, column)


class Heads(ThemedWidget):
    """The heads of the numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(sum(width for _, width in COLUMNS), 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        left = 0
        with smooth_painter(self) as painter:
            for head, width in COLUMNS:
                place = QRectF(left, 0, width, 18)
                letters(painter, place, head, font(11), current_theme().muted, RIGHT)
                left += width
