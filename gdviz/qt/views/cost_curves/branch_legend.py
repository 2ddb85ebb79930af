"""Which line of the plot is which branch: samples with names, in one row."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEIGHT = 16
SAMPLE, GAP, BETWEEN = 20.0, 5.0, 14.0
LONGEST = 170.0
"""Room for one name."""


@dataclass(frozen=True, slots=True)
class BranchSample:
    """A branch in the legend: its name, and how its line is drawn."""

    name: str
    color: str
    dash: tuple[float, ...]
    is_live: bool


class BranchLegend(ThemedWidget):
    """The live branch first, then the others; those without room are counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples: list[BranchSample] = []
        self.n_left_out = 0
        self.setAccessibleName("Branches in the plot")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_samples(self, samples: list[BranchSample], n_left_out: int) -> None:
        """Show other branches; `n_left_out` are not even drawn."""
        if (samples, n_left_out) == (self.samples, self.n_left_out):
            return
        self.samples, self.n_left_out = samples, n_left_out
        names = [f"{s.name}, live" if s.is_live else s.name for s in samples]
        if n_left_out:
            names.append(f"{n_left_out} more are not drawn: hide some of these to see them")
        self.setAccessibleDescription("; ".join(names))
        self.setToolTip("\n".join(names))
        self.update()

    def shown(self) -> tuple[list[str], str]:
        """Give the names that have room, and what stands for the others."""
        room, names = self.width(), []
        left_out = self.n_left_out + len(self.samples)
        more = f"+{left_out} more"
        for sample in self.samples:
            name = elided(sample.name, self._font(sample), LONGEST)
            needed = SAMPLE + GAP + text_width(name, self._font(sample)) + BETWEEN
            is_last = left_out == 1
            if needed + (0 if is_last else text_width(more, font(11))) > room:
                break
            names.append(name)
            room -= round(needed)
            left_out -= 1
        return names, f"+{left_out} more" if left_out else ""

    def sizeHint(self) -> QSize:
        """Qt override: it takes what is left."""
        return QSize(40, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: at the right, towards the newest steps."""
        del event
        theme = current_theme()
        names, more = self.shown()
        widths = [
            SAMPLE + GAP + text_width(name, self._font(sample)) + BETWEEN
            for name, sample in zip(names, self.samples, strict=False)
        ]
        left = self.width() - sum(widths) - (text_width(more, font(11)) + BETWEEN if more else 0)
        middle = HEIGHT / 2
        with smooth_painter(self) as painter:
            for name, sample, width in zip(names, self.samples, widths, strict=False):
                pen = QPen(QColor(sample.color), 2 if sample.is_live else 1.5)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                if sample.dash:
                    pen.setDashPattern(list(sample.dash))
                painter.setPen(pen)
                painter.drawLine(QPointF(left, middle), QPointF(left + SAMPLE, middle))
                where = QRectF(left + SAMPLE + GAP, 0, LONGEST + 4, HEIGHT)
                color = theme.text if sample.is_live else theme.muted
                letters(painter, where, name, self._font(sample), color)
                left += width
            letters(painter, QRectF(left, 0, 90, HEIGHT), more, font(11), theme.muted)

    def _font(self, sample: BranchSample) -> QFont:
        return font(11, 600 if sample.is_live else 400)
