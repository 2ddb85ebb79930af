"""Asks before a window closes whose run could not be kept; it blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.widgets.labels import Label

WIDTH, MARGIN = 440, 16


class UnsavedDialog(PanelDialog):
    """A sentence that says what failed, and what can be done.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    save_asked : Signal()
    close_asked : Signal()
        The window shall close, and what could not be kept may go.
    """

    save_asked = Signal()
    close_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("unsaved", "The run could not be kept", parent)
        self._text = Label("", 12, 400, "text")
        self._text.setObjectName("unsaved_text")
        self._text.setWordWrap(True)
        self.body.addWidget(self._text)
        save = self.add_button("Save as…", "primary")
        save.setObjectName("button_save_unsaved")
        save.setDefault(True)
        save.clicked.connect(self.save_asked)
        close = self.add_button("Close anyway")
        close.setObjectName("button_close_anyway")
        close.clicked.connect(self.close_asked)
        self.buttons.addStretch(1)
        cancel = self.add_button("Cancel")
        cancel.setObjectName("button_stay_open")
        cancel.clicked.connect(self.reject)
        self.setFixedWidth(WIDTH)

    def say(self, problem: str) -> None:
        """Show what failed, and ask."""
        self._text.setText(f"{problem} If the window closes now, what the run has learned is lost.")
        self._text.ensurePolished()
        # A column asks a text that wraps for no height by its width.
        self._text.setFixedHeight(self._text.heightForWidth(WIDTH - 2 * MARGIN))
        self.setAccessibleDescription(self._text.text())
        self.adjustSize()
        self.bring_up()
