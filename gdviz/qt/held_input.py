"""To wait for something while the window ticks and is painted, but takes no input.

Keys and clicks are not lost: they are dealt with afterwards, and mean then what they meant. Used
on the GUI thread, and only for what takes a moment.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

LOOK_MS = 5


def wait_holding_input(
    tick: Callable[[], None], is_done: Callable[[], bool], limit_ms: int
) -> bool:
    """Wait until something is so, at most so long; also until the application quits.

    Parameters
    ----------
    tick : callable
        Called every `LOOK_MS`, whether the frame clock does or not.
    is_done : callable
        Asked after it.
    limit_ms : int

    Returns
    -------
    bool
        Whether it is so.
    """
    if is_done():
        return True
    loop, look, limit = QEventLoop(), QTimer(), QDeadlineTimer(limit_ms)

    def turn() -> None:
        tick()
        if is_done() or limit.hasExpired():
            loop.quit()

    look.timeout.connect(turn)
    look.start(LOOK_MS)
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    look.stop()
    return is_done()
