"""A session as one value: what is gathered on the GUI thread, and what is written of it.

Gathering copies what others go on writing (curves) and takes the rest as it is (states are
read-only). Everything slow, to thin curves and to make bytes, is left to the thread that writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gdviz.analysis.history_arrays import HistoryArrays, history_arrays, history_of
from gdviz.qt.keeping.curve_copies import CurveCopies
from gdviz.qt.views.view import Frame
from gdviz.storage.sessions import KeptAs, SavedBranch, SavedSession, session_bytes
from gdviz.training.branches import BranchedRun
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState

if TYPE_CHECKING:
    from gdviz.qt.main_window import MainWindow

BOOK_KEY = "branch_book"
"""Under which the names of the branches stand in `SavedSession.view_states`."""
FAILURES = (OSError, ValueError, TypeError, MemoryError)
"""What goes wrong when a session is written; each says so in a sentence."""
KEPT_ROWS = 2**17
"""Rows of each curve in what is written by itself: 6 MB. A file that was asked for has them all."""


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """All of a session, read-only: any thread may make bytes of it.

    Parameters
    ----------
    run : BranchedRun
    curves : dict of callable
        By branch; each gives its arrays.
    book : dict
        See `BranchBook.state`.
    names : dict of str
        By branch, as they are shown.
    title, data : str
    view_states : dict
    layout : bytes
    """

    run: BranchedRun
    curves: dict[int, Callable[[], HistoryArrays]]
    book: dict[str, dict[str, Any]]
    names: dict[int, str]
    title: str
    data: str
    view_states: dict[str, dict[str, Any]]
    layout: bytes

    @property
    def n_steps(self) -> int:
        """Steps that the longest branch has taken since the run began."""
        first = min(branch.keyframes[0].step for branch in self.run.branches)
        return max(branch.head.step for branch in self.run.branches) - first

    @property
    def place(self) -> tuple[int, int]:
        """The newest step of the branch that is trained, and that branch."""
        live = next(branch for branch in self.run.branches if branch.id == self.run.live)
        return live.head.step, live.id

    @property
    def start(self) -> TrainingState:
        """What the run began with."""
        return run_start(self.run)

    @property
    def token(self) -> object:
        """What is equal for two that save the same run, however it is looked at."""
        return run_token(self.run, self.book)

    def is_same(self, other: Gathered | None) -> bool:
        """Say whether another one is of the same run, and as far."""
        return other is not None and other.start is self.start and other.token == self.token

    def session(self, most_rows: int | None = None, kept_as: KeptAs | None = None) -> SavedSession:
        """Give what is saved; curves of more rows than that are thinned."""
        return SavedSession(
            branches=tuple(
                SavedBranch(
                    state=branch,
                    history=_thinned(self.curves.get(branch.id), most_rows),
                    name=self.names.get(branch.id, ""),
                    color=int(self.book.get(str(branch.id), {}).get("color", 0)),
                    is_hidden=bool(self.book.get(str(branch.id), {}).get("is_hidden", False)),
                )
                for branch in self.run.branches
            ),
            live=self.run.live,
            title=self.title,
            saved_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            data=self.data,
            view_states=self.view_states | {BOOK_KEY: self.book},
            layout=self.layout,
            kept_as=kept_as,
        )

    def content(self, kept_as: KeptAs | None = None) -> bytes:
        """Give the bytes of what is written by itself: autosaved, or put into the library.

        Parameters
        ----------
        kept_as : KeptAs, optional
            Where the run stands in the library, in what is autosaved.
        """
        return session_bytes(self.session(KEPT_ROWS, kept_as))


def gather(window: MainWindow, frame: Frame, copies: CurveCopies) -> Gathered | None:
    """Give the whole session at a frame that carries its run; None if it carries none."""
    run = frame.snapshot.branched_run
    if run is None:
        return None
    present = [branch.id for branch in run.branches]
    copies.forget_others(present)
    return Gathered(
        run=run,
        curves={
            branch: copies.arrays(branch, history)
            for branch, history in frame.histories.items()
            if branch in present
        },
        book=window.book.state(),
        names={branch: window.book.name(branch) for branch in present},
        title=run_title(frame.snapshot.title, frame.snapshot.config),
        data=(frame.snapshot.dataset or window.session.dataset).source,
        view_states=window.views.states() | window.dialogs.states(),
        layout=window.dock_layout.docks_state(),
    )


def run_start(run: BranchedRun) -> TrainingState:
    """Give what a run began with: as an object it is the same as long as the run is."""
    return run.branches[0].keyframes[0].state


def run_token(run: BranchedRun, book: dict[str, dict[str, Any]]) -> object:
    """Give what is equal for two that hold the same run, however it is looked at."""
    heads = tuple(
        (branch.id, branch.head.step, branch.head.state.marks, branch.diverged_at)
        for branch in run.branches
    )
    return run.live, heads, repr(book)


def run_title(title: str, config: TrainingConfig) -> str:
    """Name a run: by the file that it came from, or by its layers."""
    return title or "-".join(map(str, config.layer_sizes))


def _thinned(
    make: Callable[[], HistoryArrays] | None, most_rows: int | None
) -> HistoryArrays | None:
    if make is None:
        return None
    curves = make()
    if most_rows is None or len(curves.records) <= most_rows:
        return curves
    history = history_of(curves)
    history.thin_to(most_rows)
    return history_arrays(history)
