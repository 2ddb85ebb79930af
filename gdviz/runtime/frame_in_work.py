"""Whether the window is at work on a frame: compiled loops look without the interpreter's lock."""

from __future__ import annotations

import numpy as np


class FrameInWork:
    """Written by the thread that paints, read by the one that trains.

    Attributes
    ----------
    flag : uint8 ndarray of shape (1,)
        1 from `begin` to `end`, else 0.
    """

    def __init__(self) -> None:
        self.flag = np.zeros(1, np.uint8)

    def begin(self) -> None:
        """A frame is begun."""
        self.flag[0] = 1

    def end(self) -> None:
        """It is painted."""
        self.flag[0] = 0
