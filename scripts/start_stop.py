"""Starts and stops gdviz again and again: ``.venv/bin/python scripts/start_stop.py --cycles 1000``.

Each cycle is a process of its own that trains on small data and is ended in another way; it must
exit as it should, say nothing on standard error, leave no thread and no process behind, and what a
window that keeps its runs had trained must be in the library. Needs no display.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

KINDS = ("at_once", "training", "surface", "saving", "picture", "recording", "quit", "atexit")
"""Ways to be ended: before the first frame; by closing while it trains, while a slice is computed,
while files are written, while a picture of the window is; by a signal while a run is recorded; by
leaving the event loop; by the end of the process, without any closing."""
LIMIT_S = 120.0
NORMAL = "This plugin does not support"
"""What Qt's offscreen platform says of every window."""

CYCLE = """
import sys
import threading
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gdviz.qt.app import make_application, run_window
from gdviz.qt.main_window import MainWindow
from gdviz.qt.pictures import png_of

kind, folder, *arguments = sys.argv[1:]
folder = Path(folder)
application = make_application()
has_run = False


def look():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            follow(window)


def follow(window):
    global has_run
    snapshot = window.session.snapshot
    if kind == "at_once":
        end(window)
    elif snapshot is not None and not has_run:
        has_run = True
        window.toggle_run()
    elif snapshot is not None and snapshot.step > 200:
        if kind != "surface" or snapshot.surface_progress is not None:
            end(window)


def end(window):
    timer.stop()
    if kind == "saving":
        window.keeping.save_session(folder / "session.gdviz")
        window.save_to(folder / "network.safetensors")
    if kind == "picture":
        window.saving.save_picture(folder / "window.png", png_of(window))
    if kind == "quit":
        application.exit(0)
    elif kind == "atexit":
        sys.exit(0)
    else:
        window.close()


timer = QTimer()
timer.timeout.connect(look)
timer.start(5)
code = run_window(arguments)
left = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
if left:
    print("threads left:", *left, file=sys.stderr)
sys.exit(code)
"""


class Cycle(NamedTuple):
    """What came of one start and stop."""

    kind: str
    seconds: float
    trouble: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Start and stop as often as is asked for; 1 if something was not as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cycles", type=int, default=len(KINDS), help="all kinds in turn (8)")
    parser.add_argument("--only", action="append", choices=KINDS, help="only this; repeatable")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    kinds = options.only or KINDS
    with tempfile.TemporaryDirectory(prefix="gdviz-start-stop-") as folder:
        data = small_data(Path(folder))
        cycles = []
        for number in range(options.cycles):
            cycles.append(run_cycle(kinds[number % len(kinds)], data))
            if cycles[-1].trouble and not options.json:
                print(f"cycle {number}, {cycles[-1].kind}: {cycles[-1].trouble}", flush=True)
    if options.json:
        print(json.dumps([cycle._asdict() for cycle in cycles]))
    else:
        for kind in kinds:
            of_kind = [cycle for cycle in cycles if cycle.kind == kind]
            if of_kind:
                longest = max(cycle.seconds for cycle in of_kind)
                print(f"{kind:10} {len(of_kind):5,} cycles, longest {longest:.1f} s")
        n_bad = sum(bool(cycle.trouble) for cycle in cycles)
        print(f"{len(cycles):,} cycles, {n_bad:,} not as they should be")
    return int(any(cycle.trouble for cycle in cycles))


def run_cycle(kind: str, data: Path) -> Cycle:
    """Start a process of one kind, end it, and look at what it leaves."""
    with tempfile.TemporaryDirectory(prefix="gdviz-cycle-") as name:
        folder, began = Path(name), time.monotonic()
        source = ["--data", str(data), "--hidden", "8", "--mini-batch", "16", "--epochs", "100000"]
        if kind == "recording":
            output = str(folder / "pictures")
            recorder = ["-m", "gdviz", "record", *source, "--output", output]
            command = [sys.executable, *recorder, "--frames", "500", "--steps", "5000"]
        else:
            command = [sys.executable, "-c", CYCLE, kind, name, *source]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(folder),
        )
        try:
            if kind == "recording":
                wait_for_a_picture(folder / "pictures", process)
                process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            said = f"it did not end within {LIMIT_S:g} s: {process.communicate()[1]}"
        trouble = trouble_of(kind, process.returncode, said, folder)
        return Cycle(kind, time.monotonic() - began, trouble)


def trouble_of(kind: str, code: int, said: str, folder: Path) -> str:
    """Give what is not as it should be, or nothing."""
    lines = [line for line in said.splitlines() if line and not line.startswith(NORMAL)]
    expected = 0
    if kind == "recording":
        expected = 130
        lines = [line for line in lines if not line.startswith("gdviz: error: interrupted at step")]
    found = []
    if code != expected:
        found.append(f"exit code {code}")
    if lines:
        found.append(f"it says {' / '.join(lines[-4:])}")
    is_kept = any((folder / "data").rglob("runs/*.gdviz"))
    if is_kept != (kind not in {"at_once", "recording"}):
        found.append("the run is not in the library" if not is_kept else "a run was kept")
    written = {"saving": ("session.gdviz", "network.safetensors"), "picture": ("window.png",)}
    found += [
        f"{name} is missing" for name in written.get(kind, ()) if not (folder / name).exists()
    ]
    found += [f"{path.name} was left" for path in folder.rglob("*.tmp")]
    return "; ".join(found)


def wait_for_a_picture(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the first picture is there, or the process has ended."""
    deadline = time.monotonic() + LIMIT_S
    while process.poll() is None and time.monotonic() < deadline:
        if any(folder.glob("frame_*.png")):
            return
        time.sleep(0.02)


def environment(folder: Path) -> dict[str, str]:
    """Give an environment with folders of its own and no display."""
    own = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHONWARNINGS": "default::ResourceWarning",
    }
    # It would stand above all of these.
    return {name: value for name, value in os.environ.items() if name != "GDVIZ_HOME"} | own


def small_data(folder: Path) -> Path:
    """Write pictures of four by four pixels, of three kinds."""
    generator = np.random.default_rng(1)
    images = generator.integers(0, 256, (400, 4, 4), np.uint8)
    labels = np.arange(400) % 3
    path = folder / "small.npz"
    np.savez(
        path, x_train=images[:300], y_train=labels[:300], x_test=images[300:], y_test=labels[300:]
    )
    return path


if __name__ == "__main__":
    sys.exit(main())
