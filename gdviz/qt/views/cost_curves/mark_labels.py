"""What stands at the marks of changed settings, and where there is room for it. No Qt."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from gdviz.training.marks import ENGINE, Mark

GAP = 4.0
"""Free pixels between two labels."""
PADDING = 6.0
"""Beside the words of a label."""
MOST_LABELS = 12
"""More than these hide the curves, and each takes a tenth of a millisecond to paint."""
MOST_NAMED = 3
"""Settings that a label names; of more it says how many."""
MOST_LISTED = 12
"""Settings that the hover box names at one step."""


@dataclass(frozen=True)
class Change:
    """Everything that was changed at one step."""

    step: int
    marks: tuple[Mark, ...]

    @cached_property
    def count(self) -> str:
        """How many things were changed; an engine is no setting."""
        number = len(self.marks)
        noun = "change" if any(mark.setting == ENGINE for mark in self.marks) else "setting"
        return f"{number} {noun}{'' if number == 1 else 's'}"

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What its label may say, the longest first: all titles, all names, how many.

        Of one mark always the title; of many always how many.
        """
        titles = ", ".join(mark.title for mark in self.marks)
        if len(self.marks) == 1:
            return (titles,)
        if len(self.marks) > MOST_NAMED:
            return (self.count,)
        return titles, ", ".join(mark.name for mark in self.marks), self.count

    def label(self, room: float, width_of: Callable[[str], float]) -> str:
        """Give the longest text that has room, or the shortest."""
        return next((text for text in self.texts if width_of(text) <= room), self.texts[-1])


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label in a plot: its left end and its width in pixels, and its row from below."""

    step: int
    text: str
    left: float
    width: float
    row: int


def changes_of(marks: Sequence[Mark]) -> list[Change]:
    """Give marks by step, in the order of the steps."""
    ordered = sorted(marks, key=lambda mark: mark.step)
    groups = itertools.groupby(ordered, key=lambda mark: mark.step)
    return [Change(step, tuple(group)) for step, group in groups]


def place_labels(
    changes: Sequence[Change],
    positions: Sequence[float],
    width: float,
    n_rows: int,
    width_of: Callable[[str], float],
) -> list[PlacedLabel]:
    """Give the labels that have room, none over another and all inside the plot.

    The newest come first: each takes the lowest row in which it has room, and is left out if
    there is none. Its line stays, and the hover box says what it is.

    Parameters
    ----------
    changes : sequence of Change
    positions : sequence of float
        Their lines, in pixels from the left end of the plot.
    width : float
        Of the plot, in pixels.
    n_rows : int
        Rows that labels may stand in.
    width_of : callable
        Gives the width of a text in pixels.
    """
    placed: list[PlacedLabel] = []
    for change, position in zip(reversed(changes), reversed(positions), strict=True):
        if not 0 <= position <= width:
            continue
        if len(placed) == MOST_LABELS:
            break
        text = change.label(width / 3 - 2 * PADDING, width_of)
        needed = width_of(text) + 2 * PADDING
        left = min(max(position - needed / 2, 0.0), width - needed)
        if left < 0:
            continue
        for row in range(n_rows):
            if all(_is_free(other, left, needed) for other in placed if other.row == row):
                placed.append(PlacedLabel(change.step, text, left, needed, row))
                break
    return placed


def mark_lines(change: Change | None) -> list[tuple[str, str]]:
    """Give what the hover box says of a change: captions with what each was and is."""
    if change is None:
        return []
    lines = [(mark.name, mark.values) for mark in change.marks[:MOST_LISTED]]
    more = len(change.marks) - len(lines)
    rest = [("", f"and {more} more")] if more else []
    return [(f"changed at {change.step:,}", ""), *lines, *rest]


def described(changes: Sequence[Change]) -> str:
    """Give the newest changes as a sentence, for the keyboard and for screen readers."""
    said = [
        f"step {change.step:,}: {', '.join(mark.title for mark in change.marks)}"
        for change in changes[-MOST_LISTED:]
    ]
    return f"Changed while running: {'; '.join(said)}." if said else ""


def _is_free(other: PlacedLabel, left: float, width: float) -> bool:
    return left >= other.left + other.width + GAP or left + width + GAP <= other.left
