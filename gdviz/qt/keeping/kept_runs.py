"""Puts runs into the library: when they finish, and before they are left. Used on the GUI thread.

A run that is kept again takes its own place there. What cannot be written is kept in memory and
tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gdviz.qt.file_work import FileWork
from gdviz.qt.keeping.gathering import FAILURES, Gathered
from gdviz.runtime.background_job import BackgroundJob
from gdviz.storage.library import Library
from gdviz.storage.sessions import KeptAs
from gdviz.training.state import TrainingState

logger = logging.getLogger(__name__)

LEAST_STEPS = 100
"""Runs that took fewer steps are not put into the library."""
MOST_WAITING = 4
"""Runs that are kept in memory while the library cannot be written; older ones are given up."""

MOST_KNOWN = 16
"""Runs of which it is known where they stand; an older one that comes back is added anew."""

Value = TypeVar("Value")
Stamp = tuple[int, int]
"""Time of change in nanoseconds and size: another one means that somebody else has written."""


class KeptRuns:
    """Writes runs into a library, one after another.

    Parameters
    ----------
    library : Library
    work : FileWork
        On whose one thread is written.
    on_trouble : callable
        Given one sentence the first time that a run cannot be written, until it works again.
    on_changed : callable
        Called when the library holds another run than before.
    """

    def __init__(
        self,
        library: Library,
        work: FileWork,
        on_trouble: Callable[[str], None],
        on_changed: Callable[[], None],
    ) -> None:
        self._library, self._work = library, work
        self._on_trouble, self._on_changed = on_trouble, on_changed
        self._jobs: list[tuple[Gathered, BackgroundJob[None]]] = []
        self._waiting: list[Gathered] = []
        self._is_in_trouble = False
        self.trouble = ""
        """Why the library could not be written the last time that it could not, as a sentence."""
        self._kept: dict[TrainingState, object] = {}
        """By what a run began with: an object of its own, however it is left and had back."""
        self._places: dict[TrainingState, tuple[Path, Stamp | None]] = {}
        """Files of the runs, as they were left; only the thread that writes uses it."""

    def keep(self, gathered: Gathered) -> bool:
        """Begin to write a run, unless it is too short or stands there as it is; say whether."""
        token = gathered.token
        if gathered.n_steps < LEAST_STEPS or self._kept.get(gathered.start) == token:
            return False
        _remember(self._kept, gathered.start, token)
        self._begin(gathered)
        return True

    def note(self, start: TrainingState, path: Path, token: object) -> None:
        """Note that a run stands in the library as it is: it was opened from there.

        Parameters
        ----------
        start : TrainingState
            What it began with, see `gdviz.qt.keeping.gathering.run_start`.
        path : Path
        token : object
            See `Gathered.token`.
        """
        _remember(self._kept, start, token)

        def note() -> None:
            _remember(self._places, start, (path, _stamp(path)))

        self._work.begin(note)

    def resume(self, start: TrainingState, kept_as: KeptAs | None) -> None:
        """Let a run that was cut short go on in its place, if that is as it was left.

        Parameters
        ----------
        start : TrainingState
            As of `note`.
        kept_as : KeptAs or None
            What the autosaved session says of its place; None: it had none.
        """

        def look() -> None:
            path = None if kept_as is None else self._library.path_of(kept_as)
            if path is not None:
                _remember(self._places, start, (path, _stamp(path)))

        self._work.begin(look)

    def place(self, start: TrainingState) -> KeptAs | None:
        """Give where a run stands; on the thread that writes."""
        path, left = self._places.get(start, (None, None))
        if path is None or left is None or _stamp(path) != left:
            return None
        return self._library.place(path)

    @property
    def is_in_trouble(self) -> bool:
        """Whether the library could not be written the last time."""
        return self._is_in_trouble

    @property
    def is_all_kept(self) -> bool:
        """Whether nothing is under way and nothing waits."""
        return not self._jobs and not self._waiting

    @property
    def unsaved(self) -> list[Gathered]:
        """What is in memory alone, the oldest first."""
        return [*self._waiting, *(gathered for gathered, _job in self._jobs)]

    @property
    def is_under_way(self) -> bool:
        """Whether something is being written."""
        return bool(self._jobs)

    def try_again(self) -> None:
        """Begin to write what could not be written."""
        waiting, self._waiting = self._waiting, []
        for gathered in waiting:
            self._begin(gathered)

    def poll(self) -> None:
        """See what has been written; called at every tick of the frame clock."""
        while self._jobs and self._jobs[0][1].done:
            gathered, job = self._jobs.pop(0)
            try:
                job.result()
            except FAILURES as error:
                self._put_off(gathered, error)
            else:
                self._is_in_trouble = False
                self._on_changed()

    def _begin(self, gathered: Gathered) -> None:
        self._jobs.append((gathered, self._work.begin(lambda: self._write(gathered))))

    def _write(self, gathered: Gathered) -> None:
        """Write a run to its place; on the thread that writes."""
        path, left = self._places.get(gathered.start, (None, None))
        if path is not None and left is not None and _stamp(path) == left:
            self._library.replace(path, gathered.content())
        else:
            # Its file was removed, or another window has gone on with it: that is not undone.
            path = self._library.add(gathered.content(), gathered.title)
        _remember(self._places, gathered.start, (path, _stamp(path)))

    def _put_off(self, gathered: Gathered, error: Exception) -> None:
        logger.info("not put into the run library: %s", error)
        others = [other for other in self._waiting if other.start is not gathered.start]
        self._waiting = [*others, gathered][-MOST_WAITING:]
        self.trouble = f"The run library cannot be written: {error}."
        if not self._is_in_trouble:
            self._is_in_trouble = True
            self._on_trouble(f"{self.trouble} The run is kept in memory, and training goes on.")


def _remember(known: dict[TrainingState, Value], start: TrainingState, value: Value) -> None:
    """Note something of a run as the newest, and forget what is long ago."""
    known.pop(start, None)
    known[start] = value
    while len(known) > MOST_KNOWN:
        del known[next(iter(known))]


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
