"""The window while it trains: what watching costs, frame intervals, stalls, the pause key.

With a display the window is real; without one it is rendered offscreen.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from bench_report import Findings, ratios, row
from bench_training import CONFIG, Extent, Headless
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from gdviz.data.dataset import Dataset
from gdviz.qt.app import (
    create_window,
    first_turn,
    make_application,
    set_aside_when_ready,
)
from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import Pause, Restart, Run
from gdviz.runtime.snapshot import RunState, Snapshot

SETTLE_S = 1.0
HEARTBEAT_MS = 5
SHORTEST_S = 4.0
"""Of a measurement with the window: a 99th percentile needs a few hundred frames."""
LONGEST_WAIT_S = 30.0
N_PAUSES = 5
NEIGHBOUR_SETTLE_S = 0.3


class Live(NamedTuple):
    """What one stretch of live training gave."""

    examples_per_second: float
    intervals_ms: tuple[float, ...]
    surfaces_per_second: float
    busy_share: float
    pauses_ms: tuple[float, ...]

    @property
    def frames_per_second(self) -> float:
        """The mean over the stretch."""
        return 1000 / float(np.mean(self.intervals_ms))

    def percentile(self, percent: float) -> float:
        """Of the frame intervals, in milliseconds."""
        return float(np.percentile(self.intervals_ms, percent))


def spin(seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
    """Let the event loop run for so long, or until something is true; give whether it was."""
    loop = QEventLoop()
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        if until():
            return True
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return until()


def wait(until: Callable[[], bool], what: str) -> None:
    """Let the event loop run until something is true.

    Raises
    ------
    RuntimeError
        If it is not within half a minute.
    """
    if not spin(LONGEST_WAIT_S, until):
        raise RuntimeError(f"waited {LONGEST_WAIT_S:g} s in vain for {what}")


def is_running(window: MainWindow) -> bool:
    """Whether the newest snapshot says that it trains."""
    snapshot = window.session.snapshot
    return snapshot is not None and snapshot.state is RunState.RUNNING


@contextmanager
def own_home() -> Iterator[None]:
    """Have the window save its session by itself, as its user's does, but not among the user's."""
    before = os.environ.get("GDVIZ_HOME")
    with tempfile.TemporaryDirectory(prefix="gdviz-bench-") as folder:
        os.environ["GDVIZ_HOME"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["GDVIZ_HOME"]
            else:
                os.environ["GDVIZ_HOME"] = before


@contextmanager
def shown_window() -> Iterator[MainWindow]:
    """Give the window in its default layout, and close it; what it saves is thrown away."""
    make_application()
    with own_home(), first_turn():
        window = create_window(["--theme", "dark"], keeps=True)
        try:
            window.remembers = False
            window.show()
            window.dock_layout.reset()
            window.activateWindow()
            set_aside_when_ready(window)
            wait(lambda: window.session.snapshot is not None, "the first snapshot")
            spin(SETTLE_S)
            yield window
        finally:
            window.keeping.ending.may_ask = False
            window.close()


def stand_still(window: MainWindow) -> None:
    """Pause, and let what is computed beside the training end: it must not slow what follows."""
    window.send(Pause())
    wait(lambda: not is_running(window), "the pause")
    spin(SETTLE_S)


FRONT = ("gradient_magnitudes", "cost_surface")
"""What stands in front of its row of tabs at first."""


def begin(window: MainWindow, hidden: tuple[str, ...]) -> None:
    """Show all views but some, and train from the start until the window has settled."""
    for key, dock in window.dock_layout.docks.items():
        dock.setVisible(key not in hidden)
    for key in FRONT:
        # One that was hidden comes back behind the others of its row of tabs.
        window.dock_layout.docks[key].raise_()
    window.send(Restart(CONFIG))
    window.send(Run())
    spin(SETTLE_S)


def seen(window: MainWindow) -> Snapshot:
    """Give the newest snapshot."""
    snapshot = window.session.snapshot
    assert snapshot is not None
    return snapshot


def live(window: MainWindow, seconds: float, hidden: tuple[str, ...]) -> Live:
    """Train with the window ticking, then pause and go on some times."""
    begin(window, hidden)
    intervals: deque[float] = deque()  # The clock's own keeps the last ten seconds only.
    window.clock.intervals_ms = intervals
    surfaces: set[int] = set()

    def note_surface() -> bool:
        surface = seen(window).surface
        if surface is not None:
            surfaces.add(surface.step)
        return False

    note_surface()
    already = len(surfaces)
    worked = time.thread_time()
    first, started = seen(window).epoch, time.perf_counter()
    spin(seconds, note_surface)
    elapsed = time.perf_counter() - started
    speed = (seen(window).epoch - first) * len(window.session.dataset.train) / elapsed
    measured = tuple(intervals)
    busy = (time.thread_time() - worked) / elapsed
    pauses = tuple(pause_ms(window) for _ in range(N_PAUSES))
    return Live(speed, measured, (len(surfaces) - already) / elapsed, busy, pauses)


def pause_ms(window: MainWindow) -> float:
    """Give the time from pressing Space until a snapshot that stands still is shown."""
    wait(lambda: is_running(window), "training to go on")
    spin(0.1)
    target = window.focusWidget() or window
    started = time.perf_counter()
    QTest.keyClick(target, Qt.Key.Key_Space)
    wait(lambda: not is_running(window), "the pause")
    elapsed = 1000 * (time.perf_counter() - started)
    window.send(Run())
    return elapsed


class Heartbeat(QObject):
    """Beats every few milliseconds on the GUI thread; a stall is a gap between two beats."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.beats: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(HEARTBEAT_MS)

    @Slot()
    def _beat(self) -> None:
        self.beats.append(time.perf_counter())

    def stop(self) -> float:
        """Cease to beat; give the longest gap in milliseconds, the beat's own time included."""
        self._timer.stop()
        return 1000 * max(after - before for before, after in pairwise(self.beats))


def longest_stall_ms(window: MainWindow, seconds: float) -> float:
    """Train with all views for so long; give the longest time the GUI thread did not answer."""
    begin(window, ())
    heartbeat = Heartbeat(window)
    spin(seconds)
    return heartbeat.stop()


@contextmanager
def busy_neighbour(share: float) -> Iterator[None]:
    """Keep a process busy for a share of the time, in turns of a frame."""
    program = (
        "import time\n"
        "while True:\n"
        "    end = time.perf_counter() + 0.016\n"
        f"    while time.perf_counter() < end - {0.016 * (1 - share)!r}: pass\n"
        "    time.sleep(max(end - time.perf_counter(), 0))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program])  # our own program
    try:
        time.sleep(NEIGHBOUR_SETTLE_S)
        yield
    finally:
        process.kill()
        process.wait()


def window(dataset: Dataset, extent: Extent) -> Findings:
    """Training without a window, live, and live with the surface, in alternation.

    And beside a process that has nothing to do with it and works as long as the window's thread
    does: what the two cores share, caches, memory and clock rate, costs that much by itself.
    """
    seconds = max(extent.seconds, SHORTEST_S)
    headless = Headless(CONFIG, dataset)
    alone: list[float] = []
    beside: list[float] = []
    plain: list[Live] = []
    surface: list[Live] = []
    with shown_window() as shown:
        for _ in range(extent.rounds):
            alone.append(headless.speed(seconds))
            plain.append(live(shown, seconds, ("cost_surface",)))
            surface.append(live(shown, seconds, ()))
            stand_still(shown)
            with busy_neighbour(plain[-1].busy_share):
                beside.append(headless.speed(seconds))
        stall = longest_stall_ms(shown, extent.stall_seconds)
    platform = make_application().platformName()
    return Findings(
        rows=[
            row("live", _over(plain, alone), f"without the cost surface; {platform}"),
            row("live_surface", _over(surface, alone), "the default window, all views"),
            row(
                "neighbour",
                ratios(beside, alone),
                f"busy {100 * float(np.mean([s.busy_share for s in plain])):.0f} % of the time",
            ),
            row("frame_rate", [stretch.frames_per_second for stretch in plain]),
            row("frame_rate_surface", [stretch.frames_per_second for stretch in surface]),
            row(
                "surface_rate", [s.surfaces_per_second for s in surface], "41 points, 1,000 images"
            ),
            row("frame_p50", [stretch.percentile(50) for stretch in surface], "all views"),
            row("frame_p99", [stretch.percentile(99) for stretch in plain], "without surface"),
            row("frame_p99_surface", [stretch.percentile(99) for stretch in surface], "all views"),
            row(
                "frame_longest",
                [max(s.intervals_ms) for s in (*plain, *surface)],
                "one value a stretch",
                worst=True,
            ),
            row("stall", [stall], f"in {extent.stall_seconds:g} s, beats of {HEARTBEAT_MS} ms"),
            row(
                "pause",
                [pause for stretch in (*plain, *surface) for pause in stretch.pauses_ms],
                "Space pressed, until a standing snapshot is shown",
                worst=True,
            ),
        ]
    )


def _over(stretches: list[Live], alone: list[float]) -> list[float]:
    return ratios([stretch.examples_per_second for stretch in stretches], alone)
