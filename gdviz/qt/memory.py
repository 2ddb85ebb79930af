"""Keeping the process small while it runs for hours, and its garbage collector short."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

_MMAP_THRESHOLD = -3
"""glibc's name for the size from which a block has pages of its own (``M_MMAP_THRESHOLD``)."""
LARGE_BLOCK_BYTES = 1 << 18
_ARENA_MAX = -8
"""glibc's name for the most heaps (``M_ARENA_MAX``)."""
HEAPS = 2


def return_large_blocks() -> bool:
    """Have large arrays given back to the system when they are freed, and threads share heaps.

    By itself glibc keeps what was freed in a heap for each thread, and its bound for what is
    large grows to 32 MB: with surfaces and evaluations on threads of their own the process
    grows by 40 MB that nobody uses (peak over 100,000 steps 536 MB, with this 496). With two
    heaps for all threads instead of one each it is 491 to 494 MB, without 495 to 508 (three times
    each); frames and training stay as they are.

    Returns
    -------
    bool
        False where there is no glibc: nothing is changed.
    """
    if sys.platform != "linux":
        return False
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    options = {_MMAP_THRESHOLD: LARGE_BLOCK_BYTES, _ARENA_MAX: HEAPS}
    taken = [set_option(name, value) for name, value in options.items()]
    return all(taken)


def set_aside() -> None:
    """Take what is there now out of the garbage collector's sight, for good.

    Modules, compiled code and the window live as long as the process: 190,000 objects, which a
    full collection would go through again and again, 170 ms in the middle of a frame.
    """
    gc.collect()
    gc.freeze()


def resident_bytes() -> int | None:
    """Give the memory that this process holds now, in bytes; None where nobody knows.

    Where the system tells only the most that it ever was (macOS), that is given.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        pass
    try:
        import resource  # noqa: PLC0415  # not to be had everywhere
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
