"""Faults of system calls while something is saved: by strace in the kernel, and by a size limit.

After each the old version is whole, the refusal is one sentence, nothing is left behind, and the
same process saves the next version as if nothing had been.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fault_kills import expect_version, forked, subjects
from fault_report import Tried
from fault_saves import SessionFile, Subject, content_of

from gdviz.storage.atomic import SaveError

ERRORS = ("ENOSPC", "EIO", "EROFS", "EINTR")
FAULTY = re.compile(r"open|openat|p?writev?|fsync|fdatasync|rename(at2?)?|mkdir(at)?|flock")
"""Calls of which each is tried with each error."""

LEFT_OUT = {"read", "restart_syscall", "exit_group", "brk", "mmap", "munmap", "mremap", "madvise"}

SAVED, REFUSED, WRONG = 0, 3, 4
_PR_SET_PTRACER = 0x59616D61


def strace_problem() -> str:
    """Say why strace cannot be used here; empty if it can."""
    if shutil.which("strace") is None:
        return "there is no strace"
    try:
        _, told = _traced(lambda: lambda: os.getppid() * 0, "")
    except (OSError, RuntimeError) as error:
        return str(error)
    return "" if "getppid(" in told else "strace does not see what a process calls"


def faults_by_strace() -> list[Tried]:
    """Let each call of a save fail with each error, and kill the process at each call."""
    problem = strace_problem()
    rows = []
    with subjects() as made:
        for subject in made:
            kills = Tried("R1", f"{subject.title}: killed at every system call of a save")
            faults = Tried("R2", f"{subject.title}: every call fails with every error")
            rows += [kills, faults]
            if problem:
                kills.not_tried = faults.not_tried = problem
                continue
            for before in subject.befores:
                calls = _calls_of_a_save(subject, before)
                for name, number in calls:
                    _kill_at(subject, kills, before, f"{name}:signal=KILL:when={number}")
                for name, number in calls:
                    for error in ERRORS if FAULTY.fullmatch(name) else ():
                        _fail_at(subject, faults, before, f"{name}:error={error}:when={number}")
    return rows


def faults_by_size_limit(count: int, seed: int) -> list[Tried]:
    """Let the kernel refuse to write beyond a random size."""
    generator = random.Random(seed)  # noqa: S311  # sizes, no secrets
    size = len(content_of(0))
    rows = []
    with subjects() as made:
        for subject in made:
            row = Tried("R2", f"{subject.title}: no file may be larger than some bytes")
            for _ in range(count):
                limit = generator.randrange(size)
                child = forked(partial(_save_limited, subject, limit))
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                row.count += 1
                row.expect(code == REFUSED, f"limit {limit:,}: ended with {code}")
                expect_version(subject, row, {3}, f"limit {limit:,}")
                subject.clear()
            rows.append(row)
    return rows


def faults_by_small_disk(folder: Path) -> Tried:
    """Fill a disk, which must be small, and save to it; what fills it is deleted again."""
    row = Tried("R2", "session file: the disk is full")
    place = folder / "gdviz-faults"
    place.mkdir()
    subject = SessionFile(place)
    filler = folder / "gdviz-filler"
    try:
        subject.writer(1)()
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                row.count += 1
        try:
            subject.writer(2)()
            row.failures.append("it was saved to a full disk")
        except SaveError as error:
            row.expect("no space left" in str(error), f"the refusal says {error}")
        row.expect(not subject.left_over(), f"left behind: {subject.left_over()}")
        expect_version(subject, row, {1}, "while the disk is full")
        filler.unlink()
        subject.writer(3)()
        expect_version(subject, row, {3}, "when there is room again")
    finally:
        filler.unlink(missing_ok=True)
        shutil.rmtree(place)
    return row


def _calls_of_a_save(subject: Subject, before: int | None) -> list[tuple[str, int]]:
    """Give the name of each call that a save makes, and how many of its name there were by then.

    Reading is left out: it changes nothing, and the process waits in it until it is traced. So is
    asking for memory, which is not needed every time.
    """
    _, told = _traced(partial(_saving, subject, before), "")
    subject.clear()
    seen: Counter[str] = Counter()
    numbered = []
    for name in re.findall(r"^(\w+)\(", told, re.MULTILINE):
        seen[name] += 1
        if name not in LEFT_OUT:
            numbered.append((name, seen[name]))
    return numbered


def _kill_at(subject: Subject, row: Tried, before: int | None, injection: str) -> None:
    status, _ = _traced(partial(_saving, subject, before), injection)
    row.count += 1
    row.expect(os.WIFSIGNALED(status), f"{injection}: not killed but ended with {status}")
    expect_version(subject, row, {before, 2}, injection)
    subject.clear()


def _fail_at(subject: Subject, row: Tried, before: int | None, injection: str) -> None:
    status, _ = _traced(partial(_saving_on, subject, before), injection)
    row.count += 1
    code = os.waitstatus_to_exitcode(status)
    row.expect(code in {SAVED, REFUSED}, f"{injection}: ended with {code}")
    expect_version(subject, row, {3}, injection)
    subject.clear()


def _saving(subject: Subject, before: int | None) -> Callable[[], int]:
    """Save a version, if there is to be one before, and give what saves the next."""
    if before is not None:
        subject.writer(before)()
    write = subject.writer(2)
    return lambda: write() or SAVED


def _saving_on(subject: Subject, before: int | None) -> Callable[[], int]:
    """Do the same, and give what saves the next, in which something breaks, and one more."""
    if before is not None:
        subject.writer(before)()
    write, write_next = subject.writer(2), subject.writer(3)

    def act() -> int:
        code = _expect_refusal(subject, write, before)
        write_next()
        return code

    return act


def _save_limited(subject: Subject, limit: int) -> int:
    subject.writer(1)()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    code = _expect_refusal(subject, subject.writer(2), 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    subject.writer(3)()
    return code


def _expect_refusal(subject: Subject, write: Callable[[], None], before: int | None) -> int:
    """Save; if that is refused, see that the version before is there and nothing else."""
    try:
        write()
    except SaveError as error:
        is_sentence = re.fullmatch(r".+ (cannot|can) be (saved|made|kept)[^\n]*: .+", str(error))
        is_right = is_sentence and subject.present() == before and not subject.left_over()
        return REFUSED if is_right else WRONG
    return SAVED


def _traced(prepare: Callable[[], Callable[[], int]], injection: str) -> tuple[int, str]:
    """Do something in a process of its own, traced from where it is prepared.

    Parameters
    ----------
    prepare : callable
        Called in that process, untraced; gives what is done.
    injection : str
        What strace shall inject, or empty.

    Returns
    -------
    status : int
        As `os.waitpid` gives it.
    told : str
        A line for each call that was made.

    Raises
    ------
    RuntimeError
        If strace may not look at a process.
    """
    is_ready, ready = os.pipe()
    wait, go = os.pipe()

    def act() -> int:
        _permit_to_be_traced()
        what = prepare()
        os.write(ready, b"r")
        os.read(wait, 1)
        return what()

    with tempfile.NamedTemporaryFile("r") as told:
        child = forked(act)
        try:
            os.close(ready)
            os.read(is_ready, 1)
            command = ["strace", "-p", str(child), "-o", told.name]
            command += ["-e", f"inject={injection}"] if injection else []
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
                assert strace.stderr is not None
                line = strace.stderr.readline().strip()
                if not line.endswith("attached"):
                    os.kill(child, signal.SIGKILL)
                    raise RuntimeError(line or "strace did not begin")
                os.write(go, b"g")
        finally:
            for descriptor in (is_ready, wait, go):
                os.close(descriptor)
            status = os.waitpid(child, 0)[1]
        return status, told.read()


def _permit_to_be_traced() -> None:
    """Let any process of this user trace this one, where only its parents may by default."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
