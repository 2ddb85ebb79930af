"""A run that another has replaced, as it is kept to be had back, and what it is taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from gdviz.analysis.history import CurveHistory
from gdviz.data.dataset import Dataset
from gdviz.qt.keeping.command_order import CommandOrder
from gdviz.runtime.commands import Command
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.branches import BranchedRun, BranchState

FORMER_ROWS = 2**17
"""Rows that are kept of a branch's curves: 6 MB with three layers."""


class Runs(Protocol):
    """What a session offers to who replaces its run."""

    order: CommandOrder
    snapshot: Snapshot | None
    histories: dict[int, CurveHistory]

    @property
    def last_sent(self) -> int:
        """Id of the command sent last."""

    def send(self, command: Command) -> int:
        """Send a command; give its id."""

    def load_run(
        self, run: BranchedRun, histories: dict[int, CurveHistory], dataset: Dataset | None = None
    ) -> int:
        """Begin a whole run again with its curves; give the id of the command."""


class Book(Protocol):
    """What remembers how branches are called and drawn."""

    def state(self, *, with_deleted: bool = False) -> dict[str, Any]:
        """Give what should be remembered, also of branches that may come back."""

    def restore(self, state: dict[str, Any], *, is_of_next_run: bool = False) -> None:
        """Take back what `state` gave."""


@dataclass(frozen=True, eq=False, slots=True)
class KeptRun:
    """A whole run with its curves.

    Parameters
    ----------
    run : BranchedRun
    histories : dict
        By branch; nobody else has them once the run is replaced.
    book : dict
        How its branches were called and drawn.
    dataset : Dataset or None
        What it was trained on.
    """

    run: BranchedRun
    histories: dict[int, CurveHistory]
    book: dict[str, Any]
    dataset: Dataset | None = None

    @property
    def n_bytes(self) -> int:
        """Memory that its keyframes and curves take; what branches share counts once."""
        branches = (*self.run.branches, *self.run.deleted)
        states = {id(k): k for branch in branches for k in (*branch.keyframes, branch.head)}
        curves = (
            history.records.nbytes + history.smoothed.nbytes for history in self.histories.values()
        )
        return sum(state.n_bytes for state in states.values()) + sum(curves)


def bounded(history: CurveHistory) -> CurveHistory:
    """Give curves of at most `FORMER_ROWS` rows; these are shown until the next run is there."""
    if len(history) <= FORMER_ROWS:
        return history
    thinned = history.copy()
    thinned.thin_to(FORMER_ROWS)
    return thinned


def live_branch(run: BranchedRun) -> BranchState:
    """Give the branch of a run that is shown and trained."""
    return next(branch for branch in run.branches if branch.id == run.live)
