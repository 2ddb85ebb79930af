"""Autosave: two slots in turn, of which the newest whole one is offered after a crash.

A slot is ``gdvizas1``, its generation, time in nanoseconds and length as 64-bit numbers, the
SHA-256 of these and of the content, and the content. It is written atomically besides: what is
damaged all the same, by a disk for example, is told by its checksum, and the other slot is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from gdviz.storage.atomic import write_atomically
from gdviz.storage.process_folder import ProcessFolder, abandoned_folders, own_folder
from gdviz.storage.readers import DEFAULT_LIMITS, NetworkFileError

MOST_ABANDONED = 16
"""Sessions that are offered at most; older ones are deleted."""

_MAGIC = b"gdvizas1"
_NUMBERS = struct.Struct("<QQQ")
_DIGEST_BYTES = 32
_HEAD_BYTES = len(_MAGIC) + _NUMBERS.size + _DIGEST_BYTES
_SLOTS = ("slot-0", "slot-1")
_BLOCK = 1 << 20


class Autosave:
    """Keeps the newest state of this process's session; one thread at a time may use it.

    Parameters
    ----------
    folder : Path
        In which every process has a folder of its own. Made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self._parent = folder
        self._own: ProcessFolder | None = None
        self._generation = 0

    def write(self, content: bytes) -> None:
        """Put a content in the place of the older one; the newer one stays as it is.

        Raises
        ------
        SaveError
            If it cannot be written. What was kept before is still there, and the next time it
            may work again: also where the folder had vanished.
        """
        if self._own is None or not self._own.is_held:
            self._let_go()
            self._own = own_folder(self._parent)
        generation = self._generation + 1
        head = _slot_head(generation, time.time_ns(), content)

        def write(file: IO[bytes]) -> None:
            file.write(head)
            file.write(content)

        write_atomically(self._own.path / _SLOTS[generation % 2], write)
        self._generation = generation

    def discard(self) -> None:
        """Delete what is kept: it is saved elsewhere, or is not wanted."""
        if self._own is not None:
            # The older one first: what a kill leaves is then the newest.
            for generation in (self._generation + 1, self._generation):
                with contextlib.suppress(OSError):
                    (self._own.path / _SLOTS[generation % 2]).unlink()

    def close(self) -> None:
        """Let go: what has not been discarded is offered at the next start."""
        self._let_go()

    def _let_go(self) -> None:
        if self._own is None:
            return
        if any((self._own.path / slot).exists() for slot in _SLOTS):
            self._own.release()
        else:
            self._own.remove()
        self._own = None


class AbandonedSession:
    """What a process that died has kept; nobody else is offered it until it is released.

    Parameters
    ----------
    folder : ProcessFolder
    slot : Slot
        The newest whole one.
    """

    def __init__(self, folder: ProcessFolder, slot: Slot) -> None:
        self._folder = folder
        self._slot = slot

    @property
    def saved_at(self) -> str:
        """When it was written, as ISO 8601 in UTC."""
        return self._slot.saved_at

    @property
    def path(self) -> Path:
        """The slot's file, to be named."""
        return self._slot.path

    def read(self) -> bytes:
        """Give the content.

        Raises
        ------
        NetworkFileError
            If it has been damaged since it was found.
        """
        try:
            content = self._slot.path.read_bytes()
        except OSError as error:
            raise NetworkFileError(f"{self.path}: cannot be read ({error.strerror})") from None
        if content[:_HEAD_BYTES] != self._slot.head or not _is_whole(content):
            raise NetworkFileError(f"{self.path}: the autosaved session is damaged")
        return content[_HEAD_BYTES:]

    def discard(self) -> None:
        """Delete it."""
        self._folder.remove()

    def release(self) -> None:
        """Leave it for the next start."""
        self._folder.release()


@dataclass(frozen=True, slots=True)
class Slot:
    """A whole slot of an autosave.

    Parameters
    ----------
    path : Path
    generation : int
        The higher, the newer, among those of one process.
    time_ns : int
        When it was written, since 1970.
    saved_at : str
        The same as ISO 8601 in UTC.
    head : bytes
        What stands before the content.
    """

    path: Path
    generation: int
    time_ns: int
    saved_at: str
    head: bytes


def abandoned(folder: Path) -> list[AbandonedSession]:
    """Give the sessions of processes that died, the newest first; nothing is raised.

    Those of living processes are not touched. Any number of slots may be damaged: the newest
    whole one of each process counts, and a process without one is left out.
    """
    found: list[tuple[int, AbandonedSession]] = []
    for own in abandoned_folders(folder):
        slot = newest_slot(own.path)
        if slot is not None:
            found.append((slot.time_ns, AbandonedSession(own, slot)))
        elif any((own.path / name).exists() for name in _SLOTS):
            own.release()
        else:
            own.remove()
    found.sort(key=lambda entry: entry[0], reverse=True)
    for _, session in found[MOST_ABANDONED:]:
        session.discard()
    return [session for _, session in found[:MOST_ABANDONED]]


def newest_slot(folder: Path) -> Slot | None:
    """Give the newest whole slot in a process's folder, or None; nothing is raised."""
    slots = [slot for name in _SLOTS if (slot := _slot_at(folder / name)) is not None]
    return max(slots, key=lambda slot: slot.generation, default=None)


def _slot_at(path: Path) -> Slot | None:
    """Give a slot if it is whole; its content is read and not kept."""
    try:
        size = path.stat().st_size
        if not _HEAD_BYTES <= size <= _HEAD_BYTES + DEFAULT_LIMITS.file_bytes:
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            generation, time_ns, length = _numbers(head)
            digest = hashlib.sha256(head[:-_DIGEST_BYTES])
            while block := file.read(_BLOCK):
                digest.update(block)
        saved_at = datetime.fromtimestamp(time_ns // 10**9, UTC).isoformat()
    except (OSError, ValueError, OverflowError, struct.error):
        return None
    is_whole = size == _HEAD_BYTES + length and digest.digest() == head[-_DIGEST_BYTES:]
    return Slot(path, generation, time_ns, saved_at, head) if is_whole else None


def _is_whole(content: bytes) -> bool:
    digest = hashlib.sha256(content[: _HEAD_BYTES - _DIGEST_BYTES])
    digest.update(memoryview(content)[_HEAD_BYTES:])
    return digest.digest() == content[_HEAD_BYTES - _DIGEST_BYTES : _HEAD_BYTES]


def _slot_head(generation: int, time_ns: int, content: bytes) -> bytes:
    start = _MAGIC + _NUMBERS.pack(generation, time_ns, len(content))
    digest = hashlib.sha256(start)
    digest.update(content)
    return start + digest.digest()


def _numbers(head: bytes) -> tuple[int, int, int]:
    if not head.startswith(_MAGIC):
        raise ValueError("no slot of an autosave")
    generation, time_ns, length = _NUMBERS.unpack_from(head, len(_MAGIC))
    return generation, time_ns, length
