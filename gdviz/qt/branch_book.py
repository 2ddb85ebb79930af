"""Names and colours of the branches of the run that is shown, and which of them are hidden.

All of it runs on the GUI thread. The worker knows branches by number alone.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from gdviz.qt import number_text
from gdviz.qt.theme import Theme
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.branches import FIRST_BRANCH, BranchInfo
from gdviz.training.marks import ENGINE, Mark

COLORS: dict[str, tuple[str, ...]] = {
    "dark": ("#56b4e9", "#f792c4", "#8f7cf5", "#f2f4f6", "#ff6f5e", "#e6e2a8"),
    "light": ("#0072b2", "#c2408f", "#4b2fb3", "#20262d", "#b3202c", "#6e5a00"),
    "high_contrast": ("#7cc4ff", "#ff8ac4", "#9d86ff", "#ffffff", "#ff7a66", "#fff6c0"),
}
"""By theme: the blue of the curves, then what is told apart from it, from the orange and the green
of the other curves and from the ball, also by those who do not see red or green."""
DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 2.5), (2.0, 2.0), (12.0, 3.0))
"""Stroke and gap in widths of the line; none is solid."""
LONGEST_NAME = 60
FIRST_RUN = 1
"""Id of the run that a program begins with."""
_MOST_CHANGES = 2


@dataclass(slots=True)
class _Entry:
    """What is known of a branch; one that is deleted keeps it, for it may come back."""

    color: int
    name: str = ""
    default_name: str = ""
    is_hidden: bool = False


class BranchBook(QObject):
    """Names, colours and hidden flags of the present run's branches.

    Attributes
    ----------
    changed : Signal()
        A branch came, went, or is called, drawn or hidden otherwise.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_id: int | None = None
        self._branches: tuple[BranchInfo, ...] = ()
        self._present: tuple[int, ...] = ()
        self._entries: dict[int, _Entry] = {}
        self._expected: dict[str, Any] = {}
        self._expected_after = 0

    def follow(self, snapshot: Snapshot) -> None:
        """See which branches there are: forgets those of other runs, names those that are new."""
        if snapshot.run_id == self._run_id and snapshot.branches is self._branches:
            return
        before = self._told()
        is_other_run = snapshot.run_id != self._run_id
        if is_other_run:
            self._run_id = snapshot.run_id
            self._entries = {}
        self._branches = snapshot.branches
        self._present = tuple(info.id for info in snapshot.branches) or (snapshot.branch,)
        for branch in self._present:
            self._entry(branch)
        by_id = {info.id: info for info in snapshot.branches}
        for info in snapshot.branches:
            parent = by_id.get(info.parent) if info.parent is not None else None
            self._entries[info.id].default_name = default_name(info, parent)
        if is_other_run and self._expected and snapshot.run_id > self._expected_after:
            self._take(self._expected)
            self._expected = {}
        if is_other_run or self._told() != before:
            self.changed.emit()

    def name(self, branch: int) -> str:
        """Give what a branch is called; no two are called the same."""
        entry = self._entry(branch)
        if entry.name:
            return entry.name
        wanted = entry.default_name or default_name_of(branch)
        others = {e.name for e in self._entries.values()}
        others |= {e.default_name for b, e in self._entries.items() if b < branch and not e.name}
        return _unused(wanted, others)

    def color(self, branch: int, theme: Theme) -> str:
        """Give the colour of a branch in a theme, ``#rrggbb``."""
        colors = COLORS[theme.name]
        return colors[self._entry(branch).color % len(colors)]

    def dash(self, branch: int) -> tuple[float, ...]:
        """Give stroke and gap of a branch's line, as in `DASHES`."""
        return DASHES[self._entry(branch).color % len(DASHES)]

    def color_index(self, branch: int) -> int:
        """Give what stands for colour and dash in a saved session."""
        return self._entry(branch).color

    def is_hidden(self, branch: int) -> bool:
        """Say whether a branch is left out of curves and surface while it is not live."""
        return self._entry(branch).is_hidden

    def rename(self, branch: int, name: str) -> None:
        """Call a branch otherwise; an empty name is the one that it had at first."""
        entry = self._entry(branch)
        before = self.name(branch)
        wanted = " ".join(name.split())[:LONGEST_NAME]
        entry.name = ""
        if wanted and wanted != self.name(branch):
            others = {self.name(other) for other in self._entries if other != branch}
            entry.name = _unused(wanted, others)
        if self.name(branch) != before:
            self.changed.emit()

    def set_hidden(self, branch: int, is_hidden: bool) -> None:  # as Qt's setters
        """Leave a branch out of curves and surface, or show it there again."""
        entry = self._entry(branch)
        if entry.is_hidden != is_hidden:
            entry.is_hidden = is_hidden
            self.changed.emit()

    def state(self, *, with_deleted: bool = False) -> dict[str, Any]:
        """Give what should be remembered, by id as text, as plain values.

        Each value has ``name`` (empty: the first one), ``color`` (see `color_index`) and
        ``is_hidden``.

        Parameters
        ----------
        with_deleted : bool, default False
            Also of branches that are deleted: they may come back.
        """
        return {
            str(branch): {
                "name": self._entries[branch].name,
                "color": self._entries[branch].color,
                "is_hidden": self._entries[branch].is_hidden,
            }
            for branch in (self._entries if with_deleted else self._present)
        }

    def restore(self, state: dict[str, Any], *, is_of_next_run: bool = False) -> None:
        """Take back what `state` gave; unknown or bad entries are ignored.

        Parameters
        ----------
        state : dict
        is_of_next_run : bool, default False
            It is not of the run that is shown but of the one that comes next: a session is being
            loaded, and the worker has not shown it yet.
        """
        if is_of_next_run:
            self._expected = dict(state)
            # At the start of the program even the first run may not have been shown yet.
            self._expected_after = max(self._run_id or FIRST_RUN, FIRST_RUN)
            return
        self._take(state)
        self.changed.emit()

    def _take(self, state: dict[str, Any]) -> None:
        for key, values in state.items():
            if not (str(key).isdecimal() and isinstance(values, dict)):
                continue
            entry = self._entry(int(key))
            name, color, hidden = (values.get(k) for k in ("name", "color", "is_hidden"))
            if isinstance(name, str):
                wanted = " ".join(name.split())[:LONGEST_NAME]
                others = {e.name for e in self._entries.values() if e is not entry}
                entry.name = _unused(wanted, others) if wanted else ""
            if isinstance(color, int) and not isinstance(color, bool) and color >= 0:
                entry.color = color
            if isinstance(hidden, bool):
                entry.is_hidden = hidden

    def _entry(self, branch: int) -> _Entry:
        """Give the entry of a branch, a new one with the first free colour."""
        if branch not in self._entries:
            used = {entry.color for entry in self._entries.values()}
            free = next(k for k in itertools.count() if k not in used)
            self._entries[branch] = _Entry(free)
        return self._entries[branch]

    def _told(self) -> tuple[object, ...]:
        """Give what is told of all branches, to see whether it has changed."""
        return tuple((branch, self.name(branch)) for branch in self._present)


def default_name(branch: BranchInfo, parent: BranchInfo | None) -> str:
    """Say what a branch does otherwise than the one that it left, and from where.

    Parameters
    ----------
    branch : BranchInfo
    parent : BranchInfo or None
        None if it left none, or if that is deleted.

    Returns
    -------
    str
        For example ``learning rate 7 from step 1,204``.
    """
    if branch.parent is None:
        return "main"
    where = f"from step {number_text.whole(branch.fork_step)}"
    changes = fork_changes(branch, parent)
    if not changes:
        return f"the same {where}"
    words = [mark.words for mark in changes[:_MOST_CHANGES]]
    left = len(changes) - len(words)
    return f"{', '.join(words)}{f' and {left} more' if left else ''} {where}"


def default_name_of(branch: int) -> str:
    """Give a name to a branch of which nothing but its number is known."""
    return "main" if branch == FIRST_BRANCH else f"branch {branch}"


def fork_changes(branch: BranchInfo, parent: BranchInfo | None) -> tuple[Mark, ...]:
    """Give what was changed where a branch left another, and not by that other too."""
    known = set(parent.marks) if parent else set()
    return tuple(
        mark
        for mark in branch.marks
        if mark.step == branch.fork_step and mark.setting != ENGINE and mark not in known
    )


def _unused(wanted: str, names: set[str]) -> str:
    """Give a name that nobody has yet: the one wanted, or that with a number."""
    found = wanted
    for number in itertools.count(2):
        if found not in names:
            return found
        found = f"{wanted} ({number})"
    raise AssertionError  # a count never ends
