"""A line under the toolbar for what must not be missed: an error, a goal that is reached."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gdviz.qt.fonts import font
from gdviz.qt.keys import ENTER
from gdviz.qt.theme import current_theme
from gdviz.qt.widgets.labels import Label

STAYS = "stays"
"""A property of an action: its button leaves the sentence where it is."""


class StripButton(QPushButton):
    """A button of the strip.

    Parameters
    ----------
    text : str
    parent : QWidget
    """

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFont(font(12, 500))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: Enter presses it; Space belongs to Run wherever the focus is."""
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


class MessageStrip(QWidget):
    """Shows one sentence with its remedies until it is closed or replaced. Hidden at first.

    Parameters
    ----------
    parent : QWidget
    key : str, default "message"
        The object name is ``<key>_strip``, that of its sentence ``<key>_text``.
    name : str, default "Message"
        The accessible name.
    dismiss : str, default "Dismiss"
        On the button that closes it.
    """

    def __init__(
        self,
        parent: QWidget,
        key: str = "message",
        name: str = "Message",
        dismiss: str = "Dismiss",
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{key}_strip")
        self.setAccessibleName(name)
        self._is_error = True
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        self._text = Label("", 12, 500, "text")
        self._text.setObjectName(f"{key}_text")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._text, 1)
        self._remedies = QHBoxLayout()
        row.addLayout(self._remedies)
        close = StripButton(dismiss, self)
        close.setObjectName(f"button_dismiss_{key}")
        close.setProperty("role", "ghost")
        close.clicked.connect(self.clear)
        row.addWidget(close)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; empty if nothing is."""
        return "" if self.isHidden() else self._text.text()

    def say(
        self, sentence: str, remedies: tuple[QAction, ...] = (), *, is_error: bool = True
    ) -> None:
        """Show a sentence and buttons for the actions that help."""
        self._is_error = is_error
        while (item := self._remedies.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for action in remedies:
            button = StripButton(action.text(), self)
            button.setObjectName(f"button_{action.objectName()}")
            button.setToolTip(action.toolTip())
            if not action.property(STAYS):
                # Before the action, which may have something to say itself.
                button.clicked.connect(self.clear)
            button.clicked.connect(action.trigger)
            self._remedies.addWidget(button)
        self._text.setText(sentence)
        self.update()
        self.setAccessibleDescription(sentence)
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt override: a raised ground with an edge, in the colour of errors if it is one."""
        del event
        theme = current_theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.error if self._is_error else theme.accent), 1))
            painter.setBrush(QColor(theme.panel))
            painter.drawRoundedRect(self.rect().adjusted(8, 1, -9, -1), 8, 8)
