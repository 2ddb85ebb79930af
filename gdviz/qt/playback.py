"""Playing a run: which of its steps is shown when, as plain arithmetic.

What is shown depends on the time that has passed and on nothing else, so that a slow machine
leaves steps out rather than playing slower. Knows nothing of Qt; any thread may call.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Direction = Literal[-1, 1]
BACKWARD: Direction = -1
FORWARD: Direction = 1


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a run is played: so many steps a second, or the whole run in so many seconds.

    Parameters
    ----------
    key : str
        By which the choice is remembered.
    title : str
    steps_per_second : float or None
    whole_run_s : float or None
        Exactly one of the two is given.
    """

    key: str
    title: str
    steps_per_second: float | None = None
    whole_run_s: float | None = None

    def rate(self, n_steps: int) -> float:
        """Give steps a second for a run of so many steps; never slower than one."""
        if self.steps_per_second is not None:
            return self.steps_per_second
        if self.whole_run_s is None:
            raise ValueError(f"the speed {self.key!r} says neither steps a second nor seconds")
        return max(n_steps / self.whole_run_s, 1.0)


SPEEDS: tuple[Speed, ...] = (
    Speed("1", "1 step/s", steps_per_second=1),
    Speed("10", "10 steps/s", steps_per_second=10),
    Speed("100", "100 steps/s", steps_per_second=100),
    Speed("1000", "1,000 steps/s", steps_per_second=1000),
    Speed("in_30", "all in 30 s", whole_run_s=30),
    Speed("in_10", "all in 10 s", whole_run_s=10),
    Speed("in_3", "all in 3 s", whole_run_s=3),
)
DEFAULT_SPEED = "in_10"


def speed_of(key: str) -> Speed:
    """Give a speed by its key.

    Raises
    ------
    KeyError
        If there is none.
    """
    for speed in SPEEDS:
        if speed.key == key:
            return speed
    raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Playback:
    """A run that is being played from one moment on.

    Parameters
    ----------
    start_step : int
        Shown at that moment; within the range.
    started_s : float
        The moment, in seconds of any clock.
    direction : {-1, 1}
    steps_per_second : float
        Above 0.
    first, last : int
        The range, both ends included.
    loops : bool
        Whether the step after the last one is the first, and the other way round.
    """

    start_step: int
    started_s: float
    direction: Direction
    steps_per_second: float
    first: int
    last: int
    loops: bool = False

    def __post_init__(self) -> None:
        if not self.first <= self.start_step <= self.last:
            raise ValueError(
                f"playing must begin within {self.first} to {self.last}, not at {self.start_step}"
            )
        if not (math.isfinite(self.steps_per_second) and self.steps_per_second > 0):
            raise ValueError(f"{self.steps_per_second} is no speed: it must be above 0")

    def step_at(self, now_s: float) -> int:
        """Give the step to be shown at a moment; before the start, the first one shown."""
        step = self.start_step + self.direction * self._n_played(now_s)
        if self.loops:
            return self.first + (step - self.first) % (self.last - self.first + 1)
        return min(max(step, self.first), self.last)

    def is_over_at(self, now_s: float) -> bool:
        """Whether the end of the range is reached; a loop has none, unless it has no length."""
        if self.loops and self.last > self.first:
            return False
        end = self.last if self.direction == FORWARD else self.first
        return self.step_at(now_s) == end

    def at_rate(self, steps_per_second: float, now_s: float) -> Playback:
        """Give the same, going on from where it is at a moment at another speed."""
        return Playback(
            self.step_at(now_s),
            now_s,
            self.direction,
            steps_per_second,
            self.first,
            self.last,
            self.loops,
        )

    def _n_played(self, now_s: float) -> int:
        """Give how many steps have been left behind."""
        # A millionth of a step: 0.3 s at 10 steps a second are 3 steps, not 2.
        return max(math.floor((now_s - self.started_s) * self.steps_per_second + 1e-6), 0)


def begun(
    shown: int,
    now_s: float,
    direction: Direction,
    steps_per_second: float,
    ends: tuple[int, int],
    *,
    loops: bool,
) -> Playback:
    """Begin to play where a run is shown, or, from the end that is played towards, all of it.

    Parameters
    ----------
    shown : int
        The step that is shown; outside of the range it begins at the range's near end.
    now_s : float
    direction : {-1, 1}
    steps_per_second : float
    ends : pair of int
        First and last step.
    loops : bool
    """
    first, last = ends
    start = min(max(shown, first), last)
    target = last if direction == FORWARD else first
    if start == target:
        start = first if direction == FORWARD else last
    return Playback(start, now_s, direction, steps_per_second, first, last, loops)
