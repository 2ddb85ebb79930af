"""Every widget is tested in the dark theme with the bundled letters."""

import pytest
from PySide6.QtWidgets import QApplication

from gdviz.qt.theme import DARK, apply_theme, current_theme


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication):
    """Begin and end in the dark theme."""
    if qapp.styleSheet() == "" or current_theme() is not DARK:
        apply_theme(qapp, DARK)
    yield
    if current_theme() is not DARK:
        apply_theme(qapp, DARK)
