"""The end of a window: what it holds is kept first, or the user is asked, or it is put elsewhere.

A window that its user closes tries to keep all while it can still be left open. What nobody can be
asked about (a signal, the end of the process) is written to a folder for temporary files, and
standard error says where. Used on the GUI thread.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gdviz.qt.file_work import CLOSING_LIMIT_MS, FileWork
from gdviz.qt.held_input import wait_holding_input
from gdviz.qt.keeping.gathering import FAILURES, Gathered
from gdviz.qt.keeping.kept_runs import LEAST_STEPS
from gdviz.storage.atomic import write_atomically
from gdviz.storage.sessions import SESSION_SUFFIX

if TYPE_CHECKING:
    from gdviz.qt.keeping.keeping import Keeping
    from gdviz.qt.main_window import MainWindow

logger = logging.getLogger(__name__)

ANSWER_LIMIT_MS = 10_000
"""How long the worker's answer is waited for: a step of a large network takes a while, and so does
the compiler, which is loaded at the start, on a machine that is busy otherwise."""
NO_RUN = "The training thread has not given the run in time."
NO_ANSWER = "The disk does not answer."


class Ending:
    """Sees to it that closing a window loses nothing without a question.

    Parameters
    ----------
    window : MainWindow
    keeping : Keeping
    ask : callable
        Given a sentence that says why something would be lost: shows it with what can be done.
    """

    def __init__(self, window: MainWindow, keeping: Keeping, ask: Callable[[str], None]) -> None:
        self._window, self._keeping, self._ask = window, keeping, ask
        self.may_ask = True
        """False: nobody is there to answer, a signal ends the process."""
        self.is_accepted = False
        """Whether the user has chosen that what could not be kept may go."""
        self._is_trying = False

    def may_close(self) -> bool:
        """Keep all that there is; False if that cannot be, and the user is asked now.

        The window goes on until then, and after it: only its input waits.
        """
        keeping = self._keeping
        if keeping.is_closed or not self.may_ask or self.is_accepted:
            return True
        if not keeping.has_something_to_keep():
            return True
        if self._is_trying:
            return False
        self._is_trying = True
        try:
            problem = self._try_to_keep()
        finally:
            self._is_trying = False
        if keeping.is_closed or not problem:
            return True
        self._ask(problem)
        return False

    def save_elsewhere(self, path: Path) -> str:
        """Save all that could not be kept, the present run under this path, others beside it.

        Returns
        -------
        str
            Why that could not be; empty if it is done, and the window may close.
        """
        gathered = self._gathered()
        if gathered is None:
            return NO_RUN
        try:
            for number, one in enumerate([gathered, *self._others(gathered)], start=1):
                beside = path.with_name(f"{path.stem} {number}{path.suffix}")
                write_atomically(path if number == 1 else beside, one.content())
        except FAILURES as error:
            return f"{error}."
        self.is_accepted = True
        return ""

    def put_aside(self, present: Gathered | None) -> None:
        """Write what could not be kept to a folder for temporary files, and say where it is.

        Parameters
        ----------
        present : Gathered or None
            The run at the end, of which it has been tried to keep it.
        """
        unsaved = self._lost(present)
        if self.is_accepted:
            return
        if present is None and self._keeping.autosaving.has_changes:
            _say(f"{NO_RUN} What was saved by itself before is offered at the next start.")
        if not unsaved:
            return
        why = self._keeping.runs.trouble or self._keeping.autosaving.trouble or NO_ANSWER
        # A disk that does not answer must not keep the process from ending.
        work = FileWork("gdviz-putting-aside")
        job = work.begin(lambda: _put_aside(unsaved))
        try:
            if not work.close():
                raise OSError("no disk answers")
            for path in job.result() or ():
                _say(f"The run could not be kept: {why} It is in {path}")
        except FAILURES as error:
            _say(f"The run is lost: {why} Nor could it be put elsewhere: {error}.")

    # --- inside ---------------------------------------------------------------------------

    def _try_to_keep(self) -> str:
        """Give why not all is kept, as a sentence; empty if it is."""
        keeping = self._keeping
        gathered = self._gathered()
        if gathered is None:
            return NO_RUN
        keeping.runs.keep(gathered)
        keeping.runs.try_again()
        if not self._wait(lambda: not keeping.runs.is_under_way, CLOSING_LIMIT_MS):
            return NO_ANSWER
        if keeping.runs.is_all_kept:
            return ""
        if not self._others(gathered) and self._is_autosaved(gathered):
            # The next start offers it.
            return ""
        return keeping.runs.trouble

    def _is_autosaved(self, gathered: Gathered) -> bool:
        saving = self._keeping.autosaving
        if not self._wait(lambda: not saving.is_under_way, CLOSING_LIMIT_MS):
            return False
        saving.write(gathered)
        return self._wait(lambda: not saving.is_under_way, CLOSING_LIMIT_MS) and gathered.is_same(
            saving.newest
        )

    def _gathered(self) -> Gathered | None:
        """Ask the worker for the run, and wait for it; it trains on."""
        answers: list[Gathered | None] = []
        self._keeping.ask(answers.append)
        self._wait(lambda: bool(answers), ANSWER_LIMIT_MS)
        return answers[0] if answers else None

    def _others(self, present: Gathered) -> list[Gathered]:
        """Give the earlier runs that are in memory alone."""
        return [one for one in self._keeping.runs.unsaved if one.start is not present.start]

    def _lost(self, present: Gathered | None) -> list[Gathered]:
        """Give what neither the library nor the autosave has, the present run first."""
        keeping, unsaved = self._keeping, self._keeping.runs.unsaved
        if present is None:
            return unsaved
        others = self._others(present)
        is_short = present.n_steps < LEAST_STEPS and keeping.is_for_next_start
        is_kept = not is_short and len(others) == len(unsaved)
        if is_kept or present.is_same(keeping.autosaving.newest):
            return others
        return [present, *others]

    def _wait(self, is_done: Callable[[], bool], limit_ms: int) -> bool:
        keeping = self._keeping
        return wait_holding_input(
            self._window.tick, lambda: keeping.is_closed or is_done(), limit_ms
        )


def _put_aside(unsaved: Sequence[Gathered]) -> list[Path]:
    """Write runs to a new folder; give the files. On a thread of its own."""
    folder = Path(tempfile.mkdtemp(prefix="gdviz-"))
    paths = [folder / f"run-{number}{SESSION_SUFFIX}" for number in range(1, len(unsaved) + 1)]
    for path, one in zip(paths, unsaved, strict=True):
        write_atomically(path, one.content())
    return paths


def _say(sentence: str) -> None:
    """Tell who started the program: no window is there any more."""
    logger.info("%s", sentence)
    if sys.stderr is not None:  # A program without a terminal may have none.
        print(f"gdviz: {sentence}", file=sys.stderr, flush=True)
