"""What is marked on the strip: changes, saves, divergence and branches. No Qt.

Branches share their past: what happened on another one before the two parted happened on both.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gdviz.runtime.snapshot import Snapshot
from gdviz.training.branches import BranchInfo
from gdviz.training.marks import BALL, Mark

Kind = Literal["change", "save", "divergence"]
Place = tuple[int, int]
"""A branch's id and a step of it."""
MOST_LISTED = 12
"""Changes at one step that are told one by one."""


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """Something that happened at a step.

    Parameters
    ----------
    step : int
    kind : {"change", "save", "divergence"}
    label : str
        What stands beside it if there is room; may be empty.
    text : str
        The whole of it.
    """

    step: int
    kind: Kind
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Where another branch and the one that is shown part.

    Parameters
    ----------
    branch : int
        The other one.
    step : int
        The last one that both have.
    end : int
        Its newest step.
    """

    branch: int
    step: int
    end: int


def way_of(branches: Sequence[BranchInfo], branch: int) -> dict[int, float]:
    """Give up to which step a branch went along each of those that it comes from.

    Returns
    -------
    dict of float
        By branch id; for the branch itself there is no limit.
    """
    known = {info.id: info for info in branches}
    way: dict[int, float] = {branch: math.inf}
    limit, at = math.inf, known.get(branch)
    while at is not None and at.parent is not None and at.parent not in way:
        limit = min(limit, at.fork_step)
        way[at.parent] = limit
        at = known.get(at.parent)
    return way


def forks_of(
    branches: Sequence[BranchInfo], shown: int, hidden: Collection[int] = ()
) -> list[Fork]:
    """Give where the other branches part from the one that is shown, by rising step."""
    mine = way_of(branches, shown)
    forks = []
    for info in branches:
        if info.id == shown or info.id in hidden:
            continue
        other = way_of(branches, info.id)
        common = [min(mine[key], other[key]) for key in mine.keys() & other.keys()]
        if common:
            step = min(max(common), info.step)
            forks.append(Fork(info.id, int(step), info.step))
    return sorted(forks, key=lambda fork: (fork.step, fork.branch))


def marks_of(
    snapshot: Snapshot, saves: Iterable[Place] = (), divergences: Iterable[Place] = ()
) -> list[TimelineMark]:
    """Give what is marked on the way of the branch that is shown, by rising step."""
    newest = next((b for b in snapshot.branches if b.id == snapshot.branch), None)
    changes = snapshot.marks if newest is None else newest.marks
    marks = [_change(step, group) for step, group in _by_step(changes)]
    way = way_of(snapshot.branches, snapshot.branch)
    for branch, step in saves:
        if step <= way.get(branch, -1):
            marks.append(TimelineMark(step, "save", "", f"saved at step {step:,}"))
    for branch, step in divergences:
        if step <= way.get(branch, -1):
            text = f"diverged at step {step:,}: the cost is no longer a number"
            marks.append(TimelineMark(step, "divergence", "diverged", text))
    return sorted(marks, key=lambda mark: mark.step)


def _by_step(marks: Iterable[Mark]) -> list[tuple[int, list[Mark]]]:
    ordered = sorted(marks, key=lambda mark: mark.step)
    groups = itertools.groupby(ordered, key=lambda mark: mark.step)
    return [(step, list(group)) for step, group in groups]


def _change(step: int, marks: list[Mark]) -> TimelineMark:
    titles = [mark.title for mark in marks]
    label = titles[0] if len(titles) == 1 else f"{len(titles)} changes"
    listed = titles[:MOST_LISTED]
    more = len(titles) - len(listed)
    if more:
        listed.append(f"and {more} more")
    verb = "moved" if all(mark.setting == BALL for mark in marks) else "changed"
    return TimelineMark(step, "change", label, f"{verb} at step {step:,}: {', '.join(listed)}")
