"""Sleeping inside a compiled loop while a frame is in work.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numba import types
from numba.extending import register_jitable

from gdviz.engine.fast_math import compiled

NAP_US = 200
MOST_NAPS = 36
"""About 10 ms, with what each nap takes longer than asked for. A frame that takes longer is waited
for no more: a window that is always at work must not stop what it is to show."""

if sys.platform == "win32":

    @register_jitable
    def _nap(_microseconds: Any) -> None:
        """There is no such function there; nobody waits."""

    @register_jitable
    def _give_way() -> None:
        """Nor this one."""

    _CAN_NAP = False
else:
    # Of the C library, found by their names in the process: what is compiled stays on disk.
    _nap: Any = types.ExternalFunction("usleep", types.int32(types.uint32))
    _give_way: Any = types.ExternalFunction("sched_yield", types.int32())
    _CAN_NAP = True


@register_jitable
def wait_for_gap(flag: Any, passed: Any) -> Any:
    """Sleep until the frame in work is painted.

    Parameters
    ----------
    flag : uint8 ndarray of shape (2,)
        As `gdviz.engine.gaps.Flag`.
    passed : uint8
        Number of the frame that is waited for no more, or 0.

    Returns
    -------
    uint8
        The next `passed`.
    """
    # A frame that is about to begin waits for a core: the system lets a thread that has just got
    # one keep it for 4 ms, whatever its priority, unless it gives way by itself. Where other
    # programs take all cores, that would be to give up most of its share.
    if flag[1]:
        _give_way()
    frame = flag[0]
    if not _CAN_NAP or frame == 0 or frame == passed:  # noqa: PLR1714  # Numba knows no `in` here
        return passed
    for _ in range(MOST_NAPS):
        _nap(NAP_US)
        if flag[0] != frame:
            return passed
    return frame


@compiled
def sleep_until_gap(flag: Any) -> None:
    """Wait without the interpreter's lock, for what is computed with it."""
    wait_for_gap(flag, np.uint8(0))
