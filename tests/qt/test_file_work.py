"""Work on files ends in order, in time, and also when no thread takes any more of it."""

import pytest

from gdviz.qt.file_work import FileWork


def test_work_is_done_in_order(qapp):
    work, done = FileWork("test"), []
    jobs = [work.begin(lambda k=k: done.append(k)) for k in range(5)]
    assert work.close()
    assert done == list(range(5))
    assert all(job.done for job in jobs)


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
