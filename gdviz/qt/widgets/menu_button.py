"""A button that opens a menu."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from gdviz.qt.icons import icon
from gdviz.qt.keys import ENTER
from gdviz.qt.theme import current_theme


class MenuButton(QToolButton):
    """A button whose press opens its menu; Enter and the arrow down do, too, and Space does not.

    Parameters
    ----------
    icon_name : str
    role : {"text", "muted"}
        The icon's colour in each theme.
    parent : QWidget
    """

    def __init__(self, icon_name: str, role: Literal["text", "muted"], parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name, self._role = icon_name, role
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._show_icon()

    def open_menu(self) -> None:
        """Open the menu under the button; unlike `showMenu` it does not wait until it is closed."""
        self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _show_icon(self) -> None:
        self.setIcon(icon(self._icon_name, getattr(current_theme(), self._role)))

    def changeEvent(self, event: QEvent) -> None:
        """Qt override: icons do not follow the palette by themselves."""
        if event.type() == QEvent.Type.PaletteChange:
            self._show_icon()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt override: Space belongs to Run wherever the focus is."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        elif event.key() in {*ENTER, Qt.Key.Key_Down}:
            self.open_menu()
        else:
            super().keyPressEvent(event)
