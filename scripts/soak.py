"""Many frames of the window in a short time: what does it take, the longer it is open.

    .venv/bin/python scripts/soak.py --frames 864000     # eight hours at 30 frames a second

Trains all the while, looks at the past, forks, and prints what the process takes. The tests run
20,000 frames of it.
"""

import argparse
import gc
import os
import re
import sys
import threading
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import DeleteBranch, Run, SeekTo, SetSpeed, Step

PAINT_EVERY = 20
"""Frames from one painting to the next: what grows, grows with what is shown."""
SCRUB_EVERY = 400
FORK_EVERY = 800
STEPS_PER_SECOND = 400.0
PLACE = re.compile(r"_\d+$")
"""Ends the name of an executor's thread."""


class Count(NamedTuple):
    """What a process has at one moment.

    The threads of an executor begin when they are first needed, which may be late, and never are
    more than it has places: each place is counted only if it is taken twice, by an executor that
    was made anew while the old one lived on.
    """

    memory_mb: float
    n_objects: int
    n_widgets: int
    n_threads: int
    n_none: int
    n_true: int


class Soak:
    """Drives a window whose clock does not tick by itself.

    Parameters
    ----------
    window : MainWindow
        Shown.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._n_frames = 0
        window.send(SetSpeed(STEPS_PER_SECOND))
        window.send(Run())

    def run(self, n_frames: int) -> None:
        """Show so many frames."""
        for _ in range(n_frames):
            self._n_frames += 1
            self._window.tick()
            if self._n_frames % PAINT_EVERY == 0:
                QCoreApplication.processEvents()
            if self._n_frames % SCRUB_EVERY == 0:
                self._scrub()

    def _scrub(self) -> None:
        """Look at the past; now and then go on from there on a branch and drop the old one."""
        snapshot = self._window.session.snapshot
        if snapshot is None:
            return
        self._window.send(SeekTo(snapshot.head_step // 2))
        forks = self._n_frames % FORK_EVERY == 0
        if not forks:
            self._window.send(Step())
            self._window.send(SeekTo(sys.maxsize))
        self._window.send(Run())
        if forks:
            self._window.send(DeleteBranch(snapshot.branch))

    def count(self) -> Count:
        """Count what there is now."""
        QCoreApplication.processEvents()
        gc.collect()
        nothing, truth = sys.getrefcount(None), sys.getrefcount(True)  # counted
        return Count(
            memory_mb(),
            len(gc.get_objects()),
            len(self._window.findChildren(QWidget)),
            count_threads([thread.name for thread in threading.enumerate()]),
            nothing,
            truth,
        )


def count_threads(names: list[str]) -> int:
    """Count threads by their names, see `Count`."""
    of_executors = {name for name in names if PLACE.search(name)}
    return len(names) - len(of_executors)


def memory_mb() -> float:
    """Give what the process has in memory, in MB; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # no path of ours
            pages = int(file.read().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: list[str] | None = None) -> int:
    """Run as many frames as are asked for; 1 if the process has grown by more than 10 MB."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--frames", type=int, default=864_000)
    parser.add_argument("--warm-up", type=int, default=20_000)
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from gdviz.qt.app import create_window, make_application  # noqa: PLC0415  # after the platform

    make_application()
    window = create_window([])
    window.remembers = False
    window.clock.stop()
    window.show()
    soak = Soak(window)
    soak.run(options.warm_up)
    first = last = soak.count()
    print("frames", *Count._fields)
    parts = 20
    for part in range(parts):
        print(part * options.frames // parts, *last, flush=True)
        soak.run(options.frames // parts)
        last = soak.count()
    print(options.frames, *last)
    window.close()
    return int(last.memory_mb - first.memory_mb > 10)


if __name__ == "__main__":
    sys.exit(main())
