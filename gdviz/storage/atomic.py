"""Atomic writing: after any fault either the old file or the new one is there, whole.

A temporary file in the same folder is written, flushed to the disk and renamed over the old
one; then the folder is flushed too. May import nothing of gdviz.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO


class SaveError(OSError):
    """A file could not be saved; one sentence that names the file and the reason."""


_REASONS = {
    errno.ENOSPC: "there is no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the folder is on a read-only disk",
    errno.EACCES: "writing there is not permitted",
    errno.EPERM: "writing there is not permitted",
    errno.EIO: "the disk reports an error",
    errno.ENOTDIR: "part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EFBIG: "the file is too large for this disk",
}


def write_atomically(path: Path, content: bytes | Callable[[IO[bytes]], None]) -> None:
    """Write a file so that a fault at any moment leaves the old one whole.

    Any thread may call; two writers of one file do not mix, the last one wins.

    Parameters
    ----------
    path : Path
        A link is followed: the file that it points to is replaced.
    content : bytes or callable
        The bytes, or a function that writes them to the open binary file it is given.

    Raises
    ------
    SaveError
        If it cannot be written. The old file is then as it was and nothing is left behind.
    """
    target = Path(os.path.realpath(path))
    try:
        _check_target(path, target)
        _write_and_rename(target, content)
    except SaveError:
        raise
    except OSError as error:
        raise SaveError(f"{path} cannot be saved: {reason(error)}") from error


def _check_target(path: Path, target: Path) -> None:
    """Refuse what a rename must not replace: a folder, and above all a device or a pipe."""
    if not target.parent.is_dir():
        raise SaveError(f"{path} cannot be saved: the folder {target.parent} does not exist")
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise SaveError(f"{path} cannot be saved: it is a folder")
    if not stat.S_ISREG(mode):
        # Renaming over /dev/null as root would take the device away from the whole system.
        raise SaveError(f"{path} cannot be saved: it is a device or a pipe, not a file")


def reason(error: OSError) -> str:
    """Say in words why a system call failed."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    return (error.strerror or str(error) or type(error).__name__).lower()


def _write_and_rename(target: Path, content: bytes | Callable[[IO[bytes]], None]) -> None:
    # mkstemp makes it readable by its owner alone; what the old file allowed is put back.
    descriptor, name = tempfile.mkstemp(prefix=".gdviz-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _set_permissions(temporary, target)
        os.replace(temporary, target)  # noqa: PTH105  # the tests inject faults into os
    except BaseException:
        # Also on Ctrl+C: nothing is left behind.
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  # the tests inject faults into os
        raise
    _flush_folder(target.parent)


def _set_permissions(temporary: Path, target: Path) -> None:
    """Give the new file the permissions of the old one, or those of any new file."""
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = 0o666 & ~_umask()
    # Some file systems know no permissions: the file is then as they make it.
    with contextlib.suppress(OSError):
        temporary.chmod(mode)


def _umask() -> int:
    """Give the process's mask without changing it: reading it by setting is seen by threads."""
    try:
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    except (OSError, ValueError):
        pass
    return 0o022


def _flush_folder(folder: Path) -> None:
    """Make the rename itself last, where a folder can be opened and flushed.

    The new file is in place by now; a fault here is no reason to call it unsaved, and
    Windows and some network disks know no such flush.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
