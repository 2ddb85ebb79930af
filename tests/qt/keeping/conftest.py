"""Windows that keep what they do, and sessions that were cut short."""

import subprocess
import sys
from pathlib import Path

import pytest

from gdviz.qt.main_window import MainWindow
from gdviz.storage.library import Library
from gdviz.storage.paths import data_folder, state_folder

ENDING_AT_ONCE = """
import os, sys
from pathlib import Path
from gdviz.storage.autosave import Autosave
Autosave(Path(sys.argv[1])).write(sys.stdin.buffer.read())
os._exit(1)
"""
"""A process that saves by itself and then ends as by a kill."""


def autosave_folder() -> Path:
    return state_folder() / "autosave"


def library() -> Library:
    return Library(data_folder() / "runs")


@pytest.fixture
def keeper(make_window):
    """A window on the small data that keeps what it does, at step 0."""
    return make_window(keeps=True)


@pytest.fixture
def cut_short(make_window):
    """Give a function: leaves a session behind as a process that was killed does.

    ``cut_short(driver)`` leaves that of a window; ``cut_short(content)`` these bytes.
    """

    def leave(what) -> bytes:
        content = what if isinstance(what, bytes) else content_of(what)
        autosave_folder().mkdir(parents=True, exist_ok=True)
        ended = subprocess.run(
            [sys.executable, "-c", ENDING_AT_ONCE, str(autosave_folder())],
            input=content, check=False, timeout=60,
        )  # fmt: skip
        assert ended.returncode == 1
        return content

    return leave


def content_of(driver) -> bytes:
    """Give what a window would save of its session now."""
    gathered = []
    keeping = driver.window.keeping
    keeping.requests.ask(lambda frame: gathered.append(keeping.gather(frame)), 4)
    driver.wait(lambda: gathered)
    return gathered[0].content()


def autosave(driver) -> None:
    """Have a window save its session, and wait until that has ended well or ill."""
    saving = driver.window.keeping.autosaving
    saving.save_soon()
    driver.window.tick()
    assert saving.is_under_way
    driver.wait(lambda: not saving.is_under_way)


def settle(driver) -> None:
    """Wait until nothing is on its way into the library."""
    keeping = driver.window.keeping
    driver.wait(lambda: not keeping.runs._jobs and not keeping.requests._asked)


def entries(window: MainWindow | None = None):
    """Give what stands in the library, the newest first."""
    del window
    return library().entries()
