"""How a thread asks the system for its share of the cores."""

import ctypes
import os
import platform
import sys
import threading

import pytest

from gdviz.runtime import thread_turns
from gdviz.runtime.thread_turns import (
    BACKGROUND_PRIORITY,
    TRAINING_PRIORITY,
    has_stepped_aside,
    queued_s,
    step_aside,
    take_short_turns,
)

GET_ATTRIBUTES = {"x86_64": 315, "aarch64": 275}.get(platform.machine())
on_linux = pytest.mark.skipif(
    sys.platform != "linux" or GET_ATTRIBUTES is None, reason="turns are not asked for there"
)


def in_a_thread(function, *arguments):
    """A thread's priority cannot be raised again: it is tried on one that ends."""
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]


def attributes():
    """Give policy, nice and the length of a turn in nanoseconds of the calling thread."""
    answer = ctypes.create_string_buffer(64)
    size = thread_turns._ATTRIBUTES.size
    assert ctypes.CDLL(None).syscall(GET_ATTRIBUTES, 0, answer, size, 0) == 0
    found = thread_turns._ATTRIBUTES.unpack(answer.raw[:size])
    return found[1], found[3], found[5]


@on_linux
def test_a_thread_takes_short_turns_and_gives_them_back():
    def turns():
        before = attributes()
        assert take_short_turns()
        short = attributes()
        assert take_short_turns(0)
        return before, short, attributes()

    before, short, after = in_a_thread(turns)
    assert short[:2] == before[:2] == after[:2]
    if not before[2]:
        pytest.skip("this kernel has no turns of a thread's own")
    assert short[2] == 100_000
    assert after[2] == before[2] != short[2]


@on_linux
def test_threads_begun_by_one_with_short_turns_have_the_usual_ones():
    def begun():
        assert take_short_turns()
        return in_a_thread(attributes)

    assert in_a_thread(begun) == in_a_thread(attributes)


@on_linux
def test_short_turns_leave_the_priority():
    def aside():
        step_aside(TRAINING_PRIORITY)
        assert take_short_turns()
        return attributes()[1]

    assert in_a_thread(aside) == max(TRAINING_PRIORITY, attributes()[1])


@on_linux
def test_a_policy_that_somebody_has_chosen_stays():
    def chosen():
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        return take_short_turns(), os.sched_getscheduler(0)

    assert in_a_thread(chosen) == (False, os.SCHED_BATCH)


def test_on_other_machines_turns_are_not_asked_for(monkeypatch):
    monkeypatch.setattr(thread_turns.platform, "machine", lambda: "riscv64")
    assert not take_short_turns()


@on_linux
@pytest.mark.parametrize(
    ("priority", "expected"), [(BACKGROUND_PRIORITY, True), (TRAINING_PRIORITY, False)]
)
def test_only_what_goes_after_the_training_has_stepped_aside(priority, expected):
    if os.getpriority(os.PRIO_PROCESS, 0) > TRAINING_PRIORITY:
        pytest.skip("the whole process has")

    def aside():
        step_aside(priority)
        return has_stepped_aside()

    assert in_a_thread(aside) is expected


@pytest.mark.skipif(queued_s() is None, reason="this kernel does not count")
def test_what_is_waited_for_a_core_is_counted_and_sleep_is_not():
    before = queued_s()
    threading.Event().wait(0.05)
    assert 0 <= queued_s() - before < 0.05
