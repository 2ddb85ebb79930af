"""Where the words and lines over the strip have room. No Qt; any thread may call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gdviz.qt.views.timeline.axis import Axis
from gdviz.qt.views.timeline.marks import Fork, TimelineMark

Extent = tuple[float, float]
"""From left to right, in pixels."""
GAP = 6.0
"""Free pixels between two things in the lane."""
BESIDE = 9.0
"""From a mark's step to its words."""
LEAST_LINE = 14.0
"""A branch that ends sooner is drawn so long: its end would hide where it begins."""
MOST_LABELS = 12
"""More words than these take the eye from the strip, and time to paint."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text in the lane.

    Parameters
    ----------
    left, width : float
        In pixels.
    text : str
    """

    left: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class PlacedFork:
    """A branch in the lane: from where it leaves to where it ends, with or without its name.

    The name stands beyond the end, or over the line.
    """

    fork: Fork
    start: float
    end: float
    words: Words | None
    is_drawn: bool
    """Whether there was room for its line; its dot on the strip is always there."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Everything that has room in the lane."""

    forks: tuple[PlacedFork, ...]
    words: tuple[Words, ...]


def place(
    axis: Axis,
    forks: Sequence[Fork],
    names: Mapping[int, str],
    marks: Sequence[TimelineMark],
    width_of: Callable[[str], float],
) -> Placed:
    """Give what stands in the lane: the newest first, nothing over anything else.

    Parameters
    ----------
    axis : Axis
    forks : sequence of Fork
    names : dict of str
        Of the branches, by id.
    marks : sequence of TimelineMark
        Their signs take the room next to their step, whether or not their words have any.
    width_of : callable
        Gives the width of a text in pixels.
    """
    signs = [(axis.x_of(mark.step) - 4, axis.x_of(mark.step) + BESIDE) for mark in marks]
    placed_forks, lines = _placed_forks(axis, forks, names, signs, width_of)
    taken, words = [*signs, *lines], list[Words]()
    right = axis.left + axis.width
    for mark in reversed(marks):
        if mark.label and len(words) < MOST_LABELS:
            found = _words(mark.label, axis.x_of(mark.step) + BESIDE, right, taken, width_of)
            if found is not None:
                words.append(found)
                taken.append((found.left, found.left + found.width))
    return Placed(placed_forks, tuple(words))


def _placed_forks(
    axis: Axis,
    forks: Sequence[Fork],
    names: Mapping[int, str],
    signs: list[Extent],
    width_of: Callable[[str], float],
) -> tuple[tuple[PlacedFork, ...], list[Extent]]:
    """Give the branches, and the room that their lines and names take.

    The sign of a mark may stand on a line, as it does on the strip; no words may.
    """
    right = axis.left + axis.width
    lines: list[Extent] = []
    placed: list[PlacedFork] = []
    for fork in sorted(forks, key=lambda fork: -fork.branch):
        start = axis.x_of(fork.step)
        end = min(max(axis.x_of(fork.end), start + LEAST_LINE), right)
        if end - start < LEAST_LINE or not _is_free(lines, start, end):
            placed.append(PlacedFork(fork, start, end, None, is_drawn=False))
            continue
        text = names.get(fork.branch, "")
        name = _words(text, end + BESIDE, right, [*signs, *lines], width_of)
        stop = end if name is None else name.left + name.width
        if name is None and width_of(text) + 3 * LEAST_LINE <= end - start:
            # No room beyond the end of the line: in a gap of it.
            name = _words(text, end - LEAST_LINE - width_of(text), end, signs, width_of)
        lines.append((start, stop))
        placed.append(PlacedFork(fork, start, end, name, is_drawn=True))
    return tuple(reversed(placed)), lines


def _words(
    text: str,
    left: float,
    right: float,
    taken: Iterable[Extent],
    width_of: Callable[[str], float],
) -> Words | None:
    width = width_of(text)
    has_room = left + width <= right and _is_free(taken, left + 0.5, left + width)
    return Words(left, width, text) if has_room else None


def _is_free(taken: Iterable[Extent], left: float, right: float) -> bool:
    return all(right + GAP <= start or left >= stop for start, stop in taken)
