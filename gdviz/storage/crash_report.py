"""What is left of a process that died: where each of its threads was.

The interpreter writes it into an open file at the moment of the fault (`faulthandler`); nothing
is sent anywhere. A process that ends as it should removes its file.
"""

from __future__ import annotations

import faulthandler
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import gdviz
from gdviz.storage.atomic import SaveError, reason
from gdviz.storage.process_folder import ProcessFolder, abandoned_folders, own_folder

MOST_REPORTS = 16
"""Reports that are kept at most; older ones are deleted."""

_NAME = "report.txt"
_MOST_BYTES = 256 << 10


class CrashWatch:
    """The report of this process while it lives; from `begin`."""

    def __init__(self, folder: ProcessFolder) -> None:
        self._folder = folder
        self._file = (folder.path / _NAME).open("w", encoding="utf-8")
        self._file.write(_about())
        self._file.flush()
        faulthandler.enable(self._file, all_threads=True)

    def note(self, text: str) -> None:
        """Add a text, for example what was raised where nobody catches it. Any thread may call."""
        if not self._file.closed:
            self._file.write(f"{text.rstrip()}\n\n")
            self._file.flush()

    def end(self) -> None:
        """Stop watching and remove the report: the process ends as it should."""
        if not self._file.closed:
            faulthandler.disable()
            self._file.close()
            self._folder.remove()


@dataclass(frozen=True, eq=False, slots=True)
class CrashReport:
    """What a process has left that died; nobody else is shown it until it is released.

    Parameters
    ----------
    path : Path
    text : str
        All of it; of a very long one the beginning.
    ended_at : str
        When it was written to last, as ISO 8601 in UTC.
    has_trace : bool
        Whether something was written when it died. A process that was killed, or lost its
        power, leaves only a line about itself.
    folder : ProcessFolder
    """

    path: Path
    text: str
    ended_at: str
    has_trace: bool
    folder: ProcessFolder

    def discard(self) -> None:
        """Delete it."""
        self.folder.remove()

    def release(self) -> None:
        """Leave it for the next start."""
        self.folder.release()


def begin(folder: Path) -> CrashWatch:
    """Begin to watch this process; once, from its main thread, before others are started.

    It takes the place of any other file given to `faulthandler`.

    Raises
    ------
    SaveError
        If nothing can be written there.
    """
    own = own_folder(folder)
    try:
        return CrashWatch(own)
    except OSError as error:
        own.remove()
        raise SaveError(f"nothing can be kept in {folder}: {reason(error)}") from error


def leftover(folder: Path) -> list[CrashReport]:
    """Give the reports of processes that died, the newest first; nothing is raised."""
    found: list[tuple[float, CrashReport]] = []
    for own in abandoned_folders(folder):
        path = own.path / _NAME
        try:
            ended = path.stat().st_mtime
            with path.open("rb") as file:
                text = file.read(_MOST_BYTES).decode("utf-8", "replace")
        except OSError:
            own.remove()
            continue
        trace = text.partition("\n")[2]
        when = datetime.fromtimestamp(ended, UTC).isoformat(timespec="seconds")
        report = CrashReport(path, text, when, bool(trace.strip()), own)
        found.append((ended, report))
    found.sort(key=lambda entry: entry[0], reverse=True)
    for _, report in found[MOST_REPORTS:]:
        report.discard()
    return [report for _, report in found[:MOST_REPORTS]]


def _about() -> str:
    began = datetime.now(UTC).isoformat(timespec="seconds")
    return (
        f"gdviz {gdviz.__version__}, Python {platform.python_version()}, {platform.platform()}, "
        f"process {os.getpid()}, begun {began}\n\n"
    )
