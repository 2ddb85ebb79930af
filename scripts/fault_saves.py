"""What is saved while something goes wrong: numbered sessions, and how to tell which one is there.

A subject saves version after version; whatever happened to the process that did, `found` gives
the one that a next start finds, and fails if that is not a whole one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from gdviz.storage.atomic import write_atomically
from gdviz.storage.autosave import Autosave, abandoned, newest_slot
from gdviz.storage.readers.checksum import sealed
from gdviz.storage.sessions import SavedBranch, SavedSession, session_bytes, session_of
from gdviz.training.branches import BranchState
from gdviz.training.config import TrainingConfig
from gdviz.training.state import Keyframe, initial_state

_TITLE = "version %010d"


class BrokenError(Exception):
    """What must never be found was found; one sentence."""


def content_of(version: int) -> bytes:
    """Give a session of the lesson's network whose title is its version: some 270 kB."""
    if not _BASE:
        config = TrainingConfig()
        states = [
            Keyframe(initial_state(config.replace(seed=k)), config, "numpy") for k in range(5)
        ]
        branch = BranchState(1, None, 0, states[0], tuple(states[1:]))
        _BASE.append(session_bytes(SavedSession((SavedBranch(branch),), 1, title=_TITLE % 0)))
    return sealed(_BASE[0].replace((_TITLE % 0).encode(), (_TITLE % version).encode()))


_BASE: list[bytes] = []


def version_of(content: bytes, name: str) -> int:
    """Give the version of a session's file, every byte of which must be right."""
    version = int(session_of(content, name).title.split()[1])
    if content != content_of(version):
        raise BrokenError(f"{name} is no version that was ever saved")
    return version


class SessionFile:
    """A session that is saved over the one before."""

    title = "session file"
    befores: tuple[int | None, ...] = (1,)
    """Versions that are there when a call of a save fails."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run.gdviz"

    def writer(self, version: int) -> Callable[[], None]:
        """Give what saves a version: all is computed but the writing."""
        content = content_of(version)
        return lambda: write_atomically(self._path, content)

    def found(self) -> int | None:
        """Give the version that a next start finds, or None for none."""
        return version_of(self._path.read_bytes(), "run.gdviz") if self._path.exists() else None

    present = found

    def left_over(self) -> list[str]:
        """Name the files that should not be there."""
        return [path.name for path in self._path.parent.iterdir() if path != self._path]

    def clear(self) -> None:
        """Begin anew, also after a kill."""
        for path in self._path.parent.iterdir():
            path.unlink()


class AutosaveSlots:
    """The two slots of a process's autosave."""

    title = "autosave"
    # The very first save makes what the later ones find there.
    befores: tuple[int | None, ...] = (None, 1)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._autosave = Autosave(folder)

    def writer(self, version: int) -> Callable[[], None]:
        """Give what saves a version: all is computed but the writing."""
        content = content_of(version)
        return lambda: self._autosave.write(content)

    def found(self) -> int | None:
        """Give the version that a next start finds, or None for none; it is left there."""
        sessions = abandoned(self._folder)
        try:
            if len(sessions) > 1:
                raise BrokenError(f"{len(sessions)} sessions were left by one process")
            return version_of(sessions[0].read(), "the slot") if sessions else None
        finally:
            for session in sessions:
                session.release()

    def present(self) -> int | None:
        """Give the version that would be found if the process that saves died now."""
        folders = list(self._folder.iterdir())
        slot = newest_slot(folders[0]) if folders else None
        return None if slot is None else version_of(slot.path.read_bytes()[len(slot.head) :], "it")

    def left_over(self) -> list[str]:
        """Name the files that should not be there."""
        known = {"lock", "slot-0", "slot-1"}
        return [path.name for path in self._folder.glob("*/*") if path.name not in known]

    def clear(self) -> None:
        """Begin anew, also after a kill."""
        for session in abandoned(self._folder):
            session.discard()
        for folder in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()
        self._autosave = Autosave(self._folder)


SUBJECTS = (SessionFile, AutosaveSlots)
Subject = SessionFile | AutosaveSlots
