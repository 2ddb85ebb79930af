"""When the session is saved by itself: every few seconds while something changes, and at pauses.

Used on the GUI thread; written is on another.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from gdviz.qt.file_work import FileWork
from gdviz.qt.keeping.gathering import FAILURES, Gathered
from gdviz.runtime.background_job import BackgroundJob
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.storage.autosave import Autosave
from gdviz.storage.sessions import KeptAs

logger = logging.getLogger(__name__)

SHARE_OF_TIME = 20
"""A session that takes a second to write is written every twenty seconds at most."""
BYTES_PER_S = 2 << 20
"""A session of sixteen megabytes is written every eight seconds at most: disks wear."""
PAUSE_S = 1.0
"""Between two pauses at which it is saved: a key held down pauses thirty times a second."""


class Autosaving:
    """Decides when, asks for what is to be written, and says once if it cannot be.

    Parameters
    ----------
    open_autosave : callable
        Gives the slots; called on the thread that writes, before the first time.
    work : FileWork
    ask : callable
        Asks the worker for the run; `write` is called with the answer.
    on_trouble : callable
        Given one sentence when it fails, once until it works again.
    interval_s : float
        Seconds between two saves.
    place : callable, optional
        Gives where the run of what was gathered stands in the library; called where it is written.
    now : callable, optional
        The time in seconds.
    """

    def __init__(
        self,
        open_autosave: Callable[[], Autosave],
        work: FileWork,
        ask: Callable[[], None],
        on_trouble: Callable[[str], None],
        interval_s: float,
        place: Callable[[Gathered], KeptAs | None] = lambda _gathered: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open, self._work, self._ask = open_autosave, work, ask
        self._on_trouble, self._place, self._now = on_trouble, place, now
        self.interval_s = interval_s
        self._slots: Autosave | None = None
        self._job: BackgroundJob[float] | None = None
        self._is_asked = False
        self._n_asked = self._n_ended = 0
        self._begun: object = None
        self._changes: object = None
        self._written: object = None
        self._was_running = False
        self._is_wanted_now = False
        self._rest_s = 0.0
        self._last = now()
        self.is_in_trouble = False
        self.trouble = ""
        """Why it could not be written the last time that it could not, as a sentence."""
        self.n_written = 0
        """Times that it was written."""
        self.on_written: Callable[[int], None] = lambda _begun_by: None
        """Given the id of the command that the run began with which was written."""
        self._begun_by = 0
        self._writing: Gathered | None = None
        self.newest: Gathered | None = None
        """What stands in the slots."""

    @property
    def is_under_way(self) -> bool:
        """Whether an answer is awaited or something is being written."""
        return self._is_asked or self._job is not None

    @property
    def is_up_to_date(self) -> bool:
        """Whether all that was seen is written."""
        return not self.is_under_way and self._changes == self._written

    @property
    def has_changes(self) -> bool:
        """Whether anything was done since the window opened."""
        return self._changes != self._begun

    def see(self, snapshot: Snapshot, changes: object) -> None:
        """Look at a snapshot.

        Parameters
        ----------
        snapshot : Snapshot
        changes : object
            Equal to the one before if nothing has changed that is to be saved.
        """
        if self._changes is None:
            # The start that every session has: there is nothing to lose yet.
            self._written = self._begun = changes
        self._changes = changes
        is_running = snapshot.state is RunState.RUNNING
        if self._was_running and not is_running:
            self._is_wanted_now = True
        self._was_running = is_running

    def save_soon(self) -> int:
        """Save as soon as the present save is over, whatever the interval and the changes.

        Returns
        -------
        int
            For `has_ended`.
        """
        self._written, self._is_wanted_now = None, True
        self._last, self._rest_s = self._now() - PAUSE_S, 0.0
        return self._n_asked + 1

    def has_ended(self, number: int) -> bool:
        """Whether the save that `save_soon` gave a number has ended, well or ill."""
        return self._n_ended >= number

    def poll(self) -> None:
        """See what has been written, and begin if it is time; called at every tick."""
        self.see_end()
        if self.is_under_way or self._changes == self._written:
            return
        rest = PAUSE_S if self._is_wanted_now else self.interval_s
        if self._now() - self._last >= max(rest, self._rest_s):
            self._is_asked, self._is_wanted_now = True, False
            self._n_asked += 1
            self._ask()

    def see_end(self) -> None:
        """See what has been written."""
        if self._job is not None and self._job.done:
            self._end(self._job)

    def write(self, gathered: Gathered | None, begun_by: int = 0) -> None:
        """Begin to write what was asked for; None: there was no answer, it is tried again.

        Parameters
        ----------
        gathered : Gathered or None
        begun_by : int
            Id of the command that the run began with.
        """
        self._is_asked, self._begun_by = False, begun_by
        self._last = self._now()
        if gathered is None:
            self._n_asked -= 1
            return
        self._written, self._writing = self._changes, gathered

        def work() -> float:
            started = time.perf_counter()
            if self._slots is None:
                self._slots = self._open()
            content = gathered.content(self._place(gathered))
            self._slots.write(content)
            took = time.perf_counter() - started
            return max(SHARE_OF_TIME * took, len(content) / BYTES_PER_S)

        self._job = self._work.begin(work)

    def close(self, *, is_discarded: bool) -> None:
        """Give the slots back when all work has ended, emptied or for the next start to find."""
        if self._slots is None:
            return
        try:
            if is_discarded:
                self._slots.discard()
            self._slots.close()
        except OSError as error:
            logger.info("the autosaved session stays: %s", error)
        self._slots = None

    def _end(self, job: BackgroundJob[float]) -> None:
        self._job, self._n_ended = None, self._n_asked
        try:
            rest_s = job.result()
        except FAILURES as error:
            logger.info("not autosaved: %s", error)
            self._written = None
            self.trouble = f"The session cannot be saved by itself: {error}."
            if not self.is_in_trouble:
                self.is_in_trouble = True
                self._on_trouble(f"{self.trouble} Training goes on, and it is tried again.")
            return
        self._rest_s, self.newest = rest_s or 0.0, self._writing
        self.is_in_trouble = False
        self.n_written += 1
        self.on_written(self._begun_by)
