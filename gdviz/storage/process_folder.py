"""Folders that belong to one process each, told from those of processes that died.

A process holds a lock of the operating system on a file in its folder. The system lets go of it
however the process ends, so that nobody has to guess from process numbers, which are used again.
Next: `autosave` and `crash_report`, which keep things in such folders.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

from gdviz.storage.atomic import SaveError, reason
from gdviz.storage.paths import make_folder

_LOCK = "lock"
_TRIES = 8

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        """Lock the first byte, at once or not at all."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        """Lock the file, at once or not at all."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessFolder:
    """A folder whose lock is held here; see `own_folder` and `abandoned_folders`.

    One thread at a time may use it.

    Parameters
    ----------
    path : Path
    descriptor : int
        Of its lock, which is held.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @property
    def is_held(self) -> bool:
        """Whether it is there and nobody else can take it for abandoned."""
        return self._descriptor is not None and _is_at(self._descriptor, self.path / _LOCK)

    def release(self) -> None:
        """Let go: it stays as it is and is found as abandoned from now on."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def remove(self) -> None:
        """Delete it with the files in it, as far as that is permitted."""
        lock = self.path / _LOCK
        with contextlib.suppress(OSError):
            for file in self.path.iterdir():
                if file != lock:
                    file.unlink()
        # Windows deletes no open file. Who takes the folder meanwhile finds it empty.
        self.release()
        with contextlib.suppress(OSError):
            lock.unlink()
            self.path.rmdir()


def own_folder(parent: Path) -> ProcessFolder:
    """Make a folder that is this process's own.

    Raises
    ------
    SaveError
        If it cannot be made, or the disk knows no locks.
    """
    make_folder(parent)
    try:
        for _ in range(_TRIES):
            path = parent / f"{os.getpid()}-{secrets.token_hex(4)}"
            path.mkdir()
            # Another process may just look whether it is abandoned, and remove it: try again.
            with contextlib.suppress(FileNotFoundError):
                folder = _claimed(path)
                if folder is not None:
                    return folder
    except OSError as error:
        raise SaveError(f"nothing can be kept in {parent}: {reason(error)}") from error
    raise SaveError(f"nothing can be kept in {parent}: its folders vanish as they are made")


def abandoned_folders(parent: Path) -> list[ProcessFolder]:
    """Take the folders of processes that died; whatever is there, nothing is raised.

    Nobody else gets them until they are released, and nobody gets those of living processes.
    """
    try:
        paths = sorted(path for path in parent.iterdir() if path.is_dir())
    except OSError:
        return []
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            folder = None if path.is_symlink() else _claimed(path)
            if folder is not None:
                found.append(folder)
    return found


def _claimed(path: Path) -> ProcessFolder | None:
    """Give a folder with its lock held, or None if another holds it."""
    descriptor = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        _lock(descriptor)
    except (BlockingIOError, PermissionError):
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    folder = ProcessFolder(path, descriptor)
    if not folder.is_held:
        folder.release()
        raise FileNotFoundError(path)
    return folder


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
