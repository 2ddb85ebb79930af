"""Ten outputs as ten bars, each with its target."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gdviz.qt.colors import mix
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.widgets.themed import ThemedWidget, paint_text, smooth_painter

N_BARS = 10
LABEL_WIDTH = 20.0
VALUE_WIDTH = 44.0


class BarChart10(ThemedWidget):
    """Ten horizontal bars on a common scale: label, bar, value; the largest stands out.

    Parameters
    ----------
    name : str
        What the bars are, for a screen reader.
    parent : QWidget, optional
    labels : sequence of str, default the digits
    """

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        labels: Sequence[str] = tuple("0123456789"),
    ) -> None:
        super().__init__(parent)
        if len(labels) != N_BARS:
            raise ValueError(f"{len(labels)} labels for ten bars")
        self._labels = tuple(labels)
        self._values: NDArray[np.float64] | None = None
        self._target: int | None = None
        self._limit = 1.0
        self.setAccessibleName(name)

    def set_values(
        self, values: NDArray[np.floating], target: int | None = None, limit: float = 1.0
    ) -> None:
        """Show ten values.

        Parameters
        ----------
        values : NDArray[np.floating], shape (10,)
            Bars of values under 0 or over ``limit`` are cut off; the numbers are not.
        target : int, optional
            The index that should be ``limit`` while all others should be 0; marked in yellow.
        limit : float, default 1
            The value of a full bar, positive.

        Raises
        ------
        ValueError
            If there are not ten values, no such target, or the limit is not positive.
        """
        if values.shape != (N_BARS,):
            raise ValueError(f"ten values make ten bars, not an array of shape {values.shape}")
        if target is not None and not 0 <= target < N_BARS:
            raise ValueError(f"target {target} is not one of 0 to 9")
        if not limit > 0:
            raise ValueError(f"limit {limit} of the bars must be positive")
        self._values = np.array(values, dtype=np.float64)
        self._target, self._limit = target, limit
        parts = [f"{a} {v:.3f}" for a, v in zip(self._labels, self._values, strict=True)]
        self.setAccessibleDescription(", ".join(parts))
        self.update()

    def clear(self) -> None:
        """Show empty bars."""
        self._values = self._target = None
        self.setAccessibleDescription("")
        self.update()

    def _paint_row(self, painter: QPainter, theme: Theme, index: int, row: QRectF) -> None:
        """Paint one label, bar, target and value."""
        value = None if self._values is None else float(self._values[index])
        largest = self._values is not None and index == int(np.argmax(self._values))
        weight = 600 if largest else 400
        color = theme.text if largest else theme.muted
        paint_text(painter, row, self._labels[index], color, 12, weight)
        height = min(8.0, row.height() - 4)
        bar = QRectF(row.left() + LABEL_WIDTH, row.center().y() - height / 2, 0, height)
        bar.setRight(row.right() - VALUE_WIDTH)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hairline))
        painter.drawRoundedRect(bar, 2, 2)
        if value is None:
            return
        filled = QRectF(bar)
        filled.setWidth(bar.width() * min(max(value / self._limit, 0.0), 1.0))
        painter.setBrush(QColor(theme.accent if largest else mix(theme.panel, theme.accent, 0.55)))
        if filled.width() >= 0.5:
            painter.drawRoundedRect(filled, min(2.0, filled.width() / 2), 2)
        if self._target is not None:
            at = bar.right() if index == self._target else bar.left()
            strong = index == self._target
            mark = theme.ball if strong else mix(theme.panel, theme.ball, 0.6)
            painter.fillRect(QRectF(at - 1, bar.top() - 2, 2, height + 4), QColor(mark))
        text = f"{value:.3f}".replace("-", "−")
        right = Qt.AlignmentFlag.AlignRight
        paint_text(painter, row, text, theme.text if largest else theme.muted, 12, weight, right)

    def sizeHint(self) -> QSize:
        """Qt override."""
        return QSize(224, N_BARS * 20)

    def minimumSizeHint(self) -> QSize:
        """Qt override."""
        return QSize(140, N_BARS * 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme = current_theme()
        with smooth_painter(self) as painter:
            height = self.height() / N_BARS
            for index in range(N_BARS):
                self._paint_row(
                    painter, theme, index, QRectF(0, index * height, self.width(), height)
                )
