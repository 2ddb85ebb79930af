"""Images as the compiled engine reads them: only the pixels that are not zero.

A row is the list of its lit pixels and what stands there, three bytes a pixel for MNIST: a fifth
of the pixels are lit, and what is zero adds nothing to a weighted input or to a gradient.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`.
"""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.engine.engine import Stored, scale_of
from gdviz.engine.fast_math import compiled
from gdviz.engine.plan import MOST_INPUTS


class LitPixels(NamedTuple):
    """The pixels of many images that are not zero, row after row.

    Parameters
    ----------
    starts : int64 ndarray of shape (n + 1,)
        Where each image begins in the other two, and where the last ends.
    pixels : uint16 ndarray
    values : uint8 or float32 ndarray
    scale : float32
        What a value is multiplied by to give a number from 0 to 1.
    by_position : bool
        True: image i is that of the i-th row asked for, not of row i of the examples.
    """

    starts: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.uint16]
    values: npt.NDArray[Any]
    scale: np.float32
    by_position: bool


@compiled
def _count(images, counts):
    for row in range(images.shape[0]):
        lit = 0
        for pixel in range(images.shape[1]):
            lit += images[row, pixel] != 0
        counts[row] = lit


@compiled
def _collect(images, starts, pixels, values):
    for row in range(images.shape[0]):
        place = starts[row]
        for pixel in range(images.shape[1]):
            value = images[row, pixel]
            if value != 0:
                pixels[place] = pixel
                values[place] = value
                place += 1


def read_only_view(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give the array as one that cannot be written.

    To the compiler that is another type: whoever hands over an array does it in this one, so
    that no loop is compiled twice.
    """
    view = array.view()
    view.flags.writeable = False
    return view


_KNOWN: dict[int, tuple[weakref.ref[Any], LitPixels]] = {}
"""What was collected, by the identity of the images, as long as these live: a run that begins
anew on the same dataset does not go through it again."""


def lit_pixels(images: Stored, *, by_position: bool = False) -> LitPixels:
    """Give the lit pixels of images; collected once for each array, which must not change.

    Any thread may call. 60,000 images of MNIST take about 0.1 s and then 28 MB.

    Parameters
    ----------
    images : ndarray of shape (n, n_in)
        uint8 from 0 to 255, or float32 from 0 to 1.
    by_position : bool
        See `LitPixels`; such images are used once and not remembered.

    Raises
    ------
    ValueError
        If an image has more than `MOST_INPUTS` numbers.
    """
    known = _KNOWN.get(id(images))
    if known is not None and known[0]() is images and not by_position:
        return known[1]
    if images.shape[1] > MOST_INPUTS:
        raise ValueError(
            f"the compiled engine reads images of at most {MOST_INPUTS:,} numbers, "
            f"not {images.shape[1]:,}"
        )
    plain = read_only_view(np.ascontiguousarray(images))
    counts = np.zeros(len(images), np.int64)
    _count(plain, counts)
    starts = np.zeros(len(images) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    pixels, values = np.empty(starts[-1], np.uint16), np.empty(starts[-1], images.dtype)
    _collect(plain, starts, pixels, values)
    found = LitPixels(starts, pixels, values, scale_of(images), by_position)
    if by_position:
        return found
    identity = id(images)
    _KNOWN[identity] = weakref.ref(images, lambda _dead: _KNOWN.pop(identity, None)), found
    return found
