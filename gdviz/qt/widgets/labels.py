"""Labels in the four sizes of the window."""

import math
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from gdviz.qt.fonts import font

Role = Literal["text", "muted", "ball", "error"]


class Label(QLabel):
    """One line of text in a size, weight and role; plain text, never rich.

    Parameters
    ----------
    text : str
    size_px : int, default 12
    weight : int, default 400
    role : {"text", "muted", "ball", "error"}, default "text"
        Which of the theme's colours; the style sheet knows them.
    parent : QWidget, optional
    """

    def __init__(
        self,
        text: str = "",
        size_px: int = 12,
        weight: int = 400,
        role: Role = "text",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(size_px, weight))
        self.setProperty("role", role)

    def set_running_text(self, text: str) -> None:
        """Show a text that changes many times a second, without laying the window out anew.

        The label keeps a fixed size, that of the longest text so far: Qt stops asking the
        layouts above it, up to the main window and all its docks, at a fixed size.
        """
        if text == self.text():
            return
        width = math.ceil(QFontMetricsF(self.font()).horizontalAdvance(text)) + 2
        if width > self.minimumWidth() or self.minimumHeight() != self.maximumHeight():
            self.setFixedSize(max(width, self.minimumWidth()), self.fontMetrics().height())
        self.setText(text)

    def set_role(self, role: Role) -> None:
        """Change the colour."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class HintLabel(Label):
    """A caption of 11 in the muted colour that wraps."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, 11, 400, "muted", parent)
        self.setWordWrap(True)


class ElidedLabel(Label):
    """A label that gives way: it ends in an ellipsis where there is no room.

    Its whole text stays its accessible name.
    """

    def __init__(
        self,
        text: str = "",
        size_px: int = 12,
        weight: int = 400,
        role: Role = "muted",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", size_px, weight, role, parent)
        self._whole = ""
        self.set_whole_text(text)

    def set_whole_text(self, text: str) -> None:
        """Show a text as far as there is room."""
        if text == self._whole:
            return
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    def whole_text(self) -> str:
        """Give the text without the ellipsis."""
        return self._whole

    def _elide(self) -> None:
        """Cut the text to the present width."""
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))

    def sizeHint(self) -> QSize:
        """Qt override: room for the whole text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._whole) + 4, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Qt override: none is needed."""
        return QSize(0, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt override."""
        super().resizeEvent(event)
        self._elide()
