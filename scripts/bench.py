"""Measures training and watching, side by side in one run: ``.venv/bin/python scripts/bench.py``.

Training alone (several mini-batches, a wider network), the exact slice against brute force, then
training alone against the window at its frame clock, with and without the cost surface, in
alternation; medians of several rounds. Needs the environment that ``scripts/run.py`` makes; with
a display the window is real, without one it is rendered offscreen.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time

STARTED = time.perf_counter()

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop

from gdviz.analysis.cost_surface import begin_slice, compute_surface
from gdviz.analysis.directions import random_plane
from gdviz.data.mnist import load_mnist
from gdviz.nn.network import mean_cost, one_hot
from gdviz.nn.parameters import Parameters
from gdviz.qt.app import SWITCH_INTERVAL_S, create_window, make_application
from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import Pause, Restart, Run
from gdviz.runtime.snapshot import RunState
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.trainer import Trainer

CONFIG = PRESETS["lesson"].replace(epochs=100_000)
WIDE = CONFIG.replace(layer_sizes=(784, 128, 64, 10), hidden_activation="relu", learning_rate=0.01)


def headless(seconds: float, config: TrainingConfig = CONFIG) -> float:
    """Examples per second of the trainer alone."""
    trainer = Trainer(config, load_mnist())
    trainer.advance(100)
    first, started = trainer.step, time.perf_counter()
    while time.perf_counter() - started < seconds:
        trainer.advance(62)
    elapsed = time.perf_counter() - started
    return (trainer.step - first) * trainer.mini_batch / elapsed


def training_speeds(seconds: float, n_rounds: int) -> dict[str, float]:
    """Examples per second for mini-batches of several sizes and a wider network."""
    configs = {f"mini_batch_{n}": CONFIG.replace(mini_batch=n) for n in (10, 32, 100, 1000)}
    configs["784-128-64-10_mini_batch_32"] = WIDE
    found: dict[str, list[float]] = {key: [] for key in configs}
    for _ in range(n_rounds):
        for key, config in configs.items():
            found[key].append(headless(seconds, config))
    return {key: statistics.median(values) for key, values in found.items()}


def slice_speed(n_rounds: int) -> dict[str, float]:
    """Milliseconds for 41x41 points on 1,000 images, exact and brute force, on one core."""
    dataset, config = load_mnist(), CONFIG
    parameters = Trainer(config, dataset).parameters
    plane = random_plane(parameters, np.random.default_rng(0), 0)
    axis = np.linspace(-1, 1, 41)
    split = dataset.train.first(1000)
    inputs, targets = split.inputs(slice(None)), one_hot(split.labels)
    exact, brute = [], []
    error = 0.0
    for _ in range(n_rounds):
        started = time.perf_counter()
        task = begin_slice(
            config.architecture, plane, axis, axis, split.images, split.labels, config.cost
        )
        surface = compute_surface(task)
        exact.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        for i in range(0, 41, 8):
            for j in range(41):
                vector = plane.at(axis[j], axis[i]).astype(np.float32)
                moved = Parameters(vector, parameters.layout)
                cost = mean_cost(config.architecture, moved, inputs, targets, config.cost)
                error = max(error, abs(cost - surface.cost[i, j]) / cost)
        # Every eighth row stands for all: the rest would cost the same.
        brute.append(1000 * (time.perf_counter() - started) * 41 / 6)
    return {
        "exact_ms": statistics.median(exact),
        "brute_force_ms": statistics.median(brute),
        "brute_force_over_exact": statistics.median(
            b / e for b, e in zip(brute, exact, strict=True)
        ),
        "largest_relative_error": error,
    }


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
        "frames_per_second": 1000 / float(intervals.mean()),
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
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    window = create_window(["--theme", "dark"])
    window.remembers = False
    window.show()
    window.dock_layout.reset()
    window.start()
    while window.session.snapshot is None:
        spin(0.01)
    first_window = time.perf_counter() - STARTED
    spin(2.0)
    rounds: dict[str, list[dict[str, float]]] = {"live": [], "live_with_surface": []}
    alone: list[float] = []
    for _ in range(options.rounds):
        alone.append(headless(options.seconds))
        rounds["live"].append(live(window, options.seconds, ("cost_surface",)))
        rounds["live_with_surface"].append(live(window, options.seconds, ()))
    window.close()
    result: dict[str, object] = {
        "headless_examples_per_second": statistics.median(alone),
        "by_mini_batch": training_speeds(min(options.seconds, 2.0), options.rounds),
        "slice_41x41_on_1000": slice_speed(options.rounds),
        "first_window_s": first_window,
    }
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
