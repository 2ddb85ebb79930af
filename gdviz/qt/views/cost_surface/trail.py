"""The true path, projected on the plane that is shown, kept up to date between two slices."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.plane import Plane
from gdviz.nn.parameters import FloatArray

MAXIMUM_POINTS = 96
"""Points drawn since the newest slice; beyond it every other one goes."""
RECENT_BYTES = 8_000_000
"""Room for vectors that may have to be projected on another plane: 9 of 218,058 parameters."""
MAXIMUM_DOTS = 12
"""Dots on the trail; with one more, the number of steps between them doubles."""

Points = npt.NDArray[np.float64]
Entry = TypeVar("Entry")


class Seen(NamedTuple):
    """Parameters, and where they are on the plane that is shown (NaN before there is one)."""

    step: int
    vector: FloatArray
    point: Points


UNPLACED = np.full(2, np.nan)


class LiveTrail:
    """The end of the slice's own path and, after it, what has been seen since.

    Some vectors are kept, not their projections alone: another slice has another plane, and
    the path must be projected anew. Of the points of the present plane more are kept than of
    the vectors. A few vectors of the whole run, at even distances in steps, are the dots.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self.surface: CostSurface | None = None
        self.off_plane = 0.0
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget the path: the network was moved, and no steps lead from there to here."""
        self._recent: list[Seen] = []
        self._points: list[tuple[int, Points]] = []
        self._dots: list[Seen] = []
        self._shown: FloatArray | None = None
        self.dot_spacing = 1

    def jump(self) -> None:
        """Another step of the same path is shown: no line leads from the one before to it."""
        self._recent, self._points = [], []

    @property
    def live(self) -> Points:
        """The path since the slice, shape (n, 2), oldest first."""
        return np.array([point for _, point in self._points]).reshape(-1, 2)

    @property
    def dots(self) -> Points:
        """Points at even distances in steps, shape (n, 2); none before there is a plane."""
        if self.surface is None:
            return np.empty((0, 2))
        return np.array([seen.point for seen in self._dots]).reshape(-1, 2)

    @property
    def begins_at_start(self) -> bool:
        """Whether the first dot is step 0 of the run."""
        return bool(self._dots) and self._dots[0].step == 0

    def adopt(self, surface: CostSurface) -> None:
        """Go over to another slice: what came after its path is projected on its plane."""
        is_other_plane = self.surface is None or surface.plane is not self.surface.plane
        newest = self._recent[-1] if self._recent else None
        self.surface = surface
        first, points = surface.step, []
        if newest is not None and newest.step < surface.step:
            # The run stepped back while the slice was computed: nothing came after its path.
            first = newest.step
        elif len(surface.trail):
            first, points = surface.step + 1, [(surface.step, surface.trail[-1])]
        self._recent = [seen for seen in self._recent if seen.step >= first]
        if is_other_plane:
            self._recent = _placed(surface.plane, self._recent)
            self._dots = _placed(surface.plane, self._dots)
            self._points = [*points, *((seen.step, seen.point) for seen in self._recent)]
            if self._shown is not None:
                self.off_plane = surface.plane.off_plane(self._shown)
        else:
            self._points = [*points, *(entry for entry in self._points if entry[0] >= first)]

    def see(self, step: int, vector: FloatArray) -> None:
        """Take the newest parameters; what a step back made void is dropped."""
        self._recent = [seen for seen in self._recent if seen.step < step]
        self._points = [entry for entry in self._points if entry[0] < step]
        point, self._shown = UNPLACED, vector
        if self.surface is not None:
            u, v, self.off_plane = self.surface.plane.locate(vector)
            point = np.array([u, v])
            if step < self.surface.step:
                # It is on the slice's own path: a line from there would be a chord.
                self._recent, self._points = [], []
            self._points = _thinned([*self._points, (step, point)], MAXIMUM_POINTS)
        seen = Seen(step, vector, point)
        self._recent = _thinned([*self._recent, seen], max(RECENT_BYTES // vector.nbytes, 2))
        self._see_dot(seen)

    def _see_dot(self, seen: Seen) -> None:
        """Keep a vector if it is the first after a multiple of the spacing."""
        while self._dots and self._dots[-1].step > seen.step:
            self._dots.pop()
        last = self._dots[-1].step if self._dots else -self.dot_spacing
        if seen.step // self.dot_spacing > last // self.dot_spacing:
            self._dots.append(seen)
        while len(self._dots) > MAXIMUM_DOTS:
            self.dot_spacing = _next_round(self.dot_spacing)
            kept: list[Seen] = []
            for entry in self._dots:
                if not kept or entry.step // self.dot_spacing > kept[-1].step // self.dot_spacing:
                    kept.append(entry)
            self._dots = kept


def _next_round(spacing: int) -> int:
    """Give the number after 1, 2, 5, 10, 20, 50 ..."""
    leading = int(str(spacing)[0])
    return spacing * 5 // 2 if leading == 2 else spacing * 2


def _thinned(entries: list[Entry], most: int) -> list[Entry]:
    """Leave out every other entry if there are too many, never the newest."""
    return entries if len(entries) <= most else entries[(len(entries) + 1) % 2 :: 2]


def _placed(plane: Plane, seen: list[Seen]) -> list[Seen]:
    """Give the same vectors with their places on a plane."""
    points = plane.project_path([entry.vector for entry in seen])
    return [entry._replace(point=point) for entry, point in zip(seen, points, strict=True)]
