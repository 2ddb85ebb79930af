"""The legend of a plot for its panel's header: samples, names and present values."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import Theme, current_theme
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
        Where there is no room for all, the last ones are left out, each as a whole.
    parent : QWidget, optional
    counts_hidden : bool
        Whether how many are left out is written in their place.
    """

    def __init__(
        self,
        entries: list[LegendEntry],
        parent: QWidget | None = None,
        counts_hidden: bool = False,
    ) -> None:
        super().__init__(parent)
        self._counts_hidden = counts_hidden
        self._entries = list(entries)
        self._values = {entry.key: "" for entry in entries}
        self._colors: dict[str, tuple[str, str | None]] = {}
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

    def set_color(self, key: str, color: str, band: str | None) -> None:
        """Paint the sample of a line in a colour ``#rrggbb``, with that of its raw values.

        Another theme does not change them: whoever gave them gives others then.
        """
        if self._colors.get(key) != (color, band):
            self._colors[key] = (color, band)
            self.update()

    def value(self, key: str) -> str:
        """Give the value shown for a line."""
        return self._values[key]

    def _describe(self) -> None:
        """Tell a screen reader what is written."""
        parts = [f"{entry.title} {self._values[entry.key]}".strip() for entry in self._entries]
        self.setAccessibleDescription(", ".join(parts))

    def _colors_of(self, entry: LegendEntry, theme: Theme) -> tuple[str, str | None]:
        """Give the colours of a line and of its raw values."""
        if entry.key in self._colors:
            return self._colors[entry.key]
        band = None if entry.band is None else getattr(theme, entry.band)
        return getattr(theme, entry.color), band

    def _value_width(self, entry: LegendEntry) -> float:
        """Give the room kept for a value."""
        texts = (self._values[entry.key], entry.sample)
        return max(text_width(text, 12, 600) for text in texts)

    def _width(self, entry: LegendEntry) -> float:
        """Give the room of an entry."""
        return SAMPLE + 6 + text_width(entry.title) + 6 + self._value_width(entry)

    def _hidden_text(self, count: int) -> str:
        """Give what stands for the entries after the first `count`."""
        hidden = len(self._entries) - count
        return f"+{hidden} more" if self._counts_hidden and hidden else ""

    def _room(self, count: int) -> float:
        """Give the room of the first `count` entries and of what stands for the others."""
        widths = [self._width(entry) for entry in self._entries[:count]]
        if self._hidden_text(count):
            widths.append(text_width(self._hidden_text(count)))
        return sum(widths) + GAP * max(len(widths) - 1, 0)

    def shown_titles(self) -> list[str]:
        """Give what is written at the present width, from the left."""
        count = self._n_shown()
        titles = [entry.title for entry in self._entries[:count]]
        return [*titles, self._hidden_text(count)] if self._hidden_text(count) else titles

    def _n_shown(self) -> int:
        counts = range(len(self._entries), 0, -1)
        return next((count for count in counts if self._room(count) <= self.width()), 0)

    def sizeHint(self) -> QSize:
        """Qt override."""
        # The last gap keeps the next tool of the header off.
        return QSize(round(self._room(len(self._entries)) + 8), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, left = current_theme(), 0.0
        with smooth_painter(self) as painter:
            middle = self.height() / 2
            count = self._n_shown()
            for entry in self._entries[:count]:
                color, band = self._colors_of(entry, theme)
                if band is not None:
                    painter.fillRect(QRectF(left, middle - 5, SAMPLE, 10), QColor(band))
                pen = QPen(QColor(color), 2)
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
            rect = QRectF(left, 0, 400, self.height())
            paint_text(painter, rect, self._hidden_text(count), theme.muted)
