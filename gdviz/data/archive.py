"""ZIP archives that strangers may have made: checked before anything is unpacked.

A short table of contents, nothing encrypted, no two entries of one name, no bytes that two entries
share, and a bound on what all of them declare. May import `gdviz.data.dataset`.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gdviz.data.dataset import DataError

ZIP_MAGIC = b"PK\x03\x04"

_NAME_CHARACTERS = 255
_DIRECTORY_BYTES = 4 * 1024 * 1024
_END_RECORD = struct.Struct("<4s4H2LH")
_END_LOCATOR = struct.Struct("<4sLQL")
_LONG_END_RECORD = struct.Struct("<4sQ2H2L4Q")
_LOCAL_RECORD = struct.Struct("<4s5H3L2H")

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


@contextlib.contextmanager
def damage_named(path: Path, passing: type[Exception] = DataError) -> Iterator[None]:
    """Turn whatever reading a damaged file raises into one sentence.

    Parameters
    ----------
    path : Path
    passing : type
        Errors that are such a sentence already.

    Raises
    ------
    ArrayFileError
        In place of it.
    """
    try:
        yield
    except (ArrayFileError, passing):
        raise
    except FileNotFoundError:
        raise ArrayFileError(f"{path}: the file is missing") from None
    except OSError as error:
        raise ArrayFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except _DAMAGE as error:
        raise ArrayFileError(f"{path}: the file is damaged ({_one_line(error)})") from None


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else f"{text[:117]}..."


@contextlib.contextmanager
def checked_archive(
    file: IO[bytes], path: Path, limits: ArrayLimits
) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """Give an archive and its entries, once everything in its table of contents is in order.

    Raises
    ------
    ArrayFileError
        If it is beyond a limit, encrypted, compressed in a rare way or contradicts itself.
    """
    _check_directory(file, path, limits)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        _check_members(archive, members, path, limits)
        yield archive, members


def member_names(path: Path, limits: ArrayLimits) -> list[str]:
    """Give the names of a checked archive's entries.

    Raises
    ------
    ArrayFileError
        See `checked_archive`.
    """
    with (
        damage_named(path),
        path.open("rb") as file,
        checked_archive(file, path, limits) as (_, members),
    ):
        return [member.filename for member in members]


def _check_directory(file: IO[bytes], path: Path, limits: ArrayLimits) -> None:
    """Refuse a long table of contents before `zipfile` builds an object for each entry."""
    size = file.seek(0, io.SEEK_END)
    length = min(size, _END_RECORD.size + 0xFFFF + _END_LOCATOR.size + _LONG_END_RECORD.size)
    file.seek(size - length)
    tail = file.read(length)
    # zipfile looks at the very end first and only then searches backwards; so does this.
    start = len(tail) - _END_RECORD.size
    if start < 0 or tail[start : start + 4] != b"PK\x05\x06" or tail[-2:] != b"\0\0":
        start = tail.rfind(b"PK\x05\x06")
    if start < 0 or start + _END_RECORD.size > len(tail):
        raise ArrayFileError(f"{path}: the archive is cut short (it has no table of contents)")
    _, _, _, _, count, directory_bytes, _, _ = _END_RECORD.unpack_from(tail, start)
    # zipfile believes the 64-bit record where there is one; so does this.
    count, directory_bytes = _long_directory(tail, start, path) or (count, directory_bytes)
    if count > limits.entries:
        raise ArrayFileError(
            f"{path}: {count:,} entries are more than the limit of {limits.entries:,}"
        )
    if directory_bytes > _DIRECTORY_BYTES:
        raise ArrayFileError(
            f"{path}: a table of contents of {directory_bytes:,} bytes is more than the limit "
            f"of {_DIRECTORY_BYTES:,}"
        )


def _long_directory(tail: bytes, end: int, path: Path) -> tuple[int, int] | None:
    """Give entries and bytes of the table of contents by the records of the 64-bit kind.

    PyTorch writes them into every file; None if there are none.
    """
    locator = end - _END_LOCATOR.size
    if locator < 0 or tail[locator : locator + 4] != b"PK\x06\x07":
        return None
    record = locator - _LONG_END_RECORD.size
    if record < 0 or tail[record : record + 4] != b"PK\x06\x06":
        raise ArrayFileError(f"{path}: the table of contents of the archive is damaged")
    *_, count, directory_bytes, _ = _LONG_END_RECORD.unpack_from(tail, record)
    return count, directory_bytes


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
        if not member.filename.isprintable() or len(member.filename) > _NAME_CHARACTERS:
            raise ArrayFileError(f"{path}: the name of an entry is long or cannot be printed")
        if member.flag_bits & 0x41:
            raise ArrayFileError(f"{path}: {member.filename!r} is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArrayFileError(
                f"{path}: {member.filename!r} is compressed with method {member.compress_type}; "
                "only stored and deflate are read"
            )
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
            raise ArrayFileError(f"{path}: {member.filename!r} overlaps another entry")
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
