"""Keys that mean the same in every widget that paints itself."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

ARROWS: dict[Qt.Key, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""Where each arrow leads: (down, right)."""
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def keeps_keys(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Accept the question whether the widget in focus wants a key before the window's shortcuts.

    Returns
    -------
    bool
        Whether it was that question about one of the keys; ``event`` then returns True.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() not in keys:
        return False
    event.accept()
    return True
