"""What the composition root sets for the thread that paints."""

import sys

from gdviz.qt import app


def test_the_thread_that_paints_goes_first_as_long_as_the_window_is_open(monkeypatch):
    turns = []
    monkeypatch.setattr(app, "take_short_turns", lambda *length: turns.append(length))
    before = sys.getswitchinterval()
    with app.first_turn():
        assert sys.getswitchinterval() < before
        assert turns == [()]
    assert sys.getswitchinterval() == before
    assert turns == [(), (0,)]
