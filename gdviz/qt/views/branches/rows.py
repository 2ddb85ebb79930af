"""What the tree of branches shows, in its order. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gdviz.analysis.history import CurveHistory
from gdviz.qt import accuracy_text, number_text
from gdviz.runtime.snapshot import Snapshot
from gdviz.training.branches import BranchInfo
from gdviz.training.evaluation import Evaluation

LATE = 0.1
"""Share of a branch's own way from which on an evaluation is told with its step."""


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch in the tree.

    Parameters
    ----------
    info : BranchInfo
    depth : int
        Branches above it, from which it comes.
    is_live : bool
        It is the one that is shown and trained.
    shown_step : int or None
        Where its past is looked at; None if it stands at its newest step or is not live.
    evaluation : Evaluation or None
        The newest.
    """

    info: BranchInfo
    depth: int
    is_live: bool
    shown_step: int | None
    evaluation: Evaluation | None

    @property
    def where(self) -> str:
        """Where it left another, and its newest step."""
        parts = []
        if self.info.parent is not None:
            parts.append(f"from step {number_text.whole(self.info.fork_step)}")
        parts.append(f"to {number_text.whole(self.info.step)}")
        if self.shown_step is not None:
            parts.append(f"seen at {number_text.whole(self.shown_step)}")
        return " ".join(parts) if len(parts) < 3 else f"{' '.join(parts[:2])}, {parts[2]}"

    @property
    def score(self) -> str:
        """Its newest accuracy on the test images, or nothing."""
        entry = self.evaluation
        return "" if entry is None else number_text.percent(entry.test_accuracy)

    @property
    def count(self) -> str:
        """The same as a count, for example ``9,213/10,000``; with its step, if that is long ago."""
        entry = self.evaluation
        if entry is None:
            return ""
        is_late = self.info.step - entry.step > LATE * (self.info.step - self.info.fork_step)
        return f"{counted(entry)} at {number_text.whole(entry.step)}" if is_late else counted(entry)

    def described(self, name: str) -> str:
        """Give everything as a sentence, for the tool tip and for screen readers."""
        parts = [f"{name}, live" if self.is_live else name, self.where]
        if self.evaluation is not None:
            entry = self.evaluation
            parts.append(
                f"{self.count} test images right, {accuracy(entry)}, "
                f"at step {number_text.whole(entry.step)}"
            )
        return "; ".join(parts)


def counted(entry: Evaluation) -> str:
    """Give how many test images are right, for example ``9,213/10,000``."""
    return f"{number_text.whole(entry.test_correct)}/{number_text.whole(entry.test_total)}"


def accuracy(entry: Evaluation) -> str:
    """Give an accuracy with its 95 % interval, for example ``92.1 % [91.6, 92.6]``."""
    return accuracy_text.accuracy(entry.test_correct, entry.test_total)


def branch_rows(snapshot: Snapshot, histories: Mapping[int, CurveHistory]) -> list[BranchRow]:
    """Give a row for each branch: each below the one that it left, in the order of their birth.

    One whose parent is deleted stands at the root, as the first does.
    """
    ids = {info.id for info in snapshot.branches}
    children: dict[int | None, list[BranchInfo]] = {}
    for info in snapshot.branches:
        parent = info.parent if info.parent in ids else None
        children.setdefault(parent, []).append(info)
    rows: list[BranchRow] = []
    waiting = [(info, 0) for info in reversed(children.get(None, []))]
    while waiting:
        info, depth = waiting.pop()
        is_live = info.id == snapshot.branch
        history = histories.get(info.id)
        evaluations = history.evaluations if history is not None else []
        rows.append(
            BranchRow(
                info,
                depth,
                is_live,
                snapshot.step if is_live and snapshot.is_past else None,
                evaluations[-1] if evaluations else None,
            )
        )
        waiting += [(child, depth + 1) for child in reversed(children.get(info.id, []))]
    return rows
