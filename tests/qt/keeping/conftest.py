"""Windows that keep what they do, and sessions that were cut short."""

from pathlib import Path

import pytest

from gdviz.storage.autosave import Autosave
from gdviz.storage.library import Library
from gdviz.storage.paths import data_folder, state_folder


def autosave_folder() -> Path:
    return state_folder() / "autosave"


def library() -> Library:
    return Library(data_folder() / "runs")


@pytest.fixture
def keeper(make_window):
    """A window on the small data that keeps what it does, at step 0.

    Its clock of saves stands still: the session is saved when a test asks, however long it takes.
    """
    driver = make_window(keeps=True)
    driver.window.keeping.autosaving._now = lambda: 0.0
    return driver


def cut_short(content: bytes) -> None:
    """Leave a session behind as a process that was killed does: its lock is let go."""
    slots = Autosave(autosave_folder())
    slots.write(content)
    slots.close()


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
    driver.wait(lambda: not keeping.runs.is_under_way and not keeping.requests._asked)


def entries():
    """Give what stands in the library, the newest first."""
    return library().entries()
