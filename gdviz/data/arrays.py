"""Arrays from `.npz` and `.npy` files that strangers may have made.

Every size that a file declares is checked before memory is taken for it, nothing is unpacked
to disk and no Python object is ever built from a file. May import `gdviz.data.dataset`.
"""

from __future__ import annotations

import io
import math
import re
import stat
import struct
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from gdviz.data.archive import (
    ZIP_MAGIC,
    ArrayFileError,
    ArrayLimits,
    checked_archive,
    damage_named,
)

NPY_MAGIC = b"\x93NUMPY"

_HEADER_BYTES = 16 * 1024
_CHUNK_BYTES = 1 << 20

_LENGTH_FORMATS = {b"\x01\x00": "<H", b"\x02\x00": "<I"}
_HEADER_KEYS = frozenset({"descr", "fortran_order", "shape"})
_HEADER_ENTRY = re.compile(
    # Not NumPy's own parser: that one compiles the text as Python, falls back to Python's
    # tokenizer and lets its errors and warnings through. Python 2 wrote whole numbers as 3L.
    r"""['"](descr|fortran_order|shape)['"] {0,9}: {0,9}"""
    r"""(['"][<>|=]?[biufcSUO][0-9]{0,9}['"]|True|False|\([0-9L, ]{0,999}\))"""
)


_DEFAULT_LIMITS = ArrayLimits()


def read_arrays(path: Path, limits: ArrayLimits = _DEFAULT_LIMITS) -> dict[str, npt.NDArray[Any]]:
    """Give the arrays of an `.npz` or `.npy` file, told apart by content.

    Any thread may call.

    Parameters
    ----------
    path : Path
    limits : ArrayLimits

    Returns
    -------
    dict of str to ndarray
        In the order of the file; a single `.npy` array has the name ``"array"``.

    Raises
    ------
    ArrayFileError
        If the file is missing, damaged, beyond a limit or holds Python objects.
    """
    with damage_named(path):
        _check_file(path, limits)
        with path.open("rb") as file:
            return _read_open_file(file, path, limits)


def _read_open_file(
    file: IO[bytes], path: Path, limits: ArrayLimits
) -> dict[str, npt.NDArray[Any]]:
    head = file.read(len(NPY_MAGIC))
    if head == NPY_MAGIC:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        return {"array": _read_npy(file, size, str(path), limits)}
    if head[:4] != ZIP_MAGIC:
        raise ArrayFileError(f"{path}: neither an .npz nor an .npy file")
    with checked_archive(file, path, limits) as (archive, members):
        return _read_members(archive, members, path, limits)


def _check_file(path: Path, limits: ArrayLimits) -> None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ArrayFileError(f"{path}: a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        # A pipe or a device could be read for ever.
        raise ArrayFileError(f"{path}: not an ordinary file")
    if status.st_size > limits.file_bytes:
        raise ArrayFileError(
            f"{path}: {status.st_size:,} bytes are more than the limit of {limits.file_bytes:,}"
        )


def _read_members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path, limits: ArrayLimits
) -> dict[str, npt.NDArray[Any]]:
    for member in members:
        if not member.filename.endswith(".npy"):
            raise ArrayFileError(f"{path}: {member.filename!r} in it is not an .npy array")
    arrays: dict[str, npt.NDArray[Any]] = {}
    for member in members:
        name = member.filename.removesuffix(".npy")
        with archive.open(member) as stream:
            arrays[name] = _read_npy(stream, member.file_size, f"{path}: {name}", limits)
    return arrays


def _read_npy(stream: IO[bytes], size: int, what: str, limits: ArrayLimits) -> npt.NDArray[Any]:
    """Give one array; `size` is what the file or the archive says that it takes, in bytes."""
    # The header's own length is not trusted: what is parsed is at most this prefix.
    prefix = stream.read(_HEADER_BYTES)
    shape, is_fortran, dtype, start = _parse_header(prefix, what)
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > limits.total_bytes:
        raise ArrayFileError(
            f"{what}: {n_bytes:,} bytes declared are more than the limit of {limits.total_bytes:,}"
        )
    if start + n_bytes != size:
        raise ArrayFileError(
            f"{what}: the header declares {n_bytes:,} bytes, the file holds {size - start:,}"
        )
    array = np.empty(math.prod(shape), dtype)
    values = memoryview(array.view(np.uint8))  # type: ignore[arg-type]  # arrays have the buffer protocol
    begin = prefix[start : start + n_bytes]
    values[: len(begin)] = begin
    filled = len(begin)
    while filled < n_bytes:
        count = stream.readinto(values[filled : filled + _CHUNK_BYTES])  # type: ignore[attr-defined]  # both kinds of stream have it
        if not count:
            raise ArrayFileError(f"{what}: the file is cut short")
        filled += count
    # One byte more than there is: an archive's checksum is only compared at the end.
    stream.read(1)
    return array.reshape(shape, order="F" if is_fortran else "C")


def _parse_header(prefix: bytes, what: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Give shape, Fortran order, type and where the values begin."""
    length_format = _LENGTH_FORMATS.get(prefix[6:8])
    if not prefix.startswith(NPY_MAGIC) or length_format is None:
        raise ArrayFileError(f"{what}: not an .npy array of version 1 or 2")
    start = 8 + struct.calcsize(length_format)
    if len(prefix) < start:
        raise ArrayFileError(f"{what}: the file is cut short in its .npy header")
    (n_text,) = struct.unpack_from(length_format, prefix, 8)
    text = prefix[start : start + n_text].decode("latin-1")
    found = dict(_HEADER_ENTRY.findall(text))
    if (
        len(text) != n_text
        or set(found) != _HEADER_KEYS
        or _HEADER_ENTRY.sub("", text).strip("{}, \n")
    ):
        raise ArrayFileError(f"{what}: the .npy header is damaged or of a type that is not read")
    start += n_text
    extents = found["shape"].strip("()").replace("L", "").split(",")
    shape = tuple(int(extent) for extent in extents if extent.strip())
    is_fortran = found["fortran_order"] == "True"
    dtype = np.dtype(found["descr"].strip("'\""))
    if dtype.hasobject:
        raise ArrayFileError(
            f"{what}: holds pickled Python objects, which are not loaded because they can run "
            "programs; save plain numeric arrays"
        )
    if dtype.kind not in "biufcSU" or dtype.itemsize == 0:
        raise ArrayFileError(f"{what}: values of type {dtype} are not read")
    if len(shape) > 32 or any(not 0 <= extent < 2**62 for extent in shape):
        raise ArrayFileError(f"{what}: an array of shape {shape[:4]} is not possible")
    return shape, is_fortran, dtype, start


__all__ = [
    "NPY_MAGIC",
    "ZIP_MAGIC",
    "ArrayFileError",
    "ArrayLimits",
    "read_arrays",
]
