"""A share of a whole as a thin bar."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.themed import ThemedWidget, smooth_painter


class MeterBar(ThemedWidget):
    """A bar 4 high, filled from the left by a share, with an optional tick to compare with.

    Parameters
    ----------
    name : str
        What is measured, for a screen reader.
    color : {"accent", "ball", "curve_1", "curve_2", "curve_3"}, default "accent"
        The theme's colour of the filled part.
    parent : QWidget, optional
    """

    def __init__(
        self,
        name: str,
        color: Literal["accent", "ball", "curve_1", "curve_2", "curve_3"] = "accent",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._color = color
        self._share = 0.0
        self._tick: float | None = None
        self.setAccessibleName(name)
        self.setFixedHeight(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, tick: float | None = None) -> None:
        """Show a share, and optionally a tick, both 0 to 1; what is outside is cut off.

        A share that is not a number leaves the bar empty.
        """
        self._share = min(max(share, 0.0), 1.0) if share == share else 0.0  # noqa: PLR0124 - NaN
        self._tick = tick
        self.setAccessibleDescription(f"{100 * self._share:.1f} %")
        self.update()

    def share(self) -> float:
        """Give the share that is shown, 0 to 1."""
        return self._share

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(128, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            bar = QRectF(0, 4, self.width(), 4)
            painter.setBrush(QColor(theme.groove))
            painter.drawRoundedRect(bar, 2, 2)
            if self._share > 0:
                painter.setBrush(QColor(getattr(theme, self._color)))
                painter.drawRoundedRect(QRectF(0, 4, max(4.0, bar.width() * self._share), 4), 2, 2)
            if self._tick is not None:
                x = round(min(max(self._tick, 0.0), 1.0) * (bar.width() - 1))
                painter.fillRect(QRectF(x - 1, 1, 3, 10), QColor(theme.panel))
                painter.fillRect(QRectF(x, 1, 1, 10), QColor(theme.text))
