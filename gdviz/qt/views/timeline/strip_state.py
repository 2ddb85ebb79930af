"""What the strip shows, as one value. No Qt; any thread may call."""

from __future__ import annotations

from dataclasses import dataclass

from gdviz.qt.views.timeline.axis import LEAST_STEPS
from gdviz.qt.views.timeline.marks import Fork, TimelineMark


@dataclass(frozen=True, slots=True)
class StripState:
    """All that the strip shows.

    Parameters
    ----------
    start, newest, shown, end : int
        First step, newest step, the one that is shown, and where the strip ends.
    epoch_ends : tuple of int
    page : int
        Steps of page up and page down.
    marks : tuple of TimelineMark
    forks : tuple of Fork
    names : tuple of (int, str)
        Of the other branches, by id.
    loop : pair of int, optional
    is_live : bool
        Whether the run goes on.
    """

    start: int = 0
    newest: int = 0
    shown: int = 0
    end: int = LEAST_STEPS
    epoch_ends: tuple[int, ...] = ()
    page: int = 1
    marks: tuple[TimelineMark, ...] = ()
    forks: tuple[Fork, ...] = ()
    names: tuple[tuple[int, str], ...] = ()
    loop: tuple[int, int] | None = None
    is_live: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no step to go back to."""
        return self.newest <= self.start

    @property
    def is_past(self) -> bool:
        """Whether a step before the newest is shown."""
        return self.shown < self.newest
