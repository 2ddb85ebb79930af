"""Threads beside the training let it go first."""

import os
import sys
import threading

import pytest

from gdviz.runtime.background_threads import BACKGROUND_PRIORITY
from gdviz.runtime.executors import make_executor, n_cores


def priority():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_there_is_a_core():
    assert n_cores() >= 1


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
@pytest.mark.parametrize("steps_aside", [True, False])
def test_only_threads_that_step_aside_are_lowered(steps_aside):
    before = priority()
    expected = max(before, BACKGROUND_PRIORITY) if steps_aside else before
    with make_executor(1, "test", steps_aside=steps_aside) as executor:
        assert executor.submit(priority).result() == expected
    assert priority() == before
