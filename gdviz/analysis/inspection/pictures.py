"""Pictures from elsewhere as ink of a drawing: grey, bright on dark, of the canvas's size.

Imports NumPy only; any thread may call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.drawing import CANVAS, Ink
from gdviz.analysis.inspection.resampling import resized

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Of red, green and blue, as they are stored (ITU-R BT.601)."""
FAINT = 0.1
"""Of the strongest ink: what is fainter counts as ground, as the grain of a photograph."""
CLEAN = 0.02
"""A ground so near to black or white is left as it is; no marks are fainter than this."""


@dataclass(frozen=True, eq=False, slots=True)
class PictureInk:
    """A picture as ink.

    Parameters
    ----------
    ink : ndarray of shape (CANVAS, CANVAS), uint8
    changes : tuple of str
        What was done to it, in words.
    """

    ink: Ink
    changes: tuple[str, ...]


def grey_of(colors: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Give a picture's luminance, shape (height, width), 0 to 1.

    Parameters
    ----------
    colors : ndarray of shape (height, width, 4), uint8
        Red, green, blue, opacity. What is transparent becomes white under dark marks and black
        under bright ones: their contrast is kept.
    """
    grey = (colors[..., :3] @ LUMINANCE) / np.float32(255)
    opacity = colors[..., 3] / np.float32(255)
    total = float(opacity.sum())
    if total >= opacity.size * (1 - 1e-6):
        return np.asarray(grey, np.float32)
    is_dark = total == 0 or float((grey * opacity).sum()) / total < 0.5
    ground = np.float32(1.0 if is_dark else 0.0)
    return np.asarray(grey * opacity + ground * (1 - opacity), np.float32)


def ink_of(grey: npt.NDArray[np.floating]) -> PictureInk:
    """Give a picture as ink: its ground 0, its strongest marks 255, in the canvas's middle.

    Parameters
    ----------
    grey : ndarray of shape (height, width)
        0 to 1.

    Raises
    ------
    ValueError
        If the picture has one grey all over.

    Notes
    -----
    The ground is the median of the picture's edge. If it is bright (above 0.5), dark is ink.
    """
    height, width = grey.shape
    scale = CANVAS / max(height, width)
    small = resized(grey, max(round(height * scale), 1), max(round(width * scale), 1))
    edge = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    ground = float(np.median(edge))
    changes = []
    marks = small - ground
    if ground > 0.5:
        marks = -marks
        changes.append("inverted, because its ground is bright")
    marks = np.clip(marks, 0, None)
    strongest = float(marks.max())
    if strongest < CLEAN:
        raise ValueError("the picture has one grey all over: there is nothing to read in it")
    if min(ground, 1 - ground) > CLEAN or strongest < 1 - FAINT:
        marks = marks / strongest
        marks[marks < FAINT] = 0
        changes.append("its ground set to 0 and its strongest marks to 1")
    ink = np.zeros((CANVAS, CANVAS), np.uint8)
    top, left = (CANVAS - small.shape[0]) // 2, (CANVAS - small.shape[1]) // 2
    place = ink[top : top + small.shape[0], left : left + small.shape[1]]
    place[:] = np.rint(255 * np.clip(marks, 0, 1))
    return PictureInk(ink, tuple(changes))
