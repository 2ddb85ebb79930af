"""What the hill of one variable does, without its picture: balls, their steps, valleys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdviz.analysis.hill.formula import Formula
from gdviz.qt.views.hill_curve import ways
from gdviz.qt.views.hill_curve.scene import Scene, Track, Valleys, Values, heights_of

N_POINTS = 600
"""Points of the curve."""
MOST_BALLS = 12
ALL = "all"
PROPORTIONAL, FIXED = "proportional", "fixed"


@dataclass(frozen=True, slots=True)
class Drop:
    """A ball that was dropped: where, and at which step of the picture."""

    w: float
    began_at: int = 0


class CurveModel:
    """The state of the picture; what depends on it is computed when it is asked for.

    Parameters
    ----------
    formula : Formula
        Of w alone.
    reach : (float, float)
        w at the left and right edge.
    rate : float
        Learning rate η.
    start : float
        Where the first ball is dropped.
    """

    def __init__(
        self, formula: Formula, reach: tuple[float, float], rate: float, start: float
    ) -> None:
        self.formula, self.reach, self.rate = formula, reach, rate
        self.way, self.rule = "descent", PROPORTIONAL
        self.drops: tuple[Drop, ...] = (Drop(start),)
        self.step = 0
        self.is_guessing = False
        self._found: dict[tuple[str, float], Values] = {}
        self._tracks: tuple[Track, ...] | None = None
        self._valleys: Valleys | None = None
        self._draw_curve()

    # --- changes ---------------------------------------------------------------------------

    def take_formula(
        self, formula: Formula, reach: tuple[float, float], rate: float, start: float
    ) -> None:
        """Take another hill, with one ball on it."""
        self.formula, self.reach, self.rate = formula, reach, rate
        self.drops, self.step = (Drop(start),), 0
        self._draw_curve()
        self._forget()

    def take_reach(self, low: float, high: float) -> None:
        """Look at another part of the axis."""
        self.reach = (low, high)
        self._draw_curve()
        self._valleys = None

    def take_rate(self, rate: float) -> None:
        """Take another learning rate: every ball is taken down again from its start."""
        self.rate = rate
        self._forget()

    def take_way(self, way: str) -> None:
        """Let the balls go another way, or all ways at once."""
        self.way = way
        self._tracks = None

    def take_rule(self, rule: str) -> None:
        """Take steps proportional to the slope, or of a fixed length."""
        self.rule = rule
        self._forget()

    def drop(self, w: float) -> None:
        """Drop one more ball now; it is the one whose numbers are shown."""
        kept = self.drops[-(MOST_BALLS - 1) :]
        self.drops = (*kept, Drop(w, self.step))
        self._tracks = None

    def drop_alone(self, w: float) -> None:
        """Put away all balls and drop one at step 0."""
        self.drops, self.step = (Drop(w),), 0
        self._tracks = None

    def go(self, steps: int) -> bool:
        """Go on or back; whether there was anywhere to go."""
        wanted = min(max(self.step + steps, 0), self.last_step)
        moved, self.step = wanted != self.step, wanted
        return moved

    def _forget(self) -> None:
        self._tracks = self._valleys = None
        self._found = {}

    def _draw_curve(self) -> None:
        self.w = np.linspace(*self.reach, N_POINTS)
        self.cost = self.formula.value(self.w[:, np.newaxis])
        self.heights = heights_of(self.cost)

    # --- what follows ----------------------------------------------------------------------

    @property
    def last_step(self) -> int:
        """The step at which the last ball has taken all of its steps."""
        return max(drop.began_at for drop in self.drops) + ways.N_STEPS

    @property
    def is_fixed(self) -> bool:
        """Whether steps have a fixed length; gradient descent alone takes them."""
        return self.rule == FIXED and self.way == "descent"

    def ways(self) -> Sequence[str]:
        """Give the ways that balls go now, the one whose numbers are shown last."""
        return ("mass", "flow", "descent") if self.way == ALL else (self.way,)

    def tracks(self) -> tuple[Track, ...]:
        """Give where every ball goes; the last is the chosen one."""
        if self._tracks is None:
            for way in self.ways():
                self._find(way)
            self._tracks = tuple(
                self._track(way, drop) for drop in self.drops for way in self.ways()
            )
        return self._tracks

    def _find(self, way: str) -> None:
        """Take down the balls of one way that are not yet, together."""
        starts = [w for w in {drop.w for drop in self.drops} if (way, w) not in self._found]
        if not starts:
            return
        if self.is_fixed:
            paths = ways.fixed_steps(self.formula, starts, self.rate)
        else:
            paths = ways.positions(way, self.formula, starts, self.rate)
        self._found.update(((way, w), path) for w, path in zip(starts, paths, strict=True))

    def _track(self, way: str, drop: Drop) -> Track:
        w = self._found[way, drop.w]
        return Track(way, w, self.formula.value(w[:, np.newaxis]), drop.began_at)

    def valleys(self) -> Valleys | None:
        """Give the basins of gradient descent with this learning rate; None for fixed steps."""
        if self.is_fixed:
            return None
        if self._valleys is None:
            self._valleys = ways.valleys(self.formula, self.reach, self.rate)
        return self._valleys

    def place(self) -> tuple[float, float]:
        """Give w and the cost of the chosen ball now."""
        track = self.tracks()[-1]
        k = track.index_at(self.step)
        return float(track.w[k]), float(track.cost[k])

    def slope(self) -> float:
        """Give C′ at the chosen ball, NaN where there is none."""
        w, _ = self.place()
        return float(self.formula.gradient([[w]])[0, 0]) if math.isfinite(w) else math.nan

    def next_step(self) -> float:
        """Give how far gradient descent goes next from the chosen ball."""
        slope = self.slope()
        if self.is_fixed:
            return -self.rate * float(np.sign(slope))
        return -self.rate * slope

    def nearest_valley(self) -> float:
        """Give the minimum that is nearest to the chosen ball; NaN without any."""
        valleys = self._valleys if self._valleys is not None else self.valleys()
        minima = valleys.minima if valleys is not None else ()
        w, _ = self.place()
        if not minima or not math.isfinite(w):
            return math.nan
        return min(minima, key=lambda minimum: abs(minimum - w))

    def limit(self) -> float:
        """Give the exact stability limit 2/C″ of the valley nearest to the chosen ball."""
        at = self.nearest_valley()
        return ways.limit(self.formula, at) if math.isfinite(at) else math.nan

    def scene(self) -> Scene:
        """Give what is painted now."""
        w, _ = self.place()
        track = self.tracks()[-1]
        leaps = track.way == "descent"
        return Scene(
            self.w,
            self.cost,
            self.heights,
            self.tracks(),
            self.step,
            self.slope(),
            w + self.next_step() if leaps else math.nan,
            self.valleys(),
            self.is_guessing,
        )

    def step_lengths(self, most: int) -> list[float]:
        """Give how far the chosen ball's latest steps went, oldest first."""
        track = self.tracks()[-1]
        k = track.index_at(self.step)
        taken = np.abs(np.diff(track.w[max(0, k - most) : k + 1]))
        return [float(length) for length in taken if math.isfinite(length)]
