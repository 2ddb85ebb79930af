"""The legend of a plot for its panel's header: samples, names and present values."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.plot import DASHES, Dash
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter

SAMPLE = 20.0
GAP = 16.0


@dataclass(frozen=True)
class LegendEntry:
    """One line of a plot.

    Attributes
    ----------
    key : str
    title : str
    color : str
        A field of `gdviz.qt.theme.Theme`, as ``"curve_1"``.
    dash : {"solid", "dash", "dot"}
    band : str, optional
        The field with the colour of the raw values behind the line.
    sample : str
        The widest value to be expected, which is given room from the start.
    """

    key: str
    title: str
    color: str
    dash: Dash = "solid"
    band: str | None = None
    sample: str = "0.000"


class CurveLegend(ThemedWidget):
    """Samples painted as the lines are, with names and bold present values.

    Parameters
    ----------
    entries : sequence of LegendEntry
    parent : QWidget, optional
    """

    def __init__(self, entries: list[LegendEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = list(entries)
        self._values = {entry.key: "" for entry in entries}
        self.setAccessibleName("Legend")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._describe()

    def set_value(self, key: str, text: str) -> None:
        """Show the present value of a line.

        Raises
        ------
        ValueError
            If there is no such line.
        """
        if key not in self._values:
            raise ValueError(f"the legend has no line {key!r}: {', '.join(self._values)}")
        if self._values[key] == text:
            return
        before = self.sizeHint()
        self._values[key] = text
        if self.sizeHint() != before:
            self.updateGeometry()
        self._describe()
        self.update()

    def value(self, key: str) -> str:
        """Give the value shown for a line."""
        return self._values[key]

    def _describe(self) -> None:
        """Tell a screen reader what is written."""
        parts = [f"{entry.title} {self._values[entry.key]}".strip() for entry in self._entries]
        self.setAccessibleDescription(", ".join(parts))

    def _value_width(self, entry: LegendEntry) -> float:
        """Give the room kept for a value."""
        texts = (self._values[entry.key], entry.sample)
        return max(text_width(text, 12, 600) for text in texts)

    def _width(self, entry: LegendEntry) -> float:
        """Give the room of an entry."""
        return SAMPLE + 6 + text_width(entry.title) + 6 + self._value_width(entry)

    def sizeHint(self) -> QSize:
        """Qt override."""
        total = sum(self._width(entry) for entry in self._entries)
        # The last gap keeps the next tool of the header off.
        return QSize(round(total + GAP * max(len(self._entries) - 1, 0) + 8), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, left = current_theme(), 0.0
        with smooth_painter(self) as painter:
            middle = self.height() / 2
            for entry in self._entries:
                if entry.band is not None:
                    band = QRectF(left, middle - 5, SAMPLE, 10)
                    painter.fillRect(band, QColor(getattr(theme, entry.band)))
                pen = QPen(QColor(getattr(theme, entry.color)), 2)
                pen.setCapStyle(pen.capStyle().FlatCap)
                if DASHES[entry.dash]:
                    pen.setDashPattern(DASHES[entry.dash])
                painter.setPen(pen)
                painter.drawLine(QPointF(left, middle), QPointF(left + SAMPLE, middle))
                rect = QRectF(left + SAMPLE + 6, 0, 400, self.height())
                used = paint_text(painter, rect, entry.title, theme.muted)
                rect.translate(used + 6, 0)
                paint_text(painter, rect, self._values[entry.key], theme.text, 12, 600)
                left += self._width(entry) + GAP
