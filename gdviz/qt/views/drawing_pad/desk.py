"""The pad with its row of tools and a line that says what the network gets."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QVBoxLayout

from gdviz.qt.fonts import font
from gdviz.qt.icons import pixmap
from gdviz.qt.keys import ENTER
from gdviz.qt.theme import current_theme
from gdviz.qt.views.drawing_pad.pad import Pad
from gdviz.qt.widgets.labels import HintLabel
from gdviz.qt.widgets.themed import ThemedWidget, paint_focus_ring, smooth_painter

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


class PadButton(QAbstractButton):
    """A button with a picture; Enter presses it, since Space belongs to Run.

    It paints itself: four of the style sheet's have no room beside *Use as example*.
    """

    def __init__(self, name: str, picture: str, explanation: str, *, checkable: bool) -> None:
        super().__init__()
        self._picture = picture
        self.setAccessibleName(name)
        self.setToolTip(explanation)
        self.setCheckable(checkable)
        self.setAutoExclusive(checkable)
        self.setFixedSize(26, 28)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override."""
        if event.key() in ENTER:
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Qt override."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt override."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override."""
        del event
        theme, where = current_theme(), QRectF(self.rect())
        with smooth_painter(self) as painter:
            if self.isChecked() or self.isDown() or self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.chosen if theme.is_dark else theme.well))
                painter.drawRoundedRect(where, 6, 6)
            color = theme.text if self.isChecked() or self.underMouse() else theme.muted
            picture = pixmap(self._picture, color, 16, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(5, 6), picture)
            if self.hasFocus():
                paint_focus_ring(painter, where, theme)


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
        for key, picture, name, explanation in TOOLS:
            self.tools[key] = PadButton(name, picture, explanation, checkable=True)
            self.tools[key].clicked.connect(lambda _checked=False, key=key: self.pad.set_tool(key))
        self.tools["draw"].setChecked(True)
        explanation = "Clear the pad; Ctrl+Z on it takes that back"
        self.clear = PadButton("Clear", "trash", explanation, checkable=False)
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

    def show_note(self, sentence: str, *, is_error: bool) -> None:
        """Say what the network gets, or what went wrong."""
        self.note.set_role("error" if is_error else "muted")
        if sentence != self.note.text():
            self.note.setText(sentence)
            self.note.setAccessibleName(sentence)
