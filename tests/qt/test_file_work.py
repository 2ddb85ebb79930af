"""Work on files ends in order, in time, and also when no thread takes any more of it."""

import os
import sys
import threading

import pytest

from gdviz.qt.file_work import FileWork
from gdviz.runtime.thread_turns import TRAINING_PRIORITY


def test_work_is_done_in_order(qapp):
    work, done = FileWork("test"), []
    jobs = [work.begin(lambda k=k: done.append(k)) for k in range(5)]
    assert work.close()
    assert done == list(range(5))
    assert all(job.done for job in jobs)


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has no priority there")
def test_the_window_goes_before_the_work(qapp):
    work = FileWork("test")
    job = work.begin(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert work.close()
    assert job.result() == max(TRAINING_PRIORITY, os.getpriority(os.PRIO_PROCESS, 0))


def test_work_that_comes_after_the_threads_have_ended_is_done_at_once(qapp):
    """As at the end of the process, from `atexit`: what is left is written all the same."""
    work, done = FileWork("test"), []
    assert work.close()
    job = work.begin(lambda: done.append(1) or "written")
    assert (job.done, job.result(), done) == (True, "written", [1])

    def fail() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        work.begin(fail).result()
    assert work.close()
