"""``gdviz record``: the real window, rendered without a display while it trains."""

from __future__ import annotations

import argparse
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from gdviz.cli.interruption import interruptible
from gdviz.cli.main import record_parser
from gdviz.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, CommandError, print_json, print_text
from gdviz.qt.app import end_window, make_application, window_of
from gdviz.qt.recording import Recording

logger = logging.getLogger(__name__)

DEFAULT_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


def run_record(arguments: list[str]) -> int:
    """Record as the options say; on the main thread only, which alone hears Ctrl+C.

    Raises
    ------
    CommandError
        If an option is out of range, the output cannot be written, or nothing can be shown;
        after writing what there is, if the run diverged (1) or was interrupted (130).
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
    try:
        # A slot swallows exceptions: Python's own KeyboardInterrupt would be lost there.
        with interruptible() as interruption:
            recording = _recorded(
                options, size, output, n_frames, lambda: interruption.signal_number is not None
            )
    finally:
        qInstallMessageHandler(previous)
    report = recording.report | {"seconds": time.perf_counter() - started}
    if options.json:
        print_json(report)
    elif report["frames"] and not recording.was_interrupted:
        print_text(_sentence(report, as_folder=as_folder))
    if recording.trouble:
        raise CommandError(recording.trouble, EXIT_FAILED)
    if recording.was_interrupted:
        saved = (
            f"what was recorded is in {output}"
            if as_folder
            else f"{output.name} was {'written' if report['frames'] else 'not written'}"
        )
        raise CommandError(f"interrupted at step {report['steps']:,}; {saved}", EXIT_INTERRUPTED)
    return 0


def _recorded(
    options: argparse.Namespace,
    size: Size,
    output: Path,
    n_frames: int,
    interrupted: Callable[[], bool],
) -> Recording:
    """Record in a window of its own, which is closed whatever happens."""
    window = window_of(options, inspects=False)
    window.views.make_all()
    window.remembers = False
    try:
        window.resize(size.width, size.height)
        window.show()
        window.dock_layout.reset()
        recording = Recording(window, output, interrupted)
        recording.run(n_frames, options.steps)
    finally:
        # Now, and not when the program ends: a theme set later would still style it.
        end_window(window)
    return recording


def _sentence(report: dict[str, Any], *, as_folder: bool) -> str:
    """Say in one line what was done and where it is."""
    saved, n_frames = report["saved"], report["frames"]
    where = (
        f"{n_frames} picture{'s' * (n_frames != 1)} (frame_*.png), every step's cost (curves.csv) "
        "and the "
        f"network (network.safetensors) are in {saved}"
        if as_folder
        else f"the picture is {saved}"
    )
    correct, total = report["test_correct"], report["test_total"]
    right = ""
    if total:
        low, high = report["interval"]
        right = (
            f", {correct:,} of {total:,} test images right, "
            f"{100 * correct / total:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
        )
    return f"trained to step {report['steps']:,}{right}; {where}"


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
