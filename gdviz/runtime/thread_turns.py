"""How the system shares its cores among the threads of this process.

On two cores the window's thread has to get one on time sixty times a second, although training
takes a core and slices of the cost surface would take both.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
import threading
from pathlib import Path

BACKGROUND_PRIORITY = 10
"""As of ``nice``: a tenth of the weight of a thread that does not step aside."""
TRAINING_PRIORITY = 5
"""A third of the weight of the window's thread, which needs less than half a core."""
SHORT_TURN_S = 0.0001
"""The shortest that the system grants."""

_COUNTS = Path("/proc/thread-self/schedstat")
# The C library has no name for it before glibc 2.41.
_SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274}
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")
"""``struct sched_attr`` in its first form: size, policy, flags, nice, priority, runtime, deadline
and period."""
_RESET_ON_FORK = 1


def step_aside(priority: int = BACKGROUND_PRIORITY) -> None:
    """Let other threads go first; called by a thread about itself.

    Where the system has no priorities for single threads, nothing is changed.
    """
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    with contextlib.suppress(OSError):  # a container may forbid it
        lowest = max(os.getpriority(os.PRIO_PROCESS, thread), priority)
        os.setpriority(os.PRIO_PROCESS, thread, lowest)


def has_stepped_aside() -> bool:
    """Say whether the calling thread has a lower priority than the training has."""
    if sys.platform != "linux":
        return False
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) > TRAINING_PRIORITY


def take_short_turns(seconds: float = SHORT_TURN_S) -> bool:
    """Have the calling thread get a core sooner when it wakes, for shorter turns.

    From Linux 6.12 on a thread asks for the length of its turns, and one that asks for less does
    not wait until another's turn is over (EEVDF with ``PREEMPT_SHORT``). Its share of the core
    stays as it is, and threads that it begins are as they would be. For the thread that paints:
    measured on two cores in five turns, all views in sight, 0.2 to 1.6 % of the frames took more
    than 20 ms, without it 1.0 to 2.6 %. With short turns for all threads it was 0 to 1.8 %.

    Parameters
    ----------
    seconds : float
        Length of a turn, from 0.0001 to 0.1, or 0 for what the system takes by itself.

    Returns
    -------
    bool
        False where it cannot be asked for, or the thread is under another policy. Older kernels say
        True and change nothing.
    """
    number = _SET_ATTRIBUTES.get(platform.machine())
    if sys.platform != "linux" or number is None:
        return False
    if os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK != os.SCHED_OTHER:
        return False  # its user has chosen otherwise
    nice = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    attributes = _ATTRIBUTES.pack(
        _ATTRIBUTES.size, os.SCHED_OTHER, _RESET_ON_FORK, nice, 0, round(seconds * 1e9), 0, 0
    )
    try:
        return bool(ctypes.CDLL(None).syscall(number, 0, attributes, 0) == 0)
    except (OSError, AttributeError):
        return False


def queued_s() -> float | None:
    """Give for how long the calling thread has waited for a core so far, or None if nobody knows.

    Only what was waited for a core counts: it also waits for the interpreter's lock, which says
    nothing of how many others compute.
    """
    try:
        return int(_COUNTS.read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # another system, or a kernel that does not count
        return None
