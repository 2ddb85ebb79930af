"""The pad with its row of tools and a line that says what the network gets."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout

from gdviz.qt.fonts import font
from gdviz.qt.icons import icon
from gdviz.qt.theme import Theme, current_theme
from gdviz.qt.views.drawing_pad.pad import Pad
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.themed import ThemedWidget

TOOLS = (
    ("draw", "brush", "Draw", "Draw; the wheel changes the brush"),
    ("erase", "eraser", "Erase", "Erase with the brush"),
    (
        "move",
        "move",
        "Move and turn",
        "Drag the digit to move it, its knob or the wheel to turn it; it is no longer centred",
    ),
)


class PadButton(QToolButton):
    """A button with a picture; Enter presses it, since Space belongs to Run."""

    def __init__(self, name: str, explanation: str, *, checkable: bool) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(explanation)
        self.setCheckable(checkable)
        self.setAutoExclusive(checkable)
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(26, 28)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Desk(ThemedWidget):
    """Pad, note and tools, from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self.pad = Pad(self)
        self.note = HintLabel()
        self.use = QPushButton("Use as example")
        self.use.setFont(font(12, 500))
        self.use.setToolTip(
            "Show the drawing in all panels; they follow it until you choose another example"
        )
        self.tools: dict[str, PadButton] = {}
        for key, _, name, explanation in TOOLS:
            self.tools[key] = PadButton(name, explanation, checkable=True)
            self.tools[key].clicked.connect(lambda _checked=False, key=key: self.pad.set_tool(key))
        self.tools["draw"].setChecked(True)
        self.clear = PadButton(
            "Clear", "Clear the pad; Ctrl+Z on it takes that back", checkable=False
        )
        self.clear.clicked.connect(self.pad.clear)
        row = QHBoxLayout()
        row.setSpacing(0)
        for button in (*self.tools.values(), self.clear):
            row.addWidget(button)
        row.addStretch(1)
        row.addSpacing(4)
        row.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.pad, 1)
        column.addWidget(self.note)
        column.addLayout(row)
        self.theme_changed(current_theme())

    def show_note(self, sentence: str, *, is_error: bool) -> None:
        """Say what the network gets, or what went wrong."""
        self.note.set_role("error" if is_error else "muted")
        if sentence != self.note.text():
            self.note.setText(sentence)
            self.note.setAccessibleName(sentence)

    def theme_changed(self, theme: Theme) -> None:
        """Recolour the pictures."""
        for key, name, _, _ in TOOLS:
            self.tools[key].setIcon(icon(name, theme.text, theme.muted))
        self.clear.setIcon(icon("trash", theme.text, theme.muted))
        super().theme_changed(theme)
