"""The changes that were made, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from gdviz.qt.fonts import font

HEIGHT = 62
"""Three lines."""
NOTHING = "no changes yet"


class ChangeList(QListWidget):
    """Lines to be read; what is to be taken back is taken back by undo or by its tool."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Changes made, oldest first")
        self.setFont(font(11))
        self.setFixedHeight(HEIGHT)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self._lines: list[str] | None = None
        self.show_lines([])

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show other lines; the newest is in sight."""
        if list(lines) == self._lines:
            return
        self._lines = list(lines)
        self.clear()
        numbered = [f"{k + 1}. {line}" for k, line in enumerate(lines)]
        self.addItems(numbered or [NOTHING])
        for k, line in enumerate(lines):
            self.item(k).setToolTip(line)
        self.scrollToBottom()
