"""``gdviz record``: the real window, rendered without a display while it trains.

The pictures are taken at exact steps: the worker is told how many to take, and the window is
grabbed when it has shown that state with its evaluation and its cost surface.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gdviz.analysis.interval import wilson_interval
from gdviz.cli.main import record_parser
from gdviz.cli.output import CommandError, print_json, print_text
from gdviz.qt.app import make_application, window_of
from gdviz.qt.files import save_curves, save_network
from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import Step
from gdviz.runtime.snapshot import RunState

logger = logging.getLogger(__name__)

DEFAULT_EPOCHS = 3
DEFAULT_FRAMES = 12
LIMIT_S = 120.0
"""Longest wait for one picture's state, evaluation and surface."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


def run_record(arguments: list[str]) -> int:
    """Record as the options say.

    Raises
    ------
    CommandError
        If an option is out of range, the output cannot be written, or nothing can be shown.
    """
    options = record_parser().parse_args(arguments)
    size = parse_size(options.size)
    output = Path(options.output)
    as_folder = output.suffix == ""
    if output.suffix not in {"", ".png"}:
        raise CommandError(
            f"{output.name}: recordings are written as .png or a folder of PNG, "
            f"not {output.suffix}",
            2,
        )
    n_frames = (DEFAULT_FRAMES if as_folder else 1) if options.frames is None else options.frames
    if not 1 <= n_frames <= 10_000:
        raise CommandError(f"--frames must be from 1 to 10,000, not {n_frames}", 2)
    if options.steps is not None and options.steps < 0:
        raise CommandError(f"--steps must be at least 0, not {options.steps}", 2)
    if not 1 <= options.scale <= 4:
        raise CommandError(f"--scale must be from 1 to 4, not {options.scale}", 2)
    prepare_output(output, as_folder=as_folder)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    make_application()
    previous = qInstallMessageHandler(_log_qt)
    started = time.perf_counter()
    window = window_of(options)
    window.remembers = False
    try:
        window.resize(size.width, size.height)
        window.show()
        window.dock_layout.reset()
        recording = _Recording(window, output, as_folder=as_folder)
        report = recording.run(n_frames, options.steps)
    finally:
        window.shut_down()
        window.close()
        qInstallMessageHandler(previous)
    report["seconds"] = time.perf_counter() - started
    if options.json:
        print_json(report)
    else:
        print_text(_sentence(report, as_folder=as_folder))
    return 0


def _sentence(report: dict[str, Any], *, as_folder: bool) -> str:
    """Say in one line what was done and where it is."""
    saved = report["saved"]
    low, high = report["interval"]
    where = (
        f"{report['frames']} pictures (frame_*.png), every step's cost (curves.csv) and the "
        f"network (network.safetensors) are in {saved}"
        if as_folder
        else f"the picture is {saved}"
    )
    correct, total = report["test_correct"], report["test_total"]
    return (
        f"trained to step {report['steps']:,}, {correct:,} of {total:,} test images right, "
        f"{100 * correct / total:.1f} % [{100 * low:.1f}, {100 * high:.1f}]; {where}"
    )


def parse_size(text: str) -> Size:
    """Read a size such as ``1440x900``.

    Raises
    ------
    CommandError
    """
    words = text.lower().split("x")
    if len(words) == 2 and all(word.isdigit() for word in words):
        size = Size(int(words[0]), int(words[1]))
        if 640 <= size.width <= 7680 and 480 <= size.height <= 4320:
            return size
    raise CommandError(f"--size must be from 640x480 to 7680x4320, not {text!r}", 2)


def prepare_output(output: Path, *, as_folder: bool) -> None:
    """Make the folder, or refuse a path that cannot be written before any work is done.

    Raises
    ------
    CommandError
    """
    if output.exists() and output.is_dir() != as_folder:
        kind = "a file" if as_folder else "a folder"
        raise CommandError(f"{output}: is {kind} already", 1)
    parent = output if output.is_dir() else output.parent
    if not parent.is_dir():
        raise CommandError(f"{parent}: no such folder", 1)
    if not os.access(parent, os.W_OK):
        raise CommandError(f"{parent}: the folder is read-only", 1)
    if as_folder:
        output.mkdir(exist_ok=True)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Log what Qt says, but for what its offscreen platform says of every window."""
    del context
    if not message.startswith("This plugin does not support"):
        level = logging.INFO if kind is QtMsgType.QtInfoMsg else logging.WARNING
        logger.log(level, "Qt: %s", message)


class _Recording:
    """Drives a window from picture to picture."""

    def __init__(self, window: MainWindow, output: Path, *, as_folder: bool) -> None:
        self._window = window
        self._output = output
        self._as_folder = as_folder

    def run(self, n_frames: int, steps: int | None) -> dict[str, Any]:
        """Take the pictures; give what the command reports."""
        self._wait(
            lambda: self._window.session.snapshot is not None and not self._window.files.work
        )
        if self._window.message.text:
            raise CommandError(self._window.message.text, 1)
        self._settle(self._snapshot_step())
        first = self._snapshot_step()
        last = first + self._steps_to_take() if steps is None else max(steps, first)
        if self._as_folder:
            for index, step in enumerate(frame_steps(first, last, n_frames)):
                self._advance(step)
                shown = self._snapshot_step()
                self._grab(self._output / f"frame_{index:04d}_step_{shown:06d}.png")
        else:
            self._advance(last)
            self._grab(self._output)
        return self._finish(n_frames)

    def _finish(self, n_frames: int) -> dict[str, Any]:
        session = self._window.session
        evaluation = session.evaluation
        if self._as_folder:
            save_curves(self._output / "curves.csv", session)
            save_network(self._output / "network.safetensors", session)
        correct = evaluation.test_correct if evaluation else 0
        total = evaluation.test_total if evaluation else 0
        return {
            "frames": n_frames,
            "steps": self._snapshot_step(),
            "test_correct": correct,
            "test_total": total,
            "interval": list(wilson_interval(correct, total)) if total else None,
            "saved": str(self._output),
        }

    def _snapshot_step(self) -> int:
        snapshot = self._window.session.snapshot
        return snapshot.step if snapshot else 0

    def _steps_to_take(self) -> int:
        session = self._window.session
        snapshot = session.snapshot
        if snapshot is None:
            return 0
        config = snapshot.config
        n_examples = config.n_examples or len(session.dataset.train)
        mini_batch = n_examples if config.mini_batch == "all" else config.mini_batch
        return min(DEFAULT_EPOCHS, max(config.epochs, 1)) * -(-n_examples // mini_batch)

    def _advance(self, step: int) -> None:
        before = -1
        # The configured end stops it on the way; a run that has diverged stays where it is.
        while before < self._snapshot_step() < step:
            before = self._snapshot_step()
            identity = self._window.send(Step(step - before))
            self._wait(partial(self._is_still, identity))
        self._settle(self._snapshot_step())

    def _is_still(self, identity: int) -> bool:
        snapshot = self._window.session.snapshot
        return (
            snapshot is not None
            and snapshot.acknowledged >= identity
            and snapshot.state is not RunState.RUNNING
        )

    def _settle(self, step: int) -> None:
        """Wait until the evaluation and the surface of a step are on the screen."""
        session = self._window.session

        def settled() -> bool:
            snapshot, evaluation = session.snapshot, session.evaluation
            if snapshot is None or evaluation is None or evaluation.step != step:
                return False
            # A view may just have asked for a surface of another shape.
            obeyed = snapshot.acknowledged >= session.last_sent
            surface = snapshot.surface if snapshot.surface_progress is None else None
            return obeyed and surface is not None and surface.step == step

        self._wait(settled)

    def _wait(self, condition: Callable[[], bool]) -> None:
        """Let the window tick until a condition holds.

        Raises
        ------
        CommandError
            If it takes longer than `LIMIT_S`.
        """
        deadline = time.monotonic() + LIMIT_S
        loop = QEventLoop()
        self._window.clock.start()
        try:
            while not condition():
                if time.monotonic() > deadline:
                    raise CommandError("the window did not come to rest; nothing was recorded", 4)
                loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        finally:
            self._window.clock.stop()

    def _grab(self, path: Path) -> None:
        QApplication.processEvents()
        if not self._window.grab().save(str(path), "PNG"):
            raise CommandError(f"{path}: cannot be written", 1)


def frame_steps(first: int, last: int, n_frames: int) -> list[int]:
    """Give the steps at which pictures are taken: dense at first, when most happens.

    Parameters
    ----------
    first, last : int
    n_frames : int
        At least 1.

    Returns
    -------
    list of int
        Rising, from `first` to `last`; equal ones are possible on a short run.
    """
    if n_frames == 1:
        return [last]
    return [
        first + round((last - first) * (index / (n_frames - 1)) ** 2) for index in range(n_frames)
    ]
