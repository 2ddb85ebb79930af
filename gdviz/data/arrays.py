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
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import DataError

NPY_MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK\x03\x04"

_HEADER_BYTES = 16 * 1024
_DIRECTORY_BYTES = 4 * 1024 * 1024
_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_RECORD = struct.Struct("<4s5H3L2H")
_CHUNK_BYTES = 1 << 20

_LENGTH_FORMATS = {b"\x01\x00": "<H", b"\x02\x00": "<I"}
_HEADER_KEYS = frozenset({"descr", "fortran_order", "shape"})
_HEADER_ENTRY = re.compile(
    # Not NumPy's own parser: that one compiles the text as Python, falls back to Python's
    # tokenizer and lets its errors and warnings through. Python 2 wrote whole numbers as 3L.
    r"""['"](descr|fortran_order|shape)['"] {0,9}: {0,9}"""
    r"""(['"][<>|=]?[biufcSUO][0-9]{0,9}['"]|True|False|\([0-9L, ]{0,999}\))"""
)

_DAMAGE = (
    # All that zipfile, zlib and NumPy are known to raise on damaged input.
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class ArrayFileError(DataError):
    """A file of arrays cannot be read; one sentence that names the file, limit and value."""


@dataclass(frozen=True, slots=True)
class ArrayLimits:
    """What a file of arrays may ask for.

    Parameters
    ----------
    file_bytes : int
        Size of the file.
    entries : int
        Members of the archive.
    total_bytes : int
        Sum of the sizes that the members declare, uncompressed.
    """

    file_bytes: int = 512 << 20
    entries: int = 10_000
    total_bytes: int = 1 << 30


def read_arrays(path: Path, limits: ArrayLimits = ArrayLimits()) -> dict[str, npt.NDArray[Any]]:
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
    try:
        _check_file(path, limits)
        with path.open("rb") as file:
            return _read_open_file(file, path, limits)
    except ArrayFileError:
        raise
    except FileNotFoundError:
        raise ArrayFileError(f"{path}: the file is missing") from None
    except OSError as error:
        raise ArrayFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except _DAMAGE as error:
        raise ArrayFileError(f"{path}: the file is damaged ({_one_line(error)})") from None


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
    _check_directory(file, path, limits)
    with zipfile.ZipFile(file) as archive:
        return _read_members(archive, path, limits)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else f"{text[:117]}..."


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


def _check_directory(file: IO[bytes], path: Path, limits: ArrayLimits) -> None:
    """Refuse a long table of contents before `zipfile` builds an object for each entry."""
    size = file.seek(0, io.SEEK_END)
    length = min(size, _END_RECORD.size + 0xFFFF + 20)
    file.seek(size - length)
    tail = file.read(length)
    # zipfile looks at the very end first and only then searches backwards; so does this.
    start = len(tail) - _END_RECORD.size
    if start < 0 or tail[start : start + 4] != b"PK\x05\x06" or tail[-2:] != b"\0\0":
        start = tail.rfind(b"PK\x05\x06")
    if start < 0 or start + _END_RECORD.size > len(tail):
        raise ArrayFileError(f"{path}: the archive is cut short (it has no table of contents)")
    if b"PK\x06\x07" in tail[max(start - 20, 0) : start]:
        raise ArrayFileError(f"{path}: an archive of the 64-bit kind, which is not needed here")
    _, _, _, _, count, directory_bytes, _, _ = _END_RECORD.unpack_from(tail, start)
    if count > limits.entries:
        raise ArrayFileError(
            f"{path}: {count:,} entries are more than the limit of {limits.entries:,}"
        )
    if directory_bytes > _DIRECTORY_BYTES:
        raise ArrayFileError(
            f"{path}: a table of contents of {directory_bytes:,} bytes is more than the limit "
            f"of {_DIRECTORY_BYTES:,}"
        )


def _read_members(
    archive: zipfile.ZipFile, path: Path, limits: ArrayLimits
) -> dict[str, npt.NDArray[Any]]:
    members = archive.infolist()
    _check_members(archive, members, path, limits)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for member in members:
        name = member.filename.removesuffix(".npy")
        with archive.open(member) as stream:
            arrays[name] = _read_npy(stream, member.file_size, f"{path}: {name}", limits)
    return arrays


def _check_members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path, limits: ArrayLimits
) -> None:
    if len(members) > limits.entries:
        raise ArrayFileError(
            f"{path}: {len(members):,} entries are more than the limit of {limits.entries:,}"
        )
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise ArrayFileError(f"{path}: two entries have the same name")
    for member in members:
        if member.flag_bits & 0x41:
            raise ArrayFileError(f"{path}: {member.filename} is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArrayFileError(
                f"{path}: {member.filename} is compressed with method {member.compress_type}; "
                "only stored and deflate are read"
            )
        if not member.filename.endswith(".npy"):
            raise ArrayFileError(f"{path}: {member.filename!r} in it is not an .npy array")
    total = sum(member.file_size for member in members)
    if total > limits.total_bytes:
        raise ArrayFileError(
            f"{path}: {total:,} bytes declared are more than the limit of {limits.total_bytes:,}"
        )
    _check_overlap(archive, members, path)


def _check_overlap(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path) -> None:
    """Refuse entries that share bytes: the classic way to a small file of huge contents."""
    file = archive.fp
    assert file is not None
    end_before = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end_before:
            raise ArrayFileError(f"{path}: {member.filename} overlaps another entry")
        file.seek(member.header_offset)
        record = file.read(_LOCAL_RECORD.size)
        name_bytes, extra_bytes = _LOCAL_RECORD.unpack(record)[-2:]
        end_before = (
            member.header_offset
            + _LOCAL_RECORD.size
            + name_bytes
            + extra_bytes
            + member.compress_size
        )
    if end_before > archive.start_dir:
        raise ArrayFileError(f"{path}: an entry reaches into the table of contents")


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
