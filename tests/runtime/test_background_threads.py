"""Threads that run when nobody else wants a core, until that is never."""

import os
import sys
import threading

import pytest

from gdviz.runtime import background_threads
from gdviz.runtime.background_threads import (
    BACKGROUND_PRIORITY,
    BackgroundThreads,
    Crowding,
    runs_when_idle,
    step_aside,
)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="threads have no policy of their own")


def _name_and_policy():
    return threading.current_thread().name, runs_when_idle()


@pytest.fixture
def crowding():
    return Crowding()


@pytest.fixture
def threads(crowding):
    with BackgroundThreads(2, "test", crowding, is_computing=True) as executor:
        yield executor


@on_linux
def test_threads_run_when_idle_and_this_one_does_not(threads):
    assert threads.submit(_name_and_policy).result() == ("test_0", True)
    assert not runs_when_idle()


@on_linux
def test_in_a_crowd_others_take_over_with_a_share_of_their_own(threads, crowding):
    assert not crowding.is_crowded
    crowding.see(wall_s=1.0, busy_s=0.02)
    assert crowding.is_crowded
    name, is_idle = threads.submit(_name_and_policy).result()
    assert name == "test-late_0"
    assert not is_idle
    priority = threads.submit(
        lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    ).result()
    assert priority == max(BACKGROUND_PRIORITY, os.getpriority(os.PRIO_PROCESS, 0))


@on_linux
def test_in_a_crowd_an_idle_thread_begets_no_late_one(threads, crowding):
    """It would inherit that it runs when idle."""

    def ask_another():
        crowding.see(1.0, 0.0)
        return threads.submit(_name_and_policy)

    assert threads.submit(ask_another).result().result() == ("test_1", True)
    assert threads.submit(_name_and_policy).result() == ("test-late_0", False)


def test_crowd_is_forgotten_after_a_while(monkeypatch, crowding):
    crowding.see(1.0, 0.0)
    now = background_threads.time.monotonic()
    monkeypatch.setattr(
        background_threads.time, "monotonic", lambda: now + background_threads.CROWDED_FOR_S + 1
    )
    assert not crowding.is_crowded


@pytest.mark.parametrize(
    ("pieces", "is_crowded"),
    [
        ([(0.4, 0.0)], False),  # too short to tell
        ([(0.4, 0.0), (0.4, 0.0)], True),
        ([(0.4, 0.0), (0.4, 0.4)], False),
        ([(1.0, 0.5), (0.4, 0.0)], False),  # what was told before is done with
        ([(1.0, 0.09)], True),
        ([(1.0, 0.11)], False),
    ],
)
def test_crowding_is_a_small_share_over_half_a_second(crowding, pieces, is_crowded):
    for wall_s, busy_s in pieces:
        crowding.see(wall_s, busy_s)
    assert crowding.is_crowded == is_crowded


def test_computing_is_watched_and_waiting_is_not(monkeypatch):
    seen = []
    crowding = Crowding()
    monkeypatch.setattr(crowding, "see", lambda *piece: seen.append(piece))
    for is_computing in (True, False):
        with BackgroundThreads(1, "test", crowding, is_computing=is_computing) as executor:
            assert executor.submit(sum, range(1000)).result() == 499_500
            with pytest.raises(ZeroDivisionError):
                executor.submit(divmod, 1, 0).result()
    assert len(seen) == 2
    assert all(wall_s >= 0 and busy_s >= 0 for wall_s, busy_s in seen)


@on_linux
def test_where_priorities_are_forbidden_work_is_done_all_the_same(monkeypatch, crowding):
    def forbidden(*_):
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", forbidden)
    monkeypatch.setattr(os, "sched_setscheduler", forbidden)
    step_aside()
    with BackgroundThreads(1, "test", crowding, is_computing=True) as executor:
        assert executor.submit(_name_and_policy).result() == ("test_0", False)
