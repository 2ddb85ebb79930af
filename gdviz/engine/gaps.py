"""Computing in the gaps between frames: where no core is left over, the window goes first.

A thread says once that it works so; the compiled loops that it calls then look, without the
interpreter's lock, whether a frame is in work, and sleep until it is painted.
"""

from __future__ import annotations

import threading  # noqa: TID251  # none is begun: each says what it waits for
from importlib import import_module

import numpy as np
import numpy.typing as npt

from gdviz.engine.availability import is_ready

Flag = npt.NDArray[np.uint8]
"""Of shape (2,): the number of the frame that is in work, 1 to 255, or 0 between two frames; and 1
if loops also give way between frames, to one that is about to begin."""

NEVER_HELD: Flag = np.zeros(2, np.uint8)
"""For threads that wait for no frame and give no way; nobody writes it."""


class _Here(threading.local):
    flag: Flag = NEVER_HELD


_HERE = _Here()


def work_in_gaps(flag: Flag) -> None:
    """Have the calling thread's compiled loops wait for gaps from now on.

    Not for the thread that paints: it would wait for itself.
    """
    _HERE.flag = flag


def wait_for_gap() -> None:
    """Return when no frame is in work, for work that needs the interpreter's lock.

    At once in a thread that waits for none, and without the compiler: only a compiled loop sleeps
    without asking for the lock each time that it looks.
    """
    flag = _HERE.flag
    if flag[0] and flag is not NEVER_HELD and is_ready():
        import_module("gdviz.engine.gap_kernel").sleep_until_gap(flag)


def gap_flag() -> Flag:
    """Give what the calling thread's compiled loops are to look at."""
    return _HERE.flag
