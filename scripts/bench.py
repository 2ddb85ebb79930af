"""Measures training and watching, side by side in one run: ``.venv/bin/python scripts/bench.py``.

Headless training, then the window at its frame clock with and without the cost surface, in
alternation; medians of several rounds. Needs the environment that ``scripts/run.py`` makes;
with a display the window is real, without one it is rendered offscreen.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop

from gdviz.data.mnist import load_mnist
from gdviz.qt.app import create_window, make_application
from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import Pause, Restart, Run
from gdviz.runtime.snapshot import RunState
from gdviz.training.config import PRESETS
from gdviz.training.trainer import Trainer

CONFIG = PRESETS["lesson"].replace(epochs=100_000)


def headless(seconds: float) -> float:
    """Examples per second of the trainer alone."""
    trainer = Trainer(CONFIG, load_mnist())
    trainer.advance(100)
    first, started = trainer.step, time.perf_counter()
    while time.perf_counter() - started < seconds:
        trainer.advance(62)
    elapsed = time.perf_counter() - started
    return (trainer.step - first) * trainer.mini_batch / elapsed


def spin(seconds: float) -> None:
    """Let the event loop run for so long."""
    loop = QEventLoop()
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def live(window: MainWindow, seconds: float, hidden: tuple[str, ...]) -> dict[str, float]:
    """Training speed and frame intervals with the window ticking; some views may be hidden."""
    for key, dock in window.dock_layout.docks.items():
        dock.setVisible(key not in hidden)
    window.send(Restart(CONFIG))
    window.send(Run())
    spin(1.0)
    window.clock.intervals_ms.clear()
    window.clock.costs_ms.clear()
    snapshot = window.session.snapshot
    assert snapshot is not None
    first, started = snapshot.step, time.perf_counter()
    surfaces = set()
    deadline = started + seconds
    loop = QEventLoop()
    while time.perf_counter() < deadline:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        snapshot = window.session.snapshot
        if snapshot.surface is not None:
            surfaces.add(snapshot.surface.step)
    elapsed = time.perf_counter() - started
    intervals = np.array(window.clock.intervals_ms)
    result = {
        "examples_per_second": (snapshot.step - first) * 32 / elapsed,
        "frames_per_second": len(intervals) / elapsed if len(intervals) < 600 else float("nan"),
        "frame_p50_ms": float(np.percentile(intervals, 50)),
        "frame_p99_ms": float(np.percentile(intervals, 99)),
        "longest_ms": float(intervals.max()),
        "surfaces_per_second": len(surfaces) / elapsed,
    }
    result["pause_ms"] = pause(window)
    return result


def pause(window: MainWindow) -> float:
    """Milliseconds from the command to a snapshot that stands still."""
    started = time.perf_counter()
    identity = window.send(Pause())
    loop = QEventLoop()
    while True:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        snapshot = window.session.snapshot
        assert snapshot is not None
        if snapshot.acknowledged >= identity and snapshot.state is not RunState.RUNNING:
            return 1000 * (time.perf_counter() - started)


def main() -> int:
    """Run the rounds and print their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="per measurement")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    make_application()
    window = create_window(["--theme", "dark"])
    window.show()
    window.start()
    spin(2.0)
    rounds: dict[str, list[dict[str, float]]] = {"live": [], "live_with_surface": []}
    alone: list[float] = []
    for _ in range(options.rounds):
        alone.append(headless(options.seconds))
        rounds["live"].append(live(window, options.seconds, ("cost_surface",)))
        rounds["live_with_surface"].append(live(window, options.seconds, ()))
    window.close()
    result: dict[str, object] = {"headless_examples_per_second": statistics.median(alone)}
    for name, measured in rounds.items():
        medians = {key: statistics.median(m[key] for m in measured) for key in measured[0]}
        ratios = [m["examples_per_second"] / a for m, a in zip(measured, alone, strict=True)]
        medians["live_over_headless"] = statistics.median(ratios)
        result[name] = medians
    result["not_compared"] = "other programs; the matrix-product floor"
    print(json.dumps(result, indent=None if options.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
