"""Pictures in shades of grey as PNG, without any package for pictures.

References
----------
PNG Specification, third edition (W3C, 2025): chunks in section 5, IHDR in 11.2.1.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"\x89PNG\r\n\x1a\n"
_GREY_8_BITS = (8, 0, 0, 0, 0)
"""Bits, color type, and the only compression, filter and interlace that are used."""


def grey_png(picture: npt.NDArray[np.floating[Any]]) -> bytes:
    """Give a picture as PNG; any thread may call.

    Parameters
    ----------
    picture : ndarray of shape (height, width)
        0 black to 1 white; what is beyond is cut, NaN is black.

    Raises
    ------
    ValueError
        If it has no pixels.
    """
    height, width = picture.shape
    if not picture.size:
        raise ValueError(f"a picture of shape {picture.shape} has no pixels")
    shades = np.rint(255 * np.clip(np.nan_to_num(picture, nan=0.0), 0, 1)).astype(np.uint8)
    # Each row begins with the filter it is written by: 0, as it is.
    rows = np.concatenate([np.zeros((height, 1), np.uint8), shades], axis=1)
    head = struct.pack(">II5B", width, height, *_GREY_8_BITS)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return _MAGIC + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
