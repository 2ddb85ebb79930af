import sys

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from gdviz.qt import app, memory


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_the_allocator_takes_the_bound():
    assert memory.return_large_blocks()


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _name: object())
    assert not memory.return_large_blocks()
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert not memory.return_large_blocks()


def test_what_is_set_aside_is_collected_no_more(monkeypatch):
    called = []
    monkeypatch.setattr(memory.gc, "collect", lambda: called.append("collect"))
    monkeypatch.setattr(memory.gc, "freeze", lambda: called.append("freeze"))
    memory.set_aside()
    assert called == ["collect", "freeze"]


def test_a_window_is_set_aside_once_when_its_engine_is_there(make_window, monkeypatch, qtbot):
    called = []
    monkeypatch.setattr(app, "set_aside", lambda: called.append(1))
    monkeypatch.setattr(app, "READY_LOOK_MS", 1)
    driver = make_window()
    app.set_aside_when_ready(driver.window)
    driver.acknowledge()
    qtbot.waitUntil(lambda: bool(called), timeout=60_000)
    timers = [timer for timer in driver.window.findChildren(QTimer) if timer.interval() == 1]
    assert [timer.isActive() for timer in timers] == [False]


def test_memory_of_this_process_is_known():
    held = np.ones(8 << 20, np.uint8)
    assert memory.resident_bytes() > held.nbytes
