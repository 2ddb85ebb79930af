"""A number under its name, as over the right column of the window."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from gdviz.qt.fonts import text_width
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter


class ReadOut(ThemedWidget):
    """A caption of 11 over a value of 15/600, with an optional muted detail beside the value.

    Parameters
    ----------
    caption : str
        The name, with its unit or n; also the accessible name.
    sample : str
        The widest value to be expected: the read-out is never narrower, so that its
        neighbours do not move while numbers run.
    parent : QWidget, optional
    """

    def __init__(self, caption: str, sample: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._sample = sample
        self._value = "–"
        self._detail = ""
        self.setAccessibleName(caption)
        self.setAccessibleDescription(self._value)
        self._grow()

    def set_value(self, value: str, detail: str = "") -> None:
        """Show a value, already written with its separators and unit, and a detail."""
        if (value, detail) == (self._value, self._detail):
            return
        self._value, self._detail = value, detail
        self.setAccessibleDescription(f"{value} {detail}".strip())
        self._grow()
        self.update()

    def set_caption(self, caption: str) -> None:
        """Change the name."""
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption)
            self._grow()
            self.update()

    def forget_width(self) -> None:
        """Be as wide as the present value needs; another kind of value was shown before."""
        self.setFixedSize(self.sizeHint())

    def _grow(self) -> None:
        """Be as wide as the widest value so far.

        The size is fixed: at any other, each new value would lay out the whole window anew.
        """
        needed = self.sizeHint()
        if needed.width() > self.minimumWidth():
            self.setFixedSize(needed)

    def text(self) -> str:
        """Give what is read, as ``step 1,204``."""
        return f"{self._caption} {self._value} {self._detail}".strip()

    def sizeHint(self) -> QSize:
        """Qt override: two lines, as wide as the widest so far asked for."""
        detail = 6 + text_width(self._detail) if self._detail else 0.0
        value = max(text_width(self._value, 15, 600), text_width(self._sample, 15, 600))
        return QSize(round(max(text_width(self._caption, 11), value + detail)) + 2, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            wide = float(self.width())
            paint_text(painter, QRectF(0, 0, wide, 15), self._caption, theme.muted, 11)
            used = paint_text(painter, QRectF(0, 16, wide, 20), self._value, theme.text, 15, 600)
            if self._detail:
                paint_text(painter, QRectF(used + 6, 17, wide, 20), self._detail, theme.muted)
