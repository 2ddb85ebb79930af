"""A real process that trains is ended by the system: nothing of it is lost."""

import os
import signal
import subprocess
import sys

import pytest

from gdviz.storage.autosave import abandoned
from gdviz.storage.crash_report import leftover
from gdviz.storage.paths import state_folder
from gdviz.storage.sessions import session_of

from .conftest import autosave_folder, entries

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")

TRAINING = """
import faulthandler
import signal
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gdviz.qt.app import make_application, run_window
from gdviz.qt.main_window import MainWindow

make_application()
has_run = False
# In the main thread, while it holds the interpreter's lock, as a fault of Qt's would be. Sent from
# outside, the fault comes while other threads run on: their stacks cannot be written for certain.
signal.signal(signal.SIGUSR1, lambda *_: faulthandler._sigsegv())

def look():
    global has_run
    for window in QApplication.topLevelWidgets():
        snapshot = isinstance(window, MainWindow) and window.session.snapshot
        if not snapshot:
            continue
        if not has_run:
            has_run = True
            window.keeping.set_interval(1)
            window.toggle_run()
        elif snapshot.step > 200 and window.keeping.autosaving.n_written:
            timer.stop()
            print("ready", flush=True)

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
sys.exit(run_window(sys.argv[1:]))
"""
"""The program itself, with a timer in the place of the user who presses Run."""


@pytest.fixture
def training(blobs_file):
    """A process that has trained for a while and has been autosaved."""
    arguments = ["--data", str(blobs_file), "--hidden", "8", "--epochs", "100000"]
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINING, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=120)


def left_behind() -> list[int]:
    """Give the steps of the sessions that the next start would be offered."""
    steps = []
    for slots in abandoned(autosave_folder()):
        steps.append(session_of(slots.read(), "slots").live_branch.state.head.step)
        slots.release()
    return steps


def is_quiet(said: str) -> bool:
    """Tell whether nothing was said but what the offscreen platform says of any window."""
    return set(said.splitlines()) <= {"This plugin does not support propagateSizeHints()"}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_process_that_is_asked_to_end_saves_and_ends_cleanly(training, name):
    number = getattr(signal, name)
    training.send_signal(number)
    _, said = training.communicate(timeout=120)
    assert training.returncode == 128 + number
    assert is_quiet(said)
    (entry,) = entries()
    assert left_behind() == [entry.step], "nobody chose to end it: it is offered, too"
    assert leftover(state_folder() / "crashes") == []


def test_a_process_that_is_interrupted_leaves_its_run_in_the_library(training):
    training.send_signal(signal.SIGINT)
    _, said = training.communicate(timeout=120)
    assert training.returncode == 130
    assert is_quiet(said)
    assert entries()[0].step > 200
    assert left_behind() == []


def test_a_process_that_is_killed_is_offered_at_the_next_start(training, make_window):
    training.kill()
    training.communicate(timeout=120)
    (step,) = left_behind()
    assert step > 0
    window = make_window(keeps=True)
    window.wait(lambda: window.window.offer.text)
    assert f"step {step:,}" in window.window.offer.text


def test_a_process_that_crashes_says_where_it_was(training, make_window):
    training.send_signal(signal.SIGUSR1)
    training.communicate(timeout=120)
    (report,) = leftover(state_folder() / "crashes")
    assert "Segmentation fault" in report.text
    assert "run_window" in report.text
    report.release()
    log = (state_folder() / "log" / "gdviz.log").read_text("utf-8")
    assert f" {training.pid} INFO gdviz" in log, "what a report lacks is in the log"
