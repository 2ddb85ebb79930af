"""A whole session as a value: what `sessions` saves and gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from gdviz.analysis.history_arrays import HistoryArrays
from gdviz.storage.session_checks import MOST_CHARACTERS
from gdviz.training.branches import FIRST_BRANCH, BranchedRun, BranchState
from gdviz.training.state import Keyframe


@dataclass(frozen=True, eq=False, slots=True)
class SavedBranch:
    """A branch with what the window knows of it.

    Parameters
    ----------
    state : BranchState
    history : HistoryArrays or None
        Its curves, from the start of the run.
    name : str
    color : int
        Place in the theme's colours.
    is_hidden : bool
    """

    state: BranchState
    history: HistoryArrays | None = None
    name: str = ""
    color: int = 0
    is_hidden: bool = False


class KeptAs(NamedTuple):
    """Where a run stands in the library, said by an autosaved session: it is for a next start.

    Attributes
    ----------
    file : str
        Name of the file.
    checksum : str
        That it had, see `gdviz.storage.readers.checksum`: if it has another one, somebody else has
        gone on with it.
    """

    file: str
    checksum: str


@dataclass(frozen=True, eq=False, slots=True)
class SavedSession:
    """A whole session.

    Parameters
    ----------
    branches : tuple of SavedBranch
        By rising id; at least one.
    live : int
        Id of the one that is shown and trained.
    title : str
        What the run is called.
    saved_at : str
        When, as ISO 8601 with the offset from UTC.
    data : str
        Name of the dataset.
    view_states : dict of str to dict
        What each view wants to find again; values as JSON knows them.
    layout : bytes
        How the window was laid out, as its toolkit says it.
    kept_as : KeptAs or None

    Raises
    ------
    ValueError
        If the branches do not make a run.
    """

    branches: tuple[SavedBranch, ...]
    live: int
    title: str = ""
    saved_at: str = ""
    data: str = ""
    view_states: dict[str, dict[str, Any]] = field(default_factory=dict)
    layout: bytes = b""
    kept_as: KeptAs | None = None

    def __post_init__(self) -> None:
        identities = [branch.state.id for branch in self.branches]
        if not identities or not all(a < b for a, b in pairwise([FIRST_BRANCH - 1, *identities])):
            raise ValueError(f"the branches {identities[:9]} are not numbered by rising ids")
        if self.live not in identities:
            raise ValueError(f"the branch {self.live} that is trained is not among the branches")
        texts = (self.title, self.saved_at, self.data, *(b.name for b in self.branches))
        if max(map(len, texts)) > MOST_CHARACTERS:
            raise ValueError(f"a name has more than {MOST_CHARACTERS:,} characters")
        for branch in self.branches:
            _check_branch(branch, self.branches[0].state.head)

    @property
    def live_branch(self) -> SavedBranch:
        """The branch that is shown and trained."""
        return next(branch for branch in self.branches if branch.state.id == self.live)

    @property
    def n_not_finite(self) -> int:
        """Number of parameters at the branches' newest steps that are NaN or infinite."""
        heads = (branch.state.head.parameters.vector for branch in self.branches)
        return sum(int((~np.isfinite(vector)).sum()) for vector in heads)

    @property
    def run(self) -> BranchedRun:
        """The run, to be gone on with."""
        return BranchedRun(tuple(branch.state for branch in self.branches), self.live, self.title)


def elders(branches: tuple[SavedBranch, ...]) -> list[int | None]:
    """Give for each branch an earlier one with which it has steps in common, if there is one."""
    found: list[int | None] = []
    for index, branch in enumerate(branches):
        # The parent may be deleted: the branches that left it share its past all the same.
        parent = branch.state.parent
        related: list[int | None] = [
            k
            for k, other in enumerate(branches[:index])
            if parent is not None and parent in (other.state.id, other.state.parent)
        ]
        found.append(related[0] if related else None)
    return found


def _check_branch(branch: SavedBranch, first: Keyframe) -> None:
    """Require that a branch can be gone on with."""
    state = branch.state
    head, steps = state.head, [keyframe.step for keyframe in state.keyframes]
    if branch.color < 0:
        raise ValueError(f"branch {state.id} has the color {branch.color}")
    if state.parent is not None and not FIRST_BRANCH <= state.parent < state.id:
        raise ValueError(f"branch {state.id} cannot have left branch {state.parent}")
    if not 0 <= state.fork_step <= head.step:
        raise ValueError(f"branch {state.id} ends at step {head.step}, before {state.fork_step}")
    if not steps or sorted(steps) != steps or steps[-1] > head.step:
        raise ValueError(f"the keyframes of branch {state.id} do not rise to its newest step")
    if not set(state.pinned) <= set(steps):
        raise ValueError(f"branch {state.id} was moved at a step of which there is no keyframe")
    layout = first.parameters.layout
    if any(keyframe.parameters.layout != layout for keyframe in (head, *state.keyframes)):
        raise ValueError(f"branch {state.id} is of another network than the first")
    if branch.history is not None:
        # Also before it is written: a file that cannot be opened would be a loss.
        branch.history.check()
        if branch.history.n_layers != layout.n_layers:
            raise ValueError(f"the curves of branch {state.id} are of another network")
