"""Shows what a process that ended unexpectedly left behind; nothing of it is sent anywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gdviz.qt.dialogs.panel_dialog import PanelDialog
from gdviz.qt.widgets.labels import HintLabel


class CrashReportDialog(PanelDialog):
    """A text with a button that copies it.

    Parameters
    ----------
    parent : QWidget
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__("crash_report", "Crash report", parent)
        self.body.addWidget(
            HintLabel(
                "Where every thread was when gdviz ended unexpectedly, and the last lines of its "
                "log. It stays on this machine unless you pass it on."
            )
        )
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("crash_report_text")
        self.text.setAccessibleName("Crash report")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.body.addWidget(self.text, 1)
        self._copy = self.add_button("Copy")
        self._copy.setObjectName("button_copy_report")
        self._copy.clicked.connect(self.copy)
        self.buttons.addStretch(1)
        close = self.add_button("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        self.resize(720, 440)
        self.setMinimumSize(480, 280)

    def show_report(self, text: str, subtitle: str) -> None:
        """Show a report, from its beginning."""
        self.subtitle.set_whole_text(subtitle)
        self.text.setPlainText(text)
        self._copy.setText("Copy")
        self.bring_up()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy(self) -> None:
        """Put the whole text into the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._copy.setText("Copied")
