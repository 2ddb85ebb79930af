"""A column of numbers with their names, which change many times a second."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import RIGHT, elided, letters, text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEIGHT = 18


class FigureRows(ThemedWidget):
    """Names at the left, numbers at the right; it paints itself and lays nothing out.

    Parameters
    ----------
    n_rows : int
        Room for so many.
    parent : QWidget, optional
    """

    def __init__(self, n_rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setFixedHeight(n_rows * HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Give what is shown."""
        return self._rows

    def show_rows(self, *rows: tuple[str, str]) -> None:
        """Show other numbers: (name, number) each; a name alone is a remark."""
        if rows == self._rows:
            return
        self._rows = rows
        self.setAccessibleName("; ".join(f"{name} {number}".strip() for name, number in rows))
        self.update()

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, small, strong = current_theme(), font(11), font(12, 600)
        with smooth_painter(self) as painter:
            for k, (name, number) in enumerate(self._rows):
                line = QRectF(0, k * HEIGHT, self.width(), HEIGHT)
                letters(painter, line, number, strong, theme.text, RIGHT)
                room = line.width() - (text_width(number, strong) + 8 if number else 0)
                letters(painter, line, elided(name, small, room), small, theme.muted)
