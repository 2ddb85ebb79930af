"""The ground of every dialog: a panel of its own window, which blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gdviz.qt import help_texts
from gdviz.qt.fonts import font
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.labels import ElidedLabel, Label
from gdviz.qt.widgets.themed import CHANGES


class PanelDialog(QDialog):
    """A dialog in the manner of the panels: a head, a body, a row of buttons at the bottom.

    Escape closes it and F1 explains it; what it shows is kept for the next time.

    Parameters
    ----------
    key : str
        The object name is ``dialog_<key>``.
    title : str
    parent : QWidget
        The window it belongs to.
    """

    def __init__(self, key: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog_{key}")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(title, 13, 600))
        self.subtitle = ElidedLabel("")
        head.addWidget(self.subtitle, 1)
        column.addLayout(head)
        column.addSpacing(8)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.body, 1)
        column.addSpacing(16)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        column.addLayout(self.buttons)

    def add_button(self, text: str, role: str = "") -> QPushButton:
        """Add a button to the row at the bottom and give it."""
        button = QPushButton(text, self)
        button.setFont(font(13 if role == "primary" else 12, 500))
        button.setAutoDefault(False)
        button.setAccessibleName(text)
        if role:
            button.setProperty("role", role)
        self.buttons.addWidget(button)
        return button

    def bring_up(self) -> None:
        """Show it, in front and with the keyboard."""
        self.show()
        self.raise_()
        self.activateWindow()
        # Else its first button would begin with a focus ring.
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: the window's keys do not reach a dialog, and F1 is worth having."""
        if event.key() == Qt.Key.Key_F1:
            help_texts.explain(self)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Qt override: the ground follows the theme."""
        super().changeEvent(event)
        if event.type() in CHANGES:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: plots and lists look alike on the ground of a panel."""
        with QPainter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.fillRect(event.rect(), QColor(current_theme().panel))
