"""Which keys a widget in focus keeps from the window."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from gdviz.qt.keys import ARROWS, ENTER, keeps_keys

NONE = Qt.KeyboardModifier.NoModifier


@pytest.mark.parametrize(
    ("kind", "key", "is_kept"),
    [
        (QEvent.Type.ShortcutOverride, Qt.Key.Key_Return, True),
        (QEvent.Type.ShortcutOverride, Qt.Key.Key_Space, False),
        (QEvent.Type.KeyPress, Qt.Key.Key_Return, False),
    ],
)
def test_only_the_question_about_own_keys_is_accepted(kind, key, is_kept):
    event = QKeyEvent(kind, key, NONE)
    event.ignore()
    assert keeps_keys(event, ENTER) == event.isAccepted() == is_kept


def test_opposite_arrows_lead_back():
    assert len(set(ARROWS.values())) == 4
    assert tuple(map(sum, zip(*ARROWS.values(), strict=True))) == (0, 0)
