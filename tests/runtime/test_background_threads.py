"""Threads that step aside, until other programs leave them nothing."""

import os
import sys
import threading

import pytest

from gdviz.runtime import background_threads
from gdviz.runtime.background_threads import BackgroundThreads, Crowding
from gdviz.runtime.thread_turns import (
    BACKGROUND_PRIORITY,
    TRAINING_PRIORITY,
    queued_s,
    step_aside,
)

HAS_SCHEDULER_COUNTS = queued_s() is not None
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a thread has no priority there")


def priority():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _name_and_priority():
    return threading.current_thread().name, priority()


@pytest.fixture
def crowding():
    return Crowding()


@pytest.fixture
def threads(crowding):
    with BackgroundThreads(2, "test", crowding=crowding, is_computing=True) as executor:
        yield executor


@on_linux
def test_threads_step_aside_and_this_one_does_not(threads):
    before = priority()
    lowered = max(before, BACKGROUND_PRIORITY)
    assert threads.submit(_name_and_priority).result() == ("test_0", lowered)
    assert priority() == before


@on_linux
def test_in_a_crowd_others_take_over_that_go_before(threads, crowding):
    assert not crowding.is_crowded
    crowding.see(busy_s=0.02, queued_s=0.98)
    assert crowding.is_crowded
    expected = max(priority(), TRAINING_PRIORITY)
    assert threads.submit(_name_and_priority).result() == ("test-late_0", expected)


@on_linux
def test_in_a_crowd_a_thread_that_stepped_aside_begets_no_late_one(threads, crowding):
    """It would inherit its priority, and nobody can raise it again."""

    def ask_another():
        crowding.see(0.0, 1.0)
        return threads.submit(_name_and_priority)

    name, _ = threads.submit(ask_another).result().result()
    assert name == "test_1"
    name, _ = threads.submit(_name_and_priority).result()
    assert name == "test-late_0"


def test_what_one_executor_finds_out_all_know():
    executors = [BackgroundThreads(1, name, is_computing=True) for name in ("one", "other")]
    assert len({id(executor._crowding) for executor in executors}) == 1
    for executor in executors:
        executor.shutdown()


def test_crowd_is_forgotten_after_a_while(monkeypatch, crowding):
    crowding.see(0.0, 1.0)
    now = background_threads.time.monotonic()
    monkeypatch.setattr(
        background_threads.time, "monotonic", lambda: now + background_threads.CROWDED_FOR_S + 1
    )
    assert not crowding.is_crowded


def test_crowd_that_stays_is_looked_at_ever_more_seldom(monkeypatch, crowding):
    """Each look costs half a second in which nearly nothing is computed."""
    now = [1000.0]
    monkeypatch.setattr(background_threads.time, "monotonic", lambda: now[0])

    def crowded_for():
        crowding.see(0.0, 1.0)
        begun = now[0]
        while crowding.is_crowded:
            now[0] += 1.0
        return now[0] - begun

    assert [crowded_for() for _ in range(6)] == [10, 20, 40, 80, 160, 160]
    crowding.see(1.0, 0.0)
    assert crowded_for() == 10


@pytest.mark.parametrize(
    ("pieces", "is_crowded"),
    [
        ([(0.0, 0.4)], False),  # too short to tell
        ([(0.0, 0.4), (0.0, 0.4)], True),
        ([(0.0, 0.4), (0.4, 0.0)], False),
        ([(0.5, 0.5), (0.0, 0.4)], False),  # what was told before is done with
        ([(0.09, 0.91)], True),
        ([(0.11, 0.89)], False),
    ],
)
def test_crowding_is_a_small_share_over_half_a_second(crowding, pieces, is_crowded):
    for busy_s, waited_s in pieces:
        crowding.see(busy_s, waited_s)
    assert crowding.is_crowded == is_crowded


def test_waiting_without_wanting_a_core_is_no_crowd(monkeypatch):
    """Another thread of this process may hold the lock for long, whoever else computes."""
    seen, told = [], threading.Event()
    crowding = Crowding()
    monkeypatch.setattr(crowding, "see", lambda *piece: seen.append(piece))
    with BackgroundThreads(1, "test", crowding=crowding, is_computing=True) as executor:
        work = executor.submit(told.wait, 60)
        threading.Event().wait(0.1)
        told.set()
        assert work.result()
    assert sum(map(sum, seen)) < 0.1


def test_where_the_system_does_not_count_there_is_no_crowd(monkeypatch, crowding):
    monkeypatch.setattr(background_threads, "queued_s", lambda: None)
    monkeypatch.setattr(crowding, "see", lambda *_: pytest.fail("nothing is known"))
    with BackgroundThreads(1, "test", crowding=crowding, is_computing=True) as executor:
        assert executor.submit(sum, range(1000)).result() == 499_500


@pytest.mark.skipif(not HAS_SCHEDULER_COUNTS, reason="this kernel does not count")
def test_computing_is_watched_and_waiting_is_not(monkeypatch):
    seen = []
    crowding = Crowding()
    monkeypatch.setattr(crowding, "see", lambda *piece: seen.append(piece))
    for is_computing in (True, False):
        with BackgroundThreads(1, "test", crowding=crowding, is_computing=is_computing) as executor:
            assert executor.submit(sum, range(1000)).result() == 499_500
            with pytest.raises(ZeroDivisionError):
                executor.submit(divmod, 1, 0).result()
    assert len(seen) == 2
    assert all(busy_s >= 0 and waited_s >= 0 for busy_s, waited_s in seen)


@on_linux
def test_where_priorities_are_forbidden_work_is_done_all_the_same(monkeypatch, crowding):
    def forbidden(*_):
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", forbidden)
    step_aside()
    with BackgroundThreads(1, "test", is_computing=True, crowding=crowding) as executor:
        assert executor.submit(_name_and_priority).result() == ("test_0", priority())
