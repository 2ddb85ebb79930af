"""What is offered at the start if a session was cut short: to go on with it, or to put it away.

A line with buttons under the toolbar, which blocks nothing and stays until it is answered. Used on
the GUI thread; reading is on another.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from gdviz.qt.dialogs.run_texts import when
from gdviz.qt.file_work import FileWork
from gdviz.qt.keeping.gathering import FAILURES
from gdviz.qt.keeping.log_file import log_of
from gdviz.qt.keeping.reopening import Reopened, reopen, reopened
from gdviz.qt.message_strip import STAYS, MessageStrip
from gdviz.runtime.background_job import BackgroundJob
from gdviz.storage.autosave import AbandonedSession, abandoned
from gdviz.storage.crash_report import CrashReport, leftover
from gdviz.storage.library import Library
from gdviz.storage.sessions import session_of

if TYPE_CHECKING:
    from gdviz.data.dataset import Dataset
    from gdviz.qt.main_window import MainWindow

AUTOSAVES, CRASHES, LOGS = "autosave", "crashes", "log"
"""Folders in that of what gdviz remembers of itself."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """A session that was cut short.

    Parameters
    ----------
    slots : AbandonedSession
    session : Reopened or None
        None if it cannot be gone on with.
    problem : str
        Why not.
    """

    slots: AbandonedSession
    session: Reopened | None
    problem: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Remains:
    """What former processes left behind.

    Parameters
    ----------
    sessions : tuple of AbandonedSession
        The newest first.
    reports : tuple of CrashReport
        The newest first.
    log : str
        What the process of the newest report wrote into the log.
    """

    sessions: tuple[AbandonedSession, ...]
    reports: tuple[CrashReport, ...]
    log: str = ""


class Recovery:
    """Offers what was cut short, one session after another.

    Parameters
    ----------
    window : MainWindow
    strip : MessageStrip
    library : Library
        Where a session goes that is not gone on with.
    work : FileWork
    """

    def __init__(
        self, window: MainWindow, strip: MessageStrip, library: Library, work: FileWork
    ) -> None:
        self._window, self._strip = window, strip
        self._library, self._work = library, work
        self._looking: BackgroundJob[Remains] | None = None
        self._putting_away: list[BackgroundJob[None]] = []
        self._reading: BackgroundJob[Found] | None = None
        self._sessions: list[AbandonedSession] = []
        self._offered: Found | None = None
        self._reports: list[CrashReport] = []
        self._is_report_seen = False
        self._log = ""
        self._adopted: dict[int, AbandonedSession] = {}
        """What is gone on with, by the command that the run begins with."""
        self._go_on = self._action("go_on", "Go on with it", "Go on where it was cut short")
        self._go_on.triggered.connect(lambda: self.go_on())  # noqa: PLW0108  # drops the bool
        self._discard = self._action(
            "discard", "Discard", "Put it among the deleted runs of the library"
        )
        self._discard.triggered.connect(lambda: self.discard())  # noqa: PLW0108  # as above
        self._show = self._action("show_report", "Show crash report…", "Nothing is sent anywhere")
        self._show.setProperty(STAYS, True)
        self._show.triggered.connect(lambda: self.show_report())  # noqa: PLW0108  # as above

    def look(self, folder: Path) -> None:
        """Begin to look for what was cut short.

        Parameters
        ----------
        folder : Path
            With autosaved sessions, crash reports and logs.
        """
        self._looking = self._work.begin(lambda: remains(folder))

    def poll(self) -> None:
        """Offer what was found; called at every tick."""
        while self._putting_away and self._putting_away[0].done:
            try:
                self._putting_away.pop(0).result()
            except FAILURES as error:
                self._window.message.say(f"It stays where it was: {error}.")
        if self._looking is not None and self._looking.done:
            looking, self._looking = self._looking, None
            found = looking.result()
            if found is not None:
                self._sessions, self._reports = list(found.sessions), list(found.reports)
                self._log = found.log
                self._read_next()
        if self._reading is not None and self._reading.done:
            reading, self._reading = self._reading, None
            self._offered = reading.result()
            self._offer()

    def go_on(self) -> None:
        """Go on with the session that is offered; it is put away once it is saved anew.

        If there is another one, that is offered next: the one gone on with is kept as any run is
        which another replaces.
        """
        found, self._offered = self._offered, None
        if found is None or found.session is None:
            return
        self._sessions.remove(found.slots)
        identity = reopen(self._window, found.session, with_layout=True)
        self._adopted[identity] = found.slots
        # It may stand in the library already, and shall not stand there twice.
        self._window.keeping.runs.resume(found.session.start, found.session.kept_as)
        self._window.keeping.autosaving.save_soon()
        self._window.status.show_notice("Gone on where it was cut short")
        if self._sessions:
            self._read_next()

    def discard(self) -> None:
        """Put the session that is offered among the deleted runs, and offer the next."""
        found, self._offered = self._offered, None
        if found is None:
            return
        self._sessions.remove(found.slots)
        slots, library = found.slots, self._library

        def put_away() -> None:
            library.remove(library.add(slots.read(), f"cut short {slots.saved_at}"))
            slots.discard()

        self._putting_away.append(self._work.begin(put_away))
        self._window.status.show_notice("Put among the deleted runs of the library")
        self._read_next()

    def note_saved(self, begun_by: int) -> None:
        """Put the session away that was gone on with, if it has been saved anew.

        Parameters
        ----------
        begun_by : int
            Id of the command that the run began with which was saved.
        """
        slots = self._adopted.pop(begun_by, None)
        if slots is not None:
            self._putting_away.append(self._work.begin(slots.discard))

    def show_report(self) -> None:
        """Show the newest crash report; from then on it is not offered again."""
        if not self._reports:
            return
        report = self._reports[0]
        text = f"{report.text.rstrip()}\n\nLog\n{self._log}" if self._log else report.text
        self._window.dialogs.show_crash_report(text, f"of {when(report.ended_at)}")
        self._is_report_seen = True

    def close(self) -> None:
        """Leave for the next start what was not answered; reports that were seen go."""
        sessions, self._sessions = self._sessions, []
        reports, self._reports = self._reports, []
        adopted, self._adopted = self._adopted, {}
        is_seen, looking = self._is_report_seen, self._looking

        def leave() -> None:
            # By now it has ended: there is one thread for all of this.
            late = None if looking is None else looking.result()
            for slots in (*sessions, *adopted.values(), *(late.sessions if late else ())):
                slots.release()
            for report in (*reports, *(late.reports if late else ())):
                report.discard() if is_seen else report.release()

        self._work.begin(leave)

    def _read_next(self) -> None:
        """Begin to read the next session; only one of them is held in memory."""
        if not self._sessions:
            self._offer()
            return
        slots, dataset = self._sessions[0], self._window.session.dataset
        self._reading = self._work.begin(lambda: read(slots, dataset))

    def _offer(self) -> None:
        """Say what there is, with what can be done about it."""
        report = (self._show,) if self._reports else ()
        found = self._offered
        if found is None:
            if self._reports and not self._is_report_seen:
                self._strip.say("gdviz ended unexpectedly the last time.", report, is_error=False)
            return
        at = when(found.slots.saved_at)
        if found.session is None:
            self._strip.say(
                f"A session that was cut short cannot be gone on with here: {found.problem}.",
                (self._discard, *report),
                is_error=False,
            )
            return
        run = found.session.run
        live = next(branch for branch in run.branches if branch.id == run.live)
        self._strip.say(
            f"A session was cut short: {run.title} at step {live.head.step:,}, saved {at}.",
            (self._go_on, *report, self._discard),
            is_error=False,
        )

    def _action(self, key: str, text: str, explanation: str) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(key)
        action.setToolTip(explanation)
        return action


def remains(folder: Path) -> Remains:
    """Look for sessions that were cut short and for crash reports; any thread may call."""
    reports = []
    for report in leftover(folder / CRASHES):
        if report.has_trace:
            reports.append(report)
        else:
            # Of a process that was killed: it says no more than that.
            report.discard()
    sessions = tuple(abandoned(folder / AUTOSAVES))
    # The folder of a process begins with its number.
    process = reports[0].path.parent.name.partition("-")[0] if reports else ""
    return Remains(sessions, tuple(reports), log_of(folder / LOGS, process) if process else "")


def read(slots: AbandonedSession, dataset: Dataset) -> Found:
    """Read a session that was cut short; any thread may call, nothing is raised."""
    try:
        session = session_of(slots.read(), "the session that was cut short")
        return Found(slots, reopened(session, dataset, "the session that was cut short"))
    except FAILURES as error:
        return Found(slots, None, str(error))
