"""What a run with its branches is made of, as values that can be kept and saved.

A branch shares its past with the branch that it left, up to the step at which it did. NumPy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gdviz.training.config import TrainingConfig
from gdviz.training.marks import Mark
from gdviz.training.state import Keyframe

FIRST_BRANCH = 1

Planned = tuple[int, tuple[tuple[str, Any], ...]]
"""A step and the settings that are changed there."""


@dataclass(frozen=True, slots=True)
class BranchInfo:
    """What the window knows of a branch without its arrays.

    Parameters
    ----------
    id : int
        Within its run, from `FIRST_BRANCH`; never used again.
    parent : int or None
        The branch that it left; None for the first. It may be deleted since.
    fork_step : int
        Where it left; the step at which the run begins for the first.
    step : int
        Its newest step.
    config : TrainingConfig
        That holds at its newest step.
    marks : tuple of Mark
        All that was changed on its whole way, its shared past included.
    epoch : float
        Passes over the training examples at its newest step.
    """

    id: int
    parent: int | None
    fork_step: int
    step: int
    config: TrainingConfig
    marks: tuple[Mark, ...] = ()
    epoch: float = 0.0


@dataclass(frozen=True, eq=False, slots=True)
class BranchState:
    """A branch with what is needed to go on with it, bit for bit.

    Parameters
    ----------
    id : int
    parent : int or None
    fork_step : int
    head : Keyframe
        Its newest state; `head.state.marks` are all of its way.
    keyframes : tuple of Keyframe
        Rising steps, the first at the start of the run; at or before `head`. The more there are,
        the quicker any step between them is found again.
    pinned : tuple of int
        Steps of keyframes to which no steps lead: the network was moved there by hand.
    planned : tuple of Planned
        What will be changed when it comes there, by rising step.
    diverged_at : int or None
        The step from which no finite one could be taken, which is that of `head`.
    is_finished : bool
        Whether it has been trained for as long as it was to be.
    """

    id: int
    parent: int | None
    fork_step: int
    head: Keyframe
    keyframes: tuple[Keyframe, ...]
    pinned: tuple[int, ...] = ()
    planned: tuple[Planned, ...] = ()
    diverged_at: int | None = None
    is_finished: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class BranchedRun:
    """A whole run: all its branches, and which of them is trained.

    Parameters
    ----------
    branches : tuple of BranchState
        By rising id; at least one.
    live : int
        Id of the one that is shown and trained.
    title : str
        File that it came from, or empty.
    deleted : tuple of BranchState
        Branches that can still be brought back, the one deleted last at the end. No file has them.
    origin : int
        Which run of this program it is, see `gdviz.runtime.snapshot.Snapshot`; 0: another one.
    """

    branches: tuple[BranchState, ...]
    live: int
    title: str = ""
    deleted: tuple[BranchState, ...] = ()
    origin: int = 0
