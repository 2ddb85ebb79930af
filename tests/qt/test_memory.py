import sys

import pytest

from gdviz.qt import memory


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_the_allocator_takes_the_bound():
    assert memory.return_large_blocks()


def test_other_allocators_are_left_alone(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _name: object())
    assert not memory.return_large_blocks()
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert not memory.return_large_blocks()
