"""Scrubbing: how soon a step of the past is on the screen, in every view."""

import time
from functools import partial

import numpy as np
from bench_report import Findings, row
from bench_training import Extent
from bench_window import begin, is_running, seen, shown_window, spin, stand_still, wait
from PySide6.QtCore import QCoreApplication

from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import SeekTo

STEPS = 20_000
N_SEEKS = 40
SETTLE_S = 0.5
"""What is computed beside the looking, the slice at first, has its time before."""


def seek_ms(window: MainWindow, step: int) -> float:
    """Give the time from asking for a step until every view has shown it."""
    started = time.perf_counter()
    window.send(SeekTo(step))

    def is_shown() -> bool:
        snapshot = seen(window)
        is_there = snapshot.step == step and snapshot.acknowledged >= window.session.last_sent
        return is_there and window.views.is_up_to_date

    wait(is_shown, f"step {step:,}")
    QCoreApplication.processEvents()  # What was shown last is painted.
    return 1000 * (time.perf_counter() - started)


def timeline(extent: Extent) -> Findings:
    """Train, then look at steps of the past: those that are stored, and any."""
    generator = np.random.default_rng(7)
    stored: list[float] = []
    between: list[float] = []
    with shown_window() as window:
        begin(window, ())
        wait(partial(_has_taken, window, STEPS), "training")
        stand_still(window)
        spin(SETTLE_S)
        snapshot = seen(window)
        keyframes, head = list(snapshot.keyframe_steps), snapshot.head_step
        for _ in range(extent.rounds):
            stored += [seek_ms(window, int(generator.choice(keyframes))) for _ in range(N_SEEKS)]
            spin(SETTLE_S)
            between += [seek_ms(window, int(generator.integers(head))) for _ in range(N_SEEKS)]
            spin(SETTLE_S)
    return Findings(
        rows=[
            row("scrub", stored, f"{len(keyframes)} stored steps of {head:,}; the middle one"),
            row("scrub_longest", [max(stored)]),
            row("scrub_between", between, "replayed from the nearest stored step", worst=True),
        ]
    )


def _has_taken(window: MainWindow, steps: int) -> bool:
    return is_running(window) and seen(window).step >= steps
