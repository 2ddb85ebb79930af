"""The frame clock: asks for a frame at the display's rate and keeps account of its cost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

KEPT_FRAMES = 600
INTERVAL_MS = 16


class FrameClock(QObject):
    """Calls back at most once a frame, on the GUI thread.

    Qt leaves out ticks that it is late for, so that a slow machine shows fewer frames and
    nothing queues up. Tests do not start the clock: they call `tick`.

    Parameters
    ----------
    on_tick : callable
    parent : QObject
    """

    def __init__(self, on_tick: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._on_tick = on_tick
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.tick)
        self._last: float | None = None
        self.intervals_ms: deque[float] = deque(maxlen=KEPT_FRAMES)
        """Time from one tick to the next."""
        self.costs_ms: deque[float] = deque(maxlen=KEPT_FRAMES)
        """Time that each tick's work took on the GUI thread, without painting."""

    def start(self) -> None:
        """Begin to tick."""
        self._last = None
        self._timer.start()

    def stop(self) -> None:
        """Cease to tick."""
        self._timer.stop()

    def tick(self) -> None:
        """Do one frame's work now."""
        started = time.perf_counter()
        if self._last is not None:
            self.intervals_ms.append(1000 * (started - self._last))
        self._last = started
        self._on_tick()
        self.costs_ms.append(1000 * (time.perf_counter() - started))
