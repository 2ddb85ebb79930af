"""The frame clock: asks for a frame at the display's rate and keeps account of its cost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from gdviz.runtime.frame_in_work import FRAMES, FrameInWork

KEPT_FRAMES = 600
INTERVAL_MS = 16
HURRIED_MS = 2
"""Between two ticks while an answer is awaited."""

_END = QEvent.Type(QEvent.registerEventType())


class FrameClock(QObject):
    """Calls back at most once a frame, on the GUI thread.

    Qt leaves out ticks that it is late for, so that a slow machine shows fewer frames and
    nothing queues up. Tests do not start the clock: they call `tick`.

    Parameters
    ----------
    on_tick : callable
    parent : QObject
    in_work : FrameInWork
        Told when each frame begins and when it is painted. Not while an answer is awaited: who is
        asked is not to be held up by the frame.
    """

    def __init__(
        self,
        on_tick: Callable[[], None],
        parent: QObject,
        in_work: FrameInWork = FRAMES,
    ) -> None:
        super().__init__(parent)
        self._on_tick = on_tick
        self._in_work = in_work
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.tick)
        self._last: float | None = None
        self.intervals_ms: deque[float] = deque(maxlen=KEPT_FRAMES)
        """Time from one tick to the next."""
        self.costs_ms: deque[float] = deque(maxlen=KEPT_FRAMES)
        """Time that each tick's work took on the GUI thread, without painting."""
        self.whole_ms: deque[float] = deque(maxlen=KEPT_FRAMES)
        """Time that each frame but the present took on the GUI thread, with its painting."""
        self._painted_ms = 0.0
        self._hurried_at = 0.0

    def start(self) -> None:
        """Begin to tick."""
        self._last, self._painted_ms = None, 0.0
        self._timer.start()

    def hurry(self, *, is_hurried: bool) -> None:
        """Tick at once and again shortly, until what was asked for has come: a pause is seen."""
        interval = HURRIED_MS if is_hurried else INTERVAL_MS
        if self._timer.isActive() and self._timer.interval() != interval:
            self._hurried_at = time.perf_counter()
            self._timer.start(interval)

    @property
    def is_hurried(self) -> bool:
        """True while an answer is awaited."""
        return self.is_ticking and self._timer.interval() == HURRIED_MS

    @property
    def hurried_ms(self) -> float:
        """Give for how long an answer has been awaited; 0 if none is."""
        return 1000 * (time.perf_counter() - self._hurried_at) if self.is_hurried else 0.0

    @property
    def is_ticking(self) -> bool:
        """True between `start` and `stop`."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Cease to tick."""
        self._timer.stop()

    def tick(self) -> None:
        """Do one frame's work now."""
        started = time.perf_counter()
        if self._last is not None:
            self.intervals_ms.append(1000 * (started - self._last))
            if self.costs_ms:
                self.whole_ms.append(self.costs_ms[-1] + self._painted_ms)
        self._painted_ms = 0.0
        self._last = started
        if not self.is_hurried:
            self._in_work.begin()
        try:
            self._on_tick()
        finally:
            # Comes after the request to paint what this tick has changed, if there is one.
            QCoreApplication.postEvent(self, QEvent(_END), Qt.EventPriority.LowEventPriority.value)
        self.costs_ms.append(1000 * (time.perf_counter() - started))

    def watch(self, *windows: QWidget) -> None:
        """Count windows' painting, and that of docks while they float, among the frames' work."""
        for window in windows:
            window.installEventFilter(self)

    @property
    def newest_ms(self) -> float | None:
        """What the newest frame that is over took, with its painting; None before there is one."""
        return self.whole_ms[-1] if self.whole_ms else None

    @property
    def busy_share(self) -> float | None:
        """Share of the time that the GUI thread works, 0 to 1, over the frames kept."""
        waited = sum(self.intervals_ms)
        return sum(self.whole_ms) / waited if waited else None

    # Qt's own names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt override: let a window paint what has changed, and measure it."""
        if event.type() != QEvent.Type.UpdateRequest:
            return False
        started = time.perf_counter()
        watched.event(event)
        self._painted_ms += 1000 * (time.perf_counter() - started)
        return True

    def event(self, event: QEvent) -> bool:
        """Qt override: a frame is over."""
        if event.type() == _END:
            self._in_work.end()
            return True
        return super().event(event)
