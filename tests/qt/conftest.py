"""A whole window on small data, ticked by hand, closed and looked over afterwards."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from gdviz.data.dataset import Dataset
from gdviz.qt.app import create_window
from gdviz.qt.main_window import MainWindow
from gdviz.runtime.commands import Command, Pause, Run, Step
from gdviz.runtime.snapshot import RunState

# Experiments for the tests of the Lab stand beside this file.
sys.path.insert(0, str(Path(__file__).parent))

WAIT_MS = 60_000
SMALL = ("--hidden", "8", "--mini-batch", "16", "--learning-rate", "0.5", "--epochs", "100000")
"""A 16-8-3 network: an epoch of `blobs` is 19 steps, and training never ends by itself."""


class Driver:
    """Drives a window as a user with a clock in the hand would.

    Parameters
    ----------
    window : MainWindow
    qtbot : QtBot
    """

    def __init__(self, window: MainWindow, qtbot) -> None:
        self.window = window
        self.qtbot = qtbot

    @property
    def snapshot(self):
        return self.window.session.snapshot

    @property
    def step(self) -> int:
        return self.snapshot.step

    def wait(self, condition: Callable[[], bool]) -> None:
        """Tick until a condition holds."""

        def ticked() -> bool:
            self.window.tick()
            return bool(condition())

        self.qtbot.waitUntil(ticked, timeout=WAIT_MS)

    def send(self, command: Command) -> None:
        """Send a command and wait until the window shows its effect."""
        self.acknowledge(self.window.send(command))

    def acknowledge(self, identity: int | None = None) -> None:
        """Wait until everything sent so far has been obeyed and shown."""
        if identity is None:
            # A step rate of None is what there is: the command changes nothing.
            from gdviz.runtime.commands import SetSpeed

            identity = self.window.send(SetSpeed(self.window.transport.speed))
        self.wait(
            lambda: (
                self.snapshot is not None
                and self.snapshot.acknowledged >= identity
                and not self.window.replacing.is_busy
            )
        )

    def take(self, count: int) -> None:
        """Take exactly so many steps."""
        self.send(Step(count))
        self.wait(lambda: self.snapshot.state is not RunState.RUNNING)

    def run(self) -> None:
        """Train, until a step has been taken."""
        before = self.step
        self.send(Run())
        self.wait(lambda: self.step > before)

    def pause(self) -> None:
        self.send(Pause())
        assert self.snapshot.state is not RunState.RUNNING

    def show(self) -> None:
        """Show the window and give it the keyboard."""
        self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window, timeout=WAIT_MS)
        self.window.tick()

    def open(self, path: Path) -> None:
        """Open a file and wait until it is open or refused."""
        self.window.open_path(path)
        self.wait(lambda: not self.window.files.work)
        self.acknowledge()

    def save(self, path: Path) -> None:
        """Save the network and wait until that is done or refused."""
        self.window.save_to(path)
        self.saved()

    def saved(self) -> None:
        """Wait until everything is saved or refused."""
        self.wait(lambda: not self.window.saving.work)

    def named(self, kind: type, name: str):
        """Give the one object of a name."""
        found = self.window.findChildren(kind, name)
        assert len(found) == 1, f"{len(found)} objects of the name {name}"
        return found[0]

    @property
    def message(self) -> str:
        return self.window.message.text


def closed(window: MainWindow, qapp: QApplication) -> None:
    """Close and delete a window, and look whether all of it has gone."""
    window.close()
    assert window.shut_down(), "the training thread did not end"
    assert not window.isVisible()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    assert not shiboken6.isValid(window)


@pytest.fixture(scope="session")
def blobs_file(blobs: Dataset, tmp_path_factory) -> Path:
    """The small dataset as a user would hand it over."""
    path = tmp_path_factory.mktemp("data") / "blobs.npz"
    np.savez(
        path,
        x_train=blobs.train.images.reshape(-1, 4, 4),
        y_train=blobs.train.labels,
        x_test=blobs.test.images.reshape(-1, 4, 4),
        y_test=blobs.test.labels,
    )
    return path


@pytest.fixture
def make_window(blobs_file: Path, qapp: QApplication, qtbot):
    """Give a function that makes a window on the small data; all are closed at the end."""
    windows: list[MainWindow] = []

    def make(*arguments: str, data: Path | None = blobs_file, keeps: bool = False) -> Driver:
        source = ["--data", str(data), *SMALL] if data else []
        window = create_window([*source, *arguments], keeps=keeps)
        window.clock.stop()  # ticked by hand
        windows.append(window)
        driver = Driver(window, qtbot)
        driver.wait(lambda: driver.snapshot is not None)
        return driver

    yield make
    for window in windows:
        if shiboken6.isValid(window):
            closed(window, qapp)


@pytest.fixture
def driver(make_window) -> Driver:
    """A window on the small data, not shown, at step 0."""
    return make_window()


@pytest.fixture
def shown(driver: Driver) -> Driver:
    """The same, shown and active."""
    driver.show()
    return driver


@pytest.fixture
def window(driver: Driver) -> MainWindow:
    """The window itself."""
    return driver.window


@pytest.fixture
def close_now(qapp: QApplication):
    """Give `closed`."""
    return lambda window: closed(window, qapp)
