"""Sees to it that nothing is lost: the present session is autosaved, runs go into the library.

Belongs to a window and runs on its GUI thread. The worker is asked for the whole run
(`RequestRun`), its answer is gathered with what the window knows, and one other thread writes:
training and painting never wait for a disk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.qt.file_work import CLOSING_LIMIT_MS, FileWork
from gdviz.qt.held_input import wait_holding_input
from gdviz.qt.keeping.autosaving import Autosaving
from gdviz.qt.keeping.curve_copies import CurveCopies
from gdviz.qt.keeping.ending import Ending
from gdviz.qt.keeping.gathering import Gathered, gather
from gdviz.qt.keeping.kept_runs import LEAST_STEPS, KeptRuns
from gdviz.qt.keeping.recovery import AUTOSAVES, Recovery
from gdviz.qt.keeping.requests import RunRequests
from gdviz.qt.views.view import Frame
from gdviz.runtime.commands import RequestRun
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.storage.autosave import Autosave
from gdviz.storage.library import MOST_BYTES, MOST_RUNS, Library
from gdviz.storage.paths import data_folder, state_folder

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow

logger = logging.getLogger(__name__)

MOST_KEYFRAMES = 8
KEYFRAME_BYTES = 16 << 20
"""Of each branch, in what is written by itself: few, and of large networks fewer still."""
MOST_SAVED_KEYFRAMES = 64
SAVED_KEYFRAME_BYTES = 64 << 20
"""The same in a file that was asked for: more of them, so that going back takes no longer."""
SESSION_END_LIMIT_MS = 3_000
"""How long the end of the desktop's session is held up."""


class Keeping:
    """Keeps what a window does from being lost.

    Parameters
    ----------
    window : MainWindow
    is_on : bool
        False: nothing is written by itself. A script that drives a window, or a recording, leaves
        the user's folders alone.
    """

    def __init__(self, window: MainWindow, *, is_on: bool) -> None:
        self._window = window
        self.is_on = is_on
        self.stays_for_next_start = False
        """Whether the session is offered at the next start: nobody chose that it shall end."""
        self.library = Library(data_folder() / "runs")
        self._work = FileWork("gdviz-keeping")
        self.requests = RunRequests(window.session.send)
        self.library_changed: Callable[[], None] = lambda: None
        self.runs = KeptRuns(
            self.library,
            self._work,
            self._say,
            lambda: self.library_changed(),  # noqa: PLW0108
        )
        self._folder = state_folder()
        self.autosaving = Autosaving(
            lambda: Autosave(self._folder / AUTOSAVES),
            self._work,
            lambda: self.requests.ask(self._autosave, self.n_keyframes()),
            self._say,
            window.settings.autosave_s,
            lambda gathered: self.runs.place(gathered.start),
        )
        self.recovery = Recovery(window, window.offer, self.library, self._work)
        self.autosaving.on_written = self.recovery.note_saved
        self.ending = Ending(window, self, window.dialogs.show_unsaved)
        self._copies = CurveCopies()
        self._n_book_changes = 0
        self._state: RunState | None = None
        self._is_closed = False
        self._trouble, self._told_in = "", 0
        window.book.changed.connect(self._note_book)
        window.session.order.last_look = self._last_look

    def start(self) -> None:
        """Look for what was cut short."""
        if self.is_on:
            self.recovery.look(self._folder)

    @property
    def bound(self) -> str:
        """How much the library keeps, as a sentence."""
        return (
            f"The newest {MOST_RUNS} runs are kept, {MOST_BYTES >> 20:,} MB at most, with those "
            "removed."
        )

    def set_interval(self, seconds: float) -> None:
        """Save the session every so many seconds from now on, and remember that."""
        self.autosaving.interval_s = seconds
        self._window.settings = self._window.settings.replace(autosave_s=seconds)

    @property
    def work(self) -> FileWork:
        """Where the library is read and written, in order."""
        return self._work

    def see(self, frame: Frame) -> None:
        """Look at every frame that comes, before anything is done with it."""
        snapshot = frame.snapshot
        self._window.book.follow(snapshot)
        if self.is_on:
            self.autosaving.see(snapshot, self._changes(snapshot))
            self._copies.follow(snapshot.branch, frame.history)
            if self._window.session.order.is_last_look:
                self._keep(frame)
            has_finished = snapshot.state is RunState.FINISHED is not self._state
            if has_finished and self._state is not None:
                self.requests.ask(self._keep, self.n_keyframes())
        self._state = snapshot.state
        self.requests.see(frame)

    def poll(self) -> None:
        """See what has been written, and begin what is due; called at every tick."""
        if self.is_on:
            self.autosaving.poll()
            self.runs.poll()
            self.recovery.poll()
            self._say_again()

    def gather(self, frame: Frame) -> Gathered | None:
        """Give the whole session at a frame that carries the run."""
        return gather(self._window, frame, self._copies)

    def n_keyframes(self, most: int = MOST_KEYFRAMES, n_bytes: int = KEYFRAME_BYTES) -> int:
        """Give how many keyframes of each branch are asked for, by the network's size."""
        snapshot = self._window.session.snapshot
        if snapshot is None:
            return 1
        n_arrays = len(OPTIMIZERS[snapshot.config.optimizer].arrays)
        each = snapshot.parameters.vector.nbytes * (1 + n_arrays)
        return max(1, min(most, n_bytes // each))

    def save_session(self, path: Path) -> None:
        """Save the whole session to a file, without a pause."""
        saving = self._window.saving
        saving.await_session(path)

        def save(frame: Frame | None) -> None:
            saving.save_session(path, None if frame is None else self.gather(frame))

        self.requests.ask(save, self.n_keyframes(MOST_SAVED_KEYFRAMES, SAVED_KEYFRAME_BYTES))

    def ask(self, then: Callable[[Gathered | None], None]) -> None:
        """Ask for the whole session as it is now; None if the worker could not give the run."""
        self.requests.ask(
            lambda frame: then(None if frame is None else self.gather(frame)), self.n_keyframes()
        )

    @property
    def is_closed(self) -> bool:
        """Whether the window has closed."""
        return self._is_closed

    def has_something_to_keep(self) -> bool:
        """Whether there may be a run that is worth keeping and is in memory alone."""
        return self._last_look() is not None or not self.runs.is_all_kept

    def ask_last(self) -> None:
        """Ask for the run once more: the window closes."""
        if self.is_on and not self._is_closed:
            self.requests.ask(lambda _frame: None, self.n_keyframes())

    def close(self, frame: Frame | None, limit_ms: int = CLOSING_LIMIT_MS) -> bool:
        """Write what is left and wait for it, at most so long; False if it has not ended.

        Parameters
        ----------
        frame : Frame or None
            The last one, with the run that `ask_last` asked for.
        """
        if self._is_closed:
            return True
        self._is_closed = True
        if frame is not None:
            self.requests.finish(frame)
        if not self.is_on:
            return self._work.close(limit_ms)
        gathered = None
        if frame is not None and (gathered := self.gather(frame)) is not None:
            self.runs.keep(gathered)
            self.runs.try_again()
            # After it: it says where the run stands in the library.
            may_be_lost = not self.runs.is_all_kept or self.is_for_next_start
            if may_be_lost and not gathered.is_same(self.autosaving.newest):
                self.autosaving.write(gathered, frame.snapshot.begun_by)
        self.recovery.close()
        ended = self._work.close(limit_ms)
        self.runs.poll()
        self.autosaving.see_end()
        self.ending.put_aside(gathered)
        if ended:
            is_kept = gathered is not None and self.runs.is_all_kept
            self.autosaving.close(is_discarded=is_kept and not self.stays_for_next_start)
        return ended

    def save_before_end(self) -> bool:
        """Save now and wait for it: the desktop's session ends, and with it this process.

        Returns
        -------
        bool
            False if it has not ended in time.
        """
        self.stays_for_next_start, self.ending.may_ask = True, False
        if not self.is_on or self._is_closed or not self.autosaving.has_changes:
            return True
        # What a run has done since then is not waited for: it never stands still.
        number, saving = self.autosaving.save_soon(), self.autosaving
        return wait_holding_input(
            self._window.tick, lambda: saving.has_ended(number), SESSION_END_LIMIT_MS
        )

    @property
    def is_for_next_start(self) -> bool:
        """Whether the next start shall offer the session, and there is something in it."""
        return self.stays_for_next_start and self.autosaving.has_changes

    def _autosave(self, frame: Frame | None) -> None:
        if frame is None:
            self.autosaving.write(None)
        else:
            self.autosaving.write(self.gather(frame), frame.snapshot.begun_by)
        self.runs.try_again()

    def _keep(self, frame: Frame | None) -> None:
        gathered = None if frame is None else self.gather(frame)
        if gathered is not None:
            self.runs.keep(gathered)

    def _changes(self, snapshot: Snapshot) -> object:
        """Give what is equal as long as nothing has changed that would be lost."""
        return (
            snapshot.run_id,
            snapshot.branch,
            snapshot.head_step,
            snapshot.n_moves,
            snapshot.branches,
            snapshot.state in {RunState.DIVERGED, RunState.FINISHED},
            self._n_book_changes,
        )

    def _note_book(self) -> None:
        self._n_book_changes += 1

    def _last_look(self) -> RequestRun | None:
        """Ask for a run that is worth keeping, if one may be about to be replaced."""
        session = self._window.session
        snapshot = session.snapshot
        if not self.is_on or snapshot is None:
            return None
        is_settled = (
            snapshot.state is not RunState.RUNNING and snapshot.acknowledged >= session.last_sent
        )
        newest = max([snapshot.head_step, *(branch.step for branch in snapshot.branches)])
        if is_settled and newest - snapshot.start_step < LEAST_STEPS:
            return None
        return RequestRun(self.n_keyframes())

    def _say(self, sentence: str) -> None:
        self._trouble, self._told_in = sentence, self._run_id
        self._window.message.say(sentence)

    def _say_again(self) -> None:
        """Say in another run too that it cannot be saved: the strip was cleared for it."""
        is_in_trouble = self.autosaving.is_in_trouble or self.runs.is_in_trouble
        is_untold = self._told_in != self._run_id and not self._window.message.text
        if self._trouble and is_in_trouble and is_untold:
            self._say(self._trouble)

    @property
    def _run_id(self) -> int:
        snapshot = self._window.session.snapshot
        return 0 if snapshot is None else snapshot.run_id
