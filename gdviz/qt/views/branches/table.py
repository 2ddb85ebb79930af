"""The table of what differs between two branches."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.painting import LEFT, RIGHT, elided, letters, text_width
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.branches.words import TableRow
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter

HEAD, ROW = 24, 20
CAPTION_SHARE = 0.34
SAMPLE, GAP = 22.0, 8.0


class DifferenceTable(ThemedWidget):
    """Captions with a column for each of two branches, under their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[TableRow] = []
        self.heads: tuple[str, str] = ("", "")
        self._looks: tuple[tuple[str, tuple[float, ...]], ...] = ()
        self.setAccessibleName("What differs")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(
        self,
        rows: list[TableRow],
        heads: tuple[str, str],
        looks: tuple[tuple[str, tuple[float, ...]], tuple[str, tuple[float, ...]]],
    ) -> None:
        """Show other rows.

        Parameters
        ----------
        rows : list of TableRow
        heads : pair of str
            What the two are called.
        looks : pair of (str, dash)
            Colour and dash of each.
        """
        if (rows, heads, looks) == (self.rows, self.heads, self._looks):
            return
        self.rows, self.heads, self._looks = rows, heads, looks
        said = [f"{row.caption}: {row.first}, {row.second}" for row in rows]
        self.setAccessibleDescription(f"{heads[0]} and {heads[1]}. {'; '.join(said)}")
        self.setToolTip("\n".join(heads))
        height = HEAD + ROW * len(rows)
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        if not self._looks:
            return
        theme = current_theme()
        left = self.width() * CAPTION_SHARE
        width = (self.width() - left) / 2
        with smooth_painter(self) as painter:
            for k, (head, look) in enumerate(zip(self.heads, self._looks, strict=True)):
                where = QRectF(left + k * width + GAP, 0, width - GAP, HEAD)
                _paint_head(painter, where, head, look, theme)
            painter.setPen(QPen(QColor(theme.hairline), 1))
            for k, row in enumerate(self.rows):
                top = HEAD + ROW * k
                painter.setPen(QPen(QColor(theme.hairline), 1))
                painter.drawLine(QPointF(0, top + 0.5), QPointF(self.width(), top + 0.5))
                caption = QRectF(0, top, left, ROW)
                letters(
                    painter,
                    caption,
                    elided(row.caption, font(11), left),
                    font(11),
                    theme.muted,
                    LEFT,
                )
                for column, text in enumerate((row.first, row.second)):
                    where = QRectF(left + column * width + GAP, top, width - GAP, ROW)
                    shown = elided(text, font(11), where.width())
                    letters(painter, where, shown, font(11), theme.text, RIGHT)


def _paint_head(
    painter: QPainter,
    where: QRectF,
    name: str,
    look: tuple[str, tuple[float, ...]],
    theme: Theme,
) -> None:
    """Paint a branch's sample and name over its column, at the right."""
    room = where.width() - SAMPLE - 6
    shown = elided(name, font(11, 600), room)
    letters(painter, where, shown, font(11, 600), theme.text, RIGHT)
    right = where.right() - text_width(shown, font(11, 600)) - 6
    pen = QPen(QColor(look[0]), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if look[1]:
        pen.setDashPattern(list(look[1]))
    painter.setPen(pen)
    middle = where.center().y()
    painter.drawLine(QPointF(right - SAMPLE, middle), QPointF(right, middle))
