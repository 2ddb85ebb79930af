"""What the status bar says of work that takes long, and the button that gives it up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gdviz.runtime.commands import CancelSurface

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow

LONG_WORK_S = 0.7
"""From when on it is said that a slice is being computed."""
LONG_WORK_RUNNING_S = 4.0
"""The same while training runs: slices come one after another then."""


class LongWork(QObject):
    """Looks at every tick what takes long in a window; on the GUI thread.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._surface_since: float | None = None
        self._was_running = False
        window.status.cancelled.connect(self.cancel)

    def show(self) -> None:
        """Say what takes long now; files first, somebody waits for them."""
        window = self._window
        snapshot = window.session.snapshot
        progress = snapshot.surface_progress if snapshot else None
        if window.files.work:
            window.status.show_work(window.files.work, cancellable=True)
        elif window.saving.work:
            window.status.show_work(window.saving.work)
        elif window.lab_hand_over.work:
            window.status.show_work(window.lab_hand_over.work)
        elif window.lab.progress is not None:
            title, share = window.lab.progress
            window.status.show_work(title, share, cancellable=True)
        elif self._takes_long(progress):
            window.status.show_work("Surface", progress, cancellable=True)
        else:
            window.status.show_work("")

    @Slot()
    def cancel(self) -> None:
        """Give up the work that is shown."""
        if self._window.files.work:
            self._window.files.cancel()
        elif self._window.lab.progress is not None:
            self._window.lab.cancel()
        else:
            self._window.send(CancelSurface())

    def _takes_long(self, progress: float | None) -> bool:
        """Whether a slice has been under way for so long that it should be told."""
        is_running = self._window.session.is_running
        # Counted anew when the run comes to rest: what is seen then is the pause, and to make
        # room in the status bar takes as long as a frame.
        if progress is None or is_running is not self._was_running:
            self._surface_since = None
        self._was_running = is_running
        if progress is None:
            return False
        now = time.monotonic()
        if self._surface_since is None:
            self._surface_since = now
        return now - self._surface_since > (LONG_WORK_RUNNING_S if is_running else LONG_WORK_S)
