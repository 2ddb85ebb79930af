"""A button that Enter presses: Space belongs to Run wherever the focus is."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton

from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER

ButtonRole = Literal["", "ghost", "offered"]


class PushButton(QPushButton):
    """A button of 28 high.

    Parameters
    ----------
    text : str
    explanation : str
        To the pointer, to F1 and to a screen reader.
    role : {"", "ghost", "offered"}
        ``"offered"``: what is to be done next, with an edge in the accent's colour.
    """

    def __init__(self, text: str, explanation: str = "", role: ButtonRole = "") -> None:
        super().__init__(text)
        self.setFont(font(12, 500))
        self.setFixedHeight(28)
        self.setProperty("role", role)
        self.setAccessibleName(text)
        self.explain(explanation)

    def explain(self, text: str) -> None:
        """Say what it does."""
        self.setToolTip(text)
        self.setWhatsThis(text)
        self.setAccessibleDescription(text)

    def set_role(self, role: ButtonRole) -> None:
        """Look otherwise."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        elif event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)
