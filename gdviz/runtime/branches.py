"""The branches of a run: what is kept of those that are not trained now.

Used on the worker thread only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gdviz.nn.parameters import FloatArray
from gdviz.runtime.ball_moves import BallMoves
from gdviz.runtime.snapshot import RunState
from gdviz.training.branches import FIRST_BRANCH, BranchInfo, BranchState, Planned
from gdviz.training.state import Keyframe
from gdviz.training.timeline import MINIMUM_KEYFRAMES, Timeline

MOST_BRANCHES = 100
PARKED_BYTES = 64 * 1024 * 1024
"""For the keyframes of all branches but the live one; each keeps two whatever they take."""
MOST_DELETED = 8
"""Deleted branches that can be brought back; the oldest is forgotten."""


@dataclass(frozen=True, eq=False, slots=True)
class Branch:
    """A branch as it was left.

    Parameters
    ----------
    id, parent, fork_step
        See `gdviz.training.branches.BranchInfo`.
    head : Keyframe
        Its newest state.
    timeline : Timeline
    moves : BallMoves
    state : RunState
        In which it was left.
    diverged_at : int or None
        As of the trainer.
    message : str
        What was said of it, if it had diverged.
    planned : tuple of Planned
        What will be changed on it.
    """

    id: int
    parent: int | None
    fork_step: int
    head: Keyframe
    timeline: Timeline
    moves: BallMoves
    state: RunState
    diverged_at: int | None = None
    message: str = ""
    planned: tuple[Planned, ...] = ()

    def info(self, n_examples: int) -> BranchInfo:
        """Give what the window is told of it."""
        return branch_info(self.id, self.parent, self.fork_step, self.head, n_examples)

    def saved(self, most_keyframes: int) -> BranchState:
        """Give what is saved of it, with at most so many keyframes besides the moved ones."""
        timeline = self.timeline
        kept = [frame for frame in timeline.keyframes() if frame.step <= self.head.step]
        n_kept = min(max(most_keyframes, 1), len(kept))
        wanted = {round(place) for place in np.linspace(0, len(kept), n_kept, endpoint=False)}
        frames = tuple(
            frame for k, frame in enumerate(kept) if k in wanted or timeline.is_pinned(frame.step)
        )
        return BranchState(
            self.id,
            self.parent,
            self.fork_step,
            self.head,
            frames,
            timeline.pinned,
            self.planned,
            self.diverged_at,
            is_finished=self.state is RunState.FINISHED,
        )


class Branches:
    """All branches of one run but the state of the live one.

    Parameters
    ----------
    start_step : int
        Where the run begins.

    Attributes
    ----------
    live, parent, fork_step
        Of the branch that is trained now.
    """

    def __init__(self, start_step: int) -> None:
        self.live = FIRST_BRANCH
        self.parent: int | None = None
        self.fork_step = start_step
        self._parked: dict[int, Branch] = {}
        self._deleted: dict[int, Branch] = {}
        self._newest = FIRST_BRANCH

    def fork(self, left: Branch, step: int) -> None:
        """Leave the live branch for a new one.

        Raises
        ------
        ValueError
            If there are `MOST_BRANCHES` already.
        """
        if len(self._parked) + 1 >= MOST_BRANCHES:
            raise ValueError(
                f"there are {MOST_BRANCHES} branches: delete some before another is begun"
            )
        self._parked[left.id] = left
        self._bound()
        self._newest += 1
        self.live, self.parent, self.fork_step = self._newest, left.id, step

    def switch(self, left: Branch, branch_id: int) -> Branch:
        """Leave the live branch for another, and give that.

        Raises
        ------
        ValueError
            If there is none of that id.
        """
        other = self._known(branch_id)
        del self._parked[branch_id]
        self._parked[left.id] = left
        self._bound()
        self.live, self.parent, self.fork_step = other.id, other.parent, other.fork_step
        return other

    def delete(self, branch_id: int) -> None:
        """Put a branch away.

        Raises
        ------
        ValueError
            If it is the live one, or there is none.
        """
        if branch_id == self.live:
            raise ValueError("the branch that is shown cannot be deleted: switch to another first")
        self._deleted[branch_id] = self._known(branch_id)
        del self._parked[branch_id]
        while len(self._deleted) > MOST_DELETED:
            del self._deleted[next(iter(self._deleted))]

    def restore(self, branch_id: int) -> None:
        """Bring a deleted branch back.

        Raises
        ------
        ValueError
            If it is not among those that are kept.
        """
        if branch_id not in self._deleted:
            raise ValueError("that branch is not kept any more")
        self._parked[branch_id] = self._deleted.pop(branch_id)

    def add(self, branches: Iterable[Branch], live: Branch, deleted: Iterable[Branch] = ()) -> None:
        """Begin with branches that were saved, and with those that had been deleted."""
        self._parked = {branch.id: branch for branch in branches if branch.id != live.id}
        self._deleted = {branch.id: branch for branch in deleted}
        self.live, self.parent, self.fork_step = live.id, live.parent, live.fork_step
        self._newest = max([live.id, *self._parked, *self._deleted])

    @property
    def parked(self) -> list[Branch]:
        """All but the live and the deleted ones, by rising id."""
        return [self._parked[key] for key in sorted(self._parked)]

    @property
    def deleted(self) -> list[Branch]:
        """Those that can be brought back, the one deleted last at the end."""
        return list(self._deleted.values())

    def n_bytes(self, live: Timeline) -> int:
        """Give the memory that the keyframes of all take; what is shared counts once."""
        kept = [*self._parked.values(), *self._deleted.values()]
        states = {id(state): state for state in live.keyframes()}
        for branch in kept:
            states |= {id(state): state for state in (*branch.timeline.keyframes(), branch.head)}
        return sum(state.n_bytes for state in states.values())

    def paths(self) -> tuple[tuple[int, tuple[FloatArray, ...]], ...]:
        """Give of each parked branch the points of its way since its fork, oldest first."""
        found = []
        for branch in self.parked:
            steps, vectors = branch.timeline.path()
            first = max(int(np.searchsorted(steps, branch.fork_step, side="right")) - 1, 0)
            own = (*vectors[first:], branch.head.parameters.vector)
            found.append((branch.id, own))
        return tuple(found)

    def _bound(self) -> None:
        """Share the memory among the branches that are not live."""
        kept = [*self._parked.values(), *self._deleted.values()]
        share = PARKED_BYTES // len(kept)
        for branch in kept:
            most = max(share // max(branch.head.n_bytes, 1), MINIMUM_KEYFRAMES)
            branch.timeline.thin_after(branch.fork_step, most)

    def _known(self, branch_id: int) -> Branch:
        if branch_id not in self._parked:
            raise ValueError("there is no such branch any more")
        return self._parked[branch_id]


def branch_info(
    branch_id: int, parent: int | None, fork_step: int, head: Keyframe, n_examples: int
) -> BranchInfo:
    """Give what the window is told of a branch with this newest state."""
    state = head.state
    epoch = state.epoch + state.position / n_examples
    return BranchInfo(branch_id, parent, fork_step, state.step, head.config, state.marks, epoch)
