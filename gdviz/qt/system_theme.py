"""The theme that the desktop asks for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gdviz.qt.theme import THEMES, Theme


def system_theme() -> str:
    """Give the theme that the desktop asks for; dark where it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


def theme_named(name: str) -> Theme:
    """Give a theme by its name; ``system``, and what is not known, is the desktop's."""
    return THEMES[name if name in THEMES else system_theme()]
