"""The IDX format of MNIST: a short header, then bytes; plain or compressed with gzip."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import DataError

GZIP = b"\x1f\x8b"
"""The first bytes of a file that gzip has written."""
MAXIMUM_BYTES = 512 * 1024 * 1024
"""An uncompressed file above this is refused: a small gzip can declare terabytes."""


def read_bytes(path: Path) -> bytes:
    """Give a file's uncompressed bytes.

    Raises
    ------
    DataError
        If it is missing, unreadable, truncated or larger than `MAXIMUM_BYTES`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
        if content.startswith(GZIP):
            content = _uncompressed(content)
    except FileNotFoundError:
        raise DataError(f"{path}: the file is missing") from None
    except (EOFError, zlib.error) as error:
        raise DataError(f"{path}: the file is damaged or cut short ({error})") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from None
    if len(content) > MAXIMUM_BYTES:
        raise DataError(f"{path}: more than {MAXIMUM_BYTES >> 20} MB uncompressed")
    return content


def _uncompressed(content: bytes) -> bytes:
    """Give what gzip holds, at most one byte more than `MAXIMUM_BYTES`.

    In one call to zlib for each member: Python's gzip module takes it in small pieces, and for
    each waits for the interpreter's lock.
    """
    members: list[bytes] = []
    room = MAXIMUM_BYTES + 1
    while content and room:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        members.append(member.decompress(content, room))
        room -= len(members[-1])
        if room and not member.eof:
            raise EOFError("the compressed data end too early")
        content = member.unused_data.lstrip(b"\0")
    return b"".join(members)


def parse_idx(content: bytes, name: str) -> npt.NDArray[np.uint8]:
    """Give the array that IDX bytes hold.

    Parameters
    ----------
    content : bytes
        Two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension
        as a big-endian 32-bit number, then the values.
    name : str
        Named in an error.

    Returns
    -------
    ndarray of uint8
        Read-only: it is a view of `content`.

    Raises
    ------
    DataError
        If the header is not IDX of unsigned bytes or the length does not fit.
    """
    if len(content) < 4 or content[:3] != b"\0\0\x08" or not 1 <= content[3] <= 4:
        raise DataError(f"{name}: not an IDX file of unsigned bytes")
    n_dimensions = content[3]
    start = 4 + 4 * n_dimensions
    if len(content) < start:
        raise DataError(f"{name}: the header is cut short")
    shape = struct.unpack(f">{n_dimensions}I", content[4:start])
    expected = math.prod(shape)
    if len(content) - start != expected:
        raise DataError(
            f"{name}: the header declares {expected:,} values, the file holds "
            f"{len(content) - start:,}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
