"""Whether the window is at work on a frame: compiled loops look without the interpreter's lock.

A burst of training goes on until the frame is painted; what is computed beside it waits until then.
"""

from __future__ import annotations

import numpy as np

from gdviz.engine.gaps import Flag


class FrameInWork:
    """Written by the thread that paints, read by those that compute.

    Attributes
    ----------
    flag : uint8 ndarray of shape (2,)
        See `gdviz.engine.gaps.Flag`.
    """

    def __init__(self) -> None:
        self.flag: Flag = np.array([0, 1], np.uint8)
        self._number = 0

    def begin(self) -> None:
        """A frame is begun."""
        self._number = self._number % 255 + 1
        self.flag[0] = self._number

    def end(self) -> None:
        """It is painted."""
        self.flag[0] = 0


FRAMES = FrameInWork()
"""Of this process, in which one thread paints."""
