"""Buttons that do what an entry of a menu does."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from gdviz.qt.fonts import font


def action_button(action: QAction) -> QPushButton:
    """Give a flat button that does what an action does, and looks as it does."""
    button = QPushButton(action.text())
    button.setFont(font(12, 500))
    button.setFixedHeight(24)
    button.setFlat(True)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setText(action.text().rstrip("…"))
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())

    action.changed.connect(follow)
    follow()
    return button
