"""The library of runs: a folder of sessions, listed by their heads, bounded.

Any number of windows may use it at once: a name is taken before it is written to, and what
another window has removed meanwhile is no fault.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gdviz.storage.atomic import SaveError, reason, write_atomically
from gdviz.storage.paths import make_folder
from gdviz.storage.readers import DEFAULT_LIMITS, NetworkFileError
from gdviz.storage.readers.checksum import LENGTH_BYTES, checksum_of
from gdviz.storage.sessions import SESSION_SUFFIX, KeptAs, RunSummary, read_summary

MOST_RUNS = 200
MOST_BYTES = 1 << 30
DELETED = "deleted"

_NAME_LENGTH = 60
_MOST_NUMBERS = 100_000


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """A file of the library that cannot be opened.

    Parameters
    ----------
    path : Path
    reason : str
        One sentence.
    """

    path: Path
    reason: str


class Library:
    """Sessions in a folder; any thread may call.

    Parameters
    ----------
    folder : Path
        Made when something is added.
    most_runs, most_bytes : int
        What is kept at most, with what was removed and can be brought back. Beyond that the
        oldest go for ever: first those that were removed, then the others.
    """

    def __init__(
        self, folder: Path, most_runs: int = MOST_RUNS, most_bytes: int = MOST_BYTES
    ) -> None:
        self.folder = folder
        self._most_runs, self._most_bytes = most_runs, most_bytes

    def add(self, content: bytes, name: str) -> Path:
        """Put a session into the library and give its file.

        Parameters
        ----------
        content : bytes
            From `gdviz.storage.sessions.session_bytes`.
        name : str
            What the file is called after.

        Raises
        ------
        SaveError
            If it cannot be written or is larger than the library may be; then nothing changes.
        """
        if len(content) > self._most_bytes:
            raise SaveError(
                f"{len(content):,} bytes are more than the {self._most_bytes:,} of the library"
            )
        make_folder(self.folder)
        path = self._new_path(_file_name(name))
        try:
            write_atomically(path, content)
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
        self._make_room(path)
        return path

    def replace(self, path: Path, content: bytes) -> None:
        """Put a later state of the same run in the place of an earlier one.

        Parameters
        ----------
        path : Path
            From `add` or `entries`.
        content : bytes

        Raises
        ------
        SaveError
            If it cannot be written; the earlier state is then as it was.
        """
        write_atomically(path, content)
        self._make_room(path)

    def place(self, path: Path) -> KeptAs | None:
        """Give what can be remembered of a run's place; None if its file is gone, or says none."""
        try:
            with path.open("rb") as file:
                head = file.read(LENGTH_BYTES)
                head += file.read(min(int.from_bytes(head, "little"), DEFAULT_LIMITS.header_bytes))
        except OSError:
            return None
        checksum = checksum_of(head)
        return KeptAs(path.name, checksum) if checksum else None

    def path_of(self, place: KeptAs) -> Path | None:
        """Give the file of a run that stands where it did, as it was; else None."""
        path = self.folder / Path(place.file).name
        return path if path.is_file() and self.place(path) == place else None

    def entries(self) -> list[RunSummary | BrokenEntry]:
        """Give what is there, the newest first; nothing is raised for what cannot be read."""
        entries = [self._entry(path) for path in _files(self.folder)]
        return sorted(entries, key=_age_key, reverse=True)

    def remove(self, path: Path) -> None:
        """Take a run out of the library; `restore` brings it back.

        Raises
        ------
        SaveError
            If it cannot be moved.
        """
        make_folder(self.folder / DELETED)
        _move(path, self.folder / DELETED / path.name)

    def restore(self, path: Path) -> None:
        """Bring back what was removed from a path.

        Raises
        ------
        SaveError
            If it cannot be moved, or is gone for ever.
        """
        _move(self.folder / DELETED / path.name, path)

    def _entry(self, path: Path) -> RunSummary | BrokenEntry:
        try:
            return read_summary(path)
        except NetworkFileError as error:
            return BrokenEntry(path, str(error))

    def _new_path(self, name: str) -> Path:
        """Take a name that neither a run nor a removed one has, by an empty file."""
        for number in range(1, _MOST_NUMBERS):
            file_name = f"{name}{f'-{number}' if number > 1 else ''}{SESSION_SUFFIX}"
            path = self.folder / file_name
            if (self.folder / DELETED / file_name).exists():
                continue
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            except FileExistsError:
                continue
            except OSError as error:
                raise SaveError(f"{path} cannot be saved: {reason(error)}") from error
            return path
        raise SaveError(f"{self.folder} has too many runs of the name {name}")

    def _make_room(self, newest: Path) -> None:
        """Delete the oldest until what is left is within the bounds; never the newest."""
        removed = sorted(_sizes(self.folder / DELETED), key=lambda entry: entry[1])
        present = sorted(_sizes(self.folder), key=lambda entry: entry[1])
        kept = removed + [entry for entry in present if entry[0] != newest]
        n_bytes = sum(size for _, _, size in (*removed, *present))
        n_runs = len(removed) + len(present)
        for path, _, size in kept:
            if n_runs <= self._most_runs and n_bytes <= self._most_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            n_runs, n_bytes = n_runs - 1, n_bytes - size


def _files(folder: Path) -> list[Path]:
    """Give the sessions in a folder; an empty file is a name that is just being taken."""
    return [path for path, _, size in _sizes(folder) if size]


def _sizes(folder: Path) -> list[tuple[Path, int, int]]:
    """Give the sessions in a folder with their times of change in nanoseconds and sizes."""
    found = []
    try:
        paths = sorted(folder.glob(f"*{SESSION_SUFFIX}"))
    except OSError:
        return []
    for path in paths:
        with contextlib.suppress(OSError):
            status = path.stat()
            found.append((path, status.st_mtime_ns, status.st_size))
    return found


def _age_key(entry: RunSummary | BrokenEntry) -> tuple[float, str]:
    """Order by when it was saved; by the file's time where that is not said."""
    try:
        if isinstance(entry, RunSummary):
            saved = datetime.fromisoformat(entry.saved_at)
            return (saved if saved.tzinfo else saved.replace(tzinfo=UTC)).timestamp(), str(
                entry.path
            )
    except (ValueError, OverflowError):
        pass
    try:
        return entry.path.stat().st_mtime, str(entry.path)
    except OSError:
        return 0.0, str(entry.path)


def _file_name(name: str) -> str:
    """Give a name that every system takes for a file, of letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_NAME_LENGTH].rstrip("-") or "run"


def _move(source: Path, target: Path) -> None:
    if target.exists():
        raise SaveError(f"{source} cannot be moved: {target} is there already")
    try:
        source.rename(target)
    except OSError as error:
        raise SaveError(f"{source} cannot be moved: {reason(error)}") from error
