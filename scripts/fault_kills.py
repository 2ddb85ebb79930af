"""SIGKILL while something is saved: at random moments, and at every call that a save makes.

What was acknowledged before is still there afterwards, whole, or what was being saved is.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from fault_report import Tried
from fault_saves import SUBJECTS, BrokenError, Subject

LONGEST_S = 0.012
"""A few saves on a quick disk: a kill may come in any of their parts."""
VERSION_BYTES = 8
MOST_CALLS = 5_000


@contextmanager
def subjects() -> Iterator[list[Subject]]:
    """Give one of each subject in an empty folder of its own."""
    with tempfile.TemporaryDirectory(prefix="gdviz-faults-", dir=_quick_folder()) as folder:
        made: list[Subject] = []
        for kind in SUBJECTS:
            path = Path(folder) / kind.__name__
            path.mkdir()
            made.append(kind(path))
        yield made


def _quick_folder() -> str | None:
    """Give a folder in memory, if there is one: what a kill leaves there is the same."""
    return next((name for name in ("/dev/shm",) if os.access(name, os.W_OK)), None)  # noqa: S108


def forked(act: Callable[[], int]) -> int:
    """Do something in a process that is a copy of this one and ends with what it gives."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(act())
        except BaseException as error:  # noqa: BLE001  # whatever it was, this is not the parent
            print(f"in the child: {error!r}", file=sys.stderr)
            os._exit(99)
    return child


def random_kills(count: int, seed: int) -> list[Tried]:
    """Kill processes that save without a pause, each after a random time."""
    generator = random.Random(seed)  # noqa: S311  # moments, no secrets
    rows = []
    with subjects() as made:
        for subject in made:
            row = Tried("R1", f"{subject.title}: killed at a random moment")
            version = 0
            for _ in range(count):
                version = _killed_at_random(subject, row, version, generator)
            row.expect(version > count, f"only {version} versions were saved")
            rows.append(row)
    return rows


def _killed_at_random(subject: Subject, row: Tried, version: int, generator: random.Random) -> int:
    """Kill one process; give the version that is there then."""
    reading, writing = os.pipe()

    def save_for_ever() -> int:
        os.close(reading)
        number = version
        while True:
            number += 1
            subject.writer(number)()
            os.write(writing, number.to_bytes(VERSION_BYTES))

    child = forked(save_for_ever)
    os.close(writing)
    acknowledged = _read_version(reading)
    time.sleep(generator.uniform(0, LONGEST_S))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while (newer := _read_version(reading)) is not None:
        acknowledged = newer
    os.close(reading)
    row.count += 1
    if acknowledged is None:
        row.failures.append("the process ended before it had saved anything")
        return version
    expect_version(subject, row, {acknowledged, acknowledged + 1}, f"after {acknowledged}")
    subject.clear()
    return acknowledged + 1


def _read_version(reading: int) -> int | None:
    content = os.read(reading, VERSION_BYTES)
    return int.from_bytes(content) if len(content) == VERSION_BYTES else None


def expect_version(subject: Subject, row: Tried, versions: set[int | None], when: str) -> None:
    """Require that one of some versions is found, whole."""
    try:
        found = subject.found()
    except (BrokenError, OSError, ValueError) as error:
        row.failures.append(f"{when}: {error}")
    else:
        row.expect(found in versions, f"{when}: version {found} was found, not {versions}")


def kills_at_every_call() -> list[Tried]:
    """Kill before each call by which a save reaches the system, one after the other."""
    rows = []
    with subjects() as made:
        for subject in made:
            row = Tried("R1", f"{subject.title}: killed at every call of a save")
            for call in range(1, MOST_CALLS):
                child = forked(partial(_save_killed_at, subject, call))
                status = os.waitpid(child, 0)[1]
                is_killed = os.WIFSIGNALED(status)
                expect_version(subject, row, {2, 3} if is_killed else {3}, f"call {call}")
                subject.clear()
                if not is_killed:
                    row.expect(os.WEXITSTATUS(status) == 0, f"status {status} without a kill")
                    break
                row.count += 1
            rows.append(row)
    return rows


def _save_killed_at(subject: Subject, call: int) -> int:
    """Save two versions, then a third in which the process is killed at a call."""
    subject.writer(1)()
    subject.writer(2)()
    write, passed = subject.writer(3), 0

    def count(_frame: FrameType, event: str, called: object) -> None:
        nonlocal passed
        passed += event == "c_call" and _reaches_the_system(called)
        if passed == call:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    write()
    sys.setprofile(None)
    return 0


def _reaches_the_system(called: object) -> bool:
    """Whether a built-in function is one of those of files."""
    module = (
        getattr(called, "__module__", None) or type(getattr(called, "__self__", None)).__module__
    )
    return module in {"posix", "nt", "io", "_io", "fcntl"}
